// SPDX-License-Identifier: Apache-2.0

package posture

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Printable returns s as it can be shown on a terminal or written to a log:
// control characters, characters that change the direction of text or cannot
// be seen, and bytes that are no UTF-8 become visible escapes such as \u202e
// and \xff. A backslash of the text itself stays as it is, so the result is for
// people and cannot be turned back. Text without such characters is returned
// unchanged.
func Printable(s string) string {
	if !strings.ContainsFunc(s, hidden) {
		return s
	}
	var out strings.Builder
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&out, `\x%02x`, s[i])
		case hidden(r) && r > 0xffff:
			fmt.Fprintf(&out, `\U%08x`, r)
		case hidden(r) && r != utf8.RuneError:
			fmt.Fprintf(&out, `\u%04x`, r)
		default:
			out.WriteRune(r)
		}
		i += size
	}
	return out.String()
}

// hidden reports whether r must not reach a terminal as it is. The replacement
// character is among them because bytes that are no UTF-8 are read as it.
func hidden(r rune) bool {
	switch {
	case r == utf8.RuneError, unicode.IsControl(r):
		return true
	case unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Co, unicode.Cs):
		return true // format (bidirectional, zero width), line breaks, private use
	case unicode.Is(unicode.Variation_Selector, r), unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r):
		return true // invisible fillers such as the Hangul filler
	}
	return false
}
