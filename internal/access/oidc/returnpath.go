// SPDX-License-Identifier: Apache-2.0

package oidc

import "strings"

// maxReturn bounds a return address, in bytes.
const maxReturn = 2048

// ReturnPath returns the relative address to go to after a sign-in, or "/" when
// text is not one: a link with somebody else's address in it must not turn a
// sign-in here into a visit there. Browsers take a backslash for a slash, and
// leave control characters out.
func ReturnPath(text string) string {
	odd := func(r rune) bool { return r <= ' ' || r > '~' || r == '\\' }
	if !strings.HasPrefix(text, "/") || strings.Contains(text, "//") || len(text) > maxReturn || strings.ContainsFunc(text, odd) {
		return "/"
	}
	return text
}
