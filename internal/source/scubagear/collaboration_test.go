// SPDX-License-Identifier: Apache-2.0

package scubagear_test

import (
	"fmt"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"securescore/internal/posture"
	"securescore/internal/source/scubagear"
)

// dataSet reads an export with the given members and returns one data set of it.
func dataSet(t *testing.T, name, members string) *posture.DataSet {
	t.Helper()
	text := fmt.Sprintf(`{"module_version":"1.8.0","date":"05/04/2026 17:15:48 Coordinated Universal Time",
		"tenant_details":[{"TenantId":"3c19c757-3b55-411f-b03f-2bcc514a598d"}],%s}`, members)
	e, err := scubagear.Read("export.json", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return e.Set(name)
}

func rawObjects(s *posture.DataSet) map[string]string {
	got := make(map[string]string)
	for _, o := range s.Objects {
		got[o.Key] = string(o.Raw)
	}
	return got
}

func TestCollaborationShapes(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, set, members string
		want               map[string]string
	}{
		{
			"PowerShell's names of SharePoint", "sharepoint/tenant",
			`"SPO_tenant":[{"OneDriveSharingCapability":1,"SharingCapability":2}]`,
			map[string]string{"tenant": `{"ODBSharingCapability":1,"SharingCapability":2}`},
		},
		{
			"lists that OData wraps", "sharepoint/tenant",
			`"SPO_tenant":{"A":{"__metadata":{"type":"Collection(Edm.Guid)"},"results":["x"]},"B":{"__deferred":{"uri":"u"}},"C":{"results":1}}`,
			map[string]string{"tenant": `{"A":["x"],"B":{"__deferred":{"uri":"u"}},"C":{"results":1}}`},
		},
		{
			"OneDrive as a product of its own", "sharepoint/tenant",
			`"SPO_tenant_info":[{"OneDriveSharingCapability":1}]`,
			map[string]string{"tenant": `{"ODBSharingCapability":1}`},
		},
		{
			"settings that PowerShell cut off", "powerplatform/tenantSettings",
			`"environment_creation":[{"a":true,"powerPlatform":{"powerApps":"@{disableShareWithEveryone=True; enableGuestsToMake=; x=a=b}","search":"plain","twice":"@{a=1; a=2}","odd":"@{a}","none":null}}]`,
			map[string]string{"tenant": `{"a":true,"powerPlatform":{"powerApps":{"disableShareWithEveryone":"True","enableGuestsToMake":"","x":"a=b"},"search":"plain","twice":"@{a=1; a=2}","odd":"@{a}","none":null}}`},
		},
		{
			"data policies under value", "powerplatform/dlpPolicies",
			`"dlp_policies":[{"value":[{"name":"p1"},{"name":"p2"}]}]`,
			map[string]string{"p1": `{"name":"p1"}`, "p2": `{"name":"p2"}`},
		},
		{"one data policy, collapsed", "powerplatform/dlpPolicies", `"dlp_policies":{"value":{"name":"p1"}}`, map[string]string{"p1": `{"name":"p1"}`}},
		{"no data policy", "powerplatform/dlpPolicies", `"dlp_policies":[{"value":[]}]`, map[string]string{}},
		{"isolation that never was", "powerplatform/tenantIsolation", `"tenant_isolation":[null]`, map[string]string{}},
		{"the same as text", "powerplatform/tenantIsolation", `"tenant_isolation":["null"]`, map[string]string{}},
		{"isolation", "powerplatform/tenantIsolation", `"tenant_isolation":[{"properties":{"isDisabled":false}}]`, map[string]string{"tenant": `{"properties":{"isDisabled":false}}`}},
		{"app settings that are not offered", "teams/TenantAppSettings", `"tenant_app_settings":[]`, map[string]string{}},
		{"policies by identity", "teams/MeetingPolicy", `"meeting_policies":[{"Identity":"Global"},{"Identity":"Tag:A"}]`, map[string]string{"Global": `{"Identity":"Global"}`, "Tag:A": `{"Identity":"Tag:A"}`}},
		{"settings of Power BI", "powerbi/tenantSettings", `"powerbi_tenant_settings":[{"settingName":"PublishToWeb","enabled":false}],"powerbi_license_found":true`, map[string]string{"PublishToWeb": `{"settingName":"PublishToWeb","enabled":false}`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := dataSet(t, tt.set, tt.members)
			if !s.Collected() {
				t.Fatalf("missing: %v", s.Missing)
			}
			if diff := cmp.Diff(tt.want, rawObjects(s)); diff != "" {
				t.Errorf("objects (-want +got):\n%s", diff)
			}
		})
	}
}

