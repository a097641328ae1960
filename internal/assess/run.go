// SPDX-License-Identifier: Apache-2.0

package assess

import (
	"context"
	"fmt"
	"slices"
	"time"

	"securescore/internal/entity"
	"securescore/internal/ledger"
	"securescore/internal/posture"
	"securescore/internal/store"
)

// run is one assessment under way, inside one transaction.
type run struct {
	assessor *Assessor
	tenant   posture.TenantID
	w        *store.Writer
	started  time.Time

	before  *picture // what the run before left
	picture *picture // what this run leaves
	wrote   bool     // a patch has begun to write
	again   bool     // nothing came in: what is planned may be lost, and is planned anew
	planned bool     // somebody else plans, or nobody does
	source  string
	changed []string
	result  Result
}

// receive puts new evidence in.
func (r *run) receive(ctx context.Context, e *posture.Evidence) error {
	changed, err := r.w.Evidence.Put(ctx, r.tenant, e)
	if err != nil {
		return err
	}
	r.changed, r.source = changed, e.Source
	whole := true
	for name := range r.before.evidence.Sets {
		whole = whole && e.Sets[name] != nil
	}
	if !whole {
		if e, err = r.w.Evidence.Latest(ctx, r.tenant); err != nil {
			return err
		}
	}
	r.picture.evidence = sharing(e, r.before.evidence, changed)
	return nil
}

// sharing returns evidence in which the data sets that hold nothing new have
// the objects of before, so that what was made of them can be taken over.
func sharing(e, before *posture.Evidence, changed []string) *posture.Evidence {
	shared := *e
	shared.Sets = make(map[string]*posture.DataSet, len(e.Sets))
	for name, set := range e.Sets {
		old := before.Sets[name]
		if old != nil && old.Missing == set.Missing && len(old.Objects) == len(set.Objects) && !slices.Contains(changed, name) {
			same := *set
			same.Objects = old.Objects
			set = &same
		}
		shared.Sets[name] = set
	}
	return &shared
}

// keep adds decisions.
func (r *run) keep(ctx context.Context, decisions []posture.Decision) error {
	if len(decisions) == 0 {
		return nil
	}
	for i := range decisions {
		if _, err := r.add(ctx, &decisions[i]); err != nil {
			return err
		}
	}
	return r.reopen(ctx)
}

func (r *run) add(ctx context.Context, d *posture.Decision) (int64, error) {
	id, err := r.w.Decisions.Add(ctx, r.tenant, *d)
	if err != nil {
		return 0, fmt.Errorf("decide on %s: %w", d.Control, err)
	}
	return id, nil
}

// reopen reads the open decisions anew.
func (r *run) reopen(ctx context.Context) error {
	open, err := r.w.Decisions.Open(ctx, r.tenant)
	r.picture.decisions = open
	return err
}

// assess evaluates what is there now and writes the difference.
func (r *run) assess(ctx context.Context) error {
	c := r.assessor.catalogue
	now := r.decisionTime()
	if len(r.assessor.live) > 0 {
		sets, err := r.w.Evidence.Sets(ctx, r.tenant)
		if err != nil {
			return fmt.Errorf("read the ages of the evidence: %w", err)
		}
		r.picture.evidence, r.picture.stale = r.assessor.live.expire(r.picture.evidence, sets, now)
	}
	r.picture.at = r.picture.evidence.At
	decisions := InForce(c.Schema, plain(r.picture.decisions), now)
	s := Rescore(r.before.scoring, c, r.picture.evidence, decisions)
	r.picture.scoring = s
	r.result = Result{Scoring: s, Score: s.Score, Changed: r.changed}
	if r.before.adopted != c.Version {
		if err := r.w.Catalogues.Adopt(ctx, r.tenant, c.Version, c.Archive(), now); err != nil {
			return fmt.Errorf("adopt the catalogue: %w", err)
		}
	}
	if err := r.register(ctx); err != nil {
		return err
	}
	if err := r.enrol(ctx, s); err != nil {
		return err
	}
	base, catalogueStep := r.rebase(s)
	changes, err := r.explain(s, base, catalogueStep, decisions, now)
	if err != nil {
		return err
	}
	if f := factsOf(s.Model); f != nil && !sameFacts(f, r.before.facts) {
		changes = append(changes, ledger.Change{Cause: ledger.FactsChanged, Actor: ledger.System, Facts: f})
		r.picture.facts = f
	} else {
		r.picture.facts = r.before.facts
	}
	return r.write(ctx, s, changes, now)
}

