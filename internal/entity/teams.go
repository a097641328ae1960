// SPDX-License-Identifier: Apache-2.0

package entity

import "securescore/internal/posture"

// Data sets of Teams, with the members that Teams' PowerShell and its
// configuration service write.
const (
	teamsMeetingSet    = "teams/MeetingPolicy"
	teamsFederationSet = "teams/FederationConfiguration"
	teamsClientSet     = "teams/ClientConfiguration"
	teamsAppPolicySet  = "teams/AppPermissionPolicy"
	teamsBroadcastSet  = "teams/BroadcastPolicy"
	teamsAppSet        = "teams/TenantAppSettings"
	teamsTenantSet     = "teams/Tenant"

	teamsMeetingKind    posture.Kind = "teamsMeetingPolicy"
	teamsFederationKind posture.Kind = "teamsFederation"
	teamsAppPolicyKind  posture.Kind = "teamsAppPolicy"
	teamsBroadcastKind  posture.Kind = "teamsEventPolicy"
	teamsAppSettingKind posture.Kind = "teamsAppSetting"
	teamsAppsKind       posture.Kind = "teamsApps"
	teamsTenantKind     posture.Kind = "teamsTenant"
)

// teamsProduct declares what Teams holds. Members that are missing are unknown,
// with the exceptions that stand at the fields.
func teamsProduct() Product {
	return Product{
		Kinds: []KindSpec{
			teamsMeetingSpec(), teamsBroadcastSpec(), teamsAppPolicySpec(), teamsAppSettingSpec(), teamsAppsSpec(),
			teamsFederationSpec(), teamsClientSpec(), teamsTenantSpec(),
		},
		Derive: []Derive{deriveTeamsPolicies, deriveTeamsFederation, deriveTeamsTenant, deriveTeamsApps},
	}
}

// policyFields are what every kind of policy has that can be given to people.
func policyFields() []Field {
	return []Field{
		{Name: "identity", Type: String, From: "Identity", Doc: "Global for the one that applies by default, else Tag: and its name."},
		{Name: "authority", Type: String, From: "ConfigMetadata.Authority", Doc: "Host where Microsoft made the policy, Tenant where the organisation did."},
		{Name: "owner", Type: String, From: "Key.AuthorityId", Doc: "The same in older answers: Class=Host or Class=Tenant."},
		{Name: "global", Type: Bool, Doc: "Whether it applies to everyone who was not given another one."},
		{Name: "readyMade", Type: Bool, Doc: "Whether Microsoft ships it with every organisation and nobody can change it."},
	}
}

func teamsMeetingSpec() KindSpec {
	return KindSpec{
		Kind: teamsMeetingKind, Singular: "meeting policy", Plural: "meeting policies",
		DataSet: teamsMeetingSet, Configuration: true, Names: []string{"Identity"},
		Fields: append(policyFields(),
			Field{Name: "anonymousJoin", Type: Bool, From: "AllowAnonymousUsersToJoinMeeting", Doc: "Whether people who do not sign in may join."},
			Field{Name: "anonymousStart", Type: Bool, From: "AllowAnonymousUsersToStartMeeting", Doc: "Whether people who do not sign in or dial in may start a meeting."},
			Field{Name: "autoAdmitted", Type: String, From: "AutoAdmittedUsers", Enum: []string{"Everyone", "EveryoneInSameAndFederatedCompany", "EveryoneInCompany", "EveryoneInCompanyExcludingGuests", "InvitedUsers", "OrganizerOnly"}, Doc: "Who does not wait in the lobby."},
			Field{Name: "dialInBypassesLobby", Type: Bool, From: "AllowPSTNUsersToBypassLobby", Doc: "Whether callers by telephone do not wait in the lobby."},
			Field{Name: "externalControl", Type: Bool, From: "AllowExternalParticipantGiveRequestControl", Doc: "Whether people from outside may be given control of a shared screen."},
			Field{Name: "presenters", Type: String, From: "DesignatedPresenterRoleMode", Enum: []string{"OrganizerOnlyUserOverride", "EveryoneInCompanyUserOverride", "EveryoneInSameAndFederatedCompanyUserOverride", "EveryoneUserOverride"}, Doc: "Who presents unless the organiser changes it."},
			Field{Name: "chat", Type: String, From: "MeetingChatEnabledType", Enum: []string{"Enabled", "EnabledExceptAnonymous", "EnabledInMeetingOnlyForAllExceptAnonymous", "Disabled"}, Doc: "Who takes part in the chat of a meeting."},
			Field{Name: "untrustedChat", Type: Bool, From: "AllowExternalNonTrustedMeetingChat", Doc: "Whether people may chat in meetings of organisations that are not trusted."},
			Field{Name: "recording", Type: Bool, From: "AllowCloudRecording", Doc: "Whether people may record meetings."},
		),
	}
}

func teamsBroadcastSpec() KindSpec {
	return KindSpec{
		Kind: teamsBroadcastKind, Singular: "live event policy", Plural: "live event policies",
		DataSet: teamsBroadcastSet, Configuration: true, Names: []string{"Identity"},
		Fields: append(policyFields(),
			Field{Name: "recording", Type: String, From: "BroadcastRecordingMode", Enum: []string{"AlwaysEnabled", "AlwaysDisabled", "UserOverride"}, Doc: "Whether events are recorded: always, never, or as the organiser decides."},
		),
	}
}

