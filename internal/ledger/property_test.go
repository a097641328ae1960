// SPDX-License-Identifier: Apache-2.0

package ledger_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"securescore/internal/ledger"
	"securescore/internal/posture"
)

// design 4.2, 4.5: the parts sum exactly, and replay from empty gives the same.
func TestEntriesSumToTheScoreAtEveryInstant(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		h := drawHistory(t, rapid.IntRange(1, 6).Draw(t, "runs"))
		for i, at := range h.at {
			replayed := ledger.Replay(ledger.At(h.entries, at))
			if diff := cmp.Diff(there(h.scored[i]), replayed); diff != "" {
				t.Fatalf("run %d (-scored +replayed):\n%s", i, diff)
			}
			if got, want := replayed.Sums(), h.scored[i].Sums(); got != want {
				t.Fatalf("run %d: got sums %+v, want %+v", i, got, want)
			}
		}
		last := h.scored[len(h.scored)-1]
		report := ledger.Verify(tenant, ledger.Own, h.entries, ledger.Expect{Stored: &h.head, Exported: &h.head, Current: last})
		if len(report.Faults) > 0 || report.Head != h.head || report.Sums != last.Sums() || report.Entries != int64(len(h.entries)) {
			t.Fatalf("verify an honest ledger: %+v", report)
		}
	})
}

// design 4.5: any tampering is noticed.
func TestTamperingIsNoticed(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		h := drawHistory(t, 4)
		if len(h.entries) < 2 {
			return
		}
		at := rapid.IntRange(0, len(h.entries)-1).Draw(t, "at")
		kind := rapid.SampledFrom([]string{"flip a bit", "drop", "swap", "repeat", "rewrite", "cut off", "flip the hash"}).Draw(t, "kind")
		tampered := slices.Clone(h.entries)
		expect := ledger.Expect{Stored: &h.head}
		switch kind {
		case "flip a bit":
			data := tampered[at].Encode()
			bit := rapid.IntRange(0, len(data)*8-1).Draw(t, "bit")
			data[bit/8] ^= 1 << (bit % 8)
			e, err := ledger.Decode(data)
			if err != nil {
				return // noticed when it is read
			}
			e.Prev, e.Hash = tampered[at].Prev, tampered[at].Hash
			tampered[at] = e
		case "flip the hash":
			tampered[at].Hash[rapid.IntRange(0, 31).Draw(t, "byte")] ^= 4
		case "drop":
			tampered = slices.Delete(tampered, at, at+1)
		case "swap":
			other := (at + 1) % len(tampered)
			tampered[at], tampered[other] = tampered[other], tampered[at]
		case "repeat":
			tampered = slices.Insert(tampered, at, tampered[at])
		case "cut off":
			// Even the stored head is made to fit: only an exported head tells.
			tampered = tampered[:at]
			head := headOf(tampered)
			expect = ledger.Expect{Stored: &head, Exported: &h.head}
		case "rewrite":
			tampered = rewritten(t, tampered, at)
			head := headOf(tampered)
			expect = ledger.Expect{Stored: &head, Exported: &h.head}
		}
		if report := ledger.Verify(tenant, ledger.Own, tampered, expect); len(report.Faults) == 0 {
			t.Fatalf("%s at %d of %d: not noticed", kind, at, len(h.entries))
		}
	})
}

// rewritten changes one entry and seals it and all after it anew, so that the
// chain is whole again.
func rewritten(t *rapid.T, entries []ledger.Entry, at int) []ledger.Entry {
	head := headOf(entries[:at])
	out := slices.Clone(entries[:at])
	for i, e := range entries[at:] {
		c := ledger.Change{
			Control: e.Control, Cause: e.Cause, Actor: e.Actor,
			Before: ledger.Standing{Counts: e.Before, Status: e.StatusBefore},
			After:  ledger.Standing{Counts: e.After, Status: e.StatusAfter, Measured: e.DMeasured, Credited: e.DCredited, Max: e.DMax},
		}
		if i == 0 {
			c.Actor = "somebody:else"
		}
		sealed, next, err := ledger.Seal(head, []ledger.Change{c}, ledger.Stamp{Effective: e.Effective, Recorded: e.Recorded, Run: e.Run})
		if err != nil {
			t.Fatal(err)
		}
		out, head = append(out, sealed...), next
	}
	if report := ledger.Verify(tenant, ledger.Own, out, ledger.Expect{}); len(report.Faults) > 0 {
		t.Fatalf("the rewritten chain should be whole: %v", report.Faults)
	}
	return out
}

func headOf(entries []ledger.Entry) ledger.Head {
	if len(entries) == 0 {
		return ledger.Genesis(tenant, ledger.Own)
	}
	last := entries[len(entries)-1]
	return ledger.Head{Series: ledger.Own, Sequence: last.Sequence, Hash: last.Hash}
}

