// SPDX-License-Identifier: Apache-2.0

package entity_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"securescore/internal/entity"
	"securescore/internal/posture"
)

// built makes a model of data sets, each a list of raw objects with the keys
// "0", "1"…; nil is a data set that is there and empty.
func built(sets map[string][]string) *entity.Model {
	e := &posture.Evidence{}
	for name, list := range sets {
		set := &posture.DataSet{Name: name}
		for i, raw := range list {
			set.Objects = append(set.Objects, posture.Object{Key: strconv.Itoa(i), Raw: []byte(raw)})
		}
		e.Add(set)
	}
	return entity.Build(entity.Standard(), e, nil)
}

// seen returns the named fields of the first row; an unknown one is "?".
func seen(t *testing.T, m *entity.Model, kind posture.Kind, fields ...string) []any {
	t.Helper()
	table := m.Table(kind)
	if table.Len() == 0 {
		t.Fatalf("%s has no row: %v", kind, table.Missing)
	}
	list := make([]any, 0, len(fields))
	for _, f := range fields {
		v, known := table.Col(f).Value(0)
		if !known {
			v = "?"
		}
		list = append(list, v)
	}
	return list
}

func TestSharePointWords(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, raw string
		want      []any
	}{
		{"numbers", `{"SharingCapability":0,"ODBSharingCapability":3,"SharingDomainRestrictionMode":1,"ConditionalAccessPolicy":2,"FolderAnonymousLinkType":4}`, []any{"disabled", "existingExternalUserSharingOnly", "allowList", "blocked", "upload"}},
		{"names", `{"SharingCapability":"ExternalUserAndGuestSharing","ODBSharingCapability":"externalUserSharingOnly","SharingDomainRestrictionMode":"BlockList","ConditionalAccessPolicy":"AllowLimitedAccess","FolderAnonymousLinkType":"Edit"}`, []any{"externalUserAndGuestSharing", "externalUserSharingOnly", "blockList", "limited", "edit"}},
		{"numbers that nobody knows", `{"SharingCapability":9,"ODBSharingCapability":-1,"SharingDomainRestrictionMode":3,"ConditionalAccessPolicy":3,"FolderAnonymousLinkType":3}`, []any{"?", "?", "?", "?", "?"}},
		{"nulls and wrong types", `{"SharingCapability":null,"ODBSharingCapability":[],"SharingDomainRestrictionMode":{},"ConditionalAccessPolicy":"some"}`, []any{"?", "?", "?", "?", "?"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			m := built(map[string][]string{"sharepoint/tenant": {tt.raw}})
			got := seen(t, m, "sharePointTenant", "sharing.level", "oneDrive.level", "sharing.domainMode", "unmanagedAccess", "anyone.folderRole")
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("words (-want +got):\n%s", diff)
			}
		})
	}
}

// A product's own setting replaces the organisation's; only the full set of
// settings tells what a new link is.
func TestSharePointLinks(t *testing.T) {
	t.Parallel()
	const unset = `"CoreDefaultShareLinkScope":-1,"CoreDefaultShareLinkRole":0,"CoreDefaultLinkToExistingAccess":false,"OneDriveDefaultShareLinkScope":-1,"OneDriveDefaultShareLinkRole":0,"OneDriveDefaultLinkToExistingAccess":false`
	tests := []struct {
		name, raw string
		want      []any
	}{
		{"organisation decides", `{"DefaultSharingLinkType":1,"DefaultLinkPermission":1,` + unset + `}`, []any{"specificPeople", "view", "specificPeople", "view"}},
		{"none stays none", `{"DefaultSharingLinkType":0,"DefaultLinkPermission":0,` + unset + `}`, []any{"none", "none", "none", "none"}},
		{
			"SharePoint has its own",
			`{"DefaultSharingLinkType":1,"DefaultLinkPermission":1,` + strings.Replace(strings.Replace(unset, `Scope":-1`, `Scope":0`, 1), `Role":0`, `Role":2`, 1) + `}`,
			[]any{"anyone", "edit", "specificPeople", "view"},
		},
		{
			"existing access replaces all",
			`{"DefaultSharingLinkType":3,"DefaultLinkPermission":2,` + strings.ReplaceAll(unset, "false", "true") + `}`,
			[]any{"existingAccess", "existingAccess", "existingAccess", "existingAccess"},
		},
		{"own settings were not read", `{"DefaultSharingLinkType":1,"DefaultLinkPermission":1}`, []any{"?", "?", "?", "?"}},
		{"organisation's was not read", `{` + unset + `}`, []any{"?", "?", "?", "?"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			m := built(map[string][]string{"sharepoint/tenant": {tt.raw}})
			got := seen(t, m, "sharePointTenant", "link.sharePointScope", "link.sharePointRole", "link.oneDriveScope", "link.oneDriveRole")
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("links (-want +got):\n%s", diff)
			}
		})
	}
}

