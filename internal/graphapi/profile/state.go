// SPDX-License-Identifier: Apache-2.0

package profile

import (
	"strings"

	"securescore/internal/posture"
)

// States are what clients may send, for messages.
const States = "Default, Ignored, ThirdParty, Reviewed, Planned, RiskAccepted, AlternateMitigation"

// ParseState reads a state in any letter case. Reviewed is documented, and the
// real service takes it and falls back to Default. It reports false for what
// nobody can set.
func ParseState(text string) (posture.Status, bool) {
	switch strings.ToLower(text) {
	case "default", "reviewed", "toaddress":
		return posture.ToAddress, true
	case "ignored", "riskaccepted":
		return posture.RiskAccepted, true
	case "thirdparty", "resolvedthroughthirdparty":
		return posture.ThirdParty, true
	case "planned":
		return posture.Planned, true
	case "alternatemitigation", "alternativemitigation", "resolvedthroughalternatemitigation":
		return posture.AlternateMitigation, true
	}
	return "", false
}
