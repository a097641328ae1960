// SPDX-License-Identifier: Apache-2.0

package entity

import (
	"time"

	"securescore/internal/posture"
)

// Model is everything that rules may look at: the tables of all kinds, made
// from one evidence at one time. It is immutable once it is built.
//
// While derivations run, Evidence, At and Intended are not there yet. They use
// Set, name, now and intended instead, which note what they looked at: that is
// how Rebuild knows what it may leave as it is.
type Model struct {
	Schema   *Schema
	Evidence *posture.Evidence
	At       time.Time // run.time of rules, UTC
	// Intended holds the source keys of users that people registered as
	// emergency accounts: leaving them out of a policy is no gap.
	Intended map[string]bool

	tables map[posture.Kind]*Table
	list   []*Table // in the order of the schema

	licences *licences // nil until the model is finished

	input  input
	traces []trace // of each derivation of the schema
	noting *trace  // of the one that runs; nil when none does
	groups *groups
	kept   *Model // whose tables this one may share while it is built
	mixed  bool   // a derivation looked at a table that was kept
}

// input is what a model is made from.
type input struct {
	evidence *posture.Evidence
	intended map[string]bool
}

// Build reads the evidence into tables and runs every derivation. It never
// fails: what cannot be read is unknown, with its reason, in the table. The
// evidence must not change afterwards.
func Build(s *Schema, e *posture.Evidence, intended map[string]bool) *Model {
	m := newModel(s, e, intended)
	for _, kind := range s.order {
		m.put(kind, m.read(s.kinds[kind]))
	}
	for i := range s.derive {
		m.derive(i)
	}
	m.finish()
	return m
}

func newModel(s *Schema, e *posture.Evidence, intended map[string]bool) *Model {
	return &Model{
		Schema: s, tables: make(map[posture.Kind]*Table, len(s.order)),
		input: input{e, intended}, traces: make([]trace, len(s.derive)),
	}
}

// finish hands out what derivations may not see.
func (m *Model) finish() {
	m.Evidence, m.At, m.Intended = m.input.evidence, m.input.evidence.At, m.input.intended
	m.groups, m.kept = m.join(), nil
	plans, known, why := m.readLicences()
	m.licences = &licences{plans, known, why}
}

// Table returns the table of a kind of the schema; never nil for one.
func (m *Model) Table(kind posture.Kind) *Table {
	if m.noting != nil {
		return m.noted(kind)
	}
	return m.tables[kind]
}

// TableOf returns the table of a kind that the caller has the description of,
// without a search by name; nil when the model is of another schema.
func (m *Model) TableOf(spec *KindSpec) *Table {
	if spec.order < len(m.list) && m.list[spec.order].Spec == spec {
		return m.list[spec.order]
	}
	return nil
}

// Set returns a data set of the evidence, as posture.Evidence does. It is how
// derivations, which do not see the evidence itself, get at it.
func (m *Model) Set(name string) *posture.DataSet {
	if m.noting != nil {
		m.noting.set(name)
	}
	return m.input.evidence.Set(name)
}

// name is that of the organisation.
func (m *Model) name() string { return m.input.evidence.Name }

// now is the time at which rules are evaluated.
func (m *Model) now() time.Time {
	if m.noting != nil {
		m.noting.clock = true
	}
	return m.input.evidence.At
}

// intended are the registered emergency accounts.
func (m *Model) intended() map[string]bool { return m.input.intended }

func (m *Model) put(kind posture.Kind, t *Table) {
	m.tables[kind] = t
	m.list = append(m.list, t)
}

// read decodes the data set of a kind.
func (m *Model) read(spec *KindSpec) *Table {
	t := NewTable(spec)
	if spec.DataSet == "" {
		t.Missing = posture.Reason{Code: posture.NotCollected, Detail: "no source has read " + spec.Plural}
		return t
	}
	readSet(t, m.Set(spec.DataSet))
	if spec.Always && t.Collected() && t.Len() == 0 {
		t.Missing = posture.Reason{Code: posture.Shape, Detail: spec.DataSet + " is empty, although every organisation has " + spec.Plural}
	}
	return t
}

func (m *Model) derive(i int) {
	m.noting = &m.traces[i]
	m.Schema.derive[i](m)
	m.noting = nil
}

func readSet(t *Table, set *posture.DataSet) {
	if !set.Collected() {
		t.Missing = set.Missing
		return
	}
	t.Reserve(len(set.Objects))
	d := newDecoder(t)
	for _, o := range set.Objects {
		d.read(o)
	}
}
