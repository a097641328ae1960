// SPDX-License-Identifier: Apache-2.0

package postgres

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"securescore/internal/posture"
	"securescore/internal/store"
	"securescore/internal/store/relational"
)

// tx is one transaction. It implements relational.Tx.
type tx struct {
	conn   *pgxpool.Conn
	engine *engine
	tenant posture.TenantID // empty when it sees all
	// announced are the sequences that this transaction gave out, by the number
	// of their tenant.
	announced map[int64]int64
	removed   bool // it has removed a tenant
	queue     []queued
}

// removal is the query of which the caches of this process must know.
const removal = "tenant remove"

// counting is the query that gives a change its number.
const counting = "feed count"

// idle is what a connection without a transaction says of itself.
const idle = 'I'

// ending bounds how long a rollback may take whose context has ended.
const ending = 5 * time.Second

func (t *tx) rollback(ctx context.Context) error {
	if t.conn.Conn().IsClosed() || t.conn.Conn().PgConn().TxStatus() == idle {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), ending)
	defer cancel()
	_, err := t.conn.Exec(ctx, "ROLLBACK")
	return fault("roll back transaction", err)
}

// commit sends what waits together with the end, in one trip. What fails keeps
// the database from looking at anything that comes after it.
func (t *tx) commit(ctx context.Context) error {
	b, name := t.batch()
	ended := false
	b.Queue("COMMIT").Exec(func(tag pgconn.CommandTag) error {
		ended = tag.String() == "COMMIT" // a transaction that had failed answers ROLLBACK
		return nil
	})
	if err := t.conn.SendBatch(ctx, b).Close(); err != nil {
		return errors.Join(fault(cmp.Or(name, "commit transaction"), err), t.rollback(ctx))
	}
	if !ended {
		return fmt.Errorf("commit transaction: %w: it had failed before", posture.ErrUnavailable)
	}
	t.engine.watch.committed(t)
	return nil
}

// text returns a query by its name. It panics on a name that is not in the .sql
// files: that is a fault of the program.
func (t *tx) text(name string) string {
	text, ok := t.engine.texts[name]
	if !ok {
		panic("no query is named " + name)
	}
	return text
}

// Exec implements relational.Tx.
func (t *tx) Exec(ctx context.Context, name string, args ...any) (int64, error) {
	t.removed = t.removed || name == removal
	if err := t.flush(ctx); err != nil {
		return 0, err
	}
	tag, err := t.conn.Exec(ctx, t.text(name), args...)
	return tag.RowsAffected(), fault(name, err)
}

// One implements relational.Tx.
func (t *tx) One(ctx context.Context, name string, into []any, args ...any) error {
	if err := t.flush(ctx); err != nil {
		return err
	}
	return fault(name, t.conn.QueryRow(ctx, t.text(name), args...).Scan(into...))
}

// Each implements relational.Tx.
func (t *tx) Each(ctx context.Context, name string, read func(relational.Scanner) (more bool, err error), args ...any) error {
	if err := t.flush(ctx); err != nil {
		return err
	}
	rows, err := t.conn.Query(ctx, t.text(name), args...)
	return visit(name, rows, err, read)
}

// Where implements relational.Tx.
func (t *tx) Where(ctx context.Context, name, condition string, read func(relational.Scanner) (more bool, err error), args ...any) error {
	if err := t.flush(ctx); err != nil {
		return err
	}
	text := relational.Numbered(relational.Conditioned(t.engine.raw[name], condition))
	// Filters differ from one another: to prepare them would fill the cache.
	all := append([]any{pgx.QueryExecModeDescribeExec}, args...)
	rows, err := t.conn.Query(ctx, text, all...)
	return visit(name, rows, err, read)
}

// Secure implements relational.Tx. What was deleted stays in the files until
// the database vacuums them and their backups and archives are gone: docs say
// so to whoever has to erase.
func (t *tx) Secure(_ context.Context, fn func() error) error { return fn() }

// Announce implements relational.Tx. The number of the change is known when it
// is sent.
func (t *tx) Announce(_ context.Context, number int64, at time.Time, keys string) error {
	t.queue = append(t.queue,
		queued{name: counting, args: []any{number}, row: func(row pgx.Row) error {
			var sequence int64
			err := row.Scan(&sequence)
			if t.announced == nil {
				t.announced = make(map[int64]int64)
			}
			t.announced[number] = sequence
			return err
		}},
		queued{name: "feed append", args: []any{at.UnixMicro(), keys, number}},
		queued{name: "feed prune", args: []any{number, number, int64(store.KeptChanges)}})
	return nil
}

// visit reads the rows that a query gave, unless it failed.
func visit(name string, rows pgx.Rows, err error, read func(relational.Scanner) (more bool, err error)) error {
	if err != nil {
		return fault(name, err)
	}
	defer rows.Close()
	for rows.Next() {
		more, err := read(rows)
		if err != nil {
			return fault(name, err)
		}
		if !more {
			return nil
		}
	}
	return fault(name, rows.Err())
}
