// SPDX-License-Identifier: Apache-2.0

package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"securescore/internal/posture"
	"securescore/internal/store/transfer"
)

var errInUse = errors.New("is not empty")

// batch is how many values one statement writes at most, and how many bytes
// it gathers.
const (
	batchValues = 512
	batchBytes  = 1 << 20
)

// Staging is a data file in the making, in a folder of its own within the data
// folder. Nobody who opens the data folder finds anything before Publish. It
// implements transfer.Target.
type Staging struct {
	target  string // the data folder
	folder  string // of the file in the making
	made    bool   // the data folder was not there before
	version int64
	tables  []transfer.Table
}

// Stage begins a data file in a folder that is empty or not there yet. A folder
// that cannot be used comes back as a *posture.InputError that says what to do,
// and stays as it is.
func Stage(ctx context.Context, folder string) (*Staging, error) {
	s := &Staging{target: folder}
	entries, err := os.ReadDir(folder)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		s.made = true
		if err := os.MkdirAll(folder, 0o700); err != nil {
			return nil, refuse(folder, fmt.Errorf("cannot be created: %w", reason(err)), "name a folder that you may write to")
		}
	case err != nil:
		return nil, refuse(folder, reason(err), "name a folder that is empty or not there yet")
	}
	for _, e := range entries {
		switch name := e.Name(); {
		case name == "lost+found": // every new file system has one
		case strings.HasPrefix(name, ".restoring-"):
			return nil, refuse(folder, fmt.Errorf("%w: %s is in it", errInUse, name), "if no restore is under way there, one was interrupted: remove it and try again")
		default:
			return nil, refuse(folder, fmt.Errorf("%w: %s is in it", errInUse, name), "name a folder that is empty or not there yet")
		}
	}
	if s.folder, err = os.MkdirTemp(folder, ".restoring-*"); err != nil { // mode 0700
		return nil, errors.Join(refuse(folder, fmt.Errorf("%w: %w", errReadOnly, reason(err)), "check its permissions, or name another folder"), s.Discard())
	}
	if err := s.create(ctx); err != nil {
		return nil, errors.Join(err, s.Discard())
	}
	return s, nil
}

// Folder is where the file in the making is: once it is filled, Open and
// OpenSnapshot read it there.
func (s *Staging) Folder() string { return s.folder }

// Version implements transfer.Target.
func (s *Staging) Version() int64 { return s.version }

// Tables implements transfer.Target.
func (s *Staging) Tables() []transfer.Table { return s.tables }

// connect opens the file for filling. Nothing is brought to the disk until
// everything is there: a file that was interrupted is thrown away.
func (s *Staging) connect() (*sql.DB, error) {
	db, err := connect(filepath.Join(s.folder, FileName), url.Values{
		"_foreign_keys": {"1"}, "_journal_mode": {"MEMORY"}, "_synchronous": {"OFF"}, "_txlock": {"immediate"}, "_error_rc": {"1"},
	})
	if err == nil {
		db.SetMaxOpenConns(1)
	}
	return db, err
}

// create makes the empty file.
func (s *Staging) create(ctx context.Context) error {
	path, err := prepareFolder(s.folder)
	if err != nil {
		return err
	}
	if err := begin(ctx, path); err != nil {
		return err
	}
	db, err := s.connect()
	if err != nil {
		return err
	}
	if err = migrate(ctx, db, path); err == nil {
		s.tables, err = describe(ctx, db)
	}
	if err == nil {
		_, s.version, err = migrations(db)
	}
	return errors.Join(err, fault("close the data file", db.Close()))
}

// Fill implements transfer.Target.
func (s *Staging) Fill(ctx context.Context, fn func(transfer.Loader) error) error {
	db, err := s.connect()
	if err != nil {
		return err
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return errors.Join(fault("fill the data file", err), db.Close())
	}
	if err = vacant(ctx, tx); err == nil {
		err = fn(&loader{tx})
	}
	if err == nil {
		err = fault("fill the data file", tx.Commit())
	} else if back := tx.Rollback(); !errors.Is(back, sql.ErrTxDone) { // the context may have done it
		err = errors.Join(err, fault("empty the data file", back))
	}
	return errors.Join(err, fault("close the data file", db.Close()))
}

