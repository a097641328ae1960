// SPDX-License-Identifier: Apache-2.0

package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"sync/atomic"
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

// exec runs a query and returns the number of rows that it changed.
func (w *work) exec(ctx context.Context, name string, args ...any) (int64, error) {
	result, err := w.statement(ctx, name).ExecContext(ctx, args...)
	if err != nil {
		return 0, fault(name, err)
	}
	n, err := result.RowsAffected()
	return n, fault(name, err)
}

// secure calls fn so that what it takes away is overwritten in the file too.
// Otherwise that happens within pages that are written anyway, which costs
// nothing, but pages that get free keep what they held until they are used.
func (w *work) secure(ctx context.Context, fn func() error) error {
	set := func(pragma string) error {
		_, err := w.tx.ExecContext(ctx, pragma)
		return fault("secure_delete", err)
	}
	if err := set("PRAGMA secure_delete = 1"); err != nil {
		return err
	}
	return errors.Join(fn(), set("PRAGMA secure_delete = FAST"))
}

// one runs a query and scans its only row. Without a row the error wraps
// posture.ErrNotFound.
func (w *work) one(ctx context.Context, name string, into []any, args ...any) error {
	return fault(name, w.statement(ctx, name).QueryRowContext(ctx, args...).Scan(into...))
}

// scanner is a row of a result.
type scanner interface{ Scan(into ...any) error }

// each runs a query and calls read for each row until it returns false.
func (w *work) each(ctx context.Context, name string, read func(scanner) (more bool, err error), args ...any) error {
	rows, err := w.statement(ctx, name).QueryContext(ctx, args...)
	return visit(name, rows, err, read)
}

// visit reads the rows that a query gave, unless it failed.
func visit(name string, rows *sql.Rows, err error, read func(scanner) (more bool, err error)) error {
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

// all runs a query and reads each row.
func all[T any](ctx context.Context, w *work, name string, read func(scanner) (T, error), args ...any) ([]T, error) {
	var list []T
	if err := w.each(ctx, name, into(&list, read), args...); err != nil {
		return nil, err
	}
	return list, nil
}

// into appends each row to a list.
func into[T any](list *[]T, read func(scanner) (T, error)) func(scanner) (bool, error) {
	return func(row scanner) (bool, error) {
		v, err := read(row)
		*list = append(*list, v)
		return true, err
	}
}

// filtered is all for a query whose rows must meet one more condition, made by
// relation.where; its parameters stand before those behind ORDER BY. Without a
// condition it is all.
func filtered[T any](ctx context.Context, w *work, name, condition string, read func(scanner) (T, error), args ...any) ([]T, error) {
	if condition == "" {
		return all(ctx, w, name, read, args...)
	}
	text := w.pool.texts[name]
	end := strings.LastIndex(text, "ORDER BY")
	rows, err := w.tx.QueryContext(ctx, text[:end]+"AND "+condition+" "+text[end:], args...)
	var list []T
	if err := visit(name, rows, err, into(&list, read)); err != nil {
		return nil, err
	}
	return list, nil
}