// What a refused cmdlet leaves behind must not look like an organisation
// without settings or policies.
func TestCollaborationNotRead(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, set, members string
		want               posture.ReasonCode
	}{
		{"no SharePoint settings", "sharepoint/tenant", `"SPO_tenant":[]`, posture.Shape},
		{"refused by name", "sharepoint/tenant", `"SPO_tenant":[],"SharePoint_unsuccessful_commands":["Get-SPOTenantRest"]`, posture.Failed},
		{"no meeting policy", "teams/MeetingPolicy", `"meeting_policies":[]`, posture.Shape},
		{"nothing but null", "teams/FederationConfiguration", `"federation_configuration":[null]`, posture.Shape},
		{"no environment", "powerplatform/environments", `"environment_list":[]`, posture.Shape},
		{"an error in place of a list", "powerplatform/environments", `"environment_list":"error"`, posture.Shape},
		{"no answer about data policies", "powerplatform/dlpPolicies", `"dlp_policies":[]`, posture.Shape},
		{"an answer without policies", "powerplatform/dlpPolicies", `"dlp_policies":[{"StatusCode":403}]`, posture.Shape},
		{"policies that are null", "powerplatform/dlpPolicies", `"dlp_policies":[{"value":null}]`, posture.Shape},
		{"no answer about isolation", "powerplatform/tenantIsolation", `"tenant_isolation":[]`, posture.Shape},
		{"isolation as a number", "powerplatform/tenantIsolation", `"tenant_isolation":[7]`, posture.Shape},
		{"app settings refused", "teams/TenantAppSettings", `"tenant_app_settings":[],"teams_unsuccessful_commands":"Get-M365UnifiedTenantSettings"`, posture.Failed},
		{"no licence for Power BI", "powerbi/tenantSettings", `"powerbi_tenant_settings":[],"powerbi_license_found":false`, posture.Licence},
		{"not asked", "sharepoint/sites", `"SPO_tenant":[{}]`, posture.NotCollected},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := dataSet(t, tt.set, tt.members).Missing.Code; got != tt.want {
				t.Errorf("reason: got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestCollaborationOfRealExport(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile(shared(t, "ProviderSettingsExport.json"))
	if err != nil {
		t.Fatal(err)
	}
	e, err := scubagear.Read("export.json", data)
	if err != nil {
		t.Fatal(err)
	}
	got := make(map[string]int)
	for name, s := range e.Sets {
		for _, prefix := range []string{"sharepoint/", "teams/", "powerplatform/"} {
			if len(name) > len(prefix) && name[:len(prefix)] == prefix {
				got[name] = len(s.Objects)
			}
		}
	}
	want := map[string]int{
		"sharepoint/tenant": 1,
		"teams/Tenant":      1, "teams/MeetingPolicy": 11, "teams/FederationConfiguration": 1, "teams/ClientConfiguration": 1,
		"teams/AppPermissionPolicy": 1, "teams/BroadcastPolicy": 2, "teams/TenantAppSettings": 3,
		"powerplatform/tenantSettings": 1, "powerplatform/dlpPolicies": 0, "powerplatform/tenantIsolation": 1, "powerplatform/environments": 2,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("objects by data set (-want +got):\n%s", diff)
	}
}
