// SPDX-License-Identifier: Apache-2.0

package assess

import (
	"github.com/RoaringBitmap/roaring/v2"

	"securescore/internal/catalog"
	"securescore/internal/ledger"
	"securescore/internal/posture"
	"securescore/internal/score"
)

// Position is where one control stood after a run: what a next run compares
// with. The zero Position is a control that nothing is known of.
type Position struct {
	Frame    Frame
	Outcomes ledger.Outcomes
	Standing ledger.Standing
}

// transition is the way of one control from one run to the next. The fields
// are what each cause needs to be let in alone.
type transition struct {
	control *catalog.Control
	frame   frame    // of the new run
	from    Position // after the catalogue step
	to      ledger.Outcomes
	// before, decided and now are the decisions of the run before; those that
	// people have made since, without what expired; and those in force.
	before, decided, now *posture.Decision
	// exemptDecided and exemptNow are all exempt entities in the same sense.
	exemptDecided, exemptNow *roaring.Bitmap
	// byTime and byRecord are entities whose outcome the passing of time changes,
	// and whose own raw record changed.
	byTime, byRecord *roaring.Bitmap
	// coverage says that other data sets than before could be read.
	coverage bool
}

// step is where the control stands once a cause has been let in.
type step struct {
	standing ledger.Standing
	flipped  *roaring.Bitmap
}

// steps lets the causes in, one after the other, in the order of the ledger.
// The last one leaves the control exactly where the new run puts it.
func (t *transition) steps() map[ledger.Cause]step {
	w := walk{transition: t, at: t.from.Outcomes, decision: t.before, steps: make(map[ledger.Cause]step)}
	w.standing = t.from.Standing
	first := t.from.Frame.Plan == ""
	switched := first || t.from.Frame.Collected != t.frame.Collected || t.from.Frame.Aggregate != t.frame.Aggregate
	replanned := !switched && t.from.Frame.Plan != t.frame.Plan
	switch {
	case switched:
		// The entities of before and after are not the same thing: all at once.
		next := t.to
		next.Exempt = roaring.And(bitmap(t.from.Outcomes.Exempt), t.to.Scope())
		w.let(ledger.Coverage, next)
	case !replanned && t.coverage:
		w.rows(ledger.Coverage, t.revealed())
	}
	// A control whose plan came or went keeps its standing until configuration.
	w.frozen = replanned
	w.exempt(ledger.Exemption, t.exemptDecided)
	w.decide(ledger.Status, t.decided)
	w.rows(ledger.Population, ledger.Moved(w.at, t.to))
	w.exempt(ledger.Time, t.exemptNow)
	w.decide(ledger.Time, t.now)
	w.rows(ledger.Time, t.byTime)
	w.frozen = false
	w.rows(ledger.Configuration, roaring.AndNot(ledger.Flipped(w.at, t.to), t.own()))
	cause := ledger.User
	if t.control.Check.Entity == "device" {
		cause = ledger.Device
	}
	w.let(cause, t.to)
	return w.steps
}

// revealed are entities that became known or unknown when the data sets that
// could be read changed.
func (t *transition) revealed() *roaring.Bitmap {
	changed := roaring.Xor(bitmap(t.from.Outcomes.Unknown), bitmap(t.to.Unknown))
	return roaring.AndNot(changed, ledger.Moved(t.from.Outcomes, t.to))
}

// own are the entities whose own record explains a flip: people and devices.
func (t *transition) own() *roaring.Bitmap {
	switch t.control.Check.Entity {
	case "user", "admin", "mailbox", "device":
		return bitmap(t.byRecord)
	}
	return roaring.New()
}

// walk is a transition under way.
type walk struct {
	*transition

	at       ledger.Outcomes
	decision *posture.Decision
	standing ledger.Standing
	frozen   bool
	steps    map[ledger.Cause]step
}

// rows lets the given entities stand as they do in the new run.
func (w *walk) rows(cause ledger.Cause, which *roaring.Bitmap) {
	w.let(cause, ledger.Blend(w.at, w.to, bitmap(which)))
}

// exempt replaces who is exempt.
func (w *walk) exempt(cause ledger.Cause, who *roaring.Bitmap) {
	next := w.at
	next.Exempt = roaring.And(bitmap(who), w.at.Scope())
	w.let(cause, next)
}

func (w *walk) decide(cause ledger.Cause, d *posture.Decision) {
	w.decision = d
	w.let(cause, w.at)
}

// let moves on to the next outcomes and notes where the control stands then.
func (w *walk) let(cause ledger.Cause, next ledger.Outcomes) {
	flipped := ledger.Flipped(w.at, next)
	w.at = next
	if !w.frozen {
		measured, exempted := next.Counts()
		line := score.Evaluate(Scored(w.control), w.frame.judge(measured, exempted), w.decision)
		w.standing = ledger.Stand(&line)
	}
	if before, ok := w.steps[cause]; ok {
		flipped.Or(before.flipped)
	}
	w.steps[cause] = step{w.standing, flipped}
}

func bitmap(b *roaring.Bitmap) *roaring.Bitmap {
	if b == nil {
		return roaring.New()
	}
	return b
}
