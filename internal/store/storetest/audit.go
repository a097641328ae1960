// SPDX-License-Identifier: Apache-2.0

package storetest

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"securescore/internal/access"
	"securescore/internal/audit"
	"securescore/internal/ledger"
	"securescore/internal/posture"
	"securescore/internal/store"
)

// record tells of something about a target, with every field set.
func record(about posture.TenantID, target string) audit.Record {
	return audit.Record{
		Tenant: about, Actor: "person:ada", Via: access.ViaGraph, Event: audit.DecisionMade, Outcome: audit.Done, Target: target, Request: "r1",
		Details: audit.Details{Name: "Ada <b>", From: "192.0.2.1", Reason: "why", Before: `{"status":"toAddress"}`, After: `{"status":"planned"}`},
	}
}

func sequences(list []audit.Entry) []int64 {
	var out []int64
	for i := range list {
		out = append(out, list[i].Sequence)
	}
	return out
}

func testAudit(t *testing.T, setup func(*testing.T) *bed) {
	t.Helper()
	t.Run("round trip", func(t *testing.T) { t.Parallel(); testAuditRoundTrip(t, setup(t)) })
	t.Run("the installation's own", func(t *testing.T) { t.Parallel(); testInstallationLog(t, setup(t)) })
	t.Run("time never goes back", func(t *testing.T) {
		t.Parallel()
		setup(t).update(t, func(ctx context.Context, w *store.Writer) {
			for _, late := range []time.Duration{0, -time.Hour, time.Nanosecond, time.Hour, time.Minute} {
				ok(t, w.Audit.Append(ctx, tenantA, instant().Add(late), record(tenantA, "a")))
			}
			var after []time.Duration
			for _, e := range must(w.Audit.Entries(ctx, tenantA, 0, 9))(t) {
				after = append(after, e.At.Sub(kept(instant())))
			}
			same(t, after, []time.Duration{0, 0, 0, time.Hour, time.Hour})
			same(t, must(store.VerifyAudit(ctx, w.Audit, tenantA))(t).Faults, nil)
		})
	})
	t.Run("find", func(t *testing.T) { t.Parallel(); testAuditFind(t, setup(t)) })
	t.Run("filter", func(t *testing.T) { t.Parallel(); testAuditFilter(t, setup(t)) })
	t.Run("erase", func(t *testing.T) { t.Parallel(); testAuditErase(t, setup(t)) })
	t.Run("one tenant's log is about that tenant", func(t *testing.T) {
		t.Parallel()
		setup(t).update(t, func(ctx context.Context, w *store.Writer) {
			kind(t, w.Audit.Append(ctx, tenantA, instant(), record(tenantA, "a"), record(tenantB, "b")), posture.ErrForbidden)
			kind(t, w.Audit.Append(ctx, audit.Installation, instant(), record(tenantA, "a")), posture.ErrForbidden)
			ok(t, w.Audit.Append(ctx, tenantA, instant()))
			same(t, must(w.Audit.Head(ctx, tenantA))(t), audit.Genesis(tenantA))
			ok(t, w.Audit.Append(ctx, tenantA, instant(), record(access.Everywhere, "c")))
			same(t, must(w.Audit.Head(ctx, tenantA))(t).Sequence, int64(1))
		})
	})
	t.Run("several writers at once", func(t *testing.T) { t.Parallel(); testAuditWriters(t, setup(t)) })
}

