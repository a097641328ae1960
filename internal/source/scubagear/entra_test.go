// SPDX-License-Identifier: Apache-2.0

package scubagear_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"securescore/internal/posture"
	"securescore/internal/source/scubagear"
)

const (
	methods     = "graph/policies/authenticationMethodsPolicy"
	assignments = "graph/roleManagement/directory/roleAssignmentScheduleInstances"
	policies    = "graph/policies/roleManagementPolicyAssignments"
)

// export makes the text of an export that holds the given members.
func export(members string) []byte {
	return []byte(`{"timestamp_zulu": "2026-01-15T12:00:00Z", "module_version": "1.8.0",` + members + `}`)
}

func read(t *testing.T, members string) *posture.Evidence {
	t.Helper()
	e, err := scubagear.Read("export.json", export(members))
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// flat is a data set as one line an object, or its reason.
func flat(set *posture.DataSet) []string {
	if !set.Collected() {
		return []string{"missing: " + string(set.Missing.Code)}
	}
	lines := []string{}
	for _, o := range set.Objects {
		lines = append(lines, o.Key+" "+string(o.Raw))
	}
	return lines
}

func TestEntraMappings(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, members, set string
		want               []string
	}{
		{
			"policy of Graph itself",
			`"authorization_policies": [{"Id":"authorizationPolicy","DefaultUserRolePermissions":{"AllowedToCreateApps":true}}]`,
			"graph/policies/authorizationPolicy",
			[]string{`authorizationPolicy {"id":"authorizationPolicy","defaultUserRolePermissions":{"allowedToCreateApps":true}}`},
		},
		{
			"policy of a cmdlet, one object",
			`"authorization_policies": {"AllowInvitesFrom":"none","DefaultUserRolePermissions":{"AllowedToCreateApps":false,"AdditionalProperties":{}},"AdditionalProperties":{"@odata.context":"x","allowInvitesFrom":"everyone"}}`,
			"graph/policies/authorizationPolicy",
			[]string{`0 {"@odata.context":"x","allowInvitesFrom":"none","defaultUserRolePermissions":{"allowedToCreateApps":false}}`},
		},
		{"an empty policy was not read", `"authorization_policies": []`, "graph/policies/authorizationPolicy", []string{"missing: shape"}},
		{
			"version 0.3 calls another cmdlet", `"directory_settings": [], "aad_unsuccessful_commands": ["Get-MgDirectorySetting"]`,
			"graph/settings",
			[]string{"missing: error"},
		},
		{"no settings are the defaults", `"directory_settings": []`, "graph/settings", []string{}},
		{
			"a list of one domain that was collapsed", `"domain_settings": {"Id":"contoso.com","IsRoot":true}`,
			"graph/domains",
			[]string{`contoso.com {"id":"contoso.com","isRoot":true}`},
		},
		{
			"methods taken apart", `"authentication_method": [{"authentication_method_policy":{"Id":"p","PolicyMigrationState":"preMigration"},"authentication_method_feature_settings":[{"Id":"Sms","State":"enabled"}]}]`,
			methods,
			[]string{`p {"authenticationMethodConfigurations":[{"id":"Sms","state":"enabled"}],"id":"p","policyMigrationState":"preMigration"}`},
		},
		{
			"methods of cmdlets", `"authentication_method": [{"authentication_method_policy":{"Id":"p"},"authentication_method_feature_settings":{"Id":"Fido2","State":"enabled","AdditionalProperties":{"isAttestationEnforced":true}}}]`,
			methods,
			[]string{`p {"authenticationMethodConfigurations":{"id":"Fido2","isAttestationEnforced":true,"state":"enabled"},"id":"p"}`},
		},
		{
			"methods of version 1.1, cut off", `"authentication_method": [{"Id":"p","AuthenticationMethodConfigurations":[{"Id":"Sms","State":"enabled","AdditionalProperties":"System.Collections.Generic.Dictionary"}]}]`,
			methods,
			[]string{`p {"authenticationMethodConfigurations":[{"additionalProperties":"System.Collections.Generic.Dictionary","id":"Sms","state":"enabled"}],"id":"p"}`},
		},
		{"methods that were not read", `"authentication_method": [{"authentication_method_policy":null,"authentication_method_feature_settings":[]}]`, methods, []string{"missing: shape"}},
		{
			"organisation", `"tenant_details": [{"TenantId":"x","AADAdditionalData":{"Id":"o","OnPremisesSyncEnabled":null}}]`,
			"graph/organization",
			[]string{`o {"id":"o","onPremisesSyncEnabled":null}`},
		},
		{"organisation that was not read", `"tenant_details": [{"TenantId":"x","AADAdditionalData":"Error retrieving additional data"}]`, "graph/organization", []string{"missing: shape"}},
		{
			"plans are one subscription", `"service_plans": [{"ServicePlanName":"ATA","ProvisioningStatus":"Success"}]`,
			"graph/subscribedSkus",
			[]string{`export {"servicePlans":[{"servicePlanName":"ATA","provisioningStatus":"Success"}]}`},
		},
		{"no plan at all proves nothing", `"service_plans": [null]`, "graph/subscribedSkus", []string{"missing: shape"}},
		{
			"people by id", `"privileged_users": {"u1":{"DisplayName":"Ann","roles":["Global Administrator"]}}`,
			"scubagear/privilegedUsers",
			[]string{`u1 {"displayName":"Ann","id":"u1","roles":["Global Administrator"]}`},
		},
		{"nobody proves nothing", `"privileged_users": {}`, "scubagear/privilegedUsers", []string{"missing: shape"}},
		{"no service principal is a fact", `"privileged_service_principals": {}`, "scubagear/privilegedServicePrincipals", []string{}},
		{
			"assignments of all roles", `"privileged_roles": [{"RoleTemplateId":"r1","Assignments":[{"Id":"a1","EndDateTime":null}]},{"RoleTemplateId":"r2","Assignments":[]},{"RoleTemplateId":"r3","Assignments":{"Id":"a2"}}]`,
			assignments,
			[]string{`a1 {"id":"a1","endDateTime":null}`, `a2 {"id":"a2"}`},
		},
		{"roles without Entra ID P2", `"privileged_roles": [{"DisplayName":"Global Administrator","RoleTemplateId":"r1"}]`, assignments, []string{"missing: shape"}},
		{"rules without Entra ID P2", `"privileged_roles": [{"DisplayName":"Global Administrator","RoleTemplateId":"r1"}]`, policies, []string{"missing: shape"}},
		{
			"rules of a role and of two groups with one name",
			`"privileged_roles": [{"RoleTemplateId":"r1","Rules":[
				{"Id":"A","RuleSource":"Role","RuleSourceType":"Directory Role","AdditionalProperties":{"maximumDuration":"P1D"}},
				{"Id":"A","RuleSource":"Ops","RuleSourceType":"PIM Group"},{"Id":"A","RuleSource":"Ops","RuleSourceType":"PIM Group"}]}]`,
			policies,
			[]string{
				`r1 {"id":"r1","policy":{"rules":[{"id":"A","maximumDuration":"P1D","ruleSource":"Role","ruleSourceType":"Directory Role"}]},"roleDefinitionId":"r1","scopeId":"/","scopeType":"DirectoryRole"}`,
				`r1/1 {"displayName":"Ops","givesRoleId":"r1","id":"r1/1","policy":{"rules":[{"id":"A","ruleSource":"Ops","ruleSourceType":"PIM Group"}]},"roleDefinitionId":"member","scopeType":"Group"}`,
				`r1/2 {"displayName":"Ops","givesRoleId":"r1","id":"r1/2","policy":{"rules":[{"id":"A","ruleSource":"Ops","ruleSourceType":"PIM Group"}]},"roleDefinitionId":"member","scopeType":"Group"}`,
			},
		},
		{
			"a sentence instead of rules", `"privileged_roles": [{"RoleTemplateId":"r1","Rules":"No policies found"}]`,
			policies,
			[]string{`r1 {"id":"r1","policy":{"rules":"No policies found"},"roleDefinitionId":"r1","scopeId":"/","scopeType":"DirectoryRole"}`},
		},
		{"no risky application proves nothing", `"risky_applications": []`, "scubagear/riskyApplications", []string{"missing: shape"}},
		{"no risky third party is a fact", `"risky_third_party_service_principals": [null]`, "scubagear/riskyThirdPartyServicePrincipals", []string{}},
		{"a list of something else", `"domain_settings": ["contoso.com"]`, "graph/domains", []string{"missing: shape"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := flat(read(t, tt.members).Set(tt.set))
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.set, diff)
			}
		})
	}
}

func TestEntraOfRealExport(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile(shared(t, "ProviderSettingsExport.json"))
	if err != nil {
		t.Fatal(err)
	}
	e, err := scubagear.Read("export.json", data)
	if err != nil {
		t.Fatal(err)
	}
	got := []string{}
	for name, want := range map[string]int{
		"graph/policies/authorizationPolicy": 1, methods: 1, "graph/settings": 2, "graph/domains": 1, "graph/organization": 1,
		"graph/subscribedSkus": 1, "scubagear/privilegedUsers": 3, "scubagear/privilegedServicePrincipals": 3, assignments: 26, policies: 9,
		"scubagear/riskyApplications": 2, "scubagear/riskyThirdPartyServicePrincipals": 1, "scubagear/riskyPermissionClassifications": 1,
		"scubagear/legacyExchangeServicePrincipal": 1,
	} {
		if n := len(e.Set(name).Objects); n != want {
			got = append(got, fmt.Sprintf("%s: got %d objects, want %d (%s)", name, n, want, e.Set(name).Missing))
		}
	}
	if len(got) > 0 {
		t.Error(strings.Join(got, "\n"))
	}
}
