// SPDX-License-Identifier: Apache-2.0

package storetest

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/RoaringBitmap/roaring/v2"

	"securescore/internal/ledger"
	"securescore/internal/posture"
	"securescore/internal/store"
)

// change moves a control from some points to others.
func change(id posture.ControlID, from, to posture.Points, at time.Time) ledger.Change {
	return ledger.Change{
		Control: id, Cause: ledger.User, Actor: ledger.System, Effective: at,
		Before: ledger.Standing{Measured: from, Max: 1000, Counts: posture.Counts{Pass: int(from)}},
		After:  ledger.Standing{Measured: to, Max: 1000, Counts: posture.Counts{Pass: int(to)}},
	}
}

// begin puts a control into the score.
func begin(id posture.ControlID, points posture.Points, at time.Time) ledger.Change {
	c := change(id, 0, points, at)
	c.Before, c.Cause = ledger.Standing{}, ledger.Catalogue
	return c
}

// add seals changes at the end of a series of the writer's tenant and appends
// them.
func add(ctx context.Context, t *testing.T, w *store.Writer, tenant posture.TenantID, s ledger.Series, changes ...ledger.Change) []ledger.Entry {
	t.Helper()
	head := must(w.Ledger.Head(ctx, tenant, s))(t)
	entries, _, err := ledger.Seal(head, changes, ledger.Stamp{Effective: instant(), Recorded: instant(), Run: 1})
	ok(t, err)
	ok(t, w.Ledger.Append(ctx, tenant, s, entries, nil))
	return entries
}

// design 4.1.
func testLedger(t *testing.T, setup func(*testing.T) *bed) {
	t.Helper()
	t.Run("round trip", func(t *testing.T) { t.Parallel(); testLedgerRoundTrip(t, setup(t)) })
	t.Run("pages", func(t *testing.T) { t.Parallel(); testLedgerPages(t, setup(t)) })
	t.Run("ranges", func(t *testing.T) { t.Parallel(); testLedgerRanges(t, setup(t)) })
	t.Run("facts", func(t *testing.T) { t.Parallel(); testFacts(t, setup(t)) })
	t.Run("beside", func(t *testing.T) { t.Parallel(); testBeside(t, setup(t)) })
	t.Run("only at the end", func(t *testing.T) {
		t.Parallel()
		b := setup(t)
		genesis := ledger.Genesis(tenantA, ledger.Own)
		first := must2(ledger.Seal(genesis, []ledger.Change{begin("a", 1, instant())}, ledger.Stamp{Recorded: instant()}))(t)
		other := must2(ledger.Seal(genesis, []ledger.Change{begin("b", 1, instant())}, ledger.Stamp{Recorded: instant()}))(t)
		b.update(t, func(ctx context.Context, w *store.Writer) {
			ok(t, w.Ledger.Append(ctx, tenantA, ledger.Own, first, nil))
			kind(t, w.Ledger.Append(ctx, tenantA, ledger.Own, other, nil), posture.ErrConflict)
			kind(t, w.Ledger.Append(ctx, tenantA, ledger.Own, first, nil), posture.ErrConflict)
			kind(t, w.Ledger.Append(ctx, tenantA, "weather", first, nil), posture.ErrInvalid)
			ok(t, w.Ledger.Append(ctx, tenantA, ledger.Own, nil, nil))
			same(t, len(must(w.Ledger.Entries(ctx, tenantA, ledger.Own, 0, 10))(t)), 1)
			same(t, must(w.Ledger.Head(ctx, tenantA, ledger.Microsoft))(t), ledger.Genesis(tenantA, ledger.Microsoft))
		})
	})
}

func must2(entries []ledger.Entry, _ ledger.Head, err error) func(*testing.T) []ledger.Entry {
	return must(entries, err)
}

