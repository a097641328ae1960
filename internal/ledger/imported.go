// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"maps"
	"slices"

	"securescore/internal/posture"
)

// ImportedDay is a secure score of one day as another system reported it.
type ImportedDay struct {
	Day Day
	// Score and Max are the reported totals. What they hold beyond the controls
	// becomes a residual line.
	Score, Max posture.Points
	Controls   map[posture.ControlID]Standing
	Facts      *Facts // nil when the report has none
}

// Import returns the changes after which the series stands on each given day
// exactly as reported, and on all other days that it knew as before. Importing the same
// days twice changes nothing. Existing are the entries of the series in the
// order of Chronological; of two reports of one day the later in the list
// counts. The changes come in the order of their days.
func Import(existing []Entry, days []ImportedDay) []Change {
	reported := make(map[Day]*ImportedDay, len(days))
	for i := range days {
		reported[days[i].Day] = &days[i]
	}
	var changes []Change
	im := importer{was: make(Scoring), is: make(Scoring)}
	first, known := knownDays(existing)
	next := 0
	for _, day := range daysOf(existing, reported) {
		for ; next < len(existing) && DayOf(existing[next].Effective) <= day; next++ {
			im.existing(&existing[next])
		}
		if r, ok := reported[day]; ok {
			changes = append(changes, im.reach(day, r.scoring(), r.Facts)...)
		} else if first <= day && day <= known {
			changes = append(changes, im.reach(day, im.was, im.wasFacts)...)
		}
	}
	return marked(changes, reported, first, known)
}

// marked adds lines without points where the reports reach beyond what was
// known and nothing changed at their end, so that a later import of other days
// does not move what was known here.
func marked(changes []Change, reported map[Day]*ImportedDay, first, known Day) []Change {
	if len(reported) == 0 {
		return changes
	}
	days := slices.Sorted(maps.Keys(reported))
	if from := days[0]; (from < first || known < first) && !changed(changes, from) {
		changes = slices.Insert(changes, 0, marker(from))
	}
	if last := days[len(days)-1]; last > known && !changed(changes, last) {
		changes = append(changes, marker(last))
	}
	return changes
}

func marker(day Day) Change {
	return Change{Cause: Imported, Actor: System, Effective: day.Time()}
}

// importer walks through the days. Was is the series as it stands now; is the
// same with the changes made so far.
type importer struct {
	was, is           Scoring
	wasFacts, isFacts *Facts
}

func (im *importer) existing(e *Entry) {
	if e.Facts != nil {
		im.wasFacts, im.isFacts = e.Facts, e.Facts
		return
	}
	im.was.apply(e)
	im.is.apply(e)
}

// reach returns the changes from where the series stands with the changes made
// so far to the target.
func (im *importer) reach(day Day, target Scoring, facts *Facts) []Change {
	step := Step{After: target}
	changes := step.changes(im.is)
	for i := range changes {
		c := &changes[i]
		c.Effective = day.Time()
		c.Cause = Imported
		if c.Control == "" {
			c.Cause = Residual
		}
		if im.is[c.Control] = c.After; c.After == (Standing{}).normal() {
			delete(im.is, c.Control)
		}
	}
	if facts != nil && !sameFacts(facts, im.isFacts) {
		changes = append(changes, Change{Cause: FactsChanged, Actor: System, Facts: facts, Effective: day.Time()})
		im.isFacts = facts
	}
	return changes
}

func (d *ImportedDay) scoring() Scoring {
	s := make(Scoring, len(d.Controls)+1)
	rest := Standing{Measured: d.Score, Max: d.Max}
	for id, st := range d.Controls {
		if id == "" {
			continue // what names no control belongs to the residual line
		}
		s[id] = st
		rest.Measured -= st.Measured + st.Credited
		rest.Max -= st.Max
	}
	if rest.Measured != 0 || rest.Max != 0 {
		s[""] = rest
	}
	return s
}

func sameFacts(a, b *Facts) bool {
	return a != nil && b != nil && a.Seats == b.Seats && a.ActiveUsers == b.ActiveUsers && a.LicensedUsers == b.LicensedUsers &&
		slices.Equal(slices.Sorted(slices.Values(a.Plans)), slices.Sorted(slices.Values(b.Plans)))
}

// daysOf are all days on which something is or was, and the day after each
// reported one, on which the series may have to go back.
func daysOf(existing []Entry, reported map[Day]*ImportedDay) []Day {
	var all []Day
	for i := range existing {
		all = append(all, DayOf(existing[i].Effective))
	}
	for day := range reported {
		all = append(all, day, day+1)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// knownDays are the first and the last day about which the series says
// something; none when first lies after last.
func knownDays(existing []Entry) (first, last Day) {
	if len(existing) == 0 {
		return minDay + 1, minDay
	}
	return DayOf(existing[0].Effective), DayOf(existing[len(existing)-1].Effective)
}

// minDay lies before every day that is reported.
const minDay = Day(-1 << 31)

func changed(changes []Change, day Day) bool {
	return slices.ContainsFunc(changes, func(c Change) bool { return DayOf(c.Effective) == day })
}
