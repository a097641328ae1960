// SPDX-License-Identifier: Apache-2.0

package rule

import (
	"cmp"
	"slices"

	"securescore/internal/entity"
)

// words evaluates 64 rows at once: those of word i. Bits outside of need mean
// nothing; inside of it a row is in t when the expression is true, in u when it
// is unknown, and in neither when it is false.
type words func(r *run, i int, need uint64) (t, u uint64)

// vec is a lowered expression with what it costs about for 64 rows, so that
// the cheap side of && and || goes first and spares the dear one rows.
type vec struct {
	do   words
	cost int
}

// The costs of leaves, measured on one machine; only their order matters.
const (
	costScalar = iota
	costBits
	costNumbers
	costCodes
	costTable
	costCalls
)

// plan is what a full run of an expression does: first each prepare once, then
// the words of all rows.
type plan struct {
	spec    *entity.KindSpec
	prepare []func(r *run)
	slots   int
	root    words
}

// run is the state of one full run. What prepare finds out stands in slots.
type run struct {
	m     *entity.Model
	t     *entity.Table
	slots []slot
	vars  [maxLoops]string // of loops, by depth
}

// slot is what one leaf remembers for a run. Each leaf uses some members.
type slot struct {
	known bool       // the scalars that the leaf compares with
	truth entity.Tri // of an expression that is the same for all rows, or where the column is unknown
	code  uint32
	in    span // rows whose number lies here are true
	valid span // rows whose number lies elsewhere are unknown
	how   lifting
	mask  [2]uint64 // distinct values that are true, and unknown
	table []uint8   // by distinct value
}

func newPlan(spec *entity.KindSpec, root *node) *plan {
	p := &plan{spec: spec}
	p.root = p.vec(root, false).do
	return p
}

// slot reserves a slot, filled in by prepare before the first word.
func (p *plan) slot(prepare func(r *run, s *slot)) int {
	i := p.slots
	p.slots++
	p.prepare = append(p.prepare, func(r *run) { prepare(r, &r.slots[i]) })
	return i
}

// start makes the run ready for this plan, with the buffers it has.
func (p *plan) start(r *run, m *entity.Model, t *entity.Table) {
	r.m, r.t = m, t
	for len(r.slots) < p.slots {
		r.slots = append(r.slots, slot{})
	}
	for i := range r.slots[:p.slots] {
		r.slots[i] = slot{table: r.slots[i].table[:0]}
	}
	for _, prepare := range p.prepare {
		prepare(r)
	}
}

// vec lowers a node of shape aBool, or its negation.
func (p *plan) vec(n *node, negate bool) vec {
	if n.scalar() {
		return p.scalar(n, negate)
	}
	if p.lifts(n) {
		return p.lift(n, negate)
	}
	return p.structure(n, negate)
}

func (p *plan) structure(n *node, negate bool) vec {
	switch n.op {
	case opField:
		return flags(n.field.index, negate)
	case opNot:
		return p.vec(n.args[0], !negate)
	case opAnd, opOr:
		parts := p.flatten(n, n.op, negate, nil)
		if (n.op == opAnd) != negate {
			return and(parts)
		}
		return or(parts)
	case opSame:
		return equal(p.vec(n.args[0], negate), p.vec(n.args[1], false))
	case opCond:
		return choose(p.vec(n.args[0], false), p.vec(n.args[1], negate), p.vec(n.args[2], negate))
	case opLess, opEqual:
		return p.numbers(n, negate)
	case opEqualText:
		return p.equalText(n, negate)
	case opInText:
		return p.amongTexts(n, negate)
	default:
		return calls(n, negate)
	}
}

// flatten lowers the operands of a chain of the same operator, cheap ones
// first: in Kleene's logic their order does not matter.
func (p *plan) flatten(n *node, o op, negate bool, parts []vec) []vec {
	for _, a := range n.args {
		if a.op == o {
			parts = p.flatten(a, o, negate, parts)
			continue
		}
		parts = append(parts, p.vec(a, negate))
	}
	slices.SortStableFunc(parts, func(a, b vec) int { return cmp.Compare(a.cost, b.cost) })
	return parts
}

