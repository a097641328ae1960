// SPDX-License-Identifier: Apache-2.0

package odata

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"securescore/internal/posture"
)

// SyntaxError says what is wrong with a query option and where. It wraps
// posture.ErrInvalid.
type SyntaxError struct {
	Option   string // such as "$filter"; "query" for the query string itself
	Text     string // the decoded text of the option
	Position int    // of the fault in Text, in characters from 1
	Message  string // what is wrong, without a full stop
}

// Error returns the option, the position and the fault in one line.
func (e *SyntaxError) Error() string {
	return fmt.Sprintf("%s, character %d: %s", e.Option, e.Position, e.Message)
}

// Unwrap makes errors.Is(err, posture.ErrInvalid) true.
func (e *SyntaxError) Unwrap() error { return posture.ErrInvalid }

// around is how many characters Caret shows on each side of a fault.
const around = 32

// Caret returns two lines: the text near the fault, and a caret below it.
func (e *SyntaxError) Caret() string {
	runes := []rune(e.Text)
	at := min(max(e.Position-1, 0), len(runes))
	from, to := max(at-around, 0), min(at+around, len(runes))
	before, after := "", ""
	if from > 0 {
		before = "…"
	}
	if to < len(runes) {
		after = "…"
	}
	shown := strings.Map(visible, string(runes[from:to]))
	pad := strings.Repeat(" ", utf8.RuneCountInString(before)+at-from)
	return before + shown + after + "\n" + pad + "^"
}

// visible keeps a text in one line: the caret must stand below its fault.
func visible(r rune) rune {
	if r == utf8.RuneError || !unicode.IsPrint(r) {
		return '·'
	}
	return r
}

// longest is how much of a text a message repeats.
const longest = 40

// quote repeats a part of the text in a message.
func quote(s string) string {
	runes := []rune(s[:min(len(s), 4*longest+4)])
	if len(runes) > longest {
		s = string(runes[:longest]) + "…"
	}
	return `"` + strings.Map(visible, s) + `"`
}

// position turns an offset in bytes into a place in characters from 1.
func position(text string, offset int) int {
	return utf8.RuneCountInString(text[:min(offset, len(text))]) + 1
}

// suggestion is "; did you mean x?" for the known name that is nearest to a
// wrong one, or empty when none is near.
func suggestion(wrong string, known []string) string {
	if len(wrong) > 64 {
		return ""
	}
	best, name := max(len(wrong)/3, 1)+1, ""
	for _, k := range known {
		if d := distance(strings.ToLower(wrong), strings.ToLower(k)); d < best {
			best, name = d, k
		}
	}
	if name == "" {
		return ""
	}
	return "; did you mean " + name + "?"
}

// distance counts the letters to insert, delete or replace between two names.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, diagonal+1)
		}
	}
	return row[len(b)]
}
