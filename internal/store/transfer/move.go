// SPDX-License-Identifier: Apache-2.0

package transfer

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"iter"
	"slices"

	"securescore/internal/posture"
)

// Sum tells what is in a table: two tables of equal sums hold the same rows.
type Sum struct {
	Table string `json:"table"`
	Rows  int64  `json:"rows"`
	Hash  string `json:"sha256"` // of the rows in their canonical form, in hexadecimal
}

// Summary is the sums of all tables that travel.
type Summary struct {
	Tables []Sum `json:"tables"`
	// Changes is how many commits all tenants had up to the moment of the picture.
	Changes int64 `json:"changes"`
}

// Rows is how many there are in all tables.
func (s *Summary) Rows() (n int64) {
	for i := range s.Tables {
		n += s.Tables[i].Rows
	}
	return n
}

// Of is the number of rows of a table.
func (s *Summary) Of(table string) int64 {
	for i := range s.Tables {
		if s.Tables[i].Table == table {
			return s.Tables[i].Rows
		}
	}
	return 0
}

// Differ returns an error that wraps posture.ErrConflict and names every table
// of which two summaries differ; nil when they are equal.
func Differ(want, got *Summary) error {
	var faults []string
	for i := range want.Tables {
		w := &want.Tables[i]
		j := slices.IndexFunc(got.Tables, func(s Sum) bool { return s.Table == w.Table })
		switch {
		case j < 0:
			faults = append(faults, w.Table+" is missing")
		case got.Tables[j].Rows != w.Rows:
			faults = append(faults, fmt.Sprintf("%s has %d rows instead of %d", w.Table, got.Tables[j].Rows, w.Rows))
		case got.Tables[j].Hash != w.Hash:
			faults = append(faults, w.Table+" has other rows")
		}
	}
	if len(got.Tables) > len(want.Tables) {
		faults = append(faults, fmt.Sprintf("%d tables instead of %d", len(got.Tables), len(want.Tables)))
	}
	if len(faults) > 0 {
		return fmt.Errorf("compare: %w: %q", posture.ErrConflict, faults)
	}
	return nil
}

// tally sums rows up while they pass.
type tally struct {
	table   *Table
	hash    hash.Hash
	rows    int64
	changes int64
	counter int // the column that counts changes; -1 when there is none
	buffer  []byte
}

func newTally(t *Table) *tally {
	return &tally{table: t, hash: sha256.New(), counter: t.column("changes")}
}

// add takes a row in and returns its canonical form, which lives until the next
// one.
func (c *tally) add(row Row) ([]byte, error) {
	var err error
	if c.buffer, err = c.table.appendRow(c.buffer[:0], row); err != nil {
		return nil, err
	}
	c.hash.Write(c.buffer)
	c.rows++
	if c.counter >= 0 {
		c.changes += row[c.counter].Number
	}
	return c.buffer, nil
}

func (c *tally) into(s *Summary) {
	s.Tables = append(s.Tables, Sum{Table: c.table.Name, Rows: c.rows, Hash: hex.EncodeToString(c.hash.Sum(nil))})
	s.Changes += c.changes
}

// through passes rows on and sums them up.
func (c *tally) through(rows iter.Seq2[Row, error]) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		for row, err := range rows {
			if err == nil {
				_, err = c.add(row)
			}
			if !yield(row, err) || err != nil {
				return
			}
		}
	}
}

// Summarise reads everything that travels and sums it up.
func Summarise(ctx context.Context, from Source) (*Summary, error) {
	s := &Summary{}
	tables := from.Tables()
	for i := range tables {
		c := newTally(&tables[i])
		for row, err := range from.Rows(ctx, &tables[i]) {
			if err == nil {
				_, err = c.add(row)
			}
			if err != nil {
				return nil, fmt.Errorf("read table %s: %w", tables[i].Name, err)
			}
		}
		c.into(s)
	}
	return s, nil
}

// Move fills a target with everything that travels and sums up what it moved.
// check may look at the sums before they become final. The error wraps
// posture.ErrConflict when the two do not have the same schema, or the target
// is not empty; then, and after every other one, the target is empty still.
func Move(ctx context.Context, from Source, to Target, check func(*Summary) error) (*Summary, error) {
	tables, err := agreed(from, to)
	if err != nil {
		return nil, err
	}
	s := &Summary{}
	err = to.Fill(ctx, func(l Loader) error {
		for i := range tables {
			c := newTally(&tables[i])
			if err := l.Load(ctx, &tables[i], c.through(from.Rows(ctx, &tables[i]))); err != nil {
				return fmt.Errorf("move table %s: %w", tables[i].Name, err)
			}
			c.into(s)
		}
		return check(s)
	})
	if err != nil {
		return nil, err
	}
	return s, nil
}

// agreed returns the tables that both have, which must be the same.
func agreed(from Source, to Target) ([]Table, error) {
	if from.Version() != to.Version() {
		return nil, fmt.Errorf("move: %w: one has schema %d and the other has schema %d; bring both to one version first", posture.ErrConflict, from.Version(), to.Version())
	}
	have, want := from.Tables(), to.Tables()
	same := func(a, b Table) bool { return a.Name == b.Name && a.Key == b.Key && slices.Equal(a.Columns, b.Columns) }
	for i := range max(len(have), len(want)) {
		switch {
		case i >= len(have):
			return nil, fmt.Errorf("move: %w: table %s is only in the target", posture.ErrConflict, want[i].Name)
		case i >= len(want):
			return nil, fmt.Errorf("move: %w: table %s is only in the source", posture.ErrConflict, have[i].Name)
		case !same(have[i], want[i]):
			return nil, fmt.Errorf("move: %w: table %s is not made like table %s of the target", posture.ErrConflict, have[i].Name, want[i].Name)
		}
	}
	return have, nil
}
