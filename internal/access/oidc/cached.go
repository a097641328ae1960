// SPDX-License-Identifier: Apache-2.0

package oidc

import (
	"context"
	"sync"
	"time"
)

// How long what an issuer publishes is used. A key that was withdrawn is gone
// after fresh; an issuer that is down for a while locks nobody out before
// stale; and nobody makes this server ask more often than retry.
const (
	fresh = time.Hour
	stale = 24 * time.Hour
	retry = 5 * time.Second
)

// cached holds something that is loaded when it is first needed and again when
// it gets old. One caller loads; the others wait, or go on with the old one.
type cached[T any] struct {
	now  func() time.Time
	load func(context.Context) (T, error)

	mu      sync.Mutex
	loading chan struct{} // closed at the end of the load under way; nil when there is none
	value   T
	have    bool
	at      time.Time // when value was loaded
	tried   time.Time // when a load last began
	err     error     // of that load
}

// get returns the value.
func (c *cached[T]) get(ctx context.Context) (T, error) {
	c.mu.Lock()
	age := c.now().Sub(c.at)
	if c.have && (age < fresh || (c.loading != nil && age < stale)) {
		defer c.mu.Unlock()
		return c.value, nil
	}
	return c.reload(ctx)
}

// renew returns the value after loading it again, unless that was just done.
func (c *cached[T]) renew(ctx context.Context) (T, error) {
	c.mu.Lock()
	return c.reload(ctx)
}

// reload begins with mu locked and ends with mu unlocked.
func (c *cached[T]) reload(ctx context.Context) (T, error) {
	if under := c.loading; under != nil {
		c.mu.Unlock()
		select {
		case <-under:
		case <-ctx.Done():
			var none T
			return none, ctx.Err()
		}
		c.mu.Lock()
		defer c.mu.Unlock()
		return c.state()
	}
	if since := c.now().Sub(c.tried); !c.tried.IsZero() && since >= 0 && since < retry {
		defer c.mu.Unlock()
		return c.state()
	}
	done := make(chan struct{})
	c.loading, c.tried = done, c.now()
	c.mu.Unlock()

	// Others wait for this too: it must not end with the one request.
	value, err := c.load(context.WithoutCancel(ctx))

	c.mu.Lock()
	defer c.mu.Unlock()
	c.loading, c.err = nil, err
	if err == nil {
		c.value, c.have, c.at = value, true, c.tried
	}
	close(done)
	return c.state()
}

// state is the value while it can be used, else the error of the last load.
func (c *cached[T]) state() (T, error) {
	if c.have && (c.err == nil || c.now().Sub(c.at) < stale) {
		return c.value, nil
	}
	var none T
	return none, c.err
}
