// SPDX-License-Identifier: Apache-2.0

// Package refusal is the error of whoever could not show who they are, or whose
// issuer does not answer. What is said says no more than the person can use;
// which check failed is for the audit log alone, so that trying does not teach
// an attacker.
package refusal

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"securescore/internal/posture"
)

// longest bounds what is kept of a reason: parts of it come from tokens.
const longest = 500

// Error is a refusal. It wraps posture.ErrUnauthenticated, posture.ErrForbidden
// or posture.ErrUnavailable.
type Error struct {
	said, why string
	kind      error
}

// New returns a refusal that says one thing to whoever tried, and another one,
// made as by fmt.Sprintf, to the audit log.
func New(said, why string, args ...any) error {
	return build(posture.ErrUnauthenticated, said, fmt.Sprintf(why, args...))
}

// Unavailable returns the error of an issuer that does not answer, or not as it
// should; otherwise it is like New.
func Unavailable(said, why string, args ...any) error {
	return build(posture.ErrUnavailable, said, fmt.Sprintf(why, args...))
}

// Forbidden returns the refusal of somebody who has shown who they are, and has
// no right to anything here; otherwise it is like New.
func Forbidden(said, why string, args ...any) error {
	return build(posture.ErrForbidden, said, fmt.Sprintf(why, args...))
}

func build(kind error, said, why string) error {
	if len(why) > longest {
		why = strings.ToValidUTF8(why[:longest], "") + "…"
	}
	return &Error{said: said, why: why, kind: kind}
}

// Error is what may be answered.
func (e *Error) Error() string { return e.said + ": " + e.kind.Error() }

// Unwrap returns the kind of the error.
func (e *Error) Unwrap() error { return e.kind }

// Why is which check failed: for the audit log, never for an answer. It may
// hold hostile text.
func (e *Error) Why() string { return e.why }

// Why returns which check failed when there is a refusal in err, else the text
// of err.
func Why(err error) string {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.why
	}
	return err.Error()
}

// Quote returns hostile text in quotes, cut to a length that fits a reason.
func Quote(text string) string {
	const most = 80
	if len(text) > most {
		text = text[:most]
	}
	return strconv.QuoteToASCII(text)
}
