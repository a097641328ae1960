// SPDX-License-Identifier: Apache-2.0

package storetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"securescore/internal/posture"
	"securescore/internal/store"
)

func testOutbox(t *testing.T, setup func(*testing.T) *bed) {
	t.Helper()
	delivery := func(tenant posture.TenantID) store.Delivery {
		return store.Delivery{WorkID: workID(tenant, "d1"), Destination: "webhook <1>", Body: []byte{0, 1, 0xff}}
	}
	send := func(ctx context.Context, t *testing.T, b *bed, d store.Delivery) error {
		t.Helper()
		return b.Update(ctx, tenantA, func(ctx context.Context, w *store.Writer) error {
			if err := w.Tenant.Describe(ctx, tenantA, "sent", ""); err != nil {
				return err
			}
			return w.Outbox.Send(ctx, tenantA, d)
		})
	}
	t.Run("goes out once", func(t *testing.T) {
		t.Parallel()
		b := setup(t)
		ok(t, send(t.Context(), t, b, delivery(tenantA)))
		kind(t, send(t.Context(), t, b, delivery(tenantA)), posture.ErrConflict)
		l := b.takeOne(t, "ada", time.Hour)
		same(t, must(b.Across().Outbox.Delivery(t.Context(), l))(t), delivery(tenantA))
		same(t, len(must(b.Across().Leases.Fail(t.Context(), []store.Failure{{Lease: l, Fault: "no answer", Next: &store.Due{}}}))(t)), 0)
		l = b.takeOne(t, "bob", time.Hour)
		same(t, l.Attempts, 2)
		same(t, must(b.Across().Outbox.Delivery(t.Context(), l))(t), delivery(tenantA))
		same(t, len(must(b.Across().Leases.Finish(t.Context(), []store.Lease{l}))(t)), 0)
		_, err := b.Across().Outbox.Delivery(t.Context(), l)
		kind(t, err, posture.ErrNotFound)
		ok(t, send(t.Context(), t, b, store.Delivery{WorkID: workID(tenantA, "d1")})) // without a body
		same(t, len(must(b.Across().Outbox.Delivery(t.Context(), b.takeOne(t, "ada", time.Hour)))(t).Body), 0)
	})
	t.Run("not without what causes it", func(t *testing.T) {
		t.Parallel()
		b := setup(t)
		changed := errors.New("changed my mind")
		kind(t, b.Update(t.Context(), tenantA, func(ctx context.Context, w *store.Writer) error {
			ok(t, w.Outbox.Send(ctx, tenantA, delivery(tenantA)))
			return changed
		}), changed)
		same(t, len(b.works(t)), 0)
	})
	t.Run("of one tenant", func(t *testing.T) {
		t.Parallel()
		b := setup(t)
		kind(t, send(t.Context(), t, b, delivery(tenantB)), posture.ErrForbidden)
		ok(t, send(t.Context(), t, b, delivery(tenantA)))
		l := b.takeOne(t, "ada", time.Hour)
		l.Tenant = tenantB
		_, err := b.Across().Outbox.Delivery(t.Context(), l)
		kind(t, err, posture.ErrNotFound)
		ok(t, b.Across().Tenants.Remove(t.Context(), tenantA))
		l.Tenant = tenantA
		_, err = b.Across().Outbox.Delivery(t.Context(), l)
		kind(t, err, posture.ErrNotFound)
	})
}
