// SPDX-License-Identifier: Apache-2.0

package sample

import "securescore/internal/posture"

const (
	sharePoint = "sharepoint/tenant"
	meetings   = "teams/MeetingPolicy"
	federation = "teams/FederationConfiguration"
)

// sharingStory is about SharePoint and OneDrive.
func sharingStory() []event {
	return []event{
		{63, "A new link works for chosen people and lets them read.", set(sharePoint, "DefaultSharingLinkType", 1, "DefaultLinkPermission", 1)},
		{81, "Links for anyone end after 30 days and only let people read.", set(sharePoint, "RequireAnonymousLinksExpireInDays", 30, "FileAnonymousLinkType", 1, "FolderAnonymousLinkType", 1)},
		{108, "Guests cannot share what they do not own.", set(sharePoint, "PreventExternalUsersFromResharing", true)},
		{168, "Links for anyone are switched off.", set(sharePoint, "SharingCapability", 1, "ODBSharingCapability", 1)},
		{345, "For a trade fair links for anyone are switched on again, without an end.", set(
			sharePoint, "SharingCapability", 2, "RequireAnonymousLinksExpireInDays", -1, "FileAnonymousLinkType", 2, "FolderAnonymousLinkType", 2,
		)},
		{387, "Browsers are signed out of SharePoint after an hour.", set(
			"graph/admin/sharepoint/settings", "idleSessionSignOut/isEnabled", true, "idleSessionSignOut/signOutAfterInSeconds", 3600, "idleSessionSignOut/warnAfterInSeconds", 3300,
		)},
	}
}

// teamsStory is about meetings, chat and apps.
func teamsStory() []event {
	return []event{
		{24, "People outside wait in the lobby.", setOf(meetings, "Global", "AutoAdmittedUsers", "EveryoneInCompanyExcludingGuests", "AllowPSTNUsersToBypassLobby", false)},
		{135, "Private Teams accounts cannot begin a conversation.", set(federation, "AllowTeamsConsumerInbound", false)},
		{246, "Organisations that are on trial cannot be talked with.", set(federation, "ExternalAccessWithTrialTenants", "Blocked")},
		{372, "Apps of third parties are allowed one by one.", all(
			setOf("teams/TenantAppSettings", "GlobalApp", "SettingValue", "None"), set("teams/AppPermissionPolicy", "GlobalCatalogAppsType", "AllowedAppList"),
		)},
		{234, "Channels take no mail, and nobody anonymous takes part in the chat.", all(
			set("teams/ClientConfiguration", "AllowEmailIntoChannel", false),
			setOf(meetings, "Global", "MeetingChatEnabledType", "EnabledExceptAnonymous", "AllowExternalNonTrustedMeetingChat", false),
		)},
	}
}

// platformStory is about Power Platform, Power BI and data loss prevention.
func platformStory() []event {
	return []event{
		{123, "A data policy covers every environment.", setOf("powerplatform/dlpPolicies", "1c7e0a10-6c5b-4c7d-9b7e-00000000d001", "environmentType", "AllEnvironments", "environments", []any{})},
		{144, "Data policies against loss of card numbers act.", setOf("purview/DlpCompliancePolicy", "Payment data", "Mode", "Enable")},
		{183, "Guests open what was shared with them in Power BI in one group only.", limited("AllowGuestUserToAccessSharedContent")},
		{213, "The answers of Power BI cannot be read for a week.", on(func(o *org) error {
			return o.fail("powerbi/tenantSettings", posture.Reason{Code: posture.Failed, Detail: "powerbi/tenantSettings: the service answered 503 for an hour"})
		})},
		{219, "Power BI answers again.", on(func(o *org) error { return o.recover("powerbi/tenantSettings") })},
		{240, "Contoso adopts the new catalogue.", func(_ *org, m *Moment) error {
			m.Adopted = true
			return nil
		}},
		{288, "Links to reports that work for all are left to one group.", limited("ShareLinkToEntireOrg")},
		{387, "Makers cannot share an app with everybody at once.", set("powerplatform/tenantSettings", "powerPlatform/powerApps/disableShareWithEveryone", true)},
	}
}

// limited leaves a setting of Power BI on for one group.
func limited(name string) action {
	return func(o *org, _ *Moment) error {
		setting, err := o.find("powerbi/tenantSettings", name)
		if err != nil {
			return err
		}
		setting["enabledSecurityGroups"] = []any{object{"graphId": uuid("group", 4), "name": "Finance"}}
		o.changed("powerbi/tenantSettings")
		return nil
	}
}
