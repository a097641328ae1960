// SPDX-License-Identifier: Apache-2.0

package relational

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"securescore/internal/posture"
)

// Database is one engine.
type Database interface {
	// Tenant runs fn in a transaction that is bound to one tenant, whose number
	// leads every key; with the right to write as the only writer of the tenant,
	// else with a consistent picture. The error wraps posture.ErrNotFound when
	// there is no such tenant, else it is that of fn, and then nothing is written.
	Tenant(ctx context.Context, tenant posture.TenantID, write bool, fn func(tx Tx, number int64) error) error
	// Across runs fn in a transaction that sees all tenants, under the same rules.
	Across(ctx context.Context, write bool, fn func(Tx) error) error
	// Dialect says how the engine spells what the other spells otherwise.
	Dialect() Dialect
}

// Tx is one transaction. Queries go by the names in the .sql files; a name that
// is not there is a fault of the program and panics. Errors are kinds of
// posture with the name of the query.
type Tx interface {
	// Exec runs a query and returns the number of rows that it changed.
	Exec(ctx context.Context, name string, args ...any) (int64, error)
	// One scans the only row. Without a row the error wraps posture.ErrNotFound.
	One(ctx context.Context, name string, into []any, args ...any) error
	// Each calls read for each row until it returns false. No other query may be
	// run meanwhile.
	Each(ctx context.Context, name string, read func(Scanner) (more bool, err error), args ...any) error
	// Where is Each for a query whose rows must meet one more condition, made by
	// relation.where; its parameters stand before those behind ORDER BY.
	Where(ctx context.Context, name, condition string, read func(Scanner) (more bool, err error), args ...any) error
	// Later runs a query of which nobody waits to know how many rows it changed,
	// at the latest before the next one of another method and before the commit,
	// in order, and with few trips to the database. An error of it may come back
	// from any later method.
	Later(ctx context.Context, name string, args ...any) error
	// Secure calls fn so that what it takes away is overwritten where the engine
	// keeps its data, as far as the engine can.
	Secure(ctx context.Context, fn func() error) error
	// Announce counts a change of a tenant and appends a line to its feed.
	Announce(ctx context.Context, number int64, at time.Time, keys string) error
}

// Scanner is a row of a result.
type Scanner interface{ Scan(into ...any) error }

// What a person or a caller can do something about, for the engines to return.
var (
	ErrThere   = fmt.Errorf("%w: it is there already", posture.ErrConflict)
	ErrNowhere = fmt.Errorf("%w: what it belongs to is not there", posture.ErrNotFound)
)

// scanner is short for Scanner.
type scanner = Scanner

// work is a transaction as the adapters use it.
type work struct{ Tx }

func (w *work) exec(ctx context.Context, name string, args ...any) (int64, error) {
	return w.Exec(ctx, name, plain(args)...)
}

func (w *work) one(ctx context.Context, name string, into []any, args ...any) error {
	return w.One(ctx, name, into, plain(args)...)
}

func (w *work) each(ctx context.Context, name string, read func(scanner) (bool, error), args ...any) error {
	return w.Each(ctx, name, read, plain(args)...)
}

func (w *work) later(ctx context.Context, name string, args ...any) error {
	return w.Later(ctx, name, plain(args)...)
}

// plain makes texts what every engine can hold: valid UTF-8 without the zero
// character. Whatever is not becomes the replacement character.
func plain(args []any) []any {
	for i, arg := range args {
		s, ok := arg.(string)
		if ok && (strings.IndexByte(s, 0) >= 0 || !utf8.ValidString(s)) {
			args[i] = strings.ReplaceAll(strings.ToValidUTF8(s, "\ufffd"), "\x00", "\ufffd")
		}
	}
	return args
}

func (w *work) secure(ctx context.Context, fn func() error) error { return w.Secure(ctx, fn) }

// all runs a query and reads each row.
func all[T any](ctx context.Context, w *work, name string, read func(scanner) (T, error), args ...any) ([]T, error) {
	var list []T
	if err := w.each(ctx, name, into(&list, read), args...); err != nil {
		return nil, err
	}
	return list, nil
}

// first runs a query and reads its first row. Without one the error wraps
// posture.ErrNotFound.
func first[T any](ctx context.Context, w *work, name string, read func(scanner) (T, error), args ...any) (T, error) {
	list, err := all(ctx, w, name, read, args...)
	if err == nil && len(list) == 0 {
		err = fmt.Errorf("%s: %w", name, posture.ErrNotFound)
	}
	if err != nil {
		var none T
		return none, err
	}
	return list[0], nil
}

// into appends each row to a list.
func into[T any](list *[]T, read func(scanner) (T, error)) func(scanner) (bool, error) {
	return func(row scanner) (bool, error) {
		v, err := read(row)
		*list = append(*list, v)
		return true, err
	}
}

// filtered is all for a query whose rows must meet one more condition. Without
// a condition it is all.
func filtered[T any](ctx context.Context, w *work, name, condition string, read func(scanner) (T, error), args ...any) ([]T, error) {
	if condition == "" {
		return all(ctx, w, name, read, args...)
	}
	var list []T
	err := w.Where(ctx, name, condition, into(&list, read), plain(args)...)
	return list, err
}
