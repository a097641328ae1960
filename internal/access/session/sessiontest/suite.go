// SPDX-License-Identifier: Apache-2.0

// Package sessiontest is the conformance suite that every store of sessions
// runs, and a store in memory for tests of those who need one.
package sessiontest

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"securescore/internal/access/session"
	"securescore/internal/posture"
)

// Run checks the contract of session.Store. open returns a fresh store.
func Run(t *testing.T, open func(t *testing.T) session.Store) {
	t.Helper()
	start := time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)
	t.Run("a token is spent once", func(t *testing.T) { spentOnce(t, open(t), start) })
	t.Run("an expired token is not spent", func(t *testing.T) { expired(t, open(t), start) })
	t.Run("a token that was never made is not spent", func(t *testing.T) {
		mustBe(t, open(t).SpendSignIn(t.Context(), "none", start), posture.ErrNotFound)
	})
	t.Run("a session is kept, touched and deleted", func(t *testing.T) { kept(t, open(t), start) })
	t.Run("pruning takes what is over and nothing else", func(t *testing.T) { pruned(t, open(t), start) })
}

func spentOnce(t *testing.T, s session.Store, start time.Time) {
	t.Helper()
	mustBe(t, s.AddSignIn(t.Context(), "a", start.Add(time.Minute)), nil)
	var won atomic.Int32
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			if err := s.SpendSignIn(t.Context(), "a", start); err == nil {
				won.Add(1)
			} else if !errors.Is(err, posture.ErrNotFound) {
				t.Errorf("spend: got %v, want ErrNotFound", err)
			}
		})
	}
	group.Wait()
	if got := won.Load(); got != 1 {
		t.Errorf("spent %d times, want once", got)
	}
}

func expired(t *testing.T, s session.Store, start time.Time) {
	t.Helper()
	mustBe(t, s.AddSignIn(t.Context(), "a", start), nil)
	mustBe(t, s.SpendSignIn(t.Context(), "a", start), posture.ErrNotFound)
}

func kept(t *testing.T, s session.Store, start time.Time) {
	t.Helper()
	mustBe(t, s.AddSession(t.Context(), "a", start), nil)
	created, seen, err := s.Session(t.Context(), "a")
	if err != nil || !created.Equal(start) || !seen.Equal(start) {
		t.Errorf("new session: got %v, %v, %v, want %v twice", created, seen, err, start)
	}
	later := start.Add(time.Minute)
	mustBe(t, s.TouchSession(t.Context(), "a", later), nil)
	created, seen, err = s.Session(t.Context(), "a")
	if err != nil || !created.Equal(start) || !seen.Equal(later) {
		t.Errorf("touched session: got %v, %v, %v, want %v and %v", created, seen, err, start, later)
	}
	mustBe(t, s.DeleteSession(t.Context(), "a"), nil)
	mustBe(t, s.DeleteSession(t.Context(), "a"), nil)
	mustBe(t, s.TouchSession(t.Context(), "a", later), nil)
	_, _, err = s.Session(t.Context(), "a")
	mustBe(t, err, posture.ErrNotFound)
}

func pruned(t *testing.T, s session.Store, start time.Time) {
	t.Helper()
	minute := time.Minute
	mustBe(t, s.AddSignIn(t.Context(), "over", start.Add(-minute)), nil)
	mustBe(t, s.AddSignIn(t.Context(), "holds", start.Add(minute)), nil)
	for key, at := range map[string]time.Time{"old": start.Add(-9 * minute), "idle": start.Add(-5 * minute), "used": start.Add(-5 * minute)} {
		mustBe(t, s.AddSession(t.Context(), key, at), nil)
	}
	mustBe(t, s.TouchSession(t.Context(), "old", start), nil)
	mustBe(t, s.TouchSession(t.Context(), "used", start), nil)
	mustBe(t, s.PruneSessions(t.Context(), start, start.Add(-8*minute), start.Add(-2*minute)), nil)
	mustBe(t, s.SpendSignIn(t.Context(), "over", start.Add(-2*minute)), posture.ErrNotFound)
	mustBe(t, s.SpendSignIn(t.Context(), "holds", start), nil)
	for key, want := range map[string]error{"old": posture.ErrNotFound, "idle": posture.ErrNotFound, "used": nil} {
		_, _, err := s.Session(t.Context(), key)
		if !errors.Is(err, want) {
			t.Errorf("session %s after pruning: got %v, want %v", key, err, want)
		}
	}
}

func mustBe(t *testing.T, got, want error) {
	t.Helper()
	if !errors.Is(got, want) {
		t.Fatalf("got error %v, want %v", got, want)
	}
}
