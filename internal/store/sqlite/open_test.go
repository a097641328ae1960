// SPDX-License-Identifier: Apache-2.0

package sqlite_test

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	_ "modernc.org/sqlite"

	"securescore/internal/posture"
	"securescore/internal/store"
	"securescore/internal/store/sqlite"
)

const tenantID posture.TenantID = "0a000000-0000-4000-8000-00000000000a"

// written returns a folder with a closed store in it that knows one tenant.
func written(t *testing.T) (folder, file string) {
	t.Helper()
	folder = t.TempDir()
	s, err := sqlite.Open(t.Context(), sqlite.Config{Folder: folder, Now: now})
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	if err := s.Across().Tenants.Create(t.Context(), store.Tenant{ID: tenantID, Name: "Contoso", Created: now()}); err != nil {
		t.Fatalf("create: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatalf("close: %v", err)
	}
	return folder, filepath.Join(folder, sqlite.FileName)
}

func edit(t *testing.T, file string, change func([]byte) []byte) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, change(data), 0o600); err != nil {
		t.Fatal(err)
	}
}

// snapshot reads all files of a folder.
func snapshot(t *testing.T, folder string) map[string]string {
	t.Helper()
	files := make(map[string]string)
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		data, err := os.ReadFile(filepath.Join(folder, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		files[e.Name()] = string(data)
	}
	return files
}

func TestFilesThatAreRefusedStayAsTheyAre(t *testing.T) {
	t.Parallel()
	put := func(at int, value uint32) func([]byte) []byte {
		return func(data []byte) []byte {
			binary.BigEndian.PutUint32(data[at:], value)
			return data
		}
	}
	for _, tt := range []struct {
		name   string
		change func([]byte) []byte
		want   string
		advice string
	}{
		{"a newer version", put(60, 99), "was written by a newer version", "use that version"},
		{"another program's database", put(68, 7), "is not a data file of this program", "name another data folder"},
		{"no database", func([]byte) []byte { return []byte(strings.Repeat("hello ", 50)) }, "is not a data file of this program", "restore"},
		{"a few bytes", func(data []byte) []byte { return data[:50] }, "is not a data file of this program", "restore"},
		{"cut off", func(data []byte) []byte { return data[:len(data)/2] }, "is damaged", "restore it from a backup"},
		{"overwritten in the middle", func(data []byte) []byte {
			copy(data[4096:], bytes.Repeat([]byte{0xa5}, len(data)-8192))
			return data
		}, "is damaged", "restore it from a backup"},
		{"a schema that is no schema", func(data []byte) []byte {
			copy(data[100:4096], bytes.Repeat([]byte{0x5a}, 3996))
			return data
		}, "is damaged", "restore it from a backup"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			folder, file := written(t)
			edit(t, file, tt.change)
			before := snapshot(t, folder)
			s, err := sqlite.Open(t.Context(), sqlite.Config{Folder: folder, Now: now})
			if err == nil {
				t.Fatalf("got no error (close: %v)", s.Close())
			}
			refused(t, err, file, tt.want, tt.advice)
			for name, text := range snapshot(t, folder) {
				if was, there := before[name]; !there || was != text {
					t.Errorf("%s was changed", name)
				}
			}
		})
	}
}

// refused checks that an error is one line that names the path, the fault and
// what to do.
func refused(t *testing.T, err error, path, want, advice string) {
	t.Helper()
	input, ok := errors.AsType[*posture.InputError](err)
	if !ok || !errors.Is(err, posture.ErrInvalid) {
		t.Fatalf("got %v, want an InputError", err)
	}
	if input.File != path || !strings.Contains(err.Error(), want) || !strings.Contains(input.Advice, advice) || strings.Contains(err.Error(), "\n") {
		t.Errorf("got %q, want %s: %s; %s", err, path, want, advice)
	}
}

func TestFoldersThatCannotBeUsed(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	closed := filepath.Join(t.TempDir(), "closed")
	if err := os.Mkdir(closed, 0o500); err != nil {
		t.Fatal(err)
	}
	if os.Geteuid() == 0 {
		closed = "/proc/self" // the administrator may write to any real folder
	}
	for _, tt := range []struct{ name, folder, path, want, advice string }{
		{"a file", file, file, "is not a folder", "name a folder"},
		{"below a file", filepath.Join(file, "x"), filepath.Join(file, "x"), "not a directory", "check the path"},
		{"read-only", closed, filepath.Join(closed, sqlite.FileName), "cannot be written to", "check the permissions"},
		{"cannot be created", filepath.Join(closed, "new"), filepath.Join(closed, "new"), "cannot be created", "may write to"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s, err := sqlite.Open(t.Context(), sqlite.Config{Folder: tt.folder, Now: now})
			if err == nil {
				t.Fatalf("got no error (close: %v)", s.Close())
			}
			refused(t, err, tt.path, tt.want, tt.advice)
		})
	}
}

