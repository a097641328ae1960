// SPDX-License-Identifier: Apache-2.0

package transfer

import (
	"encoding/binary"
	"hash/crc32"
)

// A backup file begins with a line that says what it is and in which version
// of the format. Frames follow: one header, rows by table, one trailer. Behind
// the trailer is the end mark and nothing else. There is no byte that is not
// covered by a checksum or compared.
const (
	product   = "SECURESCORE BACKUP "
	opening   = product + "1\n"
	ending    = "END OF SECURESCORE BACKUP\n"
	blockGoal = 1 << 20 // bytes of rows in a block, unless one row is larger
	blockMost = 1 << 30 // a row that is larger is not one of ours
)

// The kinds of frames.
const (
	headerFrame  byte = 'H'
	rowsFrame    byte = 'R'
	trailerFrame byte = 'T'
)

// frame is what stands before the compressed bytes of a block.
type frame struct {
	kind    byte
	table   uint16 // of the header's list; 0 in header and trailer
	ordinal uint32 // counted from 0 through the file
	raw     uint32 // size before compression
	stored  uint32 // size in the file
	sum     uint32 // CRC-32C of the above and of the compressed bytes
}

const frameSize = 1 + 2 + 4 + 4 + 4 + 4

func (f *frame) bytes() []byte {
	b := make([]byte, 0, frameSize)
	b = append(b, f.kind)
	b = binary.BigEndian.AppendUint16(b, f.table)
	b = binary.BigEndian.AppendUint32(b, f.ordinal)
	b = binary.BigEndian.AppendUint32(b, f.raw)
	b = binary.BigEndian.AppendUint32(b, f.stored)
	return binary.BigEndian.AppendUint32(b, f.sum)
}

func readFrame(b []byte) frame {
	return frame{
		kind: b[0], table: binary.BigEndian.Uint16(b[1:]), ordinal: binary.BigEndian.Uint32(b[3:]),
		raw: binary.BigEndian.Uint32(b[7:]), stored: binary.BigEndian.Uint32(b[11:]), sum: binary.BigEndian.Uint32(b[15:]),
	}
}

// checksum is what sum must be.
func (f *frame) checksum(payload []byte) uint32 {
	table := crc32.MakeTable(crc32.Castagnoli)
	return crc32.Update(crc32.Checksum(f.bytes()[:frameSize-4], table), table, payload)
}
