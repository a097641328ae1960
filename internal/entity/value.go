// SPDX-License-Identifier: Apache-2.0

package entity

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

var errShape = errors.New("is of a shape that is not understood")

// value reads what stands at the end of a path: a value of the field's type,
// nil for unknown, or an error when the shape is not understood.
func (f *Field) value(rest []step, raw jsontext.Value) (any, error) {
	if raw.Kind() == jsontext.KindNull {
		return f.Null, nil
	}
	if len(rest) == 0 {
		return f.scalar(raw)
	}
	if rest[0].list {
		return f.collect(rest, raw)
	}
	return f.pick(rest, raw)
}

// collect reads "a[]" and "a[].b": all items as strings, or their number.
func (f *Field) collect(rest []step, raw jsontext.Value) (any, error) {
	list := []string{}
	n := int64(0)
	err := eachItem(raw, func(item jsontext.Value) error {
		if item.Kind() == jsontext.KindNull {
			return nil
		}
		n++
		if f.Type != Strings {
			if text, ok := stringOf(item); ok && text == "" {
				return errShape // neither an item nor none
			}
			return nil
		}
		text, ok := stringAt(item, rest[1:])
		if !ok || text == "" {
			return errShape
		}
		list = append(list, text)
		return nil
	})
	switch {
	case err != nil:
		return nil, errShape
	case f.Type == Strings:
		return list, nil
	case f.Type == Int:
		return n, nil
	}
	return nil, errShape
}

// pick reads "a{key=value}.b".
func (f *Field) pick(rest []step, raw jsontext.Value) (any, error) {
	var found jsontext.Value
	err := eachItem(raw, func(item jsontext.Value) error {
		if text := textAt(item, []step{{name: rest[0].key}}); strings.EqualFold(text, rest[0].value) {
			if found != nil {
				return errShape // which of the two holds is not known
			}
			found = item.Clone()
		}
		return nil
	})
	if err != nil {
		return nil, errShape
	}
	if found == nil {
		return f.Absent, nil
	}
	for i, s := range rest[1:] {
		var next jsontext.Value
		err := eachMember(found, func(name string, v jsontext.Value) error {
			if name == s.name {
				next = v.Clone()
			}
			return nil
		})
		if err != nil {
			return nil, errShape
		}
		if next == nil {
			return f.Absent, nil
		}
		if !s.plain() {
			return f.value(rest[1+i:], next)
		}
		found = next
	}
	return f.value(nil, found)
}

func (f *Field) scalar(raw jsontext.Value) (any, error) {
	switch f.Type {
	case Bool:
		return boolOf(raw)
	case Int, Seconds:
		return f.intOf(raw)
	case String:
		text, ok := stringOf(raw)
		if !ok {
			return nil, errShape
		}
		return f.member(text)
	case Time:
		text, ok := stringOf(raw)
		if !ok {
			return nil, errShape
		}
		return ParseTime(text)
	case Strings:
		return f.strings(raw)
	}
	return nil, errShape
}

// member checks a string against the closed set, ignoring letter case, and
// returns the spelling of the set.
func (f *Field) member(text string) (any, error) {
	if len(f.Enum) == 0 {
		return text, nil
	}
	i := slices.IndexFunc(f.Enum, func(e string) bool { return strings.EqualFold(e, text) })
	if i < 0 {
		return nil, fmt.Errorf("is %q, a value that is not known", text)
	}
	return f.Enum[i], nil
}

