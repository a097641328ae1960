// SPDX-License-Identifier: Apache-2.0

package odata

import (
	"cmp"
	"math"
	"strings"
	"time"
)

// Kind says what a value is.
type Kind uint8

// The kinds of values; the zero Value is null.
const (
	KindNull Kind = iota
	KindString
	KindBool
	KindInt
	KindDouble
	KindTime
	KindRow
	KindList
)

// Row is what a filter looks at: an entity, or a complex value in one.
type Row interface {
	// Value returns the property with a canonical name of the schema, of the
	// kind that the schema says, or Null.
	Value(name string) Value
}

// List is a collection of values of one kind.
type List interface {
	Len() int
	At(i int) Value
}

// Value is one value of a row or a filter. The zero Value is null.
type Value struct {
	kind   Kind
	number int64   // of Int; microseconds since 1970 of Time; 0 or 1 of Bool
	double float64 // of Double
	text   string  // of String
	ref    any     // Row or List
}

// Null is the absence of a value.
func Null() Value { return Value{} }

// Text is a String.
func Text(s string) Value { return Value{kind: KindString, text: s} }

// Int is an Int32 or Int64.
func Int(i int64) Value { return Value{kind: KindInt, number: i} }

// Float is a Double; NaN, which no JSON can say, is null.
func Float(f float64) Value {
	if math.IsNaN(f) {
		return Value{}
	}
	return Value{kind: KindDouble, double: f + 0} // no negative zero
}

// Bool is a Boolean.
func Bool(b bool) Value {
	v := Value{kind: KindBool}
	if b {
		v.number = 1
	}
	return v
}

// Time is a DateTimeOffset, cut to microseconds.
func Time(t time.Time) Value { return Value{kind: KindTime, number: t.UnixMicro()} }

// Object is a complex value; nil is null.
func Object(r Row) Value {
	if r == nil {
		return Value{}
	}
	return Value{kind: KindRow, ref: r}
}

// Many is a collection; nil is null, which counts as empty.
func Many(l List) Value {
	if l == nil {
		return Value{}
	}
	return Value{kind: KindList, ref: l}
}

// Values is a List that is a slice.
type Values []Value

// Len implements List.
func (v Values) Len() int { return len(v) }

// At implements List.
func (v Values) At(i int) Value { return v[i] }

// Kind says what the value is, and so which of the following methods holds it.
func (v Value) Kind() Kind { return v.kind }

// Text returns a String.
func (v Value) Text() string { return v.text }

// Int returns an Int, the microseconds since 1970 of a Time, or 0 or 1 of a
// Bool.
func (v Value) Int() int64 { return v.number }

// Float returns a Double.
func (v Value) Float() float64 { return v.double }

// row returns a complex value, or nil.
func (v Value) row() Row {
	r, _ := v.ref.(Row)
	return r
}

// list returns a collection, or nil.
func (v Value) list() List {
	l, _ := v.ref.(List)
	return l
}

// order compares two values that are not null. It is not ok when their kinds do
// not compare, which checked filters over rows of their schema never ask.
func order(a, b Value) (sign int, ok bool) {
	switch {
	case a.kind == KindDouble && b.kind == KindInt:
		return -orderMixed(b.number, a.double), true
	case a.kind == KindInt && b.kind == KindDouble:
		return orderMixed(a.number, b.double), true
	case a.kind != b.kind:
		return 0, false
	}
	switch a.kind {
	case KindString:
		return strings.Compare(a.text, b.text), true
	case KindDouble:
		return cmp.Compare(a.double, b.double), true
	case KindInt, KindTime, KindBool:
		return cmp.Compare(a.number, b.number), true
	default:
		return 0, false
	}
}

// orderMixed compares by exact value: above 2^53 a conversion would round.
func orderMixed(i int64, f float64) int {
	const limit = 1 << 63
	switch {
	case f >= limit:
		return -1
	case f < -limit:
		return 1
	}
	whole := math.Trunc(f)
	if sign := cmp.Compare(i, int64(whole)); sign != 0 {
		return sign
	}
	return cmp.Compare(whole, f)
}
