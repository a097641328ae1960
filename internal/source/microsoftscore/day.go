// SPDX-License-Identifier: Apache-2.0

package microsoftscore

import (
	"time"

	"securescore/internal/posture"
)

// Answer is what files of Graph's answers hold.
type Answer struct {
	Days     []Day     // by organisation and date, one of each
	Profiles []Profile // by id, one of each

	linked, ended [3]bool // per sort: a page with a link to the next one, and one without
}

// sort of an entity.
type sort int

const (
	unknown sort = iota
	score
	profile
)

// More reports whether days or profiles are missing: every page that was read
// ends with a link to a next one, so the last page is not among them.
func (a *Answer) More() bool {
	for s := range a.linked {
		if a.linked[s] && !a.ended[s] {
			return true
		}
	}
	return false
}

// Day is Microsoft's score of one organisation on one day.
type Day struct {
	Organisation string    // Entra tenant GUID in lower case
	Date         time.Time // midnight UTC
	Made         time.Time // when Microsoft says that it made the score, UTC
	Current, Max posture.Points
	// Controls are the controls that were scored that day, by id, one of each.
	Controls []Control
	Averages []Average
	// LicensedUsers and ActiveUsers are nil when the answer does not tell.
	LicensedUsers, ActiveUsers *int
	Services                   []string // enabled services, as Microsoft names them
}

// Rest is what cannot be put on a control: the difference between the day's
// points and the sum over its controls, and between the day's maximum and the
// sum of those maxima that are known. Both may be negative.
func (d *Day) Rest() (score, highest posture.Points) {
	score, highest = d.Current, d.Max
	for i := range d.Controls {
		score -= d.Controls[i].Score
		if d.Controls[i].Max != nil {
			highest -= *d.Controls[i].Max
		}
	}
	return score, highest
}

// ApplyProfiles sets the maximum of each control from its profile. A profile
// tells today's maximum: where it is below the points of that day, it was
// another one then, and the maximum stays unknown.
func (d *Day) ApplyProfiles(profiles []Profile) {
	maxima := make(map[posture.ControlID]*posture.Points, len(profiles))
	for i := range profiles {
		maxima[profiles[i].ID] = profiles[i].Max
	}
	for i := range d.Controls {
		c := &d.Controls[i]
		if highest := maxima[c.ID]; highest != nil && *highest >= c.Score {
			c.Max = highest
		}
	}
}

// Control is one control of a day. Pointers are nil when the answer does not
// tell.
type Control struct {
	ID       posture.ControlID
	Category posture.Category // as written; not always a valid one
	Score    posture.Points   // rounded half up where Microsoft wrote more places
	Max      *posture.Points  // only known from profiles
	On       *bool            // of a binary control: achieved
	Count    *int             // compliant objects, or a plain number
	Total    *int             // objects in scope
	Status   string           // implementation status; may be HTML
	Synced   time.Time        // when its provider last delivered, UTC; zero: not told
}

// Average is one line of the comparison with other organisations.
type Average struct {
	Basis string // AllTenants, TotalSeats, IndustryTypes
	// Percent is the mean of the organisations' percentages, in hundredths of
	// a percent; nil when there was nothing to compare with.
	Percent    *posture.Points
	Categories map[posture.Category]Share // mean points
	// SeatsFrom and SeatsTo bound the group by size; nil when it has no bounds.
	SeatsFrom, SeatsTo *int
	Industry           string
}

// Share is mean points of a category with their mean maximum. Nil is not told.
type Share struct{ Score, Max *posture.Points }

// Profile describes one control of Microsoft's catalogue.
type Profile struct {
	ID                 posture.ControlID
	Title              string
	Max                *posture.Points // nil when the answer does not tell
	Category           posture.Category
	Service            string
	Tier               string
	Rank               *int // not unique; small is more important
	Threats            []string
	Deprecated         bool
	ActionType         string
	ActionURL          string
	ImplementationCost string
	UserImpact         string
	Updates            []StateUpdate // as in the answer, oldest first
}

// StateUpdate is one change of a control's state that a person made. A control
// that nobody touched has one with the state Default and nothing else.
type StateUpdate struct {
	AssignedTo, Comment, State, By string
	At                             time.Time // UTC; zero: not told
}
