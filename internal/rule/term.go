// SPDX-License-Identifier: Apache-2.0

package rule

import (
	"securescore/internal/entity"
)

// term is a condition of a rule or of a chain of && or ||. The conditions that
// most rules are made of are evaluated in place: a closure each takes twice the
// time.
type term struct {
	kind   termKind
	negate bool
	column int
	num    int64
	text   string
	call   truthFn
}

type termKind uint8

const (
	termCall  termKind = iota // whatever else, negation included
	termFlag                  // a bool
	termText                  // text == constant
	termBelow                 // number < constant
	termAbove                 // number > constant
)

// term compiles a node of shape aBool.
func (n *node) term(in *plan) term {
	if in == nil {
		if t, ok := n.simple(); ok {
			return t
		}
	}
	return term{call: n.truthOf(in)}
}

// simple recognises the conditions that need no closure.
func (n *node) simple() (t term, ok bool) {
	switch n.op {
	case opField:
		return term{kind: termFlag, column: n.field.index}, true
	case opNot:
		t, ok = n.args[0].simple()
		t.negate = !t.negate
		return t, ok
	case opEqualText, opLess:
	default:
		return term{}, false
	}
	x, constant, swapped := n.args[0], n.args[1], false
	if x.op != opField {
		x, constant, swapped = constant, x, true
	}
	if x.op != opField || constant.op != opConst {
		return term{}, false
	}
	t = term{kind: termText, column: x.field.index, num: constant.num, text: constant.text}
	switch {
	case n.op == opLess && swapped:
		t.kind = termAbove
	case n.op == opLess:
		t.kind = termBelow
	}
	return t, true
}

func (t *term) truth(f *frame) entity.Tri {
	if t.kind == termCall {
		return t.call(*f)
	}
	c := f.t.Column(t.column)
	if !c.Known.Has(f.row) {
		return entity.Unknown
	}
	truth := false
	switch t.kind {
	case termFlag:
		truth = c.True.Has(f.row)
	case termText:
		truth = c.Text(f.row) == t.text
	case termBelow:
		truth = c.Ints[f.row] < t.num
	case termAbove:
		truth = c.Ints[f.row] > t.num
	case termCall:
	}
	return entity.TriOf(truth != t.negate)
}

// terms collects the operands of a chain of the same operator.
func (n *node) terms(in *plan, o op, list []term) []term {
	for _, a := range n.args {
		if a.op == o {
			list = a.terms(in, o, list)
			continue
		}
		list = append(list, a.term(in))
	}
	return list
}

// chain evaluates a && b && …, or a || b || ….
func chain(terms []term, or bool) truthFn {
	settles, otherwise := entity.False, entity.True
	if or {
		settles, otherwise = otherwise, settles
	}
	return func(f frame) entity.Tri {
		result := otherwise
		for i := range terms {
			truth := terms[i].truth(&f)
			if truth == settles {
				return truth
			}
			if truth == entity.Unknown {
				result = entity.Unknown
			}
		}
		return result
	}
}
