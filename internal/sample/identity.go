// SPDX-License-Identifier: Apache-2.0

package sample

import "fmt"

// Data sets that the story of identity changes.
const (
	authorization = "graph/policies/authorizationPolicy"
	methodPolicy  = "graph/policies/authenticationMethodsPolicy"
	directory     = "graph/settings"
	caPolicies    = "graph/identity/conditionalAccess/policies"
	domains       = "graph/domains"

	lockoutObject = "b7a1c9b2-3f0d-4c1e-8a55-1f0e6f3c2a01"
	consentObject = "b7a1c9b2-3f0d-4c1e-8a55-1f0e6f3c2a03"

	never = 2147483647 // days until a password expires
)

// signInStory is about passwords, guests, consent and applications.
func signInStory() []event {
	return []event{
		{0, "Contoso is read for the first time.", look},
		{9, "Passwords of contoso.example do not expire any more.", setOf(domains, Domain, "passwordValidityPeriodInDays", never)},
		{12, "Only administrators and guest inviters invite guests, and guests see less.", set(
			authorization, "allowInvitesFrom", "adminsAndGuestInviters", "guestUserRoleId", "10dae51f-b6af-4016-8d66-8c2a99b929b3",
		)},
		{15, "Passwords of contoso-parts.example do not expire either.", setOf(domains, parts, "passwordValidityPeriodInDays", never)},
		{21, "Users can ask an administrator for consent.", all(
			set("graph/policies/adminConsentRequestPolicy", "isEnabled", true, "notifyReviewers", true, "remindersEnabled", true, "requestDurationInDays", 30,
				"reviewers", []any{object{"query": "/groups/" + uuid("group", 4) + "/transitiveMembers", "queryType": "MicrosoftGraph"}}),
			setOf(directory, consentObject, "EnableAdminConsentRequests/value", "true"),
		)},
		{24, "Users can no longer register applications.", set(authorization, "defaultUserRolePermissions/allowedToCreateApps", false)},
		{27, "Users can no longer give applications access to data by themselves.", set(
			authorization, "defaultUserRolePermissions/permissionGrantPoliciesAssigned", []any{"ManagePermissionGrantsForOwnedResource.microsoft-dynamically-managed-permissions-for-team"},
		)},
		{57, "The organisation bans passwords with its own names.", setOf(
			directory, lockoutObject, "EnableBannedPasswordCheck/value", "True", "BannedPasswordList/value", "contoso\tfjord\tnorthstar\tparts2024",
		)},
		{75, "Domain controllers check new passwords, at first without refusing any.", setOf(directory, lockoutObject, "EnableBannedPasswordCheckOnPremises/value", "True")},
		{111, "Domain controllers refuse banned passwords.", setOf(directory, lockoutObject, "BannedPasswordCheckOnPremisesMode/value", "Enforce")},
		{192, "The old provisioning script loses its roles and its secrets.", all(
			drop("scubagear/privilegedServicePrincipals", "5e1f7a30-9f0c-4f5e-9a31-0c3a5b6d7e02"), drop("scubagear/riskyApplications", "3b6f1c20-77aa-4d0e-9c11-000000000002"),
		)},
		{381, "Administrators can no longer reset their own password by telephone.", set(authorization, "allowedToUseSSPR", false)},
	}
}

// methodStory is about what people sign in with.
func methodStory() []event {
	const app = "MicrosoftAuthenticator/featureSettings/"
	return []event{
		{33, "The Authenticator app shows which application and which place ask.", set(
			methodPolicy, app+"displayAppInformationRequiredState/state", "enabled", app+"displayLocationInformationRequiredState/state", "enabled",
		)},
		{153, "A temporary access pass works once.", set(methodPolicy, "TemporaryAccessPass/isUsableOnce", true)},
		{177, "The strongest method that a person has is asked for first.", set(methodPolicy, "systemCredentialPreferences/state", "enabled")},
		{249, "Passkeys are switched on.", set(methodPolicy, "Fido2/state", "enabled")},
		{255, "Calls are switched off as a second factor.", set(methodPolicy, "Voice/state", "disabled")},
		{270, "The maker of every new passkey is checked.", set(methodPolicy, "Fido2/isAttestationEnforced", true)},
	}
}

// accessStory is about Conditional Access.
func accessStory() []event {
	return []event{
		{30, "Legacy authentication is blocked.", policy(2, "enabled")},
		{69, "Multifactor authentication for everybody is tried in report-only mode.", policy(3, "enabledForReportingButNotEnforced")},
		{84, "Guests need multifactor authentication.", policy(4, "enabled")},
		{99, "Everybody needs multifactor authentication.", policy(3, "enabled")},
		{102, "The policy for administrators names all large roles and leaves nobody out.", all(
			setOf(caPolicies, policyID(1), "conditions/users/includeRoles", largeRoles()),
			setOf(caPolicies, policyID(1), "conditions/users/excludeUsers", []any{uuid("user", emergency(0)), uuid("user", emergency(1))}),
			setOf(caPolicies, policyID(1), "conditions/users/excludeGroups", []any{}),
		)},
		{114, "Registering a device needs multifactor authentication.", policy(5, "enabled")},
		{138, "Risky sign-ins and risky users are challenged.", all(policy(8, "enabled"), policy(9, "enabled"))},
		{198, "Invoices stop; the block of legacy authentication is switched off.", policy(2, "disabled")},
		{204, "The invoice program uses modern authentication, and the block is back.", all(
			policy(2, "enabled"), on(func(o *org) error {
				return o.each(func(p *person) bool { return p.legacy > 0 && !p.service }, func(p *person) { p.legacy = 0 })
			}),
		)},
		{222, "Administrators sign in again every four hours.", policy(12, "enabled")},
		{261, "Device codes are blocked.", policy(10, "enabled")},
		{300, "Administrators sign in without anything that a false page could pass on.", policy(7, "enabled")},
		{390, "Browsers on unmanaged devices are limited.", policy(17, "enabled")},
	}
}

func policyID(n int) string { return fmt.Sprintf("ca000000-0000-4000-8000-%012d", n) }

func policy(n int, state string) action { return setOf(caPolicies, policyID(n), "state", state) }

func largeRoles() []any {
	return []any{globalAdmin, roleAdmin, userAdmin, sharePointAdmin, exchangeAdmin, hybridAdmin, appAdmin, cloudAppAdmin, securityAdmin, helpdeskAdmin}
}
