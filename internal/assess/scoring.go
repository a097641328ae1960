// SPDX-License-Identifier: Apache-2.0

package assess

import (
	"securescore/internal/catalog"
	"securescore/internal/entity"
	"securescore/internal/posture"
	"securescore/internal/score"
)

// Scoring is one evidence under one catalogue with the decisions in force:
// the model that rules read, what they say, and the points.
type Scoring struct {
	Catalog  *catalog.Catalog
	Model    *entity.Model
	Outcomes []Outcome    // in the order of the catalogue
	Lines    []score.Line // likewise
	Score    score.Score

	decisions *Decisions
	reads     []reads // of each control
	kept      []bool  // outcomes that were taken over from an earlier scoring
}

// Score takes evidence the whole way to points. Nothing is stored.
func Score(c *catalog.Catalog, e *posture.Evidence, d *Decisions) *Scoring {
	return Rescore(nil, c, e, d)
}

// Scored are the numbers of a control that the arithmetic needs.
func Scored(c *catalog.Control) score.Control {
	return score.Control{
		ID: c.ID, Category: c.Category, Product: c.Product, Max: c.Max,
		Proportional: c.Scoring == catalog.Proportional, BySource: c.StatusPolicy == catalog.BySource,
		Difficulty: grade(c.Difficulty), UserImpact: grade(c.UserImpact), Complexity: grade(c.Complexity),
	}
}

func grade(l catalog.Level) int {
	switch l {
	case catalog.Low:
		return 1
	case catalog.High:
		return 3
	case catalog.Moderate, catalog.UnknownLevel:
	}
	return 2
}
