// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"

	"securescore/internal/posture"
	"securescore/internal/source"
)

// Verdict is what ScubaGear says of one policy.
type Verdict struct {
	Policy string // without the revision: "MS.AAD.3.1"
	Met    bool
	// Incomparable says why the verdict says nothing about the configuration;
	// empty when it does.
	Incomparable string
}

type scubaResult struct {
	PolicyID    string `json:"PolicyId"`
	Criticality string `json:"Criticality"`
	Met         bool   `json:"RequirementMet"`
	Details     string `json:"ReportDetails"`
}

var policyID = regexp.MustCompile(`^(MS\.[A-Z]+\.\d+\.\d+)v\d+$`)

// ReadVerdicts reads a TestResults.json, ordered by policy. A policy that
// stands twice, or an id of another form, is an error.
func ReadVerdicts(name string, data []byte) ([]Verdict, error) {
	text, err := source.Decode(name, data)
	if err != nil {
		return nil, err
	}
	var results []scubaResult
	if err := json.Unmarshal(text.Bytes, &results); err != nil {
		return nil, text.Fault("", 0, err)
	}
	var list []Verdict
	for _, r := range results {
		id := policyID.FindStringSubmatch(r.PolicyID)
		if id == nil {
			return nil, fmt.Errorf("ScubaGear's verdict %q: %w id of a policy", r.PolicyID, posture.ErrInvalid)
		}
		v := Verdict{Policy: id[1], Met: r.Met, Incomparable: incomparable(&r)}
		if slices.ContainsFunc(list, func(o Verdict) bool { return o.Policy == v.Policy }) {
			return nil, fmt.Errorf("ScubaGear's verdict %s: %w: stands twice", v.Policy, posture.ErrInvalid)
		}
		list = append(list, v)
	}
	slices.SortFunc(list, func(a, b Verdict) int { return comparePolicies(a.Policy, b.Policy) })
	return list, nil
}

func incomparable(r *scubaResult) string {
	switch {
	case strings.Contains(r.Criticality, "Not-Implemented"):
		return "ScubaGear does not check it"
	case strings.Contains(r.Criticality, "3rd Party"):
		return "ScubaGear leaves it to a product of another maker"
	case strings.Contains(r.Details, "policy is only applicable if"):
		return "ScubaGear takes it for not applicable, because of another setting, and counts it as met"
	case strings.Contains(r.Details, "policy is not applicable to"):
		return "ScubaGear takes it for not applicable in this cloud and counts it as met"
	}
	return ""
}

// comparePolicies orders MS.AAD.3.2 before MS.AAD.3.10.
func comparePolicies(a, b string) int {
	return strings.Compare(padded(a), padded(b))
}

func padded(policy string) string {
	parts := strings.Split(policy, ".")
	for i, p := range parts {
		if len(p) < 3 && i > 1 {
			parts[i] = strings.Repeat("0", 3-len(p)) + p
		}
	}
	return strings.Join(parts, ".")
}
