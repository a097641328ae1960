// SPDX-License-Identifier: Apache-2.0

package sample

import (
	"fmt"
	"slices"
	"time"

	"securescore/internal/posture"
)

// Days is how far the history reaches back from its end day.
const Days = 396

// Name, Domain and Organisation identify the sample organisation.
const (
	Name         = "Contoso"
	Domain       = "contoso.example"
	Organisation = "c0450000-5ec5-4c0e-9a3e-000000000001"
)

// hour is when the organisation is read each day, UTC.
const hour = 6

// LastDay is the last day whose reading is over at the given time: the end day
// of a history that reaches up to now and not beyond.
func LastDay(now time.Time) time.Time {
	return now.UTC().Add(-hour * time.Hour).Truncate(24 * time.Hour)
}

// Moment is one time at which the sample organisation was read.
type Moment struct {
	At time.Time // UTC
	// Evidence is everything that was read. A data set that did not change since
	// the moment before shares its objects with that one.
	Evidence *posture.Evidence
	// Decisions are those that people made since the moment before.
	Decisions []posture.Decision
	// Adopted says that from here on the whole catalogue is in use; before it,
	// the catalogue lacks the controls of Later.
	Adopted bool
	// News says in a sentence each what happened since the moment before.
	News []string
}

// History calls yield for each moment up to the end day, in order, until it
// returns false. The evidence of a moment may be kept. An error means that the
// story contradicts itself, which no input can cause.
func History(end time.Time, yield func(Moment) bool) error {
	year, month, date := end.UTC().Date()
	last := time.Date(year, month, date, hour, 0, 0, 0, time.UTC)
	o, err := newOrg(last.AddDate(0, 0, -Days))
	if err != nil {
		return fmt.Errorf("make the sample organisation: %w", err)
	}
	events := timeline()
	slices.SortStableFunc(events, func(a, b event) int { return a.day - b.day })
	adopted := false
	for day := 0; day <= Days; day++ {
		o.today = o.day(day)
		m := Moment{At: o.today, Adopted: adopted}
		for len(events) > 0 && events[0].day == day {
			if err := events[0].happen(o, &m); err != nil {
				return fmt.Errorf("sample day %d, %q: %w", day, events[0].what, err)
			}
			m.News = append(m.News, events[0].what)
			events = events[1:]
		}
		if len(m.News) == 0 {
			continue // a reading would show nothing new
		}
		adopted = m.Adopted
		m.Evidence = o.evidence()
		if !yield(m) {
			return nil
		}
	}
	if len(events) > 0 {
		return fmt.Errorf("sample: day %d of %q is outside of the history", events[0].day, events[0].what)
	}
	return nil
}
