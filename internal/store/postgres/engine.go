// SPDX-License-Identifier: Apache-2.0

package postgres

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"securescore/internal/posture"
	"securescore/internal/store"
	"securescore/internal/store/relational"
)

// How transactions begin. One that reads sees one picture from its first query
// to its last; one that writes waits for whoever writes to the same tenant and
// then sees what that one wrote.
const (
	beginRead  = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
	beginWrite = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"
)

// What a transaction sets: its role and its tenant, until it ends.
const (
	setRole   = "SELECT set_config('role', $1, true)"
	setTenant = "SELECT number, set_config('securescore.tenant', CAST(number AS TEXT), true) FROM tenant WHERE id = $1"
	lockState = "SELECT changes FROM tenant_state WHERE tenant = $1 FOR UPDATE"
)

// engine implements relational.Database.
type engine struct {
	pool  *pgxpool.Pool
	texts map[string]string // with numbered parameters
	raw   map[string]string // with question marks
	roles roles
	watch *watch
	// distributed says that Citus spreads the rows over workers.
	distributed bool
	other       atomic.Int64 // version of the schema when it is not the one of this build, else 0
	numbers     sync.Map     // posture.TenantID to int64, which never changes while the tenant lives
}

// Dialect implements relational.Database.
func (e *engine) Dialect() relational.Dialect { return relational.PostgreSQL }

// Across implements relational.Database.
func (e *engine) Across(ctx context.Context, write bool, fn func(relational.Tx) error) error {
	if err := e.mayWrite(write); err != nil {
		return err
	}
	return e.do(ctx, func(conn *pgxpool.Conn) (*tx, error) {
		var b pgx.Batch
		b.Queue(begin(write))
		b.Queue(setRole, e.roles.across)
		return &tx{conn: conn, engine: e}, conn.SendBatch(ctx, &b).Close()
	}, func(t *tx) error { return fn(t) })
}

// Tenant implements relational.Database.
func (e *engine) Tenant(ctx context.Context, tenant posture.TenantID, write bool, fn func(relational.Tx, int64) error) error {
	if err := e.mayWrite(write); err != nil {
		return err
	}
	var number int64
	return e.do(ctx, func(conn *pgxpool.Conn) (*tx, error) {
		t := &tx{conn: conn, engine: e, tenant: tenant}
		guess, _ := e.numbers.Load(tenant)
		guessed, _ := guess.(int64)
		if e.distributed {
			guessed = 0 // the lock has to wait until the workers know the tenant
		}
		err := t.enter(ctx, write, guessed, &number)
		if err == nil && e.distributed {
			err = t.tell(ctx, number)
		}
		if err == nil && write && guessed != number {
			err = t.lock(ctx, number)
		}
		if err != nil {
			return t, fmt.Errorf("tenant %s: %w", tenant, err)
		}
		e.numbers.Store(tenant, number)
		return t, nil
	}, func(t *tx) error { return fn(t, number) })
}

// mayWrite refuses changes once another version of the program has brought the
// schema to another version: what this one would write may not fit any more.
func (e *engine) mayWrite(write bool) error {
	if found := e.other.Load(); write && found != 0 {
		return fmt.Errorf("the database has schema %d, this build %d: %w", found, Required(), store.ErrSchema)
	}
	return nil
}

func begin(write bool) string {
	if write {
		return beginWrite
	}
	return beginRead
}

// do runs fn in a transaction that start has begun, and ends it.
func (e *engine) do(ctx context.Context, start func(*pgxpool.Conn) (*tx, error), fn func(*tx) error) (err error) {
	conn, err := e.acquire(ctx)
	if err != nil {
		return err
	}
	// A connection whose transaction is still open does not go back to the pool.
	defer conn.Release()
	t, err := start(conn)
	done := false
	defer func() {
		if !done {
			err = errors.Join(err, t.rollback(ctx))
		}
	}()
	if err != nil {
		return fault("begin transaction", err)
	}
	if err := fn(t); err != nil {
		return err
	}
	done = true
	return t.commit(ctx)
}

// acquire takes a connection from the pool, and gives up after a while.
func (e *engine) acquire(ctx context.Context) (*pgxpool.Conn, error) {
	bounded, cancel := context.WithTimeout(ctx, acquiring)
	defer cancel()
	conn, err := e.pool.Acquire(bounded)
	if err != nil && bounded.Err() != nil && ctx.Err() == nil {
		return nil, fmt.Errorf("connect: %w", errGone)
	}
	return conn, fault("connect", err)
}

// enter begins the transaction of one tenant: one trip to the database when its
// number is known from before.
func (t *tx) enter(ctx context.Context, write bool, guess int64, number *int64) (err error) {
	var b pgx.Batch
	b.Queue(begin(write))
	b.Queue(setRole, t.engine.roles.across)
	b.Queue(setTenant, string(t.tenant))
	b.Queue(setRole, t.engine.roles.tenant)
	if write && guess != 0 {
		b.Queue(lockState, guess)
	}
	results := t.conn.SendBatch(ctx, &b)
	defer func() { err = errors.Join(err, results.Close()) }()
	for range 2 {
		if _, err := results.Exec(); err != nil {
			return err
		}
	}
	var ignored string
	if err := results.QueryRow().Scan(number, &ignored); err != nil {
		return err
	}
	return nil
}

// tell sets the tenant once more in the form that Citus hands on to the workers
// where the rows are: it carries SET LOCAL there, and set_config not.
func (t *tx) tell(ctx context.Context, number int64) error {
	_, err := t.conn.Exec(ctx, "SET LOCAL securescore.tenant = '"+strconv.FormatInt(number, 10)+"'")
	return err
}

// lock makes the transaction the only writer of its tenant.
func (t *tx) lock(ctx context.Context, number int64) error {
	var changes int64
	return t.conn.QueryRow(ctx, lockState, number).Scan(&changes)
}

// roles are what transactions go over to.
type roles struct {
	tenant string // sees the rows of the tenant that the transaction has set
	across string // sees all rows
}
