// SPDX-License-Identifier: Apache-2.0

package assess

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"time"

	"github.com/RoaringBitmap/roaring/v2"

	"securescore/internal/entity"
	"securescore/internal/ledger"
	"securescore/internal/posture"
	"securescore/internal/rule"
)

// order are the causes that a run lets in after the catalogue, as the ledger
// tells them.
func order() []ledger.Cause {
	return []ledger.Cause{
		ledger.Coverage, ledger.Exemption, ledger.Status, ledger.Population, ledger.Time,
		ledger.Configuration, ledger.User, ledger.Device,
	}
}

// explain splits the way from the run before to this one into its causes, and
// notes the positions that this run leaves. The changes add up exactly.
func (r *run) explain(s *Scoring, base map[posture.ControlID]Position, catalogueStep bool, now *Decisions, at time.Time) ([]ledger.Change, error) {
	start := make(ledger.Scoring, len(r.before.positions))
	for id, p := range r.before.positions {
		start[id] = p.Standing
	}
	x := r.explainer(s, base, now, at)
	walks := make(map[posture.ControlID]map[ledger.Cause]step)
	for i := range s.Outcomes {
		id := s.Outcomes[i].Control.ID
		if position, still := x.still(i); still {
			r.picture.positions[id] = position
			continue
		}
		t := x.transition(i)
		position := Position{Frame: s.Outcomes[i].Frame, Outcomes: t.to, Standing: ledger.Stand(&s.Lines[i])}
		r.picture.positions[id] = position
		if position.equal(&t.from) {
			continue
		}
		walk := t.steps()
		if got := walk[last(t)].standing; got != position.Standing {
			return nil, fmt.Errorf("explain %s: the causes lead to %+v, the rules to %+v", id, got, position.Standing)
		}
		walks[id] = walk
	}
	var steps []ledger.Step
	at0 := start
	if catalogueStep {
		at0 = standings(base)
		steps = append(steps, ledger.Step{Cause: ledger.Catalogue, After: at0})
	}
	for _, cause := range order() {
		at0 = maps.Clone(at0)
		next := ledger.Step{Cause: cause, After: at0, Flipped: make(map[posture.ControlID]*roaring.Bitmap)}
		for id, walk := range walks {
			if w, ok := walk[cause]; ok {
				at0[id], next.Flipped[id] = w.standing, w.flipped
			}
		}
		if cause == ledger.Status || cause == ledger.Exemption {
			next.Actors = r.actors(walks, cause)
		}
		steps = append(steps, next)
	}
	return ledger.Telescope(start, steps)
}

// still returns the position of a control that stands where it stood, and
// false when that cannot be told without looking at its entities: ordinals are
// those of before as long as the kind's roll is.
func (x *explainer) still(i int) (Position, bool) {
	o := &x.scoring.Outcomes[i]
	kind := o.Control.Check.Entity
	before := x.base[o.Control.ID]
	same := x.scoring.kept[i] && x.picture.kinds[kind] == x.run.before.kinds[kind] &&
		before.Standing == ledger.Stand(&x.scoring.Lines[i])
	return before, same
}

func last(t *transition) ledger.Cause {
	if t.control.Check.Entity == "device" {
		return ledger.Device
	}
	return ledger.User
}

func standings(positions map[posture.ControlID]Position) ledger.Scoring {
	s := make(ledger.Scoring, len(positions))
	for id, p := range positions {
		s[id] = p.Standing
	}
	return s
}

// actors names who decided about each control that moved.
func (r *run) actors(walks map[posture.ControlID]map[ledger.Cause]step, cause ledger.Cause) map[posture.ControlID]ledger.Actor {
	actors := make(map[posture.ControlID]ledger.Actor)
	for id := range walks {
		if d := r.decided(id, cause); d != nil {
			actors[id] = actorOf(d)
		}
	}
	return actors
}

// actorOf is who made a decision. One from before people had ids has a name
// only.
func actorOf(d *posture.Decision) ledger.Actor {
	if d.Actor != "" {
		return ledger.Actor(d.Actor)
	}
	return actorID(d.By)
}

// actorID is an opaque id for a name: entries cannot be erased, names can.
func actorID(name string) ledger.Actor {
	if name == "" {
		return ledger.System
	}
	sum := sha256.Sum256([]byte("securescore actor\n" + name))
	return ledger.Actor("person:" + hex.EncodeToString(sum[:8]))
}

// explainer holds what the transitions of all controls need.
type explainer struct {
	*run

	scoring  *Scoring
	base     map[posture.ControlID]Position
	before   *Decisions // in force at the run before
	decided  *Decisions // made since, nothing expired since
	now      *Decisions
	coverage bool
	scratch  rule.Scratch
	earlier  *entity.Model // the new entities at the time of the run before
	records  map[posture.Kind]*roaring.Bitmap
}

