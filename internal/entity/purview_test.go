// SPDX-License-Identifier: Apache-2.0

package entity_test

import (
	"fmt"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/google/go-cmp/cmp"
)

const (
	dlpPolicies = "purview/DlpCompliancePolicy"
	dlpRules    = "purview/DlpComplianceRule"
)

// advanced writes a rule with a tree of conditions.
func advanced(tree string) string {
	text, _ := json.Marshal(tree)
	return fmt.Sprintf(`{"Name":"R","ParentPolicyName":"P","Disabled":false,"IsAdvancedRule":true,"AdvancedRule":%s,"ContentContainsSensitiveInformation":null}`, text)
}

func TestTypesOfRule(t *testing.T) {
	t.Parallel()
	const card, group = `{"Name":"Card","Mincount":1}`, `{"Groups":[{"Operator":"Or","Sensitivetypes":[{"Name":"Card"},{"Name":"SSN"}]}],"Operator":"And"}`
	tests := []struct {
		name, rule, want string
	}{
		{"a simple list", `{"Name":"R","ContentContainsSensitiveInformation":[{"name":"Card"},{"name":"SSN"}]}`, "=[Card SSN]"},
		{"one type instead of a list", `{"Name":"R","ContentContainsSensitiveInformation":{"name":"Card"}}`, "=[Card]"},
		{"groups of a simple rule", `{"Name":"R","ContentContainsSensitiveInformation":[{"operator":"And","groups":[{"operator":"Or","sensitivetypes":[{"name":"Card"}]}]}]}`, "=[Card]"},
		{"a rule about something else", `{"Name":"R","ContentContainsSensitiveInformation":null}`, "=[]"},
		{"no conditions in the evidence", `{"Name":"R"}`, "?shape"},
		{"conditions that were cut off", `{"Name":"R","ContentContainsSensitiveInformation":["System.Collections.Hashtable"]}`, "?shape"},
		{"a tree", advanced(`{"Condition":{"Operator":"And","SubConditions":[{"ConditionName":"ContentContainsSensitiveInformation","Value":[` + group + `]}]}}`), "=[Card SSN]"},
		{"a tree with another condition", advanced(`{"Condition":{"Operator":"And","SubConditions":[{"ConditionName":"AccessScope","Value":"NotInOrganization"},{"ConditionName":"ContentContainsSensitiveInformation","Value":[` + card + `]}]}}`), "=[Card]"},
		{"what is excepted does not count", advanced(`{"Condition":{"Operator":"And","SubConditions":[{"ConditionName":"ContentContainsSensitiveInformation","Value":[` + card + `]},{"Operator":"Not","SubConditions":[{"ConditionName":"ContentContainsSensitiveInformation","Value":[{"Name":"SSN"}]}]}]}}`), "=[Card]"},
		{"two conditions that must both hold", advanced(`{"Condition":{"Operator":"And","SubConditions":[{"ConditionName":"ContentContainsSensitiveInformation","Value":[` + card + `]},{"ConditionName":"ContentContainsSensitiveInformation","Value":[{"Name":"SSN"}]}]}}`), "=[]"},
		{"two conditions of which one is enough", advanced(`{"Condition":{"Operator":"Or","SubConditions":[{"ConditionName":"ContentContainsSensitiveInformation","Value":[` + card + `]},{"ConditionName":"ContentContainsSensitiveInformation","Value":[{"Name":"SSN"}]}]}}`), "=[Card SSN]"},
		{"types that must come together", advanced(`{"Condition":{"Operator":"And","SubConditions":[{"ConditionName":"ContentContainsSensitiveInformation","Value":[{"Groups":[{"Operator":"And","Sensitivetypes":[{"Name":"Card"},{"Name":"SSN"}]}]}]}]}}`), "=[]"},
		{"groups that must come together", advanced(`{"Condition":{"Operator":"And","SubConditions":[{"ConditionName":"ContentContainsSensitiveInformation","Value":[{"Operator":"And","Groups":[{"Operator":"Or","Sensitivetypes":[{"Name":"Card"}]},{"Operator":"Or","Sensitivetypes":[{"Name":"SSN"}]}]}]}]}}`), "=[]"},
		{"a group of labels", advanced(`{"Condition":{"Operator":"And","SubConditions":[{"ConditionName":"ContentContainsSensitiveInformation","Value":[{"Groups":[{"Operator":"Or","Labels":[{"Name":"Secret"}]}]}]}]}}`), "=[]"},
		{"a tree without backslashes and double quotes", advanced(`{rn  'Condition': {rn    'Operator': 'And',rn    'SubConditions': [rn      {rn        'ConditionName': 'ContentContainsSensitiveInformation',rn        'Value': [rn          {rn            'Name': 'Internal Card'rn          }rn        ]rn      }rn    ]rn  }rn}`), "=[Internal Card]"},
		{"a tree that is none", advanced(`Card`), "?shape"},
		{"a tree that is none beside a simple list", `{"Name":"R","AdvancedRule":"x","ContentContainsSensitiveInformation":[{"name":"Card"}]}`, "=[Card]"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := values(build(t, sets{dlpRules: "[" + tt.rule + "]"}).Table("dlpRule"), "types")
			if diff := cmp.Diff([]string{"R" + tt.want}, got); diff != "" {
				t.Errorf("types (-want +got):\n%s", diff)
			}
		})
	}
}

const (
	acting   = `{"Name":"P","Mode":"Enable","Enabled":true,"ExchangeLocation":["All"],"TeamsLocation":["All"],"TeamsLocationException":["Ada"],"SharePointLocation":["https://contoso.example/x"]}`
	blocking = `{"Name":"R","ParentPolicyName":"P","Disabled":false,"BlockAccess":true,"BlockAccessScope":"All","NotifyUser":["LastModifier"],"ContentContainsSensitiveInformation":[{"name":"Card"}]}`
)

