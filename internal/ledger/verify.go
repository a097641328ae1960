// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"fmt"
	"maps"
	"slices"

	"securescore/internal/posture"
)

// maxFaults bounds a report: a chain that is damaged all over says no more
// after the first hundred faults than before.
const maxFaults = 100

// Fault is one thing that is wrong with a series.
type Fault struct {
	Sequence int64  // of the entry; 0 when it is about the whole series
	What     string // half a sentence for a person
}

// String returns "entry 12: what is wrong".
func (f Fault) String() string {
	if f.Sequence == 0 {
		return f.What
	}
	return fmt.Sprintf("entry %d: %s", f.Sequence, f.What)
}

// Report is what verifying a series found.
type Report struct {
	Entries int64
	Sums    Sums
	Head    Head    // computed from the entries, not read
	Faults  []Fault // at most 100; empty when all is well
}

// Expect is what the entries are compared with at the end. Nil parts are not
// compared.
type Expect struct {
	Stored   *Head   // what the store says is the head
	Exported *Head   // what somebody kept earlier
	Current  Scoring // the current score, control by control
}

// Verifier checks the entries of one series as they pass by in the order of
// their sequence. It keeps one standing per control, not the entries.
type Verifier struct {
	report   Report
	genesis  Head
	scoring  Scoring
	exported map[int64][]Head // by sequence; taken away once met
}

// NewVerifier starts at the beginning of a series. The exported heads are those
// that somebody kept earlier.
func NewVerifier(tenant posture.TenantID, s Series, exported ...Head) *Verifier {
	genesis := Genesis(tenant, s)
	v := &Verifier{genesis: genesis, scoring: make(Scoring), exported: make(map[int64][]Head)}
	for _, h := range exported {
		if h.Series != s {
			v.fault(0, "the exported head %s is not in this series: it is of another one", h)
			continue
		}
		v.exported[h.Sequence] = append(v.exported[h.Sequence], h)
	}
	v.report.Head = genesis
	v.compareExported(genesis)
	return v
}

// Verify checks a whole series at once.
func Verify(tenant posture.TenantID, s Series, entries []Entry, expect Expect) Report {
	var exported []Head
	if expect.Exported != nil {
		exported = []Head{*expect.Exported}
	}
	v := NewVerifier(tenant, s, exported...)
	for i := range entries {
		v.Add(&entries[i])
	}
	return v.Finish(expect)
}

// Add checks the next entry.
func (v *Verifier) Add(e *Entry) {
	head := v.report.Head
	if e.Sequence != head.Sequence+1 {
		v.fault(e.Sequence, "follows entry %d: entries are missing, doubled or out of order", head.Sequence)
	}
	if e.Prev != head.Hash {
		v.fault(e.Sequence, "does not continue the hash of the entry before")
	}
	if e.sum() != e.Hash {
		v.fault(e.Sequence, "its hash does not match its content")
	}
	v.sums(e)
	v.report.Entries++
	// Going on from what the entry says keeps one fault from being reported
	// again for each entry after it.
	v.report.Head = Head{Series: head.Series, Sequence: e.Sequence, Hash: e.Hash}
	v.compareExported(v.report.Head)
}

// Finish compares the end of the series with what is expected there. The
// exported head is the one that NewVerifier was given.
func (v *Verifier) Finish(expect Expect) Report {
	if expect.Stored != nil && *expect.Stored != v.report.Head {
		v.fault(0, "the stored head is %s, the entries end in %s", expect.Stored, v.report.Head)
	}
	for _, sequence := range slices.Sorted(maps.Keys(v.exported)) {
		v.fault(0, "the exported head %s is not in this series: it was rewritten or cut off", v.exported[sequence][0])
	}
	if expect.Current != nil {
		v.compareCurrent(expect.Current)
	}
	v.report.Sums = v.scoring.Sums()
	return v.report
}

// sums checks that a control never has more points than its maximum nor fewer
// than none, and that each entry begins where the one before it ended. Neither
// holds for imported scores, which are back-dated and carry residual lines.
func (v *Verifier) sums(e *Entry) {
	own := v.genesis.Series == Own
	if was := v.scoring[e.Control].normal(); own && e.Facts == nil && (was.Counts != e.Before || was.Status != e.StatusBefore) {
		v.fault(e.Sequence, "%s does not begin where its last entry ended", e.Control)
	}
	v.scoring.apply(e)
	if st := v.scoring[e.Control]; own && (st.Measured < 0 || st.Credited < 0 || st.Measured+st.Credited > st.Max) {
		v.fault(e.Sequence, "%s has %s + %s of %s points", e.Control, st.Measured, st.Credited, st.Max)
	}
}

func (v *Verifier) compareExported(h Head) {
	for _, kept := range v.exported[h.Sequence] {
		if kept.Hash != h.Hash {
			v.fault(h.Sequence, "the exported head has another hash: the series was rewritten")
			break
		}
	}
	delete(v.exported, h.Sequence)
}

func (v *Verifier) compareCurrent(current Scoring) {
	ids := slices.Collect(maps.Keys(current))
	for id := range v.scoring {
		if _, both := current[id]; !both {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	for _, id := range ids {
		sum, now := v.scoring[id].normal(), current[id].normal()
		if sum != now {
			v.fault(0, "%s: the entries add up to %s + %s of %s, the score says %s + %s of %s", id,
				sum.Measured, sum.Credited, sum.Max, now.Measured, now.Credited, now.Max)
		}
	}
}

func (v *Verifier) fault(sequence int64, format string, args ...any) {
	if len(v.report.Faults) < maxFaults {
		v.report.Faults = append(v.report.Faults, Fault{sequence, fmt.Sprintf(format, args...)})
	}
}
