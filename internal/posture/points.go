// SPDX-License-Identifier: Apache-2.0

package posture

import (
	"fmt"
	"strconv"
	"strings"
)

// Points counts hundredths of a point. Whole numbers keep sums exact on every
// database; decimals exist only where people and programs read them.
type Points int64

// Point is one whole point.
const Point Points = 100

// ParsePoints reads a decimal with at most two places, such as "1.5" or "10".
// It returns an error that wraps ErrInvalid for anything else.
func ParsePoints(text string) (Points, error) {
	digits := strings.TrimPrefix(text, "-")
	whole, fraction, dotted := strings.Cut(digits, ".")
	if whole == "" || len(fraction) > 2 || (dotted && fraction == "") || strings.ContainsAny(digits, "+-_ ") {
		return 0, fmt.Errorf("points %q: %w: want a decimal with at most two places", text, ErrInvalid)
	}
	value, err := strconv.ParseInt(whole+(fraction + "00")[:2], 10, 64)
	if err != nil {
		return 0, fmt.Errorf("points %q: %w: want a decimal with at most two places", text, ErrInvalid)
	}
	if len(digits) != len(text) {
		value = -value
	}
	return Points(value), nil
}

// String returns the points with exactly two places: 128.00.
func (p Points) String() string {
	sign := ""
	if p < 0 {
		sign, p = "-", -p
	}
	return fmt.Sprintf("%s%d.%02d", sign, int64(p)/100, int64(p)%100)
}

// Decimal returns the shortest exact decimal: 128, 1.5, 0.25.
func (p Points) Decimal() string {
	text := strings.TrimRight(p.String(), "0")
	return strings.TrimSuffix(text, ".")
}

// MarshalJSON writes the points as a JSON number with at most two places.
func (p Points) MarshalJSON() ([]byte, error) { return []byte(p.Decimal()), nil }

// UnmarshalJSON reads a JSON number with at most two places.
func (p *Points) UnmarshalJSON(data []byte) error {
	v, err := ParsePoints(string(data))
	if err != nil {
		return err
	}
	*p = v
	return nil
}
