// SPDX-License-Identifier: Apache-2.0

package entity

import (
	"slices"
	"strings"

	"securescore/internal/posture"
)

const authorizationSet = "graph/policies/authorizationPolicy"

// The roles that guests can have: what members see, limited, and restricted to
// their own entry.
const (
	memberAccess     = "a0b1b346-4d3e-4e8b-98f8-753987be4970"
	limitedAccess    = "10dae51f-b6af-4016-8d66-8c2a99b929b3"
	restrictedAccess = "2af84b1e-32c8-42b7-82bc-daa82404023b"
)

func authorizationKinds() []KindSpec {
	return []KindSpec{
		{
			Kind: "authorizationPolicy", Singular: "authorization policy", Plural: "authorization policies",
			DataSet: authorizationSet, Singleton: true, Configuration: true, Names: []string{"displayName"},
			Fields: []Field{
				{Name: "allowInvitesFrom", Type: String, From: "allowInvitesFrom", Enum: []string{"none", "adminsAndGuestInviters", "adminsGuestInvitersAndAllMembers", "everyone"}, Doc: "Who may invite guests."},
				{Name: "guestUserRoleId", Type: String, From: "guestUserRoleId", Enum: []string{memberAccess, limitedAccess, restrictedAccess}, Doc: "Template id of the role that says what guests may see."},
				{Name: "allowedToCreateApps", Type: Bool, From: "defaultUserRolePermissions.allowedToCreateApps", Doc: "Whether every user may register applications."},
				{Name: "allowedToCreateSecurityGroups", Type: Bool, From: "defaultUserRolePermissions.allowedToCreateSecurityGroups", Doc: "Whether every user may create security groups."},
				{Name: "allowedToCreateTenants", Type: Bool, From: "defaultUserRolePermissions.allowedToCreateTenants", Doc: "Whether every user may create tenants."},
				{Name: "allowedToReadBitlockerKeys", Type: Bool, From: "defaultUserRolePermissions.allowedToReadBitlockerKeysForOwnedDevice", Doc: "Whether users may read the recovery keys of their own devices."},
				{Name: "allowedToUseSspr", Type: Bool, From: "allowedToUseSSPR", Doc: "Whether administrators may reset their own passwords."},
				{Name: "allowedToSignUpEmailSubscriptions", Type: Bool, From: "allowedToSignUpEmailBasedSubscriptions", Doc: "Whether users may sign up for subscriptions by e-mail."},
				{Name: "allowEmailVerifiedUsersToJoin", Type: Bool, From: "allowEmailVerifiedUsersToJoinOrganization", Doc: "Whether people may join the organisation by proving an e-mail address."},
				{Name: "allowUserConsentForRiskyApps", Type: Bool, From: "allowUserConsentForRiskyApps", Null: false, Doc: "Whether users may consent to applications that look risky; null is the default, no."},
				{Name: "grantPolicies", Type: Strings, From: "defaultUserRolePermissions.permissionGrantPoliciesAssigned", Doc: "Consent policies of ordinary users, as Graph v1.0 names them."},
				{Name: "grantPoliciesBeta", Type: Strings, From: "permissionGrantPolicyIdsAssignedToDefaultUserRole", Doc: "The same in Graph beta."},
				{Name: "userConsentPolicies", Type: Strings, Doc: "Policies that let users consent for themselves; empty when only administrators can."},
				{Name: "userConsentAllowed", Type: Bool, Doc: "Whether users may consent to any application for themselves."},
			},
		},
		{
			Kind: "adminConsentPolicy", Singular: "admin consent policy", Plural: "admin consent policies",
			DataSet: "graph/policies/adminConsentRequestPolicy", Singleton: true, Configuration: true,
			Fields: []Field{
				{Name: "enabled", Type: Bool, From: "isEnabled", Doc: "Whether users can ask an administrator for consent."},
				{Name: "notifyReviewers", Type: Bool, From: "notifyReviewers", Doc: "Whether reviewers get a message for a new request."},
				{Name: "reminders", Type: Bool, From: "remindersEnabled", Doc: "Whether reviewers are reminded before a request expires."},
				{Name: "requestDays", Type: Int, From: "requestDurationInDays", Doc: "Days until a request expires."},
				{Name: "reviewers", Type: Int, From: "reviewers[]", Doc: "Number of reviewers: users, groups or roles."},
			},
		},
		{
			Kind: "adminConsent", Singular: "admin consent workflow", Plural: "admin consent workflows", Singleton: true, Configuration: true,
			Fields: []Field{
				{Name: "enabled", Type: Bool, Doc: "Whether users can ask for consent, from the request policy or else from the directory settings."},
			},
		},
	}
}

// deriveUserConsent joins the two spellings of the consent policies. Policies
// for resources that users own (a team, a chat) are another matter; all other
// ones, also those without a prefix, let users consent for themselves.
func deriveUserConsent(m *Model) {
	t := m.Table("authorizationPolicy")
	for row := range t.Len() {
		stable, a := t.list(row, "grantPolicies")
		beta, b := t.list(row, "grantPoliciesBeta")
		if unread := t.malformed(row, "grantPolicies", "grantPoliciesBeta"); unread.Code != "" {
			t.SetUnknown(row, "userConsentPolicies", unread)
			t.SetUnknown(row, "userConsentAllowed", unread)
			continue
		}
		if !a && !b {
			why := absent(authorizationSet, "permissionGrantPoliciesAssigned")
			t.SetUnknown(row, "userConsentPolicies", why)
			t.SetUnknown(row, "userConsentAllowed", why)
			continue
		}
		own := slices.DeleteFunc(slices.Concat(stable, beta), func(policy string) bool {
			return policy == "" || strings.HasPrefix(strings.ToLower(policy), "managepermissiongrantsforownedresource.")
		})
		slices.Sort(own)
		own = slices.Compact(own)
		t.SetStrings(row, "userConsentPolicies", own)
		t.SetBool(row, "userConsentAllowed", len(own) > 0)
	}
}

// malformed is the reason of the first of the fields that is there and cannot
// be read.
func (t *Table) malformed(row int, fields ...string) posture.Reason {
	for _, field := range fields {
		if c := t.Col(field); !c.Known.Has(row) && c.Why(row).Code == posture.Shape {
			return c.Why(row)
		}
	}
	return posture.Reason{}
}

// deriveAdminConsent takes the request policy, which the service follows, and
// the directory setting of the same name where the policy was not read.
func deriveAdminConsent(m *Model) {
	t, policy, setting := m.Table("adminConsent"), m.Table("adminConsentPolicy"), m.Table("consentSettings")
	from, field := setting, "adminConsentRequests"
	if policy.Len() > 0 || !setting.Collected() {
		from, field = policy, "enabled"
	}
	t.Missing = from.Missing
	for row := range from.Len() {
		t.SetTri(t.Add("adminConsent", "Admin consent workflow"), "enabled", from.Bool(row, field), from.Col(field).Why(row))
	}
}
