// SPDX-License-Identifier: Apache-2.0

package relational

import (
	"fmt"
	"strings"

	"securescore/internal/odata"
)

// relation says where the rows of a schema stand: which column holds which
// property, by its path such as vendorInformation/provider. Columns hold texts,
// integers (Booleans as 0 and 1, times as microseconds) and doubles; texts hold
// no zero character. Names come from this program, never from a request.
type relation struct {
	columns map[string]string // the empty path is a member of a collection of simple values
	members map[string]members
}

// members is a collection, one row of its table for each member.
type members struct {
	relation
	table string
	join  [][2]string // a column here, and the one of the owner that it equals
}

// where turns a checked filter into a condition over the rows that stand under
// an alias, with its parameters: it holds for the rows that odata.Match gives.
// The SQL means the same in SQLite and PostgreSQL but for what the constants
// below name. A property without a column is an error of kind
// posture.ErrInvalid.
func (r *relation) where(d Dialect, e odata.Expr, alias string) (condition string, args []any, err error) {
	w := &whereWriter{dialect: d, scopes: map[string]place{"": {r, alias}}}
	w.parenthesized(e, false)
	if w.err != nil {
		return "", nil, w.err
	}
	return w.sql.String(), w.args, nil
}

// orderBy turns keys into the list behind ORDER BY: the order of odata.Compare.
func (r *relation) orderBy(d Dialect, keys []odata.Order, alias string) (string, error) {
	list := make([]string, len(keys))
	for i, key := range keys {
		w := whereWriter{dialect: d, scopes: map[string]place{"": {r, alias}}}
		w.operand(key.Path)
		if w.err != nil {
			return "", w.err
		}
		list[i] = w.sql.String() + " ASC NULLS FIRST"
		if key.Desc {
			list[i] = w.sql.String() + " DESC NULLS LAST"
		}
	}
	return strings.Join(list, ", "), nil
}

// byBytes compares texts byte by byte, whatever the column does.
func (d Dialect) byBytes() string {
	if d == PostgreSQL {
		return ` COLLATE "C"`
	}
	return " COLLATE BINARY"
}

// find is the function that finds a text in another one.
func (d Dialect) find() string {
	if d == PostgreSQL {
		return "strpos"
	}
	return "instr"
}

// Conditions that always and never hold.
const (
	always = "1 = 1"
	never  = "1 = 0"
)

// place is where a lambda variable stands, or the row itself.
type place struct {
	*relation
	alias string
}

// whereWriter writes one condition. SQL takes null for unknown where OData says
// false; that differs only below a NOT, so only there a condition is written
// exactly, and elsewhere in the plain form that an index can serve.
type whereWriter struct {
	dialect Dialect
	sql     strings.Builder
	args    []any
	scopes  map[string]place // by lambda variable
	err     error
}

func (w *whereWriter) write(text string) { w.sql.WriteString(text) }

func (w *whereWriter) expr(e odata.Expr, exact bool) {
	switch e := e.(type) {
	case *odata.And:
		w.chain(e.Terms, " AND ", exact)
	case *odata.Or:
		w.chain(e.Terms, " OR ", exact)
	case *odata.Not:
		w.write("NOT ")
		w.parenthesized(e.Term, true)
	case *odata.Comparison:
		w.comparison(e, exact)
	case *odata.In:
		w.in(e, exact)
	case *odata.Call:
		w.call(e)
	case *odata.Lambda:
		w.lambda(e)
	case *odata.BoolPath:
		w.operand(e.Path)
		w.write(" = 1")
	case *odata.Constant:
		w.constant(e)
	default:
		w.err = fmt.Errorf("filter: a condition of type %T", e)
	}
}

// chain writes terms as a balanced tree: SQLite limits the depth of one.
func (w *whereWriter) chain(terms []odata.Expr, word string, exact bool) {
	if len(terms) == 1 {
		w.parenthesized(terms[0], exact)
		return
	}
	half := len(terms) / 2
	for i, part := range [][]odata.Expr{terms[:half], terms[half:]} {
		if i > 0 {
			w.write(word)
		}
		if len(part) == 1 {
			w.parenthesized(part[0], exact)
			continue
		}
		w.write("(")
		w.chain(part, word, exact)
		w.write(")")
	}
}

func (w *whereWriter) parenthesized(e odata.Expr, exact bool) {
	w.write("(")
	w.expr(e, exact)
	w.write(")")
}

// constant writes what no row changes.
func (w *whereWriter) constant(e odata.Expr) {
	if odata.Match(e, nil) {
		w.write(always)
	} else {
		w.write(never)
	}
}

// definite writes a condition that is false where SQL has null.
func (w *whereWriter) definite(exact bool, write func()) {
	if !exact {
		write()
		return
	}
	w.write("COALESCE(")
	write()
	w.write(", " + never + ")")
}
