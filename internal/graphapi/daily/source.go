// SPDX-License-Identifier: Apache-2.0

package daily

import (
	"container/list"
	"context"
	"fmt"
	"sync"
	"time"

	"securescore/internal/assess"
	"securescore/internal/ledger"
	"securescore/internal/posture"
	"securescore/internal/store"
)

// maxTimelines bounds what is kept of ledgers in memory, in bytes over all
// tenants.
const maxTimelines = 32 << 20

// Source opens the days of tenants. It may be used by many goroutines.
type Source struct {
	store    store.Store
	assessor *assess.Assessor
	now      func() time.Time
	lexicon  *lexicon
	literal  bool
	shelf    *shelf
	pages    *pages
	past     packers
	present  packers

	scratch sync.Pool // of *Score, for Each

	mu    sync.Mutex
	slots map[posture.TenantID]*slot
	order *list.List // of slots, the one used last in front
	size  int
}

// slot is what is kept of one tenant. The view is guarded by the source; who
// makes a new one holds busy.
type slot struct {
	tenant posture.TenantID
	busy   chan struct{}
	view   *View
	size   int
	place  *list.Element
}

// New returns a source that tells the ledgers of a store in the words of the
// assessor's catalogue.
func New(s store.Store, a *assess.Assessor, now func() time.Time) *Source {
	return &Source{
		store: s, assessor: a, now: now, lexicon: newLexicon(a.Catalogue()),
		shelf: newShelf(maxShelf), pages: newPages(), past: packers{level: pastLevel}, present: packers{level: todayLevel},
		slots: make(map[posture.TenantID]*slot), order: list.New(),
	}
}

// NameStates makes controlState use the words of the portal for what the
// documents of Graph have no value for: Planned, RiskAccepted and
// AlternateMitigation. It must be called before the first Open.
func (s *Source) NameStates(literal bool) { s.literal = literal }

// Open returns the days of a tenant as they are now. While nothing changed that
// costs one look at the change feed. The error wraps posture.ErrNotFound when
// there is no such tenant.
func (s *Source) Open(ctx context.Context, tenant posture.TenantID) (*View, error) {
	now := s.now().UTC()
	sequence, err := s.store.Sequence(ctx, tenant)
	if err != nil {
		s.forget(tenant)
		return nil, fmt.Errorf("open the days of %s: %w", tenant, err)
	}
	if v := s.recall(tenant); v.fresh(sequence, now) {
		return v, nil
	}
	v, err := s.refresh(ctx, tenant, now)
	if err != nil {
		return nil, fmt.Errorf("open the days of %s: %w", tenant, err)
	}
	return v, nil
}

// fresh reports whether a view still is what Open would make.
func (v *View) fresh(sequence int64, now time.Time) bool {
	return v != nil && v.sequence == sequence && v.today == ledger.DayOf(now) && (v.until.IsZero() || now.Before(v.until))
}

// refresh makes a new view. Of many that ask for one tenant, one does the work.
func (s *Source) refresh(ctx context.Context, tenant posture.TenantID, now time.Time) (*View, error) {
	at := s.slot(tenant)
	select {
	case at.busy <- struct{}{}:
		defer func() { <-at.busy }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	var next *View
	err := s.store.View(ctx, tenant, func(ctx context.Context, r *store.Reader) error {
		sequence, err := r.Changes.Sequence(ctx, tenant)
		if err != nil {
			return err
		}
		earlier := s.view(at)
		if earlier.fresh(sequence, now) {
			next = earlier
			return nil
		}
		next, err = s.load(ctx, r, tenant, earlier, now)
		if err != nil {
			return err
		}
		next.sequence = sequence
		return nil
	})
	if err != nil {
		return nil, err
	}
	s.remember(at, next)
	return next, nil
}

// slot returns that of a tenant, a new one when there is none.
func (s *Source) slot(tenant posture.TenantID) *slot {
	s.mu.Lock()
	defer s.mu.Unlock()
	at := s.slots[tenant]
	if at == nil {
		at = &slot{tenant: tenant, busy: make(chan struct{}, 1)}
		at.place = s.order.PushFront(at)
		s.slots[tenant] = at
	}
	return at
}

func (s *Source) view(at *slot) *View {
	s.mu.Lock()
	defer s.mu.Unlock()
	return at.view
}

// recall returns the last view of a tenant, or nil.
func (s *Source) recall(tenant posture.TenantID) *View {
	s.mu.Lock()
	defer s.mu.Unlock()
	at := s.slots[tenant]
	if at == nil {
		return nil
	}
	s.order.MoveToFront(at.place)
	return at.view
}

// remember keeps a view, and lets the tenants go that were not asked for the
// longest when there is no room for all.
func (s *Source) remember(at *slot, v *View) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.slots[at.tenant] != at {
		return // it was let go meanwhile
	}
	s.size -= at.size
	at.view, at.size = v, v.line.size()
	s.size += at.size
	for s.size > maxTimelines && s.order.Len() > 1 {
		if last, ok := s.order.Back().Value.(*slot); ok {
			s.drop(last)
		}
	}
}

func (s *Source) forget(tenant posture.TenantID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if at := s.slots[tenant]; at != nil {
		s.drop(at)
	}
}

// drop takes a slot out; the source is locked.
func (s *Source) drop(at *slot) {
	s.order.Remove(at.place)
	delete(s.slots, at.tenant)
	s.size -= at.size
}
