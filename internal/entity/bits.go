// SPDX-License-Identifier: Apache-2.0

package entity

import "math/bits"

// Bits is a set of row numbers, 64 to a word. Bits beyond the length of the
// table are always zero.
type Bits []uint64

// Words is the number of words that n rows need.
func Words(n int) int { return (n + 63) / 64 }

// NewBits returns an empty set for n rows.
func NewBits(n int) Bits { return make(Bits, Words(n)) }

// Has reports whether row is in the set.
func (b Bits) Has(row int) bool { return b[row>>6]>>(uint(row)&63)&1 == 1 }

// Add puts row in.
func (b Bits) Add(row int) { b[row>>6] |= 1 << (uint(row) & 63) }

// Remove takes row out.
func (b Bits) Remove(row int) { b[row>>6] &^= 1 << (uint(row) & 63) }

// Put adds row or takes it out.
func (b Bits) Put(row int, in bool) {
	if in {
		b.Add(row)
	} else {
		b.Remove(row)
	}
}

// Count is the number of rows in the set.
func (b Bits) Count() int {
	n := 0
	for _, w := range b {
		n += bits.OnesCount64(w)
	}
	return n
}

// CountAnd is the number of rows in both sets; they are of one table.
func (b Bits) CountAnd(o Bits) int {
	n := 0
	for i := range min(len(b), len(o)) {
		n += bits.OnesCount64(b[i] & o[i])
	}
	return n
}

// Rows calls yield for each row in ascending order until it returns false.
func (b Bits) Rows(yield func(int) bool) {
	for i, w := range b {
		for ; w != 0; w &= w - 1 {
			if !yield(i<<6 + bits.TrailingZeros64(w)) {
				return
			}
		}
	}
}

// Fill sets the first n rows and clears the rest.
func (b Bits) Fill(n int) {
	for i := range b {
		b[i] = ^uint64(0)
	}
	if tail := uint(n) & 63; tail != 0 && len(b) > 0 {
		b[len(b)-1] = 1<<tail - 1
	}
}

// grown returns b with room for n rows.
func (b Bits) grown(n int) Bits {
	for len(b) < Words(n) {
		b = append(b, 0)
	}
	return b
}
