// SPDX-License-Identifier: Apache-2.0

package transfer

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/klauspost/compress/zstd"

	"securescore/internal/posture"
)

// Header is what a backup file says of itself.
type Header struct {
	Schema  int64     `json:"schema"`
	Program string    `json:"program"` // version that wrote it
	Engine  string    `json:"engine"`  // that it was read from
	Taken   time.Time `json:"taken"`
	Tenants int64     `json:"tenants"`
	Tables  []Table   `json:"tables"`
}

// writer writes frames.
type writer struct {
	to      io.Writer
	encoder *zstd.Encoder
	packed  []byte
	next    uint32 // ordinal
}

// Write writes a backup of everything that travels. Schema, Tenants and Tables
// of the header are filled in. Memory does not grow with the installation: one
// block of about a megabyte is held, or one row when that is larger.
func Write(ctx context.Context, to io.Writer, from Source, h Header) (*Summary, error) {
	encoder, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1))
	if err != nil {
		return nil, fmt.Errorf("prepare compression: %w", err)
	}
	w := &writer{to: to, encoder: encoder}
	h.Schema, h.Tables = from.Version(), from.Tables()
	if h.Tenants, err = countTenants(ctx, from); err != nil {
		return nil, err
	}
	if _, err := io.WriteString(to, opening); err != nil {
		return nil, fmt.Errorf("write backup: %w", err)
	}
	if err := w.document(headerFrame, h); err != nil {
		return nil, err
	}
	s := &Summary{}
	for i := range h.Tables {
		if err := w.rows(ctx, uint16(i), &h.Tables[i], from, s); err != nil {
			return nil, err
		}
	}
	if err := w.document(trailerFrame, s); err != nil {
		return nil, err
	}
	if _, err := io.WriteString(to, ending); err != nil {
		return nil, fmt.Errorf("write backup: %w", err)
	}
	return s, nil
}

func countTenants(ctx context.Context, from Source) (n int64, err error) {
	for _, t := range from.Tables() {
		if t.Name != "tenant" {
			continue
		}
		for _, err := range from.Rows(ctx, &t) {
			if err != nil {
				return 0, fmt.Errorf("back up table %s: %w", t.Name, err)
			}
			n++
		}
	}
	return n, nil
}

func (w *writer) rows(ctx context.Context, index uint16, t *Table, from Source, s *Summary) error {
	c := newTally(t)
	block := make([]byte, 0, blockGoal)
	for row, err := range from.Rows(ctx, t) {
		var text []byte
		if err == nil {
			text, err = c.add(row)
		}
		if err != nil {
			return fmt.Errorf("back up table %s: %w", t.Name, err)
		}
		if len(block) > 0 && len(block)+len(text) > blockGoal {
			if err := w.block(rowsFrame, index, block); err != nil {
				return err
			}
			block = block[:0]
		}
		block = append(block, text...)
	}
	c.into(s)
	if len(block) == 0 {
		return nil
	}
	return w.block(rowsFrame, index, block)
}

func (w *writer) document(kind byte, v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("write backup: %w", err)
	}
	return w.block(kind, 0, text)
}

func (w *writer) block(kind byte, table uint16, data []byte) error {
	if len(data) > blockMost {
		return fmt.Errorf("write backup: %w: a row has %d bytes, the most are %d", posture.ErrInvalid, len(data), blockMost)
	}
	w.packed = w.encoder.EncodeAll(data, w.packed[:0])
	f := frame{kind: kind, table: table, ordinal: w.next, raw: uint32(len(data)), stored: uint32(len(w.packed))}
	f.sum = f.checksum(w.packed)
	w.next++
	for _, part := range [][]byte{f.bytes(), w.packed} {
		if _, err := w.to.Write(part); err != nil {
			return fmt.Errorf("write backup: %w", err)
		}
	}
	return nil
}
