// SPDX-License-Identifier: Apache-2.0

package assess

import (
	"slices"

	"securescore/internal/catalog"
	"securescore/internal/entity"
	"securescore/internal/posture"
	"securescore/internal/rule"
)

// Exempted says whether people have taken an entity out of a control.
type Exempted func(control posture.ControlID, kind posture.Kind, key string) bool

// Outcome is what the rules say of one control: the assessment, and behind it
// every entity in scope, as rows of the kind's table.
type Outcome struct {
	Control    *catalog.Control
	Assessment posture.Assessment
	Frame      Frame
	// Pass, Fail and Unknown are the real outcomes of all rows in scope; Exempt
	// are those of them that people have taken out. Empty when nothing was read.
	Pass, Fail, Unknown, Exempt entity.Bits

	frame frame
}

// Evaluate applies one control to a model. The scratch may be reused for the
// next control. A nil exempted exempts nothing.
func Evaluate(c *catalog.Control, m *entity.Model, exempted Exempted, s *rule.Scratch) Outcome {
	f := frameOf(c, m)
	o := Outcome{Control: c, Frame: f.Frame, frame: f}
	if f.Collected {
		r := c.Program.Run(m, s)
		o.Pass, o.Fail, o.Unknown = slices.Clone(r.Pass), slices.Clone(r.Fail), slices.Clone(r.Unknown)
		if f.Plan == PlanAbsent {
			o.failAll()
		}
		o.exempt(m.Table(c.Check.Entity), exempted)
	}
	o.Assessment = f.judge(o.counts())
	if o.Assessment.State == posture.NotAssessed && (o.Assessment.Reason.Code == "" || f.Aggregate) {
		o.Assessment.Reason = o.whyUnknown(m)
	}
	o.Assessment.Strict = strict(c, m)
	return o
}

// failAll turns every entity in scope into a fail: whatever is configured has
// no effect without the plan.
func (o *Outcome) failAll() {
	for i := range o.Fail {
		o.Fail[i] |= o.Pass[i] | o.Unknown[i]
		o.Pass[i], o.Unknown[i] = 0, 0
	}
}

func (o *Outcome) exempt(t *entity.Table, exempted Exempted) {
	o.Exempt = entity.NewBits(t.Len())
	if exempted == nil || o.Frame.Aggregate {
		return // nobody knows how many a group is, so it cannot be taken out
	}
	for row, key := range t.Keys {
		if o.inScope(row) && exempted(o.Control.ID, o.Control.Check.Entity, key) {
			o.Exempt.Add(row)
		}
	}
}

func (o *Outcome) inScope(row int) bool {
	return o.Pass.Has(row) || o.Fail.Has(row) || o.Unknown.Has(row)
}

func (o *Outcome) counts() (measured, exempted posture.Counts) {
	return posture.Counts{Pass: o.Pass.Count(), Fail: o.Fail.Count(), Unknown: o.Unknown.Count()},
		posture.Counts{Pass: o.Pass.CountAnd(o.Exempt), Fail: o.Fail.CountAnd(o.Exempt), Unknown: o.Unknown.CountAnd(o.Exempt)}
}

// whyUnknown explains a control that unknown entities leave open, by the first
// of them that nobody has taken out.
func (o *Outcome) whyUnknown(m *entity.Model) posture.Reason {
	for row := range o.Unknown.Rows {
		if o.Exempt.Has(row) {
			continue
		}
		if why := o.Control.Program.Why(m, row); why.Code != "" {
			return why
		}
	}
	if o.Assessment.Reason.Code != "" {
		return o.Assessment.Reason
	}
	return posture.Reason{Code: posture.Undecided, Detail: "the evidence does not settle it"}
}

// strict is the verdict of strict mode, empty where it has no meaning.
func strict(c *catalog.Control, m *entity.Model) posture.Outcome {
	if c.Check.Strict == "" {
		return ""
	}
	tenant := m.Table("tenant")
	if tenant.Len() == 0 {
		return posture.Unknown
	}
	switch tenant.Bool(0, c.Check.Strict) {
	case entity.True:
		return posture.Pass
	case entity.False:
		return posture.Fail
	case entity.Unknown:
	}
	return posture.Unknown
}
