// SPDX-License-Identifier: Apache-2.0

package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/url"
	"time"

	"securescore/internal/posture"
	"securescore/internal/store/relational"
)

// readers is how many transactions read at the same time.
const readers = 8

// Config says where the data is.
type Config struct {
	Folder string           // created with mode 0700 when it is missing
	Now    func() time.Time // the clock of the change feed
	Random io.Reader        // of secrets and of the salts in audit logs; crypto/rand.Reader when nil
}

// Store is the storage in one SQLite file. It implements store.Store.
type Store struct {
	*relational.Store

	engine engine
	watch  *watch
	opened opened
	former []byte // see FormerPageKey
}

// Open opens the data file, creates it when it is missing and brings its
// schema up to date. A folder or a file that cannot be used comes back as a
// *posture.InputError that says what to do, and stays as it is.
func Open(ctx context.Context, c Config) (*Store, error) {
	path, err := prepareFolder(c.Folder)
	if err != nil {
		return nil, err
	}
	write, err := connect(path, shared(url.Values{"_txlock": {"immediate"}}))
	if err != nil {
		return nil, err
	}
	write.SetMaxOpenConns(1)
	read, err := connect(path, shared(url.Values{"_query_only": {"1"}}))
	if err != nil {
		return nil, errors.Join(err, write.Close())
	}
	read.SetMaxOpenConns(readers)
	read.SetMaxIdleConns(readers)
	s, err := start(ctx, c, path, write, read)
	if err != nil {
		return nil, errors.Join(err, write.Close(), read.Close())
	}
	if s.watch, err = newWatch(ctx, path, c.Now); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	s.engine.writer.commits = &s.watch.own
	return s, nil
}

func start(ctx context.Context, c Config, path string, write, read *sql.DB) (*Store, error) {
	_, newest, err := migrations(write)
	if err != nil {
		return nil, err
	}
	fresh, err := examine(path, newest)
	if err != nil {
		return nil, err
	}
	err = patiently(ctx, func() error {
		if fresh {
			return begin(ctx, path)
		}
		return check(ctx, path)
	})
	if err != nil {
		return nil, err
	}
	s := new(Store)
	if err := patiently(ctx, func() (err error) { s.former, err = formerPageKey(ctx, write); return err }); err != nil {
		return nil, err
	}
	if err := patiently(ctx, func() error { return migrate(ctx, write, path) }); err != nil {
		return nil, err
	}
	queries, err := relational.Queries(relational.SQLite)
	if err != nil {
		return nil, err
	}
	if s.opened, err = remember(path, newest); err != nil {
		return nil, err
	}
	for db, into := range map[*sql.DB]**pool{write: &s.engine.writer, read: &s.engine.reader} {
		if err := patiently(ctx, func() (err error) { *into, err = newPool(ctx, db, queries); return err }); err != nil {
			return nil, err
		}
	}
	s.Store, err = relational.New(s.engine, relational.Config{Now: c.Now, Random: c.Random})
	return s, err
}

// Close waits for work under way and closes the file.
func (s *Store) Close() error {
	s.Release()
	var watching error
	if s.watch != nil {
		watching = s.watch.close()
	}
	return errors.Join(watching, fault("close the data file", s.engine.reader.db.Close()), fault("close the data file", s.engine.writer.db.Close()))
}

// engine implements relational.Database.
type engine struct{ writer, reader *pool }

// Dialect implements relational.Database.
func (engine) Dialect() relational.Dialect { return relational.SQLite }

// Across implements relational.Database.
func (e engine) Across(ctx context.Context, write bool, fn func(relational.Tx) error) error {
	return e.pool(write).do(ctx, func(w *work) error { return fn(w) })
}

// Tenant implements relational.Database.
func (e engine) Tenant(ctx context.Context, tenant posture.TenantID, write bool, fn func(relational.Tx, int64) error) error {
	return e.pool(write).do(ctx, func(w *work) error {
		var number int64
		if err := w.One(ctx, "tenant number", []any{&number}, string(tenant)); err != nil {
			return fmt.Errorf("tenant %s: %w", tenant, err)
		}
		return fn(w, number)
	})
}

// pool is the one connection that writes, or those that read.
func (e engine) pool(write bool) *pool {
	if write {
		return e.writer
	}
	return e.reader
}
