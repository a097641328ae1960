// SPDX-License-Identifier: Apache-2.0

package assess

import (
	"fmt"

	"securescore/internal/catalog"
	"securescore/internal/entity"
	"securescore/internal/posture"
	"securescore/internal/rule"
)

// CaseResult is what came out of one case of a control.
type CaseResult struct {
	Control posture.ControlID
	Case    string
	Want    catalog.Expect
	Got     catalog.Expect
	Reason  posture.Reason
}

// RunCases takes every case of every control the whole way from raw evidence
// to an assessment. An error means that a case could not be read.
func RunCases(c *catalog.Catalog) ([]CaseResult, error) {
	var scratch rule.Scratch
	var results []CaseResult
	for _, control := range c.Controls {
		for i := range control.Cases {
			ca := &control.Cases[i]
			evidence, err := ca.Input(control)
			if err != nil {
				return nil, fmt.Errorf("control %s: %w", control.ID, err)
			}
			intended := make(map[string]bool, len(ca.Intended))
			for _, key := range ca.Intended {
				intended[key] = true
			}
			o := Evaluate(control, entity.Build(c.Schema, evidence, intended), nil, &scratch)
			results = append(results, CaseResult{control.ID, ca.Name, ca.Expect, o.expect(), o.Assessment.Reason})
		}
	}
	return results, nil
}

// expect puts an assessment in the words of a case.
func (o *Outcome) expect() catalog.Expect {
	switch o.Assessment.State {
	case posture.NotApplicable:
		return catalog.ExpectNotApplicable
	case posture.Assessed:
		if o.Assessment.Held {
			return catalog.ExpectPass
		}
		return catalog.ExpectFail
	case posture.NotAssessed:
	}
	return catalog.ExpectUnknown
}
