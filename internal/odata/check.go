// SPDX-License-Identifier: Apache-2.0

package odata

import "slices"

// kindOf is the kind of values that an operand has.
func kindOf(o Operand) Kind {
	switch o := o.(type) {
	case *Literal:
		return o.Value.kind
	case *Path:
		switch o.Last.Type {
		case String:
			return KindString
		case Boolean:
			return KindBool
		case Int32, Int64:
			return KindInt
		case Double:
			return KindDouble
		case DateTimeOffset:
			return KindTime
		case Complex:
			return KindRow
		}
	}
	return KindNull
}

// agree checks that two operands compare with each other. A text that is
// compared with a time becomes the time that it spells: many clients put times
// in quotes.
func (p *parser) agree(left, right place) (place, place, error) {
	for _, o := range []place{left, right} {
		path, ok := o.Operand.(*Path)
		switch {
		case !ok:
		case path.Last.Collection:
			return left, right, p.fail(o.at, path.members())
		case path.Last.Type == Complex:
			return left, right, p.fail(o.at, path.String()+" is complex; compare one of its properties: "+path.String()+"/…")
		}
	}
	var err error
	if kindOf(left.Operand) == KindTime {
		right, err = p.asTime(right)
	} else if kindOf(right.Operand) == KindTime {
		left, err = p.asTime(left)
	}
	if err != nil {
		return left, right, err
	}
	if !alike(kindOf(left.Operand), kindOf(right.Operand)) {
		at := right.at
		if _, literal := right.Operand.(*Literal); !literal {
			if _, literal := left.Operand.(*Literal); literal {
				at = left.at
			}
		}
		return left, right, p.fail(at, describe(left.Operand)+", "+describe(right.Operand)+"; they do not compare")
	}
	return left, right, nil
}

// asTime reads a text as a time; other operands stay as they are.
func (p *parser) asTime(o place) (place, error) {
	l, ok := o.Operand.(*Literal)
	if !ok || l.Value.kind != KindString {
		return o, nil
	}
	v, err := instant(l.Value.text)
	if err != nil {
		return o, p.fail(o.at, quote(l.Value.text)+" is "+err.Error())
	}
	o.Operand = &Literal{v}
	return o, nil
}

func alike(a, b Kind) bool {
	isNumber := func(k Kind) bool { return k == KindInt || k == KindDouble }
	return a == b || a == KindNull || b == KindNull || isNumber(a) && isNumber(b)
}

// describe names an operand and its type in a message.
func describe(o Operand) string {
	if path, ok := o.(*Path); ok {
		return path.String() + " is " + article(path.Last.Type)
	}
	words := map[Kind]string{
		KindNull: "null", KindString: "a text", KindBool: "a Boolean",
		KindInt: "a number", KindDouble: "a number", KindTime: "a time",
	}
	return clip(o.String()) + " is " + words[kindOf(o)]
}

// clip keeps what a message repeats short.
func clip(s string) string {
	if len(s) <= longest {
		return s
	}
	runes := []rune(s)
	if len(runes) <= longest {
		return s
	}
	return string(runes[:longest]) + "…"
}

// sortFrom is how long a list must be for a search to beat a walk.
const sortFrom = 8

// sort prepares a long list for a search. Its values are of one kind, or
// numbers, or null, which a search never asks for.
func (e *In) sort() {
	if len(e.List) < sortFrom {
		return
	}
	for _, l := range e.List {
		if l.Value.kind != KindNull {
			e.sorted = append(e.sorted, l.Value)
		}
	}
	slices.SortFunc(e.sorted, func(a, b Value) int {
		sign, _ := order(a, b)
		return sign
	})
}
