// SPDX-License-Identifier: Apache-2.0

package postgrestest

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"securescore/internal/store/postgres"
)

// Variable names the environment variable with the URL of a database on whose
// server tests are to make theirs.
const Variable = "SECURESCORE_TEST_DATABASE"

// Database is one of a test alone.
type Database struct {
	Name  string
	Owner string // URL of the role that owns it
	// Server is the URL of the role that servers sign in as. Of a database that
	// was not migrated it is the name that Role says, which is not there yet.
	Server string
	// Role is the name of that role.
	Role string
}

// place is where databases are made: a server and what is migrated there.
type place struct {
	owner    string // URL of a role that may create databases and roles
	passing  bool   // the server goes with its test, and all databases with it
	template func() (string, error)
}

// shared is the server of this test process.
var shared = sync.OnceValues(func() (*place, error) {
	ctx := context.Background()
	if address := os.Getenv(Variable); address != "" {
		return newPlace(ctx, address), nil
	}
	s, err := begin(ctx, Options{Careless: true}) // what survives a loss of power is for Start to ask
	if err != nil {
		return nil, err
	}
	kept.Store(s, true)
	return newPlace(ctx, s.url(owner, "postgres")), nil
})

// kept holds the shared server, whose leash must not be collected.
var kept sync.Map

func newPlace(ctx context.Context, address string) *place {
	p := &place{owner: address}
	p.template = sync.OnceValues(func() (string, error) { return p.makeTemplate(ctx) })
	return p
}

// New returns a database with the schema and the fence, for one test.
func New(tb testing.TB) *Database {
	tb.Helper()
	return sharedPlace(tb).database(tb, true)
}

// Empty returns a database without anything in it, for one test.
func Empty(tb testing.TB) *Database {
	tb.Helper()
	return sharedPlace(tb).database(tb, false)
}

// New returns a database on this server, with the schema and the fence.
func (s *Server) New(tb testing.TB) *Database {
	tb.Helper()
	p := newPlace(tb.Context(), s.url(owner, "postgres"))
	p.passing = true
	return p.database(tb, true)
}

func sharedPlace(tb testing.TB) *place {
	tb.Helper()
	p, err := shared()
	if err != nil {
		tb.Fatalf("start PostgreSQL for the tests: %v", err)
	}
	return p
}

// makeTemplate makes the database that others are copies of, unless another
// process has made it. On a server of its own it goes with the server.
func (p *place) makeTemplate(ctx context.Context) (string, error) {
	name := fmt.Sprintf("test_template_%x", postgres.Fingerprint())
	err := onConn(ctx, p.owner, func(conn *pgx.Conn) error {
		if _, err := conn.Exec(ctx, "SELECT pg_advisory_lock(hashtext($1))", name); err != nil {
			return err
		}
		var there bool
		if err := conn.QueryRow(ctx, "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", name).Scan(&there); err != nil {
			return err
		}
		if !there {
			if err := p.create(ctx, name, "template0"); err != nil {
				return err
			}
		}
		_, err := postgres.Migrate(ctx, postgres.Params{Address: at(p.owner, name), SchemaOnly: true})
		return err // the connection ends, and with it the lock
	})
	return name, err
}

// create makes a database. One that is not a copy sorts as no program expects,
// so that a column that leaves its order to the database is found.
func (p *place) create(ctx context.Context, name, template string) error {
	return onConn(ctx, p.owner, func(conn *pgx.Conn) error {
		order := ""
		if template == "template0" && conn.PgConn().ParameterStatus("server_version") >= "15" {
			var icu bool
			if err := conn.QueryRow(ctx, "SELECT EXISTS (SELECT FROM pg_collation WHERE collprovider = 'i')").Scan(&icu); err != nil {
				return err
			}
			if icu {
				order = " LOCALE_PROVIDER icu ICU_LOCALE 'en-US' LOCALE 'C' ENCODING 'UTF8'"
			}
		}
		_, err := conn.Exec(ctx, "CREATE DATABASE "+name+" TEMPLATE "+template+order)
		return err
	})
}

// unique is a name that no other process uses.
func unique(what string) string { return "test_" + what + "_" + strings.ToLower(rand.Text()[:12]) }

// at is the URL of another database on the same server.
func at(address, database string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	u.Path = "/" + database
	return u.String()
}

