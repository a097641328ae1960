// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"securescore/internal/assess"
	"securescore/internal/posture"
)

// Answer is what we say of a policy, in the words of a reader.
type Answer string

// The answers. Open is not assessed: we do not know, and say so.
const (
	Met           Answer = "met"
	NotMet        Answer = "not met"
	Open          Answer = "not assessed"
	NotApplicable Answer = "not applicable"
)

// Row is one policy of the comparison.
type Row struct {
	Verdict

	Ours     Answer              // empty when no control answers the policy
	Controls []posture.ControlID // that answer it
	Because  string              // why ours is not met or open, in a sentence
	Reason   string              // why both differ, or why no control answers; from the file
}

// Agrees reports whether both say the same.
func (r *Row) Agrees() bool { return r.Ours == theirs(r.Met) }

func theirs(met bool) Answer {
	if met {
		return Met
	}
	return NotMet
}

// Compare puts the verdicts beside our outcomes. Conditional Access controls
// answer with strict mode, which is how ScubaGear reads such policies. A
// policy that several controls answer is met when all of them are.
func Compare(verdicts []Verdict, outcomes []assess.Outcome) []Row {
	rows := make([]Row, len(verdicts))
	for i, v := range verdicts {
		rows[i].Verdict = v
		for j := range outcomes {
			if o := &outcomes[j]; slices.Contains(o.Control.References.SCuBA, v.Policy) {
				rows[i].add(o)
			}
		}
	}
	return rows
}

func (r *Row) add(o *assess.Outcome) {
	r.Controls = append(r.Controls, o.Control.ID)
	a := answer(o)
	if r.Ours == "" || severity(a) > severity(r.Ours) {
		r.Ours, r.Because = a, ""
		if a != Met {
			r.Because = o.Words()
		}
	}
}

// severity orders answers: of several controls the worst one speaks.
func severity(a Answer) int {
	return slices.Index([]Answer{NotApplicable, Met, Open, NotMet}, a)
}

func answer(o *assess.Outcome) Answer {
	switch o.Assessment.Strict {
	case posture.Pass:
		return Met
	case posture.Fail:
		return NotMet
	case posture.Unknown:
		return Open
	case posture.Exempt:
	}
	switch {
	case o.Assessment.State == posture.NotApplicable:
		return NotApplicable
	case o.Assessment.State == posture.NotAssessed:
		return Open
	case o.Assessment.Held:
		return Met
	}
	return NotMet
}

// Reasons are written by people: why we differ, and why policies have no
// control here.
type Reasons struct {
	Differs  map[string]string `yaml:"differs"`
	NoAnswer map[string]string `yaml:"noAnswer"`
}

// Explain puts the reasons to the rows. It reports every difference without a
// reason and every reason without a difference.
func Explain(rows []Row, reasons Reasons) []error {
	var errs []error
	used := make(map[string]bool)
	for i := range rows {
		r := &rows[i]
		switch {
		case r.Incomparable != "":
			continue
		case r.Ours == "":
			r.Reason = reasons.NoAnswer[r.Policy]
		case !r.Agrees():
			r.Reason = reasons.Differs[r.Policy]
		default:
			continue
		}
		used[r.Policy] = true
		if r.Reason == "" {
			errs = append(errs, fmt.Errorf("%s: ScubaGear says %s, we say %s (%s: %s), and no reason is given",
				r.Policy, theirs(r.Met), ours(r.Ours), joined(r.Controls), r.Because))
		}
	}
	for _, policy := range slices.Sorted(maps.Keys(merged(reasons))) {
		if !used[policy] {
			errs = append(errs, fmt.Errorf("%s: a reason is given, but there is nothing to explain", policy))
		}
	}
	return errs
}

func merged(r Reasons) map[string]string {
	all := maps.Clone(r.Differs)
	if all == nil {
		all = make(map[string]string)
	}
	maps.Copy(all, r.NoAnswer)
	return all
}

func ours(a Answer) string {
	if a == "" {
		return "nothing"
	}
	return string(a)
}

func joined(ids []posture.ControlID) string {
	texts := make([]string, len(ids))
	for i, id := range ids {
		texts[i] = string(id)
	}
	return strings.Join(texts, ", ")
}
