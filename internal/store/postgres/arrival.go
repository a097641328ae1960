// SPDX-License-Identifier: Apache-2.0

package postgres

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"securescore/internal/posture"
	"securescore/internal/store"
	"securescore/internal/store/relational"
	"securescore/internal/store/transfer"
)

// Arrival is a database with nothing in it that is about to be filled, as the
// role that owns it: the role of the servers may not write what it has not
// scored. It implements transfer.Target, and within Fill, when everything is
// loaded, transfer.Source.
type Arrival struct {
	picture

	pool  *pgxpool.Pool
	place string
	now   func() time.Time
	conn  *pgxpool.Conn // within Fill
}

// OpenArrival connects to a database whose schema the command migrate has made.
func OpenArrival(ctx context.Context, address string, now func() time.Time) (*Arrival, error) {
	config, err := Parse(address)
	if err != nil {
		return nil, err
	}
	one, err := pgxpool.ParseConfig(address)
	if err != nil {
		return nil, refuse(Place(config), errAddress, addressAdvice) // its text may hold parts of the URL
	}
	one.MaxConns = 1
	one.ConnConfig.ConnectTimeout, one.ConnConfig.ValidateConnect = config.ConnectTimeout, config.ValidateConnect
	pool, err := pgxpool.NewWithConfig(ctx, one)
	if err != nil {
		return nil, unreachable(config, err)
	}
	a := &Arrival{pool: pool, place: Place(config), now: now}
	conn, err := pool.Acquire(ctx)
	if err != nil {
		pool.Close()
		return nil, unreachable(config, err)
	}
	if err = upToDate(ctx, conn.Conn(), a.place); err == nil {
		a.picture, err = pictureOf(ctx, conn)
	}
	conn.Release() // or closing the pool would wait for it
	if err != nil {
		pool.Close()
		return nil, err
	}
	return a, nil
}

// Close closes the connection.
func (a *Arrival) Close() { a.pool.Close() }

// Place names the database, without user and password.
func (a *Arrival) Place() string { return a.place }

// Fill implements transfer.Target. Nobody else sees or changes a table of the
// database until it ends.
func (a *Arrival) Fill(ctx context.Context, fn func(transfer.Loader) error) error {
	conn, err := a.pool.Acquire(ctx)
	if err != nil {
		return fault("connect", err)
	}
	defer conn.Release()
	a.conn, a.q = conn, conn
	defer func() { a.conn = nil }()
	tx, err := conn.Begin(ctx)
	if err != nil {
		return fault("fill "+a.place, err)
	}
	err = Lower(ctx, tx)
	if err == nil {
		err = vacant(ctx, tx)
	}
	if err == nil {
		err = fn(&loader{tx})
	}
	if err == nil {
		err = Raise(ctx, tx)
	}
	if err == nil {
		return fault("fill "+a.place, tx.Commit(ctx))
	}
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), ending)
	defer cancel()
	if back := tx.Rollback(ending); !errors.Is(back, pgx.ErrTxClosed) {
		err = errors.Join(err, fault("take back what was loaded", back))
	}
	return err
}

// vacant refuses an installation that holds anything but what a new one does.
func vacant(ctx context.Context, tx pgx.Tx) error {
	for _, t := range Tables() {
		if transfer.Begun(t.Name) {
			continue
		}
		var filled bool
		query := fmt.Sprintf("SELECT EXISTS (SELECT FROM public.%s)", quote(t.Name))
		if err := tx.QueryRow(ctx, query).Scan(&filled); err != nil {
			return fault("look into table "+t.Name, err)
		}
		if filled {
			return fmt.Errorf("fill the database: %w: table %s is not empty; name a database that nothing is in", posture.ErrConflict, t.Name)
		}
	}
	return nil
}

// loader implements transfer.Loader.
type loader struct{ tx pgx.Tx }