func (f *Field) strings(raw jsontext.Value) (any, error) {
	list := []string{}
	err := eachItem(raw, func(item jsontext.Value) error {
		if item.Kind() == jsontext.KindNull {
			return nil
		}
		text, ok := stringOf(item)
		if !ok {
			return errShape
		}
		if f.Split == "" {
			if strings.TrimSpace(text) == "" {
				return errShape // neither an item nor none
			}
			list = append(list, text)
			return nil
		}
		for part := range strings.SplitSeq(text, f.Split) {
			if part = strings.TrimSpace(part); part != "" {
				list = append(list, part)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return list, nil
}

func (f *Field) intOf(raw jsontext.Value) (any, error) {
	text := string(raw)
	if raw.Kind() == jsontext.KindString {
		text, _ = stringOf(raw)
		for word, number := range f.Words {
			if strings.EqualFold(word, text) {
				return number, nil
			}
		}
		if f.Type == Seconds {
			if s, ok := ParseSeconds(text); ok {
				return s, nil
			}
		}
	}
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return n, nil
	}
	if x, err := strconv.ParseFloat(text, 64); err == nil && raw.Kind() == jsontext.KindNumber && x == math.Trunc(x) && math.Abs(x) < 1<<53 {
		return int64(x), nil
	}
	return nil, errShape
}

// boolOf reads true and false, also as the strings that PowerShell writes.
func boolOf(raw jsontext.Value) (any, error) {
	switch raw.Kind() {
	case jsontext.KindTrue:
		return true, nil
	case jsontext.KindFalse:
		return false, nil
	case jsontext.KindString:
		text, _ := stringOf(raw)
		switch strings.ToLower(text) {
		case "true":
			return true, nil
		case "false":
			return false, nil
		}
		return nil, errShape
	default:
		return nil, errShape
	}
}

func stringOf(raw jsontext.Value) (string, bool) {
	if raw.Kind() != jsontext.KindString {
		return "", false
	}
	text, err := jsontext.AppendUnquote(nil, raw)
	return string(text), err == nil
}

func stringAt(raw jsontext.Value, path []step) (string, bool) {
	if len(path) == 0 {
		return stringOf(raw)
	}
	text := textAt(raw, path)
	return text, text != ""
}

var (
	timeSpan    = regexp.MustCompile(`^(-)?(?:(\d{1,8})\.)?(\d{1,2}):(\d{2}):(\d{2})(?:\.\d+)?$`)
	isoDuration = regexp.MustCompile(`^P(?:(\d{1,5})Y)?(?:(\d{1,5})M)?(?:(\d{1,6})W)?(?:(\d{1,7})D)?(?:T(?:(\d{1,8})H)?(?:(\d{1,9})M)?(?:(\d{1,9})S)?)?$`)
)

// ParseSeconds reads a .NET time span ("90.00:00:00") or an ISO-8601 duration
// ("P180D", "PT8H"; a month counts 30 days, a year 365).
func ParseSeconds(text string) (int64, bool) {
	if m := timeSpan.FindStringSubmatch(text); m != nil {
		s := dot(m[2:6], []int64{86400, 3600, 60, 1})
		if m[1] != "" {
			s = -s
		}
		return s, true
	}
	if m := isoDuration.FindStringSubmatch(text); m != nil && text != "P" && !strings.HasSuffix(text, "T") {
		return dot(m[1:], []int64{365 * 86400, 30 * 86400, 7 * 86400, 86400, 3600, 60, 1}), true
	}
	return 0, false
}

func dot(numbers []string, units []int64) int64 {
	sum := int64(0)
	for i, text := range numbers {
		n, _ := strconv.ParseInt("0"+text, 10, 64) // digits only, by the pattern
		sum += n * units[i]
	}
	return sum
}

// ParseTime reads RFC 3339, the same without a zone (then UTC), and the
// "/Date(milliseconds)/" that older PowerShell writes, also without the slashes,
// which ScubaGear 1.2 to 1.4 took away.
func ParseTime(text string) (time.Time, error) {
	if ms, ok := strings.CutPrefix(strings.Trim(text, "/"), "Date("); ok {
		n, err := strconv.ParseInt(strings.TrimSuffix(ms, ")"), 10, 64)
		if err != nil || n < -62135596800000 || n > 253402300799999 {
			return time.Time{}, errShape
		}
		return time.UnixMilli(n).UTC(), nil
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999", time.DateOnly} {
		if t, err := time.Parse(layout, text); err == nil {
			return t.UTC().Truncate(time.Microsecond), nil
		}
	}
	return time.Time{}, errShape
}