func testAuditRoundTrip(t *testing.T, b *bed) {
	t.Helper()
	b.registry(t, func(ctx context.Context, r *store.Registry) {
		zero := record(tenantA, "a\x00b")
		zero.Request, zero.Details = "\x00", audit.Details{Name: "Ada\x00", From: "\x00", Reason: "\x00", Before: "\x00", After: "\x00"}
		ok(t, r.Audit.Append(ctx, audit.Installation, instant(), zero))
		want := record(tenantA, "a\uFFFDb")
		want.Request = "\uFFFD"
		want.Details = audit.Details{Name: "Ada\uFFFD", From: "\uFFFD", Reason: "\uFFFD", Before: "\uFFFD", After: "\uFFFD"}
		same(t, must(r.Audit.Entries(ctx, audit.Installation, 0, 1))(t)[0].Record, want)
		same(t, must(store.VerifyAudit(ctx, r.Audit, audit.Installation))(t).Faults, nil)
	})
	b.update(t, func(ctx context.Context, w *store.Writer) {
		ok(t, w.Audit.Append(ctx, tenantA, instant(), record(tenantA, "a"), audit.Record{Event: audit.SignedIn, Outcome: audit.Failed}))
		ok(t, w.Audit.Append(ctx, tenantA, instant().Add(time.Hour), record(tenantA, "c")))
	})
	b.view(t, func(ctx context.Context, r *store.Reader) {
		list := must(r.Audit.Entries(ctx, tenantA, 0, 9))(t)
		same(t, sequences(list), []int64{1, 2, 3})
		same(t, list[0].Record, record(tenantA, "a"))
		same(t, list[1].Record, audit.Record{Event: audit.SignedIn, Outcome: audit.Failed})
		same(t, list[2].At, kept(instant().Add(time.Hour)))
		same(t, list[0].Prev, audit.Genesis(tenantA).Hash)
		same(t, list[2].Prev, list[1].Hash)
		if list[0].Salt == list[1].Salt || list[0].Salt == ([16]byte{}) {
			t.Error("a salt is empty or used twice")
		}
		head := must(r.Audit.Head(ctx, tenantA))(t)
		same(t, head, audit.Head{Log: tenantA, Sequence: 3, Hash: list[2].Hash})
		same(t, must(store.VerifyAudit(ctx, r.Audit, tenantA, head, audit.Head{Log: tenantA, Sequence: 2, Hash: list[1].Hash}))(t),
			audit.Report{Entries: 3, Head: head})
		same(t, sequences(must(r.Audit.Entries(ctx, tenantA, 0, 2))(t)), []int64{1, 2})
		same(t, sequences(must(r.Audit.Entries(ctx, tenantA, 1, 9))(t)), []int64{2, 3})
		same(t, must(r.Audit.Entries(ctx, tenantA, 3, 9))(t), nil)
		same(t, must(r.Audit.Entries(ctx, tenantA, 0, 0))(t), nil)
		same(t, must(r.Audit.Entries(ctx, tenantA, 0, -1))(t), nil)
	})
}

// testInstallationLog checks that the log of the installation is nobody else's,
// and goes on telling of a tenant that is gone.
func testInstallationLog(t *testing.T, b *bed) {
	t.Helper()
	fill(t, b, tenantA)
	fill(t, b, tenantB)
	b.registry(t, func(ctx context.Context, r *store.Registry) {
		ok(t, r.Audit.Append(ctx, audit.Installation, instant(), record(tenantA, "x"), record(tenantB, "y"), record(access.Everywhere, "z")))
		for _, tenant := range []posture.TenantID{tenantA, tenantB, tenantC} {
			kind(t, second(r.Audit.Head(ctx, tenant)), posture.ErrForbidden)
			kind(t, second(r.Audit.Entries(ctx, tenant, 0, 9)), posture.ErrForbidden)
			kind(t, second(r.Audit.Find(ctx, tenant, store.AuditQuery{Limit: 9})), posture.ErrForbidden)
			kind(t, r.Audit.Append(ctx, tenant, instant(), record(tenant, "x")), posture.ErrForbidden)
			kind(t, r.Audit.Erase(ctx, tenant, "person:ada"), posture.ErrForbidden)
		}
	})
	for _, tenant := range []posture.TenantID{tenantB, tenantA} {
		ok(t, b.Across().Tenants.Remove(t.Context(), tenant))
		b.look(t, func(ctx context.Context, r *store.Registry) {
			report := must(store.VerifyAudit(ctx, r.Audit, audit.Installation))(t)
			same(t, report.Entries, int64(3))
			same(t, report.Faults, nil)
			about := must(r.Audit.Find(ctx, audit.Installation, store.AuditQuery{About: &tenant, Limit: 9}))(t)
			same(t, len(about), 1)
			same(t, about[0].Tenant, tenant)
		})
	}
}

