// SPDX-License-Identifier: Apache-2.0

package relational

import (
	"database/sql"
	"fmt"
	"strconv"
	"time"

	"github.com/RoaringBitmap/roaring/v2"

	"securescore/internal/posture"
)

// numbers writes the members of a bitmap as a JSON array, which both engines
// take apart.
func numbers(m *roaring.Bitmap) string {
	text := []byte{'['}
	for n := range roaring.Values(m) {
		if len(text) > 1 {
			text = append(text, ',')
		}
		text = strconv.AppendUint(text, uint64(n), 10)
	}
	return string(append(text, ']'))
}

// micros cuts a time to microseconds.
func micros(t time.Time) int64 { return t.UnixMicro() }

// maybe is null for the zero time.
func maybe(t time.Time) sql.NullInt64 { return sql.NullInt64{Int64: t.UnixMicro(), Valid: !t.IsZero()} }

func at(micros int64) time.Time { return time.UnixMicro(micros).UTC() }

// since is the zero time for null.
func since(micros sql.NullInt64) time.Time {
	if !micros.Valid {
		return time.Time{}
	}
	return at(micros.Int64)
}

// truth reads a Boolean, which stands as 0 or 1.
type truth bool

// Scan implements sql.Scanner.
func (t *truth) Scan(value any) error {
	n, ok := value.(int64)
	if !ok {
		return fmt.Errorf("%w: a Boolean is stored as %T", posture.ErrInvalid, value)
	}
	*t = n != 0
	return nil
}

func flag(v bool) int64 {
	if v {
		return 1
	}
	return 0
}

// pack writes a bitmap; nil is empty.
func pack(b *roaring.Bitmap) ([]byte, error) {
	if b == nil {
		b = roaring.New()
	}
	b = b.Clone()
	b.RunOptimize()
	data, err := b.ToBytes()
	if err != nil {
		return nil, fmt.Errorf("write bitmap: %w", err)
	}
	return data, nil
}

// unpack reads a bitmap, and refuses bytes that are not one.
func unpack(data []byte) (*roaring.Bitmap, error) {
	b := roaring.New()
	if err := b.UnmarshalBinary(data); err != nil {
		return nil, fmt.Errorf("read bitmap: %w: the bytes are damaged", posture.ErrInvalid)
	}
	if err := b.Validate(); err != nil {
		return nil, fmt.Errorf("read bitmap: %w: the bytes are damaged", posture.ErrInvalid)
	}
	return b, nil
}
