// SPDX-License-Identifier: Apache-2.0

package postgres

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
)

// setting is the one that a transaction names its tenant in.
const setting = "securescore.tenant"

// The names of the policies of a table.
const (
	policyTenant = "fence_tenant"
	policyAcross = "fence_across"
)

// cast are the roles of a database.
type cast struct {
	database, owner, server string
	tenant, across          string
	distributed             bool // over machines, at which both roles sign in
}

func castOf(ctx context.Context, q querier, server string) (*cast, error) {
	c := &cast{server: server}
	if err := q.QueryRow(ctx, "SELECT current_database(), current_user, EXISTS (SELECT FROM pg_extension WHERE extname = 'citus')").
		Scan(&c.database, &c.owner, &c.distributed); err != nil {
		return nil, failed("read the names of the database and its owner", err)
	}
	var err error
	c.tenant, c.across, err = Roles(c.database)
	return c, err
}

// fence sets up who may see and change what, all of it or nothing. It leaves
// alone what is as it should be, so that servers can go on meanwhile.
func fence(ctx context.Context, conn *pgx.Conn, server string) (created bool, err error) {
	c, err := castOf(ctx, conn, server)
	if err != nil {
		return false, err
	}
	err = pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		if created, err = prepareRoles(ctx, tx, c); err != nil {
			return err
		}
		return Raise(ctx, tx)
	})
	return created, err
}

// Raise sets the fence up within a transaction of the owner. See Lower.
func Raise(ctx context.Context, tx pgx.Tx) error {
	c, err := castOf(ctx, tx, "")
	if err != nil {
		return err
	}
	var servers string
	err = tx.QueryRow(ctx, `SELECT COALESCE(string_agg(quote_ident(s.rolname), ', ' ORDER BY s.rolname), '') FROM pg_auth_members m
		JOIN pg_roles g ON g.oid = m.roleid JOIN pg_roles s ON s.oid = m.member
		WHERE g.rolname = $1 AND s.rolname <> $2`, c.tenant, c.owner).Scan(&servers)
	if err != nil {
		return failed("read the members of "+c.tenant, err)
	}
	statements := []string{
		fmt.Sprintf("REVOKE ALL ON DATABASE %s FROM PUBLIC", quote(c.database)),
		"REVOKE ALL ON SCHEMA public FROM PUBLIC",
		fmt.Sprintf("GRANT USAGE ON SCHEMA public TO %s, %s", quote(c.tenant), quote(c.across)),
		"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC",
	}
	if servers != "" {
		statements = append(statements, fmt.Sprintf("GRANT CONNECT ON DATABASE %s TO %s", quote(c.database), servers))
	}
	seen, err := look(ctx, tx)
	if err != nil {
		return err
	}
	for _, t := range Tables() {
		if seen[t.Name] == nil {
			return failed("fence table "+t.Name, errMissing)
		}
		statements = append(statements, fenceTable(t, c, seen[t.Name])...)
	}
	return atOnce(ctx, tx, "set up the fence", statements)
}

var errMissing = errors.New("it is not there")

// atOnce executes many statements in one trip.
func atOnce(ctx context.Context, tx pgx.Tx, doing string, statements []string) error {
	_, err := tx.Conn().PgConn().Exec(ctx, strings.Join(statements, ";\n")).ReadAll()
	return failed(doing, err)
}

// Lower lets the owner of the tables see and change all rows until Raise, within
// its transaction. It locks every table.
func Lower(ctx context.Context, tx pgx.Tx) error {
	seen, err := look(ctx, tx)
	if err != nil {
		return err
	}
	var statements []string
	for _, t := range Tables() {
		if seen[t.Name] != nil && t.fenced() {
			statements = append(statements, "ALTER TABLE public."+quote(t.Name)+" NO FORCE ROW LEVEL SECURITY")
		}
	}
	return atOnce(ctx, tx, "let the owner through the fence", statements)
}

// sight is what the server knows about the fence of a table.
type sight struct {
	enabled, forced bool
	policies        map[string]policy
	rights          map[string]string // by role; sorted, separated by ", "
}

type policy struct{ roles, command, using, check string }

