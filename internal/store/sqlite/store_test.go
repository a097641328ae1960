// SPDX-License-Identifier: Apache-2.0

package sqlite_test

import (
	"sync/atomic"
	"testing"
	"time"

	"securescore/internal/access/session/sessiontest"
	"securescore/internal/store"
	"securescore/internal/store/sqlite"
	"securescore/internal/store/storetest"
)

func now() time.Time { return time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC) }

// going is a clock that goes on by a millisecond at each look.
func going() func() time.Time {
	var looks atomic.Int64
	return func() time.Time { return now().Add(time.Duration(looks.Add(1)) * time.Millisecond) }
}

func open(t *testing.T, folder string) *sqlite.Store {
	t.Helper()
	return openAt(t, folder, now)
}

func openAt(t *testing.T, folder string, clock func() time.Time) *sqlite.Store {
	t.Helper()
	s, err := sqlite.Open(t.Context(), sqlite.Config{Folder: folder, Now: clock})
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return s
}

func TestContract(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T) store.Store {
		t.Helper()
		return openAt(t, t.TempDir(), going())
	})
}

func TestSessions(t *testing.T) {
	t.Parallel()
	sessiontest.Run(t, func(t *testing.T) sessiontest.Store {
		t.Helper()
		across := open(t, t.TempDir()).Across()
		return sessiontest.Store{SignIns: across.SignIns, Sessions: across.Sessions}
	})
}
