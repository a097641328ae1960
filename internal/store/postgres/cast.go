// SPDX-License-Identifier: Apache-2.0

package postgres

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
)

// longestName is what PostgreSQL keeps of a name, in bytes.
const longestName = 63

var (
	errLongName = errors.New("has too long a name")
	errRoles    = errors.New("lacks roles that this one may not create")
	errServer   = errors.New("must not be the role of the servers")
)

// Roles are the two roles of a database that a transaction takes on: the one
// that is bound to a tenant, and the one that sees all. Their names follow from
// the database's, so that one server can hold several installations.
func Roles(database string) (tenant, across string, err error) {
	tenant, across = database+"_tenant", database+"_across"
	if len(tenant) > longestName {
		return "", "", refuse(database, errLongName, fmt.Sprintf("names of databases have up to %d bytes, as roles are named after them", longestName-len("_tenant")))
	}
	return tenant, across, nil
}

// quote makes a name safe to stand in a statement.
func quote(name string) string { return pgx.Identifier{name}.Sanitize() }

// role is what the server knows about one.
type role struct {
	there, super, bypass, login, inherit, creates bool
}

func readRole(ctx context.Context, q querier, name string) (role, error) {
	var r role
	err := q.QueryRow(ctx, `SELECT rolsuper, rolbypassrls, rolcanlogin, rolinherit, rolcreaterole FROM pg_roles WHERE rolname = $1`, name).
		Scan(&r.super, &r.bypass, &r.login, &r.inherit, &r.creates)
	if errors.Is(err, pgx.ErrNoRows) {
		return r, nil
	}
	r.there = err == nil
	return r, failed("read role "+name, err)
}

// prepareRoles makes the group roles, the role of the servers and what makes it
// a member, as far as it is missing. Whatever it may not do it says at once, as
// statements for an administrator.
func prepareRoles(ctx context.Context, tx pgx.Tx, c *cast) (created bool, err error) {
	me, err := readRole(ctx, tx, c.owner)
	if err != nil {
		return false, err
	}
	var missing []string
	for _, group := range []string{c.tenant, c.across} {
		r, err := readRole(ctx, tx, group)
		switch {
		case err != nil:
			return false, err
		case !r.there:
			missing = append(missing, "CREATE ROLE "+quote(group)+" NOLOGIN NOINHERIT")
		case r.super || r.bypass || (r.login && !c.distributed):
			return false, refuse(c.database, fmt.Errorf("has a role %q that may sign in or pass the fence", group),
				"ALTER ROLE "+quote(group)+" NOLOGIN NOSUPERUSER NOBYPASSRLS")
		}
	}
	more, created, err := prepareServer(ctx, tx, c)
	if err != nil {
		return false, err
	}
	missing = append(missing, more...)
	if len(missing) == 0 {
		return false, nil
	}
	if !me.creates && !me.super {
		return false, refuse(c.database, fmt.Errorf("%w: %q may not create roles", errRoles, c.owner),
			"ask an administrator to run: "+strings.Join(missing, "; ")+"; then migrate again")
	}
	return created, run(ctx, tx, "set up roles", missing)
}

// prepareServer returns what the role of the servers lacks.
func prepareServer(ctx context.Context, tx pgx.Tx, c *cast) (missing []string, create bool, err error) {
	if c.server == "" {
		return nil, false, nil
	}
	r, err := readRole(ctx, tx, c.server)
	if err != nil {
		return nil, false, err
	}
	switch {
	case c.server == c.owner:
		return nil, false, refuse(c.database, fmt.Errorf("%q %w: it owns the tables", c.server, errServer), "name another role with --server-role")
	case c.server == c.tenant || c.server == c.across:
		return nil, false, refuse(c.database, fmt.Errorf("%q %w: nobody signs in as it", c.server, errServer), "name another role with --server-role")
	case r.super || r.bypass || r.creates:
		return nil, false, refuse(c.database, fmt.Errorf("%q %w: it could pass the fence between tenants", c.server, errServer),
			"ALTER ROLE "+quote(c.server)+" NOSUPERUSER NOBYPASSRLS NOCREATEROLE, or name another role with --server-role")
	case !r.there:
		missing = append(missing, "CREATE ROLE "+quote(c.server)+" LOGIN NOINHERIT")
	case r.inherit:
		missing = append(missing, "ALTER ROLE "+quote(c.server)+" NOINHERIT")
	}
	for _, group := range []string{c.tenant, c.across} {
		var member bool
		err := tx.QueryRow(ctx, `SELECT EXISTS (SELECT FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid
			JOIN pg_roles s ON s.oid = m.member WHERE g.rolname = $1 AND s.rolname = $2)`, group, c.server).Scan(&member)
		if err != nil {
			return nil, false, failed("read the members of "+group, err)
		}
		if !member {
			missing = append(missing, "GRANT "+quote(group)+" TO "+quote(c.server))
		}
	}
	return missing, !r.there, nil
}

// run executes statements one after the other.
func run(ctx context.Context, tx pgx.Tx, doing string, statements []string) error {
	for _, s := range statements {
		if _, err := tx.Exec(ctx, s); err != nil {
			return failed(doing+": "+s, err)
		}
	}
	return nil
}