func TestSensitiveTypes(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, policy, rule, field string
		want                      []string
	}{
		{"a rule that acts", acting, blocking, "protected", []string{"Card=true"}},
		{"a policy in test", `{"Name":"P","Mode":"TestWithNotifications","Enabled":true}`, blocking, "protected", []string{"Card=false"}},
		{"a policy that is off", `{"Name":"P","Mode":"Disable","Enabled":false}`, blocking, "protected", []string{"Card=false"}},
		{"a policy that is not enabled", `{"Name":"P","Mode":"Enable","Enabled":false}`, blocking, "protected", []string{"Card=false"}},
		{"a mode that is not known", `{"Name":"P","Mode":"Whatever","Enabled":true}`, blocking, "protected", []string{"Card?undecided"}},
		{"a rule without its policy", `{"Name":"Q","Mode":"Enable","Enabled":true}`, blocking, "protected", []string{"Card?undecided"}},
		{"a rule that is off, whatever its policy", `{"Name":"Q"}`, `{"Name":"R","ParentPolicyName":"P","Disabled":true,"ContentContainsSensitiveInformation":[{"name":"Card"}]}`, "protected", []string{"Card=false"}},
		{"a policy named by its GUID", `{"Name":"Renamed","Guid":"g1","Mode":"Enable","Enabled":true}`, `{"Name":"R","ParentPolicyName":"Old","Policy":"G1","Disabled":false,"ContentContainsSensitiveInformation":[{"name":"Card"}]}`, "protected", []string{"Card=true"}},
		{"a policy that is being deleted, with the name of a new one", `{"Name":"P","Guid":"new","Mode":"Enable","Enabled":true},{"Name":"P","Guid":"old","Mode":"PendingDeletion","Enabled":true}`, `{"Name":"R","ParentPolicyName":"P","Policy":"old","Disabled":false,"ContentContainsSensitiveInformation":[{"name":"Card"}]}`, "protected", []string{"Card=false"}},
		{"blocks for everybody", acting, blocking, "blocked", []string{"Card=true"}},
		{"blocks for people outside", acting, `{"Name":"R","ParentPolicyName":"P","Disabled":false,"BlockAccess":true,"BlockAccessScope":"PerUser","ContentContainsSensitiveInformation":[{"name":"Card"}]}`, "blocked", []string{"Card=false"}},
		{"does not block", acting, `{"Name":"R","ParentPolicyName":"P","Disabled":false,"BlockAccess":false,"BlockAccessScope":"All","ContentContainsSensitiveInformation":[{"name":"Card"}]}`, "blocked", []string{"Card=false"}},
		{"blocking is not in the evidence", acting, `{"Name":"R","ParentPolicyName":"P","Disabled":false,"ContentContainsSensitiveInformation":[{"name":"Card"}]}`, "blocked", []string{"Card?undecided"}},
		{"tells somebody", acting, blocking, "notified", []string{"Card=true"}},
		{"tells nobody", acting, `{"Name":"R","ParentPolicyName":"P","Disabled":false,"NotifyUser":[],"ContentContainsSensitiveInformation":[{"name":"Card"}]}`, "notified", []string{"Card=false"}},
		{"another rule is not understood", acting, blocking + `,{"Name":"S","ParentPolicyName":"P","Disabled":false}`, "protected", []string{"Card=true"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := values(build(t, sets{dlpPolicies: "[" + tt.policy + "]", dlpRules: "[" + tt.rule + "]"}).Table("sensitiveType"), tt.field)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.field, diff)
			}
		})
	}
}

func TestServicesUnderDLP(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		evidence sets
		want     []string
	}{
		"everywhere, with an exception, in parts and nowhere": {sets{dlpPolicies: "[" + acting + "]", dlpRules: "[" + blocking + "]"}, []string{"Exchange=[Card]", "SharePoint=[]", "OneDrive=[]", "Teams=[]", "Devices=[]"}},
		"a rule that is not understood":                       {sets{dlpPolicies: "[" + acting + "]", dlpRules: "[" + blocking + `,{"Name":"S","ParentPolicyName":"P","Disabled":false}]`}, []string{"Exchange?undecided", "SharePoint=[]", "OneDrive=[]", "Teams=[]", "Devices=[]"}},
		"administrative units":                                {sets{dlpPolicies: `[{"Name":"P","Mode":"Enable","Enabled":true,"ExchangeLocation":["All"],"PolicyRBACScopes":["unit"]}]`, dlpRules: "[" + blocking + "]"}, []string{"Exchange=[]", "SharePoint=[]", "OneDrive=[]", "Teams=[]", "Devices=[]"}},
		"rules were not read":                                 {sets{dlpPolicies: "[" + acting + "]"}, []string{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, values(build(t, tt.evidence).Table("dlpLocation"), "types")); diff != "" {
				t.Errorf("types (-want +got):\n%s", diff)
			}
		})
	}
	if build(t, sets{dlpPolicies: "[" + acting + "]"}).Table("dlpLocation").Collected() {
		t.Error("rules were not read, and the table says that it knows")
	}
}

func TestAlertNames(t *testing.T) {
	t.Parallel()
	got := values(build(t, sets{"purview/ProtectionAlert": `[{"Name":"A potentially malicious URL click was detected\u200b "}]`}).Table("protectionAlert"), "name")
	if want := "=A potentially malicious URL click was detected"; len(got) != 1 || got[0][len(got[0])-len(want):] != want {
		t.Errorf("got %q, want a name without the invisible character", got)
	}
}
