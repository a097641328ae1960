// SPDX-License-Identifier: Apache-2.0

package assess

import (
	"maps"
	"slices"
	"strings"

	"securescore/internal/catalog"
	"securescore/internal/entity"
	"securescore/internal/posture"
	"securescore/internal/rule"
	"securescore/internal/score"
)

// Rescore is Score that takes over from an earlier scoring what cannot be
// different: tables, and outcomes of controls that look at the same tables at
// the same plans with the same exemptions. A nil one gives nothing, nor does
// one of another catalogue.
func Rescore(earlier *Scoring, c *catalog.Catalog, e *posture.Evidence, d *Decisions) *Scoring {
	if earlier != nil && earlier.Catalog != c {
		earlier = nil
	}
	s := &Scoring{
		Catalog: c, Outcomes: make([]Outcome, len(c.Controls)), Lines: make([]score.Line, len(c.Controls)),
		decisions: d, kept: make([]bool, len(c.Controls)),
	}
	if earlier == nil {
		s.Model, s.reads = entity.Build(c.Schema, e, d.Intended()), readsOf(c)
	} else {
		s.Model, s.reads = entity.Rebuild(earlier.Model, c.Schema, e, d.Intended()), earlier.reads
	}
	same := s.same(earlier)
	var scratch rule.Scratch
	for i, control := range c.Controls {
		if s.kept[i] = same != nil && same(i); s.kept[i] {
			s.Outcomes[i] = earlier.Outcomes[i]
		} else {
			s.Outcomes[i] = Evaluate(control, s.Model, d.Exempted, &scratch)
		}
		s.Lines[i] = score.Evaluate(Scored(control), s.Outcomes[i].Assessment, d.Status(control.ID))
	}
	s.Score = score.Add(s.Lines)
	return s
}

// same returns what tells whether a control has the outcome of an earlier
// scoring; nil where none has.
func (s *Scoring) same(earlier *Scoring) func(i int) bool {
	if earlier == nil || !maps.Equal(s.decisions.exempt, earlier.decisions.exempt) {
		return nil
	}
	plans := entity.SameObjects(s.Model.Evidence.Set(planSet), earlier.Model.Evidence.Set(planSet))
	clock := s.Model.At.Equal(earlier.Model.At)
	return func(i int) bool {
		r := &s.reads[i]
		if (r.clock && !clock) || (len(s.Catalog.Controls[i].Prerequisites) > 0 && !plans) {
			return false
		}
		return !slices.ContainsFunc(r.kinds, func(kind posture.Kind) bool { return !s.Model.Shares(earlier.Model, kind) })
	}
}

// planSet is the data set that service plans are read from.
const planSet = "graph/subscribedSkus"

// reads is what one control looks at.
type reads struct {
	kinds []posture.Kind
	clock bool // run.time
}

func readsOf(c *catalog.Catalog) []reads {
	list := make([]reads, len(c.Controls))
	for i, control := range c.Controls {
		r := reads{kinds: []posture.Kind{control.Check.Entity}, clock: readsClock(&control.Check)}
		if control.Check.Strict != "" {
			r.kinds = append(r.kinds, "tenant")
		}
		for _, path := range control.Program.Reads() {
			// tenant.<field> is of the organisation, tenant.<kind>.<field> of a setting.
			if rest, ok := strings.CutPrefix(path, "tenant."); ok {
				name, _, _ := strings.Cut(rest, ".")
				if _, ok := c.Schema.Kind(posture.Kind(name)); !ok {
					name = "tenant"
				}
				r.kinds = append(r.kinds, posture.Kind(name))
			}
		}
		list[i] = r
	}
	return list
}

// readsClock reports whether a rule may read run.time, whatever stands between
// the two words.
func readsClock(ch *catalog.Check) bool { return strings.Contains(ch.Where+" "+ch.Pass, "run") }