// Load implements transfer.Loader.
func (l *loader) Load(ctx context.Context, t *transfer.Table, rows iter.Seq2[transfer.Row, error]) error {
	if transfer.Begun(t.Name) {
		if _, err := l.tx.Exec(ctx, fmt.Sprintf("DELETE FROM public.%s WHERE true", quote(t.Name))); err != nil {
			return fault("empty table "+t.Name, err)
		}
	}
	names := make([]string, len(t.Columns))
	for i := range t.Columns {
		names[i] = t.Columns[i].Name
	}
	next, stop := iter.Pull2(rows)
	defer stop()
	s := &stream{table: t, next: next, values: make([]any, len(names))}
	_, err := l.tx.CopyFrom(ctx, pgx.Identifier{"public", t.Name}, names, s)
	if s.err != nil {
		return s.err
	}
	return fault("write table "+t.Name, err)
}

// stream implements pgx.CopyFromSource.
type stream struct {
	table  *transfer.Table
	next   func() (transfer.Row, error, bool)
	values []any
	err    error
}

// Next implements pgx.CopyFromSource.
func (s *stream) Next() bool {
	row, err, more := s.next()
	if err != nil {
		s.err = err
		return false
	}
	for i := range row {
		s.values[i] = argument(s.table.Columns[i].Kind, &row[i])
	}
	return more
}

// Values implements pgx.CopyFromSource.
func (s *stream) Values() ([]any, error) { return s.values, nil }

// Err implements pgx.CopyFromSource.
func (s *stream) Err() error { return s.err }

func argument(kind transfer.Kind, v *transfer.Value) any {
	switch {
	case !v.Set:
		return nil
	case kind == transfer.Number:
		return v.Number
	case kind == transfer.Text:
		return string(v.Bytes)
	case v.Bytes == nil:
		return []byte{} // empty is not null
	}
	return v.Bytes
}

// Store reads what was loaded and is not final yet as the program will, so that
// it can be verified while it can still be taken back. It lives within Fill and
// writes nothing; closing it does nothing.
func (a *Arrival) Store() (store.Store, error) {
	raw, err := relational.Queries(relational.PostgreSQL)
	if err != nil {
		return nil, err
	}
	e := &engine{pool: a.pool, raw: raw, texts: make(map[string]string, len(raw))}
	for name, text := range raw {
		e.texts[name] = relational.Numbered(text)
	}
	common, err := relational.New(&within{a.conn, e}, relational.Config{Now: a.now})
	if err != nil {
		return nil, err
	}
	return &unfinished{common}, nil
}

// within is a transaction that is under way and sees all rows. It implements
// relational.Database.
type within struct {
	conn   *pgxpool.Conn
	engine *engine
}

// Dialect implements relational.Database.
func (*within) Dialect() relational.Dialect { return relational.PostgreSQL }

// Across implements relational.Database.
func (w *within) Across(_ context.Context, write bool, fn func(relational.Tx) error) error {
	if write {
		return errUnfinished
	}
	return fn(&tx{conn: w.conn, engine: w.engine})
}

// Tenant implements relational.Database.
func (w *within) Tenant(ctx context.Context, tenant posture.TenantID, write bool, fn func(relational.Tx, int64) error) error {
	if write {
		return errUnfinished
	}
	var number int64
	if err := w.conn.QueryRow(ctx, "SELECT number FROM tenant WHERE id = $1", string(tenant)).Scan(&number); err != nil {
		return fmt.Errorf("tenant %s: %w", tenant, fault("tenant number", err))
	}
	return fn(&tx{conn: w.conn, engine: w.engine, tenant: tenant}, number)
}

var errUnfinished = fmt.Errorf("%w: what is being loaded is not changed", posture.ErrForbidden)

// unfinished is a storage that is being loaded.
type unfinished struct{ *relational.Store }

// Sequence implements store.Store.
func (u *unfinished) Sequence(ctx context.Context, tenant posture.TenantID) (sequence int64, err error) {
	err = u.View(ctx, tenant, func(ctx context.Context, r *store.Reader) (err error) {
		sequence, err = r.Changes.Sequence(ctx, tenant)
		return err
	})
	return sequence, err
}

// Close implements store.Store.
func (u *unfinished) Close() error {
	u.Release()
	return nil
}
