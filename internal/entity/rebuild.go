// SPDX-License-Identifier: Apache-2.0

package entity

import (
	"maps"
	"slices"

	"securescore/internal/posture"
)

// Rebuild makes the model that Build makes, and takes from an earlier one what
// cannot be different. Derivations hang together where they look at the same
// tables; a group of them is done again as a whole, with all its tables, as
// soon as one of the data sets that it looks at has other objects or, if it
// looks at the time, the time is another one.
//
// A data set counts as unchanged only if it has the very same objects in
// memory. A model of another schema, organisation or set of emergency accounts
// gives nothing, nor does a nil one.
func Rebuild(earlier *Model, s *Schema, e *posture.Evidence, intended map[string]bool) *Model {
	if earlier == nil || !earlier.comparable(s, e, intended) {
		return Build(s, e, intended)
	}
	changed := earlier.changed(e)
	m := newModel(s, e, intended)
	m.kept = earlier
	for _, kind := range s.order {
		if changed[earlier.groups.of(kind)] {
			m.put(kind, m.read(s.kinds[kind]))
		} else {
			m.put(kind, earlier.tables[kind])
		}
	}
	for i := range s.derive {
		if t := &earlier.traces[i]; len(t.kinds) > 0 && !changed[earlier.groups.of(t.kinds[0])] {
			m.traces[i] = *t
			continue
		}
		m.derive(i)
	}
	if m.mixed {
		return Build(s, e, intended) // with this evidence other things hang together
	}
	m.finish()
	return m
}

// Shares reports whether two models have the very same table of a kind.
func (m *Model) Shares(other *Model, kind posture.Kind) bool {
	return m.Schema == other.Schema && m.tables[kind] == other.tables[kind]
}

func (m *Model) comparable(s *Schema, e *posture.Evidence, intended map[string]bool) bool {
	return m.Schema == s && m.Evidence.Name == e.Name && maps.Equal(m.Intended, intended)
}

// changed are the groups that have to be done again for other evidence.
func (m *Model) changed(e *posture.Evidence) map[posture.Kind]bool {
	same := make(map[string]bool)
	changed := make(map[posture.Kind]bool)
	for group, inputs := range m.groups.inputs {
		changed[group] = m.groups.clock[group] && !m.At.Equal(e.At)
		for _, name := range inputs {
			if _, known := same[name]; !known {
				same[name] = SameObjects(m.Evidence.Set(name), e.Set(name))
			}
			changed[group] = changed[group] || !same[name]
		}
	}
	return changed
}

// SameObjects reports whether two data sets share their objects, or are
// missing for the same reason.
func SameObjects(a, b *posture.DataSet) bool {
	if a.Missing != b.Missing || len(a.Objects) != len(b.Objects) {
		return false
	}
	return len(a.Objects) == 0 || &a.Objects[0] == &b.Objects[0]
}

// noted returns a table to the derivation that runs. A table that was kept is
// no longer what it was when that derivation had its turn, and belongs to the
// other model: the derivation gets an empty one, and the model is thrown away.
func (m *Model) noted(kind posture.Kind) *Table {
	m.noting.kind(kind)
	t := m.tables[kind]
	if m.kept != nil && t == m.kept.tables[kind] {
		m.mixed = true
		return NewTable(t.Spec)
	}
	return t
}

// trace is what one derivation looked at.
type trace struct {
	kinds []posture.Kind
	sets  []string
	clock bool
}

func (t *trace) kind(kind posture.Kind) {
	if !slices.Contains(t.kinds, kind) {
		t.kinds = append(t.kinds, kind)
	}
}

func (t *trace) set(name string) {
	if !slices.Contains(t.sets, name) {
		t.sets = append(t.sets, name)
	}
}

// groups are the kinds that derivations bring together. A group is named by
// one of its kinds.
type groups struct {
	parent map[posture.Kind]posture.Kind
	inputs map[posture.Kind][]string // data sets of each group
	clock  map[posture.Kind]bool     // groups that look at the time
}

// join works the groups out.
func (m *Model) join() *groups {
	g := &groups{parent: make(map[posture.Kind]posture.Kind), inputs: make(map[posture.Kind][]string), clock: make(map[posture.Kind]bool)}
	for i := range m.traces {
		for _, kind := range m.traces[i].kinds {
			g.parent[g.of(m.traces[i].kinds[0])] = g.of(kind)
		}
	}
	for _, kind := range m.Schema.order {
		if set := m.Schema.kinds[kind].DataSet; set != "" {
			g.inputs[g.of(kind)] = append(g.inputs[g.of(kind)], set)
		}
	}
	for i := range m.traces {
		if t := &m.traces[i]; len(t.kinds) > 0 {
			group := g.of(t.kinds[0])
			g.inputs[group] = append(g.inputs[group], t.sets...)
			g.clock[group] = g.clock[group] || t.clock
		}
	}
	return g
}

// of names the group of a kind.
func (g *groups) of(kind posture.Kind) posture.Kind {
	for {
		next, ok := g.parent[kind]
		if !ok || next == kind {
			return kind
		}
		kind = next
	}
}
