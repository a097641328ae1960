// SPDX-License-Identifier: Apache-2.0

package relational

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"securescore/internal/odata"
	"securescore/internal/posture"
)

var sqlOps = [...]string{odata.Gt: " > ", odata.Ge: " >= ", odata.Lt: " < ", odata.Le: " <= "}

func (w *whereWriter) comparison(e *odata.Comparison, exact bool) {
	left, right := isLiteral(e.Left), isLiteral(e.Right)
	switch {
	case left && right:
		w.constant(e)
	case isNull(e.Left):
		w.null(e.Right, e.Op)
	case isNull(e.Right):
		w.null(e.Left, e.Op)
	case w.dialect == PostgreSQL && isDouble(e.Left) != isDouble(e.Right):
		w.mixed(e, exact)
	case e.Op == odata.Ne:
		w.infix(e.Left, " IS DISTINCT FROM ", e.Right)
	case e.Op == odata.Eq && (exact || !left && !right):
		w.infix(e.Left, " IS NOT DISTINCT FROM ", e.Right)
	case e.Op == odata.Eq:
		w.infix(e.Left, " = ", e.Right)
	default:
		w.definite(exact, func() { w.infix(e.Left, sqlOps[e.Op], e.Right) })
	}
}

// null compares with null, which equals itself and has no order.
func (w *whereWriter) null(o odata.Operand, op odata.Op) {
	switch op {
	case odata.Eq:
		w.operand(o)
		w.write(" IS NULL")
	case odata.Ne:
		w.operand(o)
		w.write(" IS NOT NULL")
	default:
		w.write(never)
	}
}

func (w *whereWriter) infix(left odata.Operand, op string, right odata.Operand) {
	w.operand(left)
	w.write(op)
	w.operand(right)
}

// operand writes a column, or a literal as a parameter.
func (w *whereWriter) operand(o odata.Operand) {
	switch o := o.(type) {
	case *odata.Literal:
		w.literal(o.Value)
	case *odata.Path:
		w.write(w.column(o))
		if o.Last.Type == odata.String {
			w.write(w.dialect.byBytes())
		}
	}
}

func (w *whereWriter) column(p *odata.Path) string {
	s := w.scopes[p.Var]
	column, ok := s.columns[strings.Join(p.Names, "/")]
	if !ok {
		w.err = fmt.Errorf("filter: %w: no column holds %s", posture.ErrInvalid, p)
	}
	return s.alias + "." + column
}

// bind writes a parameter.
func (w *whereWriter) bind(arg any) {
	w.write("?")
	w.args = append(w.args, arg)
}

func (w *whereWriter) literal(v odata.Value) {
	switch v.Kind() {
	case odata.KindString:
		w.bind(v.Text())
	case odata.KindDouble:
		w.bind(v.Float())
	case odata.KindInt, odata.KindTime, odata.KindBool:
		w.bind(v.Int())
	default:
		w.write("NULL")
	}
}

// in writes a list without its nulls, which no list of SQL can find, and
// without numbers that the column cannot hold: a list would round them.
func (w *whereWriter) in(e *odata.In, exact bool) {
	var list []odata.Value
	null := false
	for _, l := range e.List {
		v, ok := asColumn(l.Value, e.Path.Last.Type)
		null = null || v.Kind() == odata.KindNull
		if ok && v.Kind() != odata.KindNull {
			list = append(list, v)
		}
	}
	if len(list) == 0 {
		w.write(never)
	} else {
		w.definite(exact, func() { w.list(e.Path, list) })
	}
	if null {
		w.write(" OR ")
		w.operand(e.Path)
		w.write(" IS NULL")
	}
}

func (w *whereWriter) list(path *odata.Path, list []odata.Value) {
	w.operand(path)
	w.write(" IN (")
	for i, v := range list {
		if i > 0 {
			w.write(", ")
		}
		w.literal(v)
	}
	w.write(")")
}

// asColumn makes a number one that a column of a type holds. It is not ok when
// there is none.
func asColumn(v odata.Value, t odata.Type) (odata.Value, bool) {
	const limit = 1 << 63
	switch {
	case v.Kind() == odata.KindInt && t == odata.Double:
		f := float64(v.Int())
		return odata.Float(f), f < limit && int64(f) == v.Int()
	case v.Kind() == odata.KindDouble && t != odata.Double:
		f := v.Float()
		if f < -limit || f >= limit {
			return v, false
		}
		return odata.Int(int64(f)), float64(int64(f)) == f
	}
	return v, true
}

// call writes functions so that they are null when a text is, as OData has it.
// LIKE would fold letter case and see wildcards.
func (w *whereWriter) call(e *odata.Call) {
	if isLiteral(e.Text) && isLiteral(e.Part) {
		w.constant(e)
		return
	}
	switch e.Func {
	case odata.StartsWith:
		w.write("substr(")
		w.text(e.Text)
		w.write(", 1, ")
		w.length(e.Part)
		w.write(")" + w.dialect.byBytes() + " = ")
		w.text(e.Part)
	case odata.EndsWith:
		w.length(e.Text)
		w.write(" >= ")
		w.length(e.Part)
		w.write(" AND substr(")
		w.text(e.Text)
		w.write(", ")
		w.length(e.Text)
		w.write(" - ")
		w.length(e.Part)
		w.write(" + 1)" + w.dialect.byBytes() + " = ")
		w.text(e.Part)
	case odata.Contains:
		w.write(w.dialect.find() + "(")
		w.text(e.Text)
		w.write(", ")
		w.text(e.Part)
		w.write(") > 0")
	}
}

// text writes the argument of a function, whose type a parameter does not tell.
func (w *whereWriter) text(o odata.Operand) {
	if p, ok := o.(*odata.Path); ok {
		w.write(w.column(p))
		return
	}
	w.write("CAST(")
	w.operand(o)
	w.write(" AS TEXT)")
}

// length writes how many characters a text has.
func (w *whereWriter) length(o odata.Operand) {
	if l, ok := o.(*odata.Literal); ok {
		w.write(strconv.Itoa(utf8.RuneCountInString(l.Value.Text())))
		return
	}
	w.write("length(")
	w.text(o)
	w.write(")")
}

// lambda asks for a member that decides: one that meets the condition of any,
// or one for which that of all is not true.
func (w *whereWriter) lambda(e *odata.Lambda) {
	owner := w.scopes[e.Path.Var]
	m, ok := owner.members[strings.Join(e.Path.Names, "/")]
	if !ok {
		w.err = fmt.Errorf("filter: %w: no table holds %s", posture.ErrInvalid, e.Path)
		return
	}
	alias := fmt.Sprintf("m%d", len(w.scopes))
	if e.All {
		w.write("NOT ")
	}
	w.write("EXISTS (SELECT 1 FROM " + m.table + " AS " + alias + " WHERE ")
	for i, on := range m.join {
		if i > 0 {
			w.write(" AND ")
		}
		w.write(alias + "." + on[0] + " = " + owner.alias + "." + on[1])
	}
	if e.Body != nil {
		w.scopes[e.Var] = place{&m.relation, alias}
		w.write(" AND ")
		if e.All {
			w.write("NOT ")
			w.definite(true, func() { w.parenthesized(e.Body, false) })
		} else {
			w.parenthesized(e.Body, false)
		}
		delete(w.scopes, e.Var)
	}
	w.write(")")
}

func isLiteral(o odata.Operand) bool {
	_, ok := o.(*odata.Literal)
	return ok
}

func isNull(o odata.Operand) bool {
	l, ok := o.(*odata.Literal)
	return ok && l.Value.Kind() == odata.KindNull
}
