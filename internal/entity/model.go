// SPDX-License-Identifier: Apache-2.0

package entity

import (
	"time"

	"securescore/internal/posture"
)

// Model is everything that rules may look at: the tables of all kinds, made
// from one evidence at one time.
type Model struct {
	Schema   *Schema
	Evidence *posture.Evidence
	At       time.Time // run.time of rules, UTC
	// Intended holds the source keys of users that people registered as
	// emergency accounts: leaving them out of a policy is no gap.
	Intended map[string]bool

	tables map[posture.Kind]*Table
	list   []*Table // in the order of the schema
}

// Build reads the evidence into tables and runs every derivation. It never
// fails: what cannot be read is unknown, with its reason, in the table.
func Build(s *Schema, e *posture.Evidence, intended map[string]bool) *Model {
	m := &Model{Schema: s, Evidence: e, At: e.At, Intended: intended, tables: make(map[posture.Kind]*Table, len(s.order))}
	for _, kind := range s.order {
		spec := s.kinds[kind]
		t := NewTable(spec)
		if spec.DataSet == "" {
			t.Missing = posture.Reason{Code: posture.NotCollected, Detail: "no source has read " + spec.Plural}
		} else {
			readSet(t, e.Set(spec.DataSet))
		}
		m.tables[kind] = t
		m.list = append(m.list, t)
	}
	for _, derive := range s.derive {
		derive(m)
	}
	return m
}

// Table returns the table of a kind of the schema; never nil for one.
func (m *Model) Table(kind posture.Kind) *Table { return m.tables[kind] }

// TableOf returns the table of a kind that the caller has the description of,
// without a search by name; nil when the model is of another schema.
func (m *Model) TableOf(spec *KindSpec) *Table {
	if spec.order < len(m.list) && m.list[spec.order].Spec == spec {
		return m.list[spec.order]
	}
	return nil
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
