// SPDX-License-Identifier: Apache-2.0

package rule

// textAgainst takes field == scalar apart.
func textAgainst(n *node) (column int, with *node, ok bool) {
	a, b := n.args[0], n.args[1]
	switch {
	case a.op == opField && b.scalar():
		return a.field.index, b, true
	case b.op == opField && a.scalar():
		return b.field.index, a, true
	}
	return 0, nil, false
}

// equalText lowers field == scalar to a comparison of codes.
func (p *plan) equalText(n *node, negate bool) vec {
	column, with, ok := textAgainst(n)
	if !ok {
		return calls(n, negate)
	}
	text := with.textOf(nil)
	at := p.slot(func(r *run, s *slot) {
		value, ok := text(frame{m: r.m, t: r.t, run: r})
		s.known = ok
		s.code = noCode
		if code, held := r.t.Column(column).Dict.Lookup(value); held {
			s.code = code
		}
	})
	flip := uint64(0)
	if negate {
		flip = ^flip
	}
	return vec{func(r *run, i int, _ uint64) (t, u uint64) {
		s, c := &r.slots[at], r.t.Column(column)
		if !s.known {
			return 0, ^uint64(0)
		}
		known := c.Known[i]
		return (coded(c.Codes[i<<6:], s.code) ^ flip) & known, ^known
	}, costCodes}
}

// noCode is the code of a text that no row holds: a dictionary is smaller.
const noCode = ^uint32(0)

// coded are the rows that have the code.
func coded(codes []uint32, code uint32) uint64 {
	w := uint64(0)
	if len(codes) >= 64 {
		for _, c := range (*[64]uint32)(codes) {
			b := uint64(0)
			if c == code {
				b = 1
			}
			w = w>>1 | b<<63
		}
		return w
	}
	for j, c := range codes {
		if c == code {
			w |= 1 << j
		}
	}
	return w
}

// amongTexts lowers field in [constants]: the constants are looked up, not the
// values of the column.
func (p *plan) amongTexts(n *node, negate bool) vec {
	if n.args[0].op != opField || n.args[1].op != opConst {
		return calls(n, negate)
	}
	column, list := n.args[0].field.index, n.args[1].list
	flip := uint64(0)
	if negate {
		flip = ^flip
	}
	at := p.slot(func(r *run, s *slot) {
		dict := &r.t.Column(column).Dict
		s.clear(dict.Len())
		for _, text := range list {
			if code, ok := dict.Lookup(text); ok {
				s.table[code] = 1
				s.mask[0] |= 1 << (code & 63) // used when there are at most 64 codes
			}
		}
	})
	return vec{func(r *run, i int, _ uint64) (t, u uint64) {
		s, c := &r.slots[at], r.t.Column(column)
		known := c.Known[i]
		if len(s.table) <= 64 {
			return (picked(c.Codes[i<<6:], s.mask[0]) ^ flip) & known, ^known
		}
		for j, code := range c.Codes[i<<6 : min(i<<6+64, len(c.Codes))] {
			t |= uint64(s.table[code]) << j
		}
		return (t ^ flip) & known, ^known
	}, costCodes}
}
