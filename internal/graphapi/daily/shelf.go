// SPDX-License-Identifier: Apache-2.0

package daily

import (
	"container/list"
	"sync"

	"securescore/internal/ledger"
	"securescore/internal/posture"
)

// place is where the fragment of a day lies.
type place struct {
	tenant posture.TenantID
	day    ledger.Day
}

// shelved is a fragment on the shelf.
type shelved struct {
	place    place
	fragment *fragment
}

// overhead is what a fragment takes beside its piece, in bytes.
const overhead = 256

// shelf keeps the fragments that were used last, of all tenants, up to a number
// of bytes.
type shelf struct {
	most int

	mu    sync.Mutex
	size  int
	order *list.List // of *shelved, the one used last in front
	index map[place]*list.Element
}

func newShelf(most int) *shelf {
	return &shelf{most: most, order: list.New(), index: make(map[place]*list.Element)}
}

// take puts the fragments of the days from newest backwards that are there and
// have the right stamp into found, and returns how many are missing.
func (s *shelf) take(tenant posture.TenantID, newest ledger.Day, stamps []uint64, found []*fragment) (missing int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range found {
		if found[i] != nil {
			continue
		}
		e := s.index[place{tenant, newest - ledger.Day(i)}]
		if e == nil {
			missing++
			continue
		}
		if one, ok := e.Value.(*shelved); ok && one.fragment.stamp == stamps[i] {
			s.order.MoveToFront(e)
			found[i] = one.fragment
			continue
		}
		missing++
	}
	return missing
}

// put keeps a fragment in place of what was there.
func (s *shelf) put(tenant posture.TenantID, day ledger.Day, f *fragment) {
	s.mu.Lock()
	defer s.mu.Unlock()
	at := place{tenant, day}
	if e := s.index[at]; e != nil {
		s.drop(e)
	}
	s.index[at] = s.order.PushFront(&shelved{at, f})
	s.size += len(f.piece) + overhead
	for s.size > s.most && s.order.Len() > 0 {
		s.drop(s.order.Back())
	}
}

// drop takes one away; the shelf is locked.
func (s *shelf) drop(e *list.Element) {
	if one, ok := s.order.Remove(e).(*shelved); ok {
		delete(s.index, one.place)
		s.size -= len(one.fragment.piece) + overhead
	}
}
