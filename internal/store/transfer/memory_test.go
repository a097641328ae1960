// SPDX-License-Identifier: Apache-2.0

package transfer_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math"
	"strings"
	"testing"
	"time"

	"securescore/internal/posture"
	"securescore/internal/store/transfer"
)

// memory is an installation of a few tables.
type memory struct {
	version int64
	tables  []transfer.Table
	rows    map[string][]transfer.Row
	broken  string // reading this table fails in the end
}

var errBroken = errors.New("the engine is broken")

func (m *memory) Version() int64           { return m.version }
func (m *memory) Tables() []transfer.Table { return m.tables }

func (m *memory) Rows(_ context.Context, t *transfer.Table) iter.Seq2[transfer.Row, error] {
	return func(yield func(transfer.Row, error) bool) {
		for _, row := range m.rows[t.Name] {
			if !yield(row, nil) {
				return
			}
		}
		if m.broken == t.Name {
			yield(nil, errBroken)
		}
	}
}

// Fill makes the rows final only when everything arrived.
func (m *memory) Fill(_ context.Context, fn func(transfer.Loader) error) error {
	if len(m.rows) > 0 {
		return fmt.Errorf("fill: %w", posture.ErrConflict)
	}
	arriving := arrival{}
	if err := fn(arriving); err != nil {
		return err
	}
	m.rows = arriving
	return nil
}

type arrival map[string][]transfer.Row

func (a arrival) Load(_ context.Context, t *transfer.Table, rows iter.Seq2[transfer.Row, error]) error {
	for row, err := range rows {
		if err != nil {
			return err
		}
		kept := make(transfer.Row, len(row))
		for i, v := range row {
			v.Bytes = append([]byte(nil), v.Bytes...)
			kept[i] = v
		}
		a[t.Name] = append(a[t.Name], kept)
	}
	return nil
}

func table(t *testing.T, name string, key []string, columns ...transfer.Column) transfer.Table {
	t.Helper()
	made, err := transfer.NewTable(name, columns, key...)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func number(n int64) transfer.Value { return transfer.Value{Set: true, Number: n} }
func text(s string) transfer.Value  { return transfer.Value{Set: true, Bytes: []byte(s)} }

// small holds every kind of value that a table may.
func small(t *testing.T) *memory {
	t.Helper()
	return &memory{
		version: 4,
		tables: []transfer.Table{
			table(t, "tenant", []string{"number"}, transfer.Column{Name: "number", Kind: transfer.Number}, transfer.Column{Name: "name", Kind: transfer.Text}),
			table(t, "tenant_state", []string{"tenant"}, transfer.Column{Name: "tenant", Kind: transfer.Number}, transfer.Column{Name: "changes", Kind: transfer.Number}),
			table(t, "audit_entry", []string{"log", "sequence"}, transfer.Column{Name: "sealed", Kind: transfer.Bytes}, transfer.Column{Name: "sequence", Kind: transfer.Number},
				transfer.Column{Name: "log", Kind: transfer.Number}, transfer.Column{Name: "note", Kind: transfer.Text, Nullable: true}),
			table(t, "run_item", []string{"tenant"}, transfer.Column{Name: "tenant", Kind: transfer.Number}), // nothing is in it
		},
		rows: map[string][]transfer.Row{
			"tenant":       {{number(1), text("Contoso")}, {number(2), text("")}, {number(math.MinInt64), text("ünï\x00")}},
			"tenant_state": {{number(1), number(40)}, {number(2), number(2)}},
			"audit_entry":  {{number(0), number(1), {}, text("\x00\xff")}, {number(0), number(2), text("x"), text("")}, {number(1), number(math.MaxInt64), text(""), text(strings.Repeat("y", 300))}},
		},
	}
}

func header() transfer.Header {
	return transfer.Header{Program: "1.2.3", Engine: "memory", Taken: time.Date(2026, 11, 22, 16, 0, 0, 0, time.UTC)}
}
