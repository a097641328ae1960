// SPDX-License-Identifier: Apache-2.0

package postgres_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"securescore/internal/posture"
	"securescore/internal/store"
	"securescore/internal/store/postgres"
	"securescore/internal/store/postgres/postgrestest"
)

// Each way in which a role could pass the fence, or the fence be down, is
// refused with what to do about it.
func TestCheck(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change string // by the owner
		want   string // in the error; empty for none
	}{
		"as it should be":       {"SELECT", ""},
		"a table of its own":    {"GRANT $server TO $owner; GRANT CREATE ON SCHEMA public TO $server; ALTER TABLE session_flow OWNER TO $server", "owns tables"},
		"a member of the owner": {"GRANT $owner TO $server", "owns tables"},
		"may create roles":      {"ALTER ROLE $server CREATEROLE", "may create roles"},
		"inherits":              {"ALTER ROLE $server INHERIT", "without taking them on"},
		"not a member":          {"REVOKE $across FROM $server", "not a member"},
		"not forced":            {"ALTER TABLE run_item NO FORCE ROW LEVEL SECURITY", "run_item: has tables whose fence is down"},
		"not enabled":           {"ALTER TABLE ledger_block DISABLE ROW LEVEL SECURITY", "ledger_block: has tables whose fence is down"},
		"a policy for all":      {"CREATE POLICY hole ON graph_day USING (true)", "graph_day: has tables whose fence is down"},
		"a policy that is open": {"ALTER POLICY fence_tenant ON graph_day USING (true)", "graph_day: has tables whose fence is down"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := postgrestest.New(t)
			_, across, err := postgres.Roles(d.Name)
			if err != nil {
				t.Fatal(err)
			}
			owner := connect(t, d.Owner)
			change := strings.NewReplacer("$server", d.Role, "$across", across, "$owner", owner.Config().User).Replace(c.change)
			exec(t, owner, strings.Split(change, "; ")...)
			err = postgres.Check(t.Context(), connect(t, d.Server))
			switch {
			case c.want == "" && err != nil:
				t.Errorf("got %v, want no fault", err)
			case c.want != "" && (!errors.Is(err, posture.ErrInvalid) || !strings.Contains(err.Error(), c.want)):
				t.Errorf("got %v, want a fault with %q", err, c.want)
			}
		})
	}
}

// The owner and a superuser may not be what servers sign in as.
func TestCheckRefusesTheOwner(t *testing.T) {
	t.Parallel()
	d := postgrestest.New(t)
	if err := postgres.Check(t.Context(), connect(t, d.Owner)); !errors.Is(err, posture.ErrInvalid) || !strings.Contains(err.Error(), "owns tables") {
		t.Errorf("owner: got %v, want a refusal", err)
	}
	s := postgrestest.Start(t, postgrestest.Options{Careless: true})
	own := s.New(t)
	admin := connect(t, s.AdminOf(own.Name))
	if err := postgres.Check(t.Context(), admin); !errors.Is(err, posture.ErrInvalid) || !strings.Contains(err.Error(), "passes the fence") {
		t.Errorf("superuser: got %v, want a refusal", err)
	}
	server := connect(t, own.Server)
	exec(t, admin, "ALTER ROLE "+pgx.Identifier{own.Role}.Sanitize()+" BYPASSRLS")
	if err := postgres.Check(t.Context(), server); !errors.Is(err, posture.ErrInvalid) || !strings.Contains(err.Error(), "passes the fence") {
		t.Errorf("BYPASSRLS: got %v, want a refusal", err)
	}
}

func TestCheckSchema(t *testing.T) {
	t.Parallel()
	d := postgrestest.New(t)
	owner, server := connect(t, d.Owner), connect(t, d.Server)
	is := func(want string) {
		t.Helper()
		for name, check := range map[string]error{
			"Check": postgres.Check(t.Context(), server), "CheckSchema": postgres.CheckSchema(t.Context(), server),
		} {
			switch {
			case want == "" && check != nil:
				t.Errorf("%s: got %v, want no fault", name, check)
			case want != "" && (!errors.Is(check, store.ErrSchema) || !strings.Contains(check.Error(), want)):
				t.Errorf("%s: got %v, want a fault of the schema with %q", name, check, want)
			}
		}
	}
	is("")
	exec(t, owner, "INSERT INTO goose_db_version (version_id, is_applied) VALUES (99, true)")
	is("newer version of this program (schema 99, this one needs")
	exec(t, owner, "DELETE FROM goose_db_version WHERE version_id > 0", "INSERT INTO goose_db_version (version_id, is_applied) VALUES (3, true)")
	is("too old for this program (schema 3, this one needs")
	exec(t, owner, "DROP TABLE goose_db_version")
	is("holds no data of this program")
}
