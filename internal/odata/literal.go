// SPDX-License-Identifier: Apache-2.0

package odata

import (
	"errors"
	"regexp"
	"strconv"
	"strings"
	"time"
)

var (
	errNumber = errors.New("not a number, a date or a time; a text stands in 'quotes'")
	errWhole  = errors.New("a whole number outside of 64 bits; write it with a decimal point")
	errDouble = errors.New("a number that a Double cannot hold")
	errTime   = errors.New("not a time; write 2025-01-31T08:30:00Z, with an offset in place of Z, or 2025-01-31 for midnight UTC")
)

var (
	wholePattern  = regexp.MustCompile(`^-?[0-9]+$`)
	doublePattern = regexp.MustCompile(`^-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?$`)
	datePattern   = regexp.MustCompile(`^[0-9]{4}-`)
	timePattern   = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}([tT][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,12})?)?([zZ]|[+-][0-9]{2}:[0-9]{2}))?$`)
)

// number reads a literal without quotes that begins with a digit or a minus.
func number(word string) (Value, error) {
	switch {
	case wholePattern.MatchString(word):
		i, err := strconv.ParseInt(word, 10, 64)
		if err != nil {
			return Value{}, errWhole
		}
		return Int(i), nil
	case doublePattern.MatchString(word):
		f, err := strconv.ParseFloat(word, 64)
		if err != nil {
			return Value{}, errDouble
		}
		return Float(f), nil
	case datePattern.MatchString(word):
		return instant(word)
	}
	return Value{}, errNumber
}

// The forms of times, from the shortest; Go reads fractions without being told.
var timeLayouts = [...]string{time.DateOnly, "2006-01-02T15:04Z07:00", time.RFC3339}

// farthest is the largest offset from UTC that OData knows.
const farthest = 14 * 60 * 60

// instant reads a date or a time, quoted or not.
func instant(word string) (Value, error) {
	if !timePattern.MatchString(word) {
		return Value{}, errTime
	}
	word = strings.ToUpper(word)
	for _, layout := range timeLayouts {
		t, err := time.Parse(layout, word)
		if err != nil {
			continue
		}
		_, offset := t.Zone()
		if year := t.UTC().Year(); year < 1 || year > 9999 || offset > farthest || offset < -farthest {
			return Value{}, errTime
		}
		return Time(t), nil
	}
	return Value{}, errTime
}

// unquote returns what a text in quotes says.
func unquote(word string) string {
	return strings.ReplaceAll(word[1:len(word)-1], "''", "'")
}

// String prints the value as a filter spells it.
func (l *Literal) String() string {
	v := l.Value
	switch v.kind {
	case KindString:
		return "'" + strings.ReplaceAll(v.text, "'", "''") + "'"
	case KindBool:
		return strconv.FormatBool(v.number == 1)
	case KindInt:
		return strconv.FormatInt(v.number, 10)
	case KindDouble:
		return printDouble(v.double)
	case KindTime:
		return time.UnixMicro(v.number).UTC().Format("2006-01-02T15:04:05.999999Z07:00")
	default:
		return "null"
	}
}

// printDouble keeps a double apart from a whole number of the same value.
func printDouble(f float64) string {
	s := strconv.FormatFloat(f, 'g', -1, 64)
	if !strings.ContainsAny(s, ".e") {
		s += ".0"
	}
	return s
}
