// SPDX-License-Identifier: Apache-2.0

package sqlite_test

import (
	"context"
	"database/sql"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/pressly/goose/v3"

	"securescore/internal/access"
	"securescore/internal/audit"
	"securescore/internal/ledger"
	"securescore/internal/posture"
	"securescore/internal/store"
	"securescore/internal/store/sqlite"
)

// Whatever was kept under an older schema is there after the upgrade, and what
// came with a newer one can be used.
func TestUpgrade(t *testing.T) {
	t.Parallel()
	folder, _ := written(t)
	s := open(t, folder)
	populate(t, s)
	want := pictureOf(t, s)
	newest := versionOf(t, folder)
	for version := int64(1); version < newest; version++ {
		t.Run(fmt.Sprintf("from %d", version), func(t *testing.T) {
			t.Parallel()
			old := older(t, folder, version)
			if got := versionOf(t, old); got != version {
				t.Fatalf("got schema %d, want %d", got, version)
			}
			s := open(t, old)
			if diff := cmp.Diff(want, pictureOf(t, s)); diff != "" {
				t.Errorf("(-before +after):\n%s", diff)
			}
			if got := versionOf(t, old); got != newest {
				t.Errorf("got schema %d, want %d", got, newest)
			}
			useAll(t, s)
			open(t, old) // once more, with nothing left to do
		})
	}
}

// A version that comes after this one is refused, whatever it changed.
func TestTheNextVersionIsRefused(t *testing.T) {
	t.Parallel()
	folder, file := written(t)
	next := uint32(versionOf(t, folder)) + 1
	edit(t, file, func(data []byte) []byte {
		binary.BigEndian.PutUint32(data[60:], next)
		return data
	})
	s, err := sqlite.Open(t.Context(), sqlite.Config{Folder: folder, Now: now})
	if err == nil {
		t.Fatalf("got no error (close: %v)", s.Close())
	}
	refused(t, err, file, fmt.Sprintf("(schema %d, this one knows up to %d)", next, next-1), "use that version")
}

// versionOf reads the version that the header of the data file tells.
func versionOf(t *testing.T, folder string) (version int64) {
	t.Helper()
	query(t, filepath.Join(folder, sqlite.FileName), func(db *sql.DB) {
		if err := db.QueryRowContext(t.Context(), "PRAGMA user_version").Scan(&version); err != nil {
			t.Fatal(err)
		}
	})
	return version
}

func query(t *testing.T, file string, fn func(*sql.DB)) {
	t.Helper()
	db, err := sql.Open("sqlite", file)
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1) // what is attached belongs to one connection
	fn(db)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

// older makes a data file by the migrations up to a version, as a program of
// that time did, and fills it with what the other one holds.
func older(t *testing.T, from string, version int64) (folder string) {
	t.Helper()
	folder = t.TempDir()
	query(t, filepath.Join(folder, sqlite.FileName), func(db *sql.DB) {
		run := func(statement string, args ...any) {
			t.Helper()
			if _, err := db.ExecContext(t.Context(), statement, args...); err != nil {
				t.Fatalf("%s: %v", statement, err)
			}
		}
		run("PRAGMA application_id = 1935896434")
		provider, err := goose.NewProvider(goose.DialectSQLite3, db, os.DirFS("migrations"), goose.WithDisableGlobalRegistry(true))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := provider.UpTo(t.Context(), version); err != nil {
			t.Fatal(err)
		}
		run(fmt.Sprintf("PRAGMA user_version = %d", version))
		run("ATTACH ? AS newer", filepath.Join(from, sqlite.FileName))
		for _, table := range names(t, db, "SELECT name FROM main.sqlite_schema WHERE type = 'table'") {
			// Versions are not data, sessions end with an upgrade, and keys leave.
			if strings.HasPrefix(table, "goose") || strings.HasPrefix(table, "sqlite") || strings.HasPrefix(table, "session") || table == "access_secret" {
				continue
			}
			columns := strings.Join(names(t, db, "SELECT name FROM pragma_table_info('"+table+"', 'main')"), ", ")
			values := columns
			if table == "tenant" { // up to version 3 it counted its changes itself
				values = strings.Replace(columns, "changes", "(SELECT s.changes FROM newer.tenant_state s WHERE s.tenant = number)", 1)
			}
			run("DELETE FROM main." + table)
			run("INSERT INTO main." + table + " (" + columns + ") SELECT " + values + " FROM newer." + table)
		}
	})
	return folder
}

func names(t *testing.T, db *sql.DB, statement string) (list []string) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), statement)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }() // an error shows in rows.Err
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		list = append(list, name)
	}
	if err := rows.Err(); err != nil || len(list) == 0 {
		t.Fatalf("%s: got nothing (%v)", statement, err)
	}
	return list
}

