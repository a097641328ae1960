// SPDX-License-Identifier: Apache-2.0

package postgres_test

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"securescore/internal/posture"
	"securescore/internal/store/postgres"
	"securescore/internal/store/postgres/postgrestest"
)

var update = flag.Bool("update", false, "write golden files")

// Where the extension is not installed nothing changes, and the message says
// what to do.
func TestDistributeWithoutCitus(t *testing.T) {
	t.Parallel()
	d := postgrestest.New(t)
	owner := connect(t, d.Owner)
	if one[bool](t, owner, "SELECT EXISTS (SELECT FROM pg_available_extensions WHERE name = 'citus')") {
		t.Skip("this server has Citus; TestDistribute runs instead")
	}
	_, err := postgres.Distribute(t.Context(), d.Owner)
	if !errors.Is(err, posture.ErrInvalid) || !strings.Contains(err.Error(), "nothing was changed") || !strings.Contains(err.Error(), "install Citus 13") {
		t.Errorf("got %v, want what to do", err)
	}
	if err := postgres.Check(t.Context(), connect(t, d.Server)); err != nil {
		t.Errorf("afterwards a server may not start: %v", err)
	}
	_, err = postgres.Distribute(t.Context(), postgrestest.Empty(t).Owner)
	if !errors.Is(err, posture.ErrInvalid) || !strings.Contains(err.Error(), "run 'securescore migrate' first") {
		t.Errorf("without a schema: got %v, want to be told to migrate", err)
	}
}

// Where it is installed, a second run finds nothing left to do.
func TestDistribute(t *testing.T) {
	t.Parallel()
	d, owner := filled(t)
	if !one[bool](t, owner, "SELECT EXISTS (SELECT FROM pg_available_extensions WHERE name = 'citus')") {
		t.Skip("did not run: the server has no Citus; set " + postgrestest.Variable + " to a database of one that has")
	}
	first, err := postgres.Distribute(t.Context(), d.Owner)
	if err != nil {
		t.Fatal(err)
	}
	again, err := postgres.Distribute(t.Context(), d.Owner)
	if err != nil {
		t.Fatal(err)
	}
	if len(first.Statements) == 0 || len(again.Statements) != 0 {
		t.Errorf("got %d statements and then %d, want some and then none", len(first.Statements), len(again.Statements))
	}
	if err := postgres.Check(t.Context(), connect(t, d.Server)); err != nil {
		t.Errorf("afterwards a server may not start: %v", err)
	}
}

// keysOf reads the foreign keys that the schema really has.
func keysOf(t *testing.T, owner *pgx.Conn) []postgres.ForeignKey {
	t.Helper()
	rows, err := owner.Query(t.Context(), `SELECT conname, conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'f' ORDER BY 2, 1`)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := pgx.CollectRows(rows, pgx.RowToStructByPos[postgres.ForeignKey])
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

func TestDistributionStatements(t *testing.T) {
	t.Parallel()
	owner := connect(t, postgrestest.New(t).Owner)
	layout := postgres.Layout{Database: "scores", Tenant: "scores_tenant", Across: "scores_across", Keys: keysOf(t, owner)}
	got := strings.Join(layout.Statements(), ";\n") + ";\n"
	golden := filepath.Join("testdata", "distribute.sql")
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("run with -update when this is meant (-want +got):\n%s", diff)
	}
}

// What does not need Citus itself, PostgreSQL runs: the keys come back as they
// were, and so does the fence.
func TestDistributionStatementsPutEverythingBack(t *testing.T) {
	t.Parallel()
	d, owner := filled(t)
	before := keysOf(t, owner)
	layout := postgres.Layout{Database: d.Name, Tenant: d.Name + "_tenant", Across: d.Name + "_across", SignsIn: true, Propagates: true, Keys: before}
	for _, statement := range layout.Statements() {
		if !strings.Contains(statement, "citus") && !strings.Contains(statement, "create_") {
			exec(t, owner, statement)
		}
	}
	if diff := cmp.Diff(before, keysOf(t, owner)); diff != "" {
		t.Errorf("foreign keys (-before +after):\n%s", diff)
	}
	if err := postgres.Check(t.Context(), connect(t, d.Server)); err != nil {
		t.Error(err)
	}
}

// A database where one step is missing gets that one, and one where none is
// gets nothing.
func TestDistributionIsIdempotent(t *testing.T) {
	t.Parallel()
	layout := postgres.Layout{Database: "d", Tenant: "d_tenant", Across: "d_across", Propagates: true, SignsIn: true, Placed: map[string]string{}}
	for _, table := range postgres.Tables() {
		place := map[postgres.Kind]string{
			postgres.Tenant: "distributed", postgres.Log: "distributed", postgres.Registry: "reference", postgres.Reference: "reference",
			postgres.Central: "local", postgres.Across: "local",
		}[table.Kind]
		if place != "" {
			layout.Placed[table.Name] = place
		}
	}
	if got := layout.Statements(); len(got) != 0 {
		t.Errorf("got %q for a database that is distributed, want nothing", got)
	}
	layout.Placed["run_item"] = "local"
	got := slices.DeleteFunc(layout.Statements(), func(s string) bool { return !strings.HasPrefix(s, "SELECT") })
	want := []string{"SELECT create_distributed_table('public.run_item', 'tenant', colocate_with => 'public.tenant_state')"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("one table that is not distributed (-want +got):\n%s", diff)
	}
}

// What Citus enforces of a key: one that leaves a distributed table leads to a
// reference table or to a distributed one by the same tenant, and none leaves a
// reference table.
func TestForeignKeysThatCitusAllows(t *testing.T) {
	t.Parallel()
	kinds := map[string]postgres.Kind{}
	for _, table := range postgres.Tables() {
		kinds[table.Name] = table.Kind
	}
	keys := keysOf(t, connect(t, postgrestest.New(t).Owner))
	if len(keys) < 10 {
		t.Fatalf("found %d keys; the test does not see the schema", len(keys))
	}
	for _, key := range keys {
		_, rest, _ := strings.Cut(key.Definition, "REFERENCES ")
		target, columns, _ := strings.Cut(rest, "(")
		from, to := kinds[key.Table], kinds[target]
		reference := to == postgres.Registry || to == postgres.Reference
		local := func(k postgres.Kind) bool { return k == postgres.Central || k == postgres.Across }
		beside := from == postgres.Tenant && to == postgres.Tenant && strings.HasPrefix(key.Definition, "FOREIGN KEY (tenant,") && strings.HasPrefix(columns, "tenant,")
		allowed := from == postgres.Tenant && reference || beside || local(from) && (reference || local(to))
		if !allowed {
			t.Errorf("table %s (%s) may not reference %s (%s): %s", key.Table, from, target, to, key.Definition)
		}
		if strings.Contains(key.Definition, "SET NULL") || strings.Contains(key.Definition, "SET DEFAULT") {
			t.Errorf("table %s: %s would change the column that it is distributed by", key.Table, key.Definition)
		}
	}
}
