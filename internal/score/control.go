// SPDX-License-Identifier: Apache-2.0

package score

import (
	"fmt"

	"securescore/internal/posture"
)

// Control is what the arithmetic needs to know of one control. The caller
// fills it from its catalogue.
type Control struct {
	ID       posture.ControlID
	Category posture.Category
	Product  string
	// Max is what the control is worth; 0 when it is not scored.
	Max posture.Points
	// Proportional gives each entity its share; otherwise it is all or nothing.
	Proportional bool
	// BySource says that the exception is made in the product that the evidence
	// comes from, so that nobody decides here.
	BySource bool
	// Difficulty, UserImpact and Complexity are 1 (low), 2 (moderate) or 3
	// (high). Anything else is unknown and ranks like moderate.
	Difficulty, UserImpact, Complexity int
}

// Effort is the sum of difficulty, user impact and complexity, from 3 to 9.
func (c *Control) Effort() int {
	return level(c.Difficulty) + level(c.UserImpact) + level(c.Complexity)
}

func level(v int) int {
	if v < 1 || v > 3 {
		return 2
	}
	return v
}

// Decidable reports whether people may set status s on a control that now
// stands as l says. It returns nil, a *posture.FieldError for a status that
// nobody can choose, or an error that wraps posture.ErrConflict when the
// control takes no decision: the source decides, or it is completed.
func Decidable(c Control, l Line, s posture.Status) error {
	switch {
	case !s.Decidable():
		return &posture.FieldError{Path: "status", Rule: fmt.Sprintf("%q cannot be chosen by people", s)}
	case c.BySource:
		return fmt.Errorf("decide on %s: %w: the exception is made in the product that the evidence comes from", c.ID, posture.ErrConflict)
	case l.Status == posture.Completed:
		return fmt.Errorf("decide on %s: %w: the action is completed", c.ID, posture.ErrConflict)
	}
	return nil
}
