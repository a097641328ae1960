// SPDX-License-Identifier: Apache-2.0

package sqlite_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"securescore/internal/ledger"
	"securescore/internal/posture"
	"securescore/internal/store"
	"securescore/internal/store/sqlite"
	"securescore/internal/store/transfer"
)

// full returns a folder with a closed store that has something in every table
// but those of sessions.
func full(t *testing.T) (folder string) {
	t.Helper()
	folder, file := written(t)
	s, err := sqlite.Open(t.Context(), sqlite.Config{Folder: folder, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	populate(t, s)
	useAll(t, s)
	if err := s.Across().SignIns.AddSignIn(t.Context(), "one-time-link", now()); err != nil {
		t.Fatal(err)
	}
	err = s.Update(t.Context(), tenantID, func(ctx context.Context, w *store.Writer) error {
		id := store.WorkID{Tenant: tenantID, Kind: "test/delivery", Key: "1"}
		return w.Outbox.Send(ctx, tenantID, store.Delivery{WorkID: id, Destination: "webhook", Body: []byte{0, 1, 0xff}})
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	tamper(t, file, "INSERT INTO ledger_beside (tenant, series, sequence, actor_name, note, kind, flipped) VALUES (1, 0, 2, 'Ada', 'because', 'user', x''), (1, 0, 3, '', '', '', NULL)")
	return folder
}

func snapshotOf(t *testing.T, folder string) *sqlite.Snapshot {
	t.Helper()
	s, err := sqlite.OpenSnapshot(t.Context(), folder)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return s
}

func sumsOf(t *testing.T, folder string) *transfer.Summary {
	t.Helper()
	from, err := sqlite.OpenSnapshot(t.Context(), folder)
	if err != nil {
		t.Fatal(err)
	}
	s, err := transfer.Summarise(t.Context(), from)
	if err := errors.Join(err, from.Close()); err != nil {
		t.Fatal(err)
	}
	return s
}

func backedUp(t *testing.T, folder string) *transfer.Archive {
	t.Helper()
	path := filepath.Join(t.TempDir(), "backup")
	if _, err := transfer.Save(t.Context(), path, snapshotOf(t, folder), transfer.Header{Engine: "sqlite"}, true); err != nil {
		t.Fatal(err)
	}
	a, err := transfer.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Close() }) // it was only read
	return a
}

func good(*transfer.Summary) error { return nil }

// restored builds a data folder from a backup.
func restored(t *testing.T, from transfer.Source) (folder string) {
	t.Helper()
	folder = filepath.Join(t.TempDir(), "new", "data")
	to, err := sqlite.Stage(t.Context(), folder)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := transfer.Move(t.Context(), from, to, good); err != nil {
		t.Fatal(err)
	}
	if err := to.Publish(); err != nil {
		t.Fatal(err)
	}
	if err := to.Discard(); err != nil {
		t.Fatal(err)
	}
	return folder
}

// Every table that a person wrote to is there again, and nothing else.
func TestARestoredFolderHoldsWhatWasBackedUp(t *testing.T) {
	t.Parallel()
	folder := full(t)
	want := pictureOf(t, open(t, folder))
	copied := restored(t, backedUp(t, folder))
	if err := transfer.Differ(sumsOf(t, folder), sumsOf(t, copied)); err != nil {
		t.Error(err)
	}
	s := open(t, copied)
	err := s.Update(t.Context(), tenantID, func(ctx context.Context, w *store.Writer) error { // as the next run does
		past := store.Past{Tenant: tenantID, Series: ledger.Own, Catalogue: "v1", Category: func(posture.ControlID) posture.Category { return posture.Identity }}
		return store.KeepMonths(ctx, w, past, 20003)
	})
	if err != nil {
		t.Fatal(err)
	}
	got := pictureOf(t, s)
	want.Cursor, want.Changes, got.Cursor, got.Changes = "", nil, "", nil // they begin anew
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-before +after):\n%s", diff)
	}
	for path, mode := range map[string]os.FileMode{copied: 0o700, filepath.Join(copied, sqlite.FileName): 0o600} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != mode {
			t.Errorf("%s: got %v, %v, want mode %o", path, info, err, mode)
		}
	}
	if entries, err := os.ReadDir(copied); err != nil || slices.ContainsFunc(entries, func(e os.DirEntry) bool { return strings.HasPrefix(e.Name(), ".restoring") }) {
		t.Errorf("got %v, %v, want the data file alone", entries, err)
	}
}

