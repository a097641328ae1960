// SPDX-License-Identifier: Apache-2.0

package transfer

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/klauspost/compress/zstd"

	"securescore/internal/posture"
)

var (
	errForeign = errors.New("is not a backup of this program")
	errFormat  = errors.New("has a format that this program does not know")
	errCut     = errors.New("ends before its end mark: it was cut short")
	errChanged = errors.New("is damaged: a checksum does not fit")
	errBehind  = errors.New("goes on behind its end mark")
	errOrder   = errors.New("is damaged: a block is missing or in the wrong place")
	errSums    = errors.New("is damaged: its rows are not those that it counts in its end")
)

const useAnother = "restore another backup; nothing was changed"

// Archive is a backup file that was read to its end and found whole. It
// implements Source. A fault in it is a *posture.InputError that names the
// table and the place.
type Archive struct {
	Header  Header
	Summary Summary

	path    string
	file    *os.File
	size    int64
	decoder *zstd.Decoder
	begins  []int64 // of each table: offset of its first block
}

// Open opens a backup file and checks every byte of it, so that nothing is
// begun with one that is faulty.
func Open(ctx context.Context, path string) (*Archive, error) {
	file, err := os.Open(path)
	if err != nil {
		if p, ok := errors.AsType[*fs.PathError](err); ok {
			err = p.Err
		}
		return nil, &posture.InputError{File: path, Offset: -1, Cause: err, Advice: "check the path and its permissions"}
	}
	a := &Archive{path: path, file: file}
	if err := a.prepare(ctx); err != nil {
		return nil, errors.Join(err, a.Close())
	}
	return a, nil
}

// Close closes the file.
func (a *Archive) Close() error {
	if a.decoder != nil {
		a.decoder.Close()
	}
	return a.file.Close()
}

// Version implements Source.
func (a *Archive) Version() int64 { return a.Header.Schema }

// Tables implements Source.
func (a *Archive) Tables() []Table { return a.Header.Tables }

func (a *Archive) prepare(ctx context.Context) error {
	info, err := a.file.Stat()
	if err != nil {
		return fmt.Errorf("open backup: %w", err)
	}
	if !info.Mode().IsRegular() {
		return a.fault("", -1, errForeign)
	}
	a.size = info.Size()
	if a.decoder, err = zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(blockMost)); err != nil {
		return fmt.Errorf("prepare decompression: %w", err)
	}
	first := make([]byte, len(opening))
	n, err := io.ReadFull(a.file, first)
	switch {
	case err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("read backup: %w", err)
	case n > 0 && n < len(opening) && strings.HasPrefix(opening, string(first[:n])):
		return a.fault("", int64(n), errCut)
	case !bytes.HasPrefix(first, []byte(product)):
		return a.fault("", -1, errForeign)
	case string(first) != opening:
		return a.fault("", int64(len(product)), errFormat)
	}
	return a.check(ctx)
}

func (a *Archive) fault(table string, offset int64, cause error) error {
	return &posture.InputError{File: a.path, DataSet: table, Offset: offset, Cause: cause, Advice: useAnother}
}

// check reads the file from its header to its end.
func (a *Archive) check(ctx context.Context) error {
	c := &cursor{archive: a, at: int64(len(opening))}
	f, data, err := c.next()
	if err != nil {
		return err
	}
	if f.kind != headerFrame {
		return a.fault("", int64(len(opening)), errOrder)
	}
	if err := json.Unmarshal(data, &a.Header); err != nil {
		return a.fault("", int64(len(opening)), errFormat)
	}
	for i := range a.Header.Tables {
		if err := a.Header.Tables[i].check(); err != nil {
			return a.fault(a.Header.Tables[i].Name, int64(len(opening)), errFormat)
		}
	}
	counted := &Summary{}
	for i := range a.Header.Tables {
		a.begins = append(a.begins, c.at)
		if err := c.sum(ctx, i, counted); err != nil {
			return err
		}
	}
	return a.finish(c, counted)
}

// finish compares the trailer with what was counted, and looks at the end mark.
func (a *Archive) finish(c *cursor, counted *Summary) error {
	at := c.at
	f, data, err := c.next()
	if err != nil {
		return err
	}
	if f.kind != trailerFrame {
		return a.fault("", at, errOrder)
	}
	if err := json.Unmarshal(data, &a.Summary); err != nil {
		return a.fault("", at, errFormat)
	}
	if err := Differ(&a.Summary, counted); err != nil || a.Summary.Changes != counted.Changes || a.Header.Tenants != counted.Of("tenant") {
		return a.fault("", at, errSums)
	}
	last := make([]byte, len(ending)+1)
	n, err := a.file.ReadAt(last, c.at)
	switch {
	case err != nil && !errors.Is(err, io.EOF):
		return fmt.Errorf("read backup: %w", err)
	case n < len(ending):
		return a.fault("", c.at+int64(n), errCut)
	case string(last[:len(ending)]) != ending:
		return a.fault("", c.at, errChanged)
	case n > len(ending):
		return a.fault("", c.at+int64(len(ending)), errBehind)
	}
	return nil
}

// Rows implements Source.
func (a *Archive) Rows(ctx context.Context, t *Table) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		for i := range a.Header.Tables {
			if a.Header.Tables[i].Name == t.Name {
				c := &cursor{archive: a, at: a.begins[i], anywhere: true}
				c.table(ctx, i, yield)
				return
			}
		}
		yield(nil, fmt.Errorf("read backup: table %s: %w", t.Name, posture.ErrNotFound))
	}
}
