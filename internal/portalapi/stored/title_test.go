// SPDX-License-Identifier: Apache-2.0

package stored

import "testing"

func TestTitle(t *testing.T) {
	t.Parallel()
	for field, want := range map[string]string{
		"mfa.registered": "MFA registered", "allowedToCreateApps": "Allowed to create apps", "state": "State",
		"gap.legacyBlocked": "Gap legacy blocked", "userId": "User ID",
	} {
		if got := title(field); got != want {
			t.Errorf("%s: got %q, want %q", field, got, want)
		}
	}
}
