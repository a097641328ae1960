// SPDX-License-Identifier: Apache-2.0

package daily

import (
	"container/list"
	"sync"

	"securescore/internal/posture"
)

const (
	// maxPages bounds the answers that are kept whole, in bytes over all tenants.
	maxPages = 16 << 20
	// maxPage is the largest of them: a quarter of a year with descriptions.
	maxPage = 4 << 20
)

// pageKey names one answer. The tag of a view tells all that its days say.
type pageKey struct {
	tenant         posture.TenantID
	tag            string
	first, n       int
	prefix, suffix string
}

// printed is an answer that is ready to be sent.
type printed struct {
	key  pageKey
	body []byte
}

// pages keeps the answers that were sent last: clients that look at the same
// days again and again need nothing put together.
type pages struct {
	mu    sync.Mutex
	size  int
	order *list.List // of *printed, the one used last in front
	index map[pageKey]*list.Element
}

func newPages() *pages {
	return &pages{order: list.New(), index: make(map[pageKey]*list.Element)}
}

// take returns an answer, nil when it is not there.
func (s *pages) take(at pageKey) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.index[at]
	if e == nil {
		return nil
	}
	s.order.MoveToFront(e)
	one, _ := e.Value.(*printed)
	return one.body
}

// put keeps an answer, which nobody may change from then on.
func (s *pages) put(at pageKey, body []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.index[at] != nil {
		return // somebody else made the same
	}
	s.index[at] = s.order.PushFront(&printed{at, body})
	s.size += len(body) + overhead
	for s.size > maxPages {
		oldest := s.order.Back()
		one, _ := s.order.Remove(oldest).(*printed)
		delete(s.index, one.key)
		s.size -= len(one.body) + overhead
	}
}
