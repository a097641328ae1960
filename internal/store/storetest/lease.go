// SPDX-License-Identifier: Apache-2.0

package storetest

import (
	"context"
	"errors"
	"strconv"
	"testing"
	"time"

	"securescore/internal/posture"
	"securescore/internal/store"
)

// The kinds of work of the suite.
const (
	chore store.WorkKind = "test/chore"
	other store.WorkKind = "test/other"
)

// moment is a lease that is over at once, and an hour one that holds. Stores
// keep their own time, so no test waits.
const moment = time.Microsecond

func workID(tenant posture.TenantID, key string) store.WorkID {
	return store.WorkID{Tenant: tenant, Kind: chore, Key: key}
}

func once(id store.WorkID) store.Work { return store.Work{WorkID: id} }

// put adds works that are due now.
func (b *bed) put(t *testing.T, works ...store.Work) {
	t.Helper()
	ok(t, b.Across().Works.Put(t.Context(), works))
}

func (b *bed) take(t *testing.T, owner string, most int, length time.Duration) []store.Lease {
	t.Helper()
	return must(b.Across().Leases.Take(t.Context(), store.Taking{
		Owner: owner, Kinds: []store.KindLimit{{Kind: chore}, {Kind: other}}, Most: most, Length: length,
	}))(t)
}

func (b *bed) takeOne(t *testing.T, owner string, length time.Duration) store.Lease {
	t.Helper()
	list := b.take(t, owner, 9, length)
	if len(list) != 1 {
		t.Fatalf("got %d leases, want 1: %+v", len(list), list)
	}
	return list[0]
}

func (b *bed) works(t *testing.T) []store.WorkStatus {
	t.Helper()
	return must(b.Across().Works.List(t.Context(), store.WorkQuery{}))(t)
}

// finish ends a lease in a transaction of its tenant that changes something.
func (b *bed) finish(t *testing.T, l store.Lease, next *store.Due) error {
	t.Helper()
	return b.Update(t.Context(), l.Tenant, func(ctx context.Context, w *store.Writer) error {
		if err := w.Tenant.Describe(ctx, l.Tenant, "by "+l.Owner, ""); err != nil {
			return err
		}
		return w.Work.Finish(ctx, l.Tenant, l, next)
	})
}

func keys(list []store.Lease) []string {
	var names []string
	for i := range list {
		names = append(names, list[i].Key)
	}
	return names
}

func testLeases(t *testing.T, setup func(*testing.T) *bed) {
	t.Helper()
	for name, run := range map[string]func(*testing.T, *bed){
		"round trip":                        testLeaseRoundTrip,
		"two never hold one work":           testLeaseHeldOnce,
		"by due time":                       testLeaseOrder,
		"a frozen holder writes nothing":    testLeaseFrozen,
		"results and lease are one":         testLeaseTogether,
		"extended leases hold":              testLeaseExtend,
		"given back":                        testLeaseGiveBack,
		"again and again":                   testLeasePeriod,
		"put again while it runs":           testLeaseAgain,
		"failing, dead and restarted":       testLeaseFail,
		"cancel":                            testLeaseCancel,
		"ensure":                            testLeaseEnsure,
		"withdraw":                          testLeaseWithdraw,
		"a new life has a fence of its own": testLeaseNewLife,
		"progress":                          testLeaseProgress,
		"limits":                            testLeaseLimits,
		"list":                              testLeaseList,
		"work of the installation":          testLeaseInstallation,
		"of one tenant":                     testLeaseTenant,
		"what is not well formed":           testLeaseFaults,
	} {
		t.Run(name, func(t *testing.T) { t.Parallel(); run(t, setup(t)) })
	}
}

func testLeaseRoundTrip(t *testing.T, b *bed) {
	t.Helper()
	odd := workID(tenantA, `a "key" with 'quotes' and ?`)
	b.put(t, once(odd))
	l := b.takeOne(t, "ada", time.Hour)
	same(t, l.WorkID, odd)
	same(t, l.Owner, "ada")
	same(t, l.Attempts, 1)
	if l.Due.IsZero() || l.Until.Sub(l.Due) < time.Hour || l.Fence == 0 {
		t.Errorf("got %+v", l)
	}
	same(t, len(must(b.Across().Leases.Finish(t.Context(), []store.Lease{l}))(t)), 0)
	same(t, len(b.works(t)), 0)
	same(t, len(b.take(t, "ada", 9, time.Hour)), 0)
}

