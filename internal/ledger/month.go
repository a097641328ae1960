// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"encoding/binary"
	"fmt"

	"securescore/internal/posture"
)

// monthFormat is the first byte of a month blob. Blobs are a cache: another
// format is rebuilt from the entries, never converted.
const monthFormat = 1

// The columns of a day in a blob: those that stand until they change, and
// those that are of one day only.
const (
	standing = 4 + 2*5
	columns  = standing + 3
)

// EncodeMonth packs the totals of following days of one month. A day on which
// nothing changed takes one byte.
func EncodeMonth(days []DayTotal) []byte {
	b := []byte{monthFormat}
	if len(days) == 0 {
		return b
	}
	b = binary.AppendVarint(b, int64(days[0].Day))
	var last [columns]int64
	for i := range days {
		now := days[i].columns()
		mask := uint64(0)
		for c := range now {
			if now[c] != last[c] {
				mask |= 1 << c
			}
		}
		b = binary.AppendUvarint(b, mask)
		for c := range now {
			if now[c] != last[c] {
				b = binary.AppendVarint(b, now[c]-last[c])
			}
		}
		last = now.carried()
	}
	return b
}

// DecodeMonth appends the totals of a blob to days. It returns an error that
// wraps posture.ErrInvalid for bytes that EncodeMonth does not write; the blob
// is then to be rebuilt.
func DecodeMonth(days []DayTotal, blob []byte) ([]DayTotal, error) {
	if len(blob) == 0 || blob[0] != monthFormat {
		return days, fmt.Errorf("decode month: %w: unknown format", posture.ErrInvalid)
	}
	if len(blob) == 1 {
		return days, nil
	}
	r := reader{rest: blob[1:]}
	day := Day(r.int())
	var now cells
	for !r.bad && len(r.rest) > 0 {
		mask := r.uint()
		if mask >= 1<<columns {
			return days, fmt.Errorf("decode month: %w: unknown column", posture.ErrInvalid)
		}
		for c := 0; mask != 0; c, mask = c+1, mask>>1 {
			if mask&1 == 1 {
				now[c] += r.int()
			}
		}
		days = append(days, now.total(day))
		now = now.carried()
		day++
	}
	if r.bad {
		return days, fmt.Errorf("decode month: %w: the bytes are damaged", posture.ErrInvalid)
	}
	return days, nil
}

// cells are the columns of one day; the standing ones come first.
type cells [columns]int64

// carried are the columns with which the next day begins.
func (c cells) carried() cells {
	for i := standing; i < columns; i++ {
		c[i] = 0
	}
	return c
}

func (t *DayTotal) columns() cells {
	c := cells{
		0: int64(t.Measured), 1: int64(t.Credited), 2: int64(t.Max), 3: int64(t.Accepted),
		standing: int64(t.Achieved), standing + 1: int64(t.Regressed), standing + 2: int64(t.Adjusted),
	}
	for i, p := range t.Parts {
		c[4+2*i], c[5+2*i] = int64(p.Earned), int64(p.Max)
	}
	return c
}

func (c cells) total(day Day) DayTotal {
	t := DayTotal{
		Day:      day,
		Sums:     Sums{posture.Points(c[0]), posture.Points(c[1]), posture.Points(c[2])},
		Accepted: int(c[3]),
		Achieved: posture.Points(c[standing]), Regressed: posture.Points(c[standing+1]), Adjusted: posture.Points(c[standing+2]),
	}
	for i := range t.Parts {
		t.Parts[i] = Part{posture.Points(c[4+2*i]), posture.Points(c[5+2*i])}
	}
	return t
}

// Months cuts following days at the ends of months.
func Months(days []DayTotal) [][]DayTotal {
	var months [][]DayTotal
	for len(days) > 0 {
		end := min(int(days[0].Day.NextMonth()-days[0].Day), len(days))
		months = append(months, days[:end])
		days = days[end:]
	}
	return months
}
