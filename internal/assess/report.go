// SPDX-License-Identifier: Apache-2.0

package assess

import (
	"maps"
	"slices"
	"time"

	"securescore/internal/catalog"
	"securescore/internal/posture"
	"securescore/internal/score"
)

// Report is a scoring as one value, to be printed as JSON. Points are decimal
// numbers with at most two places.
type Report struct {
	Tenant         ReportTenant    `json:"tenant"`
	CatalogVersion string          `json:"catalogVersion"`
	EvaluatedAt    time.Time       `json:"evaluatedAt"`
	Score          ReportScore     `json:"score"`
	Categories     []ReportPart    `json:"categories"`
	Controls       []ReportControl `json:"controls"`
}

// ReportTenant names the organisation. Fields that the evidence does not hold
// are empty.
type ReportTenant struct {
	ID     string `json:"id"` // Entra tenant GUID
	Name   string `json:"name"`
	Domain string `json:"domain"`
	Sample bool   `json:"sample"`
}

// ReportScore is a sum of points. Percent and coverage are null when there is
// nothing to divide by; both are truncated to two places.
type ReportScore struct {
	Earned   posture.Points `json:"earned"`
	Measured posture.Points `json:"measured"`
	Credited posture.Points `json:"credited"`
	Max      posture.Points `json:"max"`
	Percent  *score.Percent `json:"percent"`
	Coverage *score.Percent `json:"coverage"`
}

// ReportPart is the score of one category.
type ReportPart struct {
	Name string `json:"name"`
	ReportScore
}

// ReportControl is one control. Max is what it is worth; it is part of the
// score's maximum only when the control counts (InScore).
type ReportControl struct {
	ID         posture.ControlID  `json:"id"`
	Title      string             `json:"title"`
	Category   posture.Category   `json:"category"`
	Product    string             `json:"product"`
	State      posture.State      `json:"state"`
	Status     posture.Status     `json:"status"`
	InScore    bool               `json:"inScore"`
	Earned     posture.Points     `json:"earned"`
	Measured   posture.Points     `json:"measured"`
	Credited   posture.Points     `json:"credited"`
	Max        posture.Points     `json:"max"`
	Pass       int                `json:"pass"`
	Fail       int                `json:"fail"`
	Unknown    int                `json:"unknown"`
	Exempt     int                `json:"exempt"`
	ReasonCode posture.ReasonCode `json:"reasonCode"`
	Reason     string             `json:"reason"` // the state in words
	References []string           `json:"references"`
	Strict     *bool              `json:"strict"`
	// Entities are those that do not pass, the failing ones first, at most as
	// many as were asked for; EntityCount is how many there are. Of a control
	// that wants a number and lost points, they are all in scope.
	Entities    []ReportEntity `json:"entities"`
	EntityCount int            `json:"entityCount"`
}

// ReportEntity is one entity that does not pass.
type ReportEntity struct {
	Key     string          `json:"key"`
	Name    string          `json:"name"`
	Outcome posture.Outcome `json:"outcome"`
	Reason  string          `json:"reason,omitempty"`
	// Values are the columns of the control as they were read; null is unknown.
	Values map[string]any `json:"values"`
}

// Report makes the report, with at most the given number of entities a
// control.
func (s *Scoring) Report(entities int) Report {
	e := s.Model.Evidence
	r := Report{
		Tenant:         ReportTenant{e.Organisation, e.Name, e.Domain, e.Sample},
		CatalogVersion: s.Catalog.Version, EvaluatedAt: e.At,
		Score: reportScore(s.Score.Total), Controls: make([]ReportControl, len(s.Outcomes)),
	}
	for _, c := range posture.Categories() {
		r.Categories = append(r.Categories, ReportPart{string(c), reportScore(s.Score.Categories[c])})
	}
	for i := range s.Outcomes {
		r.Controls[i] = s.reportControl(i, entities)
	}
	return r
}

