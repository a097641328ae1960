// SPDX-License-Identifier: Apache-2.0

package rule

import (
	"securescore/internal/entity"
)

// lifting is how an expression over one column of texts or lists is evaluated:
// once for each distinct value, of which there are few.
type lifting uint8

const (
	byMask  lifting = iota + 1 // up to 64 values: a bit each
	byTable                    // a byte each, all computed before the first row
	byNeed                     // a byte each, computed when a row first needs it
	byParts                    // too many values: the operands each in their own way
)

// What a table holds for a distinct value: 0 as long as it is not computed.
const (
	isUnknown = iota + 1
	isFalse
	isTrue
)

func noted(t entity.Tri) uint8 {
	switch t {
	case entity.True:
		return isTrue
	case entity.False:
		return isFalse
	case entity.Unknown:
	}
	return isUnknown
}

// lifts reports whether a node reads nothing of the entity but one column of
// texts or lists.
func (p *plan) lifts(n *node) bool {
	if !n.row || n.column < 0 {
		return false
	}
	switch n.op {
	case opNot: // its operand is lifted, and negated for nothing
		return false
	case opEqualText:
		if _, _, ok := textAgainst(n); ok {
			return false
		}
	case opInText:
		if n.args[0].op == opField && n.args[1].op == opConst {
			return false
		}
	default:
	}
	typ := p.spec.Fields[n.column].Type
	return typ == entity.String || typ == entity.Strings
}

// distinct is the number of distinct values of a column of codes.
func distinct(c *entity.Column) int {
	if c.Type == entity.Strings {
		return len(c.Lists)
	}
	return c.Dict.Len()
}

// lift evaluates a node by the distinct values of its column.
func (p *plan) lift(n *node, negate bool) vec {
	parts := n.op == opAnd || n.op == opOr || n.op == opCond || n.op == opSame
	var whole words
	if parts {
		whole = p.structure(n, negate).do
	}
	truth := n.truthOf(p)
	if negate {
		affirm := truth
		truth = func(f frame) entity.Tri { return affirm(f).Not() }
	}
	column := n.column
	at := p.slot(func(r *run, s *slot) {
		c := r.t.Column(column)
		s.truth = truth(frame{m: r.m, t: r.t, row: noValue, run: r})
		s.how = s.choose(distinct(c), r.t.Len(), parts)
		s.fill(r, truth, distinct(c))
	})
	return vec{func(r *run, i int, need uint64) (t, u uint64) {
		s, c := &r.slots[at], r.t.Column(column)
		known := c.Known[i]
		switch s.how {
		case byMask:
			t, u = s.masked(c, i)
		case byTable:
			t, u = s.looked(c, i)
		case byNeed:
			t, u = s.asked(r, c, i, need&known, truth)
		case byParts:
			return whole(r, i, need)
		}
		t, u = t&known, u&known
		switch s.truth { // an unknown value can be absorbed by the rest
		case entity.True:
			t |= ^known
		case entity.Unknown:
			u |= ^known
		case entity.False:
		}
		return t, u
	}, costTable}
}

// choose takes the way that suits the number of values and rows.
func (s *slot) choose(values, rows int, parts bool) lifting {
	switch {
	case values <= 64:
		return byMask
	case values <= rows/8:
		return byTable
	case parts:
		return byParts
	}
	return byNeed
}

func (s *slot) fill(r *run, truth truthFn, values int) {
	switch s.how {
	case byMask:
		for code := range values {
			switch truth(frame{m: r.m, t: r.t, row: code, run: r}) {
			case entity.True:
				s.mask[0] |= 1 << code
			case entity.Unknown:
				s.mask[1] |= 1 << code
			case entity.False:
			}
		}
	case byTable:
		s.clear(values)
		for code := range values {
			s.table[code] = noted(truth(frame{m: r.m, t: r.t, row: code, run: r}))
		}
	case byNeed:
		s.clear(values)
	case byParts:
	}
}

// clear makes the table hold nothing for a number of values.
func (s *slot) clear(values int) {
	if cap(s.table) < values {
		s.table = make([]uint8, values)
		return
	}
	s.table = s.table[:values]
	clear(s.table)
}

func (s *slot) masked(c *entity.Column, i int) (t, u uint64) {
	t = picked(c.Codes[i<<6:], s.mask[0])
	if s.mask[1] != 0 {
		u = picked(c.Codes[i<<6:], s.mask[1])
	}
	return t, u
}

// picked are the rows whose code is in the mask.
func picked(codes []uint32, mask uint64) uint64 {
	w := uint64(0)
	if len(codes) >= 64 {
		for _, code := range (*[64]uint32)(codes) {
			w = w>>1 | mask>>(code&63)<<63
		}
		return w
	}
	for j, code := range codes {
		w |= mask >> (code & 63) & 1 << j
	}
	return w
}

func (s *slot) looked(c *entity.Column, i int) (t, u uint64) {
	for j, code := range c.Codes[i<<6 : min(i<<6+64, len(c.Codes))] {
		switch s.table[code] {
		case isTrue:
			t |= 1 << j
		case isUnknown:
			u |= 1 << j
		}
	}
	return t, u
}

func (s *slot) asked(r *run, c *entity.Column, i int, need uint64, truth truthFn) (t, u uint64) {
	for ; need != 0; need &= need - 1 {
		code := c.Codes[i<<6+trailing(need)]
		b := s.table[code]
		if b == 0 {
			b = noted(truth(frame{m: r.m, t: r.t, row: int(code), run: r}))
			s.table[code] = b
		}
		switch bit := need & -need; b {
		case isTrue:
			t |= bit
		case isUnknown:
			u |= bit
		}
	}
	return t, u
}