func testLedgerRoundTrip(t *testing.T, b *bed) {
	t.Helper()
	facts := ledger.Change{Cause: ledger.FactsChanged, Actor: "source:x", Facts: &ledger.Facts{Seats: 3, Plans: []string{"A"}}}
	var own, microsoft []ledger.Entry
	b.update(t, func(ctx context.Context, w *store.Writer) {
		own = add(ctx, t, w, tenantA, ledger.Own, begin("a", 100, time.Time{}), facts)
		microsoft = add(ctx, t, w, tenantA, ledger.Microsoft, begin("a", 300, instant().AddDate(0, 0, -9)))
	})
	b.update(t, func(ctx context.Context, w *store.Writer) {
		own = append(own, add(ctx, t, w, tenantA, ledger.Own, change("a", 100, 50, instant().Add(time.Hour)))...)
	})
	b.view(t, func(ctx context.Context, r *store.Reader) {
		same(t, must(r.Ledger.Entries(ctx, tenantA, ledger.Own, 0, 100))(t), own)
		same(t, must(r.Ledger.Entries(ctx, tenantA, ledger.Microsoft, 0, 100))(t), microsoft)
		last := own[len(own)-1]
		same(t, must(r.Ledger.Head(ctx, tenantA, ledger.Own))(t), ledger.Head{Series: ledger.Own, Sequence: last.Sequence, Hash: last.Hash})
		same(t, must(r.Ledger.Between(ctx, tenantA, ledger.Own, time.Time{}, instant().AddDate(9, 0, 0)))(t), withoutPrev(own))
	})
}

func withoutPrev(entries []ledger.Entry) []ledger.Entry {
	entries = slices.Clone(entries)
	for i := range entries {
		entries[i].Prev = ledger.Hash{}
	}
	return entries
}

// testLedgerPages walks entries of commits of several sizes in pages of
// several sizes.
func testLedgerPages(t *testing.T, b *bed) {
	t.Helper()
	var written []ledger.Entry
	points := posture.Points(0)
	for _, n := range []int{1, 3, 700, 1, 256, 2} {
		b.update(t, func(ctx context.Context, w *store.Writer) {
			changes := make([]ledger.Change, 0, n)
			for range n {
				c := change("a", points, points+1, instant().Add(time.Duration(points)*time.Minute))
				if points == 0 {
					c = begin("a", 1, instant())
				}
				points++
				changes = append(changes, c)
			}
			written = append(written, add(ctx, t, w, tenantA, ledger.Own, changes...)...)
		})
	}
	b.view(t, func(ctx context.Context, r *store.Reader) {
		for _, limit := range []int{1, 2, 5, 255, 256, 257, 1000, 5000} {
			var read []ledger.Entry
			after := int64(0)
			for {
				page := must(r.Ledger.Entries(ctx, tenantA, ledger.Own, after, limit))(t)
				if len(page) > limit {
					t.Fatalf("got %d entries, want at most %d", len(page), limit)
				}
				if len(page) == 0 {
					break
				}
				read = append(read, page...)
				after = page[len(page)-1].Sequence
			}
			if len(read) != len(written) {
				t.Fatalf("limit %d: got %d entries, want %d", limit, len(read), len(written))
			}
			if report := ledger.Verify(tenantA, ledger.Own, read, ledger.Expect{}); len(report.Faults) > 0 {
				t.Fatalf("limit %d: %v", limit, report.Faults)
			}
		}
	})
}

