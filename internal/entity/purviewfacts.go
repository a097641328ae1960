// SPDX-License-Identifier: Apache-2.0

package entity

import (
	"slices"
	"strings"
	"unicode"

	"securescore/internal/posture"
)

// deriveAlertNames takes the zero-width spaces away that some names end in.
func deriveAlertNames(m *Model) {
	t := m.Table("protectionAlert")
	seen := make(map[string]bool, t.Len())
	for row := range t.Len() {
		name := strings.Map(func(r rune) rune {
			if unicode.Is(unicode.Cf, r) {
				return -1
			}
			return r
		}, t.Names[row])
		name = strings.TrimSpace(name)
		if seen[name] {
			name = t.Keys[row] // two that look alike do not stand for a third one
		}
		seen[name] = true
		t.SetString(row, "name", name)
	}
}

// dlpService is a place where a policy can apply.
type dlpService struct {
	name, field, member string
	narrow              []string // members that leave something out when they are not empty
}

var dlpServices = []dlpService{
	{"Exchange", "exchangeLocation", "ExchangeLocation", []string{"ExchangeLocationException", "ExchangeSender", "ExchangeSenderException", "ExchangeSenderMemberOf", "ExchangeSenderMemberOfException", "ExchangeAdaptiveScopes", "ExchangeAdaptiveScopesException"}},
	{"SharePoint", "sharePointLocation", "SharePointLocation", []string{"SharePointLocationException", "SharePointAdaptiveScopes", "SharePointAdaptiveScopesException"}},
	{"OneDrive", "oneDriveLocation", "OneDriveLocation", []string{"OneDriveLocationException", "OneDriveSharedBy", "OneDriveSharedByMemberOf", "ExceptIfOneDriveSharedBy", "ExceptIfOneDriveSharedByMemberOf", "OneDriveAdaptiveScopes", "OneDriveAdaptiveScopesException"}},
	{"Teams", "teamsLocation", "TeamsLocation", []string{"TeamsLocationException", "TeamsAdaptiveScopes", "TeamsAdaptiveScopesException"}},
	{"Devices", "endpointDlpLocation", "EndpointDlpLocation", []string{"EndpointDlpLocationException", "EndpointDlpAdaptiveScopes", "EndpointDlpAdaptiveScopesException"}},
}

// administrativeUnits limits a policy to their members, whatever its locations.
const administrativeUnits = "PolicyRBACScopes"

// deriveDLP brings policies and their rules together: what is protected, and
// where.
func deriveDLP(m *Model) {
	policies, rules := m.Table("dlpPolicy"), m.Table("dlpRule")
	eachRow(m, policies, deriveDLPPolicy)
	eachRow(m, rules, func(t *Table, row int, raw []byte) { deriveDLPRule(policies, t, row, raw) })
	policiesAct(policies, rules)
	types, places := m.Table("sensitiveType"), m.Table("dlpLocation")
	for _, t := range []*Table{types, places} {
		t.Missing = policies.Missing
		if policies.Collected() {
			t.Missing = rules.Missing
		}
	}
	if types.Collected() {
		sensitiveTypes(types, rules)
		dlpLocations(places, policies, rules)
	}
}

// eachRow calls visit for each row of a table with its raw object.
func eachRow(m *Model, t *Table, visit func(t *Table, row int, raw []byte)) {
	for _, o := range m.Set(t.Spec.DataSet).Objects {
		if row, ok := t.Row(o.Key); ok {
			visit(t, row, o.Raw)
		}
	}
}

func deriveDLPPolicy(t *Table, row int, raw []byte) {
	t.SetTri(row, "enforced", t.is(row, "mode", "Enable").And(t.Bool(row, "enabled")), absent(t.Spec.DataSet, "Mode or Enabled"))
	complete := []string{}
	values := membersOf(raw)
	for _, s := range dlpServices {
		list, ok := t.list(row, s.field)
		if !ok || !slices.Contains(list, "All") {
			continue
		}
		narrowed := slices.ContainsFunc(append(slices.Clone(s.narrow), administrativeUnits), func(name string) bool {
			list, ok := textsOf(values[name])
			return values[name] != nil && (!ok || len(list) > 0)
		})
		if !narrowed {
			complete = append(complete, s.name)
		}
	}
	t.SetStrings(row, "complete", complete)
}

func deriveDLPRule(policies, rules *Table, row int, raw []byte) {
	enforced := rules.Bool(row, "disabled").Not()
	why := absent(rules.Spec.DataSet, "Disabled")
	if parent := parentPolicy(policies, rules, row); parent >= 0 {
		enforced = enforced.And(policies.Bool(parent, "enforced"))
	} else {
		enforced = enforced.And(Unknown)
		why = undecided("the policy of the rule was not in the evidence")
	}
	rules.SetTri(row, "enforced", enforced, why)
	if types, ok := ruleTypes(membersOf(raw)); ok {
		rules.SetStrings(row, "types", listOrEmpty(types))
	} else {
		rules.SetUnknown(row, "types", posture.Reason{Code: posture.Shape, Detail: "the conditions of the rule are of a shape that is not understood"})
	}
}

