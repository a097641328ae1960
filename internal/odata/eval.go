// SPDX-License-Identifier: Apache-2.0

package odata

import (
	"slices"
	"strings"
)

// truth is the logic of OData: what is asked of null is unknown.
type truth uint8

const (
	no truth = iota
	unknown
	yes
)

func truthOf(b bool) truth {
	if b {
		return yes
	}
	return no
}

// frame holds the row, and the members that the lambdas around a condition
// stand at. It has a fixed size so that it lives on the stack.
type frame struct {
	row     Row
	members [MaxLambda]Value
	asked   int // conditions so far
	most    int // that may be asked; 0 for no bound
}

// Match tells whether a row meets a filter; nil is no filter, which every row
// meets. It allocates nothing beyond what the row does.
func Match(e Expr, r Row) bool {
	return e == nil || eval(e, &frame{row: r}) == yes
}

// Effort is how many conditions may still be asked of rows: a filter can ask
// hundreds of each member of a long collection, in every row.
type Effort int

// Match is Match for one of many rows. What it says counts for nothing once
// the effort is spent, which it reports by a false ok.
func (left *Effort) Match(e Expr, r Row) (matches, ok bool) {
	if e == nil {
		return true, true
	}
	if *left <= 0 {
		return false, false
	}
	f := frame{row: r, most: int(*left)}
	matches = eval(e, &f) == yes
	*left -= Effort(f.asked)
	return matches, *left >= 0
}

func eval(e Expr, f *frame) truth {
	f.asked++
	switch e := e.(type) {
	case *And:
		result := yes
		for _, t := range e.Terms {
			if result = min(result, eval(t, f)); result == no {
				break
			}
		}
		return result
	case *Or:
		result := no
		for _, t := range e.Terms {
			if result = max(result, eval(t, f)); result == yes {
				break
			}
		}
		return result
	case *Not:
		return yes - eval(e.Term, f)
	case *Comparison:
		return truthOf(e.Op.holds(f.operand(e.Left), f.operand(e.Right)))
	case *In:
		return truthOf(e.holds(f.path(e.Path)))
	case *Call:
		return e.Func.ask(f.operand(e.Text), f.operand(e.Part))
	case *Lambda:
		return truthOf(e.holds(f))
	case *BoolPath:
		v := f.path(e.Path)
		if v.kind != KindBool {
			return unknown
		}
		return truthOf(v.number == 1)
	case *Constant:
		return truthOf(e.Value)
	}
	return unknown
}

func (f *frame) operand(o Operand) Value {
	if l, ok := o.(*Literal); ok {
		return l.Value
	}
	if p, ok := o.(*Path); ok {
		return f.path(p)
	}
	return Value{}
}

// path follows a path; what is below null is null.
func (f *frame) path(p *Path) Value {
	names, v := p.Names, f.members[p.level]
	if p.Var == "" {
		v, names = f.row.Value(names[0]), names[1:]
	}
	for _, name := range names {
		r := v.row()
		if r == nil {
			return Value{}
		}
		v = r.Value(name)
	}
	return v
}

// holds is never unknown: only null equals null, and null has no order.
func (o Op) holds(a, b Value) bool {
	if a.kind == KindNull || b.kind == KindNull {
		same := a.kind == b.kind
		return o == Eq && same || o == Ne && !same
	}
	sign, ok := order(a, b)
	if !ok {
		return false
	}
	switch o {
	case Eq:
		return sign == 0
	case Ne:
		return sign != 0
	case Gt:
		return sign > 0
	case Ge:
		return sign >= 0
	case Lt:
		return sign < 0
	case Le:
		return sign <= 0
	}
	return false
}

func (e *In) holds(v Value) bool {
	if e.sorted == nil || v.kind == KindNull {
		return slices.ContainsFunc(e.List, func(l *Literal) bool { return Eq.holds(v, l.Value) })
	}
	_, found := slices.BinarySearchFunc(e.sorted, v, func(item, v Value) int {
		sign, _ := order(item, v)
		return sign
	})
	return found
}

func (f Func) ask(text, part Value) truth {
	if text.kind != KindString || part.kind != KindString {
		return unknown
	}
	switch f {
	case StartsWith:
		return truthOf(strings.HasPrefix(text.text, part.text))
	case EndsWith:
		return truthOf(strings.HasSuffix(text.text, part.text))
	case Contains:
		return truthOf(strings.Contains(text.text, part.text))
	}
	return unknown
}

// holds is never unknown: a member for which the condition is unknown is none
// for which it is true.
func (e *Lambda) holds(f *frame) bool {
	members := f.path(e.Path).list()
	if members == nil {
		return e.All
	}
	if e.Body == nil {
		return members.Len() > 0
	}
	for i := range members.Len() {
		if f.most > 0 && f.asked > f.most {
			break
		}
		f.members[e.level] = members.At(i)
		if met := eval(e.Body, f) == yes; met != e.All {
			return met
		}
	}
	return e.All
}

// Compare orders two rows by the keys of $orderby, the first key first. Null
// comes before all values, and so last where a key is descending.
func Compare(keys []Order, a, b Row) int {
	left, right := frame{row: a}, frame{row: b}
	for _, key := range keys {
		sign := compare(left.path(key.Path), right.path(key.Path))
		if sign == 0 {
			continue
		}
		if key.Desc {
			return -sign
		}
		return sign
	}
	return 0
}

func compare(a, b Value) int {
	switch {
	case a.kind == KindNull && b.kind == KindNull:
		return 0
	case a.kind == KindNull:
		return -1
	case b.kind == KindNull:
		return 1
	}
	sign, _ := order(a, b)
	return sign
}
