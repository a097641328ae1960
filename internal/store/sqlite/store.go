// SPDX-License-Identifier: Apache-2.0

package sqlite

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/klauspost/compress/zstd"

	"securescore/internal/posture"
	"securescore/internal/store"
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
	writer, reader *pool
	watch          *watch
	now            func() time.Time
	random         io.Reader
	codec          *codec
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
	s.writer.commits = &s.watch.own
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
	if err := patiently(ctx, func() error { return migrate(ctx, write, path) }); err != nil {
		return nil, err
	}
	queries, err := readQueries()
	if err != nil {
		return nil, err
	}
	s := &Store{now: c.Now, random: c.Random}
	if s.random == nil {
		s.random = rand.Reader
	}
	if s.codec, err = newCodec(); err != nil {
		return nil, err
	}
	for db, into := range map[*sql.DB]**pool{write: &s.writer, read: &s.reader} {
		if err := patiently(ctx, func() (err error) { *into, err = newPool(ctx, db, queries); return err }); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// Close waits for work under way and closes the file.
func (s *Store) Close() error {
	s.codec.close()
	var watching error
	if s.watch != nil {
		watching = s.watch.close()
	}
	return errors.Join(watching, fault("close the data file", s.reader.db.Close()), fault("close the data file", s.writer.db.Close()))
}

// View implements store.Store.
func (s *Store) View(ctx context.Context, tenant posture.TenantID, fn func(context.Context, *store.Reader) error) error {
	return s.reader.do(ctx, func(w *work) error {
		b, err := s.bind(ctx, w, tenant)
		if err != nil {
			return err
		}
		return fn(ctx, b.reader())
	})
}

// Update implements store.Store.
func (s *Store) Update(ctx context.Context, tenant posture.TenantID, fn func(context.Context, *store.Writer) error) error {
	return s.writer.do(ctx, func(w *work) error {
		b, err := s.bind(ctx, w, tenant)
		if err != nil {
			return err
		}
		if err := fn(ctx, b.writer()); err != nil {
			return err
		}
		return b.announce(ctx, s.now())
	})
}

// Across implements store.Store.
func (s *Store) Across() store.Across {
	return store.Across{
		Tenants: tenants{s}, Feed: feed{s}, SignIns: sessions{s}, Sessions: sessions{s}, Registry: registries{s},
	}
}

// bound is a transaction that is bound to one tenant.
type bound struct {
	*work

	codec   *codec
	random  io.Reader
	tenant  posture.TenantID
	number  int64
	changed map[store.Key]bool
}

func (s *Store) bind(ctx context.Context, w *work, tenant posture.TenantID) (*bound, error) {
	b := &bound{work: w, codec: s.codec, random: s.random, tenant: tenant, changed: make(map[store.Key]bool)}
	if err := w.one(ctx, "tenant number", []any{&b.number}, string(tenant)); err != nil {
		return nil, fmt.Errorf("tenant %s: %w", tenant, err)
	}
	return b, nil
}

// own refuses every tenant but the one that the transaction is bound to.
func (b *bound) own(tenant posture.TenantID) error {
	if tenant != b.tenant {
		return fmt.Errorf("tenant %s: %w: this transaction is bound to another one", tenant, posture.ErrForbidden)
	}
	return nil
}

// write runs a query that begins with the number of the tenant, and notes what
// it changed.
func (b *bound) write(ctx context.Context, key store.Key, name string, args ...any) (int64, error) {
	n, err := b.exec(ctx, name, slices.Insert(args, 0, any(b.number))...)
	if err == nil && n > 0 {
		b.changed[key] = true
	}
	return n, err
}

// row is work.one for a query that begins with the number of the tenant.
func (b *bound) row(ctx context.Context, name string, into []any, args ...any) error {
	return b.one(ctx, name, into, slices.Insert(args, 0, any(b.number))...)
}

// rows is all for a query that begins with the number of the tenant.
func rows[T any](ctx context.Context, b *bound, name string, read func(scanner) (T, error), args ...any) ([]T, error) {
	return all(ctx, b.work, name, read, slices.Insert(args, 0, any(b.number))...)
}

// announce appends a line to the change feed when something was changed.
func (b *bound) announce(ctx context.Context, now time.Time) error {
	if len(b.changed) == 0 {
		return nil
	}
	var cursor, sequence int64
	if err := b.one(ctx, "feed next cursor", []any{&cursor}); err != nil {
		return err
	}
	if err := b.row(ctx, "feed next sequence", []any{&sequence}); err != nil {
		return err
	}
	keys := make([]string, 0, len(b.changed))
	for k := range b.changed {
		keys = append(keys, string(k))
	}
	slices.Sort(keys)
	if _, err := b.exec(ctx, "feed append", b.number, sequence, cursor, micros(now), strings.Join(keys, ",")); err != nil {
		return err
	}
	_, err := b.exec(ctx, "feed prune", b.number, sequence-store.KeptChanges)
	return err
}

func (b *bound) reader() *store.Reader { return b.writer().Reader() }

func (b *bound) writer() *store.Writer {
	return &store.Writer{
		Tenant: oneTenant{b}, Evidence: evidence{b}, Entities: entities{b}, Assessments: assessments{b},
		Decisions: decisions{b}, Ledger: ledgers{b}, Months: months{b}, Catalogues: catalogues{b},
		Runs: runs{b}, Audit: b.audit(), Fragments: fragments{b}, Changes: changes{b},
	}
}

// codec compresses. It may be used by many goroutines at once.
type codec struct {
	encoder *zstd.Encoder
	decoder *zstd.Decoder
}

func newCodec() (*codec, error) {
	encoder, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithZeroFrames(true))
	if err != nil {
		return nil, fmt.Errorf("prepare compression: %w", err)
	}
	decoder, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1))
	if err != nil {
		return nil, fmt.Errorf("prepare compression: %w", err)
	}
	return &codec{encoder, decoder}, nil
}

func (c *codec) pack(data []byte) []byte { return c.encoder.EncodeAll(data, nil) }

func (c *codec) unpack(data []byte) ([]byte, error) {
	plain, err := c.decoder.DecodeAll(data, nil)
	if err != nil {
		return nil, fmt.Errorf("decompress: %w: the bytes are damaged", posture.ErrInvalid)
	}
	return plain, nil
}

func (c *codec) close() { c.decoder.Close() }
