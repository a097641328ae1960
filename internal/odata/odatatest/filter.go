// SPDX-License-Identifier: Apache-2.0

package odatatest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"pgregory.net/rapid"

	"securescore/internal/odata"
)

// Filter is a random condition: how clients may spell it, and what it means.
type Filter struct {
	Text  string
	holds func(Scope) *bool
}

// Match tells whether a row matches.
func (f Filter) Match(r Row) bool {
	got := f.holds(Scope{row: r})
	return got != nil && *got
}

// Filters makes filters over a schema with up to so many levels.
func Filters(s *odata.Schema, levels int) *rapid.Generator[Filter] {
	return rapid.Custom(func(t *rapid.T) Filter {
		m := maker{t: t, root: s}
		return m.condition(levels)
	})
}

// maker draws one filter.
type maker struct {
	t    *rapid.T
	root *odata.Schema
	vars []variable // the lambdas around
}

type variable struct {
	name   string
	member odata.Property
}

// term is one side of a comparison.
type term struct {
	text string
	p    odata.Property
	get  func(Scope) any
}

func (m *maker) choose(n int) int { return rapid.IntRange(0, n-1).Draw(m.t, "choice") }

// pick draws one of some words in some letter case.
func (m *maker) pick(words ...string) (word, written string) {
	word = words[m.choose(len(words))]
	if m.choose(4) == 0 {
		return word, strings.ToUpper(word)
	}
	return word, word
}

func (m *maker) space() string { return []string{" ", " ", "  ", "\t"}[m.choose(4)] }

func (m *maker) condition(levels int) Filter {
	if levels > 0 {
		switch m.choose(5) {
		case 0, 1:
			return m.binary(levels)
		case 2:
			_, not1 := m.pick("not")
			inner := m.condition(levels - 1)
			return Filter{not1 + " (" + inner.Text + ")", func(s Scope) *bool { return not(inner.holds(s)) }}
		case 3:
			if slices.ContainsFunc(m.root.Properties, func(p odata.Property) bool { return p.Collection }) {
				return m.lambda(levels)
			}
		}
	}
	switch m.choose(8) {
	case 0:
		isBool := func(p odata.Property) bool { return p.Type == odata.Boolean }
		if !slices.ContainsFunc(m.root.Properties, isBool) {
			return m.comparison()
		}
		b := m.path(isBool)
		return Filter{b.text, func(s Scope) *bool {
			if v, ok := b.get(s).(bool); ok {
				return new(v)
			}
			return nil
		}}
	case 1:
		word, written := m.pick("true", "false")
		return Filter{written, func(Scope) *bool { return new(word == "true") }}
	case 2, 3:
		return m.call()
	case 4:
		return m.in()
	}
	return m.comparison()
}

func (m *maker) binary(levels int) Filter {
	a, b := m.condition(levels-1), m.condition(levels-1)
	word, written := m.pick("and", "or")
	join := or
	if word == "and" {
		join = and
	}
	return Filter{
		"(" + a.Text + ")" + m.space() + written + m.space() + "(" + b.Text + ")",
		func(s Scope) *bool { return join(a.holds(s), b.holds(s)) },
	}
}

func (m *maker) comparison() Filter {
	a := m.path(func(p odata.Property) bool { return p.Type != odata.Complex })
	b := m.other(a)
	if m.choose(4) == 0 {
		a, b = b, a
	}
	op, written := m.pick("eq", "ne", "gt", "ge", "lt", "le")
	return Filter{
		a.text + m.space() + written + m.space() + b.text,
		func(s Scope) *bool { return new(relate(op, a.get(s), b.get(s))) },
	}
}

// other is something that a path compares with.
func (m *maker) other(a term) term {
	switch m.choose(6) {
	case 0:
		return term{text: "null", get: func(Scope) any { return nil }}
	case 1:
		return m.path(func(p odata.Property) bool { return family(p.Type) == family(a.p.Type) })
	}
	return m.literal(a.p)
}

func family(t odata.Type) odata.Type {
	if t == odata.Int32 || t == odata.Int64 {
		return odata.Double
	}
	return t
}

func (m *maker) call() Filter {
	isText := func(p odata.Property) bool { return p.Type == odata.String }
	a, b := m.path(isText), m.literal(odata.Property{Type: odata.String})
	if m.choose(4) == 0 {
		b = m.path(isText)
	}
	name, written := m.pick("startswith", "endswith", "contains")
	ask := map[string]func(string, string) bool{"startswith": strings.HasPrefix, "endswith": strings.HasSuffix, "contains": strings.Contains}[name]
	return Filter{written + "(" + a.text + "," + m.space() + b.text + ")", func(s Scope) *bool {
		x, ok := a.get(s).(string)
		y, ok2 := b.get(s).(string)
		if !ok || !ok2 {
			return nil
		}
		return new(ask(x, y))
	}}
}

