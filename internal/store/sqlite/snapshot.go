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
	"securescore/internal/store/relational"
	"securescore/internal/store/transfer"
)

var (
	errNoData = errors.New("is not there")
	errOlder  = errors.New("was written by an older version of this program")
)

// Snapshot is the data file as it was when it was opened. Others may go on
// writing; their changes are kept in a file beside it until the snapshot is
// closed. It implements transfer.Source.
type Snapshot struct {
	db      *sql.DB
	tx      *sql.Tx
	version int64
	tables  []transfer.Table
}

// OpenSnapshot opens the data file of a folder and reads all of it once to see
// that its pages and indexes fit together. It changes nothing: a file of an
// older schema is refused and not brought up to date. What cannot be used comes
// back as a *posture.InputError that says what to do.
func OpenSnapshot(ctx context.Context, folder string) (*Snapshot, error) {
	path := filepath.Join(folder, FileName)
	if _, err := os.Stat(path); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			err = errNoData
		}
		return nil, refuse(path, reason(err), "name the folder that holds the data")
	}
	db, err := connect(path, shared(url.Values{"_query_only": {"1"}}))
	if err != nil {
		return nil, err
	}
	s := &Snapshot{db: db}
	if err := s.begin(ctx, path); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func (s *Snapshot) begin(ctx context.Context, path string) (err error) {
	_, newest, err := migrations(s.db)
	if err != nil {
		return err
	}
	fresh, err := examine(path, newest)
	if err != nil {
		return err
	}
	if fresh {
		return refuse(path, errNoData, "name the folder that holds the data")
	}
	broken := func(err error) error {
		if errors.Is(err, errBroken) {
			return damaged(path)
		}
		return err
	}
	if s.tx, err = s.db.BeginTx(ctx, nil); err != nil {
		return broken(fault("begin snapshot", err))
	}
	// The first thing that is read decides what the transaction sees.
	if err := s.tx.QueryRowContext(ctx, "SELECT COALESCE(MAX(version_id), 0) FROM goose_db_version").Scan(&s.version); err != nil {
		return broken(fault("begin snapshot", err))
	}
	if s.version < newest {
		return refuse(path, fmt.Errorf("%w (schema %d, this one keeps %d)", errOlder, s.version, newest), "use that version, or bring the file up to date first with 'securescore verify'")
	}
	var verdict string
	if err := s.tx.QueryRowContext(ctx, "PRAGMA integrity_check(1)").Scan(&verdict); err != nil {
		return broken(fault("check "+path, err))
	}
	if verdict != "ok" {
		return damaged(path)
	}
	s.tables, err = describe(ctx, s.tx)
	return broken(err)
}

// Close ends the snapshot.
func (s *Snapshot) Close() error {
	var err error
	if s.tx != nil {
		if err = s.tx.Rollback(); errors.Is(err, sql.ErrTxDone) { // the context ended it
			err = nil
		}
	}
	return fault("close snapshot", errors.Join(err, s.db.Close()))
}

// Version implements transfer.Source.
func (s *Snapshot) Version() int64 { return s.version }

// Tables implements transfer.Source.
func (s *Snapshot) Tables() []transfer.Table { return s.tables }

