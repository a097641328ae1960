// SPDX-License-Identifier: Apache-2.0

package posture

import (
	"errors"
	"fmt"
)

// Kinds of errors. Every error that a caller may act upon wraps exactly one of
// them; anything else is internal. Test with errors.Is, never by text.
var (
	ErrNotFound        = errors.New("not found")
	ErrConflict        = errors.New("conflict")
	ErrInvalid         = errors.New("invalid")
	ErrForbidden       = errors.New("forbidden")
	ErrUnauthenticated = errors.New("not signed in")
	ErrThrottled       = errors.New("throttled")
	ErrUnavailable     = errors.New("unavailable")
)

// FieldError says which field of an input broke which rule. It wraps
// ErrInvalid.
type FieldError struct {
	Path string // dotted path from the root of the input, such as "check.pass"
	Rule string // what the field must be, as a half sentence
}

// Error returns "path: rule".
func (e *FieldError) Error() string { return e.Path + ": " + e.Rule }

// Unwrap makes errors.Is(err, ErrInvalid) true.
func (e *FieldError) Unwrap() error { return ErrInvalid }

// InputError places a fault in something that a person handed in: a file, and
// within it a data set and a position. It wraps ErrInvalid and its cause.
type InputError struct {
	File    string // path as the person gave it
	DataSet string // empty when the fault is not inside one data set
	Offset  int64  // bytes from the start of the file; -1 when not known
	Advice  string // what to do, as a sentence without a full stop
	Cause   error
}

// Error returns one line that names the file, the data set, the position, the
// fault and what to do about it.
func (e *InputError) Error() string {
	where := e.File
	if e.DataSet != "" {
		where += ": " + e.DataSet
	}
	if e.Offset >= 0 {
		where += fmt.Sprintf(": byte %d", e.Offset)
	}
	text := fmt.Sprintf("%s: %v", where, e.Cause)
	if e.Advice != "" {
		text += "; " + e.Advice
	}
	return text
}

// Unwrap gives both the kind and the cause.
func (e *InputError) Unwrap() []error { return []error{ErrInvalid, e.Cause} }
