// SPDX-License-Identifier: Apache-2.0

package score

import (
	"fmt"
	"strings"

	"securescore/internal/posture"
)

// Percent counts millionths of a percent, so that a threshold that people type
// is exact. It is shown with two places.
type Percent int64

// One is one percent and Whole is all of it.
const (
	One   Percent = 1_000_000
	Whole         = 100 * One
)

// percentPlaces is how many decimal places a Percent holds.
const percentPlaces = 6

// ParsePercent reads a decimal from 0 to 100 with at most six places, with or
// without a percent sign. It returns an error that wraps posture.ErrInvalid
// for anything else.
func ParsePercent(text string) (Percent, error) {
	whole, fraction, dotted := strings.Cut(strings.TrimSuffix(text, "%"), ".")
	if whole == "" || len(whole) > 3 || len(fraction) > percentPlaces || (dotted && fraction == "") {
		return 0, percentError(text)
	}
	var p Percent
	for _, digit := range whole + (fraction + "000000")[:percentPlaces] {
		if digit < '0' || digit > '9' {
			return 0, percentError(text)
		}
		p = p*10 + Percent(digit-'0')
	}
	if p > Whole {
		return 0, percentError(text)
	}
	return p, nil
}

func percentError(text string) error {
	return fmt.Errorf("percentage %q: %w: want a decimal from 0 to 100 with at most six places", text, posture.ErrInvalid)
}

// Share returns part of whole in percent, truncated to two places. It reports
// false when the whole is not positive.
func Share(part, whole posture.Points) (Percent, bool) {
	if whole <= 0 {
		return 0, false
	}
	return Percent(int64(max(part, 0))*100*100/int64(whole)) * (One / 100), true
}

// String returns the percentage truncated to exactly two places: 46.71.
func (p Percent) String() string { return posture.Points(p / (One / 100)).String() }

// MarshalJSON writes a JSON number with at most two places, truncated.
func (p Percent) MarshalJSON() ([]byte, error) {
	return []byte(posture.Points(p / (One / 100)).Decimal()), nil
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (p *Percent) UnmarshalJSON(data []byte) error {
	v, err := ParsePercent(string(data))
	if err != nil {
		return err
	}
	*p = v
	return nil
}
