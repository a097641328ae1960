// SPDX-License-Identifier: Apache-2.0

package entity

import "slices"

// The data sets about people. The objects of graph/groups are all groups of
// the directory; their member "members" is the list of the ids of all users
// in them, also through inner groups (Graph's transitiveMembers). The objects
// of the requirements carry the id of the user beside Graph's own members.
const (
	groupSet        = "graph/groups"
	registrationSet = "graph/reports/authenticationMethods/userRegistrationDetails"
	requirementSet  = "graph/users/authentication/requirements"
	signInSet       = "graph/auditLogs/signIns"
	eligibilitySet  = "graph/roleManagement/directory/roleEligibilityScheduleInstances"
	// Without Privileged Identity Management only these can be read.
	plainAssignmentSet = "graph/roleManagement/directory/roleAssignments"
)

// Types of users.
const (
	memberType = "member"
	guestType  = "guest"
)

// peopleKinds declares users, administrators and the organisation itself.
func peopleKinds() []KindSpec {
	return []KindSpec{
		{
			Kind: "user", Singular: "user", Plural: "users", DataSet: userSet, Names: []string{"displayName", "userPrincipalName"},
			Records: []string{registrationSet, requirementSet},
			Fields:  slices.Concat(userFields(), registrationFields(), coverageFields()),
		},
		{
			Kind: "admin", Base: "user", Singular: "administrator", Plural: "administrators",
			Fields: slices.Concat(adminFields(), registrationFields(), coverageFields()),
		},
		{
			Kind: "tenant", Singular: "organisation", Plural: "organisations", Singleton: true,
			Fields: slices.Concat(tenantFields(), strictFields()),
		},
	}
}

func userFields() []Field {
	return []Field{
		{Name: "principalName", Type: String, From: "userPrincipalName", Doc: "Name to sign in with."},
		{Name: "type", Type: String, From: "userType", Enum: []string{memberType, guestType}, Doc: "member or guest."},
		{Name: "enabled", Type: Bool, From: "accountEnabled", Doc: "Whether the user can sign in."},
		{Name: "department", Type: String, From: "department", Null: "", Doc: "Department; empty when there is none."},
		{Name: "synced", Type: Bool, From: "onPremisesSyncEnabled", Null: false, Doc: "Whether the account comes from Active Directory."},
		{Name: "licences", Type: Strings, From: "assignedLicenses[].skuId", Doc: "Ids of the products that are assigned."},
		{Name: "created", Type: Time, From: "createdDateTime", Doc: "When the account was made."},
		{Name: "lastSignIn", Type: Time, From: "signInActivity.lastSignInDateTime", Doc: "When the user last signed in interactively; null is not never."},
		{Name: "invitation", Type: String, From: "externalUserState", Null: "", Doc: "State of the invitation of somebody from elsewhere; empty for others."},
		{Name: "admin", Type: Bool, Doc: "Whether the user holds an administrative role."},
		{Name: "roles", Type: Strings, Doc: "Administrative roles that the user holds now, directly or through a group."},
		{Name: "perUserMfa", Type: String, Doc: "State of the older per-user multifactor authentication: disabled, enabled or enforced."},
		{Name: "legacySignIns", Type: Int, Doc: "Successful sign-ins with a legacy client among those that were read."},
		{Name: "emergency", Type: Bool, Doc: "Whether the account is registered as an emergency account."},
		{Name: "globalAdministrator", Type: Bool, Doc: "Whether the user holds Global Administrator, without having activated it for a while."},
		{Name: "canBeLockedOut", Type: Bool, Doc: "Whether an enabled policy could lock the account out that holds more than multifactor authentication against it; known for emergency accounts only."},
		{Name: "exclusionGaps", Type: Strings, Doc: "Protections that the user lacks only because a policy leaves the user out."},
	}
}

func adminFields() []Field {
	return []Field{
		{Name: "principalName", Type: String, Doc: "Name to sign in with."},
		{Name: "type", Type: String, Enum: []string{memberType, guestType}, Doc: "member or guest."},
		{Name: "enabled", Type: Bool, Doc: "Whether the account can sign in."},
		{Name: "active", Type: Bool, Doc: "Whether the account is not known to be disabled."},
		{Name: "synced", Type: Bool, Doc: "Whether the account comes from Active Directory."},
		{Name: "roles", Type: Strings, Doc: "Administrative roles that the person holds or can activate."},
		{Name: "privileged", Type: Bool, Doc: "Whether one of the roles is among the fifteen that Microsoft or CISA ask multifactor authentication for first."},
		{Name: "highlyPrivileged", Type: Bool, Doc: "Whether one of the roles is among the eight that can take over the organisation or most of its data."},
		{Name: "emergency", Type: Bool, Doc: "Whether the account is registered as an emergency account."},
	}
}

// registrationFields are what a person has set up to sign in with.
func registrationFields() []Field {
	return []Field{
		{Name: "mfa.registered", Type: Bool, Doc: "Whether a method for multifactor authentication is registered."},
		{Name: "mfa.capable", Type: Bool, Doc: "Whether a registered method is also allowed by policy."},
		{Name: "mfa.passwordless", Type: Bool, Doc: "Whether a method without a password is registered and allowed."},
		{Name: "mfa.methods", Type: Strings, Doc: "Methods that are registered."},
		{Name: "mfa.strong", Type: Bool, Doc: "Whether a method beyond telephone, mail and security questions is registered."},
		{Name: "mfa.phishingResistant", Type: Bool, Doc: "Whether a method is registered that a false sign-in page cannot pass on."},
		{Name: "sspr.registered", Type: Bool, Doc: "Whether the methods for resetting the own password are registered."},
		{Name: "sspr.enabled", Type: Bool, Doc: "Whether policy lets the user reset the own password."},
		{Name: "sspr.capable", Type: Bool, Doc: "Whether the user can reset the own password: registered and enabled."},
	}
}

func tenantFields() []Field {
	return []Field{
		{Name: "securityDefaults", Type: Bool, Doc: "Whether security defaults are on. An enabled Conditional Access policy excludes them."},
		{Name: "users", Type: Int, Doc: "Enabled users who are members."},
		{Name: "guests", Type: Int, Doc: "Enabled users who are guests."},
		{Name: "conditionalAccess.enabledPolicies", Type: Int, Doc: "Enabled policies about people that ask for something or block."},
	}
}
