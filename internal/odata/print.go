// SPDX-License-Identifier: Apache-2.0

package odata

import "strings"

// String implements Expr.
func (e *And) String() string { return join(e.Terms, " and ") }

// String implements Expr.
func (e *Or) String() string { return join(e.Terms, " or ") }

func join(terms []Expr, word string) string {
	var b strings.Builder
	for i, t := range terms {
		if i > 0 {
			b.WriteString(word)
		}
		switch t.(type) {
		case *Or, *And:
			b.WriteString("(" + t.String() + ")")
		default:
			b.WriteString(t.String())
		}
	}
	return b.String()
}

// String implements Expr.
func (e *Not) String() string {
	switch e.Term.(type) {
	case *And, *Or, *Comparison, *In:
		return "not (" + e.Term.String() + ")"
	}
	return "not " + e.Term.String()
}

// String implements Expr.
func (e *Comparison) String() string {
	return e.Left.String() + " " + e.Op.String() + " " + e.Right.String()
}

// String implements Expr.
func (e *In) String() string {
	var b strings.Builder
	b.WriteString(e.Path.String() + " in (")
	for i, l := range e.List {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(l.String())
	}
	b.WriteByte(')')
	return b.String()
}

// String implements Expr.
func (e *Call) String() string {
	return e.Func.String() + "(" + e.Text.String() + "," + e.Part.String() + ")"
}

// String implements Expr.
func (e *Lambda) String() string {
	head := e.Path.String() + "/" + e.word() + "("
	if e.Body == nil {
		return head + ")"
	}
	return head + e.Var + ":" + e.Body.String() + ")"
}

// word is any or all.
func (e *Lambda) word() string {
	if e.All {
		return "all"
	}
	return "any"
}

// String implements Expr.
func (e *BoolPath) String() string { return e.Path.String() }

// String implements Expr.
func (e *Constant) String() string {
	if e.Value {
		return "true"
	}
	return "false"
}

// String implements Operand.
func (p *Path) String() string {
	names := strings.Join(p.Names, "/")
	switch {
	case p.Var == "":
		return names
	case names == "":
		return p.Var
	}
	return p.Var + "/" + names
}

// String prints the key as $orderby spells it.
func (o Order) String() string {
	if o.Desc {
		return o.Path.String() + " desc"
	}
	return o.Path.String()
}
