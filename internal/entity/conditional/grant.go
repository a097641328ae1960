// SPDX-License-Identifier: Apache-2.0

package conditional

import (
	"fmt"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
)

// Strength is which combinations of methods an authentication strength
// accepts, each such as "fido2" or "password,sms".
type Strength struct {
	ID           string
	Combinations []string // empty when they are not known
}

// ParseStrength reads an authentication strength in Graph's shape.
func ParseStrength(raw []byte) (Strength, error) {
	var r rawStrength
	if err := json.Unmarshal(raw, &r); err != nil {
		return Strength{}, fmt.Errorf("authentication strength: %w", err)
	}
	return Strength{ID: strings.ToLower(r.ID), Combinations: r.Combinations}, nil
}

// grant is what a policy asks for before it lets somebody in.
type grant struct {
	operator string
	controls []control
}

// control is one thing that can be asked for. The zero control is one that is
// not known.
type control struct {
	name     string // member of the enumeration builtInControls; empty for the others
	strength *Strength
	terms    bool // consent to a text
}

// property is what a control gives.
type property func(control) Bounds

func (r *rawGrant) read(known Knowledge) grant {
	if r == nil {
		return grant{}
	}
	g := grant{operator: r.Operator}
	for _, name := range r.BuiltIn {
		g.controls = append(g.controls, control{name: name})
	}
	if s := r.Strength; s != nil && (s.ID != "" || len(s.Combinations) > 0) { // for none, cmdlets write an empty one
		found := Strength{ID: strings.ToLower(s.ID), Combinations: s.Combinations}
		if len(found.Combinations) == 0 {
			found.Combinations = known.combinations(found.ID)
		}
		g.controls = append(g.controls, control{strength: &found})
	}
	for range r.Terms {
		g.controls = append(g.controls, control{terms: true})
	}
	// Controls of other products and members that are new here may be anything.
	for range len(r.Custom) + len(unread("", r.Rest)) {
		g.controls = append(g.controls, control{})
	}
	return g
}

// asks reports whether nobody gets in without the property. With OR a person
// chooses, so every choice must give it.
func (g grant) asks(has property) Bounds {
	if len(g.controls) == 0 {
		return no
	}
	all, one := yes, no
	for _, c := range g.controls {
		all, one = all.and(has(c)), one.or(has(c))
	}
	switch {
	case len(g.controls) == 1, g.operator == "OR":
		return all
	case g.operator == "AND":
		return one
	default:
		return Bounds{all.Sure, one.May}
	}
}

// builtIn makes the property of the controls named: blocking gives every
// property, since nobody gets in.
func builtIn(names ...string) property {
	known := []string{"block", "mfa", "compliantDevice", "domainJoinedDevice", "approvedApplication", "compliantApplication", "passwordChange", "riskRemediation"}
	return func(c control) Bounds {
		switch {
		case c.terms || c.strength != nil:
			return no
		case c.name == "block" || slices.Contains(names, c.name) && c.name != "":
			return yes
		case slices.Contains(known, c.name):
			return no
		default:
			return maybe
		}
	}
}

// multifactor is the property of asking for a second factor.
func multifactor(c control) Bounds {
	if c.strength != nil {
		return c.strength.all(isMultifactor)
	}
	return builtIn("mfa")(c)
}

// phishingResistant is the property of asking for a method that a false
// sign-in page cannot pass on.
func phishingResistant(c control) Bounds {
	if c.strength != nil {
		return c.strength.all(isPhishingResistant)
	}
	return builtIn()(c)
}

// all reports whether every combination is of the kind asked for.
func (s *Strength) all(is func(combination []string) Bounds) Bounds {
	if len(s.Combinations) == 0 {
		return maybe
	}
	result := yes
	for _, text := range s.Combinations {
		var parts []string
		for part := range strings.SplitSeq(text, ",") {
			parts = append(parts, strings.TrimSpace(part))
		}
		result = result.and(is(parts))
	}
	return result
}

// acceptsKeys reports whether a security key alone meets the strength: the
// method that somebody has who must not depend on anything else.
func (s *Strength) acceptsKeys() bool {
	return slices.Contains(s.Combinations, "fido2") || s.ID == builtInMultifactor
}

// builtInMultifactor accepts every combination that proves two factors.
const builtInMultifactor = "00000000-0000-0000-0000-000000000002"

// Methods by what they prove. A single strong method proves two factors.
var (
	resistantMethods = []string{"fido2", "windowsHelloForBusiness", "x509CertificateMultiFactor"}
	strongMethods    = append(slices.Clone(resistantMethods), "deviceBasedPush", "temporaryAccessPassOneTime", "temporaryAccessPassMultiUse", "federatedMultiFactor")
	firstFactors     = []string{"password", "federatedSingleFactor", "x509CertificateSingleFactor"}
	secondFactors    = []string{"microsoftAuthenticatorPush", "softwareOath", "hardwareOath", "sms", "voice"}
	singleFactors    = append(append(slices.Clone(firstFactors), secondFactors...), "email", "qrCodePin")
)

func isMultifactor(combination []string) Bounds {
	has := func(set []string) bool {
		return slices.ContainsFunc(combination, func(m string) bool { return slices.Contains(set, m) })
	}
	switch {
	case has(strongMethods), has(firstFactors) && has(secondFactors):
		return yes
	case len(combination) == 1 && has(singleFactors):
		return no
	default:
		return maybe
	}
}

func isPhishingResistant(combination []string) Bounds {
	known := true
	for _, method := range combination {
		if slices.Contains(resistantMethods, method) {
			return yes
		}
		known = known && (slices.Contains(strongMethods, method) || slices.Contains(singleFactors, method))
	}
	return Bounds{May: !known}
}

// Built-in strengths cannot be changed by anybody.
func builtInStrengths() map[string][]string {
	return map[string][]string{
		builtInMultifactor:                     {"windowsHelloForBusiness", "password,microsoftAuthenticatorPush", "federatedMultiFactor"},
		"00000000-0000-0000-0000-000000000003": {"windowsHelloForBusiness", "fido2", "x509CertificateMultiFactor", "deviceBasedPush"},
		"00000000-0000-0000-0000-000000000004": {"windowsHelloForBusiness", "fido2", "x509CertificateMultiFactor"},
	}
}

// Knowledge is what policies refer to.
type Knowledge struct {
	Strengths     map[string]Strength // by id in lower case
	Locations     map[string]Location // by id in lower case
	LocationsRead bool                // an id that is not in Locations does not exist
}

// combinations looks a strength up that a policy names by id only.
func (k Knowledge) combinations(id string) []string {
	if s, ok := k.Strengths[id]; ok && len(s.Combinations) > 0 {
		return s.Combinations
	}
	return builtInStrengths()[id]
}
