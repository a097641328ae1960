// SPDX-License-Identifier: Apache-2.0

package postgres_test

import (
	"testing"
	"time"

	"securescore/internal/access/session/sessiontest"
	"securescore/internal/store"
	"securescore/internal/store/postgres"
	"securescore/internal/store/postgres/postgrestest"
	"securescore/internal/store/storetest"
)

func now() time.Time { return time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC) }

// open returns a store in a database of its own.
func open(t *testing.T) *postgres.Store {
	t.Helper()
	return openAt(t, postgrestest.New(t).Server)
}

func openAt(t *testing.T, url string) *postgres.Store {
	t.Helper()
	s, err := postgres.Open(t.Context(), postgres.Config{URL: url, Now: now})
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
		return open(t)
	})
}

func TestSessions(t *testing.T) {
	t.Parallel()
	sessiontest.Run(t, func(t *testing.T) sessiontest.Store {
		t.Helper()
		across := open(t).Across()
		return sessiontest.Store{SignIns: across.SignIns, Sessions: across.Sessions}
	})
}