func total(parts []vec) int {
	sum := 0
	for _, x := range parts {
		sum += x.cost
	}
	return sum
}

func and(parts []vec) vec {
	if len(parts) == 2 {
		return and2(parts[0], parts[1])
	}
	return vec{func(r *run, i int, need uint64) (t, u uint64) {
		t = need
		for j := range parts {
			a, b := parts[j].do(r, i, t|u)
			// Unknown as soon as one side is unknown and none is false.
			u = t&b | u&(a|b)
			if t &= a; t|u == 0 {
				break
			}
		}
		return t, u
	}, total(parts)}
}

func and2(x, y vec) vec {
	first, second := x.do, y.do
	return vec{func(r *run, i int, need uint64) (t, u uint64) {
		t, u = first(r, i, need)
		if need &= t | u; need == 0 {
			return 0, 0
		}
		a, b := second(r, i, need)
		return t & a & need, (t&b | u&(a|b)) & need
	}, x.cost + y.cost}
}

func or(parts []vec) vec {
	return vec{func(r *run, i int, need uint64) (t, u uint64) {
		for j := range parts {
			a, b := parts[j].do(r, i, need)
			t |= a & need
			u |= b & need
			if need &^= a; need == 0 {
				break
			}
		}
		return t, u &^ t
	}, total(parts)}
}

func equal(x, y vec) vec {
	return vec{func(r *run, i int, need uint64) (t, u uint64) {
		a, b := x.do(r, i, need)
		c, d := y.do(r, i, need)
		u = b | d
		return ^(a ^ c) &^ u, u
	}, x.cost + y.cost}
}

func choose(c, x, y vec) vec {
	return vec{func(r *run, i int, need uint64) (t, u uint64) {
		yes, unknown := c.do(r, i, need)
		no := need &^ (yes | unknown)
		if yes &= need; yes != 0 {
			a, b := x.do(r, i, yes)
			t, u = a&yes, b&yes
		}
		if no != 0 {
			a, b := y.do(r, i, no)
			t, u = t|a&no, u|b&no
		}
		return t, u | unknown
	}, c.cost + x.cost + y.cost}
}

// scalar is an expression that is the same for all rows.
func (p *plan) scalar(n *node, negate bool) vec {
	truth := n.truthOf(nil)
	at := p.slot(func(r *run, s *slot) {
		s.truth = truth(frame{m: r.m, t: r.t, run: r})
		if negate {
			s.truth = s.truth.Not()
		}
	})
	return vec{func(r *run, _ int, _ uint64) (t, u uint64) {
		switch r.slots[at].truth {
		case entity.True:
			return ^uint64(0), 0
		case entity.False:
			return 0, 0
		case entity.Unknown:
		}
		return 0, ^uint64(0)
	}, costScalar}
}

// flags is a column of bools.
func flags(column int, negate bool) vec {
	if negate {
		return vec{func(r *run, i int, _ uint64) (t, u uint64) {
			c := r.t.Column(column)
			return c.Known[i] &^ c.True[i], ^c.Known[i]
		}, costBits}
	}
	return vec{func(r *run, i int, _ uint64) (t, u uint64) {
		c := r.t.Column(column)
		return c.True[i], ^c.Known[i]
	}, costBits}
}

// calls asks the closure about each row that is needed.
func calls(n *node, negate bool) vec {
	truth := n.truthOf(nil)
	return vec{func(r *run, i int, need uint64) (t, u uint64) {
		for ; need != 0; need &= need - 1 {
			bit := need & -need
			switch truth(frame{m: r.m, t: r.t, row: i<<6 + trailing(need), run: r}) {
			case entity.True:
				t |= bit
			case entity.Unknown:
				u |= bit
			case entity.False:
			}
		}
		if negate {
			t = ^(t | u)
		}
		return t, u
	}, costCalls}
}
