// SPDX-License-Identifier: Apache-2.0

package postgres

import (
	"cmp"
	"context"
	"errors"
	"io"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"securescore/internal/posture"
	"securescore/internal/store"
	"securescore/internal/store/relational"
)

// Config says where the data is.
type Config struct {
	// URL is the address of the database, postgres://user@host1,host2/name with
	// the parameters that pgx and libpq know, for the role of the server. With
	// several hosts target_session_attrs=read-write finds the one that takes
	// changes.
	URL    string
	Now    func() time.Time // the clock of the change feed
	Random io.Reader        // of secrets and of the salts in audit logs; crypto/rand.Reader when nil
	// Poll is how often the change feed is looked at; 250 ms when zero. Without a
	// look within a second every sequence is asked for.
	Poll time.Duration
}

// mostConnections is how many connections one process opens unless the address
// says otherwise by pool_max_conns.
const mostConnections = 16

// Store is the storage in a PostgreSQL database. It implements store.Store.
type Store struct {
	*relational.Store

	engine *engine
}

// Open connects to a database whose schema the command migrate has made. It
// refuses one whose schema is older or newer than this program needs, and a
// role that could get past the fence.
func Open(ctx context.Context, c Config) (*Store, error) {
	if err := inspect(ctx, c.URL); err != nil {
		return nil, err
	}
	pool, err := openPool(ctx, c.URL)
	if err != nil {
		return nil, err
	}
	s, err := start(ctx, pool, c)
	if err != nil {
		pool.Close()
		return nil, err
	}
	return s, nil
}

// inspect checks the database and the role before anything is done with it.
func inspect(ctx context.Context, url string) error {
	conn, err := dial(ctx, url)
	if err != nil {
		return err
	}
	return errors.Join(Check(ctx, conn), fault("disconnect", conn.Close(ctx)))
}

// Ready implements store.Readiness.
func (s *Store) Ready(ctx context.Context) error { return CheckSchema(ctx, s.engine.pool) }

// openPool makes a pool. Its errors never hold the address, which may hold a
// password.
func openPool(ctx context.Context, url string) (*pgxpool.Pool, error) {
	single, err := Parse(url)
	if err != nil {
		return nil, err
	}
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, refuse(Place(single), errAddress, addressAdvice) // its text may hold parts of the URL
	}
	config.ConnConfig.ConnectTimeout, config.ConnConfig.ValidateConnect = single.ConnectTimeout, single.ValidateConnect
	if !strings.Contains(url, "pool_max_conns=") {
		config.MaxConns = mostConnections
	}
	// A session begins in the role that sees no row before a transaction sets its
	// tenant.
	role, _, err := Roles(single.Database)
	if err != nil {
		return nil, err
	}
	config.ConnConfig.RuntimeParams["role"] = role
	config.ConnConfig.RuntimeParams["application_name"] = "securescore"
	config.ConnConfig.RuntimeParams["timezone"] = "UTC"
	// No query here runs long enough to be worth compiling, and a long filter
	// looks expensive enough to be compiled for seconds.
	config.ConnConfig.RuntimeParams["jit"] = "off"
	bound(config)
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fault("connect", err)
	}
	return pool, nil
}

func start(ctx context.Context, pool *pgxpool.Pool, c Config) (*Store, error) {
	var database string
	var distributed bool
	err := pool.QueryRow(ctx, "SELECT current_database(), EXISTS (SELECT FROM pg_extension WHERE extname = 'citus')").Scan(&database, &distributed)
	if err != nil {
		return nil, fault("connect", err)
	}
	tenant, across, err := Roles(database)
	if err != nil {
		return nil, err
	}
	raw, err := relational.Queries(relational.PostgreSQL)
	if err != nil {
		return nil, err
	}
	e := &engine{pool: pool, roles: roles{tenant: tenant, across: across}, distributed: distributed, raw: raw, texts: make(map[string]string, len(raw))}
	for name, text := range raw {
		e.texts[name] = relational.Numbered(text)
	}
	common, err := relational.New(e, relational.Config{Now: c.Now, Random: c.Random})
	if err != nil {
		return nil, err
	}
	s := &Store{Store: common, engine: e}
	// The watch lives until the store is closed, not as long as it took to open.
	following, stop := context.WithCancel(context.WithoutCancel(ctx))
	e.watch = &watch{
		feed: s.Across().Feed.After, removals: s.removals, known: make(map[posture.TenantID]int64),
		every: cmp.Or(c.Poll, pollEvery), stop: stop, done: make(chan struct{}),
	}
	if e.watch.cursor, err = s.Across().Feed.Cursor(ctx); err != nil {
		stop()
		common.Release()
		return nil, err
	}
	go e.watch.follow(following)
	return s, nil
}

// removals also looks whether the schema still is the one of this build.
func (s *Store) removals(ctx context.Context) (n int64, err error) {
	found, err := version(ctx, s.engine.pool)
	if err != nil {
		return 0, err
	}
	if found == Required() {
		found = 0
	}
	s.engine.other.Store(found)
	err = s.engine.Across(ctx, false, func(t relational.Tx) error {
		return t.One(ctx, "tenant removals", []any{&n})
	})
	return n, err
}

// Close waits for work under way and closes all connections.
func (s *Store) Close() error {
	err := s.engine.watch.close()
	s.engine.pool.Close()
	s.Release()
	return err
}

var (
	_ store.Store     = (*Store)(nil)
	_ store.Readiness = (*Store)(nil)
)