// What must not travel is in no row that does; the proof of the keys does, so
// that a copy takes no other keys.
func TestSessionsStayBehind(t *testing.T) {
	t.Parallel()
	folder := full(t)
	a := backedUp(t, folder)
	for i := range a.Header.Tables {
		for row, err := range a.Rows(t.Context(), &a.Header.Tables[i]) {
			if err != nil {
				t.Fatal(err)
			}
			for _, v := range row {
				if bytes.Contains(v.Bytes, []byte("one-time-link")) {
					t.Errorf("table %s: a secret is in it", a.Header.Tables[i].Name)
				}
			}
		}
	}
	copied := open(t, restored(t, a))
	proofOf := func(s *sqlite.Store) (proof []byte) {
		t.Helper()
		err := s.Across().Registry.View(t.Context(), func(ctx context.Context, r *store.Registry) (err error) {
			proof, err = r.Proofs.Proof(ctx)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return proof
	}
	if !bytes.Equal(proofOf(copied), proofOf(open(t, folder))) {
		t.Error("the copy would take other keys")
	}
	err := copied.Across().SignIns.SpendSignIn(t.Context(), "one-time-link", now())
	if !errors.Is(err, posture.ErrNotFound) {
		t.Errorf("got %v, want that the link opens nothing in the copy", err)
	}
}

// Every table of the schema has a row that says what becomes of it, and the
// ones that travel are in an order that foreign keys allow.
func TestEveryTableHasAFate(t *testing.T) {
	t.Parallel()
	folder := full(t)
	query(t, filepath.Join(folder, sqlite.FileName), func(db *sql.DB) {
		for _, name := range names(t, db, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'") {
			fate, err := transfer.FateOf(name)
			if err != nil {
				t.Error(err)
			}
			var filled bool
			if err := db.QueryRowContext(t.Context(), "SELECT EXISTS (SELECT 1 FROM "+name+")").Scan(&filled); err != nil {
				t.Fatal(err)
			}
			if fate == transfer.Carried && !filled {
				t.Errorf("table %s travels and nothing is in it here, so that nothing proves it", name)
			}
		}
	})
}

// What others write meanwhile is not in the picture, and is not held up.
func TestASnapshotIsOfOneMoment(t *testing.T) {
	t.Parallel()
	folder := full(t)
	before := sumsOf(t, folder)
	s, from := open(t, folder), snapshotOf(t, folder)
	for day := range ledger.Day(3) {
		record(t, s, tenantID, 2, 20010+day, map[posture.ControlID]posture.Points{})
	}
	got, err := transfer.Summarise(t.Context(), from)
	if err != nil {
		t.Fatal(err)
	}
	if err := transfer.Differ(before, got); err != nil || got.Changes != before.Changes {
		t.Errorf("got change %d instead of %d, %v", got.Changes, before.Changes, err)
	}
	if after := sumsOf(t, folder); after.Changes != before.Changes+3 {
		t.Errorf("got change %d, want three more than %d", after.Changes, before.Changes)
	}
}

func TestAFolderInUseIsNotRestoredInto(t *testing.T) {
	t.Parallel()
	used := full(t)
	before := snapshot(t, used)
	interrupted := t.TempDir()
	if err := os.Mkdir(filepath.Join(interrupted, ".restoring-1"), 0o700); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ name, folder, want, advice string }{
		{"data", used, "is not empty", "name a folder that is empty"},
		{"interrupted", interrupted, ".restoring-1 is in it", "one was interrupted"},
		{"a file", file, "not a directory", "name a folder"},
	} {
		s, err := sqlite.Stage(t.Context(), tt.folder)
		if err == nil {
			t.Errorf("%s: got no error (discard: %v)", tt.name, s.Discard())
			continue
		}
		refused(t, err, tt.folder, tt.want, tt.advice)
	}
	if diff := cmp.Diff(before, snapshot(t, used)); diff != "" {
		t.Error("the folder in use was changed")
	}
}

func TestAFailedRestoreLeavesNothing(t *testing.T) {
	t.Parallel()
	a := backedUp(t, full(t))
	errNotSo := errors.New("not so")
	parent := t.TempDir()
	folder := filepath.Join(parent, "data")
	to, err := sqlite.Stage(t.Context(), folder)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := transfer.Move(t.Context(), a, to, func(*transfer.Summary) error { return errNotSo }); !errors.Is(err, errNotSo) {
		t.Errorf("got %v", err)
	}
	if got := sumsOf(t, to.Folder()); got.Of("tenant") != 0 || got.Rows() != 1 { // the row that counts grants
		t.Errorf("got %+v, want nothing", got)
	}
	if _, err := transfer.Move(t.Context(), a, to, good); err != nil {
		t.Errorf("a second try: %v", err)
	}
	if _, err := transfer.Move(t.Context(), a, to, good); !errors.Is(err, posture.ErrConflict) {
		t.Errorf("got %v, want that it is filled once", err)
	}
	if err := to.Discard(); err != nil {
		t.Fatal(err)
	}
	if entries, err := os.ReadDir(parent); err != nil || len(entries) > 0 {
		t.Errorf("got %v, %v, want nothing", entries, err)
	}
}

// A data file that appears meanwhile, such as that of a server that was started
// too early, is never replaced.
func TestAFileThatAppearsMeanwhileStays(t *testing.T) {
	t.Parallel()
	a := backedUp(t, full(t))
	folder := t.TempDir()
	to, err := sqlite.Stage(t.Context(), folder)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := transfer.Move(t.Context(), a, to, good); err != nil {
		t.Fatal(err)
	}
	open(t, folder)
	if err := to.Publish(); !errors.Is(err, posture.ErrConflict) {
		t.Errorf("got %v, want a conflict", err)
	}
	if err := to.Discard(); err != nil {
		t.Fatal(err)
	}
	if got := sumsOf(t, folder); got.Of("tenant") != 0 {
		t.Errorf("got %+v, want the file that was there first", got)
	}
}

func TestOnlyUpToDateFilesAreBackedUp(t *testing.T) {
	t.Parallel()
	folder := full(t)
	file := filepath.Join(folder, sqlite.FileName)
	tamper(t, file, "DELETE FROM goose_db_version WHERE version_id = (SELECT MAX(version_id) FROM goose_db_version)")
	_, err := sqlite.OpenSnapshot(t.Context(), folder)
	refused(t, err, file, "was written by an older version", "bring the file up to date first")
	_, err = sqlite.OpenSnapshot(t.Context(), t.TempDir())
	if input, ok := errors.AsType[*posture.InputError](err); !ok || !strings.Contains(input.Error(), "is not there") {
		t.Errorf("got %v, want that nothing is there", err)
	}
}
