// SPDX-License-Identifier: Apache-2.0

package relational

import (
	"cmp"
	"context"
	"math"
	"slices"

	"securescore/internal/audit"
	"securescore/internal/odata"
	"securescore/internal/store"
)

// auditRelation is where the properties of audit.Schema stand.
func auditRelation() *relation {
	columns := make(map[string]string)
	for _, p := range audit.Schema().Properties {
		columns[p.Name] = p.Name
	}
	columns["from"] = "origin" // a word of SQL
	return &relation{columns: columns}
}

func (a *auditLog) find(ctx context.Context, q *store.AuditQuery) ([]audit.Entry, error) {
	first, end, err := a.bounds(ctx, q)
	if err != nil {
		return nil, err
	}
	var about string
	if q.About != nil {
		about = string(*q.About)
	}
	name, actor, event := a.search(q)
	args := []any{a.number, first, end, flag(q.About != nil), about, actor, actor, event, event}
	condition := ""
	if q.Filter != nil {
		var more []any
		if condition, more, err = auditRelation().where(a.dialect, q.Filter, "audit_entry"); err != nil {
			return nil, err
		}
		args = append(args, more...)
	}
	return filtered(ctx, a.work, name, condition, readAudit, append(args, max(q.Limit, 0))...)
}

// bounds are the sequences from first, and before end, that a question is about.
func (a *auditLog) bounds(ctx context.Context, q *store.AuditQuery) (first, end int64, err error) {
	first, end = 1, math.MaxInt64
	if q.Before > 0 {
		end = q.Before
	}
	if !q.From.IsZero() {
		if first, err = a.firstAt(ctx, q.From); err != nil {
			return 0, 0, err
		}
	}
	if !q.To.IsZero() {
		bound, err := a.firstAt(ctx, q.To)
		if err != nil {
			return 0, 0, err
		}
		end = min(end, bound)
	}
	return first, end, nil
}

// search chooses the query whose index leaves the least to read, with the actor
// and the event that it looks up: those which the question names, or else those
// without which its filter cannot hold.
func (a *auditLog) search(q *store.AuditQuery) (name, actor, event string) {
	actor, event = cmp.Or(q.Actor, required(q.Filter, "actor")), cmp.Or(q.Event, required(q.Filter, "event"))
	switch {
	case actor != "":
		name = "audit find by"
	case q.About != nil && a.log == audit.Installation:
		name = "audit find about"
	case event != "":
		name = "audit find of"
	default:
		name = "audit find"
	}
	return name, actor, event
}

// required returns the text that a property must equal for a filter to hold;
// empty when there is none.
func required(e odata.Expr, property string) string {
	switch e := e.(type) {
	case *odata.And:
		for _, term := range e.Terms {
			if text := required(term, property); text != "" {
				return text
			}
		}
	case *odata.Comparison:
		if e.Op == odata.Eq {
			return cmp.Or(equated(e.Left, e.Right, property), equated(e.Right, e.Left, property))
		}
	}
	return ""
}

func equated(path, literal odata.Operand, property string) string {
	p, isPath := path.(*odata.Path)
	l, isLiteral := literal.(*odata.Literal)
	if isPath && isLiteral && p.Var == "" && slices.Equal(p.Names, []string{property}) {
		return l.Value.Text()
	}
	return ""
}
