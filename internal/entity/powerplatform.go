// SPDX-License-Identifier: Apache-2.0

package entity

import (
	"slices"
	"strings"

	"github.com/go-json-experiment/json"

	"securescore/internal/posture"
)

// Data sets of the Power Platform, with the members of its administration
// service; environments have those of Get-AdminPowerAppEnvironment.
const (
	powerPlatformSettingsSet    = "powerplatform/tenantSettings"
	powerPlatformDLPSet         = "powerplatform/dlpPolicies"
	powerPlatformIsolationSet   = "powerplatform/tenantIsolation"
	powerPlatformEnvironmentSet = "powerplatform/environments"

	powerPlatformPolicyKind      posture.Kind = "powerPlatformPolicy"
	powerPlatformEnvironmentKind posture.Kind = "powerPlatformEnvironment"
)

// powerPlatformProduct declares what the Power Platform holds.
func powerPlatformProduct() Product {
	return Product{
		Kinds: []KindSpec{
			powerPlatformTenantSpec(), powerPlatformIsolationSpec(), powerPlatformPolicySpec(), powerPlatformEnvironmentSpec(),
		},
		Derive: []Derive{derivePowerPlatform},
	}
}

func powerPlatformTenantSpec() KindSpec {
	return KindSpec{
		Kind: "powerPlatformTenant", Singular: "Power Platform settings", Plural: "Power Platform settings",
		DataSet: powerPlatformSettingsSet, Singleton: true, Configuration: true,
		Fields: []Field{
			{Name: "environmentsByAdminsOnly", Type: Bool, From: "disableEnvironmentCreationByNonAdminUsers", Doc: "Whether only administrators create environments."},
			{Name: "trialsByAdminsOnly", Type: Bool, From: "disableTrialEnvironmentCreationByNonAdminUsers", Doc: "Whether only administrators create trial environments."},
			{Name: "sitesByAdminsOnly", Type: Bool, From: "disablePortalsCreationByNonAdminUsers", Doc: "Whether only administrators create Power Pages sites."},
			{Name: "shareWithEveryoneBlocked", Type: Bool, From: "powerPlatform.powerApps.disableShareWithEveryone", Doc: "Whether makers cannot share an app with the whole organisation at once."},
		},
	}
}

// powerPlatformIsolationSpec is the policy that keeps connections inside the
// organisation. An organisation that never had one has none.
func powerPlatformIsolationSpec() KindSpec {
	return KindSpec{
		Kind: "powerPlatformIsolation", Singular: "tenant isolation policy", Plural: "tenant isolation policies",
		DataSet: powerPlatformIsolationSet, Singleton: true, Configuration: true,
		Fields: []Field{
			{Name: "disabled", Type: Bool, From: "properties.isDisabled", Doc: "Whether the policy is switched off."},
		},
	}
}

func powerPlatformPolicySpec() KindSpec {
	return KindSpec{
		Kind: powerPlatformPolicyKind, Singular: "data policy", Plural: "data policies",
		DataSet: powerPlatformDLPSet, Configuration: true, Names: []string{"displayName", "name"},
		Fields: []Field{
			{Name: "scope", Type: String, From: "environmentType", Enum: []string{"AllEnvironments", "OnlyEnvironments", "ExceptEnvironments", "SingleEnvironment"}, Doc: "Which environments it covers."},
			{Name: "environments", Type: Strings, From: "environments[].name", Doc: "Names of the environments that scope is about."},
		},
	}
}

func powerPlatformEnvironmentSpec() KindSpec {
	return KindSpec{
		Kind: powerPlatformEnvironmentKind, Singular: "environment", Plural: "environments",
		DataSet: powerPlatformEnvironmentSet, Configuration: true, Names: []string{"DisplayName", "EnvironmentName"},
		Fields: []Field{
			{Name: "name", Type: String, From: "EnvironmentName", Doc: "Name of the environment in the service."},
			{Name: "default", Type: Bool, From: "IsDefault", Doc: "Whether it is the one that everybody in the organisation may build in."},
			{Name: "type", Type: String, From: "EnvironmentType", Doc: "Default, Production, Sandbox, Trial, Developer or Teams."},
			{Name: "dlp.covered", Type: Bool, Doc: "Whether at least one data policy covers it."},
			{Name: "dlp.policies", Type: Strings, Doc: "Data policies that cover it."},
			{Name: "dlp.newConnectorsBlocked", Type: Bool, Doc: "Whether a connector that no policy names is blocked there."},
			{Name: "dlp.openConnectors", Type: Strings, Doc: "Ids of the named connectors that no policy blocks there, without the path before them."},
		},
	}
}

