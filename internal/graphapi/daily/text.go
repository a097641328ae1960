// SPDX-License-Identifier: Apache-2.0

package daily

import (
	"strconv"
	"unicode/utf8"

	"securescore/internal/posture"
)

const hexDigits = "0123456789abcdef"

// plain reports whether s needs no escaping in JSON.
func plain(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			return false
		}
	}
	return true
}

// valid replaces bytes that are no UTF-8, as appendString does.
func valid(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	return string([]rune(s))
}

// appendString appends s as a JSON string in UTF-8. Bytes that are no UTF-8
// become the replacement character, and line separators are escaped, which
// some readers of JavaScript take for the end of a line.
func appendString(dst []byte, s string) []byte {
	dst = append(dst, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= ' ' && c < utf8.RuneSelf && c != '"' && c != '\\' {
			i++
			continue
		}
		r, size := rune(c), 1
		if c >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(s[i:])
			if (r != utf8.RuneError || size > 1) && r != '\u2028' && r != '\u2029' {
				i += size
				continue
			}
		}
		dst = appendEscape(append(dst, s[start:i]...), r)
		i += size
		start = i
	}
	return append(append(dst, s[start:]...), '"')
}

func appendEscape(dst []byte, r rune) []byte {
	switch r {
	case '"', '\\':
		return append(dst, '\\', byte(r))
	case '\n':
		return append(dst, '\\', 'n')
	case '\r':
		return append(dst, '\\', 'r')
	case '\t':
		return append(dst, '\\', 't')
	}
	return append(dst, '\\', 'u', hexDigits[r>>12&15], hexDigits[r>>8&15], hexDigits[r>>4&15], hexDigits[r&15])
}

// appendPoints appends hundredths as the shortest exact decimal: 128, 69.9.
func appendPoints(dst []byte, p posture.Points) []byte {
	if p < 0 {
		dst, p = append(dst, '-'), -p
	}
	dst = strconv.AppendInt(dst, int64(p)/100, 10)
	switch cents := int64(p) % 100; {
	case cents == 0:
		return dst
	case cents%10 == 0:
		return append(dst, '.', byte('0'+cents/10))
	default:
		return append(dst, '.', byte('0'+cents/10), byte('0'+cents%10))
	}
}

// appendCount appends a number as a JSON string, as the Graph API has it.
func appendCount(dst []byte, n int) []byte {
	return append(strconv.AppendInt(append(dst, '"'), int64(n), 10), '"')
}

// appendFlag appends a boolean as a JSON string, as the Graph API has it.
func appendFlag(dst []byte, b bool) []byte {
	return append(strconv.AppendBool(append(dst, '"'), b), '"')
}
