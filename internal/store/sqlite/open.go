// SPDX-License-Identifier: Apache-2.0

package sqlite

import (
	"bytes"
	"context"
	"database/sql"
	"embed"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"strconv"

	"github.com/pressly/goose/v3"
	"modernc.org/sqlite"

	"securescore/internal/posture"
)

// FileName is the name of the data file in the data folder.
const FileName = "securescore.db"

//go:embed migrations/*.sql
var migrationFiles embed.FS

// application marks a data file of this product in its header ("scor").
const application = 0x73636f72

// busyTimeout is how long a writer waits for another process, in milliseconds.
const busyTimeout = "10000"

// The header of an SQLite file: where its fields are, in bytes.
const (
	headerSize     = 100
	pageSizeAt     = 16
	pagesAt        = 28
	userVersionAt  = 60
	applicationAt  = 68
	magic          = "SQLite format 3\x00"
	largestPage    = 1
	quickCheckSize = 8 << 20
)

var (
	errNotFolder = errors.New("is not a folder")
	errReadOnly  = errors.New("cannot be written to")
	errForeign   = errors.New("is not a data file of this program")
	errNewer     = errors.New("was written by a newer version of this program")
	errDamaged   = errors.New("is damaged")
)

// refuse says what is wrong with a path and what to do about it.
func refuse(path string, cause error, advice string) error {
	return &posture.InputError{File: path, Offset: -1, Cause: cause, Advice: advice}
}

// prepareFolder makes sure that the data folder is there and returns the path
// of the data file, which it creates when it is missing. Nobody else may look
// into either.
func prepareFolder(folder string) (string, error) {
	info, err := os.Stat(folder)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if err := os.MkdirAll(folder, 0o700); err != nil {
			return "", refuse(folder, fmt.Errorf("cannot be created: %w", reason(err)), "name a folder that you may write to")
		}
	case err != nil:
		return "", refuse(folder, reason(err), "check the path and its permissions")
	case !info.IsDir():
		return "", refuse(folder, errNotFolder, "name a folder; the data file "+FileName+" is created in it")
	}
	path := filepath.Join(folder, FileName)
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return "", refuse(path, fmt.Errorf("%w: %w", errReadOnly, reason(err)), "check the permissions of the folder and of the file, or name another folder")
	}
	if err := file.Close(); err != nil {
		return "", fmt.Errorf("close %s: %w", path, err)
	}
	return path, nil
}

// reason is an error of the file system without the path, which is named
// beside it.
func reason(err error) error {
	if p, ok := errors.AsType[*fs.PathError](err); ok {
		return p.Err
	}
	return err
}

// examine looks at the header of the file without opening it as a database, so
// that a file that is refused stays as it is. It returns whether the file is
// new.
func examine(path string, newest int64) (fresh bool, err error) {
	file, err := os.Open(path)
	if err != nil {
		return false, refuse(path, reason(err), "check its permissions")
	}
	defer func() { _ = file.Close() }() // it was only read
	info, err := file.Stat()
	if err != nil {
		return false, refuse(path, reason(err), "check its permissions")
	}
	if info.Size() == 0 {
		return true, nil
	}
	header := make([]byte, headerSize)
	if _, err := io.ReadFull(file, header); err != nil || !bytes.HasPrefix(header, []byte(magic)) {
		return false, refuse(path, errForeign, "name another data folder, or restore the file from a backup")
	}
	number := func(at int) int64 { return int64(binary.BigEndian.Uint32(header[at:])) }
	if number(applicationAt) != application {
		return false, refuse(path, errForeign, "name another data folder, or restore the file from a backup")
	}
	if version := number(userVersionAt); version > newest {
		return false, refuse(path, fmt.Errorf("%w (schema %d, this one knows up to %d)", errNewer, version, newest), "use that version, or name another data folder")
	}
	page := int64(binary.BigEndian.Uint16(header[pageSizeAt:]))
	if page == largestPage {
		page = 65536
	}
	if _, err := os.Stat(path + "-wal"); err == nil {
		return false, nil // pages may still be on their way into the file
	}
	if info.Size() < page*number(pagesAt) {
		return false, damaged(path)
	}
	return false, nil
}

