// SPDX-License-Identifier: Apache-2.0

package entity_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"securescore/internal/posture"
)

func TestTeamsAllowedDomains(t *testing.T) {
	t.Parallel()
	all, open := []any{"all", []string{}}, []any{"?", "?"}
	tests := []struct {
		name, raw string
		want      []any
	}{
		{"object without members", `{"AllowedDomains":{}}`, all},
		{"empty list", `{"AllowedDomains":[]}`, all},
		{"name of the choice", `{"AllowedDomains":"AllowAllKnownDomains"}`, all},
		{"object of the choice", `{"AllowedDomains":{"AllowAllKnownDomains":{}}}`, all},
		{"one domain, collapsed", `{"AllowedDomains":{"AllowedDomain":"Domain=a.org"}}`, []any{"list", []string{"a.org"}}},
		{"domains cut to text", `{"AllowedDomains":{"AllowedDomain":"Domain=a.org Domain=B.org"}}`, []any{"list", []string{"a.org", "b.org"}}},
		{"list of objects", `{"AllowedDomains":{"AllowedDomain":[{"Domain":"a.org"},{"Domain":"b.org"}]}}`, []any{"list", []string{"a.org", "b.org"}}},
		{"one object", `{"AllowedDomains":{"AllowedDomain":{"Domain":"a.org"}}}`, []any{"list", []string{"a.org"}}},
		{"list of text", `{"AllowedDomains":["a.org","b.org"]}`, []any{"list", []string{"a.org", "b.org"}}},
		{"allow list around it", `{"AllowedDomains":{"AllowList":{"AllowedDomain":["a.org"]}}}`, []any{"list", []string{"a.org"}}},
		{"allow list that is empty", `{"AllowedDomains":{"AllowedDomain":[]}}`, open},
		{"allow list that is all", `{"AllowedDomains":{"AllowList":{}}}`, open},
		{"name of a type", `{"AllowedDomains":{"AllowedDomain":"System.Object[]"}}`, open},
		{"null", `{"AllowedDomains":null}`, open},
		{"null inside", `{"AllowedDomains":{"AllowedDomain":null}}`, open},
		{"absent", `{"AllowFederatedUsers":true}`, open},
		{"a number", `{"AllowedDomains":7}`, open},
		{"other text", `{"AllowedDomains":"Microsoft.Teams.AllowList"}`, open},
		{"a member that nobody knows", `{"AllowedDomains":{"AllowedDomain":["a.org"],"Except":["b.org"]}}`, open},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			m := built(map[string][]string{"teams/FederationConfiguration": {tt.raw}})
			got := seen(t, m, "teamsFederation", "domains.mode", "domains.allowed")
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("domains (-want +got):\n%s", diff)
			}
		})
	}
}

func TestTeamsReadyMadePolicies(t *testing.T) {
	t.Parallel()
	m := built(map[string][]string{"teams/MeetingPolicy": {
		`{"Identity":"Global"}`,
		`{"Identity":"Tag:AllOn"}`,
		`{"Identity":"Tag:Ours"}`,
		`{"Identity":"Tag:AllOff","ConfigMetadata":{"Authority":"Tenant"}}`,
		`{"Identity":"Tag:Theirs","Key":{"AuthorityId":"Class=Host;InstanceId=0"}}`,
		`{"Identity":null}`,
	}})
	table := m.Table("teamsMeetingPolicy")
	want := map[string]any{"Global": false, "Tag:AllOn": true, "Tag:Ours": false, "Tag:AllOff": false, "Tag:Theirs": true, "5": nil}
	got := make(map[string]any)
	for row := range table.Len() {
		v, _ := table.Col("readyMade").Value(row)
		got[table.Names[row]] = v
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("ready made (-want +got):\n%s", diff)
	}
	if !table.Collected() {
		t.Errorf("missing: %v", table.Missing)
	}
}

// The policy that applies to everyone is in every organisation: policies
// without it were read in part.
func TestTeamsPoliciesWithoutGlobal(t *testing.T) {
	t.Parallel()
	for kind, set := range map[posture.Kind]string{
		"teamsMeetingPolicy": "teams/MeetingPolicy", "teamsEventPolicy": "teams/BroadcastPolicy", "teamsAppPolicy": "teams/AppPermissionPolicy",
	} {
		for _, list := range [][]string{nil, {`{"Identity":"Tag:Ours"}`}} {
			if table := built(map[string][]string{set: list}).Table(kind); table.Collected() {
				t.Errorf("%s: %q were taken for all policies", kind, list)
			}
		}
	}
}

