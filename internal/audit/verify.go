// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"securescore/internal/posture"
)

// maxFaults bounds a report.
const maxFaults = 100

// Report is what verifying a log found.
type Report struct {
	Entries int64
	Erased  int64 // entries whose details are gone
	Head    Head  // computed from the entries, not read
	Faults  []string
}

// Verifier checks the entries of one log as they pass by in the order of their
// sequence.
type Verifier struct {
	report   Report
	last     time.Time
	exported map[int64][]Head // by sequence; taken away once met
}

// NewVerifier starts at the beginning of a log. The exported heads are those
// that somebody kept earlier; heads of other logs are left aside.
func NewVerifier(log posture.TenantID, exported ...Head) *Verifier {
	v := &Verifier{report: Report{Head: Genesis(log)}, exported: make(map[int64][]Head)}
	for _, h := range exported {
		if h.Log == log {
			v.exported[h.Sequence] = append(v.exported[h.Sequence], h)
		}
	}
	v.compare()
	return v
}

// Add checks the next entry.
func (v *Verifier) Add(e *Entry) {
	head := v.report.Head
	if e.Sequence != head.Sequence+1 {
		v.fault("entry %d: follows entry %d: entries are missing, doubled or out of order", e.Sequence, head.Sequence)
	}
	if e.Prev != head.Hash {
		v.fault("entry %d: does not continue the hash of the entry before", e.Sequence)
	}
	if e.sum() != e.Hash {
		v.fault("entry %d: its hash does not match its content", e.Sequence)
	}
	if e.At.Before(v.last) {
		v.fault("entry %d: is older than the entry before", e.Sequence)
	}
	switch {
	case e.Erased:
		v.report.Erased++
	case e.Details.seal(e.Salt) != e.Sealed:
		v.fault("entry %d: who, from where, before or after were changed", e.Sequence)
	}
	v.last = e.At
	v.report.Entries++
	v.report.Head = Head{head.Log, e.Sequence, e.Hash}
	v.compare()
}

// Finish compares the end with the head that the store keeps, and says which
// exported heads were never met.
func (v *Verifier) Finish(stored Head) Report {
	if stored != v.report.Head {
		v.fault("the stored head is %d/%s, the entries end in %d/%s", stored.Sequence, stored.Hash, v.report.Head.Sequence, v.report.Head.Hash)
	}
	for _, sequence := range slices.Sorted(maps.Keys(v.exported)) {
		v.fault("the exported head at entry %d is not in this log: it was cut off after entry %d", sequence, v.report.Head.Sequence)
	}
	return v.report
}

func (v *Verifier) compare() {
	head := v.report.Head
	for _, h := range v.exported[head.Sequence] {
		if h.Hash != head.Hash {
			v.fault("entry %d: an exported head has another hash: the log was rewritten", h.Sequence)
			break
		}
	}
	delete(v.exported, head.Sequence)
}

func (v *Verifier) fault(format string, args ...any) {
	if len(v.report.Faults) < maxFaults {
		v.report.Faults = append(v.report.Faults, fmt.Sprintf(format, args...))
	}
}
