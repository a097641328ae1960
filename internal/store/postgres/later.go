// SPDX-License-Identifier: Apache-2.0

package postgres

import (
	"context"
	"database/sql"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
)

const (
	// mostQueued is how many queries wait at most.
	mostQueued = 1000
	// bulk is from how many rows on one statement takes them all, as arrays.
	bulk = 16
)

// queued is a query that nobody waits for.
type queued struct {
	name string
	args []any
	row  func(pgx.Row) error // reads what it returns; nil when it returns nothing
}

// Later implements relational.Tx.
func (t *tx) Later(ctx context.Context, name string, args ...any) error {
	t.queue = append(t.queue, queued{name: name, args: args})
	if len(t.queue) < mostQueued {
		return nil
	}
	return t.flush(ctx)
}

// flush sends all queries that wait, in their order and in one trip.
func (t *tx) flush(ctx context.Context) error {
	if len(t.queue) == 0 {
		return nil
	}
	b, name := t.batch()
	return fault(name, t.conn.SendBatch(ctx, b).Close())
}

// batch takes all queries that wait, and names the first.
func (t *tx) batch() (b *pgx.Batch, name string) {
	b = &pgx.Batch{}
	for rest := t.queue; len(rest) > 0; {
		n := 1
		for n < len(rest) && rest[n].name == rest[0].name {
			n++
		}
		t.add(b, rest[:n])
		rest = rest[n:]
	}
	if len(t.queue) > 0 {
		name = t.queue[0].name
	}
	t.queue = t.queue[:0]
	return b, name
}

// add puts calls of one query into a batch: a long row of plain insertions as
// one statement.
func (t *tx) add(b *pgx.Batch, calls []queued) {
	text := t.text(calls[0].name)
	if calls[0].row != nil {
		for _, c := range calls {
			b.Queue(text+" RETURNING changes", c.args...).QueryRow(c.row)
		}
		return
	}
	if len(calls) >= bulk {
		if many, columns, ok := unnested(text, calls); ok {
			b.Queue(many, columns...)
			return
		}
	}
	for _, c := range calls {
		b.Queue(text, c.args...)
	}
}

// unnested turns INSERT INTO t (…) VALUES ($1, …) into one that reads its rows
// from arrays. It is not ok for any other form, and not for DO UPDATE, which
// could meet one row twice.
func unnested(text string, calls []queued) (many string, columns []any, ok bool) {
	head, tail, found := strings.Cut(text, "VALUES (")
	values, tail, closed := strings.Cut(tail, ")")
	width := len(calls[0].args)
	if !found || !closed || !strings.HasPrefix(text, "INSERT INTO ") || strings.Contains(tail, "DO UPDATE") || values != parameters(width) {
		return "", nil, false
	}
	columns = make([]any, width)
	list := make([]string, width)
	for i := range width {
		column, of, ok := array(calls, i)
		if !ok {
			return "", nil, false
		}
		columns[i], list[i] = column, "CAST($"+strconv.Itoa(i+1)+" AS "+of+"[])"
	}
	return head + "SELECT * FROM unnest(" + strings.Join(list, ", ") + ")" + tail, columns, true
}

func parameters(n int) string {
	list := make([]string, n)
	for i := range list {
		list[i] = "$" + strconv.Itoa(i+1)
	}
	return strings.Join(list, ", ")
}

// array is one column of all rows, and the type of its members.
func array(calls []queued, i int) (column any, of string, ok bool) {
	switch calls[0].args[i].(type) {
	case string:
		column, ok = gather[string](calls, i)
		return column, "TEXT", ok
	case int64:
		column, ok = gather[int64](calls, i)
		return column, "BIGINT", ok
	case int:
		column, ok = gather[int](calls, i)
		return column, "BIGINT", ok
	case uint32:
		column, ok = gather[uint32](calls, i)
		return column, "BIGINT", ok
	case []byte:
		column, ok = gather[[]byte](calls, i)
		return column, "BYTEA", ok
	case sql.NullInt64:
		column, ok = gather[sql.NullInt64](calls, i)
		return column, "BIGINT", ok
	}
	return nil, "", false
}

func gather[T any](calls []queued, i int) ([]T, bool) {
	list := make([]T, len(calls))
	for k, c := range calls {
		v, ok := c.args[i].(T)
		if !ok {
			return nil, false
		}
		list[k] = v
	}
	return list, true
}
