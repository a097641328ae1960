// SPDX-License-Identifier: Apache-2.0

package entity

import (
	"slices"
	"time"

	"securescore/internal/posture"
)

// Column holds one field of all rows of a table. Which slices are used follows
// from the type; a row that is not in Known has no value.
type Column struct {
	Type  Type
	Known Bits
	True  Bits     // Bool: rows that are true, always a part of Known
	Ints  []int64  // Int, Seconds; Time in microseconds since 1970 UTC
	Codes []uint32 // String: position in Dict; Strings: position in Lists
	Lists []Span   // Strings: the distinct lists, as positions in Items
	Items []uint32 // Strings: positions in Dict
	Dict  Dict

	lists index          // finds the position in Lists of a list
	note  posture.Reason // of unknown rows without an entry in why
	why   map[int]posture.Reason
}

// Span is a part of Column.Items.
type Span struct{ Start, End uint32 }

// Text returns the string of a row. The row must be known.
func (c *Column) Text(row int) string { return c.Dict.Value(c.Codes[row]) }

// List returns the codes of a row's list. The row must be known.
func (c *Column) List(row int) []uint32 { return c.Distinct(c.Codes[row]) }

// Distinct returns the codes of one of the distinct lists.
func (c *Column) Distinct(list uint32) []uint32 {
	return c.Items[c.Lists[list].Start:c.Lists[list].End]
}

// Moment returns the time of a row. The row must be known.
func (c *Column) Moment(row int) time.Time { return time.UnixMicro(c.Ints[row]).UTC() }

// Value returns a row's value as bool, int64, string, time.Time or []string,
// and false when it is unknown.
func (c *Column) Value(row int) (any, bool) {
	if !c.Known.Has(row) {
		return nil, false
	}
	switch c.Type {
	case Bool:
		return c.True.Has(row), true
	case Int, Seconds:
		return c.Ints[row], true
	case String:
		return c.Text(row), true
	case Time:
		return c.Moment(row), true
	case Strings:
		list := make([]string, 0, len(c.List(row)))
		for _, code := range c.List(row) {
			list = append(list, c.Dict.Value(code))
		}
		return list, true
	}
	return nil, false
}

// Why explains an unknown value. Without a note of its own it is a field that
// the evidence does not hold.
func (c *Column) Why(row int) posture.Reason {
	if why, ok := c.why[row]; ok {
		return why
	}
	return c.note
}

// reserve makes room for more rows without adding them.
func (c *Column) reserve(more int) {
	words := Words(more) + 1
	c.Known = slices.Grow(c.Known, words)
	switch c.Type {
	case Bool:
		c.True = slices.Grow(c.True, words)
	case Int, Seconds, Time:
		c.Ints = slices.Grow(c.Ints, more)
	case String, Strings:
		c.Codes = slices.Grow(c.Codes, more)
	}
}

// grow makes room for n rows, the new ones unknown.
func (c *Column) grow(n int) {
	c.Known = c.Known.grown(n)
	switch c.Type {
	case Bool:
		c.True = c.True.grown(n)
	case Int, Seconds, Time:
		c.Ints = append(c.Ints, 0)
	case String, Strings:
		c.Codes = append(c.Codes, 0)
	}
}

// put stores a value of the column's type.
func (c *Column) put(row int, v any) {
	switch v := v.(type) {
	case bool:
		c.SetBool(row, v)
	case int64:
		c.SetInt(row, v)
	case string:
		c.SetString(row, v)
	case time.Time:
		c.SetTime(row, v)
	case []string:
		c.SetStrings(row, v)
	}
}

// SetBool stores a value in a Bool column.
func (c *Column) SetBool(row int, v bool) {
	c.know(row)
	c.True.Put(row, v)
}

// SetInt stores a value in an Int or Seconds column.
func (c *Column) SetInt(row int, v int64) {
	c.know(row)
	c.Ints[row] = v
}

// SetTime stores a value in a Time column.
func (c *Column) SetTime(row int, v time.Time) { c.SetInt(row, v.UnixMicro()) }

// SetString stores a value in a String column.
func (c *Column) SetString(row int, v string) {
	if c.Known.Has(row) && c.Text(row) == v {
		return // most of a record that has changed has not: spare the search
	}
	c.know(row)
	c.Codes[row] = c.Dict.Code(v)
}

// SetStrings stores a value in a Strings column.
func (c *Column) SetStrings(row int, v []string) {
	if c.Known.Has(row) && c.holds(row, v) {
		return
	}
	c.know(row)
	c.Codes[row] = c.intern(v)
}

func (c *Column) holds(row int, v []string) bool {
	list := c.List(row)
	if len(list) != len(v) {
		return false
	}
	for i, code := range list {
		if c.Dict.Value(code) != v[i] {
			return false
		}
	}
	return true
}

// know notes that a row has a value.
func (c *Column) know(row int) {
	c.Known.Add(row)
	if len(c.why) > 0 {
		delete(c.why, row)
	}
}

// intern numbers the list. People share few combinations of roles, methods or
// licences: kept once, they cost four bytes a row and rules look at each of
// them once.
func (c *Column) intern(v []string) uint32 {
	start := len(c.Items)
	for _, s := range v {
		c.Items = append(c.Items, c.Dict.Code(s))
	}
	list := c.Items[start:]
	hash := func(code uint32) uint64 { return hashCodes(c.Distinct(code)) }
	same := func(code uint32) bool { return slices.Equal(c.Distinct(code), list) }
	if code, ok := c.lists.find(hashCodes(list), same); ok {
		c.Items = c.Items[:start]
		return code
	}
	code := uint32(len(c.Lists))
	c.Lists = append(c.Lists, Span{uint32(start), uint32(len(c.Items))})
	c.lists.add(code, hash)
	return code
}

// clear makes a row unknown.
func (c *Column) clear(row int, why posture.Reason) {
	c.Known.Remove(row)
	if c.Type == Bool {
		c.True.Remove(row)
	}
	if why.Code != "" {
		if c.why == nil {
			c.why = make(map[int]posture.Reason)
		}
		c.why[row] = why
	}
}

// clearLike makes a row unknown for a reason that many rows share: the first
// one is kept once for the column, not with each row.
func (c *Column) clearLike(row int, why posture.Reason) {
	if c.note.Code == "" {
		c.note = why
	}
	if why == c.note {
		delete(c.why, row)
		why = posture.Reason{}
	}
	c.clear(row, why)
}
