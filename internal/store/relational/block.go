// SPDX-License-Identifier: Apache-2.0

package relational

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math/bits"

	"securescore/internal/posture"
)

// blockSize is what a block of evidence is meant to hold before compression:
// small enough to be replaced for one changed object, large enough to compress.
const blockSize = 64 << 10

// maxBits bounds the blocks of a data set: 65,536 of them.
const maxBits = 16

// bitsFor returns over how many blocks, as a power of two, objects of that
// total size are spread. It keeps the number that is there while blocks are
// within four times of their size, so that growth seldom moves every object.
func bitsFor(size int, now int64, known bool) int64 {
	want := int64(min(bits.Len(uint(size/blockSize)), maxBits))
	if known && now >= want-2 && now <= want+2 {
		return now
	}
	return want
}

// split spreads objects, sorted by key, over 2^count blocks by the hash of
// their keys, so that an object that comes, goes or changes touches one block.
// Blocks without objects are left out.
func split(objects []posture.Object, count int64) map[int64][]byte {
	blocks := make(map[int64][]byte)
	for _, o := range objects {
		sum := sha256.Sum256([]byte(o.Key))
		at := int64(binary.BigEndian.Uint64(sum[:8]) >> 1 >> (63 - count))
		b := binary.AppendUvarint(blocks[at], uint64(len(o.Key)))
		b = append(b, o.Key...)
		b = binary.AppendUvarint(b, uint64(len(o.Raw)))
		blocks[at] = append(b, o.Raw...)
	}
	return blocks
}

// join appends the objects of one block.
func join(objects []posture.Object, block []byte) ([]posture.Object, error) {
	take := func() []byte {
		length, n := binary.Uvarint(block)
		if n <= 0 || length > uint64(len(block)-n) {
			block = nil
			return nil
		}
		part := block[n : n+int(length) : n+int(length)]
		block = block[n+int(length):]
		return part
	}
	for len(block) > 0 {
		key, raw := take(), take()
		if key == nil || raw == nil {
			return nil, fmt.Errorf("read evidence: %w: a block is damaged", posture.ErrInvalid)
		}
		objects = append(objects, posture.Object{Key: string(key), Raw: raw})
	}
	return objects, nil
}