func testLeaseHeldOnce(t *testing.T, b *bed) {
	t.Helper()
	for i := range 10 {
		b.put(t, once(workID(tenantA, strconv.Itoa(i))))
	}
	seen := make(map[store.WorkID]bool)
	for _, owner := range []string{"ada", "bob", "cem", "ada"} {
		for _, l := range b.take(t, owner, 4, time.Hour) {
			if seen[l.WorkID] {
				t.Errorf("%s was given to two", l.WorkID)
			}
			seen[l.WorkID] = true
		}
	}
	same(t, len(seen), 10)
}

func testLeaseOrder(t *testing.T, b *bed) {
	t.Helper()
	for i, key := range []string{"third", "first", "second"} {
		w := once(workID(tenantA, key))
		w.Due.At = instant().AddDate(-1, 0, []int{3, 1, 2}[i])
		b.put(t, w)
	}
	later := once(workID(tenantB, "later"))
	later.Due.In = time.Hour
	far := once(workID(tenantB, "far"))
	far.Due.At = instant().AddDate(500, 0, 0)
	b.put(t, later, far)
	same(t, keys(b.take(t, "ada", 2, time.Hour)), []string{"first", "second"})
	list := b.take(t, "ada", 2, time.Hour)
	same(t, keys(list), []string{"third"})
	same(t, list[0].Due, kept(instant().AddDate(-1, 0, 3)))
}

// A holder that is frozen for longer than its lease must not write after
// another took over.
func testLeaseFrozen(t *testing.T, b *bed) {
	t.Helper()
	b.put(t, once(workID(tenantA, "x")))
	frozen := b.takeOne(t, "frozen", moment)
	now := b.takeOne(t, "next", time.Hour)
	if now.Fence <= frozen.Fence || now.Attempts != 2 {
		t.Errorf("got fence %d after %d, attempt %d", now.Fence, frozen.Fence, now.Attempts)
	}
	before := must(b.Sequence(t.Context(), tenantA))(t)
	kind(t, b.finish(t, frozen, nil), posture.ErrConflict)
	kind(t, b.finish(t, frozen, &store.Due{}), posture.ErrConflict)
	kind(t, b.Update(t.Context(), tenantA, func(ctx context.Context, w *store.Writer) error {
		return w.Work.Progress(ctx, tenantA, frozen, "9", "all")
	}), posture.ErrConflict)
	same(t, must(b.Sequence(t.Context(), tenantA))(t), before)
	leases, all := b.Across().Leases, []store.Lease{frozen}
	same(t, must(leases.Finish(t.Context(), all))(t), all)
	same(t, must(leases.Extend(t.Context(), time.Hour, all))(t), all)
	same(t, must(leases.GiveBack(t.Context(), all))(t), all)
	same(t, must(leases.Fail(t.Context(), []store.Failure{{Lease: frozen, Fault: "late"}}))(t), all)
	status := b.works(t)
	if len(status) != 1 || status[0].Owner != "next" || status[0].Fault != "" || status[0].Cursor != "" {
		t.Errorf("got %+v", status)
	}
	ok(t, b.finish(t, now, nil))
	kind(t, b.finish(t, now, nil), posture.ErrConflict)
	b.view(t, func(ctx context.Context, r *store.Reader) {
		same(t, must(r.Tenant.Tenant(ctx, tenantA))(t).Name, "by next")
	})
}

func testLeaseTogether(t *testing.T, b *bed) {
	t.Helper()
	b.put(t, once(workID(tenantA, "x")))
	l := b.takeOne(t, "ada", time.Hour)
	changed := errors.New("changed my mind")
	kind(t, b.Update(t.Context(), tenantA, func(ctx context.Context, w *store.Writer) error {
		ok(t, w.Work.Finish(ctx, tenantA, l, nil))
		ok(t, w.Work.Put(ctx, tenantA, once(workID(tenantA, "y"))))
		return changed
	}), changed)
	list := b.works(t)
	if len(list) != 1 || list[0].Key != "x" || list[0].State != store.WorkRunning {
		t.Errorf("after a rollback: got %+v", list)
	}
	// Work counts as no change.
	before := must(b.Sequence(t.Context(), tenantA))(t)
	b.update(t, func(ctx context.Context, w *store.Writer) {
		ok(t, w.Work.Put(ctx, tenantA, once(workID(tenantA, "y"))))
	})
	same(t, must(b.Sequence(t.Context(), tenantA))(t), before)
	ok(t, b.finish(t, l, nil))
	same(t, b.takeOne(t, "bob", time.Hour).Key, "y")
}

