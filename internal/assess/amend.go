// SPDX-License-Identifier: Apache-2.0

package assess

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"securescore/internal/catalog"
	"securescore/internal/ledger"
	"securescore/internal/posture"
	"securescore/internal/score"
	"securescore/internal/store"
)

// simple reports whether a new status of one control is all that can be
// different from the run before: this process has done that run, under the
// same catalogue, and since then nothing has expired that other controls, or
// this one's entities, depend on.
func (r *run) simple(c *catalog.Control, now time.Time) bool {
	b := r.before
	if !b.left || b.adopted != r.assessor.catalogue.Version || b.scoring.Catalog != r.assessor.catalogue {
		return false
	}
	if !b.stale.IsZero() && now.After(b.stale) {
		return false
	}
	for i := range b.decisions {
		d := &b.decisions[i]
		if !replacedBy(d, c.ID) && d.InForce(b.effective) != d.InForce(now) {
			return false
		}
	}
	_, known := b.positions[c.ID]
	return known
}

// replacedBy reports whether a new status of a control ends an open decision.
func replacedBy(d *store.Decision, control posture.ControlID) bool {
	return d.Control == control && d.Kind == "" && d.Entity == ""
}

// amend does for one new status, where it is simple, what assess does for
// everything, with the same result: one line is scored, and what follows from
// it is written.
func (r *run) amend(ctx context.Context, c *catalog.Control, d *store.Decision, now time.Time) error {
	b := r.before
	i := slices.Index(b.scoring.Catalog.Controls, c)
	line := score.Evaluate(Scored(c), b.scoring.Outcomes[i].Assessment, &d.Decision)
	r.picture.at, r.picture.kinds, r.picture.positions = b.evidence.At, b.kinds, b.positions
	r.picture.facts, r.picture.stale = b.facts, b.stale
	r.picture.decisions = decidedAnew(b.decisions, d)
	r.picture.scoring = b.scoring.amended(i, &line, &d.Decision)
	r.result = Result{Scoring: r.picture.scoring, Score: r.picture.scoring.Score}
	if err := r.register(ctx); err != nil {
		return err
	}
	was := b.positions[c.ID]
	is := was
	is.Standing = ledger.Stand(&line)
	if is.Standing != was.Standing {
		r.picture.positions = maps.Clone(b.positions)
		r.picture.positions[c.ID] = is
		change := ledger.Change{Control: c.ID, Cause: ledger.Status, Before: was.Standing, After: is.Standing, Actor: actorOf(&d.Decision)}
		if err := r.enter(ctx, r.picture.scoring, []ledger.Change{change}, now); err != nil {
			return err
		}
		if err := r.w.Assessments.Put(ctx, r.tenant, []store.Current{current(&b.scoring.Outcomes[i], &is)}); err != nil {
			return fmt.Errorf("store the assessment: %w", err)
		}
	}
	return r.finish(ctx)
}

// decidedAnew are the open decisions after one more, in the order in which the
// store has them.
func decidedAnew(open []store.Decision, d *store.Decision) []store.Decision {
	list := make([]store.Decision, 0, len(open)+1)
	at := -1
	for i := range open {
		o := &open[i]
		if replacedBy(o, d.Control) {
			continue
		}
		// A status, without kind and entity, comes before the exemptions of its
		// control.
		if at < 0 && strings.Compare(string(o.Control), string(d.Control)) >= 0 {
			at = len(list)
			list = append(list, *d)
		}
		list = append(list, *o)
	}
	if at < 0 {
		list = append(list, *d)
	}
	return list
}

// amended is a scoring with another line, by a decision about that control.
func (s *Scoring) amended(i int, line *score.Line, d *posture.Decision) *Scoring {
	next := *s
	next.Score = s.Score.Replace(&s.Lines[i], line)
	next.Lines = slices.Clone(s.Lines)
	next.Lines[i] = *line
	decisions := *s.decisions
	decisions.status = maps.Clone(decisions.status)
	decisions.status[d.Control] = d
	next.decisions = &decisions
	return &next
}