// testLedgerRanges back-dates entries, as imports do.
func testLedgerRanges(t *testing.T, b *bed) {
	t.Helper()
	day := func(n int) time.Time { return time.Date(2026, 1, n, 0, 0, 0, 0, time.UTC) }
	b.update(t, func(ctx context.Context, w *store.Writer) {
		add(ctx, t, w, tenantA, ledger.Microsoft, begin("a", 10, day(10)), change("a", 10, 20, day(20)))
	})
	b.update(t, func(ctx context.Context, w *store.Writer) {
		add(ctx, t, w, tenantA, ledger.Microsoft, change("a", 20, 25, day(15)), change("a", 20, 15, day(20)), change("a", 1, 2, day(5)))
	})
	b.view(t, func(ctx context.Context, r *store.Reader) {
		for _, tt := range []struct {
			from, to time.Time
			want     []int64
		}{
			{time.Time{}, day(31), []int64{5, 1, 3, 2, 4}},
			{day(10), day(20), []int64{1, 3}},
			{day(10).Add(time.Microsecond), day(20).Add(time.Microsecond), []int64{3, 2, 4}},
			{day(20), day(20), nil},
			{day(21), day(31), nil},
		} {
			var got []int64
			for _, e := range must(r.Ledger.Between(ctx, tenantA, ledger.Microsoft, tt.from, tt.to))(t) {
				got = append(got, e.Sequence)
			}
			same(t, got, tt.want)
		}
	})
}

// design 4.4.
func testFacts(t *testing.T, b *bed) {
	t.Helper()
	facts := func(seats int, at time.Time) ledger.Change {
		return ledger.Change{Cause: ledger.FactsChanged, Actor: ledger.System, Facts: &ledger.Facts{Seats: seats}, Effective: at}
	}
	day := func(n int) time.Time { return time.Date(2026, 1, n, 0, 0, 0, 0, time.UTC) }
	for _, tt := range []struct {
		changes []ledger.Change
		want    int
	}{
		{[]ledger.Change{begin("a", 1, day(1))}, 0},
		{[]ledger.Change{facts(5, day(10)), change("a", 1, 2, day(10)), facts(6, day(12)), facts(7, day(11))}, 6},
		{[]ledger.Change{change("a", 2, 3, day(20))}, 6},
		{[]ledger.Change{facts(8, day(2))}, 6},  // back-dated
		{[]ledger.Change{facts(9, day(12))}, 9}, // corrected
	} {
		b.update(t, func(ctx context.Context, w *store.Writer) {
			entries := add(ctx, t, w, tenantA, ledger.Microsoft, tt.changes...)
			got, err := w.Ledger.Facts(ctx, tenantA, ledger.Microsoft)
			if tt.want == 0 {
				kind(t, err, posture.ErrNotFound)
				return
			}
			ok(t, err)
			same(t, got.Facts.Seats, tt.want)
			if report := ledger.Verify(tenantA, ledger.Microsoft, must(w.Ledger.Entries(ctx, tenantA, ledger.Microsoft, 0, 99))(t), ledger.Expect{}); len(report.Faults) > 0 || len(entries) == 0 {
				t.Errorf("verify: %v", report.Faults)
			}
		})
	}
	b.view(t, func(ctx context.Context, r *store.Reader) {
		_, err := r.Ledger.Facts(ctx, tenantA, ledger.Own)
		kind(t, err, posture.ErrNotFound)
	})
}

