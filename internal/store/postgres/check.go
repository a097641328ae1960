// SPDX-License-Identifier: Apache-2.0

package postgres

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"securescore/internal/posture"
	"securescore/internal/store"
)

// The ways in which a role of the servers could pass the fence.
var (
	errSuper    = errors.New("is or may become a role that passes the fence between tenants")
	errOwns     = errors.New("owns tables, or may become the role that owns them")
	errCreates  = errors.New("may create roles, and so make itself a member of any")
	errMember   = errors.New("is not a member of the two roles that transactions take on")
	errInherits = errors.New("has the rights of the roles that transactions take on without taking them on")
	errUnfenced = errors.New("has tables whose fence is down")
)

const mend = "run 'securescore migrate --database URL-OF-THE-OWNER --server-role "

// beginner is a connection or a pool.
type beginner interface {
	BeginTx(ctx context.Context, options pgx.TxOptions) (pgx.Tx, error)
}

// standing is what the database says about the role that is signed in.
type standing struct {
	database, role       string
	super, owns, creates bool
	member, inherits     bool
	schema               bool
	unfenced, loose      []string
}

// Check tells whether a server may work with a database as the role that it has
// signed in with: the schema is the one that this build needs, the role cannot
// pass the fence between tenants, and the fence is up at every table. The error
// names everything that is wrong and what to do about it. When the schema is
// another one it wraps store.ErrSchema; when the role or the fence is at fault
// it wraps posture.ErrInvalid.
func Check(ctx context.Context, db beginner) error {
	return examine(ctx, db, func(tx pgx.Tx, s *standing) error {
		if faults := s.faults(); len(faults) > 0 {
			return errors.Join(faults...)
		}
		return checkSchema(ctx, tx, s)
	})
}

// CheckSchema tells whether the schema is the one that this build needs. It is
// asked often, and by the role of a server. The error wraps store.ErrSchema when
// it is another one.
func CheckSchema(ctx context.Context, db beginner) error {
	return examine(ctx, db, func(tx pgx.Tx, s *standing) error { return checkSchema(ctx, tx, s) })
}

func examine(ctx context.Context, db beginner, fn func(pgx.Tx, *standing) error) error {
	tx, err := db.BeginTx(ctx, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly})
	if err != nil {
		return fmt.Errorf("check the database: %w: %w", posture.ErrUnavailable, err)
	}
	s, err := stand(ctx, tx)
	if err == nil {
		err = fn(tx, s)
	}
	if closing := tx.Rollback(ctx); err == nil && closing != nil {
		err = fmt.Errorf("check the database: %w: %w", posture.ErrUnavailable, closing)
	}
	return err
}

// stand asks for everything at once. The catalogue is there for all to read.
func stand(ctx context.Context, tx pgx.Tx) (*standing, error) {
	s := &standing{}
	err := tx.QueryRow(ctx, `WITH ours AS (
			SELECT c.oid, c.relname, c.relowner, c.relrowsecurity, c.relforcerowsecurity FROM pg_class c
			JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p')
		), groups AS (
			SELECT oid, rolname FROM pg_roles WHERE rolname IN (current_database() || '_tenant', current_database() || '_across')
		)
		SELECT current_database(), session_user,
			EXISTS (SELECT FROM pg_roles WHERE (rolsuper OR rolbypassrls) AND pg_has_role(session_user, oid, 'MEMBER')),
			EXISTS (SELECT FROM ours WHERE pg_has_role(session_user, relowner, 'MEMBER')),
			EXISTS (SELECT FROM pg_roles WHERE rolcreaterole AND pg_has_role(session_user, oid, 'MEMBER')),
			(SELECT count(*) FROM groups WHERE pg_has_role(session_user, oid, 'MEMBER')) = 2,
			EXISTS (SELECT FROM groups WHERE pg_has_role(session_user, oid, 'USAGE')),
			EXISTS (SELECT FROM ours WHERE relname = 'goose_db_version'),
			ARRAY(SELECT relname::text FROM ours WHERE relname = ANY ($1) AND NOT (relrowsecurity AND relforcerowsecurity) ORDER BY 1),
			ARRAY(SELECT DISTINCT o.relname::text FROM ours o JOIN pg_policy p ON p.polrelid = o.oid WHERE relname = ANY ($1) AND NOT
				CASE p.polname
				WHEN 'fence_across' THEN p.polroles = ARRAY(SELECT oid FROM groups WHERE rolname = current_database() || '_across')
				WHEN 'fence_tenant' THEN p.polroles = ARRAY(SELECT oid FROM groups WHERE rolname = current_database() || '_tenant')
					AND pg_get_expr(p.polqual, p.polrelid) LIKE '%securescore.tenant%'
					AND pg_get_expr(p.polwithcheck, p.polrelid) LIKE '%securescore.tenant%'
				ELSE false END ORDER BY 1)`, fencedTables()).
		Scan(&s.database, &s.role, &s.super, &s.owns, &s.creates, &s.member, &s.inherits, &s.schema, &s.unfenced, &s.loose)
	if err != nil {
		return nil, fmt.Errorf("check the database: %w", failed("read its catalogue", err))
	}
	return s, nil
}

