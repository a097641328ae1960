// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"securescore/internal/ledger"
	"securescore/internal/posture"
	"securescore/internal/store"
	"securescore/internal/store/postgres"
	"securescore/internal/store/postgres/postgrestest"
	"securescore/internal/store/sqlite"
)

// tell is what a storage tells of all its tenants.
func tell(t *testing.T, s store.Store) string {
	t.Helper()
	var out strings.Builder
	tenants, err := s.Across().Tenants.List(t.Context())
	if err != nil || len(tenants) == 0 {
		t.Fatalf("got %v, %v, want tenants", tenants, err)
	}
	fmt.Fprintln(&out, tenants)
	for i := range tenants {
		id := tenants[i].ID
		err := s.View(t.Context(), id, func(ctx context.Context, r *store.Reader) error {
			for _, series := range ledger.AllSeries() {
				report, err := store.Verify(ctx, r, id, series)
				if err != nil || len(report.Faults) > 0 {
					return fmt.Errorf("%v: %w", report.Faults, err)
				}
				fmt.Fprintf(&out, "%+v\n", report)
				past := store.Past{Tenant: id, Series: series, Catalogue: "test", Category: func(posture.ControlID) posture.Category { return posture.Identity }}
				days, err := store.History(ctx, r, past, 20000, 20800)
				if err != nil {
					return err
				}
				fmt.Fprintln(&out, days)
			}
			current, err := r.Assessments.List(ctx, id)
			if err != nil {
				return err
			}
			evidence, err := r.Evidence.Latest(ctx, id)
			if err != nil {
				return err
			}
			runs, err := r.Runs.Runs(ctx, id, 0, 1000)
			if err != nil {
				return err
			}
			sequence, err := r.Changes.Sequence(ctx, id)
			fmt.Fprintln(&out, len(current), evidence.Organisation, evidence.Source, len(runs), sequence)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return out.String()
}

// The sample organisation with its history goes into a database and back, and
// by way of a backup, and is the same everywhere.
func TestCopy(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "data")
	_, stop := served(t, "--sample", "--data", folder)
	if code, errs := stop(); code != exitDone {
		t.Fatal(errs)
	}
	d, c := postgrestest.New(t), console{now: noon()}
	if got := c.run(t, "tenant", "add", "Ünïted", "--data", folder); got.code != exitDone {
		t.Fatal(got.err)
	}
	got := c.run(t, "copy", "--data", folder, "--database", d.Owner)
	for _, want := range []string{"ledger_block", "ledger own", "installation", "entries, good", "2 tenants", "all equal"} {
		if got.code != exitDone || !strings.Contains(got.out, want) {
			t.Fatalf("got %+v, want %q", got, want)
		}
	}
	if strings.Contains(got.out, "owner:") || strings.Contains(got.out, "@") {
		t.Errorf("got %s, want no password", got.out)
	}
	want := tell(t, openFolder(t, folder))
	inDatabase, err := postgres.Open(t.Context(), postgres.Config{URL: d.Server, Now: noon})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, tell(t, inDatabase)); diff != "" {
		t.Errorf("the database (-want +got):\n%s", diff)
	}
	if err := inDatabase.Close(); err != nil {
		t.Fatal(err)
	}
	if again := c.run(t, "copy", "--data", folder, "--database", d.Owner); again.code != exitFailed || !strings.Contains(again.err, "is not empty") {
		t.Errorf("a second time: got %+v", again)
	}

	returned := filepath.Join(t.TempDir(), "data")
	if got := c.run(t, "copy", "--to-folder", "--data", returned, "--database", d.Server); got.code != exitDone || !strings.Contains(got.out, "all equal") {
		t.Fatalf("back: got %+v", got)
	}
	if diff := cmp.Diff(want, tell(t, openFolder(t, returned))); diff != "" {
		t.Errorf("back in a folder (-want +got):\n%s", diff)
	}

	file, other := filepath.Join(t.TempDir(), "backup"), postgrestest.New(t)
	if got := c.run(t, "backup", "--database", d.Server, "--out", file); got.code != exitDone || !strings.Contains(got.out, "read back and equal") {
		t.Fatalf("backup: got %+v", got)
	}
	if got := c.run(t, "restore", file, "--database", other.Owner); got.code != exitDone || !strings.Contains(got.out, "from postgresql") {
		t.Fatalf("restore: got %+v", got)
	}
	fromBackup, err := postgres.Open(t.Context(), postgres.Config{URL: other.Server, Now: noon})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, tell(t, fromBackup)); diff != "" {
		t.Errorf("from the backup (-want +got):\n%s", diff)
	}
	if err := fromBackup.Close(); err != nil {
		t.Fatal(err)
	}
}

func openFolder(t *testing.T, folder string) store.Store {
	t.Helper()
	s, err := sqlite.Open(t.Context(), sqlite.Config{Folder: folder, Now: noon})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() }) // it was only read
	return s
}

// Databases that cannot be filled or read are refused with what to do.
func TestCopyRefuses(t *testing.T) {
	t.Parallel()
	c, folder := imported(t)
	empty, ready := postgrestest.Empty(t), postgrestest.New(t)
	for _, tt := range []struct {
		name string
		args []string
		code int
		want string
	}{
		{"no database named", []string{"copy", "--data", folder}, exitUsage, "wants --data DIR and --database URL"},
		{"no URL", []string{"copy", "--data", folder, "--database", "localhost"}, exitFailed, "is not the URL of a PostgreSQL database"},
		{"no schema", []string{"copy", "--data", folder, "--database", empty.Owner}, exitFailed, "securescore migrate"},
		{"no schema to back up", []string{"backup", "--database", empty.Owner, "--out", "x"}, exitFailed, "securescore migrate"},
		{"a role that may not", []string{"copy", "--data", folder, "--database", ready.Server}, exitFailed, "sign in as the role that owns the database"},
		{"no data", []string{"copy", "--data", folder + "2", "--database", ready.Owner}, exitFailed, "is not there"},
	} {
		if got := c.run(t, tt.args...); got.code != tt.code || !strings.Contains(got.err, tt.want) || got.out != "" {
			t.Errorf("%s: got %+v, want %d with %q", tt.name, got, tt.code, tt.want)
		}
	}
	if got := c.run(t, "copy", "--data", folder, "--database", ready.Owner); got.code != exitDone {
		t.Errorf("after all that: got %+v, want that nothing was left behind", got)
	}
}