// as is the URL of another role.
func as(address, user, password string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	u.User = url.UserPassword(user, password)
	return u.String()
}

func (p *place) database(tb testing.TB, migrated bool) *Database {
	tb.Helper()
	template := "template0"
	if migrated {
		var err error
		if template, err = p.template(); err != nil {
			tb.Fatalf("make the template of test databases: %v", err)
		}
	}
	name := unique("database")
	if err := p.create(tb.Context(), name, template); err != nil {
		tb.Fatalf("create a test database: %v", err)
	}
	d := &Database{Name: name, Owner: at(p.owner, name), Role: name + "_server"}
	tb.Cleanup(func() {
		if p.passing {
			return
		}
		if err := p.drop(context.WithoutCancel(tb.Context()), d); err != nil {
			tb.Errorf("drop the test database: %v", err)
		}
	})
	password := rand.Text()
	d.Server = as(d.Owner, d.Role, password)
	if migrated {
		if err := d.fence(tb.Context(), password); err != nil {
			tb.Fatalf("set up a test database: %v", err)
		}
		if err := p.distribute(tb.Context(), d); err != nil {
			tb.Fatalf("distribute a test database: %v", err)
		}
	}
	return d
}

// fence sets the roles of a copy up.
func (d *Database) fence(ctx context.Context, password string) error {
	if _, err := postgres.Migrate(ctx, postgres.Params{Address: d.Owner, ServerRole: d.Role}); err != nil {
		return err
	}
	return onConn(ctx, d.Owner, func(conn *pgx.Conn) error {
		_, err := conn.Exec(ctx, "ALTER ROLE "+d.Role+" PASSWORD '"+password+"'")
		return err
	})
}

// distribute spreads a database over shards when the one that the tests were
// pointed at has the extension Citus. All of its shards are on that machine.
func (p *place) distribute(ctx context.Context, d *Database) error {
	var has bool
	var port int
	err := onConn(ctx, p.owner, func(conn *pgx.Conn) error {
		return conn.QueryRow(ctx, "SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'citus'), current_setting('port')::int").Scan(&has, &port)
	})
	if err != nil || !has {
		return err
	}
	err = onConn(ctx, d.Owner, func(conn *pgx.Conn) error {
		if _, err := conn.Exec(ctx, "CREATE EXTENSION IF NOT EXISTS citus"); err != nil {
			return err
		}
		_, err := conn.Exec(ctx, "SELECT citus_set_coordinator_host('localhost', $1)", port)
		return err
	})
	if err != nil {
		return err
	}
	_, err = postgres.Distribute(ctx, d.Owner)
	return err
}

// drop removes a database and its roles.
func (p *place) drop(ctx context.Context, d *Database) error {
	return onConn(ctx, p.owner, func(conn *pgx.Conn) error {
		// It waits a while for sessions that are just ending; of those that a test
		// forgot only a member of their role may get rid.
		_, err := conn.Exec(ctx, "DROP DATABASE IF EXISTS "+d.Name)
		if err != nil {
			_, granted := conn.Exec(ctx, "GRANT "+d.Role+" TO CURRENT_USER")
			_, err = conn.Exec(ctx, "DROP DATABASE IF EXISTS "+d.Name+" WITH (FORCE)")
			err = errors.Join(err, granted)
		}
		if err != nil {
			return err
		}
		for _, suffix := range []string{"_server", "_tenant", "_across"} {
			if _, failed := conn.Exec(ctx, "DROP ROLE IF EXISTS "+d.Name+suffix); failed != nil {
				err = errors.Join(err, fmt.Errorf("drop role %s: %w", d.Name+suffix, failed))
			}
		}
		return err
	})
}

// Owner is the URL of the owner of a database on this server, such as on a
// standby of the server where the database was made.
func (s *Server) Owner(database string) string { return s.url(owner, database) }

// AdminOf is the URL of the superuser for a database on this server.
func (s *Server) AdminOf(database string) string { return s.url(administrator, database) }

// Do runs one statement as the owner.
func (d *Database) Do(tb testing.TB, statement string) {
	tb.Helper()
	err := onConn(tb.Context(), d.Owner, func(conn *pgx.Conn) error {
		_, err := conn.Exec(tb.Context(), statement)
		return err
	})
	if err != nil {
		tb.Fatalf("%s: %v", statement, err)
	}
}
