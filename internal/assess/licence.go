// SPDX-License-Identifier: Apache-2.0

package assess

import (
	"strings"

	"securescore/internal/catalog"
	"securescore/internal/entity"
	"securescore/internal/posture"
)

// licence compares a control's prerequisites with the plans of the tenant; any
// one of them is enough (design 3.7).
func licence(c *catalog.Control, m *entity.Model) (Plan, posture.Reason) {
	if len(c.Prerequisites) == 0 {
		return PlanMet, posture.Reason{}
	}
	plans, known, why := m.Plans()
	for _, plan := range c.Prerequisites {
		if plans[plan] {
			return PlanMet, posture.Reason{}
		}
	}
	names := strings.Join(c.Prerequisites, " or ")
	if known {
		return PlanAbsent, posture.Reason{Code: posture.Licence, Detail: "the service plan " + names + " is missing"}
	}
	return PlanUnreadable, posture.Reason{
		Code: posture.Licence, Detail: "it needs the service plan " + names + ", and licences could not be read: " + why.String(),
	}
}
