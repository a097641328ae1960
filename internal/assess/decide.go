// SPDX-License-Identifier: Apache-2.0

package assess

import (
	"cmp"
	"slices"
	"time"

	"securescore/internal/access"
	"securescore/internal/posture"
)

// mayDecide asks for the right to make each of these decisions: registering an
// emergency account, which is an exemption from every control, is more than
// setting a status.
func mayDecide(by *access.Principal, tenant posture.TenantID, decisions []posture.Decision) error {
	if err := by.May(access.EditStatus, tenant); err != nil {
		return err
	}
	for i := range decisions {
		if d := &decisions[i]; d.Exemption() && d.Control == "" {
			return by.May(access.ManageEmergency, tenant)
		}
	}
	return nil
}

// signed are decisions with who made them, and when, where they do not say so
// themselves.
func signed(by *access.Principal, now time.Time, decisions []posture.Decision) []posture.Decision {
	list := slices.Clone(decisions)
	for i := range list {
		d := &list[i]
		d.By, d.Actor = cmp.Or(d.By, by.Name), cmp.Or(d.Actor, string(by.Actor))
		if d.At.IsZero() {
			d.At = now
		}
	}
	return list
}