// policiesAct looks for a rule that is on, for each policy.
func policiesAct(policies, rules *Table) {
	on := make([]Tri, policies.Len())
	for row := range on {
		on[row] = TriOf(false)
		if !rules.Collected() {
			on[row] = Unknown
		}
	}
	for at := range rules.Len() {
		enabled := rules.Bool(at, "disabled").Not()
		if parent := parentPolicy(policies, rules, at); parent >= 0 {
			on[parent] = on[parent].Or(enabled)
		}
	}
	for row := range on {
		why := rules.Missing
		if enforced := policies.Bool(row, "enforced"); enforced == Unknown {
			why = policies.Col("enforced").Why(row)
		} else if why.Code == "" {
			why = undecided("whether a rule of " + policies.Names[row] + " is on is not known")
		}
		policies.SetTri(row, "acts", policies.Bool(row, "enforced").And(on[row]), why)
	}
}

// parentPolicy finds the policy of a rule, by its GUID first: a policy that is
// being deleted can have the name of a new one.
func parentPolicy(policies, rules *Table, row int) int {
	for _, by := range [][2]string{{"policyGuid", "guid"}, {"parentPolicyName", "name"}} {
		want, ok := rules.text(row, by[0])
		if !ok || want == "" {
			continue
		}
		for p := range policies.Len() {
			if text, ok := policies.text(p, by[1]); ok && strings.EqualFold(text, want) {
				return p
			}
		}
	}
	return -1
}

// sensitiveTypes makes a row for each type that any rule looks for.
func sensitiveTypes(t, rules *Table) {
	var names []string
	for row := range rules.Len() {
		list, known := rules.list(row, "types")
		if !known && rules.Bool(row, "enforced") != False {
			t.Missing = rules.Col("types").Why(row)
		}
		names = append(names, list...)
	}
	if len(names) > 0 {
		t.Missing = posture.Reason{} // what is known of these does not wait for the rest
	}
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		row := t.Add(name, name)
		t.SetString(row, "name", name)
		protected, blocked, notified := False, False, False
		acting := []string{}
		for at := range rules.Len() {
			covers := typeIn(rules, at, name).And(rules.Bool(at, "enforced"))
			protected = protected.Or(covers)
			blocked = blocked.Or(covers.And(blocksAll(rules, at)))
			notified = notified.Or(covers.And(tells(rules, at)))
			if covers == True {
				acting = append(acting, rules.Names[at])
			}
		}
		why := undecided("whether a rule for " + name + " acts is not known")
		t.SetTri(row, "protected", protected, why)
		t.SetTri(row, "blocked", blocked, why)
		t.SetTri(row, "notified", notified, why)
		t.SetStrings(row, "rules", acting)
	}
}

func typeIn(rules *Table, row int, name string) Tri {
	list, ok := rules.list(row, "types")
	if !ok {
		return Unknown
	}
	return TriOf(slices.Contains(list, name))
}

func blocksAll(rules *Table, row int) Tri {
	return rules.Bool(row, "blockAccess").And(rules.is(row, "blockAccessScope", "All"))
}

func tells(rules *Table, row int) Tri {
	list, ok := rules.list(row, "notifyUser")
	if !ok {
		return Unknown
	}
	return TriOf(len(list) > 0)
}

// dlpLocations says for each service which types are looked for everywhere in
// it. A rule whose state or conditions are not known makes the list unknown.
func dlpLocations(t, policies, rules *Table) {
	for _, s := range dlpServices {
		row := t.Add(s.name, s.name)
		t.SetString(row, "name", s.name)
		var names []string
		acting := []string{}
		open := posture.Reason{}
		for at := range rules.Len() {
			parent := parentPolicy(policies, rules, at)
			if parent < 0 || rules.Bool(at, "enforced") == False {
				continue
			}
			complete, _ := policies.list(parent, "complete")
			if !slices.Contains(complete, s.name) {
				continue
			}
			list, known := rules.list(at, "types")
			if !known || rules.Bool(at, "enforced") == Unknown {
				open = undecided("what the rule " + rules.Names[at] + " does is not known")
				continue
			}
			names = append(names, list...)
			acting = append(acting, policies.Names[parent])
		}
		slices.Sort(names)
		slices.Sort(acting)
		t.SetStrings(row, "policies", slices.Compact(acting))
		if open.Code != "" {
			t.SetUnknown(row, "types", open)
			continue
		}
		t.SetStrings(row, "types", listOrEmpty(slices.Compact(names)))
	}
}
