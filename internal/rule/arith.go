// SPDX-License-Identifier: Apache-2.0

package rule

import "math"

// CEL's limits: times from year 1 to 9999, durations of 64 bits of nanoseconds.
const (
	firstSecond = -62135596800
	lastSecond  = 253402300799
	micros      = 1_000_000

	firstTime = firstSecond * micros
	lastTime  = lastSecond*micros + micros - 1

	longest = math.MaxInt64 / 1000 // microseconds of a duration, either way
	// longestSeconds bounds the whole seconds between two times: CEL scales
	// them to nanoseconds before it adds the fractions.
	longestSeconds = math.MaxInt64 / 1_000_000_000
)

// arithmeticOf returns + or - for the shapes of a node. The result is not ok
// where CEL reports an overflow.
func arithmeticOf(n *node) func(x, y int64) (int64, bool) {
	a, b := n.args[0].shape, n.args[1].shape
	switch {
	case n.op == opAdd && a == anInt:
		return addInts
	case n.op == opAdd && a == aDuration && b == aDuration:
		return addDurations
	case n.op == opAdd && a == aTime:
		return addTime
	case n.op == opAdd:
		return func(d, t int64) (int64, bool) { return addTime(t, d) }
	case a == anInt:
		return subInts
	case a == aDuration:
		return func(x, y int64) (int64, bool) { return addDurations(x, -y) }
	case b == aDuration:
		return func(t, d int64) (int64, bool) { return addTime(t, -d) }
	}
	return subTimes
}

func addInts(x, y int64) (int64, bool) {
	s := x + y
	return s, (s > x) == (y > 0)
}

func subInts(x, y int64) (int64, bool) {
	d := x - y
	return d, (d < x) == (y > 0)
}

func addDurations(x, y int64) (int64, bool) {
	s := x + y // each within a thousandth of int64
	return s, s >= -longest && s <= longest
}

func addTime(t, d int64) (int64, bool) {
	s, ok := addInts(t, d)
	return s, ok && s >= firstTime && s <= lastTime
}

func subTimes(x, y int64) (int64, bool) {
	d, ok := subInts(x, y)
	seconds := floorSeconds(x) - floorSeconds(y)
	return d, ok && d >= -longest && d <= longest && seconds >= -longestSeconds && seconds <= longestSeconds
}

// floorSeconds is the second that a time lies in.
func floorSeconds(t int64) int64 {
	s := t / micros
	if t%micros < 0 {
		s--
	}
	return s
}
