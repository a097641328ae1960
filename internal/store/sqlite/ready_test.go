// SPDX-License-Identifier: Apache-2.0

package sqlite_test

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"securescore/internal/posture"
	"securescore/internal/store"
	"securescore/internal/store/sqlite"
)

func TestReady(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	path := filepath.Join(folder, sqlite.FileName)
	s := open(t, folder)
	if err := store.Ready(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if err := store.Ready(gone, s); !errors.Is(err, context.Canceled) {
		t.Errorf("nobody waits any more: got %v", err)
	}
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.ExecContext(t.Context(), "PRAGMA user_version = 9999"); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if err := store.Ready(t.Context(), s); !errors.Is(err, store.ErrSchema) || !errors.Is(err, posture.ErrUnavailable) {
		t.Errorf("a newer program changed the schema: got %v", err)
	}
}

// A data file that is moved away or replaced goes on to work for the process
// that has it open, and what it writes is lost.
func TestReadyNoticesAnotherDataFile(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	path := filepath.Join(folder, sqlite.FileName)
	s := open(t, folder)
	if err := os.Rename(path, path+".old"); err != nil {
		t.Fatal(err)
	}
	if err := store.Ready(t.Context(), s); !errors.Is(err, posture.ErrUnavailable) {
		t.Errorf("moved away: got %v", err)
	}
	if err := os.WriteFile(path, []byte("another"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := store.Ready(t.Context(), s); !errors.Is(err, posture.ErrUnavailable) {
		t.Errorf("replaced: got %v", err)
	}
}
