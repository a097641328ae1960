// SPDX-License-Identifier: Apache-2.0

package portalapi

import (
	"math/big"

	"securescore/internal/posture"
)

// Percent counts hundredths of a percent: 4330 is 43.30 %. It is truncated,
// never rounded up, so that 100 % always means all of it.
type Percent int64

// PercentOf is the share of part in whole, truncated to two places. It is nil
// when there is nothing to divide by: no evidence is not a score of zero.
func PercentOf(part, whole posture.Points) *Percent {
	if whole <= 0 {
		return nil
	}
	p := new(big.Int).Mul(big.NewInt(int64(part)), big.NewInt(10000))
	value := Percent(p.Quo(p, big.NewInt(int64(whole))).Int64())
	return &value
}

// MarshalJSON writes a JSON number with at most two places.
func (p Percent) MarshalJSON() ([]byte, error) { return posture.Points(p).MarshalJSON() }

// UnmarshalJSON reads a JSON number with at most two places.
func (p *Percent) UnmarshalJSON(data []byte) error { return (*posture.Points)(p).UnmarshalJSON(data) }

// Score is a sum of points. Make it with NewScore, so that its parts agree.
type Score struct {
	Measured posture.Points `json:"measured" doc:"Points that the evidence proves"`
	Credited posture.Points `json:"credited" doc:"Points that third parties, mitigations and exemptions add"`
	Earned   posture.Points `json:"earned" doc:"Measured and credited together"`
	Maximum  posture.Points `json:"maximum" doc:"Points that could be earned"`
	Percent  *Percent       `json:"percent" doc:"Earned of maximum, truncated to two places; null when there is no maximum"`
}

// NewScore adds measured and credited up and takes their share of maximum.
func NewScore(measured, credited, maximum posture.Points) Score {
	return Score{
		Measured: measured,
		Credited: credited,
		Earned:   measured + credited,
		Maximum:  maximum,
		Percent:  PercentOf(measured+credited, maximum),
	}
}

// Coverage says how much of the catalogue a score speaks of. Make it with
// NewCoverage. Scored controls only; NotScored counts the others.
type Coverage struct {
	Assessed      int            `json:"assessed" doc:"Controls that count in the score"`
	NotAssessed   int            `json:"notAssessed" doc:"Controls that could not be assessed and stay out"`
	NotApplicable int            `json:"notApplicable" doc:"Controls without anything to look at"`
	NotScored     int            `json:"notScored" doc:"Controls that are worth no points"`
	LeftOut       posture.Points `json:"leftOut" doc:"What the controls that could not be assessed are worth"`
	Percent       *Percent       `json:"percent" doc:"Assessed of assessed and not assessed; null when there are none"`
}

// NewCoverage takes the share of assessed controls among those that apply.
func NewCoverage(assessed, notAssessed, notApplicable, notScored int, leftOut posture.Points) Coverage {
	return Coverage{
		Assessed:      assessed,
		NotAssessed:   notAssessed,
		NotApplicable: notApplicable,
		NotScored:     notScored,
		LeftOut:       leftOut,
		Percent:       PercentOf(posture.Points(assessed), posture.Points(assessed+notAssessed)),
	}
}