func testLeaseExtend(t *testing.T, b *bed) {
	t.Helper()
	b.put(t, once(workID(tenantA, "x")))
	l := b.takeOne(t, "ada", moment)
	// It has run out, and nobody has taken it: it is still the current one.
	same(t, len(must(b.Across().Leases.Extend(t.Context(), time.Hour, []store.Lease{l}))(t)), 0)
	same(t, len(b.take(t, "bob", 9, time.Hour)), 0)
	ok(t, b.finish(t, l, nil))
	same(t, must(b.Across().Leases.Extend(t.Context(), time.Hour, []store.Lease{l}))(t), []store.Lease{l})
}

func testLeaseGiveBack(t *testing.T, b *bed) {
	t.Helper()
	b.put(t, once(workID(tenantA, "x")))
	l := b.takeOne(t, "ada", time.Hour)
	same(t, len(must(b.Across().Leases.GiveBack(t.Context(), []store.Lease{l}))(t)), 0)
	next := b.takeOne(t, "bob", time.Hour)
	same(t, next.Attempts, 1)
	kind(t, b.finish(t, l, nil), posture.ErrConflict)
	ok(t, b.finish(t, next, nil))
}

func testLeasePeriod(t *testing.T, b *bed) {
	t.Helper()
	hourly := store.Work{WorkID: workID(tenantA, "hourly"), Every: time.Hour}
	often := store.Work{WorkID: workID(tenantB, "often"), Every: moment}
	b.put(t, hourly, often, once(workID(tenantA, "once")))
	list := b.take(t, "ada", 9, time.Hour)
	same(t, len(list), 3)
	for _, l := range list {
		if l.Key != "once" && l.Every == 0 {
			t.Errorf("got %+v, want its period", l)
		}
	}
	same(t, len(must(b.Across().Leases.Finish(t.Context(), list))(t)), 0)
	l := b.takeOne(t, "bob", time.Hour)
	same(t, l.Key, "often")
	same(t, l.Attempts, 1)
	ok(t, b.finish(t, l, nil))
	l = b.takeOne(t, "bob", time.Hour)
	ok(t, b.finish(t, l, &store.Due{In: time.Hour}))
	same(t, len(b.take(t, "bob", 9, time.Hour)), 0)
	same(t, len(b.works(t)), 2)
}

func testLeaseAgain(t *testing.T, b *bed) {
	t.Helper()
	for _, end := range []func(store.Lease) error{
		func(l store.Lease) error { return b.finish(t, l, nil) },
		func(l store.Lease) error { return b.finish(t, l, &store.Due{In: time.Hour}) },
		func(l store.Lease) error {
			_, err := b.Across().Leases.Finish(t.Context(), []store.Lease{l})
			return err
		},
		func(l store.Lease) error {
			_, err := b.Across().Leases.Fail(t.Context(), []store.Failure{{Lease: l, Fault: "no"}})
			return err
		},
	} {
		b.put(t, once(workID(tenantA, "x")))
		l := b.takeOne(t, "ada", time.Hour)
		b.put(t, once(workID(tenantA, "x")))
		same(t, len(b.take(t, "bob", 9, time.Hour)), 0)
		ok(t, end(l))
		ok(t, b.finish(t, b.takeOne(t, "bob", time.Hour), nil))
		same(t, len(b.works(t)), 0)
	}
}

func testLeaseFail(t *testing.T, b *bed) {
	t.Helper()
	id := workID(tenantA, "x")
	b.put(t, once(id))
	fail := func(next *store.Due) {
		t.Helper()
		l := b.takeOne(t, "ada", time.Hour)
		same(t, len(must(b.Across().Leases.Fail(t.Context(), []store.Failure{{Lease: l, Fault: "<no>", Next: next}}))(t)), 0)
	}
	fail(&store.Due{})
	fail(&store.Due{In: time.Hour})
	same(t, len(b.take(t, "ada", 9, time.Hour)), 0)
	list := b.works(t)
	if len(list) != 1 || list[0].State != store.WorkFailing || list[0].Fault != "<no>" || list[0].Attempts != 2 || list[0].FailedAt.IsZero() || list[0].Owner != "" {
		t.Errorf("got %+v", list)
	}
	kind(t, b.Across().Works.Restart(t.Context(), id), posture.ErrConflict)
	b.put(t, once(id)) // as if it had never failed
	same(t, b.works(t)[0].State, store.WorkWaiting)
	fail(nil)
	list = b.works(t)
	if len(list) != 1 || list[0].State != store.WorkDead || !list[0].Ready.IsZero() {
		t.Errorf("got %+v", list)
	}
	same(t, len(b.take(t, "ada", 9, time.Hour)), 0)
	ok(t, b.Across().Works.Restart(t.Context(), id))
	same(t, b.takeOne(t, "ada", time.Hour).Attempts, 1)
	kind(t, b.Across().Works.Restart(t.Context(), workID(tenantA, "y")), posture.ErrNotFound)
}