// design 4.1, 4.2: names and entities live beside the chain and can be erased.
func testBeside(t *testing.T, b *bed) {
	t.Helper()
	beside := []ledger.Beside{
		{Sequence: 1, ActorName: "Ada Lovelace", Note: "agreed", Kind: "user", Flipped: roaring.BitmapOf(1, 9, 1<<31)},
		{Sequence: 3, ActorName: "Bob"},
	}
	b.update(t, func(ctx context.Context, w *store.Writer) {
		head := must(w.Ledger.Head(ctx, tenantA, ledger.Own))(t)
		entries := must2(ledger.Seal(head, []ledger.Change{begin("a", 1, instant()), change("a", 1, 2, instant()), change("a", 2, 3, instant())}, ledger.Stamp{}))(t)
		ok(t, w.Ledger.Append(ctx, tenantA, ledger.Own, entries, beside))
	})
	err := b.Update(t.Context(), tenantA, func(ctx context.Context, w *store.Writer) error {
		head := must(w.Ledger.Head(ctx, tenantA, ledger.Own))(t)
		entries := must2(ledger.Seal(head, []ledger.Change{change("a", 3, 4, instant())}, ledger.Stamp{}))(t)
		return w.Ledger.Append(ctx, tenantA, ledger.Own, entries, []ledger.Beside{{Sequence: 2}})
	})
	kind(t, err, posture.ErrInvalid)
	b.view(t, func(ctx context.Context, r *store.Reader) {
		same(t, must(r.Ledger.Beside(ctx, tenantA, ledger.Own, roaring.BitmapOf(3, 2, 1, 77)))(t), beside)
		same(t, must(r.Ledger.Beside(ctx, tenantA, ledger.Microsoft, roaring.BitmapOf(1)))(t), nil)
	})
	b.update(t, func(ctx context.Context, w *store.Writer) {
		ok(t, w.Ledger.Erase(ctx, tenantA, ledger.Own, roaring.BitmapOf(1, 2)))
		same(t, must(w.Ledger.Beside(ctx, tenantA, ledger.Own, roaring.BitmapOf(1, 3)))(t), beside[1:])
		entries := must(w.Ledger.Entries(ctx, tenantA, ledger.Own, 0, 10))(t)
		same(t, len(entries), 3)
		same(t, ledger.Verify(tenantA, ledger.Own, entries, ledger.Expect{}).Faults, nil)
	})
}

// design 4.3, 4.6: history from the cache is the history of the entries.
func testHistory(t *testing.T, setup func(*testing.T) *bed) {
	t.Helper()
	past := store.Past{Tenant: tenantA, Series: ledger.Own, Catalogue: "v1", Category: func(id posture.ControlID) posture.Category {
		if id == "a" {
			return posture.Identity
		}
		return posture.Apps
	}}
	day := func(n int) time.Time { return instant().AddDate(0, 0, n) }
	t.Run("with and without the cache", func(t *testing.T) { t.Parallel(); testCachedHistory(t, setup(t), past, day) })
	t.Run("nothing yet", func(t *testing.T) {
		t.Parallel()
		b := setup(t)
		b.update(t, func(ctx context.Context, w *store.Writer) {
			ok(t, store.KeepMonths(ctx, w, past, ledger.DayOf(day(0))))
		})
		b.view(t, func(ctx context.Context, r *store.Reader) {
			first := ledger.DayOf(day(0))
			same(t, must(store.History(ctx, r, past, first, first+1))(t), []ledger.DayTotal{{Day: first}, {Day: first + 1}})
			same(t, must(store.History(ctx, r, past, first, first-1))(t), nil)
			_, err := r.Months.LastMonth(ctx, tenantA, ledger.Own, "v1", first)
			kind(t, err, posture.ErrNotFound)
		})
	})
	t.Run("verify", func(t *testing.T) { t.Parallel(); testVerify(t, setup(t)) })
}

