// SPDX-License-Identifier: Apache-2.0

package postgres_test

import (
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"securescore/internal/posture"
	"securescore/internal/store/postgres"
	"securescore/internal/store/postgres/postgrestest"
)

func connect(t *testing.T, address string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := conn.Close(t.Context()); err != nil && t.Context().Err() == nil {
			t.Errorf("close: %v", err)
		}
	})
	return conn
}

func exec(t *testing.T, conn *pgx.Conn, statements ...string) {
	t.Helper()
	for _, s := range statements {
		if _, err := conn.Exec(t.Context(), s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
}

func one[T any](t *testing.T, conn *pgx.Conn, query string, args ...any) T {
	t.Helper()
	var v T
	if err := conn.QueryRow(t.Context(), query, args...).Scan(&v); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return v
}

func TestMigrate(t *testing.T) {
	t.Parallel()
	d := postgrestest.Empty(t)
	params := postgres.Params{Address: d.Owner, ServerRole: d.Role}
	first, err := postgres.Migrate(t.Context(), params)
	if err != nil {
		t.Fatal(err)
	}
	if first.From != 0 || first.To != postgres.Required() || !first.Created {
		t.Errorf("got %+v, want from 0 to %d with the role created", first, postgres.Required())
	}
	again, err := postgres.Migrate(t.Context(), params)
	if err != nil {
		t.Fatal(err)
	}
	if again.From != postgres.Required() || again.Created {
		t.Errorf("got %+v the second time, want nothing done", again)
	}
	for _, text := range []string{first.Place, again.Place} {
		if strings.Contains(text, "owner") || strings.Contains(text, connect(t, d.Owner).Config().Password) {
			t.Errorf("got place %s, want neither user nor password in it", text)
		}
	}
}

// Whoever comes second waits and finds nothing to do.
func TestMigrateAtOnce(t *testing.T) {
	t.Parallel()
	d := postgrestest.Empty(t)
	var done sync.WaitGroup
	results := make([]error, 4)
	for i := range results {
		done.Go(func() {
			_, results[i] = postgres.Migrate(t.Context(), postgres.Params{Address: d.Owner, ServerRole: d.Role})
		})
	}
	done.Wait()
	if err := errors.Join(results...); err != nil {
		t.Fatal(err)
	}
	owner := connect(t, d.Owner)
	if got := one[int](t, owner, "SELECT count(*) FROM goose_db_version WHERE version_id > 0"); got != 1 {
		t.Errorf("got %d migrations noted, want 1", got)
	}
}

func TestMigrateRefusesANewerSchema(t *testing.T) {
	t.Parallel()
	d := postgrestest.New(t)
	exec(t, connect(t, d.Owner), "INSERT INTO goose_db_version (version_id, is_applied) VALUES (99, true)")
	_, err := postgres.Migrate(t.Context(), postgres.Params{Address: d.Owner, ServerRole: d.Role})
	if _, ok := errors.AsType[*posture.InputError](err); !ok || !strings.Contains(err.Error(), "newer version of this program (schema 99") {
		t.Errorf("got %v, want a refusal that names schema 99", err)
	}
}

// The order of text, and what is equal, is that of SQLite: byte by byte.
func TestTextComparesByteByByte(t *testing.T) {
	t.Parallel()
	owner := connect(t, postgrestest.New(t).Owner)
	rows, err := owner.Query(t.Context(), `SELECT c.relname || '.' || a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
		JOIN pg_collation l ON l.oid = a.attcollation JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE n.nspname = 'public' AND c.relkind = 'r' AND a.attnum > 0 AND l.collname <> 'C' AND c.relname <> 'goose_db_version'`)
	if err != nil {
		t.Fatal(err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	if len(found) > 0 {
		t.Errorf("these columns leave their order to the database: %s", strings.Join(found, ", "))
	}
}

// Every key of tenant data begins with the tenant, or the tables could not be
// distributed by it.
func TestKeysBeginWithTheTenant(t *testing.T) {
	t.Parallel()
	owner := connect(t, postgrestest.New(t).Owner)
	for _, table := range postgres.Tables() {
		lead := map[postgres.Kind]string{postgres.Tenant: "tenant", postgres.Log: "log"}[table.Kind]
		if lead == "" {
			continue
		}
		rows, err := owner.Query(t.Context(), `SELECT a.attname FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
			WHERE i.indrelid = to_regclass($1) AND i.indisunique`, "public."+table.Name)
		if err != nil {
			t.Fatal(err)
		}
		keys, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			t.Fatal(err)
		}
		if len(keys) == 0 {
			t.Errorf("table %s has no key", table.Name)
		}
		for _, key := range keys {
			if key != lead {
				t.Errorf("a key of table %s begins with %s, want %s", table.Name, key, lead)
			}
		}
	}
}