func testAuditFind(t *testing.T, b *bed) {
	t.Helper()
	tenant, none := tenantA, access.Everywhere
	minute := func(n int) time.Time { return instant().Add(time.Duration(n) * time.Minute) }
	b.registry(t, func(ctx context.Context, r *store.Registry) {
		for i, one := range []struct {
			about posture.TenantID
			actor ledger.Actor
			event audit.Event
		}{
			{tenantA, "person:ada", audit.DecisionMade},
			{tenantB, "person:ada", audit.DecisionEnded},
			{tenantA, "person:Ada", audit.DecisionMade},
			{none, "", audit.SignedIn},
			{tenantA, "token:t1", audit.DecisionEnded},
		} {
			rec := record(one.about, "x")
			rec.Actor, rec.Event = one.actor, one.event
			ok(t, r.Audit.Append(ctx, audit.Installation, minute(i), rec))
		}
	})
	b.look(t, func(ctx context.Context, r *store.Registry) {
		for name, tt := range map[string]struct {
			query store.AuditQuery
			want  []int64
		}{
			"everything":           {store.AuditQuery{}, []int64{5, 4, 3, 2, 1}},
			"a few":                {store.AuditQuery{Limit: 2}, []int64{5, 4}},
			"before a sequence":    {store.AuditQuery{Before: 3}, []int64{2, 1}},
			"the next few":         {store.AuditQuery{Before: 4, Limit: 2}, []int64{3, 2}},
			"about a tenant":       {store.AuditQuery{About: &tenant}, []int64{5, 3, 1}},
			"about none":           {store.AuditQuery{About: &none}, []int64{4}},
			"from":                 {store.AuditQuery{From: kept(minute(2))}, []int64{5, 4, 3}},
			"from just after":      {store.AuditQuery{From: kept(minute(2)).Add(time.Nanosecond)}, []int64{5, 4}},
			"from the future":      {store.AuditQuery{From: minute(60)}, nil},
			"to":                   {store.AuditQuery{To: kept(minute(2))}, []int64{2, 1}},
			"to just after":        {store.AuditQuery{To: kept(minute(2)).Add(time.Nanosecond)}, []int64{3, 2, 1}},
			"to the past":          {store.AuditQuery{To: minute(-1)}, nil},
			"a range":              {store.AuditQuery{From: kept(minute(1)), To: kept(minute(4))}, []int64{4, 3, 2}},
			"to and before":        {store.AuditQuery{To: kept(minute(3)), Before: 2}, []int64{1}},
			"by an actor":          {store.AuditQuery{Actor: "person:ada"}, []int64{2, 1}},
			"an event":             {store.AuditQuery{Event: string(audit.DecisionEnded)}, []int64{5, 2}},
			"a pattern is no name": {store.AuditQuery{Actor: "person:%"}, nil},
			"all of it": {store.AuditQuery{
				About: &tenant, From: minute(-1), To: minute(9), Before: 9, Actor: "token:t1", Event: string(audit.DecisionEnded),
			}, []int64{5}},
		} {
			if tt.query.Limit == 0 {
				tt.query.Limit = 9
			}
			if got := sequences(must(r.Audit.Find(ctx, audit.Installation, tt.query))(t)); fmt.Sprint(got) != fmt.Sprint(tt.want) {
				t.Errorf("%s: got %v, want %v", name, got, tt.want)
			}
		}
		found := must(r.Audit.Find(ctx, audit.Installation, store.AuditQuery{Limit: 1}))(t)
		same(t, found, must(r.Audit.Entries(ctx, audit.Installation, 4, 1))(t))
		same(t, must(r.Audit.Find(ctx, audit.Installation, store.AuditQuery{}))(t), nil)
	})
}

func testAuditErase(t *testing.T, b *bed) {
	t.Helper()
	fill(t, b, tenantB)
	other := record(tenantA, "b")
	other.Actor = "person:ADA"
	b.update(t, func(ctx context.Context, w *store.Writer) {
		ok(t, w.Audit.Append(ctx, tenantA, instant(), record(tenantA, "a"), other, record(tenantA, "c")))
	})
	cursor := must(b.Across().Feed.Cursor(t.Context()))(t)
	for range 2 { // the second time there is nothing left
		b.update(t, func(ctx context.Context, w *store.Writer) { ok(t, w.Audit.Erase(ctx, tenantA, "person:ada")) })
	}
	changes, _, err := b.Across().Feed.After(t.Context(), cursor)
	ok(t, err)
	same(t, len(changes), 1)
	b.view(t, func(ctx context.Context, r *store.Reader) {
		list := must(r.Audit.Entries(ctx, tenantA, 0, 9))(t)
		gone := record(tenantA, "a")
		gone.Details = audit.Details{}
		same(t, list[0].Record, gone)
		same(t, list[1].Record, other)
		for i, erased := range []bool{true, false, true} {
			if e := &list[i]; e.Erased != erased || (e.Salt == [16]byte{}) != erased {
				t.Errorf("entry %d: got erased %t with salt %x", e.Sequence, e.Erased, e.Salt)
			}
		}
		report := must(store.VerifyAudit(ctx, r.Audit, tenantA))(t)
		same(t, report.Erased, int64(2))
		same(t, report.Faults, nil)
	})
	ok(t, b.View(t.Context(), tenantB, func(ctx context.Context, r *store.Reader) error {
		same(t, must(r.Audit.Entries(ctx, tenantB, 0, 1))(t)[0].Record, record(tenantB, "a"))
		return nil
	}))
}

func testAuditWriters(t *testing.T, b *bed) {
	t.Helper()
	const writers, commits = 4, 5
	faults := make(chan error, writers*commits)
	var group sync.WaitGroup
	for range writers {
		group.Go(func() {
			for range commits {
				faults <- b.Update(t.Context(), tenantA, func(ctx context.Context, w *store.Writer) error {
					return w.Audit.Append(ctx, tenantA, instant(), record(tenantA, "a"))
				})
			}
		})
	}
	group.Wait()
	close(faults)
	for err := range faults {
		ok(t, err)
	}
	b.view(t, func(ctx context.Context, r *store.Reader) {
		report := must(store.VerifyAudit(ctx, r.Audit, tenantA))(t)
		same(t, report.Entries, int64(writers*commits))
		same(t, report.Faults, nil)
	})
}
