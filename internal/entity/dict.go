// SPDX-License-Identifier: Apache-2.0

package entity

import (
	"encoding/binary"
	"hash/maphash"
	"strings"
)

// Dict numbers the distinct strings of a column. It holds their text end to
// end: names of people are all different, and a string each would cost twice
// the memory and work for the collector of garbage. A table has fewer than 2^32
// distinct strings, which together hold less than 4 GiB.
type Dict struct {
	text  strings.Builder
	ends  []uint32 // of each string in text
	codes index
}

// Len is the number of distinct strings. Their numbers are below it.
func (d *Dict) Len() int { return len(d.ends) }

// Value returns the string of a number.
func (d *Dict) Value(code uint32) string {
	start := uint32(0)
	if code > 0 {
		start = d.ends[code-1]
	}
	return d.text.String()[start:d.ends[code]]
}

// Code returns the number of s, adding it when it is new.
func (d *Dict) Code(s string) uint32 {
	if c, ok := d.Lookup(s); ok {
		return c
	}
	c := uint32(len(d.ends))
	d.text.WriteString(s)
	d.ends = append(d.ends, uint32(d.text.Len()))
	d.codes.add(c, func(code uint32) uint64 { return maphash.String(seed, d.Value(code)) })
	return c
}

// Lookup returns the number of s, and false when no row holds it.
func (d *Dict) Lookup(s string) (uint32, bool) {
	return d.codes.find(maphash.String(seed, s), func(code uint32) bool { return d.Value(code) == s })
}

// seed keeps hostile values from being made to collide.
var seed = maphash.MakeSeed()

// hashCodes hashes a list of codes.
func hashCodes(list []uint32) uint64 {
	var room [128]byte
	b := room[:0]
	for _, code := range list {
		b = binary.LittleEndian.AppendUint32(b, code)
	}
	return maphash.Bytes(seed, b)
}

// index finds numbers 0, 1, 2… by the hash of what they stand for. It holds
// the numbers alone: a map would hold each key again, five times the memory for
// a column of names that are all different.
type index struct {
	slots []uint32 // number + 1; 0 is free; the length is a power of two
	used  int
}

// find returns the number for which same is true, and false when there is none.
func (x *index) find(hash uint64, same func(uint32) bool) (uint32, bool) {
	if len(x.slots) == 0 {
		return 0, false
	}
	mask := uint64(len(x.slots) - 1)
	for i := hash & mask; x.slots[i] != 0; i = (i + 1) & mask {
		if code := x.slots[i] - 1; same(code) {
			return code, true
		}
	}
	return 0, false
}

// add puts in the next number, which find has not found.
func (x *index) add(code uint32, hash func(uint32) uint64) {
	if 8*(x.used+1) > 7*len(x.slots) {
		old := x.used
		x.slots = make([]uint32, max(8, 2*len(x.slots)))
		for c := range old {
			x.place(uint32(c), hash)
		}
	}
	x.place(code, hash)
	x.used++
}

func (x *index) place(code uint32, hash func(uint32) uint64) {
	mask := uint64(len(x.slots) - 1)
	i := hash(code) & mask
	for x.slots[i] != 0 {
		i = (i + 1) & mask
	}
	x.slots[i] = code + 1
}