func testCachedHistory(t *testing.T, b *bed, past store.Past, day func(int) time.Time) {
	t.Helper()
	var all []ledger.Entry
	compare := func(step string) {
		b.view(t, func(ctx context.Context, r *store.Reader) {
			sorted := slices.Clone(all)
			ledger.Chronological(sorted)
			start := ledger.DayOf(sorted[0].Effective)
			for _, span := range [][2]int{{-40, 100}, {0, 0}, {-3, -1}, {-60, -50}, {31, 62}, {10, 200}, {-1, 1}} {
				first, last := ledger.DayOf(day(span[0])), ledger.DayOf(day(span[1]))
				want := ledger.Daily(ledger.DayTotal{Day: min(start, first) - 1}, sorted, last, past.Category)
				want = want[len(want)-int(last-first)-1:]
				got := must(store.History(ctx, r, past, first, last))(t)
				if len(got) != len(want) {
					t.Fatalf("%s: got %d days, want %d", step, len(got), len(want))
				}
				same(t, got, want)
			}
		})
	}
	write := func(keep int, changes ...ledger.Change) {
		b.update(t, func(ctx context.Context, w *store.Writer) {
			all = append(all, add(ctx, t, w, tenantA, ledger.Own, changes...)...)
			if keep > 0 {
				ok(t, store.KeepMonths(ctx, w, past, ledger.DayOf(day(keep))))
			}
		})
	}
	write(0, begin("a", 100, day(0)), begin("b", 200, day(0)))
	compare("no cache")
	write(5, change("a", 100, 300, day(5)))
	compare("cached to the end of the month")
	write(0, change("b", 200, 100, day(45)))
	compare("entries after the cache")
	write(80, change("b", 100, 900, day(80)))
	compare("cached again")
	write(0, change("a", 300, 0, day(40)))
	compare("an entry that is back-dated into the cache")
	other := past
	other.Catalogue = "v2"
	b.update(t, func(ctx context.Context, w *store.Writer) {
		ok(t, store.KeepMonths(ctx, w, other, ledger.DayOf(day(90))))
	})
	compare("cached for another catalogue")
	b.view(t, func(ctx context.Context, r *store.Reader) {
		_, err := r.Months.LastMonth(ctx, tenantA, ledger.Own, "v1", ledger.DayOf(day(90)))
		kind(t, err, posture.ErrNotFound)
		if n := len(must(r.Months.Months(ctx, tenantA, ledger.Own, "v2", 0, ledger.DayOf(day(999))))(t)); n == 0 {
			t.Error("the months of the catalogue in use are not cached")
		}
	})
	b.update(t, func(ctx context.Context, w *store.Writer) {
		ok(t, store.KeepMonths(ctx, w, past, ledger.DayOf(day(90))))
		for _, damaged := range []int{0, 31, 90} {
			month := store.Month{First: ledger.DayOf(day(damaged)).Month(), Blob: []byte{1, 2, 3, 255}}
			ok(t, w.Months.PutMonths(ctx, tenantA, ledger.Own, "v1", []store.Month{month}))
		}
	})
	compare("a cache that is damaged")
}

// design 4.5.
func testVerify(t *testing.T, b *bed) {
	t.Helper()
	var early ledger.Head
	b.update(t, func(ctx context.Context, w *store.Writer) {
		add(ctx, t, w, tenantA, ledger.Own, begin("a", 100, instant()))
		early = must(w.Ledger.Head(ctx, tenantA, ledger.Own))(t)
		add(ctx, t, w, tenantA, ledger.Own, change("a", 100, 150, instant()))
		ok(t, w.Assessments.Put(ctx, tenantA, []store.Current{{
			Assessment: posture.Assessment{Control: "a", State: posture.Assessed},
			Standing:   ledger.Standing{Measured: 150, Max: 1000, Counts: posture.Counts{Pass: 150}},
		}}))
	})
	b.view(t, func(ctx context.Context, r *store.Reader) {
		report := must(store.Verify(ctx, r, tenantA, ledger.Own, early))(t)
		same(t, report.Faults, nil)
		same(t, report.Entries, int64(2))
		same(t, report.Sums, ledger.Sums{Measured: 150, Max: 1000})
		same(t, report.Head, must(r.Ledger.Head(ctx, tenantA, ledger.Own))(t))
		early.Hash[0]++
		if report := must(store.Verify(ctx, r, tenantA, ledger.Own, early))(t); len(report.Faults) == 0 {
			t.Error("another history: not noticed")
		}
		if report := must(store.Verify(ctx, r, tenantA, ledger.Microsoft))(t); report.Entries != 0 || len(report.Faults) > 0 {
			t.Errorf("an empty series: got %+v", report)
		}
	})
	b.update(t, func(ctx context.Context, w *store.Writer) {
		ok(t, w.Assessments.Drop(ctx, tenantA, []posture.ControlID{"a"}))
		if report := must(store.Verify(ctx, w.Reader(), tenantA, ledger.Own))(t); len(report.Faults) == 0 {
			t.Error("a score that the entries do not add up to: not noticed")
		}
	})
}
