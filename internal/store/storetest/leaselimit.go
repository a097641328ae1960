// SPDX-License-Identifier: Apache-2.0

package storetest

import (
	"context"
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"securescore/internal/posture"
	"securescore/internal/store"
)

func testLeaseLimits(t *testing.T, b *bed) {
	t.Helper()
	for i := range 30 { // one tenant stands first with more than fits
		w := once(workID(tenantA, fmt.Sprintf("%02d", i)))
		w.Due.At = instant().AddDate(-2, 0, 0)
		b.put(t, w)
	}
	for i := range 4 {
		b.put(t, once(workID(tenantB, strconv.Itoa(i))), store.Work{WorkID: store.WorkID{Kind: other, Key: strconv.Itoa(i)}})
	}
	count := func(most int) (a, ofB, none int) {
		t.Helper()
		list := must(b.Across().Leases.Take(t.Context(), store.Taking{
			Owner: "ada", Kinds: []store.KindLimit{{Kind: chore, Most: 5}, {Kind: other, Most: 3}}, Tenant: 3, Most: most, Length: time.Hour,
		}))(t)
		for _, l := range list {
			switch l.Tenant {
			case tenantA:
				a++
			case tenantB:
				ofB++
			default:
				none++
			}
		}
		return a, ofB, none
	}
	var a, ofB, none int
	for range 20 {
		x, y, z := count(2)
		a, ofB, none = a+x, ofB+y, none+z
	}
	// 3 of one tenant, then as many of the other as the kind has room for; work
	// of the installation knows the limit of its kind only.
	same(t, []int{a, ofB, none}, []int{3, 2, 3})
	list := b.take(t, "bob", 100, moment) // without limits the rest
	same(t, len(list), 27+2+1)
	// A lease that has run out counts no more.
	same(t, len(b.take(t, "bob", 100, moment)), 30)
}

func testLeaseList(t *testing.T, b *bed) {
	t.Helper()
	later := once(workID(tenantB, "later"))
	later.Due.In = time.Hour
	b.put(t, once(workID(tenantA, "x")), once(workID(tenantA, "y")), store.Work{WorkID: store.WorkID{Kind: other}}, later)
	ok(t, b.Across().Works.Cancel(t.Context(), workID(tenantA, "y"), "no"))
	taken := b.take(t, "ada", 1, 2*time.Hour)
	same(t, len(taken), 1)
	of := func(q store.WorkQuery) (names []string) {
		t.Helper()
		for _, s := range must(b.Across().Works.List(t.Context(), q))(t) {
			names = append(names, s.String()+" "+string(s.State))
			if (s.State == store.WorkRunning) != (s.Owner == "ada") || s.Since.IsZero() == (s.State == store.WorkRunning) {
				t.Errorf("got %+v", s)
			}
		}
		return names
	}
	all := of(store.WorkQuery{})
	same(t, len(all), 4)
	same(t, all[3], "test/chore:"+string(tenantA)+":y dead")
	same(t, of(store.WorkQuery{Limit: 2}), all[:2])
	same(t, of(store.WorkQuery{State: store.WorkDead}), all[3:])
	same(t, len(of(store.WorkQuery{State: store.WorkRunning})), 1)
	same(t, len(of(store.WorkQuery{State: store.WorkWaiting})), 2)
	same(t, of(store.WorkQuery{Tenant: tenantB}), []string{"test/chore:" + string(tenantB) + ":later waiting"})
	same(t, len(of(store.WorkQuery{Kind: other})), 1)
}

func testLeaseInstallation(t *testing.T, b *bed) {
	t.Helper()
	id := store.WorkID{Kind: chore, Key: "x"}
	registry := func(do func(context.Context, *store.Registry) error) error {
		return b.Across().Registry.Update(t.Context(), do)
	}
	ok(t, registry(func(ctx context.Context, r *store.Registry) error { return r.Work.Put(ctx, once(id)) }))
	old := b.takeOne(t, "ada", moment)
	same(t, old.WorkID, id)
	l := b.takeOne(t, "bob", moment)
	kind(t, registry(func(ctx context.Context, r *store.Registry) error { return r.Work.Finish(ctx, old, nil) }), posture.ErrConflict)
	ok(t, registry(func(ctx context.Context, r *store.Registry) error { return r.Work.Progress(ctx, l, "1", "half") }))
	l = b.takeOne(t, "bob", time.Hour)
	same(t, l.Cursor, "1")
	ok(t, registry(func(ctx context.Context, r *store.Registry) error { return r.Work.Finish(ctx, l, nil) }))
	same(t, len(b.works(t)), 0)
	foreign := once(workID(tenantA, "x"))
	kind(t, registry(func(ctx context.Context, r *store.Registry) error { return r.Work.Put(ctx, foreign) }), posture.ErrForbidden)
	kind(t, b.Across().Registry.View(t.Context(), func(ctx context.Context, r *store.Registry) error { return r.Work.Put(ctx, once(id)) }), posture.ErrForbidden)
}

