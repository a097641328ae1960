// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"

	"securescore/internal/posture"
)

// Delivery is a message on its way out. It is work like any other, taken and
// finished under a lease, with a body beside it that goes when the work does.
// It may be sent twice when a sender dies in between: Key is for the receiver
// to tell.
type Delivery struct {
	WorkID

	Destination string // which channel it goes to, by its own name
	Body        []byte
}

// Outbox reads what is on its way out.
type Outbox interface {
	// Delivery returns what a lease is about. The error wraps posture.ErrNotFound
	// when that is no delivery, or none any more.
	Delivery(ctx context.Context, l Lease) (Delivery, error)
}

// OutboxWriter sends from one tenant.
type OutboxWriter interface {
	// Send adds a delivery that goes out when the transaction is committed. The
	// error wraps posture.ErrConflict when one with this kind and key is on its
	// way.
	Send(ctx context.Context, tenant posture.TenantID, d Delivery) error
}
