// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"slices"

	"securescore/internal/posture"
)

// Part is one category of a day.
type Part struct {
	Earned, Max posture.Points
}

// DayTotal is where the score stood at the end of a UTC day, and what moved it
// on that day. A day without entries carries the day before it forward.
type DayTotal struct {
	Day Day
	Sums
	// Achieved and Regressed are the net measured points of each control whose
	// posture changed on this day, those above and those below zero; Adjusted
	// is all else. Together they are the change of the earned points.
	Achieved, Regressed, Adjusted posture.Points
	// Accepted is the number of actions whose risk is accepted.
	Accepted int
	// Parts follow posture.Categories. They add up to the sums unless the
	// caller knows no category for a control.
	Parts [5]Part
}

// Categorise names the category of a control, or none. Entries do not hold
// categories: history is always told in those of one catalogue.
type Categorise func(posture.ControlID) posture.Category

// Daily returns one total for each day after start up to and including last.
// Start is where the score stood before; the zero DayTotal of the day before
// the first entry begins a series. Entries of other days are left out; they
// come in the order of Chronological.
func Daily(start DayTotal, entries []Entry, last Day, category Categorise) []DayTotal {
	if last <= start.Day {
		return nil
	}
	days := make([]DayTotal, 0, last-start.Day)
	total, next := start, 0
	for next < len(entries) && DayOf(entries[next].Effective) <= start.Day {
		next++
	}
	for day := start.Day + 1; day <= last; day++ {
		first := next
		for next < len(entries) && DayOf(entries[next].Effective) == day {
			next++
		}
		total = total.follow(day, entries[first:next], category)
		days = append(days, total)
	}
	return days
}

// follow returns the total of the next day, on which the given entries took
// effect.
func (t *DayTotal) follow(day Day, entries []Entry, category Categorise) DayTotal {
	was, next := t.Earned(), *t
	next.Day, next.Achieved, next.Regressed, next.Adjusted = day, 0, 0, 0
	for i := range entries {
		e := &entries[i]
		next.add(e, slices.Index(posture.Categories(), category(e.Control)))
	}
	for _, net := range nets(entries) {
		next.Achieved += max(net, 0)
		next.Regressed += min(net, 0)
	}
	next.Adjusted = next.Earned() - was - next.Achieved - next.Regressed
	return next
}

// Adjust brings following days, the last of which may be after the entry's,
// along with one more entry that moves no posture: all totals become what
// Daily would make of all entries.
func Adjust(days []DayTotal, e *Entry, category Categorise) {
	at := slices.Index(posture.Categories(), category(e.Control))
	for i := range days {
		t := &days[i]
		switch day := DayOf(e.Effective); {
		case t.Day < day:
			continue
		case t.Day == day:
			t.Adjusted += e.DMeasured + e.DCredited
		}
		t.add(e, at)
	}
}

// add brings what stands at the end of a day along with an entry; at is the
// place of its category, below 0 for none.
func (t *DayTotal) add(e *Entry, at int) {
	t.Measured += e.DMeasured
	t.Credited += e.DCredited
	t.Max += e.DMax
	t.Accepted += accepted(e.StatusAfter) - accepted(e.StatusBefore)
	if at >= 0 {
		t.Parts[at].Earned += e.DMeasured + e.DCredited
		t.Parts[at].Max += e.DMax
	}
}

func accepted(s posture.Status) int {
	if s == posture.RiskAccepted {
		return 1
	}
	return 0
}

// nets are the measured points by which the posture of each control changed.
func nets(entries []Entry) map[posture.ControlID]posture.Points {
	var net map[posture.ControlID]posture.Points
	for i := range entries {
		if e := &entries[i]; e.Cause.Moves() && e.DMeasured != 0 {
			if net == nil {
				net = make(map[posture.ControlID]posture.Points)
			}
			net[e.Control] += e.DMeasured
		}
	}
	return net
}

// Movement is how the score changed over a range of days. The change of the
// earned points is Achieved + Regressed + Adjusted exactly; Max is the change
// of the maximum.
type Movement struct {
	Achieved, Regressed, Adjusted posture.Points
	Max                           posture.Points
}

// Change is the change of the earned points.
func (m Movement) Change() posture.Points { return m.Achieved + m.Regressed + m.Adjusted }

// Between sums the movements of days, which follow one another; before is the
// day before the first of them.
func Between(before DayTotal, days []DayTotal) Movement {
	var m Movement
	for i := range days {
		m.Achieved += days[i].Achieved
		m.Regressed += days[i].Regressed
		m.Adjusted += days[i].Adjusted
	}
	if len(days) > 0 {
		m.Max = days[len(days)-1].Max - before.Max
	}
	return m
}

// ByCause sums the earned points of entries by cause, without netting.
func ByCause(entries []Entry) map[Cause]posture.Points {
	sums := make(map[Cause]posture.Points)
	for i := range entries {
		if d := entries[i].DMeasured + entries[i].DCredited; d != 0 {
			sums[entries[i].Cause] += d
		}
	}
	return sums
}

// RegressionWindow is how many days an action stays marked as regressed.
const RegressionWindow Day = 90

// Regressed returns the actions that lost measured points by a change of
// posture within the 90 days up to today and have not won them back since,
// with the points that are still missing (below zero). Entries come in the
// order of Chronological; older ones may be left out by the caller.
func Regressed(entries []Entry, today Day) map[posture.ControlID]posture.Points {
	days := make(map[Day][]Entry)
	for i := range entries {
		if day := DayOf(entries[i].Effective); day > today-RegressionWindow && day <= today {
			days[day] = append(days[day], entries[i])
		}
	}
	// Going back in time, since is what each control won after the day at hand;
	// a day counts when what it lost has not been won back since.
	since, worst := make(map[posture.ControlID]posture.Points), make(map[posture.ControlID]posture.Points)
	for day := today; day > today-RegressionWindow; day-- {
		for id, net := range nets(days[day]) {
			since[id] += net
			if net < 0 && since[id] < worst[id] {
				worst[id] = since[id]
			}
		}
	}
	return worst
}

// LatestFacts returns the facts in force after the entries, nil when none are
// known. Entries come in the order of Chronological.
func LatestFacts(entries []Entry) *Facts {
	for _, e := range slices.Backward(entries) {
		if e.Facts != nil {
			return e.Facts
		}
	}
	return nil
}