func testLeaseTenant(t *testing.T, b *bed) {
	t.Helper()
	b.put(t, once(workID(tenantA, "x")), once(workID(tenantB, "x")))
	for _, l := range b.take(t, "ada", 9, time.Hour) {
		if l.Tenant != tenantB {
			continue
		}
		// A transaction is bound to one tenant, and so is what it does for a lease.
		kind(t, b.Update(t.Context(), tenantA, func(ctx context.Context, w *store.Writer) error {
			return w.Work.Finish(ctx, tenantA, l, nil)
		}), posture.ErrForbidden)
	}
	kind(t, b.Update(t.Context(), tenantA, func(ctx context.Context, w *store.Writer) error {
		return w.Work.Put(ctx, tenantA, once(workID(tenantB, "y")))
	}), posture.ErrForbidden)
	kind(t, b.Across().Works.Put(t.Context(), []store.Work{once(workID(tenantA, "y")), once(workID(tenantC, "y"))}), posture.ErrNotFound)
	same(t, len(b.works(t)), 2)
	ok(t, b.Across().Tenants.Remove(t.Context(), tenantA))
	list := b.works(t)
	if len(list) != 1 || list[0].Tenant != tenantB {
		t.Errorf("after a tenant was removed: got %+v", list)
	}
}

func testLeaseFaults(t *testing.T, b *bed) {
	t.Helper()
	for _, w := range []store.Work{
		{},
		{WorkID: store.WorkID{Kind: "Upper"}},
		{WorkID: store.WorkID{Kind: chore, Key: "two\nlines"}},
		{WorkID: store.WorkID{Kind: chore}, Every: -1},
		{WorkID: store.WorkID{Kind: chore}, Due: store.Due{In: -1}},
	} {
		kind(t, b.Across().Works.Put(t.Context(), []store.Work{w}), posture.ErrInvalid)
	}
	_, err := b.Across().Leases.Take(t.Context(), store.Taking{Kinds: []store.KindLimit{{Kind: chore}}, Most: 1, Length: time.Hour})
	kind(t, err, posture.ErrInvalid)
	_, err = b.Across().Leases.Take(t.Context(), store.Taking{Owner: "ada", Kinds: []store.KindLimit{{Kind: chore}}, Most: 1})
	kind(t, err, posture.ErrInvalid)
	same(t, len(b.works(t)), 0)
}

// testTakers lets many processes loose on many works: each is done once, by
// one, and no limit is passed at any time.
func testTakers(t *testing.T, setup func(*testing.T) *bed) {
	t.Helper()
	const takers, count = 16, 1000
	for _, limit := range []int{0, 5} {
		t.Run(fmt.Sprintf("at most %d", limit), func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			works := make([]store.Work, count)
			for i := range works {
				tenant := tenantA
				if i%2 == 1 {
					tenant = tenantB
				}
				works[i] = once(workID(tenant, strconv.Itoa(i)))
			}
			b.put(t, works...)
			r := &race{bed: b, limit: limit, done: make(map[store.WorkID]int)}
			var group sync.WaitGroup
			for n := range takers {
				group.Go(func() { r.run(t, fmt.Sprint("taker ", n), count) })
			}
			group.Wait()
			same(t, len(r.done), count)
			for id, times := range r.done {
				if times != 1 {
					t.Errorf("%s was done %d times", id, times)
				}
			}
			same(t, len(b.works(t)), 0)
		})
	}
}

type race struct {
	*bed

	limit    int
	finished atomic.Int64

	mu      sync.Mutex
	running map[posture.TenantID]int
	done    map[store.WorkID]int
}

// run takes and does works until all are done.
func (r *race) run(t *testing.T, owner string, count int64) {
	t.Helper()
	asked := store.Taking{Owner: owner, Kinds: []store.KindLimit{{Kind: chore}}, Tenant: r.limit, Most: 7, Length: time.Hour}
	for r.finished.Load() < count {
		list, err := r.Across().Leases.Take(t.Context(), asked)
		if err != nil {
			t.Errorf("%s: %v", owner, err)
			return
		}
		r.count(t, list, 1)
		// It ends when nobody knows yet: others may take only afterwards.
		r.count(t, list, -1)
		lost, err := r.Across().Leases.Finish(t.Context(), list)
		if err != nil || len(lost) > 0 {
			t.Errorf("%s: %v, lost %v", owner, err, lost)
			return
		}
		r.finished.Add(int64(len(list)))
	}
}

func (r *race) count(t *testing.T, list []store.Lease, step int) {
	t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.running == nil {
		r.running = make(map[posture.TenantID]int)
	}
	for _, l := range list {
		r.running[l.Tenant] += step
		if step > 0 {
			r.done[l.WorkID]++
		}
		if r.limit > 0 && r.running[l.Tenant] > r.limit {
			t.Errorf("%s: %d run at once, at most %d may", l.Tenant, r.running[l.Tenant], r.limit)
		}
	}
}
