// SPDX-License-Identifier: Apache-2.0

package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"securescore/internal/ledger"
	"securescore/internal/posture"
	"securescore/internal/store"
)

func testTransactions(t *testing.T, setup func(*testing.T) *bed) {
	t.Helper()
	t.Run("all or nothing", func(t *testing.T) {
		t.Parallel()
		b := setup(t)
		failed := errors.New("half way")
		err := b.Update(t.Context(), tenantA, func(ctx context.Context, w *store.Writer) error {
			must(w.Evidence.Put(ctx, tenantA, evidenceOf(guidA, dataSet("a", instant()))))(t)
			add(ctx, t, w, tenantA, ledger.Own, begin("a", 1, instant()))
			same(t, len(must(w.Evidence.Sets(ctx, tenantA))(t)), 1) // it sees what it wrote
			return failed
		})
		kind(t, err, failed)
		isEmpty(t, b, tenantA)
		b.view(t, func(ctx context.Context, r *store.Reader) { same(t, must(r.Tenant.Tenant(ctx, tenantA))(t).Entra, "") })
	})
	t.Run("a panic rolls back", func(t *testing.T) {
		t.Parallel()
		b := setup(t)
		func() {
			defer func() {
				if recover() == nil {
					t.Error("the panic was swallowed")
				}
			}()
			_ = b.Update(t.Context(), tenantA, func(ctx context.Context, w *store.Writer) error {
				add(ctx, t, w, tenantA, ledger.Own, begin("a", 1, instant()))
				panic("on purpose")
			})
		}()
		isEmpty(t, b, tenantA)
		b.describe(t.Context(), t, tenantA, "still writable")
	})
	t.Run("a context that is cancelled", func(t *testing.T) {
		t.Parallel()
		b := setup(t)
		ctx, cancel := context.WithCancel(t.Context())
		err := b.Update(ctx, tenantA, func(ctx context.Context, w *store.Writer) error {
			add(ctx, t, w, tenantA, ledger.Own, begin("a", 1, instant()))
			cancel()
			return nil
		})
		kind(t, err, context.Canceled)
		kind(t, b.View(ctx, tenantA, nil), context.Canceled)
		isEmpty(t, b, tenantA)
	})
	t.Run("a view sees one state", func(t *testing.T) {
		t.Parallel()
		b := setup(t)
		b.view(t, func(ctx context.Context, r *store.Reader) {
			before := must(r.Tenant.Tenant(ctx, tenantA))(t)
			b.describe(ctx, t, tenantA, "meanwhile")
			same(t, must(r.Tenant.Tenant(ctx, tenantA))(t), before)
			same(t, must(r.Changes.Sequence(ctx, tenantA))(t), int64(1))
		})
		b.view(t, func(ctx context.Context, r *store.Reader) {
			same(t, must(r.Tenant.Tenant(ctx, tenantA))(t).Name, "meanwhile")
		})
	})
}

// testConcurrency lets writers and readers of two tenants loose: nothing is
// lost, and every state that is seen is a whole one.
func testConcurrency(t *testing.T, setup func(*testing.T) *bed) {
	t.Helper()
	b := setup(t)
	const writers, commits = 4, 8
	var group sync.WaitGroup
	faults := make(chan error, 4*writers*commits)
	for n := range writers {
		for _, tenant := range []posture.TenantID{tenantA, tenantB} {
			group.Go(func() {
				for i := range commits {
					faults <- b.Update(t.Context(), tenant, func(ctx context.Context, w *store.Writer) error {
						return appendOne(ctx, w, tenant, posture.ControlID(fmt.Sprintf("c%d-%d", n, i)))
					})
				}
			})
			group.Go(func() {
				for range commits {
					faults <- b.View(t.Context(), tenant, func(ctx context.Context, r *store.Reader) error {
						report, err := store.Verify(ctx, r, tenant, ledger.Own)
						if err == nil && len(report.Faults) > 0 {
							err = fmt.Errorf("a state that is not whole: %v", report.Faults)
						}
						return err
					})
				}
			})
		}
	}
	group.Wait()
	close(faults)
	for err := range faults {
		ok(t, err)
	}
	b.view(t, func(ctx context.Context, r *store.Reader) {
		report := must(store.Verify(ctx, r, tenantA, ledger.Own))(t)
		same(t, report.Entries, int64(writers*commits))
		same(t, report.Faults, nil)
		same(t, must(r.Changes.Sequence(ctx, tenantA))(t), int64(1+writers*commits))
	})
}

// appendOne adds one control to ledger and score.
func appendOne(ctx context.Context, w *store.Writer, tenant posture.TenantID, control posture.ControlID) error {
	head, err := w.Ledger.Head(ctx, tenant, ledger.Own)
	if err != nil {
		return err
	}
	c := begin(control, 10, instant())
	entries, _, err := ledger.Seal(head, []ledger.Change{c}, ledger.Stamp{Recorded: instant()})
	if err != nil {
		return err
	}
	if err := w.Ledger.Append(ctx, tenant, ledger.Own, entries, nil); err != nil {
		return err
	}
	return w.Assessments.Put(ctx, tenant, []store.Current{{
		Assessment: posture.Assessment{Control: control, State: posture.Assessed}, Standing: c.After,
	}})
}
