// SPDX-License-Identifier: Apache-2.0

package postgres

import (
	"context"
	"errors"
	"sync"
	"time"

	"securescore/internal/posture"
	"securescore/internal/store"
)

const (
	// pollEvery is how often a process looks at the change feed.
	pollEvery = 250 * time.Millisecond
	// trust is how long what the last look showed is taken for the truth.
	trust = time.Second
	// keptSequences bounds how many tenants the watch remembers.
	keptSequences = 100_000
)

// watch knows the sequences of tenants by following the change feed, so that
// caches can ask at every request. What this process commits it knows at once.
type watch struct {
	feed     func(ctx context.Context, after store.Cursor) ([]store.Change, store.Cursor, error)
	removals func(ctx context.Context) (int64, error)
	every    time.Duration

	mu     sync.Mutex
	known  map[posture.TenantID]int64
	cursor store.Cursor
	gone   int64     // tenants that were ever removed, as of the last look
	looked time.Time // when that began; monotonic, not the clock of the product

	stop context.CancelFunc
	done chan struct{}
}

// follow looks at the feed until the watch is closed.
func (w *watch) follow(ctx context.Context) {
	defer close(w.done)
	ticker := time.NewTicker(w.every)
	defer ticker.Stop()
	for {
		_ = w.look(ctx) // what failed shows as a sequence that is asked for directly
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// look takes in what was committed since the last time.
func (w *watch) look(ctx context.Context) error {
	began := time.Now() //nolint:forbidigo // how old a look is, whatever the clock of the product says
	gone, err := w.removals(ctx)
	if err != nil {
		return err
	}
	changes, next, err := w.feed(ctx, w.cursor)
	if err != nil {
		return err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.cursor == "" || gone != w.gone || len(w.known) > keptSequences {
		clear(w.known)
	}
	for i := range changes {
		c := &changes[i]
		if known, ok := w.known[c.Tenant]; ok && known < c.Sequence {
			w.known[c.Tenant] = c.Sequence
		}
	}
	w.cursor, w.gone, w.looked = next, gone, began
	return nil
}

// recall returns what is known of a tenant.
func (w *watch) recall(tenant posture.TenantID) (sequence int64, known bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if time.Since(w.looked) > trust {
		return 0, false
	}
	sequence, known = w.known[tenant]
	return sequence, known
}

// keep remembers a sequence that was read before, unless a later one is known.
func (w *watch) keep(tenant posture.TenantID, sequence int64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.known[tenant] = max(w.known[tenant], sequence)
}

// committed takes in what a transaction of this process changed.
func (w *watch) committed(t *tx) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if t.tenant == "" { // tenants that were made, chosen or removed
		if len(t.announced) > 0 || t.removed {
			clear(w.known)
		}
		return
	}
	for _, sequence := range t.announced {
		w.known[t.tenant] = max(w.known[t.tenant], sequence)
	}
}

func (w *watch) close() error {
	w.stop()
	<-w.done
	return nil
}

// Sequence implements store.Store.
func (s *Store) Sequence(ctx context.Context, tenant posture.TenantID) (int64, error) {
	if sequence, known := s.engine.watch.recall(tenant); known {
		return sequence, nil
	}
	var sequence int64
	err := s.View(ctx, tenant, func(ctx context.Context, r *store.Reader) (err error) {
		sequence, err = r.Changes.Sequence(ctx, tenant)
		return err
	})
	switch {
	case errors.Is(err, posture.ErrNotFound):
		s.engine.numbers.Delete(tenant)
		return 0, err
	case err != nil:
		return 0, err
	}
	s.engine.watch.keep(tenant, sequence)
	return sequence, nil
}