// look reads the fence of every table that is there.
func look(ctx context.Context, tx pgx.Tx) (map[string]*sight, error) {
	const doing = "read the fences of the tables"
	seen := map[string]*sight{}
	rows, err := tx.Query(ctx, `SELECT relname, relrowsecurity, relforcerowsecurity FROM pg_class
		WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')`)
	if err != nil {
		return nil, failed(doing, err)
	}
	var table string
	var enabled, forced bool
	if _, err := pgx.ForEachRow(rows, []any{&table, &enabled, &forced}, func() error {
		seen[table] = &sight{enabled: enabled, forced: forced, policies: map[string]policy{}, rights: map[string]string{}}
		return nil
	}); err != nil {
		return nil, failed(doing, err)
	}
	rows, err = tx.Query(ctx, `SELECT tablename, policyname, array_to_string(roles, ','), permissive || ' ' || cmd, COALESCE(qual, ''), COALESCE(with_check, '')
		FROM pg_policies WHERE schemaname = 'public'`)
	if err != nil {
		return nil, failed(doing, err)
	}
	var name string
	var p policy
	if _, err := pgx.ForEachRow(rows, []any{&table, &name, &p.roles, &p.command, &p.using, &p.check}, func() error {
		seen[table].policies[name] = p
		return nil
	}); err != nil {
		return nil, failed(doing, err)
	}
	rows, err = tx.Query(ctx, `SELECT c.relname, r.rolname, string_agg(a.privilege_type, ', ' ORDER BY a.privilege_type)
		FROM pg_class c CROSS JOIN aclexplode(c.relacl) a JOIN pg_roles r ON r.oid = a.grantee
		WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND a.grantee <> c.relowner GROUP BY 1, 2`)
	if err != nil {
		return nil, failed(doing, err)
	}
	var grantee, rights string
	_, err = pgx.ForEachRow(rows, []any{&table, &grantee, &rights}, func() error {
		seen[table].rights[grantee] = rights
		return nil
	})
	return seen, failed(doing, err)
}

// written is how PostgreSQL writes a policy's expression back.
func written(column string) string {
	return "(" + column + " = (NULLIF(current_setting('" + setting + "'::text, true), ''::text))::bigint)"
}

// wanted are the policies of a table.
func wanted(t Table, c *cast) map[string]policy {
	const command = "PERMISSIVE ALL"
	policies := map[string]policy{policyAcross: {c.across, command, "true", "true"}}
	switch {
	case t.column() != "":
		policies[policyTenant] = policy{c.tenant, command, written(t.column()), written(t.column())}
	case t.Kind == Reference:
		some := "(NULLIF(current_setting('" + setting + "'::text, true), ''::text) IS NOT NULL)"
		policies[policyTenant] = policy{c.tenant, command, some, some}
	}
	return policies
}

// fenceTable returns what a table lacks.
func fenceTable(t Table, c *cast, s *sight) []string {
	name := "public." + quote(t.Name)
	var statements []string
	for role, have := range s.rights {
		if role != c.tenant && role != c.across {
			statements = append(statements, fmt.Sprintf("REVOKE ALL ON %s FROM %s", name, quote(role)))
		} else if have != sorted(map[string]string{c.tenant: t.Tenant, c.across: t.Across}[role]) {
			statements = append(statements, fmt.Sprintf("REVOKE ALL ON %s FROM %s", name, quote(role)))
			delete(s.rights, role)
		}
	}
	for _, r := range []struct{ role, rights string }{{c.tenant, t.Tenant}, {c.across, t.Across}} {
		if r.rights != "" && s.rights[r.role] == "" {
			statements = append(statements, fmt.Sprintf("GRANT %s ON %s TO %s", r.rights, name, quote(r.role)))
		}
	}
	if !t.fenced() {
		return statements
	}
	if !s.enabled {
		statements = append(statements, "ALTER TABLE "+name+" ENABLE ROW LEVEL SECURITY")
	}
	if !s.forced {
		statements = append(statements, "ALTER TABLE "+name+" FORCE ROW LEVEL SECURITY")
	}
	return append(statements, fencePolicies(t, c, s, name)...)
}

func fencePolicies(t Table, c *cast, s *sight, name string) []string {
	var statements []string
	want := wanted(t, c)
	for policy, have := range s.policies {
		if want[policy] != have {
			statements = append(statements, fmt.Sprintf("DROP POLICY %s ON %s", quote(policy), name))
		}
	}
	for policy, p := range want {
		if s.policies[policy] == p {
			continue
		}
		statements = append(statements, fmt.Sprintf("CREATE POLICY %s ON %s TO %s USING (%s) WITH CHECK (%s)",
			quote(policy), name, quote(p.roles), p.using, p.check))
	}
	return statements
}

// sorted puts rights in the order of the alphabet.
func sorted(rights string) string {
	if rights == "" {
		return ""
	}
	list := strings.Split(rights, ", ")
	slices.Sort(list)
	return strings.Join(list, ", ")
}
