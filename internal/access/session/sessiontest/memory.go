// SPDX-License-Identifier: Apache-2.0

package sessiontest

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"securescore/internal/access"
	"securescore/internal/posture"
)

// Memory is session.SignIns and session.Sessions. It forgets when the process
// ends.
type Memory struct {
	mu       sync.Mutex
	signIns  map[string]time.Time
	flows    map[string]access.Flow
	sessions map[string]access.Session
}

// NewMemory returns an empty store.
func NewMemory() *Memory {
	return &Memory{signIns: map[string]time.Time{}, flows: map[string]access.Flow{}, sessions: map[string]access.Session{}}
}

// AddSignIn implements session.SignIns.
func (m *Memory) AddSignIn(_ context.Context, hash string, expires time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.signIns[hash] = expires
	return nil
}

// SpendSignIn implements session.SignIns.
func (m *Memory) SpendSignIn(_ context.Context, hash string, at time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	expires, ok := m.signIns[hash]
	if !ok || !at.Before(expires) {
		return fmt.Errorf("one-time token: %w", posture.ErrNotFound)
	}
	delete(m.signIns, hash)
	return nil
}

// AddFlow implements session.SignIns.
func (m *Memory) AddFlow(_ context.Context, f access.Flow) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.flows[f.State] = f
	return nil
}

// SpendFlow implements session.SignIns.
func (m *Memory) SpendFlow(_ context.Context, state string, at time.Time) (access.Flow, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	f, ok := m.flows[state]
	if !ok || !at.Before(f.Expires) {
		return access.Flow{}, fmt.Errorf("sign-in: %w", posture.ErrNotFound)
	}
	delete(m.flows, state)
	return f, nil
}

// PruneSignIns implements session.SignIns.
func (m *Memory) PruneSignIns(_ context.Context, expired time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	maps.DeleteFunc(m.signIns, func(_ string, expires time.Time) bool { return expires.Before(expired) })
	maps.DeleteFunc(m.flows, func(_ string, f access.Flow) bool { return f.Expires.Before(expired) })
	return nil
}

// AddSession implements session.Sessions.
func (m *Memory) AddSession(_ context.Context, s access.Session) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	s.Claimed = slices.Clone(s.Claimed)
	m.sessions[s.ID] = s
	return nil
}

// Session implements session.Sessions.
func (m *Memory) Session(_ context.Context, hash string) (access.Session, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, s := range m.sessions {
		if hash != "" && (s.Hash == hash || s.Former == hash) {
			return s, nil
		}
	}
	return access.Session{}, fmt.Errorf("session: %w", posture.ErrNotFound)
}

// SessionsOf implements session.Sessions.
func (m *Memory) SessionsOf(_ context.Context, person access.PersonID) ([]access.Session, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var list []access.Session
	for _, s := range m.sessions {
		if s.Person == person {
			list = append(list, s)
		}
	}
	slices.SortFunc(list, func(a, b access.Session) int {
		return cmp.Or(a.Created.Compare(b.Created), cmp.Compare(a.ID, b.ID))
	})
	return list, nil
}

// TouchSession implements session.Sessions.
func (m *Memory) TouchSession(_ context.Context, id string, seen time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if s, ok := m.sessions[id]; ok && seen.After(s.Seen) {
		s.Seen = seen
		m.sessions[id] = s
	}
	return nil
}

// RotateSession implements session.Sessions.
func (m *Memory) RotateSession(_ context.Context, id, hash, next string, at, formerUntil time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	s, ok := m.sessions[id]
	if !ok || s.Hash != hash {
		return fmt.Errorf("rotate session: %w", posture.ErrConflict)
	}
	s.Former, s.FormerUntil, s.Hash, s.Seen, s.Rotated = hash, formerUntil, next, at, at
	m.sessions[id] = s
	return nil
}

// DeleteSession implements session.Sessions.
func (m *Memory) DeleteSession(_ context.Context, ids ...string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, id := range ids {
		delete(m.sessions, id)
	}
	return nil
}

// PruneSessions implements session.Sessions.
func (m *Memory) PruneSessions(_ context.Context, created, seen time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	maps.DeleteFunc(m.sessions, func(_ string, s access.Session) bool {
		return s.Created.Before(created) || s.Seen.Before(seen)
	})
	return nil
}
