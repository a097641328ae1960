// SPDX-License-Identifier: Apache-2.0

package rule

import (
	"math"
	"math/bits"
)

func trailing(w uint64) int { return bits.TrailingZeros64(w) }

// span is a range of numbers, both ends included; empty when lo > hi.
type span struct{ lo, hi int64 }

var (
	allNumbers = span{math.MinInt64, math.MaxInt64}
	noNumbers  = span{1, 0}
)

func (s span) empty() bool { return s.lo > s.hi }

func (s span) meet(o span) span { return span{max(s.lo, o.lo), min(s.hi, o.hi)} }

// plus moves both ends; minus moves them the other way; from mirrors them.
// What lies beyond 64 bits holds no number of a column.
func (s span) plus(by int64) span  { return bounded(s, s.lo, by, s.hi, by, addInts) }
func (s span) minus(by int64) span { return bounded(s, s.lo, by, s.hi, by, subInts) }
func (s span) from(by int64) span  { return bounded(s, by, s.hi, by, s.lo, subInts) }

func bounded(s span, a, b, c, d int64, do func(x, y int64) (int64, bool)) span {
	if s.empty() {
		return s
	}
	lo, lok := do(a, b)
	hi, hok := do(c, d)
	// An overflow gives the other sign: above the greatest number is negative.
	switch {
	case !lok && lo < 0, !hok && hi >= 0:
		return noNumbers
	}
	if !lok {
		lo = math.MinInt64
	}
	if !hok {
		hi = math.MaxInt64
	}
	return span{lo, hi}
}

// line is a number that one column of the entity gives: the column itself, or
// column + by, column - by, by - column, where by is the same for all rows.
type line struct {
	column int
	node   *node
	by     *node // nil: the column itself
	mirror bool  // by - column
}

func lineOf(n *node) (line, bool) {
	if n.op == opField {
		return line{column: n.field.index, node: n}, true
	}
	if n.op != opAdd && n.op != opSub {
		return line{}, false
	}
	a, b := n.args[0], n.args[1]
	switch {
	case a.op == opField && b.scalar():
		return line{column: a.field.index, node: n, by: b}, true
	case b.op == opField && a.scalar():
		return line{column: b.field.index, node: n, by: a, mirror: n.op == opSub}, true
	}
	return line{}, false
}

// solve returns the numbers of the column for which the line has a value, and
// those for which the value lies in want.
func (l *line) solve(want span, by int64) (valid, in span) {
	if l.by == nil {
		return allNumbers, want
	}
	results := allNumbers
	seconds := allNumbers
	switch l.node.shape {
	case aTime:
		results = span{firstTime, lastTime}
	case aDuration: // the distance of two times: see subTimes
		results = span{-longest, longest}
		second := floorSeconds(by)
		seconds = span{scaled(second - longestSeconds), scaled(second+longestSeconds) + micros - 1}
	default:
	}
	back := func(s span) span {
		switch {
		case l.mirror:
			return s.from(by)
		case l.node.op == opAdd:
			return s.minus(by)
		}
		return s.plus(by)
	}
	valid = back(results).meet(seconds)
	return valid, back(want).meet(valid)
}

// scaled is the first microsecond of a second. Seconds beyond CEL's years are
// brought back into them: no time of a column lies there.
func scaled(second int64) int64 {
	return micros * min(max(second, 2*firstSecond), 2*lastSecond)
}

// numbers lowers < and == of numbers, times and durations.
func (p *plan) numbers(n *node, negate bool) vec {
	a, b := n.args[0], n.args[1]
	if a.scalar() { // 5 < x says that x lies above
		if l, ok := lineOf(b); ok {
			return p.compare(l, a, n.op, true, negate)
		}
	}
	if b.scalar() {
		if l, ok := lineOf(a); ok {
			return p.compare(l, b, n.op, false, negate)
		}
	}
	return calls(n, negate)
}

// compare lowers a line compared with a scalar into one range of the column.
func (p *plan) compare(l line, with *node, o op, above, negate bool) vec {
	limit := with.numberOf(nil)
	var by numberFn
	if l.by != nil {
		by = l.by.numberOf(nil)
	}
	at := p.slot(func(r *run, s *slot) {
		f := frame{m: r.m, t: r.t, run: r}
		k, ok := limit(f)
		shift := int64(0)
		if by != nil && ok {
			shift, ok = by(f)
		}
		if s.known = ok; !ok {
			return
		}
		s.valid, s.in = l.solve(wanted(o, k, above, negate), shift)
	})
	column, complement := l.column, o == opEqual && negate
	return vec{func(r *run, i int, _ uint64) (t, u uint64) {
		s, c := &r.slots[at], r.t.Column(column)
		if !s.known {
			return 0, ^uint64(0)
		}
		known := c.Known[i]
		if s.valid != allNumbers {
			known &= within(c.Ints, i, s.valid)
		}
		t = within(c.Ints, i, s.in)
		if complement {
			t = ^t
		}
		return t & known, ^known
	}, costNumbers}
}

// wanted are the values that make a comparison with k true. The negation of ==
// is the complement of what is returned.
func wanted(o op, k int64, above, negate bool) span {
	switch {
	case o == opEqual:
		return span{k, k}
	case above && negate: // not k < x
		return span{math.MinInt64, k}
	case above:
		return allNumbers.after(k)
	case negate: // not x < k
		return span{k, math.MaxInt64}
	}
	return allNumbers.upTo(k)
}

// after are the numbers above k, upTo those below it.
func (s span) after(k int64) span {
	if k == math.MaxInt64 {
		return noNumbers
	}
	return span{k + 1, s.hi}
}

func (s span) upTo(k int64) span {
	if k == math.MinInt64 {
		return noNumbers
	}
	return span{s.lo, k - 1}
}

// within are the rows of word i whose number lies in s.
func within(numbers []int64, i int, s span) uint64 {
	if s.empty() {
		return 0
	}
	start, width := uint64(s.lo), uint64(s.hi)-uint64(s.lo)
	rest := numbers[i<<6:]
	if len(rest) >= 64 {
		return within64((*[64]int64)(rest), start, width)
	}
	w := uint64(0)
	for j, v := range rest {
		if uint64(v)-start <= width {
			w |= 1 << j
		}
	}
	return w
}

func within64(numbers *[64]int64, start, width uint64) uint64 {
	w := uint64(0)
	for j := range numbers {
		_, outside := bits.Sub64(width, uint64(numbers[j])-start, 0)
		w = w>>1 | outside<<63
	}
	return ^w
}