// ScoreReport is a score with its parts and without controls, to be printed as
// JSON.
type ScoreReport struct {
	Tenant         ReportTenant     `json:"tenant"`
	Category       posture.Category `json:"category"` // the only one; empty for all
	CatalogVersion string           `json:"catalogVersion"`
	EvaluatedAt    time.Time        `json:"evaluatedAt"` // of the evidence
	// Outdated says that the passing of time, or another catalogue, has changed
	// what no run has entered in the ledger yet.
	Outdated   bool         `json:"outdated"`
	Score      ReportScore  `json:"score"`
	Categories []ReportPart `json:"categories"`
	Products   []ReportPart `json:"products"` // by name
}

// NewScoreReport reports a part of a scoring, as In returns it. Tenant,
// Category and Outdated are the caller's.
func NewScoreReport(s *Scoring, part score.Score) ScoreReport {
	r := ScoreReport{
		CatalogVersion: s.Catalog.Version, EvaluatedAt: s.Model.Evidence.At, Score: reportScore(part.Total),
		Categories: []ReportPart{}, Products: []ReportPart{},
	}
	for _, c := range posture.Categories() {
		if part.Categories[c].Controls > 0 {
			r.Categories = append(r.Categories, ReportPart{string(c), reportScore(part.Categories[c])})
		}
	}
	for _, name := range ProductNames(part) {
		r.Products = append(r.Products, ReportPart{name, reportScore(part.Products[name])})
	}
	return r
}

// ProductNames are the products of a score by name.
func ProductNames(s score.Score) []string { return slices.Sorted(maps.Keys(s.Products)) }

// In is the score of one category by itself; of everything for an empty one.
func (s *Scoring) In(category posture.Category) score.Score {
	if category == "" {
		return s.Score
	}
	return score.Add(slices.DeleteFunc(slices.Clone(s.Lines), func(l score.Line) bool { return l.Category != category }))
}

func reportScore(t score.Total) ReportScore {
	r := ReportScore{Earned: t.Earned(), Measured: t.Measured, Credited: t.Credited, Max: t.Max}
	if p, ok := t.Percent(); ok {
		r.Percent = &p
	}
	if p, ok := t.Coverage(); ok {
		r.Coverage = &p
	}
	return r
}

func (s *Scoring) reportControl(i, entities int) ReportControl {
	o, l := &s.Outcomes[i], &s.Lines[i]
	c := o.Control
	r := ReportControl{
		ID: c.ID, Title: c.Title, Category: c.Category, Product: c.Product,
		State: l.State, Status: l.Status, InScore: l.InScore,
		Earned: l.Earned(), Measured: l.Measured, Credited: l.Credited, Max: l.Max,
		Pass: l.Counts.Pass, Fail: l.Counts.Fail, Unknown: l.Counts.Unknown, Exempt: o.Assessment.Exempted.Total(),
		ReasonCode: l.Reason.Code, Reason: o.Words(), References: flatReferences(c), Strict: strictFlag(o.Assessment.Strict),
		Entities: []ReportEntity{},
	}
	// Where too many pass, those that do are what there is to look at.
	all := c.Check.Require == catalog.Count && l.InScore && l.Remaining() > 0
	for _, a := range o.Entities(s.Model) {
		if a.Outcome == posture.Pass && !all {
			continue
		}
		r.EntityCount++
		if len(r.Entities) < entities {
			r.Entities = append(r.Entities, reportEntity(a))
		}
	}
	return r
}

func reportEntity(a Affected) ReportEntity {
	e := ReportEntity{Key: a.Key, Name: a.Name, Outcome: a.Outcome, Reason: a.Why.String(), Values: make(map[string]any, len(a.Values))}
	for _, v := range a.Values {
		e.Values[v.Field] = v.Value
	}
	return e
}

func strictFlag(o posture.Outcome) *bool {
	switch o {
	case posture.Pass, posture.Fail:
		pass := o == posture.Pass
		return &pass
	case posture.Unknown, posture.Exempt:
	}
	return nil
}

// flatReferences are the ids of all frameworks in one list. Numbers alone say
// nothing, so those of CIS carry its name.
func flatReferences(c *catalog.Control) []string {
	refs := make([]string, 0, len(c.References.CIS)+len(c.References.SCuBA))
	for _, id := range c.References.CIS {
		refs = append(refs, "CIS "+id)
	}
	refs = append(refs, c.References.SCuBA...)
	refs = append(refs, c.References.NIST...)
	return append(refs, c.References.ATTACK...)
}
