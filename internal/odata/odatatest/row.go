// SPDX-License-Identifier: Apache-2.0

package odatatest

import (
	"math"
	"time"

	"pgregory.net/rapid"

	"securescore/internal/odata"
)

// Line is the schema of the members of a Thing's lines.
func Line() *odata.Schema {
	return &odata.Schema{Name: "line", Properties: []odata.Property{
		{Name: "label", Type: odata.String},
		{Name: "open", Type: odata.Boolean},
		{Name: "size", Type: odata.Int32},
		{Name: "words", Type: odata.String, Collection: true},
	}}
}

// Thing is a schema with a property of every type.
func Thing() *odata.Schema {
	part := &odata.Schema{Name: "part", Properties: []odata.Property{
		{Name: "label", Type: odata.String},
		{Name: "weight", Type: odata.Double},
	}}
	return &odata.Schema{Name: "thing", Properties: []odata.Property{
		{Name: "title", Type: odata.String},
		{Name: "state", Type: odata.String},
		{Name: "State", Type: odata.String},
		{Name: "deprecated", Type: odata.Boolean},
		{Name: "hidden", Type: odata.Boolean},
		{Name: "rank", Type: odata.Int32},
		{Name: "total", Type: odata.Int64},
		{Name: "score", Type: odata.Double},
		{Name: "seen", Type: odata.DateTimeOffset},
		{Name: "part", Type: odata.Complex, Of: part},
		{Name: "tags", Type: odata.String, Collection: true},
		{Name: "marks", Type: odata.Double, Collection: true},
		{Name: "lines", Type: odata.Complex, Collection: true, Of: Line()},
	}}
}

// Row holds nil, string, bool, int64, float64, time.Time, Row or []any by the
// name of the property.
type Row map[string]any

// Value implements odata.Row.
func (r Row) Value(name string) odata.Value { return value(r[name]) }

func value(v any) odata.Value {
	switch v := v.(type) {
	case string:
		return odata.Text(v)
	case bool:
		return odata.Bool(v)
	case int64:
		return odata.Int(v)
	case float64:
		return odata.Float(v)
	case time.Time:
		return odata.Time(v)
	case Row:
		return odata.Object(v)
	case []any:
		list := make(odata.Values, len(v))
		for i, item := range v {
			list[i] = value(item)
		}
		return odata.Many(list)
	}
	return odata.Null()
}

// Values are few, so that filters often meet them, and chosen at the edges:
// letter case, the order of bytes against that of UTF-16, wildcards of SQL,
// integers that no double holds.
var (
	texts   = []any{"", "a", "A", "ab", "aB", "b", "it's", "%", "_", "a_b", "é", "\uffee", "😀", "😀a", "10", "9"}
	wholes  = []any{int64(0), int64(1), int64(-1), int64(2), int64(10), int64(math.MaxInt32)}
	longs   = []any{int64(0), int64(-1), int64(10), int64(1 << 53), int64(1<<53 + 1), int64(math.MaxInt64), int64(math.MinInt64)}
	doubles = []any{0.0, 0.5, -1.0, 2.0, 10.0, 1e300, float64(1 << 53), float64(1 << 63), -float64(1 << 63), 1e-7}
	times   = []any{
		time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2024, 12, 31, 23, 59, 59, 999_999_000, time.UTC),
		time.Date(2025, 1, 1, 0, 0, 0, 1000, time.UTC), time.Date(1969, 12, 31, 23, 59, 59, 500_000_000, time.UTC),
		time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC),
	}
	truths = []any{true, false}
)

// pool returns the values that a property takes.
func pool(p odata.Property) []any {
	switch p.Type {
	case odata.String:
		return texts
	case odata.Boolean:
		return truths
	case odata.Int32:
		return wholes
	case odata.Int64:
		return longs
	case odata.Double:
		return doubles
	case odata.DateTimeOffset:
		return times
	case odata.Complex:
	}
	return nil
}

// Rows makes rows of a schema in which any value may be null.
func Rows(s *odata.Schema) *rapid.Generator[Row] {
	return rapid.Custom(func(t *rapid.T) Row { return draw(t, s) })
}

func draw(t *rapid.T, s *odata.Schema) Row {
	r := Row{}
	for _, p := range s.Properties {
		if rapid.IntRange(0, 4).Draw(t, "null") == 0 {
			continue
		}
		if !p.Collection {
			r[p.Name] = one(t, p)
			continue
		}
		list := make([]any, rapid.IntRange(0, 3).Draw(t, p.Name+" members"))
		for i := range list {
			if p.Type == odata.Complex || rapid.IntRange(0, 9).Draw(t, "null member") > 0 {
				list[i] = one(t, p)
			}
		}
		r[p.Name] = list
	}
	return r
}

func one(t *rapid.T, p odata.Property) any {
	if p.Type == odata.Complex {
		return draw(t, p.Of)
	}
	return rapid.SampledFrom(pool(p)).Draw(t, p.Name)
}
