// SPDX-License-Identifier: Apache-2.0

package entity

import "securescore/internal/posture"

const (
	powerBISet = "powerbi/tenantSettings"

	powerBISettingKind posture.Kind = "powerBISetting"
	powerBITenantKind  posture.Kind = "powerBITenant"
)

// powerBISettings are the settings that rules read, by field.
func powerBISettings() []struct{ field, setting, doc string } {
	return []struct{ field, setting, doc string }{
		{"publishToWeb", "PublishToWeb", "Who may publish reports to the public web: off, groups, everyone or everyoneExcept."},
		{"guestAccess", "AllowGuestUserToAccessSharedContent", "Which guests may open what was shared with them: off, groups, everyone or everyoneExcept."},
		{"guestInvitations", "ExternalSharingV2", "Who may invite guests by sharing: off, groups, everyone or everyoneExcept."},
		{"guestBrowsing", "ElevatedGuestsTenant", "Which guests may browse content: off, groups, everyone or everyoneExcept."},
		{"rAndPython", "RScriptVisual", "Who may work with visuals that run R or Python: off, groups, everyone or everyoneExcept."},
		{"labels", "EimInformationProtectionEdit", "Who may put sensitivity labels on content: off, groups, everyone or everyoneExcept."},
		{"organizationLinks", "ShareLinkToEntireOrg", "Who may make links that work for the whole organisation: off, groups, everyone or everyoneExcept."},
		{"externalData", "EnableDatasetInPlaceSharing", "Who may share data with other organisations: off, groups, everyone or everyoneExcept."},
		{"resourceKeysBlocked", "BlockResourceKeyAuthentication", "For whom resource keys are blocked: off, groups, everyone or everyoneExcept."},
		{"appsCallAPIs", "ServicePrincipalAccessPermissionAPIs", "Which apps may call the public interfaces: off, groups, everyone or everyoneExcept."},
		{"appProfiles", "AllowServicePrincipalsCreateAndUseProfiles", "Which apps may make and use profiles: off, groups, everyone or everyoneExcept."},
		{"appsCreateWorkspaces", "ServicePrincipalAccessGlobalAPIs", "Which apps may create workspaces, connections and pipelines: off, groups, everyone or everyoneExcept."},
	}
}

// powerBIProduct declares what Power BI, a part of Microsoft Fabric, holds.
func powerBIProduct() Product {
	tenant := KindSpec{Kind: powerBITenantKind, Singular: "Power BI settings", Plural: "Power BI settings", Singleton: true, Configuration: true}
	for _, s := range powerBISettings() {
		tenant.Fields = append(tenant.Fields, Field{Name: s.field, Type: String, Doc: s.doc})
	}
	return Product{
		Kinds: []KindSpec{
			{
				Kind: powerBISettingKind, Singular: "Power BI setting", Plural: "Power BI settings",
				DataSet: powerBISet, Configuration: true, Names: []string{"title", "settingName"},
				Fields: []Field{
					{Name: "name", Type: String, From: "settingName", Doc: "Name of the setting in the service."},
					{Name: "enabled", Type: Bool, From: "enabled", Doc: "Whether it is on."},
					{Name: "groups", Type: Int, From: "enabledSecurityGroups[]", Null: int64(0), Absent: int64(0), Doc: "Number of security groups it is on for; the service leaves the list out where it is on for everyone."},
					{Name: "excluded", Type: Int, From: "excludedSecurityGroups[]", Null: int64(0), Absent: int64(0), Doc: "Number of security groups it is off for although it is on for others."},
				},
			},
			tenant,
		},
		Derive: []Derive{derivePowerBI},
	}
}

// derivePowerBI makes one row of settings out of a list. A setting that is not
// in the list is unknown: which ones there are depends on the service's version.
func derivePowerBI(m *Model) {
	settings, t := m.Table(powerBISettingKind), m.Table(powerBITenantKind)
	if !settings.Collected() {
		t.Missing = settings.Missing
		return
	}
	if settings.Len() == 0 {
		t.Missing = posture.Reason{Code: posture.Shape, Detail: powerBISet + " is empty, although the service always has settings"}
		return
	}
	t.Missing = posture.Reason{}
	row := t.Add("tenant", "Power BI settings")
	for _, s := range powerBISettings() {
		who, why := powerBIWho(settings, s.setting)
		if who == "" {
			t.SetUnknown(row, s.field, why)
			continue
		}
		t.SetString(row, s.field, who)
	}
}

func powerBIWho(t *Table, name string) (string, posture.Reason) {
	for row := range t.Len() {
		if id := t.Col("name"); !id.Known.Has(row) || id.Text(row) != name {
			continue
		}
		groups, excluded := t.Col("groups"), t.Col("excluded")
		switch {
		case t.Bool(row, "enabled") == Unknown:
			return "", t.Col("enabled").Why(row)
		case t.Bool(row, "enabled") == False:
			return "off", posture.Reason{}
		case !groups.Known.Has(row):
			return "", groups.Why(row)
		case groups.Ints[row] > 0:
			return "groups", posture.Reason{}
		case !excluded.Known.Has(row):
			return "", excluded.Why(row)
		case excluded.Ints[row] > 0:
			return "everyoneExcept", posture.Reason{}
		}
		return "everyone", posture.Reason{}
	}
	return "", posture.Reason{Code: posture.NotCollected, Detail: name + " of " + powerBISet + " was not in the evidence"}
}