// populate writes to every aggregate of the first schema.
func populate(t *testing.T, s *sqlite.Store) {
	t.Helper()
	last := make(map[posture.ControlID]posture.Points)
	for day := range ledger.Day(4) {
		record(t, s, tenantID, 3, 20000+day, last)
	}
	if err := s.Across().Tenants.SetDefault(t.Context(), tenantID); err != nil {
		t.Fatal(err)
	}
	err := s.Update(t.Context(), tenantID, func(ctx context.Context, w *store.Writer) error {
		ev := &posture.Evidence{Source: "test", Organisation: "aaaaaaaa-0000-4000-8000-00000000000a"}
		ev.Add(&posture.DataSet{Name: "graph/users", FetchedAt: now(), Objects: []posture.Object{{Key: "ada", Raw: []byte("{}")}}})
		if _, err := w.Evidence.Put(ctx, tenantID, ev); err != nil {
			return err
		}
		if _, err := w.Entities.Observe(ctx, tenantID, "user", []store.Sighting{{Key: "ada", Name: "Ada", Aliases: []string{"a"}}}, now()); err != nil {
			return err
		}
		d := posture.Decision{Control: "AdminMFAV2", Status: posture.Planned, Reason: "because", By: "Ada", At: now(), Expires: now().AddDate(0, 3, 0)}
		for range 2 { // the second one ends the first
			if _, err := w.Decisions.Add(ctx, tenantID, d); err != nil {
				return err
			}
		}
		if err := w.Catalogues.Adopt(ctx, tenantID, "v1", []byte("content"), now()); err != nil {
			return err
		}
		if _, err := w.Runs.Begin(ctx, tenantID, store.Run{Source: "test", Catalogue: "v1", Started: now(), At: now()}); err != nil {
			return err
		}
		past := store.Past{Tenant: tenantID, Series: ledger.Own, Catalogue: "v1", Category: func(posture.ControlID) posture.Category { return posture.Identity }}
		return store.KeepMonths(ctx, w, past, 20003)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// picture is everything that populate wrote.
type picture struct {
	Tenants     []store.Tenant
	Cursor      store.Cursor
	Changes     []store.Change
	Evidence    *posture.Evidence
	Entities    []store.Entity
	Assessments []store.Current
	Decisions   []store.Decision
	Entries     []ledger.Entry
	Report      ledger.Report
	Months      []store.Month
	Catalogue   string
	Runs        []store.Run
}

// taker keeps the first error of several reads.
type taker struct{ err error }

func take[T any](k *taker, v T, err error) T {
	if k.err == nil {
		k.err = err
	}
	return v
}

func pictureOf(t *testing.T, s *sqlite.Store) (p picture) {
	t.Helper()
	var k taker
	list, err := s.Across().Tenants.List(t.Context())
	p.Tenants = take(&k, list, err)
	cursor, err := s.Across().Feed.Cursor(t.Context())
	p.Cursor = take(&k, cursor, err)
	err = s.View(t.Context(), tenantID, func(ctx context.Context, r *store.Reader) error {
		changes, err := r.Changes.Changes(ctx, tenantID, 0, 99)
		p.Changes = take(&k, changes, err)
		evidence, err := r.Evidence.Latest(ctx, tenantID)
		p.Evidence = take(&k, evidence, err)
		entities, err := r.Entities.All(ctx, tenantID, "user")
		p.Entities = take(&k, entities, err)
		assessments, err := r.Assessments.List(ctx, tenantID)
		p.Assessments = take(&k, assessments, err)
		decisions, err := r.Decisions.History(ctx, tenantID, "AdminMFAV2")
		p.Decisions = take(&k, decisions, err)
		entries, err := r.Ledger.Entries(ctx, tenantID, ledger.Own, 0, 99)
		p.Entries = take(&k, entries, err)
		report, err := store.Verify(ctx, r, tenantID, ledger.Own)
		p.Report = take(&k, report, err)
		months, err := r.Months.Months(ctx, tenantID, ledger.Own, "v1", 0, 30000)
		p.Months = take(&k, months, err)
		content, err := r.Catalogues.Catalogue(ctx, tenantID, "v1")
		p.Catalogue = string(take(&k, content, err))
		runs, err := r.Runs.Runs(ctx, tenantID, 0, 9)
		p.Runs = take(&k, runs, err)
		return k.err
	})
	if err != nil || len(p.Report.Faults) > 0 || len(p.Entries) != 12 || len(p.Decisions) != 2 || len(p.Months) == 0 || len(p.Runs) != 1 {
		t.Fatalf("got %+v, %v, want what was written", p, err)
	}
	return p
}

// useAll writes to what newer schemas added.
func useAll(t *testing.T, s *sqlite.Store) {
	t.Helper()
	const person access.PersonID = "ada00000-0000-4000-8000-000000000001"
	err := s.Across().Registry.Update(t.Context(), func(ctx context.Context, r *store.Registry) error {
		if err := r.People.Add(ctx, access.Person{ID: person, Identity: access.Identity{Issuer: "https://idp.example", Subject: "1"}, Created: now()}); err != nil {
			return err
		}
		held := access.Holding{Role: access.GlobalReader, Tenant: tenantID}
		if id, err := r.People.Grant(ctx, access.Grant{Person: person, Holding: held, By: access.OperatorActor, At: now()}); err != nil || id != 1 {
			return fmt.Errorf("grant %d: %w", id, err)
		}
		if err := r.Tokens.Add(ctx, access.Token{ID: "t1", Holding: held, Created: now(), Expires: now().Add(time.Hour)}, "hash"); err != nil {
			return err
		}
		if err := r.Proofs.Prove(ctx, []byte("proof")); err != nil {
			return err
		}
		return r.Audit.Append(ctx, audit.Installation, now(), audit.Record{Event: audit.RoleGranted, Outcome: audit.Done})
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := logged(t, s, "a"); err != nil {
		t.Fatal(err)
	}
	err = s.Update(t.Context(), tenantID, func(ctx context.Context, w *store.Writer) error {
		d := posture.Decision{Control: "a", Status: posture.Planned, At: now(), Owner: "Grace", Actor: string(person.Actor())}
		if _, err := w.Decisions.Add(ctx, tenantID, d); err != nil {
			return err
		}
		if err := w.Tenant.SetDecisionDays(ctx, tenantID, 30); err != nil {
			return err
		}
		return w.Fragments.PutFragments(ctx, tenantID, "v1", []store.Fragment{{Day: 20000, Body: []byte("x")}})
	})
	if err != nil {
		t.Fatal(err)
	}
	if report, err := verifyLog(t, s); err != nil || len(report.Faults) > 0 || report.Entries != 1 {
		t.Errorf("got %+v, %v, want one entry without a fault", report, err)
	}
}