func TestTeamsCloud(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]any{
		`{"AssignedPlan":["MCOEV","Teams_GCC"]}`:                                                  true,
		`{"AssignedPlan":["TEAMS_AR_DOD"]}`:                                                       true,
		`{"AssignedPlan":"TEAMS_GCCHIGH"}`:                                                        true,
		`{"AssignedPlan":["MCOEV","Teams"]}`:                                                      false,
		`{"AssignedPlan":["TEAMS1"],"ServiceInstance":"MicrosoftCommunicationsOnline/GOV-1B-G6"}`: true,
		`{"AssignedPlan":["MCOEV"]}`:                                                              "?",
		`{"AssignedPlan":[]}`:                                                                     "?",
		`{"AssignedPlan":null}`:                                                                   "?",
		`{"AssignedPlan":["Microsoft.Teams.Models.AssignedPlan"]}`:                                "?",
		`{}`: "?",
	} {
		got := seen(t, built(map[string][]string{"teams/Tenant": {raw}}), "teamsTenant", "government")
		if diff := cmp.Diff([]any{want}, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", raw, diff)
		}
	}
}

func TestTeamsApps(t *testing.T) {
	t.Parallel()
	const (
		closed = `{"Identity":"Global","GlobalCatalogAppsType":"AllowedAppList"}`
		open   = `{"Identity":"Tag:Open","GlobalCatalogAppsType":"BlockedAppList"}`
		odd    = `{"Identity":"Tag:Odd","GlobalCatalogAppsType":"SomeList"}`
		all    = `{"SettingName":"GlobalApp","SettingValue":"All"}`
		none   = `{"SettingName":"GlobalApp","SettingValue":"None"}`
	)
	tests := []struct {
		name string
		sets map[string][]string
		want []any
	}{
		{"the setting replaces closed policies", map[string][]string{"teams/AppPermissionPolicy": {closed}, "teams/TenantAppSettings": {all}}, []any{false, "All", []string{}}},
		{"the setting replaces open policies", map[string][]string{"teams/AppPermissionPolicy": {closed, open}, "teams/TenantAppSettings": {none}}, []any{true, "None", []string{"Tag:Open"}}},
		{"the setting alone", map[string][]string{"teams/TenantAppSettings": {none}}, []any{true, "None", "?"}},
		{"not offered, closed", map[string][]string{"teams/AppPermissionPolicy": {closed}, "teams/TenantAppSettings": nil}, []any{true, "not offered", []string{}}},
		{"not offered, one open", map[string][]string{"teams/AppPermissionPolicy": {closed, open}, "teams/TenantAppSettings": nil}, []any{false, "not offered", []string{"Tag:Open"}}},
		{"not offered, one not understood", map[string][]string{"teams/AppPermissionPolicy": {closed, odd}, "teams/TenantAppSettings": nil}, []any{"?", "not offered", []string{}}},
		{"not offered, policies not read", map[string][]string{"teams/TenantAppSettings": nil}, []any{"?", "not offered", "?"}},
		{"not read, closed", map[string][]string{"teams/AppPermissionPolicy": {closed}}, []any{"?", "?", []string{}}},
		{"not read, one open", map[string][]string{"teams/AppPermissionPolicy": {closed, open}}, []any{false, "?", []string{"Tag:Open"}}},
		{"not told to a certificate", map[string][]string{"teams/AppPermissionPolicy": {closed}, "teams/TenantAppSettings": {`{"CertificateBasedAuth":true}`}}, []any{"?", "?", []string{}}},
		{"another setting only", map[string][]string{"teams/AppPermissionPolicy": {closed}, "teams/TenantAppSettings": {`{"SettingName":"DefaultApp","SettingValue":"None"}`}}, []any{"?", "?", []string{}}},
		{"setting without value", map[string][]string{"teams/AppPermissionPolicy": {closed}, "teams/TenantAppSettings": {`{"SettingName":"GlobalApp","SettingValue":null}`}}, []any{"?", "?", []string{}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := seen(t, built(tt.sets), "teamsApps", "thirdParty.restricted", "thirdParty.setting", "thirdParty.openPolicies")
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("apps (-want +got):\n%s", diff)
			}
		})
	}
	if table := built(nil).Table("teamsApps"); table.Collected() {
		t.Error("apps were taken as read without any evidence")
	}
}

func TestTeamsSkype(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string][]any{
		`{"AllowPublicUsers":true}`:  {true, true},
		`{"AllowPublicUsers":false}`: {true, false},
		`{"AllowPublicUsers":null}`:  {true, "?"},
		`{}`:                         {false, false},
	} {
		got := seen(t, built(map[string][]string{"teams/FederationConfiguration": {raw}}), "teamsFederation", "skypeOffered", "skype")
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", raw, diff)
		}
	}
}
