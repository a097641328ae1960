// SPDX-License-Identifier: Apache-2.0

package rule

import (
	"fmt"
	"slices"
	"sync"

	"securescore/internal/entity"
	"securescore/internal/posture"
)

// Entity is the kind that the rule counts.
func (p *Program) Entity() posture.Kind { return p.spec.Kind }

// Fields are the fields of the entity that pass reads, as the schema names
// them, in the order of first use: "mfa.registered".
func (p *Program) Fields() []string {
	var names []string
	for _, x := range p.pass.reads {
		if x.kind == p.spec.Kind && !slices.Contains(names, x.name) {
			names = append(names, x.name)
		}
	}
	return names
}

// Reads are all fields that where and pass read, as rules write them, in the
// order of first use: "user.enabled", "tenant.authorizationPolicy.allowInvitesFrom".
func (p *Program) Reads() []string {
	var paths []string
	for _, x := range []*expression{p.where, p.pass} {
		if x == nil {
			continue
		}
		for _, f := range x.reads {
			if !slices.Contains(paths, f.path) {
				paths = append(paths, f.path)
			}
		}
	}
	return paths
}

// close makes the closures for single rows.
func (p *Program) close() {
	p.passes = p.pass.root.term(nil)
	loops := p.pass.root.loops
	if p.where != nil {
		p.scopes = p.where.root.term(nil)
		loops = loops || p.where.root.loops
	}
	if loops {
		p.loops = &sync.Pool{New: func() any { return new(run) }}
	}
}

// Row evaluates the rule for one row: whether the entity is in scope, and
// whether it passes, which means something only as far as it is in scope.
func (p *Program) Row(m *entity.Model, row int) (scope, pass entity.Tri) {
	f := p.open(m, row)
	scope = entity.True
	if p.where != nil {
		scope = p.scopes.truth(&f)
	}
	pass = p.passes.truth(&f)
	p.done(f)
	return scope, pass
}

// RowOutcome is the outcome of one row, and false when the entity is out of
// scope. An entity of which nobody knows whether it is in scope counts as
// unknown (design 3.4).
func (p *Program) RowOutcome(m *entity.Model, row int) (posture.Outcome, bool) {
	f := p.open(m, row)
	truth := entity.True
	if p.where != nil {
		truth = p.scopes.truth(&f)
	}
	if truth == entity.False {
		p.done(f)
		return "", false
	}
	if truth == entity.True {
		truth = p.passes.truth(&f)
	}
	p.done(f)
	switch truth {
	case entity.True:
		return posture.Pass, true
	case entity.False:
		return posture.Fail, true
	case entity.Unknown:
	}
	return posture.Unknown, true
}

// open makes the frame of a row, to be given to done.
func (p *Program) open(m *entity.Model, row int) frame {
	f := frame{m: m, t: p.table(m), row: row}
	if p.loops != nil {
		f.run, _ = p.loops.Get().(*run)
	}
	return f
}

func (p *Program) done(f frame) {
	if p.loops != nil {
		f.run.vars = [maxLoops]string{} // they would keep the texts of the model
		p.loops.Put(f.run)
	}
}

// table is the table of the entity. Columns are found by position, so that a
// model of another schema would give the values of other fields: it panics.
func (p *Program) table(m *entity.Model) *entity.Table {
	t := m.TableOf(p.spec)
	if t == nil {
		panic(fmt.Sprintf("rule over %s: the model has another schema than the rule was compiled with", p.spec.Kind))
	}
	return t
}

// Outcomes are the rows of a table by outcome. The three sets do not meet;
// together they are the entities in scope.
type Outcomes struct {
	Pass, Fail, Unknown entity.Bits
}

// Clone returns outcomes that no later run changes.
func (o Outcomes) Clone() Outcomes {
	return Outcomes{Pass: slices.Clone(o.Pass), Fail: slices.Clone(o.Fail), Unknown: slices.Clone(o.Unknown)}
}

// Counts are the sizes of the three sets.
func (o Outcomes) Counts() posture.Counts {
	return posture.Counts{Pass: o.Pass.Count(), Fail: o.Fail.Count(), Unknown: o.Unknown.Count()}
}
