// SPDX-License-Identifier: Apache-2.0

package assess

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"securescore/internal/catalog"
	"securescore/internal/entity"
	"securescore/internal/posture"
)

// Affected is one entity that a control looked at, with the values that were
// read of it.
type Affected struct {
	Key     string
	Name    string // hostile text
	Outcome posture.Outcome
	// Measured is the real outcome, also of an exempt entity.
	Measured posture.Outcome
	Why      posture.Reason // why it is unknown; zero otherwise
	Values   []Value        // one for each column of the control
}

// Value is what was read for one column.
type Value struct {
	Field string
	Known bool
	Value any    // bool, int64, string, time.Time or []string; nil unless Known
	Text  string // for people; empty unless Known
	Why   posture.Reason
}

// Entities lists all entities in scope of a control: failing first, then
// unknown, exempt and passing ones, each by name and then by key.
func (o *Outcome) Entities(m *entity.Model) []Affected {
	t := m.Table(o.Control.Check.Entity)
	list := make([]Affected, 0, o.Assessment.Measured.Total())
	for row := range t.Len() {
		if len(o.Pass) == 0 || !o.inScope(row) {
			continue
		}
		list = append(list, o.affected(m, t, row))
	}
	slices.SortFunc(list, func(a, b Affected) int {
		return cmp.Or(cmp.Compare(urgency(a.Outcome), urgency(b.Outcome)), strings.Compare(a.Name, b.Name), strings.Compare(a.Key, b.Key))
	})
	return list
}

func urgency(o posture.Outcome) int {
	return slices.Index([]posture.Outcome{posture.Fail, posture.Unknown, posture.Exempt, posture.Pass}, o)
}

func (o *Outcome) affected(m *entity.Model, t *entity.Table, row int) Affected {
	a := Affected{Key: t.Keys[row], Name: t.Names[row], Measured: posture.Unknown}
	if t.Spec.Singleton && a.Name == a.Key {
		a.Name = t.Spec.Singular // there is one, and its key says nothing to people
	}
	switch {
	case o.Pass.Has(row):
		a.Measured = posture.Pass
	case o.Fail.Has(row):
		a.Measured = posture.Fail
	default:
		a.Why = o.Control.Program.Why(m, row)
	}
	a.Outcome = a.Measured
	if o.Exempt.Has(row) {
		a.Outcome = posture.Exempt
	}
	for _, field := range o.Control.Check.Show {
		a.Values = append(a.Values, shown(t, row, field))
	}
	return a
}

func shown(t *entity.Table, row int, field string) Value {
	c := t.Col(field)
	v, known := c.Value(row)
	if !known {
		return Value{Field: field, Why: c.Why(row)}
	}
	return Value{Field: field, Known: true, Value: v, Text: text(c.Type, v)}
}

// text writes a value for people: a span in its largest whole unit, an absent
// bound in words.
func text(t entity.Type, v any) string {
	switch v := v.(type) {
	case bool:
		return strconv.FormatBool(v)
	case int64:
		switch {
		case v == entity.Unlimited:
			return "unlimited"
		case t == entity.Seconds:
			return span(v)
		}
		return strconv.FormatInt(v, 10)
	case time.Time:
		if v.Equal(entity.Never) {
			return "never"
		}
		return v.Format(time.RFC3339)
	case []string:
		if len(v) == 0 {
			return "none"
		}
		return strings.Join(v, ", ")
	case string:
		if v == "" {
			return "none"
		}
		return v
	}
	return fmt.Sprint(v)
}

func span(seconds int64) string {
	for _, unit := range []struct {
		size int64
		name string
	}{{86400, "day"}, {3600, "hour"}, {60, "minute"}} {
		if seconds != 0 && seconds%unit.size == 0 {
			return plural(seconds/unit.size, unit.name, unit.name+"s")
		}
	}
	return plural(seconds, "second", "seconds")
}

func plural(n int64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.FormatInt(n, 10) + " " + many
}

// Reference is what one framework calls the demand of a control.
type Reference struct {
	Framework string
	IDs       []string
}

// References lists the frameworks that a control answers, those without an id
// left out.
func References(c *catalog.Control) []Reference {
	var refs []Reference
	for _, r := range []Reference{
		{"CIS Microsoft 365", c.References.CIS},
		{"SCuBA", c.References.SCuBA},
		{"NIST SP 800-53", c.References.NIST},
		{"MITRE ATT&CK", c.References.ATTACK},
	} {
		if len(r.IDs) > 0 {
			refs = append(refs, r)
		}
	}
	return refs
}
