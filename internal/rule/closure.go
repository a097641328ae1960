// SPDX-License-Identifier: Apache-2.0

package rule

import (
	"securescore/internal/entity"
)

// truthOf compiles a node of shape aBool.
func (n *node) truthOf(in *plan) truthFn {
	switch n.op {
	case opConst:
		truth := n.truth
		return func(frame) entity.Tri { return truth }
	case opField:
		x := n.field
		return func(f frame) entity.Tri { return truthAt(f.column(x), f.row) }
	case opTenant:
		x := n.field
		return func(f frame) entity.Tri {
			c, ok := f.setting(x)
			if !ok {
				return entity.Unknown
			}
			return entity.TriOf(c.True.Has(0))
		}
	case opNot:
		a := n.args[0].truthOf(in)
		return func(f frame) entity.Tri { return a(f).Not() }
	case opAnd, opOr:
		return chain(n.terms(in, n.op, nil), n.op == opOr)
	case opCond:
		return n.chooseTruth(in)
	case opSame:
		a, b := n.args[0].truthOf(in), n.args[1].truthOf(in)
		return func(f frame) entity.Tri { return same(a(f), b(f)) }
	case opLess, opEqual:
		return n.compareNumbers(in)
	case opInInts:
		return n.amongNumbers(in)
	case opExists, opAll, opOne:
		return n.loopOf(in)
	default:
		return n.truthOfTexts(in)
	}
}

func truthAt(c *entity.Column, row int) entity.Tri {
	if !c.Known.Has(row) {
		return entity.Unknown
	}
	return entity.TriOf(c.True.Has(row))
}

func same(a, b entity.Tri) entity.Tri {
	if a == entity.Unknown || b == entity.Unknown {
		return entity.Unknown
	}
	return entity.TriOf(a == b)
}

func (n *node) chooseTruth(in *plan) truthFn {
	c, a, b := n.args[0].truthOf(in), n.args[1].truthOf(in), n.args[2].truthOf(in)
	return func(f frame) entity.Tri {
		switch c(f) {
		case entity.True:
			return a(f)
		case entity.False:
			return b(f)
		case entity.Unknown:
		}
		return entity.Unknown
	}
}

func (n *node) compareNumbers(in *plan) truthFn {
	x, y := n.args[0], n.args[1]
	a, b := x.operand(in), y.operand(in)
	equal := n.op == opEqual
	return func(f frame) entity.Tri {
		x, ok := a.value(&f)
		y, known := b.value(&f)
		switch {
		case !ok || !known:
			return entity.Unknown
		case equal:
			return entity.TriOf(x == y)
		}
		return entity.TriOf(x < y)
	}
}

// numberOf compiles a node of shape anInt, aTime or aDuration.
func (n *node) numberOf(in *plan) numberFn {
	switch n.op {
	case opField:
		x := n.field
		return func(f frame) (int64, bool) {
			c := f.column(x)
			return c.Ints[f.row], c.Known.Has(f.row)
		}
	case opTenant:
		x := n.field
		return func(f frame) (int64, bool) {
			c, ok := f.setting(x)
			if !ok {
				return 0, false
			}
			return c.Ints[0], true
		}
	case opRunTime:
		return func(f frame) (int64, bool) { return f.m.At.UnixMicro(), true }
	case opCond:
		return n.chooseNumber(in)
	case opAdd, opSub:
		return n.arithmetic(in)
	case opSizeText:
		a := n.args[0].textOf(in)
		return func(f frame) (int64, bool) {
			s, ok := a(f)
			return characters(s), ok
		}
	case opSizeList:
		return n.lengthOf(in)
	default: // opConst
		v := n.num
		return func(frame) (int64, bool) { return v, true }
	}
}

func (n *node) chooseNumber(in *plan) numberFn {
	return either(n.args[0].truthOf(in), n.args[1].numberOf(in), n.args[2].numberOf(in))
}

// either is a ? : of any type of value; it is unknown when the condition is.
func either[T any](c truthFn, a, b func(frame) (T, bool)) func(frame) (T, bool) {
	return func(f frame) (v T, ok bool) {
		switch c(f) {
		case entity.True:
			return a(f)
		case entity.False:
			return b(f)
		case entity.Unknown:
		}
		return v, false
	}
}

func (n *node) arithmetic(in *plan) numberFn {
	a, b := n.args[0].operand(in), n.args[1].operand(in)
	do := arithmeticOf(n)
	return func(f frame) (int64, bool) {
		x, ok := a.value(&f)
		y, known := b.value(&f)
		if !ok || !known {
			return 0, false
		}
		return do(x, y)
	}
}

// operand is a number of a comparison or a sum. Most are fields and constants,
// which need no closure.
type operand struct {
	column int // of the entity, or one of the two below
	num    int64
	other  numberFn
}

const (
	constantOperand = -1
	otherOperand    = -2
)

func (n *node) operand(in *plan) operand {
	switch n.op {
	case opField:
		return operand{column: n.field.index}
	case opConst:
		return operand{column: constantOperand, num: n.num}
	default:
		return operand{column: otherOperand, other: n.numberOf(in)}
	}
}

func (o *operand) value(f *frame) (int64, bool) {
	switch o.column {
	case constantOperand:
		return o.num, true
	case otherOperand:
		return o.other(*f)
	}
	c := f.t.Column(o.column)
	return c.Ints[f.row], c.Known.Has(f.row)
}