func (r *run) register(ctx context.Context) error {
	id, err := r.w.Runs.Begin(ctx, r.tenant, store.Run{Source: r.source, Catalogue: r.assessor.catalogue.Version, Started: r.started, At: r.picture.at})
	if err != nil {
		return fmt.Errorf("begin the run: %w", err)
	}
	r.result.Run = id
	return nil
}

// decisionTime is the time at which decisions are looked at, and from which
// what the run finds takes effect: the evidence's own time when evidence came
// in, else now; never before the run before.
func (r *run) decisionTime() time.Time {
	at := r.started
	if r.source != "" {
		at = r.picture.evidence.At
	}
	if at.Before(r.before.effective) {
		at = r.before.effective
	}
	r.picture.effective = at
	return at
}

func plain(decisions []store.Decision) []posture.Decision {
	list := make([]posture.Decision, len(decisions))
	for i := range decisions {
		list[i] = decisions[i].Decision
	}
	return list
}

// enrol gives every entity of the kinds that controls look at its ordinal.
func (r *run) enrol(ctx context.Context, s *Scoring) error {
	for _, control := range s.Catalog.Controls {
		kind := control.Check.Entity
		if r.picture.kinds[kind] != nil {
			continue
		}
		t := s.Model.Table(kind)
		if known := r.before.kinds[kind]; known.same(t.Keys, t.Names) {
			r.picture.kinds[kind] = known
			continue
		}
		if !t.Collected() {
			r.picture.kinds[kind] = &roll{} // nothing was seen, nothing is gone
			continue
		}
		all := make([]store.Sighting, t.Len())
		for row := range all {
			all[row] = store.Sighting{Key: t.Keys[row], Name: t.Names[row]}
		}
		ordinals, err := r.w.Entities.Observe(ctx, r.tenant, kind, all, r.picture.at)
		if err != nil {
			return fmt.Errorf("remember the %s: %w", t.Spec.Plural, err)
		}
		r.picture.kinds[kind] = &roll{t.Keys, t.Names, ordinals}
	}
	return nil
}

// rebase scores the evidence of before under the catalogue of now when the
// catalogue has changed. The positions that come out are where the other
// causes begin.
func (r *run) rebase(s *Scoring) (map[posture.ControlID]Position, bool) {
	if r.before.adopted == "" || r.before.adopted == r.assessor.catalogue.Version {
		return r.before.positions, false
	}
	decisions := InForce(s.Catalog.Schema, plain(r.before.decisions), r.before.effective)
	old := Score(s.Catalog, r.before.evidence, decisions)
	positions := make(map[posture.ControlID]Position, len(old.Outcomes))
	for i := range old.Outcomes {
		o := &old.Outcomes[i]
		positions[o.Control.ID] = Position{
			Frame: o.Frame, Outcomes: o.ordinals(r.ordinalsOf(old.Model, o.Control.Check.Entity)), Standing: ledger.Stand(&old.Lines[i]),
		}
	}
	return positions, true
}

// ordinalsOf maps the rows of an older model to ordinals. Entities that are
// gone by now, and were never given one, are left out: -1.
func (r *run) ordinalsOf(m *entity.Model, kind posture.Kind) []int64 {
	t := m.Table(kind)
	byKey := make(map[string]uint32)
	for _, known := range []*roll{r.before.kinds[kind], r.picture.kinds[kind]} {
		if known != nil {
			for i, key := range known.keys {
				byKey[key] = known.ordinals[i]
			}
		}
	}
	rows := make([]int64, t.Len())
	for row, key := range t.Keys {
		rows[row] = -1
		if o, ok := byKey[key]; ok {
			rows[row] = int64(o)
		}
	}
	return rows
}

// write stores the changes and what is current now, and ends the run.
func (r *run) write(ctx context.Context, s *Scoring, changes []ledger.Change, now time.Time) error {
	if err := r.enter(ctx, s, changes, now); err != nil {
		return err
	}
	if err := r.writeCurrent(ctx, s); err != nil {
		return err
	}
	if err := r.fulfil(ctx, s, now); err != nil {
		return err
	}
	return r.finish(ctx)
}