// vacant refuses an installation that holds anything but what a new one does.
func vacant(ctx context.Context, tx *sql.Tx) error {
	names, err := listTables(ctx, tx)
	if err != nil {
		return err
	}
	for _, name := range names {
		if transfer.Begun(name) {
			continue
		}
		var filled int64
		if err := tx.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM "+name+")").Scan(&filled); err != nil {
			return fault("look into table "+name, err)
		}
		if filled != 0 {
			return fmt.Errorf("fill the data file: %w: table %s is not empty", posture.ErrConflict, name)
		}
	}
	return nil
}

// loader implements transfer.Loader.
type loader struct{ tx *sql.Tx }

// Load implements transfer.Loader.
func (l *loader) Load(ctx context.Context, t *transfer.Table, rows iter.Seq2[transfer.Row, error]) (err error) {
	if transfer.Begun(t.Name) {
		if _, err := l.tx.ExecContext(ctx, strings.Join([]string{"DELETE FROM", t.Name}, " ")); err != nil {
			return fault("empty table "+t.Name, err)
		}
	}
	columns := columnNames(t)
	begin := "INSERT INTO " + t.Name + " (" + strings.Join(columns, ", ") + ") VALUES "
	one := "(?" + strings.Repeat(", ?", len(columns)-1) + ")"
	text := func(rows int) string { return begin + one + strings.Repeat(", "+one, rows-1) }
	full := max(1, batchValues/len(columns))
	many, err := l.tx.PrepareContext(ctx, text(full))
	if err != nil {
		return fault("write table "+t.Name, err)
	}
	defer func() { err = errors.Join(err, fault("write table "+t.Name, many.Close())) }()
	flush := func(args []any) error {
		var err error
		if n := len(args) / len(columns); n == full {
			_, err = many.ExecContext(ctx, args...)
		} else if n > 0 {
			_, err = l.tx.ExecContext(ctx, text(n), args...)
		}
		return fault("write table "+t.Name, err)
	}
	args, size := make([]any, 0, full*len(columns)), 0
	for row, err := range rows {
		if err != nil {
			return err
		}
		for i := range row {
			args = append(args, argument(t.Columns[i].Kind, &row[i]))
			size += len(row[i].Bytes)
		}
		if len(args) == cap(args) || size > batchBytes {
			if err := flush(args); err != nil {
				return err
			}
			args, size = args[:0], 0
		}
	}
	return flush(args)
}

// argument is a value as the driver takes it; it does not share the memory of
// the row.
func argument(kind transfer.Kind, v *transfer.Value) any {
	switch {
	case !v.Set:
		return nil
	case kind == transfer.Number:
		return v.Number
	case kind == transfer.Text:
		return string(v.Bytes)
	}
	return append(make([]byte, 0, len(v.Bytes)), v.Bytes...) // empty is not null
}

// Publish brings the file to the disk and gives it its name. Whoever was faster
// with a file of that name keeps it, and the error wraps posture.ErrConflict.
func (s *Staging) Publish() error {
	from, to := filepath.Join(s.folder, FileName), filepath.Join(s.target, FileName)
	if _, err := os.Stat(from + "-wal"); err == nil {
		return fmt.Errorf("publish %s: %w: somebody has it open", to, posture.ErrConflict)
	}
	file, err := os.OpenFile(from, os.O_RDWR, 0)
	if err != nil {
		return fmt.Errorf("publish %s: %w", to, err)
	}
	if err := errors.Join(file.Sync(), file.Close()); err != nil {
		return fmt.Errorf("publish %s: %w", to, err)
	}
	switch err := os.Link(from, to); {
	case errors.Is(err, fs.ErrExist):
		return fmt.Errorf("publish %s: %w: another data file was made there meanwhile", to, posture.ErrConflict)
	case err != nil:
		return fmt.Errorf("publish %s: %w", to, err)
	}
	s.made = false
	if err := os.RemoveAll(s.folder); err != nil {
		return fmt.Errorf("publish %s: %w", to, err)
	}
	return transfer.SyncFolder(s.target)
}

// Discard takes away what was made. After Publish it does nothing.
func (s *Staging) Discard() error {
	var err error
	if s.folder != "" {
		err = os.RemoveAll(s.folder)
	}
	if s.made {
		err = errors.Join(err, os.Remove(s.target))
	}
	if err != nil {
		return fmt.Errorf("take away what was begun: %w", err)
	}
	return nil
}