func TestSharePointGroupsAndSync(t *testing.T) {
	t.Parallel()
	const entry = `"<acl><ace identityName=\"x\" /></acl>"`
	tests := []struct {
		name string
		sets map[string][]string
		want []any
	}{
		{"a group in one list", map[string][]string{"sharepoint/tenant": {`{"GuestSharingGroupAllowListInTenant":` + entry + `}`}}, []any{true, "?", "?"}},
		{"no group in both lists", map[string][]string{"sharepoint/tenant": {`{"GuestSharingGroupAllowListInTenant":"<acl />","WhoCanShareAllowListInTenant":null}`}}, []any{false, "?", "?"}},
		{"one list was not read", map[string][]string{"sharepoint/tenant": {`{"GuestSharingGroupAllowListInTenant":""}`}}, []any{"?", "?", "?"}},
		{
			"sync restriction of its own",
			map[string][]string{"sharepoint/tenant": {`{}`}, "sharepoint/tenantSyncClientRestriction": {`{"TenantRestrictionEnabled":true,"AllowedDomainList":["a"]}`}},
			[]any{"?", true, []string{"a"}},
		},
		{
			"the tenant's own answer goes first",
			map[string][]string{"sharepoint/tenant": {`{"IsUnmanagedSyncClientForTenantRestricted":false,"AllowedDomainListForSyncClient":[]}`}, "sharepoint/tenantSyncClientRestriction": {`{"TenantRestrictionEnabled":true,"AllowedDomainList":["a"]}`}},
			[]any{"?", false, []string{}},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := seen(t, built(tt.sets), "sharePointTenant", "sharing.limitedToGroups", "sync.restricted", "sync.domains")
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("fields (-want +got):\n%s", diff)
			}
		})
	}
}

func TestSharePointRootSite(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string][]any{
		`{"Url":"https://contoso.sharepoint.com/","DenyAddAndCustomizePages":2}`:      {true, true},
		`{"Url":"https://contoso.sharepoint.com","DenyAddAndCustomizePages":1}`:       {true, false},
		`{"Url":"https://contoso.sharepoint.com/sites/a"}`:                            {false, "?"},
		`{"Url":"https://contoso-my.sharepoint.com/","DenyAddAndCustomizePages":0}`:   {false, "?"},
		`{"Url":"no address","DenyAddAndCustomizePages":"Enabled"}`:                   {"?", true},
		`{"Url":null,"DenyAddAndCustomizePages":null}`:                                {"?", "?"},
		`{"Url":"https://contoso-admin.sharepoint.com","DenyAddAndCustomizePages":7}`: {false, "?"},
	} {
		got := seen(t, built(map[string][]string{"sharepoint/sites": {raw}}), "sharePointSite", "root", "customScriptDenied")
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", raw, diff)
		}
	}
}

func TestPowerBI(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, raw string
		want      any
	}{
		{"off", `{"settingName":"PublishToWeb","enabled":false}`, "off"},
		{"off, groups left over", `{"settingName":"PublishToWeb","enabled":false,"enabledSecurityGroups":[{"name":"a"}]}`, "off"},
		{"groups", `{"settingName":"PublishToWeb","enabled":true,"enabledSecurityGroups":[{"name":"a"}]}`, "groups"},
		{"collapsed list of one group", `{"settingName":"PublishToWeb","enabled":true,"enabledSecurityGroups":{"name":"a"}}`, "groups"},
		{"everyone", `{"settingName":"PublishToWeb","enabled":true}`, "everyone"},
		{"empty list of groups", `{"settingName":"PublishToWeb","enabled":true,"enabledSecurityGroups":[]}`, "everyone"},
		{"null", `{"settingName":"PublishToWeb","enabled":null}`, "?"},
		{"wrong type", `{"settingName":"PublishToWeb","enabled":"perhaps"}`, "?"},
		{"another setting", `{"settingName":"RScriptVisual","enabled":false}`, "?"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := seen(t, built(map[string][]string{"powerbi/tenantSettings": {tt.raw}}), "powerBITenant", "publishToWeb")
			if diff := cmp.Diff([]any{tt.want}, got); diff != "" {
				t.Errorf("publish to web (-want +got):\n%s", diff)
			}
		})
	}
	if table := built(map[string][]string{"powerbi/tenantSettings": nil}).Table("powerBITenant"); table.Collected() {
		t.Error("an empty list of settings was taken for settings")
	}
}
