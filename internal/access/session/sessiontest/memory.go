// SPDX-License-Identifier: Apache-2.0

package sessiontest

import (
	"context"
	"fmt"
	"sync"
	"time"

	"securescore/internal/posture"
)

// Memory is a session.Store that forgets when the process ends.
type Memory struct {
	mu       sync.Mutex
	signIns  map[string]time.Time
	sessions map[string]times
}

type times struct{ created, seen time.Time }

// NewMemory returns an empty store.
func NewMemory() *Memory {
	return &Memory{signIns: map[string]time.Time{}, sessions: map[string]times{}}
}

// AddSignIn implements session.Store.
func (m *Memory) AddSignIn(_ context.Context, hash string, expires time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.signIns[hash] = expires
	return nil
}

// SpendSignIn implements session.Store.
func (m *Memory) SpendSignIn(_ context.Context, hash string, at time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	expires, ok := m.signIns[hash]
	delete(m.signIns, hash)
	if !ok || !at.Before(expires) {
		return fmt.Errorf("one-time token: %w", posture.ErrNotFound)
	}
	return nil
}

// AddSession implements session.Store.
func (m *Memory) AddSession(_ context.Context, hash string, created time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.sessions[hash] = times{created, created}
	return nil
}

// Session implements session.Store.
func (m *Memory) Session(_ context.Context, hash string) (created, seen time.Time, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	s, ok := m.sessions[hash]
	if !ok {
		return time.Time{}, time.Time{}, fmt.Errorf("session: %w", posture.ErrNotFound)
	}
	return s.created, s.seen, nil
}

// TouchSession implements session.Store.
func (m *Memory) TouchSession(_ context.Context, hash string, seen time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if s, ok := m.sessions[hash]; ok {
		m.sessions[hash] = times{s.created, seen}
	}
	return nil
}

// DeleteSession implements session.Store.
func (m *Memory) DeleteSession(_ context.Context, hash string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.sessions, hash)
	return nil
}

// PruneSessions implements session.Store.
func (m *Memory) PruneSessions(_ context.Context, expired, created, seen time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for hash, expires := range m.signIns {
		if expires.Before(expired) {
			delete(m.signIns, hash)
		}
	}
	for hash, s := range m.sessions {
		if s.created.Before(created) || s.seen.Before(seen) {
			delete(m.sessions, hash)
		}
	}
	return nil
}
