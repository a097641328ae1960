// SPDX-License-Identifier: Apache-2.0

package entity

import (
	"fmt"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"securescore/internal/posture"
)

// subscribedSkus is the data set of what the organisation has bought.
const subscribedSkus = "graph/subscribedSkus"

// Plans returns the names of all service plans that are in use, in upper case.
// Known is false, with the reason, when the licences could not be read; then
// nothing is proven to be there or absent.
//
// Only the provisioning status "Success" counts. A plan that still waits
// (PendingInput, PendingActivation, PendingProvisioning) or is switched off
// gives nobody its feature, and a ScubaGear export lists the successful ones
// only: another choice would make the same tenant look different online and
// offline. A subscription that is suspended, locked out or deleted gives none.
//
// Government and education tenants hold the same plans under longer names:
// each such plan is listed under both its own name and the common one.
func (m *Model) Plans() (plans map[string]bool, known bool, why posture.Reason) {
	if m.licences != nil {
		return m.licences.plans, m.licences.known, m.licences.why
	}
	return m.readLicences()
}

// licences are the service plans of a finished model, read once: every control
// with a prerequisite asks for them.
type licences struct {
	plans map[string]bool
	known bool
	why   posture.Reason
}

func (m *Model) readLicences() (plans map[string]bool, known bool, why posture.Reason) {
	set := m.Set(subscribedSkus)
	if !set.Collected() {
		return nil, false, set.Missing
	}
	plans = make(map[string]bool)
	for _, o := range set.Objects {
		if err := readPlans(o.Raw, plans); err != nil {
			return nil, false, posture.Reason{Code: posture.Shape, Detail: fmt.Sprintf("%s: %s: %v", subscribedSkus, o.Key, err)}
		}
	}
	return plans, true, posture.Reason{}
}

func readPlans(raw []byte, plans map[string]bool) error {
	status, seen := "", false
	var held []jsontext.Value
	err := eachMember(raw, func(name string, value jsontext.Value) error {
		switch name {
		case "capabilityStatus":
			status, _ = stringOf(value)
		case "servicePlans":
			seen = value.Kind() != jsontext.KindNull
			return eachItem(value, func(item jsontext.Value) error {
				if item.Kind() != jsontext.KindNull {
					held = append(held, item.Clone())
				}
				return nil
			})
		}
		return nil
	})
	if err != nil {
		return err
	}
	if !seen {
		return fmt.Errorf("servicePlans: %w", errShape)
	}
	for _, plan := range held {
		if plan.Kind() != jsontext.KindBeginObject {
			return fmt.Errorf("servicePlans: %w", errShape)
		}
		name := textAt(plan, []step{{name: "servicePlanName"}})
		state := textAt(plan, []step{{name: "provisioningStatus"}})
		if name == "" || state == "" {
			return fmt.Errorf("servicePlans: %w", errShape)
		}
		if strings.EqualFold(state, "Success") && usable(status) {
			name = strings.ToUpper(name)
			plans[name], plans[CommonPlan(name)] = true, true
		}
	}
	return nil
}

// usable reports whether a subscription of this capability status gives its
// plans. The status is absent in exports that list the plans alone; Warning is
// the time of grace after the end.
func usable(status string) bool {
	switch strings.ToLower(status) {
	case "", "enabled", "warning":
		return true
	}
	return false
}

// CommonPlan takes the endings off a service plan's name that only say in
// which cloud or for which kind of buyer it was sold: ATP_ENTERPRISE_GOV is
// ATP_ENTERPRISE.
func CommonPlan(name string) string {
	endings := []string{"_AR_GCCHIGH", "_AR_DOD", "_USGOV_GCCHIGH", "_USGOV_DOD", "_GCCHIGH", "_USGOV", "_GCC", "_DOD", "_GOV", "_FACULTY", "_STUDENT", "_EDU"}
	name = strings.ToUpper(name)
	for _, ending := range endings {
		if short, ok := strings.CutSuffix(name, ending); ok && short != "" {
			return short
		}
	}
	return name
}
