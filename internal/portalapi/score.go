// SPDX-License-Identifier: Apache-2.0

package portalapi

import (
	"securescore/internal/posture"
	"securescore/internal/score"
)

// PercentOf is the share of part in whole, truncated to two places. It is nil
// when there is nothing to divide by: no evidence is not a score of zero.
func PercentOf(part, whole posture.Points) *score.Percent {
	p, ok := score.Share(part, whole)
	if !ok {
		return nil
	}
	return &p
}

// Score is a sum of points. Make it with NewScore, so that its parts agree.
type Score struct {
	Measured        posture.Points `json:"measured" doc:"Points that the evidence proves"`
	Credited        posture.Points `json:"credited" doc:"Points that third parties, mitigations and exemptions add"`
	Earned          posture.Points `json:"earned" doc:"Measured and credited together"`
	Maximum         posture.Points `json:"maximum" doc:"Points that could be earned"`
	Remaining       posture.Points `json:"remaining" doc:"Maximum without what is earned"`
	Percent         *score.Percent `json:"percent" nullable:"true" doc:"Earned of maximum, truncated to two places; null when there is no maximum"`
	MeasuredPercent *score.Percent `json:"measuredPercent" nullable:"true" doc:"Measured of maximum, the same way"`
}

// NewScore adds measured and credited up and takes their share of maximum.
func NewScore(measured, credited, maximum posture.Points) Score {
	return Score{
		Measured:        measured,
		Credited:        credited,
		Earned:          measured + credited,
		Maximum:         maximum,
		Remaining:       maximum - measured - credited,
		Percent:         PercentOf(measured+credited, maximum),
		MeasuredPercent: PercentOf(measured, maximum),
	}
}

// Coverage says how much of the catalogue a score speaks of. Make it with
// NewCoverage.
type Coverage struct {
	Assessed      int            `json:"assessed" doc:"Controls that were assessed"`
	NotAssessed   int            `json:"notAssessed" doc:"Controls that could not be assessed"`
	NotApplicable int            `json:"notApplicable" doc:"Controls without anything to look at"`
	LeftOut       posture.Points `json:"leftOut" doc:"What the controls that could not be assessed are worth"`
	Percent       *score.Percent `json:"percent" nullable:"true" doc:"Assessed part of all points that apply, truncated to two places; null when nothing that applies is worth points"`
}

// NewCoverage reads the coverage of a total.
func NewCoverage(t score.Total) Coverage {
	return Coverage{
		Assessed:      t.Controls - t.NotAssessed - t.NotApplicable,
		NotAssessed:   t.NotAssessed,
		NotApplicable: t.NotApplicable,
		LeftOut:       t.Applicable - t.Assessed,
		Percent:       PercentOf(t.Assessed, t.Applicable),
	}
}
