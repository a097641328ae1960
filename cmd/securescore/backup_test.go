// SPDX-License-Identifier: Apache-2.0

package main

import (
	"database/sql"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// imported returns a data folder with two tenants, one of them scored.
func imported(t *testing.T) (c console, folder string) {
	t.Helper()
	c, folder = console{now: noon()}, filepath.Join(t.TempDir(), "data")
	for _, args := range [][]string{
		{"tenant", "add", "Contoso", "--data", folder},
		{"tenant", "add", "Fabrikam", "--data", folder},
		{"import", "scubagear", export(t, "true"), "--tenant", "Contoso", "--data", folder},
	} {
		if got := c.run(t, args...); got.code != exitDone {
			t.Fatalf("%v: %s", args, got.err)
		}
	}
	return c, folder
}

// A backup is made, found equal, and becomes an installation that scores and
// verifies as the first one does.
func TestBackupAndRestore(t *testing.T) {
	t.Parallel()
	c, folder := imported(t)
	file := filepath.Join(t.TempDir(), "backup")
	got := c.run(t, "backup", "--data", folder, "--out", file)
	if want := regexp.MustCompile(`: schema \d+, 2 tenants, \d+ rows in \d+ tables, as of change \d+, every ledger and audit log verified, read back and equal\n$`); got.code != exitDone || !want.MatchString(got.out) {
		t.Fatalf("backup: got %d, %q, %q", got.code, got.out, got.err)
	}
	copied := filepath.Join(t.TempDir(), "data")
	got = c.run(t, "restore", file, "--data", copied)
	if got.code != exitDone || !strings.Contains(got.out, "2 tenants") || !strings.Contains(got.out, "all equal") || !strings.Contains(got.out, "entries, good") {
		t.Fatalf("restore: got %d, %q, %q", got.code, got.out, got.err)
	}
	for _, args := range [][]string{{"score", "--tenant", "Contoso"}, {"verify"}, {"tenant", "list"}} {
		before, after := c.run(t, append(args, "--data", folder)...), c.run(t, append(args, "--data", copied)...)
		if before != after || before.code != exitDone || before.out == "" {
			t.Errorf("%v: got %+v after and %+v before", args, after, before)
		}
	}
}

// What no restore would accept is not backed up as if it were good.
func TestDamagedLedgersAreNotBackedUp(t *testing.T) {
	t.Parallel()
	c, folder := imported(t)
	data := filepath.Join(folder, "securescore.db")
	db, err := sql.Open("sqlite", data)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.ExecContext(t.Context(), "UPDATE ledger_head SET hash = zeroblob(32)"); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "backup")
	if got := c.run(t, "backup", "--data", folder, "--out", file); got.code != exitFailed || !strings.Contains(got.err, "no backup was made; keep the last one") {
		t.Errorf("got %+v", got)
	}
	if got := c.run(t, "backup", "--data", folder, "--out", file, "--no-verify"); got.code != exitDone {
		t.Fatalf("got %+v", got)
	}
	copied := filepath.Join(t.TempDir(), "data")
	if got := c.run(t, "restore", file, "--data", copied); got.code != exitFailed || !strings.Contains(got.err, "nothing of it was kept") {
		t.Errorf("got %+v", got)
	}
	if _, err := os.Stat(copied); !os.IsNotExist(err) {
		t.Errorf("got %v, want that nothing is there", err)
	}
}

func TestBackupAndRestoreRefuse(t *testing.T) {
	t.Parallel()
	c, folder := imported(t)
	file, cut := filepath.Join(t.TempDir(), "backup"), filepath.Join(t.TempDir(), "cut")
	if got := c.run(t, "backup", "--data", folder, "--out", file, "--no-verify"); got.code != exitDone || !strings.Contains(got.out, "not read back") {
		t.Fatalf("got %+v", got)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(cut, data[:len(data)*2/3], 0o600); err != nil {
		t.Fatal(err)
	}
	nowhere := filepath.Join(t.TempDir(), "new")
	for _, tt := range []struct {
		name string
		args []string
		code int
		want string
	}{
		{"no file named", []string{"backup", "--data", folder}, exitUsage, "wants --out FILE"},
		{"the file is there", []string{"backup", "--data", folder, "--out", file}, exitFailed, "a backup is never overwritten"},
		{"no data", []string{"backup", "--data", nowhere, "--out", file + "2"}, exitFailed, "is not there; name the folder"},
		{"a target in use", []string{"restore", file, "--data", folder}, exitFailed, "is not empty"},
		{"cut short", []string{"restore", cut, "--data", nowhere}, exitFailed, "cut short; restore another backup; nothing was changed"},
		{"no backup", []string{"restore", export(t, "true"), "--data", nowhere}, exitFailed, "is not a backup of this program"},
		{"no such file", []string{"restore", file + "3", "--data", nowhere}, exitFailed, "no such file"},
		{"nothing named", []string{"restore", "--data", nowhere}, exitUsage, "wants FILE"},
	} {
		if got := c.run(t, tt.args...); got.code != tt.code || !strings.Contains(got.err, tt.want) || got.out != "" {
			t.Errorf("%s: got %+v, want %d with %q", tt.name, got, tt.code, tt.want)
		}
	}
	if _, err := os.Stat(nowhere); !os.IsNotExist(err) {
		t.Errorf("got %v, want that no folder was made", err)
	}
}
