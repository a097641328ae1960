// SPDX-License-Identifier: Apache-2.0

package entity

// Data sets of SharePoint and OneDrive. Their members are named as SharePoint's
// own REST interface (_api/SPO.Tenant) writes them; sources that hold the names
// of PowerShell's Get-SPOTenant rename what differs, and lists come without the
// wrapping that OData's verbose form puts around them.
const (
	sharePointTenantSet      = "sharepoint/tenant"
	sharePointSitesSet       = "sharepoint/sites"
	sharePointSyncSet        = "sharepoint/tenantSyncClientRestriction"
	sharePointSettingsSet    = "graph/admin/sharepoint/settings"
	sharePointTenantKind     = "sharePointTenant"
	sharePointSyncClientKind = "sharePointSyncClient"
	sharePointSiteKind       = "sharePointSite"
)

// sharingNames are the numbers and the names of SharingCapabilities, as Graph
// spells them.
var sharingNames = []string{"disabled", "externalUserSharingOnly", "externalUserAndGuestSharing", "existingExternalUserSharingOnly"}

// sharePointProduct declares what SharePoint and OneDrive hold. A member that
// is missing is unknown everywhere: which members an answer has depends on the
// tool that asked (PnP PowerShell leaves out a third), not on the tenant.
func sharePointProduct() Product {
	return Product{
		Kinds:  []KindSpec{sharePointTenantSpec(), sharePointSyncSpec(), sharePointSiteSpec(), sharePointSettingsSpec()},
		Derive: []Derive{deriveSharePointTenant, deriveSharePointSites},
	}
}

