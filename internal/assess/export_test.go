// SPDX-License-Identifier: Apache-2.0

package assess

import "securescore/internal/posture"

// Doubt makes the next run of a tenant look at everything, as if what is
// remembered had been left by something else than a run.
func (a *Assessor) Doubt(tenant posture.TenantID) {
	if p := a.recall(tenant); p != nil {
		doubted := *p
		doubted.left = false
		a.remember(tenant, &doubted)
	}
}
