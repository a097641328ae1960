// SPDX-License-Identifier: Apache-2.0

package relational

import "securescore/internal/odata"

// The doubles next to what a BIGINT holds.
const (
	above = "9223372036854775808::DOUBLE PRECISION"
	below = "-9223372036854775808::DOUBLE PRECISION"
)

// mirrored is the operator that means the same with its sides exchanged.
var mirrored = map[odata.Op]odata.Op{
	odata.Eq: odata.Eq, odata.Ne: odata.Ne, odata.Gt: odata.Lt, odata.Ge: odata.Le, odata.Lt: odata.Gt, odata.Le: odata.Ge,
}

// mixed compares an integer with a double by their exact values for
// PostgreSQL, which would round the integer. SQLite compares exactly by itself.
func (w *whereWriter) mixed(e *odata.Comparison, exact bool) {
	whole, double, op := e.Left, e.Right, e.Op
	if isDouble(whole) {
		whole, double, op = double, whole, mirrored[op]
	}
	a := func() { w.number(whole, "BIGINT") }
	b := func() { w.number(double, "DOUBLE PRECISION") }
	switch op {
	case odata.Eq:
		w.equal(a, b)
	case odata.Ne:
		w.write("NOT ")
		w.equal(a, b)
	case odata.Lt, odata.Ge:
		w.definite(exact, func() { w.order(a, b, sqlOps[op], "ceil", op == odata.Lt) })
	case odata.Gt, odata.Le:
		w.definite(exact, func() { w.order(a, b, sqlOps[op], "floor", op == odata.Le) })
	}
}

// equal holds for two nulls too, and is never null.
func (w *whereWriter) equal(a, b func()) {
	w.sequence("COALESCE(CASE WHEN ", b, " >= "+above+" OR ", b, " < "+below+" OR ", b, " <> floor(", b, ") THEN "+never+" ELSE ",
		a, " = CAST(", b, " AS BIGINT) END, ", a, " IS NULL AND ", b, " IS NULL)")
}

// order compares with the next whole number in the direction that the operator
// leaves open. Beyond all integers only the side counts.
func (w *whereWriter) order(a, b func(), op, next string, less bool) {
	high, low := never, "TRUE"
	if less {
		high, low = low, high
	}
	w.sequence("CASE WHEN ", a, " IS NULL THEN NULL WHEN ", b, " >= "+above+" THEN "+high+" WHEN ", b, " < "+below+" THEN "+low+
		" ELSE ", a, op+"CAST("+next+"(", b, ") AS BIGINT) END")
}

// sequence writes texts, and what functions write, one after the other.
func (w *whereWriter) sequence(parts ...any) {
	for _, part := range parts {
		switch part := part.(type) {
		case string:
			w.write(part)
		case func():
			part()
		}
	}
}

// number writes a number whose type nothing around it tells.
func (w *whereWriter) number(o odata.Operand, of string) {
	w.write("CAST(")
	w.operand(o)
	w.write(" AS " + of + ")")
}

func isDouble(o odata.Operand) bool {
	switch o := o.(type) {
	case *odata.Literal:
		return o.Value.Kind() == odata.KindDouble
	case *odata.Path:
		return o.Last.Type == odata.Double
	}
	return false
}
