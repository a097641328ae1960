// SPDX-License-Identifier: Apache-2.0

package entity

import (
	"fmt"
	"slices"
	"time"

	"securescore/internal/posture"
)

// Table holds all entities of one kind, a row each, in columns.
type Table struct {
	Spec *KindSpec
	// Missing is why there are no rows to look at; zero when the rows are what
	// the sources read, even if there are none.
	Missing posture.Reason
	// Aggregate says that rows stand for groups of entities that were not read
	// one by one ("all users", "recipients of a policy"). Then shares of rows
	// mean nothing: only all or none of them decides. Its text says what was
	// not read.
	Aggregate string
	Keys      []string // source key of each row
	Names     []string // display name of each row; hostile text

	columns []Column
	rows    map[string]int
}

// NewTable returns a table without rows.
func NewTable(spec *KindSpec) *Table {
	t := &Table{Spec: spec, columns: make([]Column, len(spec.Fields)), rows: make(map[string]int)}
	for i, f := range spec.Fields {
		t.columns[i].Type = f.Type
	}
	return t
}

// Len is the number of rows.
func (t *Table) Len() int { return len(t.Keys) }

// Collected reports whether the rows were read.
func (t *Table) Collected() bool { return t.Missing.Code == "" }

// Add appends a row, all its values unknown, and returns its number. A key
// that is there already returns the row it has.
func (t *Table) Add(key, name string) int {
	if row, ok := t.rows[key]; ok {
		return row
	}
	row := len(t.Keys)
	t.rows[key] = row
	t.Keys = append(t.Keys, key)
	if name == "" {
		name = key
	}
	t.Names = append(t.Names, name)
	for i := range t.columns {
		t.columns[i].grow(row + 1)
	}
	return row
}

// Reserve makes room for a number of rows at once: growing step by step would
// leave a fifth of the memory unused.
func (t *Table) Reserve(rows int) {
	more := max(0, rows-t.Len())
	t.Keys = slices.Grow(t.Keys, more)
	t.Names = slices.Grow(t.Names, more)
	for i := range t.columns {
		t.columns[i].reserve(more)
	}
}

// Row returns the row of a source key.
func (t *Table) Row(key string) (int, bool) {
	row, ok := t.rows[key]
	return row, ok
}

// Column returns the column at a position of the schema.
func (t *Table) Column(i int) *Column { return &t.columns[i] }

// Col returns the named column. It panics on a name that the schema does not
// have: that is a fault of the program, not of the evidence.
func (t *Table) Col(field string) *Column {
	i, ok := t.Spec.Field(field)
	if !ok {
		panic(fmt.Sprintf("kind %s has no field %s", t.Spec.Kind, field))
	}
	return &t.columns[i]
}

// SetBool stores a value. The field must be a Bool.
func (t *Table) SetBool(row int, field string, v bool) { t.Col(field).SetBool(row, v) }

// SetTri stores true, false or unknown for the given reason.
func (t *Table) SetTri(row int, field string, v Tri, why posture.Reason) {
	if v == Unknown {
		t.Col(field).clear(row, why)
		return
	}
	t.Col(field).SetBool(row, v == True)
}

// SetInt stores a value. The field must be an Int or Seconds.
func (t *Table) SetInt(row int, field string, v int64) { t.Col(field).SetInt(row, v) }

// SetString stores a value. The field must be a String.
func (t *Table) SetString(row int, field, v string) { t.Col(field).SetString(row, v) }

// SetTime stores a value, UTC. The field must be a Time.
func (t *Table) SetTime(row int, field string, v time.Time) { t.Col(field).SetTime(row, v) }

// SetStrings stores a value. The field must be Strings.
func (t *Table) SetStrings(row int, field string, v []string) { t.Col(field).SetStrings(row, v) }

// SetUnknown takes a value away and says why.
func (t *Table) SetUnknown(row int, field string, why posture.Reason) { t.Col(field).clear(row, why) }

// Bool reads a Bool as a truth value.
func (t *Table) Bool(row int, field string) Tri {
	c := t.Col(field)
	if !c.Known.Has(row) {
		return Unknown
	}
	return TriOf(c.True.Has(row))
}
