// SPDX-License-Identifier: Apache-2.0

package sqlite_test

import (
	"bytes"
	"database/sql"
	"os"
	"path/filepath"
	"testing"

	"securescore/internal/store/sqlite"
)

// The key that version 3 kept is handed over once, and nothing of it is left in
// the data file.
func TestKeysLeaveTheDataFile(t *testing.T) {
	t.Parallel()
	newest, _ := written(t)
	folder := older(t, newest, 3)
	key := []byte("0123456789abcdef0123456789abcdef")
	query(t, filepath.Join(folder, sqlite.FileName), func(db *sql.DB) {
		if _, err := db.ExecContext(t.Context(), "INSERT INTO access_secret (name, secret) VALUES ('page tokens', ?)", key); err != nil {
			t.Fatal(err)
		}
	})
	for _, want := range [][]byte{key, nil} { // the second time it is gone
		s, err := sqlite.Open(t.Context(), sqlite.Config{Folder: folder, Now: now})
		if err != nil {
			t.Fatal(err)
		}
		if got := s.FormerPageKey(); !bytes.Equal(got, want) {
			t.Errorf("got the key %q, want %q", got, want)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	data, err := os.ReadFile(filepath.Join(folder, sqlite.FileName))
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(data, key) {
		t.Error("the key still stands in the data file")
	}
}
