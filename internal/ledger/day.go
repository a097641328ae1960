// SPDX-License-Identifier: Apache-2.0

package ledger

import "time"

const secondsPerDay = 24 * 60 * 60

// Day is a UTC day, counted from 1970-01-01.
type Day int32

// DayOf returns the UTC day of t.
func DayOf(t time.Time) Day {
	seconds := t.Unix()
	day := seconds / secondsPerDay
	if seconds%secondsPerDay < 0 {
		day--
	}
	return Day(day)
}

// Time is the first instant of the day, UTC.
func (d Day) Time() time.Time { return time.Unix(int64(d)*secondsPerDay, 0).UTC() }

// String returns 2026-01-31.
func (d Day) String() string { return d.Time().Format(time.DateOnly) }

// Month is the first day of the month of d.
func (d Day) Month() Day {
	t := d.Time()
	return d - Day(t.Day()-1)
}

// NextMonth is the first day of the month after that of d.
func (d Day) NextMonth() Day { return (d.Month() + 31).Month() }