func fencedTables() []string {
	var names []string
	for _, t := range Tables() {
		if t.fenced() {
			names = append(names, t.Name)
		}
	}
	return names
}

// faults are all ways in which the role or the fence is not as it has to be.
func (s *standing) faults() []error {
	var faults []error
	say := func(cause error, advice string) {
		faults = append(faults, &posture.InputError{File: "role " + s.role, Offset: -1, Cause: cause, Advice: advice})
	}
	if s.super {
		say(errSuper, "let servers sign in as a role without SUPERUSER and BYPASSRLS, and of no such role a member; 'securescore migrate --server-role NAME' makes one")
	}
	if s.owns {
		say(errOwns, "keep the owner for 'securescore migrate' and let servers sign in as another role; 'securescore migrate --server-role NAME' makes one")
	}
	if s.creates {
		say(errCreates, "ALTER ROLE "+quote(s.role)+" NOCREATEROLE")
	}
	if !s.schema || s.super || s.owns {
		return faults // what follows would only say the same again
	}
	if !s.member {
		say(errMember, mend+s.role+"'")
	}
	if s.inherits {
		say(errInherits, "ALTER ROLE "+quote(s.role)+" NOINHERIT; from PostgreSQL 16 on also grant both roles again WITH INHERIT FALSE")
	}
	for _, list := range [][]string{s.unfenced, s.loose} {
		if len(list) > 0 {
			faults = append(faults, &posture.InputError{File: "database " + s.database, DataSet: strings.Join(list, ", "), Offset: -1, Cause: errUnfenced, Advice: mend + s.role + "'"})
		}
	}
	return faults
}

// checkSchema compares the version. The role that is signed in reads nothing by
// itself; the one across tenants reads what the migrations noted.
func checkSchema(ctx context.Context, tx pgx.Tx, s *standing) error {
	wrong := func(cause error, advice string) error {
		return fmt.Errorf("%w: %w", store.ErrSchema, &posture.InputError{File: "database " + s.database, Offset: -1, Cause: cause, Advice: advice})
	}
	if !s.schema {
		return wrong(errEmpty, mend+s.role+"'")
	}
	if _, err := tx.Exec(ctx, "SELECT set_config('role', $1, true)", s.database+"_across"); err != nil {
		return failed("take on the role across tenants", err)
	}
	found, err := version(ctx, tx)
	switch {
	case err != nil:
		return err
	case found > Required():
		return wrong(fmt.Errorf("%w (schema %d, this one needs %d)", errNewer, found, Required()), "use the version of the program that brought it up to date")
	case found < Required():
		return wrong(fmt.Errorf("%w (schema %d, this one needs %d)", errOlder, found, Required()), "run 'securescore migrate' with this version of the program")
	}
	return nil
}
