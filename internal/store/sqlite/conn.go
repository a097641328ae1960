// SPDX-License-Identifier: Apache-2.0

package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"sync/atomic"
	"time"

	"securescore/internal/store"
	"securescore/internal/store/relational"
)

// pool is a database handle with all queries prepared, so that no transaction
// has to wait for another connection to prepare one. Closing the handle closes
// them.
type pool struct {
	db       *sql.DB
	prepared map[string]*sql.Stmt
	commits  *atomic.Int64 // counts them; nil when nobody wants to know
	texts    map[string]string
}

func newPool(ctx context.Context, db *sql.DB, queries map[string]string) (*pool, error) {
	p := &pool{db: db, prepared: make(map[string]*sql.Stmt, len(queries)), texts: queries}
	for name, text := range queries {
		var err error
		if p.prepared[name], err = db.PrepareContext(ctx, text); err != nil { //nolint:sqlclosecheck // closing the handle does
			return nil, fault("prepare query "+name, err)
		}
	}
	return p, nil
}

// do runs fn in a transaction, which is rolled back unless fn returns without
// an error, even when it panics.
func (p *pool) do(ctx context.Context, fn func(*work) error) (err error) {
	tx, err := p.db.BeginTx(ctx, nil)
	if err != nil {
		return fault("begin transaction", err)
	}
	open := true
	defer func() {
		if !open {
			return
		}
		// The context may have rolled it back already.
		if back := tx.Rollback(); back != nil && !errors.Is(back, sql.ErrTxDone) {
			err = errors.Join(err, fault("roll back transaction", back))
		}
	}()
	if err := fn(&work{tx: tx, pool: p, statements: make(map[string]statement)}); err != nil {
		return err
	}
	open = false
	err = tx.Commit()
	if p.commits != nil {
		p.commits.Add(1)
	}
	return fault("commit transaction", err)
}

// work is one transaction.
type work struct {
	tx         *sql.Tx
	pool       *pool
	statements map[string]statement
}

// statement is a query within a transaction; it ends with it.
type statement interface {
	ExecContext(ctx context.Context, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, args ...any) *sql.Row
}

// statement returns a query. It panics on a name that is not in the .sql
// files: that is a fault of the program.
func (w *work) statement(ctx context.Context, name string) statement {
	if s, ok := w.statements[name]; ok {
		return s
	}
	prepared, ok := w.pool.prepared[name]
	if !ok {
		panic("no query is named " + name)
	}
	s := w.tx.StmtContext(ctx, prepared)
	w.statements[name] = s
	return s
}

// Exec implements relational.Tx.
func (w *work) Exec(ctx context.Context, name string, args ...any) (int64, error) {
	result, err := w.statement(ctx, name).ExecContext(ctx, args...)
	if err != nil {
		return 0, fault(name, err)
	}
	n, err := result.RowsAffected()
	return n, fault(name, err)
}

// Secure implements relational.Tx. Otherwise what is taken away is overwritten
// within pages that are written anyway, which costs nothing, but pages that get
// free keep what they held until they are used.
func (w *work) Secure(ctx context.Context, fn func() error) error {
	set := func(pragma string) error {
		_, err := w.tx.ExecContext(ctx, pragma)
		return fault("secure_delete", err)
	}
	if err := set("PRAGMA secure_delete = 1"); err != nil {
		return err
	}
	return errors.Join(fn(), set("PRAGMA secure_delete = FAST"))
}

// One implements relational.Tx.
func (w *work) One(ctx context.Context, name string, into []any, args ...any) error {
	return fault(name, w.statement(ctx, name).QueryRowContext(ctx, args...).Scan(into...))
}

// Each implements relational.Tx.
func (w *work) Each(ctx context.Context, name string, read func(relational.Scanner) (more bool, err error), args ...any) error {
	rows, err := w.statement(ctx, name).QueryContext(ctx, args...)
	return visit(name, rows, err, read)
}

// Where implements relational.Tx.
func (w *work) Where(ctx context.Context, name, condition string, read func(relational.Scanner) (more bool, err error), args ...any) error {
	rows, err := w.tx.QueryContext(ctx, relational.Conditioned(w.pool.texts[name], condition), args...)
	return visit(name, rows, err, read)
}

// Later implements relational.Tx: there is no trip to be saved.
func (w *work) Later(ctx context.Context, name string, args ...any) error {
	_, err := w.Exec(ctx, name, args...)
	return err
}

// Announce implements relational.Tx.
func (w *work) Announce(ctx context.Context, number int64, at time.Time, keys string) error {
	for _, step := range []struct {
		name string
		args []any
	}{
		{"feed next cursor", nil},
		{"feed count", []any{number}},
		{"feed append", []any{at.UnixMicro(), keys, number}},
		{"feed prune", []any{number, number, store.KeptChanges}},
	} {
		if _, err := w.Exec(ctx, step.name, step.args...); err != nil {
			return err
		}
	}
	return nil
}

// visit reads the rows that a query gave, unless it failed.
func visit(name string, rows *sql.Rows, err error, read func(relational.Scanner) (more bool, err error)) error {
	if err != nil {
		return fault(name, err)
	}
	defer func() { _ = rows.Close() }() // an error of reading shows in rows.Err
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
