// SPDX-License-Identifier: Apache-2.0

package postgres

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"iter"
	"strings"

	"github.com/jackc/pgx/v5"

	"securescore/internal/posture"
	"securescore/internal/store/transfer"
)

// Snapshot is a database as it was when the snapshot was opened, while others
// go on. It implements transfer.Source.
type Snapshot struct {
	picture

	conn *pgx.Conn
	tx   pgx.Tx
}

// OpenSnapshot opens a picture of a database, as the role of the servers. It
// changes nothing. A database of another schema than this program's is refused
// with a *posture.InputError that says what to do.
func OpenSnapshot(ctx context.Context, address string) (*Snapshot, error) {
	conn, err := dial(ctx, address)
	if err != nil {
		return nil, err
	}
	s := &Snapshot{conn: conn}
	if err := s.begin(ctx); err != nil {
		return nil, errors.Join(err, s.Close(ctx))
	}
	return s, nil
}

func (s *Snapshot) begin(ctx context.Context) (err error) {
	config := s.conn.Config()
	_, across, err := Roles(config.Database)
	if err != nil {
		return err
	}
	if r, err := readRole(ctx, s.conn, across); err != nil || !r.there {
		return errors.Join(err, refuse(Place(config), errEmpty, withoutSchema))
	}
	if s.tx, err = s.conn.BeginTx(ctx, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}); err != nil {
		return fault("begin snapshot", err)
	}
	if _, err := s.tx.Exec(ctx, setRole, across); err != nil {
		return failed("begin snapshot as "+across, err)
	}
	if err := upToDate(ctx, s.tx, Place(config)); err != nil {
		return err
	}
	s.picture, err = pictureOf(ctx, s.tx)
	return err
}

// Close ends the snapshot.
func (s *Snapshot) Close(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), ending)
	defer cancel()
	return fault("close snapshot", s.conn.Close(ctx)) // and with it the transaction
}

// withoutSchema is what to do about a database without a schema.
const withoutSchema = "make its schema first with 'securescore migrate'"

// upToDate refuses a schema that is not this program's.
func upToDate(ctx context.Context, q querier, place string) error {
	found, err := version(ctx, q)
	switch {
	case err != nil:
		return err
	case found == 0:
		return refuse(place, errEmpty, withoutSchema)
	case found > Required():
		return newer(place, found)
	case found < Required():
		return refuse(place, fmt.Errorf("%w (schema %d, this one keeps %d)", errOlder, found, Required()), "use the version that wrote it, or bring it up to date first with 'securescore migrate'")
	}
	return nil
}

// rowQuerier is a transaction.
type rowQuerier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}

// picture reads tables within a transaction that sees all rows. It implements
// transfer.Source.
type picture struct {
	q      rowQuerier
	tables []transfer.Table
}

// Version implements transfer.Source.
func (*picture) Version() int64 { return Required() }

// Tables implements transfer.Source.
func (p *picture) Tables() []transfer.Table { return p.tables }

// Rows implements transfer.Source.
func (p *picture) Rows(ctx context.Context, t *transfer.Table) iter.Seq2[transfer.Row, error] {
	return func(yield func(transfer.Row, error) bool) {
		names := columnNames(t)
		text := fmt.Sprintf("SELECT %s FROM public.%s ORDER BY %s", strings.Join(names, ", "), quote(t.Name), strings.Join(names[:t.Key], ", "))
		rows, err := p.q.Query(ctx, text, pgx.QueryResultFormats{pgx.BinaryFormatCode})
		if err != nil {
			yield(nil, fault("read table "+t.Name, err))
			return
		}
		defer rows.Close()
		row := make(transfer.Row, len(names))
		for rows.Next() {
			if err := fill(t, row, rows.RawValues()); err != nil {
				yield(nil, err)
				return
			}
			if !yield(row, nil) {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(nil, fault("read table "+t.Name, err))
		}
	}
}

// fill takes over values as the database sends them.
func fill(t *transfer.Table, row transfer.Row, values [][]byte) error {
	for i, v := range values {
		row[i] = transfer.Value{Set: v != nil, Bytes: v}
		if v == nil || t.Columns[i].Kind != transfer.Number {
			continue
		}
		if len(v) != 8 {
			return fmt.Errorf("read table %s: %w: column %s is no whole number of 64 bits", t.Name, posture.ErrInvalid, t.Columns[i].Name)
		}
		row[i].Number, row[i].Bytes = int64(binary.BigEndian.Uint64(v)), nil
	}
	return nil
}

func columnNames(t *transfer.Table) []string {
	names := make([]string, len(t.Columns))
	for i := range t.Columns {
		names[i] = quote(t.Columns[i].Name)
	}
	return names
}

// pictureOf describes the tables that travel.
func pictureOf(ctx context.Context, q rowQuerier) (picture, error) {
	var list []transfer.Table
	for _, t := range Tables() {
		fate, err := transfer.FateOf(t.Name)
		if err != nil {
			return picture{}, err
		}
		if fate != transfer.Carried {
			continue
		}
		described, err := describe(ctx, q, t.Name)
		if err != nil {
			return picture{}, err
		}
		list = append(list, described)
	}
	list, err := transfer.Arrange(list)
	return picture{q, list}, err
}

func describe(ctx context.Context, q rowQuerier, name string) (transfer.Table, error) {
	kinds := map[string]transfer.Kind{"bigint": transfer.Number, "text": transfer.Text, "bytea": transfer.Bytes}
	rows, err := q.Query(ctx, `SELECT a.attname, format_type(a.atttypid, a.atttypmod), NOT a.attnotnull, COALESCE(array_position(i.indkey::int2[], a.attnum), -1)
		FROM pg_attribute a LEFT JOIN pg_index i ON i.indrelid = a.attrelid AND i.indisprimary
		WHERE a.attrelid = to_regclass($1) AND a.attnum > 0 AND NOT a.attisdropped ORDER BY 4, 1`, "public."+name)
	if err != nil {
		return transfer.Table{}, fault("describe table "+name, err)
	}
	var columns []transfer.Column
	var key []string
	var c transfer.Column
	var kind string
	var place int
	_, err = pgx.ForEachRow(rows, []any{&c.Name, &kind, &c.Nullable, &place}, func() error {
		c.Kind = kinds[kind]
		columns = append(columns, c)
		if place >= 0 {
			key = append(key, c.Name)
		}
		return nil
	})
	if err != nil {
		return transfer.Table{}, fault("describe table "+name, err)
	}
	return transfer.NewTable(name, columns, key...)
}
