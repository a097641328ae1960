// SPDX-License-Identifier: Apache-2.0

package odata

import (
	"fmt"
	"slices"
	"strings"
)

// aCondition says what could stand where none does.
const aCondition = "a condition, such as name eq 'text'"

// place is an operand with what a message about it needs.
type place struct {
	Operand
	at int // bytes
}

// condition reads a comparison, a call, a lambda or a Boolean that stands alone.
func (p *parser) condition() (Expr, error) {
	if err := p.term(p.tok.offset); err != nil {
		return nil, err
	}
	first := p.tok
	left, lambda, err := p.operand(aCondition)
	if err != nil || lambda != nil {
		return lambda, err
	}
	if l, ok := left.Operand.(*Path); ok && len(l.Names) == 0 && l.Var == "" {
		return p.call(first)
	}
	if p.tok.is("in") {
		p.advance()
		return p.in(left)
	}
	if op := slices.IndexFunc(opNames[:], p.tok.is); op >= 0 {
		p.advance()
		return p.comparison(Op(op), left)
	}
	return p.alone(left)
}

// alone is an operand that has no operator behind it.
func (p *parser) alone(o place) (Expr, error) {
	at := o.at
	switch o := o.Operand.(type) {
	case *Literal:
		if o.Value.kind == KindBool {
			return &Constant{o.Value.number == 1}, nil
		}
	case *Path:
		if o.Last.Type == Boolean && !o.Last.Collection {
			return &BoolPath{o}, nil
		}
		if o.Last.Collection {
			return nil, p.fail(at, o.members())
		}
	}
	return nil, p.expected("a comparison (eq, ne, gt, ge, lt, le, in) after " + clip(o.String()))
}

func (p *parser) comparison(op Op, left place) (Expr, error) {
	right, lambda, err := p.operand("a property or a value after " + op.String())
	if err != nil {
		return nil, err
	}
	if lambda != nil || isCall(right) {
		return nil, p.fail(right.at, "found a condition, expected a property or a value after "+op.String())
	}
	if left, right, err = p.agree(left, right); err != nil {
		return nil, err
	}
	return &Comparison{Op: op, Left: left.Operand, Right: right.Operand}, nil
}

func (p *parser) in(left place) (Expr, error) {
	path, ok := left.Operand.(*Path)
	if !ok {
		return nil, p.fail(left.at, "found "+clip(left.String())+", expected a property before in")
	}
	if err := p.need("(", "in"); err != nil {
		return nil, err
	}
	in := &In{Path: path}
	for {
		item, lambda, err := p.operand("a value of the list after in")
		if err != nil {
			return nil, err
		}
		if _, literal := item.Operand.(*Literal); lambda != nil || !literal {
			return nil, p.fail(item.at, "found a property, expected a value of the list after in")
		}
		if len(in.List) == MaxList {
			return nil, p.fail(item.at, fmt.Sprintf("more than %d values in one list", MaxList))
		}
		_, item, err = p.agree(left, item)
		if err != nil {
			return nil, err
		}
		if l, ok := item.Operand.(*Literal); ok {
			in.List = append(in.List, l)
		}
		if p.accept(",") {
			continue
		}
		if !p.accept(")") {
			return nil, p.expected(", or ) in the list after in")
		}
		in.sort()
		return in, nil
	}
}

// call reads the arguments of a function whose name has been taken.
func (p *parser) call(name token) (Expr, error) {
	f := slices.IndexFunc(funcNames[:], name.is)
	if f < 0 {
		return nil, p.fail(name.offset, "unknown function "+quote(name.text)+"; known are "+strings.Join(funcNames[:], ", ")+advice(name))
	}
	call := &Call{Func: Func(f)}
	if err := p.need("(", call.Func.String()); err != nil {
		return nil, err
	}
	for i, arg := range []*Operand{&call.Text, &call.Part} {
		if i > 0 {
			if err := p.need(",", "the first text of "+call.Func.String()); err != nil {
				return nil, err
			}
		}
		o, lambda, err := p.operand("a text for " + call.Func.String())
		if err != nil {
			return nil, err
		}
		if lambda != nil || isCall(o) {
			return nil, p.fail(o.at, "found a condition, expected a text for "+call.Func.String())
		}
		if path, ok := o.Operand.(*Path); ok && path.Last.Collection {
			return nil, p.fail(o.at, path.members())
		}
		if kindOf(o.Operand) != KindString {
			return nil, p.fail(o.at, describe(o.Operand)+"; "+call.Func.String()+" takes texts")
		}
		*arg = o.Operand
	}
	return call, p.need(")", "the second text of "+call.Func.String())
}

// advice tells those who would fold letter case what holds here.
func advice(name token) string {
	if name.is("tolower") || name.is("toupper") {
		return "; letter case counts in every comparison"
	}
	return suggestion(name.text, funcNames[:])
}

// lambda reads what follows any or all.
func (p *parser) lambda(path *Path, all bool, at int) (Expr, error) {
	if !path.Last.Collection {
		return nil, p.fail(at, path.String()+" is no collection; any and all ask about the members of one")
	}
	if n := len(p.scopes); n > 0 && path.Var != p.scopes[n-1].name {
		return nil, p.fail(at, "any or all within another asks about a collection of its member: "+p.scopes[n-1].name+"/…")
	}
	if len(p.scopes) == MaxLambda {
		return nil, p.fail(at, fmt.Sprintf("more than %d any and all within each other", MaxLambda))
	}
	if err := p.enter(at); err != nil {
		return nil, err
	}
	defer func() { p.depth-- }()
	l := &Lambda{All: all, Path: path, level: len(p.scopes)}
	if err := p.need("(", l.word()); err != nil {
		return nil, err
	}
	if !all && p.accept(")") {
		return l, nil
	}
	if err := p.variable(l); err != nil {
		return nil, err
	}
	p.scopes = append(p.scopes, scope{l.Var, Property{Type: path.Last.Type, Of: path.Last.Of}})
	defer func() { p.scopes = p.scopes[:len(p.scopes)-1] }()
	body, err := p.or()
	if err != nil {
		return nil, err
	}
	l.Body = body
	if !p.accept(")") {
		return nil, p.expected("and, or or )")
	}
	return l, nil
}

// variable reads the name of a member and the colon behind it.
func (p *parser) variable(l *Lambda) error {
	name := p.tok
	if name.kind != tokenName || isDigit(rune(name.text[0])) {
		return p.expected("a name for the member, as in " + l.word() + "(x: x eq 'text')")
	}
	if slices.ContainsFunc(keywords[:], name.is) {
		return p.fail(name.offset, quote(name.text)+" is a word of the language; give the member another name")
	}
	if slices.ContainsFunc(p.scopes, func(s scope) bool { return s.name == name.text }) {
		return p.fail(name.offset, quote(name.text)+" already names a member around this one")
	}
	p.advance()
	l.Var = name.text
	return p.need(":", "the name of the member")
}
