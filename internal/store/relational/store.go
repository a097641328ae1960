// SPDX-License-Identifier: Apache-2.0

package relational

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/klauspost/compress/zstd"

	"securescore/internal/posture"
	"securescore/internal/store"
)

// Config is what a store needs beside its engine.
type Config struct {
	Now    func() time.Time // the clock of the change feed
	Random io.Reader        // of secrets and of the salts in audit logs; crypto/rand.Reader when nil
}

// Store is everything of store.Store that engines have in common.
type Store struct {
	db     Database
	now    func() time.Time
	random io.Reader
	codec  *codec
}

// New returns a store over an engine.
func New(db Database, c Config) (*Store, error) {
	s := &Store{db: db, now: c.Now, random: c.Random}
	if s.random == nil {
		s.random = rand.Reader
	}
	var err error
	s.codec, err = newCodec()
	return s, err
}

// Release frees what the store itself holds, before its engine is closed.
func (s *Store) Release() { s.codec.close() }

// View implements store.Store.
func (s *Store) View(ctx context.Context, tenant posture.TenantID, fn func(context.Context, *store.Reader) error) error {
	return s.tenant(ctx, tenant, false, func(b *bound) error { return fn(ctx, b.reader()) })
}

// Update implements store.Store.
func (s *Store) Update(ctx context.Context, tenant posture.TenantID, fn func(context.Context, *store.Writer) error) error {
	return s.tenant(ctx, tenant, true, func(b *bound) error {
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
		Leases: leases{s}, Works: works{s}, Outbox: outbox{s},
	}
}

func (s *Store) tenant(ctx context.Context, tenant posture.TenantID, write bool, fn func(*bound) error) error {
	return s.db.Tenant(ctx, tenant, write, func(tx Tx, number int64) error {
		return fn(s.bound(&work{tx}, tenant, number))
	})
}

func (s *Store) across(ctx context.Context, write bool, fn func(*work) error) error {
	return s.db.Across(ctx, write, func(tx Tx) error { return fn(&work{tx}) })
}

// bound is a transaction that is bound to one tenant.
type bound struct {
	*work

	dialect Dialect
	codec   *codec
	random  io.Reader
	now     func() time.Time
	tenant  posture.TenantID
	number  int64
	changed map[store.Key]bool
}

func (s *Store) bound(w *work, tenant posture.TenantID, number int64) *bound {
	return &bound{
		work: w, dialect: s.db.Dialect(), codec: s.codec, random: s.random, now: s.now, tenant: tenant, number: number,
		changed: make(map[store.Key]bool),
	}
}

// bind finds the number of a tenant in a transaction that sees all.
func (s *Store) bind(ctx context.Context, w *work, tenant posture.TenantID) (*bound, error) {
	var number int64
	if err := w.one(ctx, "tenant number", []any{&number}, string(tenant)); err != nil {
		return nil, fmt.Errorf("tenant %s: %w", tenant, err)
	}
	return s.bound(w, tenant, number), nil
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

// queue is write for a query that changes a row for certain, when nobody waits
// for it.
func (b *bound) queue(ctx context.Context, key store.Key, name string, args ...any) error {
	b.changed[key] = true
	return b.later(ctx, name, slices.Insert(args, 0, any(b.number))...)
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
	keys := make([]string, 0, len(b.changed))
	for k := range b.changed {
		keys = append(keys, string(k))
	}
	slices.Sort(keys)
	return b.Announce(ctx, b.number, now, strings.Join(keys, ","))
}

func (b *bound) reader() *store.Reader { return b.writer().Reader() }

func (b *bound) writer() *store.Writer {
	return &store.Writer{
		Tenant: oneTenant{b}, Evidence: evidence{b}, Entities: entities{b}, Assessments: assessments{b},
		Decisions: decisions{b}, Ledger: ledgers{b}, Months: months{b}, Catalogues: catalogues{b},
		Runs: runs{b}, Audit: b.audit(), Fragments: fragments{b}, Changes: changes{b},
		Work: b.tenantWork(), Outbox: sender{b},
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
