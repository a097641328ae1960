// SPDX-License-Identifier: Apache-2.0

package postgres_test

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"securescore/internal/store/postgres"
	"securescore/internal/store/postgres/postgrestest"
)

func tablesOf(t *testing.T, conn *pgx.Conn) []string {
	t.Helper()
	rows, err := conn.Query(t.Context(), `SELECT relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE n.nspname = 'public' AND relkind IN ('r', 'p') ORDER BY 1`)
	if err != nil {
		t.Fatal(err)
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// A table without a row in the table of tables would have no fence.
func TestEveryTableHasItsRow(t *testing.T) {
	t.Parallel()
	owner := connect(t, postgrestest.New(t).Owner)
	var listed []string
	for _, table := range postgres.Tables() {
		listed = append(listed, table.Name)
	}
	slices.Sort(listed)
	if diff := cmp.Diff(tablesOf(t, owner), listed); diff != "" {
		t.Errorf("(-schema +Tables):\n%s", diff)
	}
}

// columnOf is what the rows of a tenant are told by.
func columnOf(k postgres.Kind) string {
	return map[postgres.Kind]string{
		postgres.Tenant: "tenant", postgres.Central: "tenant", postgres.Log: "log", postgres.Registry: "number",
	}[k]
}

// insertion is a statement that adds a row of a tenant to a table.
func insertion(t *testing.T, owner *pgx.Conn, table string, tenant int) string {
	t.Helper()
	rows, err := owner.Query(t.Context(), `SELECT column_name, data_type FROM information_schema.columns
		WHERE table_schema = 'public' AND table_name = $1 AND is_nullable = 'NO' AND data_type <> 'xid8' ORDER BY ordinal_position`, table)
	if err != nil {
		t.Fatal(err)
	}
	var columns, values []string
	var name, kind string
	_, err = pgx.ForEachRow(rows, []any{&name, &kind}, func() error {
		value := map[string]string{"bigint": strconv.Itoa(tenant), "bytea": "'\\x00'"}[kind]
		if value == "" {
			value = fmt.Sprintf("'of %d'", tenant)
		}
		columns, values = append(columns, name), append(values, value)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("INSERT INTO %s (%s) VALUES (%s)", table, strings.Join(columns, ", "), strings.Join(values, ", "))
}

// filled is a database with one row of tenants 1 and 2 in every table of theirs.
// Of tenants 3 and 4 there is only what other rows refer to.
func filled(t *testing.T) (d *postgrestest.Database, owner *pgx.Conn) {
	t.Helper()
	d = postgrestest.New(t)
	owner = connect(t, d.Owner)
	err := pgx.BeginFunc(t.Context(), owner, func(tx pgx.Tx) error {
		if err := postgres.Lower(t.Context(), tx); err != nil {
			return err
		}
		for _, table := range postgres.Tables() {
			if columnOf(table.Kind) == "" && table.Kind != postgres.Reference {
				continue
			}
			last := 2
			if table.Kind == postgres.Registry || table.Kind == postgres.Reference || slices.Contains(parents, table.Name) {
				last = 4
			}
			for tenant := 1; tenant <= last; tenant++ {
				if _, err := tx.Exec(t.Context(), insertion(t, owner, table.Name, tenant)); err != nil {
					return fmt.Errorf("%s: %w", table.Name, err)
				}
			}
		}
		return postgres.Raise(t.Context(), tx)
	})
	if err != nil {
		t.Fatal(err)
	}
	return d, owner
}

// parents are tables that others need a row of.
var parents = []string{"evidence_set", "entity_kind", "entity_item", "lease_item"}

// enter begins a transaction as one of the two roles, with a tenant or without.
func enter(t *testing.T, server *pgx.Conn, role, tenant string) pgx.Tx {
	t.Helper()
	tx, err := server.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range map[string]string{"role": role, "securescore.tenant": tenant} {
		if _, err := tx.Exec(t.Context(), "SELECT set_config($1, $2, true)", name, value); err != nil {
			t.Fatal(err)
		}
	}
	return tx
}

// affected is how many rows a statement touches in a transaction that is then
// undone; -1 when the database refuses it.
func affected(t *testing.T, server *pgx.Conn, role, tenant, statement string) int64 {
	t.Helper()
	tx := enter(t, server, role, tenant)
	tag, err := tx.Exec(t.Context(), statement)
	if undo := tx.Rollback(t.Context()); undo != nil {
		t.Fatal(undo)
	}
	if err == nil {
		return tag.RowsAffected()
	}
	refusal, ok := errors.AsType[*pgconn.PgError](err)
	if !ok || refusal.Code != "42501" {
		t.Fatalf("%s: %v", statement, err)
	}
	return -1
}

// What a query gets that forgot its tenant, or names another one than its
// transaction, for each table, as the role that is bound to a tenant.
func TestAForgottenTenantGetsNothing(t *testing.T) {
	t.Parallel()
	d, owner := filled(t)
	server := connect(t, d.Server)
	tenant, across, err := postgres.Roles(d.Name)
	if err != nil {
		t.Fatal(err)
	}
	for _, table := range postgres.Tables() {
		column := columnOf(table.Kind)
		if column == "" {
			continue
		}
		is := func(role, set, statement string, want int64) {
			t.Helper()
			if got := affected(t, server, role, set, statement); got != want {
				t.Errorf("%s as %s with tenant %q: got %d rows, want %d", statement, strings.TrimPrefix(role, d.Name), set, got, want)
			}
		}
		// may is a number of rows, or a refusal where the role lacks the right.
		may := func(right string, rows int64) int64 {
			if strings.Contains(table.Tenant, right) {
				return rows
			}
			return -1
		}
		all, change, remove := "SELECT FROM "+table.Name, fmt.Sprintf("UPDATE %s SET %s = %[2]s", table.Name, column), "DELETE FROM "+table.Name
		is(tenant, "", all, 0)
		is(tenant, "", change, may("UPDATE", 0))
		is(tenant, "", remove, may("DELETE", 0))
		is(tenant, "", insertion(t, owner, table.Name, 3), -1)
		is(tenant, "2", all, 1)
		is(tenant, "2", change, may("UPDATE", 1))
		is(tenant, "2", remove, may("DELETE", 1))
		is(tenant, "2", fmt.Sprintf("%s WHERE %s = 1", all, column), 0)
		is(tenant, "2", fmt.Sprintf("UPDATE %s SET %s = 4 WHERE %[2]s = 2", table.Name, column), -1)
		is(tenant, "2", insertion(t, owner, table.Name, 3), -1)
		if !slices.Contains(parents, table.Name) && table.Kind != postgres.Registry {
			is(tenant, "3", insertion(t, owner, table.Name, 3), 1)
			is(across, "", all, 2)
		}
		is("none", "2", "SELECT FROM public."+table.Name, -1) // the role of the servers itself
	}
}

// Tables of no tenant are not for a transaction that has one; what all share
// shows to a transaction that has one alone, and nobody changes it.
func TestTablesOfNoTenant(t *testing.T) {
	t.Parallel()
	d, _ := filled(t)
	server := connect(t, d.Server)
	tenant, across, err := postgres.Roles(d.Name)
	if err != nil {
		t.Fatal(err)
	}
	for _, table := range postgres.Tables() {
		all := "SELECT FROM " + table.Name
		switch table.Kind {
		case postgres.Across:
			if got := affected(t, server, tenant, "1", all); got != -1 {
				t.Errorf("%s as a tenant: got %d rows, want a refusal", all, got)
			}
			if got := affected(t, server, across, "", all); got < 0 {
				t.Errorf("%s across: got a refusal", all)
			}
		case postgres.Reference:
			for set, want := range map[string]int64{"": 0, "1": 4} {
				if got := affected(t, server, tenant, set, all); got != want {
					t.Errorf("%s with tenant %q: got %d rows, want %d", all, set, got, want)
				}
			}
			if got := affected(t, server, tenant, "1", "UPDATE "+table.Name+" SET version = version"); got != -1 {
				t.Errorf("a tenant changed %d rows of %s, want a refusal", got, table.Name)
			}
		default:
		}
	}
}

// Nobody takes back an entry of the ledger.
func TestLedgerEntriesStay(t *testing.T) {
	t.Parallel()
	d, _ := filled(t)
	server := connect(t, d.Server)
	tenant, across, err := postgres.Roles(d.Name)
	if err != nil {
		t.Fatal(err)
	}
	for _, role := range []string{tenant, across} {
		for _, statement := range []string{"UPDATE ledger_block SET entries = 9", "DELETE FROM ledger_block"} {
			if got := affected(t, server, role, "1", statement); got != -1 {
				t.Errorf("%s as %s: got %d rows, want a refusal", statement, role, got)
			}
		}
	}
}

// A fence that somebody took down, or tore a hole in, is whole after migrating.
func TestMigrateMendsTheFence(t *testing.T) {
	t.Parallel()
	d, owner := filled(t)
	server := connect(t, d.Server)
	tenant, _, err := postgres.Roles(d.Name)
	if err != nil {
		t.Fatal(err)
	}
	exec(t, owner, "ALTER TABLE decision_item DISABLE ROW LEVEL SECURITY", "ALTER TABLE run_item NO FORCE ROW LEVEL SECURITY",
		"CREATE POLICY hole ON graph_day USING (true)", "ALTER POLICY fence_tenant ON ledger_head USING (true)",
		"GRANT ALL ON ledger_block TO PUBLIC", "GRANT SELECT ON access_token TO "+pgx.Identifier{tenant}.Sanitize())
	open := []string{"SELECT FROM decision_item", "SELECT FROM graph_day", "SELECT FROM ledger_head", "SELECT FROM access_token", "UPDATE ledger_block SET entries = 9"}
	for _, statement := range open {
		if got := affected(t, server, tenant, "1", statement); got < 0 || (got < 2 && strings.Contains(statement, "_item")) {
			t.Errorf("%s: got %d; the fence was to be down", statement, got)
		}
	}
	if _, err := postgres.Migrate(t.Context(), postgres.Params{Address: d.Owner, ServerRole: d.Role}); err != nil {
		t.Fatal(err)
	}
	for i, want := range []int64{1, 1, 1, -1, -1} {
		if got := affected(t, server, tenant, "1", open[i]); got != want {
			t.Errorf("%s: got %d rows, want %d", open[i], got, want)
		}
	}
	if forced := one[bool](t, owner, "SELECT relforcerowsecurity FROM pg_class WHERE oid = 'run_item'::regclass"); !forced {
		t.Error("run_item is not fenced for its owner")
	}
}