func damaged(path string) error {
	return refuse(path, errDamaged, "restore it from a backup; nothing was changed")
}

// check reads the whole file when it is small, without changing it.
func check(ctx context.Context, path string) error {
	info, err := os.Stat(path)
	if err != nil || info.Size() == 0 || info.Size() > quickCheckSize {
		return err
	}
	if _, err := os.Stat(path + "-wal"); err == nil {
		return nil // in use, or to be recovered first
	}
	db, err := connect(path, url.Values{"mode": {"ro"}, "immutable": {"1"}})
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }() // it was only read
	var verdict string
	if err := db.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&verdict); err != nil {
		err = fault("check "+path, err)
		if errors.Is(err, errBroken) {
			return damaged(path)
		}
		return err
	}
	if verdict != "ok" {
		return damaged(path)
	}
	return nil
}

// begin marks a new file as ours before anything else is in it.
func begin(ctx context.Context, path string) error {
	db, err := connect(path, url.Values{"_busy_timeout": {busyTimeout}})
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, "PRAGMA application_id = "+strconv.Itoa(application))
	return errors.Join(fault("begin "+path, err), db.Close())
}

// connect returns a handle whose connections are set up by the parameters.
func connect(path string, params url.Values) (*sql.DB, error) {
	full, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	name := url.URL{Scheme: "file", Path: filepath.ToSlash(full), RawQuery: params.Encode()}
	connector, err := sqlite.NewConnector(name.String())
	if err != nil {
		return nil, fault("open "+path, err)
	}
	return sql.OpenDB(connector), nil
}

// shared are the parameters of every connection that lives on.
func shared(more url.Values) url.Values {
	params := url.Values{
		"_busy_timeout": {busyTimeout},
		"_foreign_keys": {"1"},
		"_journal_mode": {"WAL"},
		"_synchronous":  {"FULL"},
		"_defensive":    {"1"},
		"_dqs":          {"0"},
		"_error_rc":     {"1"},
		"_pragma":       {"trusted_schema(0)", "secure_delete(FAST)"}, // see work.secure
	}
	maps.Copy(params, more)
	return params
}

// migrations returns the provider of the schema and its newest version.
func migrations(db *sql.DB) (*goose.Provider, int64, error) {
	files, err := fs.Sub(migrationFiles, "migrations")
	if err != nil {
		return nil, 0, fmt.Errorf("read migrations: %w", err)
	}
	provider, err := goose.NewProvider(goose.DialectSQLite3, db, files, goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return nil, 0, fmt.Errorf("read migrations: %w", err)
	}
	sources := provider.ListSources()
	return provider, sources[len(sources)-1].Version, nil
}

// migrate brings the schema up to date. Another
// process may be doing the same: whoever comes second finds nothing to do.
func migrate(ctx context.Context, db *sql.DB, path string) error {
	provider, newest, err := migrations(db)
	if err != nil {
		return err
	}
	if _, err = provider.Up(ctx); err != nil {
		// Whoever lost a race for the same step finds it done now.
		if _, err = provider.Up(ctx); err != nil {
			return fault("bring "+path+" up to date", err)
		}
	}
	version, err := provider.GetDBVersion(ctx)
	if err != nil {
		return fault("read the schema version of "+path, err)
	}
	if version > newest {
		return refuse(path, fmt.Errorf("%w (schema %d, this one knows up to %d)", errNewer, version, newest), "use that version, or name another data folder")
	}
	// The header tells the version to programs that are too old to open the file.
	var marked int64
	if err := db.QueryRowContext(ctx, "PRAGMA user_version").Scan(&marked); err != nil || marked == newest {
		return fault("mark "+path, err)
	}
	_, err = db.ExecContext(ctx, "PRAGMA user_version = "+strconv.FormatInt(newest, 10))
	return fault("mark "+path, err)
}