// design 4.3, 4.6: daily totals agree with the entries, movements add up, and
// blobs give back what they were made from.
func TestDaysAgreeWithEntries(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		h := drawHistory(t, 5)
		first := ledger.DayOf(start())
		last := ledger.DayOf(h.at[len(h.at)-1]) + ledger.Day(rapid.Int32Range(0, 40).Draw(t, "quiet days"))
		days := ledger.Daily(ledger.DayTotal{Day: first - 1}, h.entries, last, category)
		for _, day := range days {
			scoring := ledger.Replay(ledger.At(h.entries, (day.Day + 1).Time().Add(-time.Microsecond)))
			if got, want := day.Sums, scoring.Sums(); got != want {
				t.Fatalf("%s: got %+v, want %+v", day.Day, got, want)
			}
			var parts ledger.Part
			for _, p := range day.Parts {
				parts.Earned, parts.Max = parts.Earned+p.Earned, parts.Max+p.Max
			}
			if parts.Earned != day.Earned() || parts.Max != day.Max {
				t.Fatalf("%s: categories sum to %+v, the day to %+v", day.Day, parts, day.Sums)
			}
		}
		cut := rapid.IntRange(0, len(days)-1).Draw(t, "cut")
		before := ledger.DayTotal{}
		if cut > 0 {
			before = days[cut-1]
		}
		m := ledger.Between(before, days[cut:])
		if got, want := m.Change(), days[len(days)-1].Earned()-before.Earned(); got != want {
			t.Fatalf("movement: got %s, want %s", got, want)
		}
		if again := ledger.Daily(days[cut], h.entries, last, category); cmp.Diff(days[cut+1:], again) != "" && len(again) > 0 {
			t.Fatalf("going on from day %d gives other totals", cut)
		}
		var decoded []ledger.DayTotal
		for _, month := range ledger.Months(days) {
			var err error
			if decoded, err = ledger.DecodeMonth(decoded, ledger.EncodeMonth(month)); err != nil {
				t.Fatal(err)
			}
		}
		if diff := cmp.Diff(days, decoded); diff != "" {
			t.Fatalf("blobs (-want +got):\n%s", diff)
		}
	})
}

// design 4.1: the days of an import stand as reported, all others as before,
// and importing again changes nothing.
func TestImportsWriteDifferences(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		head := ledger.Genesis(tenant, ledger.Microsoft)
		var chain, entries []ledger.Entry // by sequence, and by time
		var known ledger.Day
		want := map[ledger.Day]ledger.Scoring{}
		for range rapid.IntRange(1, 4).Draw(t, "imports") {
			from, length := ledger.Day(rapid.Int32Range(100, 120).Draw(t, "from")), rapid.Int32Range(1, 10).Draw(t, "days")
			days := make([]ledger.ImportedDay, length)
			for i := range length {
				days[i] = drawImported(t, from+ledger.Day(i))
			}
			for day := known + 1; known > 0 && day <= days[length-1].Day; day++ {
				want[day] = want[known] // carried forward until now
			}
			for i := range days {
				want[days[i].Day] = there(reported(&days[i]))
			}
			known = max(known, days[length-1].Day)
			sealed, next, err := ledger.Seal(head, ledger.Import(entries, days), ledger.Stamp{Recorded: start(), Run: 1})
			if err != nil {
				t.Fatal(err)
			}
			chain, head = append(chain, sealed...), next
			if report := ledger.Verify(tenant, ledger.Microsoft, chain, ledger.Expect{Stored: &head}); len(report.Faults) > 0 {
				t.Fatalf("verify: %v", report.Faults)
			}
			entries = slices.Clone(chain)
			ledger.Chronological(entries)
			for day, scoring := range want {
				if diff := cmp.Diff(scoring, ledger.Replay(ledger.At(entries, day.Time()))); diff != "" {
					t.Fatalf("day %d (-want +got):\n%s", day, diff)
				}
			}
			if again := ledger.Import(entries, days); len(again) > 0 {
				t.Fatalf("importing again: got %d changes, want none", len(again))
			}
		}
	})
}

func drawImported(t *rapid.T, day ledger.Day) ledger.ImportedDay {
	d := ledger.ImportedDay{Day: day, Controls: ledger.Scoring{}}
	for _, id := range rapid.SliceOfNDistinct(rapid.SampledFrom([]posture.ControlID{"a", "b", "c"}), 0, 3, rapid.ID).Draw(t, "controls") {
		st := ledger.Standing{Measured: posture.Points(rapid.IntRange(0, 3).Draw(t, "measured")), Max: 3}
		d.Controls[id] = st
		d.Score += st.Measured
		d.Max += st.Max
	}
	d.Score += posture.Points(rapid.IntRange(0, 2).Draw(t, "rest"))
	return d
}

func reported(d *ledger.ImportedDay) ledger.Scoring {
	s, rest := ledger.Scoring{}, ledger.Standing{Measured: d.Score, Max: d.Max}
	for id, st := range d.Controls {
		s[id] = st
		rest.Measured -= st.Measured
		rest.Max -= st.Max
	}
	s[""] = rest
	return s
}
