// SPDX-License-Identifier: Apache-2.0

package entity

import (
	"strings"

	"securescore/internal/entity/conditional"
)

// The data sets of Conditional Access, all in Graph's shapes.
const (
	accessPolicySet = "graph/identity/conditionalAccess/policies"
	locationSet     = "graph/identity/conditionalAccess/namedLocations"
	strengthSet     = "graph/policies/authenticationStrengthPolicies"
	defaultsSet     = "graph/policies/identitySecurityDefaultsEnforcementPolicy"
)

// conditionalAccessProduct declares people and what Conditional Access does
// for them.
func conditionalAccessProduct() Product {
	return Product{
		Kinds:  append(peopleKinds(), accessPolicyKind(), namedLocationKind(), securityDefaultsKind()),
		Derive: []Derive{deriveRegistration, deriveConditionalAccess},
	}
}

func accessPolicyKind() KindSpec {
	return KindSpec{
		Kind: "conditionalAccessPolicy", Singular: "Conditional Access policy", Plural: "Conditional Access policies",
		DataSet: accessPolicySet, Configuration: true, Names: []string{"displayName"},
		Fields: []Field{
			{
				Name: "state", Type: String, From: "state",
				Enum: []string{string(conditional.Enabled), string(conditional.ReportOnly), string(conditional.Disabled)}, Doc: "Whether it is enforced, only reports, or is off.",
			},
			{Name: "understood", Type: Bool, Doc: "Whether every condition of it is understood."},
			{Name: "doubts", Type: Strings, Doc: "Conditions that are not understood, in words."},
			{Name: "protects", Type: Bool, Doc: "Whether it asks people for something before it lets them in, or blocks them."},
			{Name: "excludes", Type: Bool, Doc: "Whether it leaves people, groups or roles out."},
			{Name: "usesNamedLocation", Type: Bool, Doc: "Whether it refers to a named location that exists."},
			{Name: "missingReferences", Type: Strings, Doc: "Users, groups and locations that it names and that do not exist any more."},
			{Name: "unprotectedGroups", Type: Strings, Doc: "Groups that it leaves out and whose members ordinary group owners and administrators can change."},
			{Name: "agentRiskBlocked", Type: Bool, Doc: "Whether it blocks every agent identity of high risk."},
		},
	}
}

func namedLocationKind() KindSpec {
	return KindSpec{
		Kind: "namedLocation", Singular: "named location", Plural: "named locations",
		DataSet: locationSet, Configuration: true, Names: []string{"displayName"},
		Fields: []Field{
			{Name: "type", Type: String, Doc: "ip or country."},
			{Name: "trusted", Type: Bool, From: "isTrusted", Null: false, Absent: false, Doc: "Whether it counts as trusted; countries never do."},
			{Name: "ranges", Type: Strings, From: "ipRanges[].cidrAddress", Null: []string{}, Absent: []string{}, Doc: "Ranges of addresses."},
			{Name: "countries", Type: Strings, From: "countriesAndRegions", Null: []string{}, Absent: []string{}, Doc: "Two-letter codes of countries."},
			{Name: "wide", Type: Bool, Doc: "Whether it holds more than 16 million IPv4 addresses or a comparable part of IPv6."},
		},
	}
}

func securityDefaultsKind() KindSpec {
	return KindSpec{
		Kind: "securityDefaultsPolicy", Singular: "security defaults policy", Plural: "security defaults policies",
		DataSet: defaultsSet, Singleton: true, Configuration: true, Names: []string{"displayName"},
		Fields: []Field{{Name: "enabled", Type: Bool, From: "isEnabled", Doc: "Whether security defaults are on."}},
	}
}

// coverageFields are one pair for each demand: whether the person is covered,
// and what is missing where not.
func coverageFields() []Field {
	var fields []Field
	for _, d := range conditional.Demands() {
		fields = append(fields,
			Field{Name: "covered." + d.Name, Type: Bool, Doc: d.Doc},
			Field{Name: "gap." + d.Name, Type: String, Doc: "What is missing for covered." + d.Name + "; empty when nothing is."},
		)
	}
	return fields
}

// strictFields are the verdicts of strict mode: one enabled policy alone that
// leaves nobody out, for everybody, for the highly privileged roles, and for
// guests.
func strictFields() []Field {
	var fields []Field
	for _, d := range conditional.Demands() {
		doc := strings.TrimSuffix(d.Doc, ".")
		fields = append(fields,
			Field{Name: strictField(d.Name, conditional.Everybody), Type: Bool, Doc: "One policy does it for everybody: " + doc + "."},
			Field{Name: strictField(d.Name, conditional.Administrators), Type: Bool, Doc: "One policy does it for all highly privileged roles: " + doc + "."},
			Field{Name: strictField(d.Name, conditional.GuestUsers), Type: Bool, Doc: "One policy does it for all guests: " + doc + "."},
		)
	}
	return append(fields, Field{Name: "conditionalAccess.agentRiskBlocked.strict", Type: Bool, Doc: "One policy blocks every agent identity of high risk."})
}

func strictField(demand string, audience conditional.Audience) string {
	name := "conditionalAccess." + demand + ".strict"
	switch audience {
	case conditional.Everybody:
	case conditional.Administrators:
		name += "Admins"
	case conditional.GuestUsers:
		name += "Guests"
	}
	return name
}
