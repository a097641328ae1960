// SPDX-License-Identifier: Apache-2.0

package rule

import (
	"securescore/internal/entity"
)

// columnOf compiles a node of shape aList that is a field.
func (n *node) columnOf(in *plan) listFn {
	x := n.field
	switch {
	case n.op == opTenant:
		return func(f frame) (*entity.Column, uint32, bool) {
			c, ok := f.setting(x)
			if !ok {
				return nil, 0, false
			}
			return c, c.Codes[0], true
		}
	case in != nil:
		return func(f frame) (*entity.Column, uint32, bool) {
			return f.column(x), uint32(f.row), f.row != noValue
		}
	}
	return func(f frame) (*entity.Column, uint32, bool) {
		c := f.column(x)
		return c, c.Codes[f.row], c.Known.Has(f.row)
	}
}

// lengthOf compiles size(list).
func (n *node) lengthOf(in *plan) numberFn {
	l := n.args[0]
	if l.op == opConst {
		size := int64(len(l.list))
		return func(frame) (int64, bool) { return size, true }
	}
	list := l.columnOf(in)
	return func(f frame) (int64, bool) {
		c, code, ok := list(f)
		if !ok {
			return 0, false
		}
		return int64(len(c.Distinct(code))), true
	}
}

// loopOf compiles exists, all and exists_one.
func (n *node) loopOf(in *plan) truthFn {
	over, body, depth := n.args[0], n.args[1].truthOf(in), n.num
	kind := n.op
	if over.op == opConst {
		list := over.list
		return func(f frame) entity.Tri {
			fold := folding(kind)
			for _, s := range list {
				f.run.vars[depth] = s
				if fold.add(body(f)) {
					break
				}
			}
			return fold.result()
		}
	}
	list := over.columnOf(in)
	item := func(f frame, c *entity.Column, code uint32) entity.Tri {
		f.run.vars[depth] = c.Dict.Value(code)
		return body(f)
	}
	if in != nil && over.op == opField {
		item = in.remember(over.field.index, item)
	}
	return func(f frame) entity.Tri {
		c, code, ok := list(f)
		if !ok {
			return entity.Unknown
		}
		fold := folding(kind)
		for _, code := range c.Distinct(code) {
			if fold.add(item(f, c, code)) {
				break
			}
		}
		return fold.result()
	}
}

// itemFn is the condition of a loop for one item of a column's list.
type itemFn func(f frame, c *entity.Column, code uint32) entity.Tri

// remember asks the condition once per run for each distinct item: it reads
// nothing that differs from row to row.
func (p *plan) remember(column int, ask itemFn) itemFn {
	at := p.slot(func(r *run, s *slot) { s.clear(r.t.Column(column).Dict.Len()) })
	return func(f frame, c *entity.Column, code uint32) entity.Tri {
		table := f.run.slots[at].table
		switch table[code] {
		case isTrue:
			return entity.True
		case isFalse:
			return entity.False
		case isUnknown:
			return entity.Unknown
		}
		truth := ask(f, c, code)
		table[code] = noted(truth)
		return truth
	}
}

// fold adds up the items of a loop.
type fold struct {
	op      op
	hits    int
	misses  int
	unknown bool
}

func folding(o op) fold { return fold{op: o} }

// add takes the next item and reports whether the result is settled.
func (f *fold) add(t entity.Tri) bool {
	switch t {
	case entity.True:
		f.hits++
		return f.op == opExists
	case entity.False:
		f.misses++
		return f.op == opAll
	case entity.Unknown:
		f.unknown = true
	}
	return f.op == opOne && f.unknown
}

// result follows CEL: exists and all absorb what is unknown as || and && do,
// exists_one does not.
func (f *fold) result() entity.Tri {
	switch {
	case f.op == opExists && f.hits > 0:
		return entity.True
	case f.op == opAll && f.misses > 0:
		return entity.False
	case f.unknown:
		return entity.Unknown
	case f.op == opExists:
		return entity.False
	case f.op == opAll:
		return entity.True
	}
	return entity.TriOf(f.hits == 1)
}
