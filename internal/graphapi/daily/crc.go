// SPDX-License-Identifier: Apache-2.0

package daily

// The CRC-32 of gzip is the remainder of a polynomial over GF(2). Putting bytes
// behind others multiplies the remainder of those by x to the power of the
// bits that come: a shift, which is known for a piece before anybody knows
// what it will stand behind. Polynomials are written with x^0 in the highest
// bit, as the checksum itself is.
const (
	one        uint32 = 1 << 31 // x^0
	eighth     uint32 = 1 << 23 // x^8: one byte
	polynomial uint32 = 0xedb88320
)

// times multiplies two remainders.
func times(a, b uint32) uint32 {
	product := uint32(0)
	for bit := one; a != 0; bit >>= 1 {
		if a&bit != 0 {
			product ^= b
			a &^= bit
		}
		b = b>>1 ^ polynomial&-(b&1)
	}
	return product
}

// shiftOf is the shift of a number of bytes, by squaring.
func shiftOf(length int) uint32 {
	shift, power := one, eighth
	for ; length > 0; length >>= 1 {
		if length&1 == 1 {
			shift = times(shift, power)
		}
		power = times(power, power)
	}
	return shift
}

// joined is the checksum of two pieces one behind the other, from the checksum
// of each and the shift of the second.
func joined(first, second, shift uint32) uint32 { return times(shift, first) ^ second }
