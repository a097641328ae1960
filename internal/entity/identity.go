// SPDX-License-Identifier: Apache-2.0

package entity

import "slices"

// identityProduct declares what Entra ID's directory and policies hold, except
// people and Conditional Access.
func identityProduct() Product {
	return Product{
		Kinds: slices.Concat(
			authorizationKinds(), methodKinds(), roleKinds(), settingKinds(), directoryKinds(), applicationKinds(),
		),
		Derive: []Derive{
			deriveSetting("passwordRules", ruleTemplate), deriveSetting("groupSettings", groupTemplate), deriveSetting("consentSettings", consentTemplate),
			deriveUserConsent, deriveAdminConsent, derivePasswordHashSync, deriveMethods, derivePasskeys,
			deriveRoleAssignments, deriveRoleSettings, derivePrivilegedUsers, derivePrivilegedAccess,
			deriveRiskyApplications, deriveThirdParty, deriveClassifications,
		},
	}
}
