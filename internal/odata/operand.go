// SPDX-License-Identifier: Apache-2.0

package odata

import "strings"

// keywords cannot name the member of a lambda.
var keywords = [...]string{"and", "or", "not", "eq", "ne", "gt", "ge", "lt", "le", "in", "any", "all", "true", "false", "null"}

// operand reads a literal, a path, or a whole lambda, which begins like a path.
// An empty path stands for a function whose name has been taken.
func (p *parser) operand(what string) (place, Expr, error) {
	o := place{at: p.tok.offset}
	switch p.tok.kind {
	case tokenText:
		o.Operand = &Literal{Text(unquote(p.advance().text))}
		return o, nil, nil
	case tokenNumber:
		v, err := number(p.tok.text)
		if err != nil {
			return o, nil, p.fail(o.at, quote(p.tok.text)+" is "+err.Error())
		}
		p.advance()
		o.Operand = &Literal{v}
		return o, nil, nil
	case tokenName:
		return p.named(o)
	default:
		return o, nil, p.expected(what)
	}
}

// named reads an operand that begins with a name.
func (p *parser) named(o place) (place, Expr, error) {
	name := p.advance()
	next := p.tok
	switch {
	case next.kind == tokenSign && next.text == "(":
		o.Operand = &Path{}
		return o, nil, nil
	case name.is("true"), name.is("false"):
		o.Operand = &Literal{Bool(name.is("true"))}
		return o, nil, nil
	case name.is("null"):
		o.Operand = &Literal{}
		return o, nil, nil
	}
	path, err := p.root(name)
	if err != nil {
		return o, nil, err
	}
	o.Operand = path
	for p.accept("/") {
		step := p.tok
		if step.kind != tokenName {
			return o, nil, p.expected("a name after /")
		}
		p.advance()
		if (step.is("any") || step.is("all")) && path.Last.property(step.text) == nil {
			lambda, err := p.lambda(path, step.is("all"), step.offset)
			return o, lambda, err
		}
		if err := p.step(path, step); err != nil {
			return o, nil, err
		}
	}
	return o, nil, nil
}

// root reads the first name of a path: a lambda variable or a property.
func (p *parser) root(name token) (*Path, error) {
	for level, s := range p.scopes {
		if s.name == name.text {
			return &Path{Var: s.name, Last: s.member, level: level}, nil
		}
	}
	path := &Path{Last: Property{Type: Complex, Of: p.schema}}
	return path, p.step(path, name)
}

// step goes from a complex value to one of its properties.
func (p *parser) step(path *Path, name token) error {
	switch last := path.Last; {
	case last.Collection:
		return p.fail(name.offset, path.members())
	case last.Type != Complex:
		return p.fail(name.offset, path.String()+" is "+article(last.Type)+" and has no properties")
	}
	of := path.Last.Of
	found := of.Property(name.text)
	if found == nil {
		known := of.names()
		for _, s := range p.scopes {
			known = append(known, s.name)
		}
		return p.fail(name.offset, of.Name+" has no property "+quote(name.text)+suggestion(name.text, known)+unquoted(name))
	}
	path.Names = append(path.Names, found.Name)
	path.Last = *found
	return nil
}

// unquoted tells of numbers that no filter can hold.
func unquoted(name token) string {
	if name.is("nan") || name.is("inf") {
		return "; values that are no numbers cannot be compared"
	}
	return ""
}

// property finds a property below a complex value that is no collection.
func (p *Property) property(name string) *Property {
	if p.Type != Complex || p.Collection {
		return nil
	}
	return p.Of.Property(name)
}

// members says how to ask about a collection.
func (p *Path) members() string {
	name := p.String()
	example := "x eq 'text'"
	if p.Last.Type == Complex {
		example = "x/name eq 'text'"
	}
	return name + " is a collection; ask about its members with " + name + "/any(x: " + example + ")"
}

// article puts a or an before a type.
func article(t Type) string {
	name := t.String()
	if strings.HasPrefix(name, "I") {
		return "an " + name
	}
	return "a " + name
}

// isCall tells the empty path that stands for a function.
func isCall(o place) bool {
	path, ok := o.Operand.(*Path)
	return ok && path.Var == "" && len(path.Names) == 0
}
