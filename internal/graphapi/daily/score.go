// SPDX-License-Identifier: Apache-2.0

package daily

import (
	"slices"
	"time"

	"securescore/internal/ledger"
	"securescore/internal/posture"
)

// Score is one secureScore: a tenant at the end of a UTC day, or now when the
// day is today.
type Score struct {
	view     *View
	day      ledger.Day
	synced   time.Time
	facts    *factMark // nil when nothing is known
	current  posture.Points
	max      posture.Points
	controls []control
	said     []said // of all tracks, from earlier days
}

// control is one control that counted on a day.
type control struct {
	*phrase
	mark

	track int
}

// fill makes s the score of the day that w stands at. What s held before is
// used again.
func (s *Score) fill(v *View, w *walker, day ledger.Day) {
	s.view, s.day = v, day
	s.synced, s.facts = w.line.synced(day), w.line.known(day)
	s.current, s.max, s.controls = 0, 0, slices.Grow(s.controls[:0], len(w.at))
	for i, n := range w.at {
		if n == 0 {
			continue
		}
		t := &w.line.tracks[i]
		m := &t.marks[n-1]
		if !m.counts() {
			continue
		}
		s.current += m.earned()
		s.max += m.max
		s.controls = append(s.controls, control{t.phrase, *m, i})
	}
}

// ID is the id of the entity: the tenant and the day.
func (s *Score) ID() string { return s.view.azure + "_" + s.day.String() }

// AzureTenantID is the Entra tenant, or our own id of it while none is bound.
func (s *Score) AzureTenantID() string { return s.view.azure }

// Day is the day that the score is of.
func (s *Score) Day() ledger.Day { return s.day }

// CurrentScore is the sum of the points of all controls.
func (s *Score) CurrentScore() posture.Points { return s.current }

// MaxScore is what they could be at most on that day.
func (s *Score) MaxScore() posture.Points { return s.max }

// ActiveUserCount reports false when it is not known.
func (s *Score) ActiveUserCount() (int, bool) {
	// An organisation without any person does not exist: 0 means that people
	// were not read one by one.
	if s.facts == nil || s.facts.facts.ActiveUsers == 0 {
		return 0, false
	}
	return s.facts.facts.ActiveUsers, true
}

// LicensedUserCount reports false when it is not known.
func (s *Score) LicensedUserCount() (int, bool) {
	if s.facts == nil {
		return 0, false
	}
	return s.facts.facts.LicensedUsers, true
}

// EnabledServices are flags such as "HasEXOP2"; none when no licence is known.
func (s *Score) EnabledServices() []string {
	if s.facts == nil {
		return nil
	}
	return slices.Clone(s.facts.services)
}

// percent is the share of a control's maximum, as exact as a double can be:
// clients work the points out from it, so it isn't cut to what a screen shows.
func (c *control) percent() float64 {
	if c.max <= 0 {
		return 0
	}
	return 100 * float64(max(c.earned(), 0)) / float64(c.max)
}

// full reports whether everything was reached.
func (c *control) full() bool { return c.max > 0 && c.earned() >= c.max }

// StateName says a status as the Graph API does: in the values that its
// documents list, or in the words of the portal where it has more of them. Both
// ways of resolving an action count in full and go by one value, so that a
// client which knows what ThirdParty is worth gets the points right; Reviewed
// has none in the real service.
func StateName(s posture.Status, literal bool) string {
	switch s {
	case posture.RiskAccepted:
		if literal {
			return "RiskAccepted"
		}
		return "Ignored"
	case posture.ThirdParty:
		return "ThirdParty"
	case posture.AlternateMitigation:
		if literal {
			return "AlternateMitigation"
		}
		return "ThirdParty"
	case posture.Planned:
		if literal {
			return "Planned"
		}
	case posture.ToAddress, posture.Completed:
	}
	return "Default"
}

// decided reports whether a status is a decision of people.
func decided(s posture.Status) bool {
	return s != "" && s != posture.ToAddress && s != posture.Completed
}