// Rows implements transfer.Source.
func (s *Snapshot) Rows(ctx context.Context, t *transfer.Table) iter.Seq2[transfer.Row, error] {
	return func(yield func(transfer.Row, error) bool) {
		rows, err := s.tx.QueryContext(ctx, selection(t))
		if err != nil {
			yield(nil, fault("read table "+t.Name, err))
			return
		}
		defer func() { _ = rows.Close() }() // an error of reading shows in rows.Err
		fields := newFields(len(t.Columns))
		for rows.Next() {
			err := rows.Scan(fields.into...)
			if err == nil {
				err = fields.fill(t)
			}
			if err != nil {
				yield(nil, fault("read table "+t.Name, err))
				return
			}
			if !yield(fields.row, nil) {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(nil, fault("read table "+t.Name, err))
		}
	}
}

// selection is the query of a whole table. Names are those of the schema.
func selection(t *transfer.Table) string {
	columns := columnNames(t)
	return fmt.Sprintf("SELECT %s FROM %s ORDER BY %s", strings.Join(columns, ", "), t.Name, strings.Join(columns[:t.Key], ", "))
}

func columnNames(t *transfer.Table) []string {
	names := make([]string, len(t.Columns))
	for i := range t.Columns {
		names[i] = t.Columns[i].Name
	}
	return names
}

// fields is one row on its way out of the driver.
type fields struct {
	values []any
	into   []any
	row    transfer.Row
}

func newFields(n int) *fields {
	f := &fields{values: make([]any, n), into: make([]any, n), row: make(transfer.Row, n)}
	for i := range f.values {
		f.into[i] = &f.values[i]
	}
	return f
}

// fill takes the values over. SQLite would keep a value of any type in any
// column: one that does not belong there is a sign of damage.
func (f *fields) fill(t *transfer.Table) error {
	for i, v := range f.values {
		kind := t.Columns[i].Kind
		var fits bool
		switch v := v.(type) {
		case nil:
			f.row[i], fits = transfer.Value{}, t.Columns[i].Nullable
		case int64:
			f.row[i], fits = transfer.Value{Set: true, Number: v}, kind == transfer.Number
		case string:
			f.row[i], fits = transfer.Value{Set: true, Bytes: []byte(v)}, kind == transfer.Text
		case []byte:
			f.row[i], fits = transfer.Value{Set: true, Bytes: v}, kind == transfer.Bytes
		}
		if !fits {
			return fmt.Errorf("column %s: %w: a value of another type is in it; the data file is damaged, restore it from a backup", t.Columns[i].Name, posture.ErrInvalid)
		}
	}
	return nil
}

// queryer is a transaction or a handle.
type queryer interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// describe returns the tables that travel.
func describe(ctx context.Context, q queryer) ([]transfer.Table, error) {
	names, err := listTables(ctx, q)
	if err != nil {
		return nil, err
	}
	var list []transfer.Table
	for _, name := range names {
		fate, err := transfer.FateOf(name)
		if err != nil {
			return nil, err
		}
		if fate != transfer.Carried {
			continue
		}
		t, err := describeTable(ctx, q, name)
		if err != nil {
			return nil, err
		}
		list = append(list, t)
	}
	return transfer.Arrange(list)
}

func listTables(ctx context.Context, q queryer) (names []string, err error) {
	rows, err := q.QueryContext(ctx, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
	err = visit("list tables", rows, err, func(row relational.Scanner) (bool, error) {
		var name string
		err := row.Scan(&name)
		names = append(names, name)
		return true, err
	})
	return names, err
}

func describeTable(ctx context.Context, q queryer, name string) (transfer.Table, error) {
	kinds := map[string]transfer.Kind{"BIGINT": transfer.Number, "TEXT": transfer.Text, "BLOB": transfer.Bytes}
	var columns []transfer.Column
	var key []string
	rows, err := q.QueryContext(ctx, "SELECT name, type, \"notnull\" + pk > 0, pk FROM pragma_table_info(?) ORDER BY pk", name)
	err = visit("describe table "+name, rows, err, func(row relational.Scanner) (bool, error) {
		var c transfer.Column
		var kind string
		var needed, place int64
		if err := row.Scan(&c.Name, &kind, &needed, &place); err != nil {
			return false, err
		}
		c.Kind, c.Nullable = kinds[kind], needed == 0
		columns = append(columns, c)
		if place > 0 {
			key = append(key, c.Name)
		}
		return true, nil
	})
	if err != nil {
		return transfer.Table{}, err
	}
	return transfer.NewTable(name, columns, key...)
}