func (m *maker) in() Filter {
	a := m.path(func(p odata.Property) bool { return p.Type != odata.Complex })
	items := make([]term, 1+m.choose(12))
	written := make([]string, len(items))
	for i := range items {
		items[i] = m.literal(a.p)
		if m.choose(8) == 0 {
			items[i] = term{text: "null", get: func(Scope) any { return nil }}
		}
		written[i] = items[i].text
	}
	return Filter{a.text + " in (" + strings.Join(written, ",") + ")", func(s Scope) *bool {
		found := false
		for _, item := range items {
			found = found || relate("eq", a.get(s), item.get(s))
		}
		return new(found)
	}}
}

func (m *maker) lambda(levels int) Filter {
	of, prefix, get := m.root, "", func(s Scope) any { return s.row }
	if n := len(m.vars); n > 0 {
		v := m.vars[n-1]
		if v.member.Type != odata.Complex {
			return m.comparison()
		}
		of, prefix, get = v.member.Of, v.name+"/", func(s Scope) any { return s.members[v.name] }
	}
	var lists []odata.Property
	for _, p := range of.Properties {
		if p.Collection {
			lists = append(lists, p)
		}
	}
	p := lists[m.choose(len(lists))]
	list := func(s Scope) any {
		r, _ := get(s).(Row)
		return r[p.Name]
	}
	word, written := m.pick("any", "all", "any")
	if word == "any" && m.choose(4) == 0 {
		return Filter{prefix + p.Name + "/" + written + "()", func(s Scope) *bool {
			items, _ := list(s).([]any)
			return new(len(items) > 0)
		}}
	}
	name := "v" + strconv.Itoa(len(m.vars))
	m.vars = append(m.vars, variable{name, odata.Property{Type: p.Type, Of: p.Of}})
	body := m.condition(levels - 1)
	m.vars = m.vars[:len(m.vars)-1]
	return Filter{prefix + p.Name + "/" + written + "(" + name + ":" + m.space() + body.Text + ")", func(s Scope) *bool {
		all, met := s.count(list(s), name, body.holds)
		if word == "all" {
			return new(all == met)
		}
		return new(met > 0)
	}}
}

// path draws a path to one value that will do.
func (m *maker) path(will func(odata.Property) bool) term {
	var found []term
	add := func(of *odata.Schema, prefix string, get func(Scope) any) {
		for _, p := range of.Properties {
			if !p.Collection && will(p) {
				found = append(found, term{prefix + p.Name, p, func(s Scope) any {
					r, _ := get(s).(Row)
					return r[p.Name]
				}})
			}
		}
	}
	row := func(s Scope) any { return s.row }
	for _, v := range m.vars {
		member := func(s Scope) any { return s.members[v.name] }
		if v.member.Type == odata.Complex {
			add(v.member.Of, v.name+"/", member)
		} else if will(v.member) {
			found = append(found, term{v.name, v.member, member})
		}
	}
	if len(found) == 0 || m.choose(3) == 0 {
		add(m.root, "", row)
		for _, p := range m.root.Properties {
			if p.Type == odata.Complex && !p.Collection {
				add(p.Of, p.Name+"/", func(s Scope) any { return s.row[p.Name] })
			}
		}
	}
	return found[m.choose(len(found))]
}

// literal draws a value that compares with a property, in one of its spellings.
func (m *maker) literal(p odata.Property) term {
	values := pool(p)
	if family(p.Type) == odata.Double && m.choose(3) == 0 {
		values = append(append([]any{}, doubles...), longs...)
	}
	v := values[m.choose(len(values))]
	return term{m.spell(v), p, func(Scope) any { return v }}
}

func (m *maker) spell(v any) string {
	switch v := v.(type) {
	case string:
		return "'" + strings.ReplaceAll(v, "'", "''") + "'"
	case float64:
		return []string{strconv.FormatFloat(v, 'e', -1, 64), fmt.Sprintf("%.8f", v)}[m.choose(2)]
	case time.Time:
		return m.spellTime(v)
	}
	return fmt.Sprint(v)
}

func (m *maker) spellTime(v time.Time) string {
	text := v.Format("2006-01-02T15:04:05.000000Z")
	switch m.choose(5) {
	case 0:
		text = strings.TrimSuffix(text, "Z") + "9Z" // below a microsecond
	case 1:
		if y := v.Year(); y > 1 && y < 9999 {
			text = v.In(time.FixedZone("", -5*3600-1800)).Format("2006-01-02T15:04:05.999999999-07:00")
		}
	case 2:
		if v.Equal(v.Truncate(24 * time.Hour)) {
			text = v.Format(time.DateOnly)
		}
	case 3:
		return "'" + text + "'"
	}
	return text
}