func (r *run) explainer(s *Scoring, base map[posture.ControlID]Position, now *Decisions, at time.Time) *explainer {
	x := &explainer{run: r, scoring: s, base: base, now: now, records: make(map[posture.Kind]*roaring.Bitmap)}
	x.before = InForce(s.Catalog.Schema, plain(r.before.decisions), r.before.effective)
	x.decided = inForce(s.Catalog.Schema, plain(r.picture.decisions), at, r.before.effective)
	x.coverage = otherSets(r.before.evidence, r.picture.evidence)
	earlier := *s.Model
	earlier.At = r.before.at
	x.earlier = &earlier
	return x
}

// otherSets reports whether other data sets could be read than before.
func otherSets(before, after *posture.Evidence) bool {
	for name, set := range after.Sets {
		old, ok := before.Sets[name]
		if set.Collected() != (ok && old.Collected()) {
			return true
		}
	}
	for name, set := range before.Sets {
		if set.Collected() && after.Sets[name] == nil {
			return true
		}
	}
	return false
}

func (x *explainer) transition(i int) *transition {
	o := &x.scoring.Outcomes[i]
	kind := o.Control.Check.Entity
	rows := x.rows(kind)
	t := &transition{
		control: o.Control, frame: o.frame, from: x.base[o.Control.ID], to: o.ordinals(rows), coverage: x.coverage,
		before: x.before.Status(o.Control.ID), decided: x.decided.Status(o.Control.ID), now: x.now.Status(o.Control.ID),
		exemptDecided: x.exempt(o, x.decided, rows), exemptNow: x.exempt(o, x.now, rows),
	}
	if t.same() {
		return t
	}
	t.byTime = x.byTime(o, rows)
	t.byRecord = x.byRecord(kind, rows)
	return t
}

// rows are the ordinals of a kind's rows.
func (x *explainer) rows(kind posture.Kind) []int64 {
	known := x.picture.kinds[kind]
	rows := make([]int64, len(known.ordinals))
	for i, o := range known.ordinals {
		rows[i] = int64(o)
	}
	return rows
}

func (x *explainer) exempt(o *Outcome, d *Decisions, rows []int64) *roaring.Bitmap {
	who := roaring.New()
	if o.Frame.Aggregate {
		return who
	}
	kind := o.Control.Check.Entity
	t := x.scoring.Model.Table(kind)
	for key := range d.keys {
		if row, ok := t.Row(key); ok && row < len(rows) && d.Exempted(o.Control.ID, kind, key) {
			who.Add(uint32(rows[row]))
		}
	}
	return who
}

// byTime are the entities whose outcome differs only by the time at which they
// are looked at.
func (x *explainer) byTime(o *Outcome, rows []int64) *roaring.Bitmap {
	if !o.Frame.Collected || o.Frame.Plan == PlanAbsent || x.earlier.At.IsZero() || !readsClock(&o.Control.Check) {
		return roaring.New()
	}
	r := o.Control.Program.Run(x.earlier, &x.scratch)
	then := Outcome{Pass: r.Pass, Fail: r.Fail, Unknown: r.Unknown, Exempt: o.Exempt}
	return ledger.Flipped(then.ordinals(rows), o.ordinals(rows))
}

// byRecord are the entities of a kind whose own raw records changed.
func (x *explainer) byRecord(kind posture.Kind, rows []int64) *roaring.Bitmap {
	if known := x.records[kind]; known != nil {
		return known
	}
	changed := roaring.New()
	x.records[kind] = changed
	t := x.scoring.Model.Table(kind)
	for _, set := range recordSets(x.scoring.Catalog.Schema, kind) {
		for key := range fresh(x.run.before.evidence.Set(set), x.picture.evidence.Set(set)) {
			if row, ok := t.Row(key); ok && row < len(rows) {
				changed.Add(uint32(rows[row]))
			}
		}
	}
	return changed
}

// fresh are the keys of objects that are new or other than before. A data set
// that could not be read before has none: what it shows is not new.
func fresh(old, now *posture.DataSet) map[string]bool {
	keys := make(map[string]bool)
	if entity.SameObjects(old, now) || !old.Collected() {
		return keys
	}
	raw := make(map[string][]byte, len(old.Objects))
	for _, o := range old.Objects {
		raw[o.Key] = o.Raw
	}
	for _, o := range now.Objects {
		if before, ok := raw[o.Key]; !ok || !bytes.Equal(before, o.Raw) {
			keys[o.Key] = true
		}
	}
	return keys
}

// recordSets are the data sets that hold an entity's own records.
func recordSets(schema *entity.Schema, kind posture.Kind) []string {
	spec, ok := schema.Kind(kind)
	switch {
	case !ok:
		return nil
	case spec.DataSet != "":
		return append([]string{spec.DataSet}, spec.Records...)
	case spec.Base != "":
		return recordSets(schema, spec.Base)
	}
	return nil
}
