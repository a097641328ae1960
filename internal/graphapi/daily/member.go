// SPDX-License-Identifier: Apache-2.0

package daily

import (
	"encoding/binary"
	"hash/crc32"
)

const (
	gzipHead = "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff" // deflate, no name, no time
	gzipTail = 2 + 4 + 4                                  // an empty last block, checksum, length
	// storedMax is what one block that is not compressed can hold, and storedHead
	// what stands before it.
	storedMax  = 1<<16 - 1
	storedHead = 5
)

// member writes one gzip member from pieces.
type member struct {
	dst    []byte
	crc    uint32
	length uint32 // modulo 2^32, as gzip has it
}

func startMember(dst []byte) member { return member{dst: append(dst, gzipHead...)} }

// plain adds text as it is.
func (m *member) plain(text []byte) {
	m.crc = crc32.Update(m.crc, crc32.IEEETable, text)
	m.length += uint32(len(text))
	for len(text) > 0 {
		n := min(len(text), storedMax)
		m.dst = append(m.dst, 0, byte(n), byte(n>>8), ^byte(n), ^byte(n>>8))
		m.dst = append(m.dst, text[:n]...)
		text = text[n:]
	}
}

// fragment adds a day.
func (m *member) fragment(f *fragment) {
	m.crc = joined(m.crc, f.crc, f.shift)
	m.length += f.length
	m.dst = append(m.dst, f.piece...)
}

// finish ends the member.
func (m *member) finish() {
	m.dst = append(m.dst, 3, 0) // a last block with nothing in it
	m.dst = binary.LittleEndian.AppendUint32(m.dst, m.crc)
	m.dst = binary.LittleEndian.AppendUint32(m.dst, m.length)
}

// storedSize is what plain adds for a text of some length.
func storedSize(length int) int {
	return length + storedHead*((length+storedMax-1)/storedMax)
}
