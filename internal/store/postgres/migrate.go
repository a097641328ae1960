// SPDX-License-Identifier: Apache-2.0

package postgres

import (
	"context"
	"crypto/sha256"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"

	"securescore/internal/posture"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

// lockKey is that of the advisory lock under which the schema changes ("scor").
const lockKey = 0x73636f72

var (
	errNewer = errors.New("was written by a newer version of this program")
	errOlder = errors.New("has a schema that is too old for this program")
	errEmpty = errors.New("holds no data of this program")
)

// Required is the version of the schema that this build reads and writes.
func Required() int64 {
	var newest int64
	files, _ := fs.ReadDir(migrationFiles, "migrations") // embedded: it is there
	for _, f := range files {
		number, _, _ := strings.Cut(f.Name(), "_")
		if version, err := strconv.ParseInt(number, 10, 64); err == nil {
			newest = max(newest, version)
		}
	}
	return newest
}

// Fingerprint tells the schema of one build from that of another.
func Fingerprint() []byte {
	sum := sha256.New()
	files, _ := fs.Glob(migrationFiles, "migrations/*.sql") // embedded: they are there
	for _, name := range files {
		text, _ := migrationFiles.ReadFile(name)
		sum.Write(text)
	}
	return sum.Sum(nil)[:8]
}

// Params say what Migrate brings up to date.
type Params struct {
	// Address is the URL of the database, as the role that owns it.
	Address string
	// ServerRole is the role that servers sign in as. Empty sets none up.
	ServerRole string
	// SchemaOnly leaves the fence away: for a template that is copied.
	SchemaOnly bool
}

// Report says what Migrate did.
type Report struct {
	Place    string // the database, without user and password
	From, To int64  // versions of the schema; 0 for none
	// Created says whether the role of the servers was made, without a password.
	Created bool
}

// Migrate brings the schema of a database up to date, or makes it, and then sets
// the fence between tenants up. It may be called again, and by several processes
// at once: one at a time does the work and the others find nothing left to do.
// A schema of a newer version is refused and stays as it is.
func Migrate(ctx context.Context, p Params) (Report, error) {
	config, err := Parse(p.Address)
	if err != nil {
		return Report{}, err
	}
	conn, err := dial(ctx, p.Address)
	if err != nil {
		return Report{}, err
	}
	report := Report{Place: Place(config), To: Required()}
	err = locked(ctx, conn, func() error {
		if report.From, err = upgrade(ctx, conn, config); err != nil {
			return err
		}
		if p.SchemaOnly {
			return nil
		}
		report.Created, err = fence(ctx, conn, p.ServerRole)
		return err
	})
	return report, errors.Join(err, failed("close "+report.Place, conn.Close(ctx)))
}

// locked runs fn while no other process changes the schema. A lost connection
// gives the lock up.
func locked(ctx context.Context, conn *pgx.Conn, fn func() error) error {
	if _, err := conn.Exec(ctx, "SELECT pg_advisory_lock($1)", lockKey); err != nil {
		return failed("wait for other migrations", err)
	}
	err := fn()
	if _, unlock := conn.Exec(ctx, "SELECT pg_advisory_unlock($1)", lockKey); err == nil && unlock != nil {
		err = failed("let other migrations go on", unlock)
	}
	return err
}

// upgrade runs the migrations that are missing and returns the version before.
func upgrade(ctx context.Context, conn *pgx.Conn, config *pgx.ConnConfig) (int64, error) {
	from, err := version(ctx, conn)
	if err != nil || from == Required() {
		return from, err
	}
	if from > Required() {
		return from, newer(Place(config), from)
	}
	if from > 0 {
		// Whoever owns a table whose fence holds for its owner too would change no
		// row. The fence is up again before anything else can happen.
		if err := pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error { return Lower(ctx, tx) }); err != nil {
			return from, err
		}
	}
	files, err := fs.Sub(migrationFiles, "migrations")
	if err != nil {
		return from, fmt.Errorf("read migrations: %w", err)
	}
	db := stdlib.OpenDB(*config)
	provider, err := goose.NewProvider(goose.DialectPostgres, db, files, goose.WithDisableGlobalRegistry(true))
	if err == nil {
		_, err = provider.Up(ctx)
	}
	return from, errors.Join(failed("bring "+Place(config)+" up to date", err), failed("close "+Place(config), db.Close()))
}

// querier is a connection, a pool or a transaction.
type querier interface {
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

// version returns that of the schema; 0 when there is none.
func version(ctx context.Context, q querier) (int64, error) {
	var there bool
	err := q.QueryRow(ctx, `SELECT EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE n.nspname = 'public' AND c.relname = 'goose_db_version')`).Scan(&there)
	if err != nil || !there {
		return 0, failed("look for the schema", err)
	}
	var found int64
	err = q.QueryRow(ctx, "SELECT COALESCE(MAX(version_id), 0) FROM public.goose_db_version WHERE is_applied").Scan(&found)
	return found, failed("read the version of the schema", err)
}

// newer refuses a schema that this build does not know.
func newer(place string, found int64) error {
	return refuse(place, fmt.Errorf("%w (schema %d, this one knows up to %d)", errNewer, found, Required()),
		"use that version, or name another database; nothing was changed")
}

// refuse says what is wrong with a database and what to do about it.
func refuse(place string, cause error, advice string) error {
	return &posture.InputError{File: place, Offset: -1, Cause: cause, Advice: advice}
}
