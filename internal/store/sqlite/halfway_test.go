// SPDX-License-Identifier: Apache-2.0

package sqlite_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"securescore/internal/store/sqlite"
)

// upgrading names the folder that this program brings up to date when a test
// starts it anew, to be killed.
const upgrading = "SECURESCORE_TEST_UPGRADING"

// A migration that fails in its middle leaves the file as it was.
func TestAMigrationThatFailsChangesNothing(t *testing.T) {
	t.Parallel()
	folder := full(t)
	want := pictureOf(t, open(t, folder))
	newest := versionOf(t, folder)
	old := older(t, folder, newest-1)
	file := filepath.Join(old, sqlite.FileName)
	// The last table that the migration makes is in its way.
	query(t, file, func(db *sql.DB) { execute(t, db, "CREATE TABLE outbox_item (mine TEXT)") })
	if s, err := sqlite.Open(t.Context(), sqlite.Config{Folder: old, Now: now}); err == nil {
		t.Fatalf("got no error (close: %v)", s.Close())
	}
	query(t, file, func(db *sql.DB) {
		var version, begun int64
		err := errors.Join(
			db.QueryRowContext(t.Context(), "SELECT MAX(version_id) FROM goose_db_version").Scan(&version),
			db.QueryRowContext(t.Context(), "SELECT COUNT(*) FROM sqlite_schema WHERE name = 'tenant_state'").Scan(&begun),
		)
		if err != nil || version != newest-1 || begun != 0 {
			t.Errorf("got schema %d with %d new tables, %v, want %d as it was", version, begun, err, newest-1)
		}
		execute(t, db, "DROP TABLE outbox_item")
	})
	if diff := cmp.Diff(want, pictureOf(t, open(t, old))); diff != "" {
		t.Errorf("once nothing is in its way (-want +got):\n%s", diff)
	}
}

func execute(t *testing.T, db *sql.DB, statement string) {
	t.Helper()
	if _, err := db.ExecContext(t.Context(), statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

// A program that is killed while it brings a file up to date leaves one whose
// schema is that of a released version, and the next start finishes.
func TestAMigrationThatIsKilled(t *testing.T) {
	t.Parallel()
	if folder := os.Getenv(upgrading); folder != "" {
		open(t, folder)
		return
	}
	folder, _ := written(t)
	s := open(t, folder)
	populate(t, s) // what the first schema can hold
	want, newest := pictureOf(t, s), versionOf(t, folder)
	first := older(t, folder, 1)
	ends := make(map[int64]int)
	for range 24 {
		old := filepath.Join(t.TempDir(), "data")
		if err := os.CopyFS(old, os.DirFS(first)); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond+rand.N(90*time.Millisecond))
		cmd := exec.CommandContext(ctx, "/proc/self/exe", "-test.run=^TestAMigrationThatIsKilled$")
		cmd.Env = append(os.Environ(), upgrading+"="+old)
		out, err := cmd.CombinedOutput() // it is killed, or was faster
		if err != nil && ctx.Err() == nil {
			t.Fatalf("%v: %s", err, out)
		}
		cancel()
		var version int64
		query(t, filepath.Join(old, sqlite.FileName), func(db *sql.DB) {
			if err := db.QueryRowContext(t.Context(), "SELECT MAX(version_id) FROM goose_db_version").Scan(&version); err != nil {
				t.Fatal(err)
			}
		})
		ends[version]++
		if version < 1 || version > newest {
			t.Errorf("got schema %d", version)
		}
		if diff := cmp.Diff(want, pictureOf(t, open(t, old))); diff != "" {
			t.Fatalf("killed at schema %d (-want +got):\n%s", version, diff)
		}
	}
	t.Log(fmt.Sprint("schemas at the kill: ", ends))
}
