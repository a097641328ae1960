// SPDX-License-Identifier: Apache-2.0

package telemetry

import (
	"context"
	"time"

	"securescore/internal/posture"
	"securescore/internal/store"
)

// Store returns a storage whose transactions are counted. now is the clock.
func (m *Metrics) Store(s store.Store, now func() time.Time) store.Store {
	return &counted{Store: s, metrics: m, now: now}
}

type counted struct {
	store.Store

	metrics *Metrics
	now     func() time.Time
}

// Ready implements store.Readiness.
func (c *counted) Ready(ctx context.Context) error { return store.Ready(ctx, c.Store) }

// FormerPageKey hands on what a storage of an older schema kept; nil for none.
func (c *counted) FormerPageKey() []byte {
	if s, ok := c.Store.(interface{ FormerPageKey() []byte }); ok {
		return s.FormerPageKey()
	}
	return nil
}

// measure runs one transaction.
func (c *counted) measure(scope, kind string, run func() error) error {
	began := c.now()
	err := run()
	c.metrics.transaction(scope, kind, c.now().Sub(began), err)
	return err
}

// View implements store.Store.
func (c *counted) View(ctx context.Context, tenant posture.TenantID, fn func(context.Context, *store.Reader) error) error {
	return c.measure("tenant", "read", func() error { return c.Store.View(ctx, tenant, fn) })
}

// Update implements store.Store.
func (c *counted) Update(ctx context.Context, tenant posture.TenantID, fn func(context.Context, *store.Writer) error) error {
	return c.measure("tenant", "write", func() error { return c.Store.Update(ctx, tenant, fn) })
}

// Across implements store.Store.
func (c *counted) Across() store.Across {
	across := c.Store.Across()
	across.Registry = registries{across.Registry, c}
	return across
}

// registries counts the transactions of the installation.
type registries struct {
	store.Registries

	counted *counted
}

// View implements store.Registries.
func (r registries) View(ctx context.Context, fn func(context.Context, *store.Registry) error) error {
	return r.counted.measure("installation", "read", func() error { return r.Registries.View(ctx, fn) })
}

// Update implements store.Registries.
func (r registries) Update(ctx context.Context, fn func(context.Context, *store.Registry) error) error {
	return r.counted.measure("installation", "write", func() error { return r.Registries.Update(ctx, fn) })
}
