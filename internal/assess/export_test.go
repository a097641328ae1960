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

// Hold keeps everybody who changes the tenant waiting until release.
func (a *Assessor) Hold(tenant posture.TenantID) (release func()) {
	l := a.lane(tenant)
	l.turn <- struct{}{}
	return func() { <-l.turn }
}

// Waiting is the number of patches that wait.
func (a *Assessor) Waiting(tenant posture.TenantID) int {
	l := a.lane(tenant)
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.waiting)
}