func sharePointTenantSpec() KindSpec {
	return KindSpec{
		Kind: sharePointTenantKind, Singular: "SharePoint organisation settings", Plural: "SharePoint organisation settings",
		DataSet: sharePointTenantSet, Always: true, Singleton: true, Configuration: true,
		Fields: []Field{
			{Name: "legacyAuthAllowed", Type: Bool, From: "LegacyAuthProtocolsEnabled", Doc: "Whether apps that cannot use modern authentication may reach SharePoint."},
			{Name: "azureB2B", Type: Bool, From: "EnableAzureADB2BIntegration", Doc: "Whether people who are invited to files become Entra B2B guests."},
			{Name: "infectedDownloadBlocked", Type: Bool, From: "DisallowInfectedFileDownload", Doc: "Whether files in which malware was found cannot be downloaded."},
			{Name: "unmanagedAccess", Type: String, Doc: "What browsers on unmanaged devices get: full, limited or blocked."},
			{Name: "sharing.level", Type: String, Doc: "The most open sharing of SharePoint, in Graph's words; externalUserAndGuestSharing means links for anyone."},
			{Name: "sharing.guestsReshareBlocked", Type: Bool, From: "PreventExternalUsersFromResharing", Doc: "Whether guests cannot share what they do not own."},
			{Name: "sharing.domainMode", Type: String, Doc: "Whether sharing is limited by domain: none, allowList or blockList."},
			{Name: "sharing.allowedDomains", Type: Strings, From: "SharingAllowedDomainList", Split: " ", Null: []string{}, Doc: "Domains that may be shared with in the mode allowList; null is an empty list."},
			{Name: "sharing.blockedDomains", Type: Strings, From: "SharingBlockedDomainList", Split: " ", Null: []string{}, Doc: "Domains that may not be shared with in the mode blockList; null is an empty list."},
			{Name: "sharing.limitedToGroups", Type: Bool, Doc: "Whether only members of chosen security groups may share outside."},
			{Name: "oneDrive.level", Type: String, Doc: "The most open sharing of OneDrive, in the same words as sharing.level."},
			{Name: "link.sharePointScope", Type: String, Doc: "Whom a new link in SharePoint works for unless people choose: specificPeople, organization, anyone, existingAccess or none."},
			{Name: "link.oneDriveScope", Type: String, Doc: "The same for OneDrive."},
			{Name: "link.sharePointRole", Type: String, Doc: "What a new link in SharePoint allows unless people choose: view, edit, review, restrictedView, existingAccess or none."},
			{Name: "link.oneDriveRole", Type: String, Doc: "The same for OneDrive."},
			{Name: "anyone.expiryDays", Type: Int, From: "RequireAnonymousLinksExpireInDays", Doc: "Days after which links for anyone end; 0 and -1 mean never."},
			{Name: "anyone.fileRole", Type: String, Doc: "The most that a link for anyone to a file may allow: none, view or edit."},
			{Name: "anyone.folderRole", Type: String, Doc: "The same for a folder: none, view, edit or upload."},
			{Name: "reauth.required", Type: Bool, From: "EmailAttestationRequired", Doc: "Whether people with a verification code must prove again that they read the mailbox."},
			{Name: "reauth.days", Type: Int, From: "EmailAttestationReAuthDays", Doc: "After how many days."},
			{Name: "guestExpiry.required", Type: Bool, From: "ExternalUserExpirationRequired", Doc: "Whether the access of guests ends by itself."},
			{Name: "guestExpiry.days", Type: Int, From: "ExternalUserExpireInDays", Doc: "After how many days."},
			{Name: "sync.restricted", Type: Bool, From: "IsUnmanagedSyncClientForTenantRestricted", Doc: "Whether OneDrive syncs only on computers that are joined to listed domains."},
			{Name: "sync.domains", Type: Strings, From: "AllowedDomainListForSyncClient", Doc: "GUIDs of those Active Directory domains."},

			// What the fields above are worked out from; rules have no need of it.
			{Name: "raw.sharing", Type: Int, From: "SharingCapability", Words: numbered(sharingNames), Doc: "SharingCapabilities as a number."},
			{Name: "raw.oneDrive", Type: Int, From: "ODBSharingCapability", Words: numbered(sharingNames), Doc: "SharingCapabilities as a number."},
			{Name: "raw.domainMode", Type: Int, From: "SharingDomainRestrictionMode", Words: numbered([]string{"none", "allowList", "blockList"}), Doc: "SharingDomainRestrictionModes as a number."},
			{Name: "raw.unmanaged", Type: Int, From: "ConditionalAccessPolicy", Words: numbered([]string{"AllowFullAccess", "AllowLimitedAccess", "BlockAccess"}), Doc: "SPOConditionalAccessPolicyType as a number."},
			{Name: "raw.linkType", Type: Int, From: "DefaultSharingLinkType", Words: numbered([]string{"None", "Direct", "Internal", "AnonymousAccess"}), Doc: "SharingLinkType as a number."},
			{Name: "raw.linkRole", Type: Int, From: "DefaultLinkPermission", Words: numbered([]string{"None", "View", "Edit"}), Doc: "SharingPermissionType as a number."},
			{Name: "raw.sharePointScope", Type: Int, From: "CoreDefaultShareLinkScope", Words: scopeWords(), Doc: "SharingScope of SharePoint, which replaces the link type; -1 is not set."},
			{Name: "raw.oneDriveScope", Type: Int, From: "OneDriveDefaultShareLinkScope", Words: scopeWords(), Doc: "The same for OneDrive."},
			{Name: "raw.sharePointRole", Type: Int, From: "CoreDefaultShareLinkRole", Words: roleWords(), Doc: "Role of SharePoint, which replaces the link permission; 0 is not set."},
			{Name: "raw.oneDriveRole", Type: Int, From: "OneDriveDefaultShareLinkRole", Words: roleWords(), Doc: "The same for OneDrive."},
			{Name: "raw.sharePointExisting", Type: Bool, From: "CoreDefaultLinkToExistingAccess", Doc: "Whether the link for people with existing access is the default in SharePoint, whatever scope and role say."},
			{Name: "raw.oneDriveExisting", Type: Bool, From: "OneDriveDefaultLinkToExistingAccess", Doc: "The same for OneDrive."},
			{Name: "raw.fileLink", Type: Int, From: "FileAnonymousLinkType", Words: numbered([]string{"None", "View", "Edit"}), Doc: "AnonymousLinkType as a number."},
			{Name: "raw.folderLink", Type: Int, From: "FolderAnonymousLinkType", Words: map[string]int64{"None": 0, "View": 1, "Edit": 2, "Upload": 4}, Doc: "AnonymousLinkType as a number."},
			{Name: "raw.anyoneGroups", Type: String, From: "GuestSharingGroupAllowListInTenant", Null: "", Doc: "Access list, as XML, of the groups that may share with anyone; null is none."},
			{Name: "raw.guestGroups", Type: String, From: "WhoCanShareAllowListInTenant", Null: "", Doc: "Access list, as XML, of the groups that may share with signed-in guests; null is none."},
		},
	}
}

