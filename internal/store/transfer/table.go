// SPDX-License-Identifier: Apache-2.0

package transfer

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"slices"

	"securescore/internal/posture"
)

// Kind is what a column holds.
type Kind string

// The kinds.
const (
	Number Kind = "number"
	Text   Kind = "text"
	Bytes  Kind = "bytes"
)

// Valid reports whether k is one of the above.
func (k Kind) Valid() bool { return k == Number || k == Text || k == Bytes }

// Column is a column of a table.
type Column struct {
	Name     string `json:"name"`
	Kind     Kind   `json:"kind"`
	Nullable bool   `json:"nullable,omitzero"`
}

// Table is a table in the order of its columns that all engines share: those of
// the primary key, in its order, and then the others by name.
type Table struct {
	Name    string   `json:"name"`
	Key     int      `json:"key"` // how many columns are the primary key
	Columns []Column `json:"columns"`
}

// NewTable puts columns in order, without those that stay behind. The error wraps posture.ErrInvalid when there
// is no key, or a key that is not among the columns.
func NewTable(name string, columns []Column, key ...string) (Table, error) {
	place := func(c Column) int {
		if i := slices.Index(key, c.Name); i >= 0 {
			return i
		}
		return len(key)
	}
	t := Table{Name: name, Key: len(key), Columns: slices.DeleteFunc(slices.Clone(columns), func(c Column) bool { return Local(name, c.Name) })}
	slices.SortFunc(t.Columns, func(a, b Column) int {
		return cmp.Or(cmp.Compare(place(a), place(b)), cmp.Compare(a.Name, b.Name))
	})
	return t, t.check()
}

func (t *Table) check() error {
	if t.Key < 1 || t.Key > len(t.Columns) {
		return fmt.Errorf("table %s: %w: it has no usable primary key", t.Name, posture.ErrInvalid)
	}
	for _, c := range t.Columns {
		if !c.Kind.Valid() {
			return fmt.Errorf("table %s: %w: column %s is of no known kind %q", t.Name, posture.ErrInvalid, c.Name, c.Kind)
		}
	}
	return nil
}

// column is the place of a column; -1 when the table has none of that name.
func (t *Table) column(name string) int {
	return slices.IndexFunc(t.Columns, func(c Column) bool { return c.Name == name })
}

// Value is one field of a row.
type Value struct {
	Set    bool   // false for null
	Number int64  // of a column of numbers
	Bytes  []byte // of a column of text or bytes
}

// Row is the fields of a row, in the order of the columns of its table.
type Row []Value

// appendRow appends the canonical form of a row. The error wraps
// posture.ErrInvalid when the row does not fit the table.
func (t *Table) appendRow(to []byte, row Row) ([]byte, error) {
	if len(row) != len(t.Columns) {
		return to, fmt.Errorf("table %s: %w: a row of %d fields for %d columns", t.Name, posture.ErrInvalid, len(row), len(t.Columns))
	}
	for i := range row {
		c := &t.Columns[i]
		switch {
		case !row[i].Set && !c.Nullable:
			return to, fmt.Errorf("table %s: %w: column %s is null", t.Name, posture.ErrInvalid, c.Name)
		case !row[i].Set:
			to = append(to, 0)
		case c.Kind == Number:
			to = binary.AppendVarint(append(to, 1), row[i].Number)
		default:
			to = binary.AppendUvarint(append(to, 1), uint64(len(row[i].Bytes)))
			to = append(to, row[i].Bytes...)
		}
	}
	return to, nil
}

// readRow fills a row from its canonical form and returns what follows. The
// fields share the memory of data.
func (t *Table) readRow(data []byte, row Row) (rest []byte, err error) {
	broken := func(c *Column) error {
		return fmt.Errorf("table %s: %w: column %s cannot be read", t.Name, posture.ErrInvalid, c.Name)
	}
	for i := range t.Columns {
		c := &t.Columns[i]
		if len(data) == 0 || data[0] > 1 || (data[0] == 0 && !c.Nullable) {
			return nil, broken(c)
		}
		set := data[0] == 1
		data = data[1:]
		row[i] = Value{Set: set}
		switch {
		case !set:
		case c.Kind == Number:
			v, n := binary.Varint(data)
			if n <= 0 {
				return nil, broken(c)
			}
			row[i].Number, data = v, data[n:]
		default:
			size, n := binary.Uvarint(data)
			if n <= 0 || size > uint64(len(data)-n) {
				return nil, broken(c)
			}
			end := n + int(size)
			row[i].Bytes, data = data[n:end:end], data[end:]
		}
	}
	return data, nil
}
