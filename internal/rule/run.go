// SPDX-License-Identifier: Apache-2.0

package rule

import (
	"securescore/internal/entity"
)

// Scratch holds the buffers of runs. The zero Scratch is ready. It may be used
// for any number of programs, one after the other.
type Scratch struct {
	out         Outcomes
	where, pass run
}

// Run evaluates the rule for all rows, 64 at a time. The result is valid until
// the next run with the same scratch.
func (p *Program) Run(m *entity.Model, s *Scratch) Outcomes {
	t := p.table(m)
	rows := t.Len()
	defer s.release()
	s.out = Outcomes{Pass: sized(s.out.Pass, rows), Fail: sized(s.out.Fail, rows), Unknown: sized(s.out.Unknown, rows)}
	p.pass.plan.start(&s.pass, m, t)
	pass := p.pass.plan.root
	if p.where == nil {
		for i := range s.out.Pass {
			need := everyRow(rows, i)
			yes, unknown := pass(&s.pass, i, need)
			put(&s.out, i, need, yes, unknown, 0)
		}
		return s.out
	}
	p.where.plan.start(&s.where, m, t)
	where := p.where.plan.root
	for i := range s.out.Pass {
		every := everyRow(rows, i)
		need, unscoped := where(&s.where, i, every)
		var yes, unknown uint64
		if need &= every; need != 0 {
			yes, unknown = pass(&s.pass, i, need)
		}
		put(&s.out, i, need, yes, unknown, unscoped&every)
	}
	return s.out
}

// release lets the model go, which may be large; the buffers stay.
func (s *Scratch) release() {
	for _, r := range []*run{&s.where, &s.pass} {
		r.m, r.t, r.vars = nil, nil, [maxLoops]string{}
	}
}

// put writes the outcomes of 64 rows: those in need have an outcome by yes and
// unknown, those in unscoped are unknown (design 3.4).
func put(o *Outcomes, i int, need, yes, unknown, unscoped uint64) {
	o.Pass[i] = need & yes
	o.Unknown[i] = need&unknown | unscoped
	o.Fail[i] = need &^ (yes | unknown)
}

// everyRow are the rows that word i has.
func everyRow(rows, i int) uint64 {
	if left := rows - i<<6; left < 64 {
		return 1<<left - 1
	}
	return ^uint64(0)
}

func sized(b entity.Bits, rows int) entity.Bits {
	words := entity.Words(rows)
	if cap(b) < words {
		return entity.NewBits(rows)
	}
	return b[:words]
}
