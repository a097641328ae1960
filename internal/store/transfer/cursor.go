// SPDX-License-Identifier: Apache-2.0

package transfer

import (
	"context"
	"errors"
	"fmt"
	"io"
)

// cursor reads the blocks of a backup file one after the other.
type cursor struct {
	archive  *Archive
	at       int64 // of the next block
	ordinal  uint32
	anywhere bool // it did not begin with the first block
	packed   []byte
	data     []byte
}

// peek reads the frame of the next block.
func (c *cursor) peek() (frame, error) {
	a := c.archive
	head := make([]byte, frameSize)
	n, err := a.file.ReadAt(head, c.at)
	if err != nil && !errors.Is(err, io.EOF) {
		return frame{}, fmt.Errorf("read backup: %w", err)
	}
	if n < frameSize {
		return frame{}, a.fault("", c.at+int64(n), errCut)
	}
	return readFrame(head), nil
}

// name is the table that a frame says that it is of, for errors.
func (c *cursor) name(f *frame) string {
	tables := c.archive.Header.Tables
	if f.kind != rowsFrame || int(f.table) >= len(tables) {
		return ""
	}
	return tables[f.table].Name
}

// next reads a block. What it returns lives until the next one.
func (c *cursor) next() (f frame, data []byte, err error) {
	a := c.archive
	if f, err = c.peek(); err != nil {
		return f, nil, err
	}
	table, body := c.name(&f), c.at+frameSize
	known := f.kind == headerFrame || f.kind == rowsFrame || f.kind == trailerFrame
	if !known || f.stored > blockMost || f.raw > blockMost {
		return f, nil, a.fault("", c.at, errChanged)
	}
	if int64(f.stored) > a.size-body {
		return f, nil, a.fault(table, a.size, errCut)
	}
	if cap(c.packed) < int(f.stored) {
		c.packed = make([]byte, f.stored)
	}
	c.packed = c.packed[:f.stored]
	if _, err := a.file.ReadAt(c.packed, body); err != nil {
		if errors.Is(err, io.EOF) {
			return f, nil, a.fault(table, a.size, errCut)
		}
		return f, nil, fmt.Errorf("read backup: %w", err)
	}
	if f.checksum(c.packed) != f.sum {
		return f, nil, a.fault(table, c.at, errChanged)
	}
	if !c.anywhere && f.ordinal != c.ordinal {
		return f, nil, a.fault(table, c.at, errOrder)
	}
	if c.data, err = a.decoder.DecodeAll(c.packed, c.data[:0]); err != nil || len(c.data) != int(f.raw) {
		return f, nil, a.fault(table, c.at, errChanged)
	}
	c.at = body + int64(f.stored)
	c.ordinal = f.ordinal + 1
	c.anywhere = false
	return f, c.data, nil
}

// table reads the rows of a table, from its first block on.
func (c *cursor) table(ctx context.Context, index int, yield func(Row, error) bool) {
	t := &c.archive.Header.Tables[index]
	row := make(Row, len(t.Columns))
	for {
		if err := ctx.Err(); err != nil {
			yield(nil, fmt.Errorf("read backup: %w", err))
			return
		}
		f, err := c.peek()
		if err == nil && (f.kind != rowsFrame || int(f.table) != index) {
			return
		}
		at := c.at
		var data []byte
		if err == nil {
			_, data, err = c.next()
		}
		for err == nil && len(data) > 0 {
			if data, err = t.readRow(data, row); err != nil {
				err = c.archive.fault(t.Name, at, err)
				break
			}
			if !yield(row, nil) {
				return
			}
		}
		if err != nil {
			yield(nil, err)
			return
		}
	}
}

// sum reads a table to its end and sums it up.
func (c *cursor) sum(ctx context.Context, index int, s *Summary) (err error) {
	tally := newTally(&c.archive.Header.Tables[index])
	c.table(ctx, index, func(row Row, fault error) bool {
		if err = fault; err == nil {
			_, err = tally.add(row)
		}
		return err == nil
	})
	tally.into(s)
	return err
}
