// SPDX-License-Identifier: Apache-2.0

package relational

import (
	"context"
	"fmt"

	"securescore/internal/audit"
	"securescore/internal/posture"
	"securescore/internal/store"
)

// registries implements store.Registries.
type registries struct{ *Store }

// View implements store.Registries.
func (s registries) View(ctx context.Context, fn func(context.Context, *store.Registry) error) error {
	return s.across(ctx, false, func(w *work) error { return fn(ctx, s.registry(w, false)) })
}

// Update implements store.Registries.
func (s registries) Update(ctx context.Context, fn func(context.Context, *store.Registry) error) error {
	return s.across(ctx, true, func(w *work) error {
		if err := lock(ctx, w); err != nil {
			return err
		}
		return fn(ctx, s.registry(w, true))
	})
}

// lock makes this transaction the only writer of what belongs to the
// installation.
func lock(ctx context.Context, w *work) error {
	var ignored int64
	return w.one(ctx, "registry lock", []any{&ignored})
}

func (s registries) registry(w *work, writes bool) *store.Registry {
	d := &desk{work: w, writes: writes}
	return &store.Registry{
		People: people{d}, Tokens: tokens{d}, Proofs: proofs{d},
		Audit: &auditLog{desk: d, dialect: s.db.Dialect(), log: audit.Installation, random: s.random},
		Work:  installationWork{d, holder{work: w, now: s.now}},
	}
}

// desk is a transaction that may or may not write.
type desk struct {
	*work

	writes bool
}

func (d *desk) writable() error {
	if !d.writes {
		return fmt.Errorf("%w: this transaction only reads", posture.ErrForbidden)
	}
	return nil
}

// change runs a query that writes.
func (d *desk) change(ctx context.Context, name string, args ...any) (int64, error) {
	if err := d.writable(); err != nil {
		return 0, err
	}
	return d.exec(ctx, name, args...)
}

// add is change for a query that adds one row, unless its key is taken.
func (d *desk) add(ctx context.Context, name string, args ...any) error {
	n, err := d.change(ctx, name, args...)
	if err == nil && n == 0 {
		err = ErrThere
	}
	return err
}

// number is that of a tenant.
func (d *desk) number(ctx context.Context, tenant posture.TenantID) (number int64, err error) {
	if err := d.one(ctx, "tenant number", []any{&number}, string(tenant)); err != nil {
		return 0, fmt.Errorf("tenant %s: %w", tenant, err)
	}
	return number, nil
}
