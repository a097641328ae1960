// SPDX-License-Identifier: Apache-2.0

package rule

import (
	"fmt"

	"securescore/internal/posture"
)

// The parts of a rule that an Error can stand in.
const (
	PartWhere  = "where"
	PartPass   = "pass"
	PartParams = "params"
	PartEntity = "entity"
)

// Error is one fault of a rule. It wraps posture.ErrInvalid.
type Error struct {
	Part string // one of the Part constants
	// Line and Column count from 1, the column in characters. They are 0 where
	// the part is no expression.
	Line, Column int
	Message      string
}

// Error returns "part:line:column: message", or "part: message".
func (e *Error) Error() string {
	if e.Line == 0 {
		return e.Part + ": " + e.Message
	}
	return fmt.Sprintf("%s:%d:%d: %s", e.Part, e.Line, e.Column, e.Message)
}

// Unwrap makes errors.Is(err, posture.ErrInvalid) true.
func (e *Error) Unwrap() error { return posture.ErrInvalid }
