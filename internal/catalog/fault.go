// SPDX-License-Identifier: Apache-2.0

package catalog

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"securescore/internal/posture"
)

// Fault is one thing that is wrong with a control file.
type Fault struct {
	File    string
	Line    int // from 1; 0 when the whole file is meant
	Message string
}

// String returns "file:line: message".
func (f Fault) String() string {
	if f.Line == 0 {
		return f.File + ": " + f.Message
	}
	return fmt.Sprintf("%s:%d: %s", f.File, f.Line, f.Message)
}

// FaultsError holds every fault that a load met, ordered by file and line. It
// wraps posture.ErrInvalid.
type FaultsError struct{ Faults []Fault }

// Error returns one fault a line.
func (e *FaultsError) Error() string {
	lines := make([]string, len(e.Faults))
	for i, f := range e.Faults {
		lines[i] = f.String()
	}
	return strings.Join(lines, "\n")
}

// Unwrap makes errors.Is(err, posture.ErrInvalid) true.
func (e *FaultsError) Unwrap() error { return posture.ErrInvalid }

func faultsError(faults []Fault) error {
	if len(faults) == 0 {
		return nil
	}
	slices.SortStableFunc(faults, func(a, b Fault) int {
		return cmp.Or(strings.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line))
	})
	return &FaultsError{Faults: faults}
}
