// SPDX-License-Identifier: Apache-2.0

// Package storetest is the conformance suite that every adapter of package
// store runs. It proves what the contract says: what goes in comes out, what
// is missing or there twice has its kind of error, no method sees another
// tenant, letters and times are kept as they are, lists come in their order,
// and writers do not disturb one another.
package storetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/google/go-cmp/cmp"

	"securescore/internal/posture"
	"securescore/internal/store"
)

// The tenants of the suite.
const (
	tenantA posture.TenantID = "0a000000-0000-4000-8000-00000000000a"
	tenantB posture.TenantID = "0b000000-0000-4000-8000-00000000000b"
	guidA                    = "aaaaaaaa-0000-4000-8000-00000000000a"
	guidB                    = "bbbbbbbb-0000-4000-8000-00000000000b"
)

// instant has more digits than a store keeps.
func instant() time.Time {
	return time.Date(2026, 1, 15, 12, 30, 45, 123456789, time.FixedZone("somewhere", 3600))
}

// kept is how a time comes back.
func kept(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }

// Run checks the whole contract. open returns a fresh, empty store, whose clock
// goes on, and closes it when the test ends.
func Run(t *testing.T, open func(t *testing.T) store.Store) {
	t.Helper()
	for _, area := range []struct {
		name string
		run  func(*testing.T, func(*testing.T) *bed)
	}{
		{"tenants", testTenants},
		{"evidence", testEvidence},
		{"entities", testEntities},
		{"assessments", testAssessments},
		{"decisions", testDecisions},
		{"ledger", testLedger},
		{"history", testHistory},
		{"catalogues and runs", testRuns},
		{"registry", testRegistry},
		{"people", testPeople},
		{"grants", testGrants},
		{"tokens", testTokens},
		{"proofs of keys", testProofs},
		{"audit", testAudit},
		{"fragments", testFragments},
		{"feed", testFeed},
		{"leases", testLeases},
		{"takers", testTakers},
		{"outbox", testOutbox},
		{"transactions", testTransactions},
		{"isolation", testIsolation},
		{"concurrency", testConcurrency},
	} {
		t.Run(area.name, func(t *testing.T) {
			t.Parallel()
			area.run(t, func(t *testing.T) *bed {
				t.Helper()
				return newBed(t, open(t))
			})
		})
	}
}

// bed is a store with two tenants that know nothing yet.
type bed struct {
	store.Store
}

func newBed(t *testing.T, s store.Store) *bed {
	t.Helper()
	b := &bed{s}
	for id, name := range map[posture.TenantID]string{tenantA: "Contoso", tenantB: "Fabrikam"} {
		ok(t, s.Across().Tenants.Create(t.Context(), store.Tenant{ID: id, Name: name, Created: instant()}))
	}
	return b
}

// update writes to tenant A and expects it to succeed.
func (b *bed) update(t *testing.T, fn func(context.Context, *store.Writer)) {
	t.Helper()
	ok(t, b.Update(t.Context(), tenantA, func(ctx context.Context, w *store.Writer) error {
		fn(ctx, w)
		return nil
	}))
}

// view reads tenant A.
func (b *bed) view(t *testing.T, fn func(context.Context, *store.Reader)) {
	t.Helper()
	ok(t, b.View(t.Context(), tenantA, func(ctx context.Context, r *store.Reader) error {
		fn(ctx, r)
		return nil
	}))
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("got error %v, want none", err)
	}
}

// must returns a value that has to come without an error.
func must[T any](v T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		ok(t, err)
		return v
	}
}

// kind checks that an error wraps a kind of posture.
func kind(t *testing.T, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("got error %v, want %v", err, want)
	}
}

func same[T any](t *testing.T, got, want T, options ...cmp.Option) {
	t.Helper()
	options = append(options, cmp.Comparer(func(a, b *roaring.Bitmap) bool {
		if a == nil || b == nil {
			return a == b
		}
		return a.Equals(b)
	}))
	if diff := cmp.Diff(want, got, options...); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