func TestOnlyTheOwnerMayLook(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "a", "data")
	open(t, folder)
	for path, want := range map[string]os.FileMode{folder: 0o700, filepath.Join(folder, sqlite.FileName): 0o600} {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if got := info.Mode().Perm(); got != want {
			t.Errorf("%s: got mode %o, want %o", path, got, want)
		}
	}
	for _, name := range []string{"-wal", "-shm"} {
		info, err := os.Stat(filepath.Join(folder, sqlite.FileName+name))
		if err != nil {
			t.Fatal(err)
		}
		if got := info.Mode().Perm(); got&0o077 != 0 {
			t.Errorf("%s: got mode %o, want nothing for others", name, got)
		}
	}
}

func TestOpensAgain(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"plain", "with space", "what?mode=memory", "100%25", "a#b", "ünï;cödé&x=y"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder := filepath.Join(t.TempDir(), name)
			first, second := open(t, folder), open(t, folder) // two processes at once
			if err := first.Across().Tenants.Create(t.Context(), store.Tenant{ID: tenantID, Name: "Contoso", Created: now()}); err != nil {
				t.Fatal(err)
			}
			if _, err := second.Across().Tenants.Find(t.Context(), "Contoso"); err != nil {
				t.Errorf("the other process does not see it: %v", err)
			}
			if _, err := os.Stat(filepath.Join(folder, sqlite.FileName)); err != nil {
				t.Errorf("the file is elsewhere: %v", err)
			}
		})
	}
}

func TestSeveralProcessesBegin(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			s, err := sqlite.Open(t.Context(), sqlite.Config{Folder: folder, Now: now})
			if err != nil {
				t.Errorf("open: %v", err)
				return
			}
			if err := s.Close(); err != nil {
				t.Errorf("close: %v", err)
			}
		})
	}
	group.Wait()
	open(t, folder)
}

// A file that a program has left behind without closing it is recovered.
func TestRecoversAfterACrash(t *testing.T) {
	t.Parallel()
	folder, crashed := t.TempDir(), t.TempDir()
	live := open(t, folder)
	if err := live.Across().Tenants.Create(t.Context(), store.Tenant{ID: tenantID, Name: "Contoso", Created: now()}); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(crashed, os.DirFS(folder)); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(crashed, sqlite.FileName+"-shm")); err != nil { // it lives in memory
		t.Fatal(err)
	}
	if _, err := open(t, crashed).Across().Tenants.Find(t.Context(), "Contoso"); err != nil {
		t.Errorf("what was committed is lost: %v", err)
	}
}

func TestAWriterWaitsForAnotherProcess(t *testing.T) {
	t.Parallel()
	folder, _ := written(t)
	first, second := open(t, folder), open(t, folder)
	release, done := make(chan struct{}), make(chan error, 1)
	describe := func(name string) func(context.Context, *store.Writer) error {
		return func(ctx context.Context, w *store.Writer) error { return w.Tenant.Describe(ctx, tenantID, name, "") }
	}
	holding := make(chan struct{})
	go func() {
		done <- first.Update(t.Context(), tenantID, func(ctx context.Context, w *store.Writer) error {
			close(holding)
			<-release
			return describe("first")(ctx, w)
		})
	}()
	<-holding
	go close(release)
	if err := second.Update(t.Context(), tenantID, describe("second")); err != nil {
		t.Errorf("second writer: %v", err)
	}
	if err := <-done; err != nil {
		t.Errorf("first writer: %v", err)
	}
	if got, err := first.Across().Tenants.Find(t.Context(), "second"); err != nil || got.ID != tenantID {
		t.Errorf("the second one came first: %v", err)
	}
}

// tamper changes the file behind the back of the store.
func tamper(t *testing.T, file, statement string, args ...any) {
	t.Helper()
	db, err := sql.Open("sqlite", file)
	if err != nil {
		t.Fatal(err)
	}
	result, err := db.ExecContext(t.Context(), statement, args...)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		t.Fatalf("%s changed nothing (%v)", statement, err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}
