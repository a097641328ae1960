// SPDX-License-Identifier: Apache-2.0

package posture_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"securescore/internal/posture"
)

func TestPrintable(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ in, want string }{
		"nothing":                  {"", ""},
		"plain text":               {`Contoso "Ltd" \ 17 %`, `Contoso "Ltd" \ 17 %`},
		"letters of other scripts": {"Zażółć 日本 עברית العربية", "Zażółć 日本 עברית العربية"},
		"pictures":                 {"🏔", "🏔"},
		"new line and tab":         {"a\r\nb\tc", `a\u000d\u000ab\u0009c`},
		"escape sequence":          {"\x1b[31mred", `\u001b[31mred`},
		"upper control characters": {"a\u009bb", `a\u009bb`},
		"delete":                   {"a\x7f", `a\u007f`},
		"direction override":       {"exe.\u202egpj", `exe.\u202egpj`},
		"direction embedding":      {"\u202a\u202b\u202c\u202d", `\u202a\u202b\u202c\u202d`},
		"direction isolates":       {"\u2066\u2067\u2068\u2069", `\u2066\u2067\u2068\u2069`},
		"direction marks":          {"\u200e\u200f\u061c", `\u200e\u200f\u061c`},
		"zero width":               {"a\u200bb\u200c\u200d\ufeff\u2060", `a\u200bb\u200c\u200d\ufeff\u2060`},
		"line separators":          {"a\u2028b\u2029", `a\u2028b\u2029`},
		"tags":                     {"a\U000e0041", `a\U000e0041`},
		"fillers":                  {"a\u3164\u115f", `a\u3164\u115f`},
		"bytes that are no UTF-8":  {"a\xff\xc3", `a\xff\xc3`},
		"a real replacement":       {"a\ufffdb", "a\ufffdb"},
	} {
		if got := posture.Printable(test.in); got != test.want {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
	}
}

func FuzzPrintable(f *testing.F) {
	for _, s := range []string{"", "plain", "\u202e", "\xff", "a\x00\U000e0041\u3164"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		out := posture.Printable(s)
		if !utf8.ValidString(out) || strings.ContainsFunc(out, func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) }) {
			t.Errorf("%q became %q", s, out)
		}
		if again := posture.Printable(out); again != out {
			t.Errorf("%q became %q and then %q", s, out, again)
		}
	})
}