func testLeaseCancel(t *testing.T, b *bed) {
	t.Helper()
	id := workID(tenantA, "x")
	b.put(t, once(id))
	l := b.takeOne(t, "ada", time.Hour)
	ok(t, b.Across().Works.Cancel(t.Context(), id, "cancelled by <Ada>"))
	kind(t, b.finish(t, l, nil), posture.ErrConflict)
	same(t, must(b.Across().Leases.Extend(t.Context(), time.Hour, []store.Lease{l}))(t), []store.Lease{l})
	list := b.works(t)
	if len(list) != 1 || list[0].State != store.WorkDead || list[0].Fault != "cancelled by <Ada>" {
		t.Errorf("got %+v", list)
	}
	kind(t, b.Across().Works.Cancel(t.Context(), id, ""), posture.ErrConflict)
	kind(t, b.Across().Works.Cancel(t.Context(), workID(tenantB, "x"), ""), posture.ErrNotFound)
	b.put(t, once(id)) // it comes to life
	ok(t, b.finish(t, b.takeOne(t, "bob", time.Hour), nil))
}

func testLeaseEnsure(t *testing.T, b *bed) {
	t.Helper()
	works := b.Across().Works
	ensure := func(id store.WorkID, every time.Duration) {
		t.Helper()
		ok(t, works.Ensure(t.Context(), []store.Work{{WorkID: id, Every: every}}))
	}
	id := workID(tenantA, "x")
	ensure(id, time.Hour)
	ok(t, b.finish(t, b.takeOne(t, "ada", time.Hour), nil))
	ensure(id, 2*time.Hour)
	same(t, len(b.take(t, "ada", 9, time.Hour)), 0)
	same(t, b.works(t)[0].Every, 2*time.Hour)
	ok(t, works.Cancel(t.Context(), id, "no"))
	ensure(id, 2*time.Hour)
	same(t, b.works(t)[0].State, store.WorkDead)
}

func testLeaseWithdraw(t *testing.T, b *bed) {
	t.Helper()
	b.put(t, once(workID(tenantA, "x")), once(workID(tenantB, "x")))
	list := b.take(t, "ada", 9, time.Hour)
	withdraw := func(ctx context.Context, w *store.Writer) { ok(t, w.Work.Withdraw(ctx, tenantA, chore, "x")) }
	b.update(t, withdraw)
	b.update(t, withdraw)
	same(t, len(b.works(t)), 1)
	for _, l := range list {
		if l.Tenant == tenantA {
			kind(t, b.finish(t, l, nil), posture.ErrConflict)
		} else {
			ok(t, b.finish(t, l, nil))
		}
	}
}

// Work that is gone and put anew is not what an old holder holds.
func testLeaseNewLife(t *testing.T, b *bed) {
	t.Helper()
	b.put(t, once(workID(tenantA, "x")))
	old := b.takeOne(t, "ada", moment)
	ok(t, b.finish(t, b.takeOne(t, "bob", time.Hour), nil))
	b.put(t, once(workID(tenantA, "x")))
	young := b.takeOne(t, "ada", time.Hour)
	if young.Fence <= old.Fence {
		t.Errorf("got fence %d after %d", young.Fence, old.Fence)
	}
	kind(t, b.finish(t, old, nil), posture.ErrConflict)
	ok(t, b.finish(t, young, nil))
}

func testLeaseProgress(t *testing.T, b *bed) {
	t.Helper()
	b.put(t, store.Work{WorkID: workID(tenantA, "x"), Every: moment})
	l := b.takeOne(t, "ada", moment)
	b.update(t, func(ctx context.Context, w *store.Writer) {
		ok(t, w.Work.Progress(ctx, tenantA, l, "page 7", "7 of 9"))
	})
	l = b.takeOne(t, "bob", time.Hour)
	same(t, []string{l.Cursor, l.Progress}, []string{"page 7", "7 of 9"})
	same(t, b.works(t)[0].Progress, "7 of 9")
	ok(t, b.finish(t, l, nil))
	same(t, b.takeOne(t, "bob", time.Hour).Cursor, "") // a new round begins at the beginning
}
