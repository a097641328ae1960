// SPDX-License-Identifier: Apache-2.0

package storetest

import (
	"context"
	"testing"
	"time"

	"securescore/internal/ledger"
	"securescore/internal/posture"
	"securescore/internal/store"
)

func daysOf(list []store.Fragment) []ledger.Day {
	var days []ledger.Day
	for _, f := range list {
		days = append(days, f.Day)
	}
	return days
}

// design 4.6.
func testFragments(t *testing.T, setup func(*testing.T) *bed) {
	t.Helper()
	today := ledger.DayOf(instant())
	all := func(ctx context.Context, t *testing.T, r store.FragmentReader, key string) []store.Fragment {
		t.Helper()
		return must(r.Fragments(ctx, tenantA, key, 0, today+100))(t)
	}
	days := []store.Fragment{{Day: today, Body: []byte("today")}, {Day: today - 2, Body: []byte{0, 1, 0xff}}, {Day: today - 1, Body: []byte("x")}}
	t.Run("round trip and order", func(t *testing.T) {
		t.Parallel()
		setup(t).update(t, func(ctx context.Context, w *store.Writer) {
			ok(t, w.Fragments.PutFragments(ctx, tenantA, "v1", days))
			same(t, all(ctx, t, w.Fragments, "v1"), []store.Fragment{days[1], days[2], days[0]})
			same(t, must(w.Fragments.Fragments(ctx, tenantA, "v1", today-1, today-1))(t), days[2:])
			same(t, all(ctx, t, w.Fragments, "V1"), nil)
			ok(t, w.Fragments.PutFragments(ctx, tenantA, "v1", []store.Fragment{{Day: today, Body: []byte("anew")}}))
			same(t, all(ctx, t, w.Fragments, "v1"), []store.Fragment{days[1], days[2], {Day: today, Body: []byte("anew")}})
		})
	})
	t.Run("another key drops them", func(t *testing.T) {
		t.Parallel()
		setup(t).update(t, func(ctx context.Context, w *store.Writer) {
			ok(t, w.Fragments.PutFragments(ctx, tenantA, "v1", days))
			ok(t, w.Fragments.PutFragments(ctx, tenantA, "v2", days[:1]))
			same(t, all(ctx, t, w.Fragments, "v1"), nil)
			same(t, all(ctx, t, w.Fragments, "v2"), days[:1])
		})
	})
	t.Run("entries drop them", func(t *testing.T) {
		t.Parallel()
		setup(t).update(t, func(ctx context.Context, w *store.Writer) {
			ok(t, w.Fragments.PutFragments(ctx, tenantA, "v1", days))
			add(ctx, t, w, tenantA, ledger.Microsoft, begin("a", 1, instant().AddDate(0, 0, -9)))
			same(t, daysOf(all(ctx, t, w.Fragments, "v1")), []ledger.Day{today - 2, today - 1, today})
			add(ctx, t, w, tenantA, ledger.Own, begin("a", 1, instant().AddDate(0, 0, -1)), begin("b", 1, instant()))
			same(t, daysOf(all(ctx, t, w.Fragments, "v1")), []ledger.Day{today - 2})
			add(ctx, t, w, tenantA, ledger.Own, begin("c", 1, (today-1).Time()), begin("d", 1, (today-1).Time().Add(-time.Microsecond)))
			same(t, daysOf(all(ctx, t, w.Fragments, "v1")), nil)
		})
	})
	t.Run("it is no line in the feed, and no part of what failed", func(t *testing.T) {
		t.Parallel()
		b := setup(t)
		cursor := must(b.Across().Feed.Cursor(t.Context()))(t)
		b.update(t, func(ctx context.Context, w *store.Writer) { ok(t, w.Fragments.PutFragments(ctx, tenantA, "v1", days)) })
		b.quiet(t, cursor)
		kind(t, b.Update(t.Context(), tenantA, func(ctx context.Context, w *store.Writer) error {
			ok(t, w.Fragments.PutFragments(ctx, tenantA, "v2", nil))
			return posture.ErrUnavailable
		}), posture.ErrUnavailable)
		b.view(t, func(ctx context.Context, r *store.Reader) { same(t, len(all(ctx, t, r.Fragments, "v1")), 3) })
	})
}