func (r *run) finish(ctx context.Context) error {
	if err := r.replan(ctx); err != nil {
		return fmt.Errorf("plan the next look: %w", err)
	}
	return r.w.Runs.Finish(ctx, r.tenant, r.result.Run, r.assessor.now().UTC(), r.result.Entries, "")
}

// enter seals changes and puts them in the ledger.
func (r *run) enter(ctx context.Context, s *Scoring, changes []ledger.Change, now time.Time) error {
	head, err := r.w.Ledger.Head(ctx, r.tenant, ledger.Own)
	if err != nil {
		return fmt.Errorf("read the ledger's head: %w", err)
	}
	entries, _, err := ledger.Seal(head, changes, ledger.Stamp{Effective: now, Recorded: r.started, Run: r.result.Run})
	if err != nil {
		return err
	}
	if len(entries) > 0 {
		if err := store.Extend(ctx, r.w, Past(r.tenant, ledger.Own, s.Catalog), entries, r.beside(s, entries, changes)); err != nil {
			return err
		}
	}
	r.result.Entries = len(entries)
	return nil
}

// writeCurrent replaces the assessments that changed.
func (r *run) writeCurrent(ctx context.Context, s *Scoring) error {
	var changed []store.Current
	for i := range s.Outcomes {
		o := &s.Outcomes[i]
		position := r.picture.positions[o.Control.ID]
		if before, ok := r.before.positions[o.Control.ID]; ok && r.before.adopted == s.Catalog.Version && before.equal(&position) {
			continue
		}
		changed = append(changed, current(o, &position))
	}
	if err := r.w.Assessments.Put(ctx, r.tenant, changed); err != nil {
		return fmt.Errorf("store the assessments: %w", err)
	}
	var gone []posture.ControlID
	for id := range r.before.positions {
		if _, ok := r.picture.positions[id]; !ok {
			gone = append(gone, id)
		}
	}
	return r.w.Assessments.Drop(ctx, r.tenant, gone)
}

func current(o *Outcome, p *Position) store.Current {
	return store.Current{
		Assessment: o.Assessment, Standing: p.Standing, Kind: o.Control.Check.Entity, Outcomes: p.Outcomes, Frame: p.Frame.String(),
	}
}

// fulfil ends plans that are done, so that a later regression does not bring
// them back (design 3.11).
func (r *run) fulfil(ctx context.Context, s *Scoring, now time.Time) error {
	done := make(map[posture.ControlID]bool)
	for i := range s.Lines {
		if s.Lines[i].Fulfilled {
			done[s.Lines[i].Control] = true
		}
	}
	kept := r.picture.decisions[:0:0]
	for _, d := range r.picture.decisions {
		if !done[d.Control] || d.Exemption() || d.Status != posture.Planned {
			kept = append(kept, d)
			continue
		}
		if err := r.w.Decisions.End(ctx, r.tenant, d.ID, string(ledger.System), now); err != nil {
			return fmt.Errorf("end the plan for %s: %w", d.Control, err)
		}
	}
	r.picture.decisions = kept
	return nil
}

// beside is what stays outside the chain: names, notes and who flipped.
func (r *run) beside(s *Scoring, entries []ledger.Entry, changes []ledger.Change) []ledger.Beside {
	var list []ledger.Beside
	for i := range entries {
		b := ledger.Beside{Sequence: entries[i].Sequence}
		if f := changes[i].Flipped; f != nil && !f.IsEmpty() {
			b.Flipped = f
			if c, ok := s.Catalog.Control(changes[i].Control); ok {
				b.Kind = c.Check.Entity
			}
		}
		if cause := entries[i].Cause; cause == ledger.Status || cause == ledger.Exemption {
			if d := r.decided(entries[i].Control, cause); d != nil {
				b.ActorName, b.Note = d.By, d.Reason
			}
		}
		if b.Flipped != nil || b.ActorName != "" {
			list = append(list, b)
		}
	}
	return list
}

// decided is the last decision about a control that is behind a cause: its
// status, or an exemption, which may be one from every control.
func (r *run) decided(id posture.ControlID, cause ledger.Cause) *posture.Decision {
	var last *posture.Decision
	for i := range r.picture.decisions {
		d := &r.picture.decisions[i].Decision
		about := d.Control == id || (d.Exemption() && d.Control == "")
		if about && d.Exemption() == (cause == ledger.Exemption) && (last == nil || d.At.After(last.At)) {
			last = d
		}
	}
	return last
}