func derivePowerPlatform(m *Model) {
	policies, environments := m.Table(powerPlatformPolicyKind), m.Table(powerPlatformEnvironmentKind)
	if environments.Collected() && environments.Len() == 0 {
		environments.Missing = posture.Reason{Code: posture.Shape, Detail: powerPlatformEnvironmentSet + " is empty, although every organisation has a default environment"}
		return
	}
	rules := make([]connectorRules, policies.Len())
	for row := range rules {
		rules[row] = readConnectors(m, policies, row)
	}
	for env := range environments.Len() {
		if !policies.Collected() {
			for _, field := range []string{"dlp.covered", "dlp.policies", "dlp.newConnectorsBlocked", "dlp.openConnectors"} {
				environments.SetUnknown(env, field, policies.Missing)
			}
			continue
		}
		putDLP(environments, env, policies, rules)
	}
}

// putDLP joins the policies that cover an environment: a connector is blocked
// as soon as one of them blocks it.
func putDLP(environments *Table, env int, policies *Table, rules []connectorRules) {
	covered, newBlocked, sure := False, False, True
	covering := []string{}
	var joined []connectorRules
	for row := range policies.Len() {
		covers := policyCovers(policies, row, environments, env)
		covered = covered.Or(covers)
		newBlocked = newBlocked.Or(covers.And(rules[row].newBlocked))
		switch {
		case covers == Unknown, covers == True && !rules[row].read:
			sure = Unknown
		case covers == True:
			joined = append(joined, rules[row])
		}
		if covers == True {
			covering = append(covering, policies.Names[row])
		}
	}
	why := posture.Reason{Code: posture.Undecided, Detail: "the evidence does not tell which environments or connectors every data policy is about"}
	environments.SetTri(env, "dlp.covered", covered, why)
	environments.SetStrings(env, "dlp.policies", covering)
	environments.SetTri(env, "dlp.newConnectorsBlocked", newBlocked, why)
	if sure != True {
		environments.SetUnknown(env, "dlp.openConnectors", why)
		return
	}
	environments.SetStrings(env, "dlp.openConnectors", openConnectors(joined))
}

func policyCovers(policies *Table, policy int, environments *Table, env int) Tri {
	scope, name := policies.Col("scope"), environments.Col("name")
	if !scope.Known.Has(policy) {
		return Unknown
	}
	kind := scope.Text(policy)
	if kind == "AllEnvironments" {
		return True
	}
	value, known := policies.Col("environments").Value(policy)
	list, _ := value.([]string)
	if !known || !name.Known.Has(env) {
		return Unknown
	}
	listed := slices.ContainsFunc(list, func(s string) bool { return strings.EqualFold(s, name.Text(env)) })
	return TriOf(listed == (kind != "ExceptEnvironments"))
}

// connectorRules are what one policy says of connectors.
type connectorRules struct {
	read       bool
	newBlocked Tri             // a connector that the policy does not name
	blocked    map[string]bool // by id; false is allowed
}

// dlpPolicy is the part of a policy that is about connectors.
type dlpPolicy struct {
	Default string `json:"defaultConnectorsClassification"`
	Groups  []struct {
		Classification string `json:"classification"`
		Connectors     []struct {
			ID string `json:"id"`
		} `json:"connectors"`
	} `json:"connectorGroups"`
}

// readConnectors reads the groups of a policy. One without groups was cut off by
// the tool that read it (a policy always has its three), so that nothing is
// known of its connectors.
func readConnectors(m *Model, policies *Table, row int) connectorRules {
	var p dlpPolicy
	for _, o := range m.Evidence.Set(powerPlatformDLPSet).Objects {
		if o.Key == policies.Keys[row] && json.Unmarshal(o.Raw, &p) != nil {
			return connectorRules{}
		}
	}
	if len(p.Groups) == 0 || p.Default == "" {
		return connectorRules{}
	}
	r := connectorRules{read: true, newBlocked: TriOf(p.Default == "Blocked"), blocked: make(map[string]bool)}
	for _, g := range p.Groups {
		for _, c := range g.Connectors {
			r.blocked[c.ID[strings.LastIndexByte(c.ID, '/')+1:]] = g.Classification == "Blocked"
		}
	}
	return r
}

// openConnectors lists what any of the policies names and none of them blocks.
func openConnectors(policies []connectorRules) []string {
	open := make(map[string]bool)
	for _, p := range policies {
		for id := range p.blocked {
			open[id] = true
		}
	}
	list := []string{}
	for id := range open {
		if !slices.ContainsFunc(policies, func(p connectorRules) bool { return p.blocks(id) }) {
			list = append(list, id)
		}
	}
	slices.Sort(list)
	return list
}

func (r connectorRules) blocks(id string) bool {
	blocked, named := r.blocked[id]
	return blocked || (!named && r.newBlocked == True)
}
