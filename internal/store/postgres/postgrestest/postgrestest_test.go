// SPDX-License-Identifier: Apache-2.0

package postgrestest_test

import (
	"testing"

	"github.com/jackc/pgx/v5"

	"securescore/internal/store/postgres/postgrestest"
)

func do(t *testing.T, address string, statements ...string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range statements {
		if _, err := conn.Exec(t.Context(), s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
	if err := conn.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// What one test does in its database no other one sees.
func TestDatabasesAreApart(t *testing.T) {
	t.Parallel()
	one, other := postgrestest.New(t), postgrestest.New(t)
	do(t, one.Owner, "CREATE TABLE mine (n BIGINT)")
	do(t, other.Owner, "CREATE TABLE mine (n BIGINT)")
	do(t, one.Server, "SELECT 1")
}

// A standby goes on with all that was acknowledged when the primary dies, and
// the primary comes back by itself.
func TestKillAndPromote(t *testing.T) {
	t.Parallel()
	primary := postgrestest.Start(t, postgrestest.Options{})
	d := primary.New(t)
	standby := primary.Standby(t, "second")
	primary.Set(t, "synchronous_standby_names", "second")
	do(t, d.Owner, "CREATE TABLE kept (n BIGINT)", "INSERT INTO kept VALUES (1)")
	primary.Kill(t)
	if conn, err := pgx.Connect(t.Context(), d.Owner); err == nil {
		t.Errorf("got a connection to a server that was killed; close: %v", conn.Close(t.Context()))
	}
	standby.Promote(t)
	do(t, standby.Owner(d.Name), "INSERT INTO kept SELECT n + 1 FROM kept WHERE n = 1")
	primary.Restart(t)
	do(t, d.Owner, "SET synchronous_commit = local", "INSERT INTO kept SELECT n + 1 FROM kept WHERE n = 1")
}