// sharePointSyncSpec is where ScubaGear before 1.0 and Get-
// SPOTenantSyncClientRestriction keep what the tenant's own answer also holds.
func sharePointSyncSpec() KindSpec {
	return KindSpec{
		Kind: sharePointSyncClientKind, Singular: "sync client restriction", Plural: "sync client restrictions",
		DataSet: sharePointSyncSet, Singleton: true, Configuration: true,
		Fields: []Field{
			{Name: "restricted", Type: Bool, From: "TenantRestrictionEnabled", Doc: "Whether OneDrive syncs only on computers that are joined to listed domains."},
			{Name: "domains", Type: Strings, From: "AllowedDomainList", Doc: "GUIDs of those Active Directory domains."},
		},
	}
}

func sharePointSiteSpec() KindSpec {
	return KindSpec{
		Kind: sharePointSiteKind, Singular: "site", Plural: "sites",
		DataSet: sharePointSitesSet, Configuration: true, Names: []string{"Title", "Url"},
		Fields: []Field{
			{Name: "url", Type: String, From: "Url", Doc: "Address of the site."},
			{Name: "root", Type: Bool, Doc: "Whether it is the root site of the organisation: its address has no path and is not that of OneDrive or of the administration."},
			{Name: "customScriptCode", Type: Int, From: "DenyAddAndCustomizePages", Words: map[string]int64{"Unknown": 0, "Disabled": 1, "Enabled": 2}, Doc: "1 where members may add scripts to pages, 2 where that is denied."},
			{Name: "customScriptDenied", Type: Bool, Doc: "Whether people cannot add scripts to the pages of the site."},
		},
	}
}

// sharePointSettingsSpec is the small set of settings that Graph tells.
func sharePointSettingsSpec() KindSpec {
	return KindSpec{
		Kind: "sharePointSettings", Singular: "SharePoint settings in Graph", Plural: "SharePoint settings in Graph",
		DataSet: sharePointSettingsSet, Always: true, Singleton: true, Configuration: true,
		Fields: []Field{
			{Name: "idleSignOut.enabled", Type: Bool, From: "idleSessionSignOut.isEnabled", Null: false, Doc: "Whether browsers are signed out after a time without activity; null is off."},
			{Name: "idleSignOut.after", Type: Seconds, From: "idleSessionSignOut.signOutAfterInSeconds", Doc: "That time in seconds."},
		},
	}
}

// numbered gives each name its position.
func numbered(names []string) map[string]int64 {
	words := make(map[string]int64, len(names))
	for i, name := range names {
		words[name] = int64(i)
	}
	return words
}

func scopeWords() map[string]int64 {
	return map[string]int64{"Uninitialized": -1, "Anyone": 0, "Organization": 1, "SpecificPeople": 2}
}

func roleWords() map[string]int64 {
	return map[string]int64{"None": 0, "View": 1, "Edit": 2, "Review": 6, "RestrictedView": 7}
}
