// SPDX-License-Identifier: Apache-2.0

package microsoftscore

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"securescore/internal/posture"
	"securescore/internal/source"
)

var (
	errNumber = errors.New("want a number")
	errText   = errors.New("want text, a number, true or false")
	errRange  = errors.New("is out of range")
)

// largest bounds every number of points: far above all real ones, far below
// where sums could overflow.
const largest = 1e9

// number is a JSON number in hundredths, or null. Strings are refused: Graph
// writes numbers, and a proxy that does not may change more than that.
type number struct{ value *posture.Points }

// UnmarshalJSON reads a number or null.
func (n *number) UnmarshalJSON(data []byte) error {
	switch jsontext.Value(data).Kind() {
	case jsontext.KindNull:
		return nil
	case jsontext.KindNumber:
		p, err := hundredths(string(data))
		n.value = &p
		return err
	default:
		return fmt.Errorf("%w, got %s", errNumber, source.Noun(jsontext.Value(data).Kind()))
	}
}

// hundredths rounds a decimal half up to two places, on its digits: through a
// binary fraction 1.005 would become 1.00.
func hundredths(text string) (posture.Points, error) {
	x, err := strconv.ParseFloat(text, 64)
	if err != nil || math.Abs(x) > largest {
		return 0, fmt.Errorf("%.40s %w", text, errRange)
	}
	if strings.ContainsAny(text, "eE") {
		text = strconv.FormatFloat(x, 'f', -1, 64)
	}
	digits, negative := strings.CutPrefix(text, "-")
	whole, fraction, _ := strings.Cut(digits, ".")
	fraction += "000"
	cents, err := strconv.ParseInt(whole+fraction[:2], 10, 64)
	if err != nil {
		return 0, fmt.Errorf("%.40s %w", text, errRange)
	}
	p, third := posture.Points(cents), fraction[2]
	switch {
	case !negative && third >= '5':
		return p + 1, nil
	case negative && (third > '5' || (third == '5' && strings.Trim(fraction[3:], "0") != "")):
		return -p - 1, nil // half up is towards zero below it
	case negative:
		return -p, nil
	}
	return p, nil
}

// whole is the number as an integer, or nil where it is none.
func (n number) whole() *int {
	if n.value == nil || *n.value%posture.Point != 0 || *n.value < 0 {
		return nil
	}
	v := int(*n.value / posture.Point)
	return &v
}

// known is the number, or nil where it is below zero: Microsoft writes -1 for
// a comparison that it cannot make.
func (n number) known() *posture.Points {
	if n.value == nil || *n.value < 0 {
		return nil
	}
	return n.value
}

// loose is text that may also stand as a number, true or false: the properties
// that Graph does not declare change their form between versions.
type loose struct{ text string }

// UnmarshalJSON reads a string, number, boolean or null.
func (l *loose) UnmarshalJSON(data []byte) error {
	switch jsontext.Value(data).Kind() {
	case jsontext.KindNull:
		return nil
	case jsontext.KindString:
		text, err := jsontext.AppendUnquote(nil, data)
		l.text = string(text)
		return err
	case jsontext.KindNumber, jsontext.KindTrue, jsontext.KindFalse:
		l.text = string(bytes.TrimSpace(data))
		return nil
	default:
		return fmt.Errorf("%w, got %s", errText, source.Noun(jsontext.Value(data).Kind()))
	}
}

// whole is the text as a number of objects, or nil where it is none.
func (l loose) whole() *int {
	v, err := strconv.Atoi(strings.TrimSuffix(l.text, ".0"))
	if err != nil || v < 0 {
		return nil
	}
	return &v
}

// decimal is the text as points that are not below zero, or nil.
func (l loose) decimal() *posture.Points {
	if !jsontext.Value(l.text).IsValid() || jsontext.Value(l.text).Kind() != jsontext.KindNumber {
		return nil
	}
	p, err := hundredths(strings.TrimSpace(l.text))
	if err != nil || p < 0 {
		return nil
	}
	return &p
}

func (l loose) truth() *bool {
	v := strings.EqualFold(l.text, "true")
	if !v && !strings.EqualFold(l.text, "false") {
		return nil
	}
	return &v
}

// moment reads a time, or the zero time where there is none.
func (l loose) moment() time.Time {
	t, err := time.Parse(time.RFC3339Nano, l.text)
	if err != nil {
		return time.Time{}
	}
	return t.UTC().Truncate(time.Microsecond)
}
