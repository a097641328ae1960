// SPDX-License-Identifier: Apache-2.0

package postgres_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"securescore/internal/posture"
	"securescore/internal/store/postgres"
	"securescore/internal/store/postgres/postgrestest"
)

// What the owner may not do stands in the refusal as statements for somebody
// who may; after those it goes on.
func TestMigrateAsAnOwnerWhoMayNotCreateRoles(t *testing.T) {
	t.Parallel()
	s := postgrestest.Start(t, postgrestest.Options{Careless: true})
	admin := connect(t, s.Admin())
	exec(t, admin, "ALTER ROLE owner NOCREATEROLE", "CREATE DATABASE plain OWNER owner")
	params := postgres.Params{Address: s.Owner("plain"), ServerRole: "plain_server"}
	_, err := postgres.Migrate(t.Context(), params)
	if !errors.Is(err, posture.ErrInvalid) {
		t.Fatalf("got %v, want a refusal", err)
	}
	_, rest, _ := strings.Cut(err.Error(), "to run: ")
	statements, _, _ := strings.Cut(rest, "; then migrate")
	if got := strings.Count(statements, ";") + 1; got != 5 {
		t.Errorf("got %d statements in %q, want 5", got, err)
	}
	if there := one[bool](t, connect(t, s.AdminOf("plain")), "SELECT EXISTS (SELECT FROM pg_policies)"); there {
		t.Error("half of the fence is there")
	}
	exec(t, admin, strings.Split(statements, "; ")...)
	report, err := postgres.Migrate(t.Context(), params)
	if err != nil || report.Created {
		t.Errorf("got %+v, %v after an administrator helped, want no fault and no role created", report, err)
	}
}

// Roles that could pass the fence are not made roles of the servers.
func TestMigrateRefusesRoles(t *testing.T) {
	t.Parallel()
	s := postgrestest.Start(t, postgrestest.Options{Careless: true})
	exec(t, connect(t, s.Admin()), "CREATE ROLE above BYPASSRLS", "CREATE ROLE maker CREATEROLE", "CREATE ROLE inherits LOGIN", `CREATE ROLE "odd ""name" LOGIN`)
	d := s.New(t)
	_, across, err := postgres.Roles(d.Name)
	if err != nil {
		t.Fatal(err)
	}
	for role, want := range map[string]string{
		"owner": "it owns the tables", across: "nobody signs in as it", "postgres": "could pass the fence", "above": "could pass the fence", "maker": "could pass the fence",
		"inherits": "", `odd "name`: "", `new "role; DROP`: "",
	} {
		_, err := postgres.Migrate(t.Context(), postgres.Params{Address: d.Owner, ServerRole: role})
		if want == "" && err != nil || want != "" && (!errors.Is(err, posture.ErrInvalid) || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: got %v, want %q", role, err, want)
		}
		if want == "" && one[bool](t, connect(t, d.Owner), "SELECT rolinherit FROM pg_roles WHERE rolname = $1", role) {
			t.Errorf("%s inherits", pgx.Identifier{role}.Sanitize())
		}
	}
}

func TestLongNamesOfDatabases(t *testing.T) {
	t.Parallel()
	if _, _, err := postgres.Roles(strings.Repeat("d", 57)); !errors.Is(err, posture.ErrInvalid) {
		t.Errorf("got %v, want a refusal: two databases would share their roles", err)
	}
}
