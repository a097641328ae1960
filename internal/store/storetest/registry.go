// SPDX-License-Identifier: Apache-2.0

package storetest

import (
	"context"
	"errors"
	"reflect"
	"strings"
	"sync"
	"testing"

	"securescore/internal/access"
	"securescore/internal/audit"
	"securescore/internal/posture"
	"securescore/internal/store"
)

// registry changes what belongs to the installation and expects it to succeed.
func (b *bed) registry(t *testing.T, fn func(context.Context, *store.Registry)) {
	t.Helper()
	ok(t, b.Across().Registry.Update(t.Context(), func(ctx context.Context, r *store.Registry) error {
		fn(ctx, r)
		return nil
	}))
}

// look reads what belongs to the installation.
func (b *bed) look(t *testing.T, fn func(context.Context, *store.Registry)) {
	t.Helper()
	ok(t, b.Across().Registry.View(t.Context(), func(ctx context.Context, r *store.Registry) error {
		fn(ctx, r)
		return nil
	}))
}

func testRegistry(t *testing.T, setup func(*testing.T) *bed) {
	t.Helper()
	t.Run("all or nothing", func(t *testing.T) {
		t.Parallel()
		b := setup(t)
		failed := errors.New("half way")
		kind(t, b.Across().Registry.Update(t.Context(), func(ctx context.Context, r *store.Registry) error {
			ok(t, r.People.Add(ctx, ada()))
			must(r.People.Grant(ctx, grant(ada().ID, access.GlobalReader, tenantA)))(t)
			ok(t, r.Tokens.Add(ctx, token("t1"), "hash"))
			ok(t, r.Audit.Append(ctx, audit.Installation, instant(), record(tenantA, "t1")))
			same(t, len(must(r.People.All(ctx))(t)), 1) // it sees what it wrote
			return failed
		}), failed)
		b.look(t, func(ctx context.Context, r *store.Registry) {
			same(t, len(must(r.People.All(ctx))(t)), 0)
			same(t, len(must(r.People.Grants(ctx, true))(t)), 0)
			same(t, len(must(r.Tokens.All(ctx))(t)), 0)
			same(t, must(r.Audit.Head(ctx, audit.Installation))(t), audit.Genesis(audit.Installation))
		})
	})
	t.Run("a view changes nothing", func(t *testing.T) {
		t.Parallel()
		b := setup(t)
		b.registry(t, func(ctx context.Context, r *store.Registry) { ok(t, r.People.Add(ctx, ada())) })
		b.look(t, func(ctx context.Context, r *store.Registry) { onlyReads(ctx, t, reflect.ValueOf(*r)) })
	})
	t.Run("a view sees one state", func(t *testing.T) {
		t.Parallel()
		b := setup(t)
		b.look(t, func(ctx context.Context, r *store.Registry) {
			same(t, len(must(r.People.All(ctx))(t)), 0)
			ok(t, b.Across().Registry.Update(ctx, func(ctx context.Context, r *store.Registry) error { return r.People.Add(ctx, ada()) }))
			same(t, len(must(r.People.All(ctx))(t)), 0)
		})
		b.look(t, func(ctx context.Context, r *store.Registry) { same(t, len(must(r.People.All(ctx))(t)), 1) })
	})
	t.Run("it is no line in the feed", func(t *testing.T) {
		t.Parallel()
		b := setup(t)
		cursor := must(b.Across().Feed.Cursor(t.Context()))(t)
		b.registry(t, func(ctx context.Context, r *store.Registry) {
			ok(t, r.People.Add(ctx, ada()))
			ok(t, r.Audit.Append(ctx, audit.Installation, instant(), record(tenantA, "x")))
		})
		b.quiet(t, cursor)
	})
	t.Run("several writers at once", func(t *testing.T) { t.Parallel(); testRegistryWriters(t, setup(t)) })
}

// onlyReads calls every method of every part. Those that change something, told
// by the first word of their name, are refused.
func onlyReads(ctx context.Context, t *testing.T, parts reflect.Value) {
	t.Helper()
	reading := []string{"Person", "Known", "All", "Grants", "ByID", "Head", "Entries", "Find", "Proof"}
	for _, part := range parts.Fields() {
		for m := range part.Type().Methods() {
			method := part.MethodByName(m.Name)
			in := []reflect.Value{reflect.ValueOf(ctx)}
			for at := 1; at < method.Type().NumIn(); at++ {
				in = append(in, argument(method.Type().In(at)))
				if method.Type().In(at) == reflect.TypeFor[posture.TenantID]() {
					in[at] = reflect.ValueOf(audit.Installation)
				}
			}
			call := method.Call
			if method.Type().IsVariadic() {
				call = method.CallSlice
			}
			out := call(in)
			err, _ := reflect.TypeAssert[error](out[len(out)-1])
			reads := strings.Contains(" "+strings.Join(reading, " ")+" ", " "+m.Name+" ")
			if errors.Is(err, posture.ErrForbidden) == reads {
				t.Errorf("%s.%s: got error %v, want ErrForbidden: %t", part.Type(), m.Name, err, !reads)
			}
		}
	}
}

// testRegistryWriters lets several processes give the same role at once: one of
// them wins, and the log tells of every attempt.
func testRegistryWriters(t *testing.T, b *bed) {
	t.Helper()
	b.registry(t, func(ctx context.Context, r *store.Registry) { ok(t, r.People.Add(ctx, ada())) })
	const writers = 8
	results := make(chan error, writers)
	var group sync.WaitGroup
	for range writers {
		group.Go(func() {
			results <- b.Across().Registry.Update(t.Context(), func(ctx context.Context, r *store.Registry) error {
				if err := r.Audit.Append(ctx, audit.Installation, instant(), record(tenantA, "ada")); err != nil {
					return err
				}
				_, err := r.People.Grant(ctx, grant(ada().ID, access.GlobalReader, tenantA))
				if errors.Is(err, posture.ErrConflict) {
					return nil // refused, and the log says so
				}
				return err
			})
		})
	}
	group.Wait()
	close(results)
	for err := range results {
		ok(t, err)
	}
	b.look(t, func(ctx context.Context, r *store.Registry) {
		same(t, len(must(r.People.Grants(ctx, true))(t)), 1)
		report := must(store.VerifyAudit(ctx, r.Audit, audit.Installation))(t)
		same(t, report.Entries, int64(writers))
		same(t, report.Faults, nil)
	})
}
