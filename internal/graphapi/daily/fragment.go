// SPDX-License-Identifier: Apache-2.0

package daily

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"sync"

	"github.com/klauspost/compress/flate"
)

// fragment is one day as a piece of a deflate stream that ends at the border of
// a byte and refers to nothing before it, so that pieces can be put together in
// any order, with what the checksum of the whole needs to know of it.
type fragment struct {
	stamp  uint64 // of the day that it was made from
	crc    uint32 // of the text
	shift  uint32
	length uint32 // of the text, in bytes
	piece  []byte
}

// bodyHead is what stands before the piece in a stored fragment: the stamp, the
// checksum and the length of the text, and the checksum of all that and the
// piece, since a damaged cache must never be sent.
const bodyHead = 8 + 4 + 4 + 4

// body is the fragment as it is stored.
func (f *fragment) body() []byte {
	b := make([]byte, 0, bodyHead+len(f.piece))
	b = binary.BigEndian.AppendUint64(b, f.stamp)
	b = binary.BigEndian.AppendUint32(b, f.crc)
	b = binary.BigEndian.AppendUint32(b, f.length)
	b = binary.BigEndian.AppendUint32(b, crc32.Update(crc32.ChecksumIEEE(b), crc32.IEEETable, f.piece))
	return append(b, f.piece...)
}

// parseFragment reads what body wrote; nil when it is damaged, or not of the
// day as it is now.
func parseFragment(body []byte, stamp uint64) *fragment {
	if len(body) < bodyHead || binary.BigEndian.Uint64(body) != stamp {
		return nil
	}
	head, piece := body[:bodyHead-4], body[bodyHead:]
	if binary.BigEndian.Uint32(body[bodyHead-4:]) != crc32.Update(crc32.ChecksumIEEE(head), crc32.IEEETable, piece) {
		return nil
	}
	length := binary.BigEndian.Uint32(body[12:])
	return &fragment{
		stamp: stamp, crc: binary.BigEndian.Uint32(body[8:]), shift: shiftOf(int(length)), length: length, piece: piece,
	}
}

// packer makes fragments, one after the other.
type packer struct {
	score  Score
	text   []byte
	out    bytes.Buffer
	writer *flate.Writer
}

// packers are kept for further use, since each takes about a megabyte.
type packers struct {
	level int
	pool  sync.Pool
}

// take returns a packer, which must be given back.
func (p *packers) take() (*packer, error) {
	if k, ok := p.pool.Get().(*packer); ok {
		return k, nil
	}
	k := &packer{}
	var err error
	k.writer, err = flate.NewWriter(&k.out, p.level)
	return k, err
}

func (p *packers) give(k *packer) {
	k.score.view, k.score.facts = nil, nil
	p.pool.Put(k)
}

// pack makes the fragment of the score that the packer was filled with.
func (k *packer) pack(stamp uint64) (*fragment, error) {
	k.text = k.score.AppendJSON(k.text[:0], nil)
	k.out.Reset()
	k.writer.Reset(&k.out)
	if _, err := k.writer.Write(k.text); err != nil {
		return nil, err
	}
	if err := k.writer.Flush(); err != nil {
		return nil, err
	}
	return &fragment{
		stamp: stamp, crc: crc32.ChecksumIEEE(k.text), shift: shiftOf(len(k.text)), length: uint32(len(k.text)),
		piece: bytes.Clone(k.out.Bytes()),
	}, nil
}
