// SPDX-License-Identifier: Apache-2.0

package storetest

import (
	"context"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"securescore/internal/access"
	"securescore/internal/audit"
	"securescore/internal/ledger"
	"securescore/internal/odata"
	"securescore/internal/odata/odatatest"
	"securescore/internal/posture"
	"securescore/internal/store"
)

// recordOf makes a record of a random row; what the row lacks is empty.
func recordOf(r odatatest.Row) audit.Record {
	text := func(name string) string {
		s, _ := r[name].(string)
		return s
	}
	return audit.Record{
		Tenant: posture.TenantID(text("tenant")), Actor: ledger.Actor(text("actor")), Via: access.Via(text("via")), Event: audit.Event(text("event")),
		Outcome: audit.Outcome(text("outcome")), Target: text("target"), Request: text("request"),
		Details: audit.Details{Name: text("name"), From: text("from"), Reason: text("reason"), Before: text("name")},
	}
}

// randomLog fills the installation's log, with times that are often equal, and
// erases what one actor left behind.
func randomLog(t *testing.T, b *bed, entries int) []audit.Entry {
	t.Helper()
	draw := odatatest.Rows(audit.Schema())
	rows := make([]odatatest.Row, entries)
	for i := range rows {
		rows[i] = draw.Example(i)
		if _, timed := rows[i]["at"]; !timed {
			rows[i]["at"] = instant()
		}
	}
	when := func(r odatatest.Row) time.Time {
		at, _ := r["at"].(time.Time)
		return at
	}
	slices.SortStableFunc(rows, func(a, b odatatest.Row) int { return when(a).Compare(when(b)) })
	var log []audit.Entry
	b.registry(t, func(ctx context.Context, r *store.Registry) {
		for _, row := range rows {
			ok(t, r.Audit.Append(ctx, audit.Installation, when(row), recordOf(row)))
		}
		ok(t, r.Audit.Erase(ctx, audit.Installation, "ab"))
		log = must(r.Audit.Entries(ctx, audit.Installation, 0, entries))(t)
	})
	slices.Reverse(log)
	return log
}

// testAuditFilter holds the store against memory: the same filter gives the
// same rows.
func testAuditFilter(t *testing.T, b *bed) {
	t.Helper()
	const entries = 300
	log := randomLog(t, b, entries)
	parted := 0
	b.look(t, func(ctx context.Context, r *store.Registry) {
		rapid.Check(t, func(rt *rapid.T) {
			q := auditQuestion(rt)
			got, err := r.Audit.Find(ctx, audit.Installation, q)
			if err != nil {
				rt.Fatalf("%s: %v", q.Filter, err)
			}
			want := inMemory(log, &q)
			if !slices.Equal(sequences(got), sequences(want)) {
				rt.Fatalf("%s, %+v: got %v, want %v", q.Filter, q, sequences(got), sequences(want))
			}
			if len(want) > 0 && len(want) < entries {
				parted++
			}
		})
		testNamedFilters(ctx, t, r, log)
	})
	if !t.Failed() && parted < 20 {
		t.Errorf("only %d filters parted the log: the test asks too little", parted)
	}
}

// auditQuestion draws a filter, alone or with what an index serves, by fields or
// by the filter itself.
func auditQuestion(t *rapid.T) store.AuditQuery {
	text := odatatest.Filters(audit.Schema(), 3).Draw(t, "filter").Text
	word := rapid.SampledFrom([]string{"a", "A", "ab", "it''s", "none"})
	q := store.AuditQuery{Limit: rapid.SampledFrom([]int{1, 7, 1000}).Draw(t, "limit")}
	switch rapid.IntRange(0, 6).Draw(t, "with") {
	case 0:
		text = "actor eq '" + word.Draw(t, "actor") + "' and (" + text + ")"
	case 1:
		text = "(" + text + ") and '" + word.Draw(t, "event") + "' eq event"
	case 2:
		text = "not (actor eq '" + word.Draw(t, "actor") + "') or (" + text + ")"
	case 3:
		q.Actor = "a"
		text = "actor eq '" + word.Draw(t, "actor") + "' or (" + text + ")"
	case 4:
		q.About = new(posture.TenantID("a"))
		text = "(" + text + ") and event ne '" + word.Draw(t, "event") + "'"
	case 5:
		q.Event, q.Before = "b", 200
	}
	e, err := odata.ParseFilter(audit.Schema(), text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	q.Filter = e
	return q
}

// inMemory answers a question from the whole log, the newest entries first.
func inMemory(log []audit.Entry, q *store.AuditQuery) []audit.Entry {
	var found []audit.Entry
	for i := range log {
		e := &log[i]
		if len(found) < q.Limit && (q.About == nil || e.Tenant == *q.About) && (q.Before == 0 || e.Sequence < q.Before) &&
			(q.Actor == "" || string(e.Actor) == q.Actor) && (q.Event == "" || string(e.Event) == q.Event) && odata.Match(q.Filter, e) {
			found = append(found, *e)
		}
	}
	return found
}

// testNamedFilters asks what people ask, of which each part must be there.
func testNamedFilters(ctx context.Context, t *testing.T, r *store.Registry, log []audit.Entry) {
	t.Helper()
	for _, text := range []string{
		"actor eq 'ab'", "event eq 'a'", "actor eq 'a' and event eq 'b'", "name eq null", "name ne null", "not startswith(name,'a')",
		"sequence le 10", "at ge 2025-01-01T00:00:00Z", "at lt 2025-01-01T00:00:00.000001Z and tenant eq ''", "contains(reason,'%')",
		"actor in ('a','it''s')", "from ne null and from ne ''", "endswith(target,'😀') or outcome eq 'é'", "via eq request",
	} {
		e, err := odata.ParseFilter(audit.Schema(), text)
		ok(t, err)
		q := store.AuditQuery{Filter: e, Limit: len(log)}
		want := inMemory(log, &q)
		if len(want) == 0 || len(want) == len(log) {
			t.Errorf("%s: matches %d entries, want a part of them", text, len(want))
		}
		same(t, must(r.Audit.Find(ctx, audit.Installation, q))(t), want)
	}
}