func teamsAppPolicySpec() KindSpec {
	lists := []string{"AllowedAppList", "BlockedAppList"}
	return KindSpec{
		Kind: teamsAppPolicyKind, Singular: "app permission policy", Plural: "app permission policies",
		DataSet: teamsAppPolicySet, Configuration: true, Names: []string{"Identity"},
		Fields: append(policyFields(),
			Field{Name: "microsoft", Type: String, From: "DefaultCatalogAppsType", Enum: lists, Doc: "Whether the list of Microsoft's apps names what is allowed or what is blocked."},
			Field{Name: "thirdParty", Type: String, From: "GlobalCatalogAppsType", Enum: lists, Doc: "The same for apps of others in the store."},
			Field{Name: "custom", Type: String, From: "PrivateCatalogAppsType", Enum: lists, Doc: "The same for apps that people of the organisation upload."},
		),
	}
}

func teamsAppSettingSpec() KindSpec {
	return KindSpec{
		Kind: teamsAppSettingKind, Singular: "organisation-wide app setting", Plural: "organisation-wide app settings",
		DataSet: teamsAppSet, Configuration: true, Names: []string{"SettingName"},
		Fields: []Field{
			{Name: "name", Type: String, From: "SettingName", Doc: "DefaultApp, GlobalApp or PrivateApp."},
			{Name: "value", Type: String, From: "SettingValue", Doc: "Who may install such apps: All, None, or some."},
			{Name: "unread", Type: Bool, From: "CertificateBasedAuth", Absent: false, Doc: "Set where the tool signed in with a certificate, to which Teams does not tell these settings."},
		},
	}
}

// teamsAppsSpec joins the organisation-wide settings and the policies that they
// replace.
func teamsAppsSpec() KindSpec {
	spec := KindSpec{Kind: teamsAppsKind, Singular: "Teams app access", Plural: "Teams app access", Singleton: true, Configuration: true}
	for _, group := range appGroups() {
		spec.Fields = append(
			spec.Fields,
			Field{Name: group.field + ".restricted", Type: Bool, Doc: "Whether people can install only " + group.what + " that were allowed one by one."},
			Field{Name: group.field + ".setting", Type: String, Doc: "The organisation-wide setting for " + group.what + "; \"not offered\" where the organisation does not have it."},
			Field{Name: group.field + ".openPolicies", Type: Strings, Doc: "App permission policies that allow all " + group.what + " but listed ones."},
		)
	}
	return spec
}

func teamsFederationSpec() KindSpec {
	return KindSpec{
		Kind: teamsFederationKind, Singular: "external access settings", Plural: "external access settings",
		DataSet: teamsFederationSet, Always: true, Singleton: true, Configuration: true,
		Fields: []Field{
			{Name: "allowed", Type: Bool, From: "AllowFederatedUsers", Doc: "Whether people may talk with people of other organisations."},
			{Name: "domains.mode", Type: String, Doc: "Which organisations: all or list."},
			{Name: "domains.allowed", Type: Strings, Doc: "Domains of the list; empty in the mode all."},
			{Name: "consumer", Type: Bool, From: "AllowTeamsConsumer", Doc: "Whether people may talk with private Teams accounts."},
			{Name: "consumerInbound", Type: Bool, From: "AllowTeamsConsumerInbound", Doc: "Whether private accounts may begin the conversation."},
			{Name: "trialTenants", Type: String, From: "ExternalAccessWithTrialTenants", Enum: []string{"Allowed", "Blocked"}, Doc: "Whether people may talk with organisations that have bought nothing."},
			{Name: "skype", Type: Bool, From: "AllowPublicUsers", Absent: false, Doc: "Whether people may talk with Skype users. Teams took the setting away together with Skype, so a missing one means that nobody can."},
			{Name: "skypeOffered", Type: Bool, Doc: "Whether the setting for Skype is still there."},
		},
	}
}

func teamsClientSpec() KindSpec {
	return KindSpec{
		Kind: "teamsClient", Singular: "Teams client settings", Plural: "Teams client settings",
		DataSet: teamsClientSet, Always: true, Singleton: true, Configuration: true,
		Fields: []Field{
			{Name: "channelEmail", Type: Bool, From: "AllowEmailIntoChannel", Doc: "Whether channels take mail."},
			{Name: "storage.dropbox", Type: Bool, From: "AllowDropBox", Doc: "Whether people may use Dropbox in Teams."},
			{Name: "storage.box", Type: Bool, From: "AllowBox", Doc: "Whether people may use Box in Teams."},
			{Name: "storage.googleDrive", Type: Bool, From: "AllowGoogleDrive", Doc: "Whether people may use Google Drive in Teams."},
			{Name: "storage.shareFile", Type: Bool, From: "AllowShareFile", Doc: "Whether people may use Citrix ShareFile in Teams."},
			{Name: "storage.egnyte", Type: Bool, From: "AllowEgnyte", Doc: "Whether people may use Egnyte in Teams."},
		},
	}
}

func teamsTenantSpec() KindSpec {
	return KindSpec{
		Kind: teamsTenantKind, Singular: "Teams organisation", Plural: "Teams organisations",
		DataSet: teamsTenantSet, Always: true, Singleton: true, Configuration: true, Names: []string{"DisplayName"},
		Fields: []Field{
			{Name: "plans", Type: Strings, From: "AssignedPlan", Doc: "Communication plans of the organisation."},
			{Name: "instance", Type: String, From: "ServiceInstance", Doc: "Part of Microsoft's cloud that serves the organisation."},
			{Name: "government", Type: Bool, Doc: "Whether it is in a cloud of the United States government (GCC, GCC High, DoD)."},
		},
	}
}
