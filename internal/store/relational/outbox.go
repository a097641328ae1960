// SPDX-License-Identifier: Apache-2.0

package relational

import (
	"context"
	"fmt"

	"securescore/internal/posture"
	"securescore/internal/store"
)

// outbox implements store.Outbox.
type outbox struct{ *Store }

// Delivery implements store.Outbox.
func (s outbox) Delivery(ctx context.Context, l store.Lease) (store.Delivery, error) {
	d := store.Delivery{WorkID: l.WorkID}
	err := s.across(ctx, false, func(w *work) error {
		number, err := workPlace(ctx, w, l.Tenant)
		if err != nil {
			return err
		}
		return w.one(ctx, "outbox read", []any{&d.Destination, &d.Body}, number, string(l.Kind), l.Key)
	})
	if err != nil {
		return store.Delivery{}, fmt.Errorf("read delivery %s: %w", l.WorkID, err)
	}
	return d, nil
}

// sender implements store.OutboxWriter.
type sender struct{ *bound }

// Send implements store.OutboxWriter.
func (b sender) Send(ctx context.Context, tenant posture.TenantID, d store.Delivery) error {
	if err := b.own(tenant); err != nil {
		return err
	}
	if err := b.own(d.Tenant); err != nil {
		return err
	}
	n, err := b.tenantWork().holder.put(ctx, "lease add", b.number, &store.Work{WorkID: d.WorkID})
	if err == nil && n == 0 {
		err = ErrThere
	}
	if err != nil {
		return fmt.Errorf("send delivery %s: %w", d.WorkID, err)
	}
	body := d.Body
	if body == nil {
		body = []byte{} // nothing is not null
	}
	_, err = b.exec(ctx, "outbox add", b.number, string(d.Kind), d.Key, d.Destination, body)
	return err
}
