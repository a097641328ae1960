// SPDX-License-Identifier: Apache-2.0

package mailauth

import "strings"

// IsDKIMKey reports whether a TXT record publishes a DKIM key that is in use:
// an empty key is one that was withdrawn (RFC 6376 section 3.6.1).
func IsDKIMKey(text string) bool {
	key := false
	for i, part := range strings.Split(text, ";") {
		name, value, ok := strings.Cut(part, "=")
		if !ok {
			continue
		}
		switch strings.TrimSpace(name) {
		case "v":
			if i != 0 || strings.TrimSpace(value) != "DKIM1" {
				return false
			}
		case "p":
			key = strings.TrimSpace(value) != ""
		}
	}
	return key
}
