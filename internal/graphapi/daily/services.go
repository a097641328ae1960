// SPDX-License-Identifier: Apache-2.0

package daily

import (
	"slices"
	"strings"
)

// services turns service plans into the flags of enabledServices, sorted. Plans
// without a flag of their own say nothing.
func services(plans []string) []string {
	flags := []string{}
	premium := false
	for _, plan := range plans {
		flags = append(flags, flagsOf(plan)...)
		premium = premium || strings.HasPrefix(plan, "AAD_PREMIUM")
	}
	// Every organisation has a directory; without a premium plan it is the free
	// one. When no plan is known nothing is said.
	if len(plans) > 0 && !premium {
		flags = append(flags, "HasAADFree")
	}
	slices.Sort(flags)
	return slices.Compact(flags)
}

func flagsOf(plan string) []string {
	switch plan {
	case "ADALLOM_S_O365", "ADALLOM_S_STANDALONE":
		return []string{"HasOCAS"}
	case "LOCKBOX_ENTERPRISE":
		return []string{"HasCLB"}
	case "ATP_ENTERPRISE":
		return []string{"HasMDOP1"}
	case "THREAT_INTELLIGENCE":
		return []string{"HasMDOP2"}
	case "EXCHANGE_S_ENTERPRISE", "EXCHANGE_S_ENTERPRISE_GOV":
		return []string{"HasEXOP2", "HasExchange"}
	case "SHAREPOINTENTERPRISE", "SHAREPOINTENTERPRISE_GOV", "SHAREPOINTENTERPRISE_EDU":
		return []string{"HasSPOP2", "HasSharePoint", "HasOD4B"}
	case "MCOSTANDARD", "MCOSTANDARD_GOV":
		return []string{"HasLync"}
	case "EXCHANGE_S_FOUNDATION":
		return nil // comes with everything and holds no mailbox
	}
	for _, family := range []struct{ prefix, flag string }{
		{"EXCHANGE_S_", "HasExchange"},
		{"SHAREPOINTSTANDARD", "HasSharePoint"},
		{"ONEDRIVE", "HasOD4B"},
		{"INTUNE_", "HasInTune"},
		{"PROJECT", "HasProject"},
		{"VISIO", "HasVisio"},
	} {
		if strings.HasPrefix(plan, family.prefix) {
			return []string{family.flag}
		}
	}
	return nil
}
