// SPDX-License-Identifier: Apache-2.0

package relational_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	_ "github.com/jackc/pgx/v5/stdlib" // an engine of these tests
	_ "modernc.org/sqlite"             // the other one
	"pgregory.net/rapid"

	"securescore/internal/odata"
	"securescore/internal/odata/odatatest"
	"securescore/internal/posture"
	"securescore/internal/store/postgres/postgrestest"
	"securescore/internal/store/relational"
)

const thingTables = `
CREATE TABLE thing (
	id BIGINT NOT NULL PRIMARY KEY, title TEXT, state TEXT COLLATE NOCASE, state_2 TEXT, deprecated BIGINT, hidden BIGINT,
	rank BIGINT, total BIGINT, score DOUBLE PRECISION, seen BIGINT, part_label TEXT, part_weight DOUBLE PRECISION);
CREATE TABLE thing_tag (thing BIGINT NOT NULL, word TEXT);
CREATE TABLE thing_mark (thing BIGINT NOT NULL, mark DOUBLE PRECISION);
CREATE TABLE thing_line (thing BIGINT NOT NULL, line BIGINT NOT NULL, label TEXT, open BIGINT, size BIGINT);
CREATE TABLE thing_line_word (thing BIGINT NOT NULL, line BIGINT NOT NULL, word TEXT);`

// things is where rows of odatatest.Thing stand.
func things() *relational.Relation {
	owner := [2]string{"thing", "id"}
	word := relational.NewRelation(map[string]string{"": "word"}, nil)
	words := relational.NewMembers(word, "thing_line_word", [2]string{"thing", "thing"}, [2]string{"line", "line"})
	line := relational.NewRelation(map[string]string{"label": "label", "open": "open", "size": "size"}, map[string]relational.Members{"words": words})
	r := relational.NewRelation(map[string]string{
		"title": "title", "state": "state", "State": "state_2", "deprecated": "deprecated", "hidden": "hidden", "rank": "rank",
		"total": "total", "score": "score", "seen": "seen", "part/label": "part_label", "part/weight": "part_weight",
	}, map[string]relational.Members{
		"tags":  relational.NewMembers(word, "thing_tag", owner),
		"marks": relational.NewMembers(relational.NewRelation(map[string]string{"": "mark"}, nil), "thing_mark", owner),
		"lines": relational.NewMembers(line, "thing_line", owner),
	})
	return &r
}

// thingDB holds rows in memory and in a database, by their place in the list.
type thingDB struct {
	rows    []odatatest.Row
	db      *sql.DB
	dialect relational.Dialect
}

// engines runs a test with rows in each engine.
func engines(t *testing.T, n int, test func(*testing.T, *thingDB)) {
	t.Helper()
	for _, dialect := range []relational.Dialect{relational.SQLite, relational.PostgreSQL} {
		t.Run(string(dialect), func(t *testing.T) {
			t.Parallel()
			test(t, newThings(t, dialect, n))
		})
	}
}

func newThings(t *testing.T, dialect relational.Dialect, n int) *thingDB {
	t.Helper()
	driver, place, tables := "sqlite", "file:"+t.TempDir()+"/things.db", thingTables
	if dialect == relational.PostgreSQL {
		driver, place, tables = "pgx", postgrestest.Empty(t).Owner, strings.ReplaceAll(tables, " COLLATE NOCASE", "")
	}
	db, err := sql.Open(driver, place)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	db.SetMaxOpenConns(1)
	if dialect == relational.PostgreSQL { // as package postgres sets it
		if _, err := db.ExecContext(t.Context(), "SET jit = off"); err != nil {
			t.Fatal(err)
		}
	}
	d := &thingDB{db: db, dialect: dialect}
	d.exec(t, tables)
	d.exec(t, "BEGIN")
	make1 := odatatest.Rows(odatatest.Thing())
	for i := range n {
		r := make1.Example(i)
		d.rows = append(d.rows, r)
		d.add(t, i, r)
	}
	d.exec(t, "COMMIT")
	return d
}

func (d *thingDB) exec(t *testing.T, text string, args ...any) {
	t.Helper()
	for i, arg := range args {
		switch v := arg.(type) {
		case time.Time:
			args[i] = v.UnixMicro()
		case bool:
			args[i] = map[bool]int64{true: 1}[v]
		}
	}
	if _, err := d.db.ExecContext(t.Context(), d.spelt(text), args...); err != nil {
		t.Fatal(err)
	}
}

func (d *thingDB) add(t *testing.T, id int, r odatatest.Row) {
	t.Helper()
	part, _ := r["part"].(odatatest.Row)
	d.exec(t, "INSERT INTO thing VALUES (?,?,?,?,?,?,?,?,?,?,?,?)", id, r["title"], r["state"], r["State"], r["deprecated"], r["hidden"],
		r["rank"], r["total"], r["score"], r["seen"], part["label"], part["weight"])
	for _, word := range list(r["tags"]) {
		d.exec(t, "INSERT INTO thing_tag VALUES (?,?)", id, word)
	}
	for _, mark := range list(r["marks"]) {
		d.exec(t, "INSERT INTO thing_mark VALUES (?,?)", id, mark)
	}
	for n, item := range list(r["lines"]) {
		line, _ := item.(odatatest.Row)
		d.exec(t, "INSERT INTO thing_line VALUES (?,?,?,?,?)", id, n, line["label"], line["open"], line["size"])
		for _, word := range list(line["words"]) {
			d.exec(t, "INSERT INTO thing_line_word VALUES (?,?,?)", id, n, word)
		}
	}
}

// spelt is a text as the engine takes it.
func (d *thingDB) spelt(text string) string {
	if d.dialect == relational.PostgreSQL {
		return relational.Numbered(text)
	}
	return text
}

func list(v any) []any {
	items, _ := v.([]any)
	return items
}

// query returns the places of the rows that the database finds.
func (d *thingDB) query(ctx context.Context, condition, order string, args []any) (found []int, err error) {
	text := strings.Join([]string{"SELECT t.id FROM thing AS t WHERE", condition, "ORDER BY", order}, " ")
	rows, err := d.db.QueryContext(ctx, d.spelt(text), args...)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var id int
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		found = append(found, id)
	}
	return found, rows.Err()
}

func (d *thingDB) find(ctx context.Context, e odata.Expr) ([]int, error) {
	condition, args, err := relational.Where(d.dialect, things(), e, "t")
	if err != nil {
		return nil, err
	}
	found, err := d.query(ctx, condition, "t.id", args)
	if err != nil {
		return nil, fmt.Errorf("%w\n%s", err, condition[:min(len(condition), 2000)])
	}
	return found, nil
}

// match returns the places of the rows that memory finds.
func (d *thingDB) match(e odata.Expr) []int {
	var found []int
	for i, r := range d.rows {
		if odata.Match(e, r) {
			found = append(found, i)
		}
	}
	return found
}

// The same filter gives the same rows from memory and from the database.
func TestFiltersGiveTheRowsOfMemory(t *testing.T) {
	t.Parallel()
	engines(t, 150, filtersGiveTheRowsOfMemory)
}

func filtersGiveTheRowsOfMemory(t *testing.T, d *thingDB) {
	t.Helper()
	schema := odatatest.Thing()
	some, none := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		for range 4 {
			f := odatatest.Filters(schema, 4).Draw(t, "filter")
			e, err := odata.ParseFilter(schema, f.Text)
			if err != nil {
				t.Fatal(err)
			}
			want := d.match(e)
			got, err := d.find(t.Context(), e)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(got, want) {
				condition, args, _ := relational.Where(d.dialect, things(), e, "t")
				t.Fatalf("%s\n%s\n%v\ngot %v, want %v", e, condition, args, got, want)
			}
			if n := len(want); n > 0 && n < len(d.rows) {
				some++
			} else {
				none++
			}
		}
	})
	if !t.Failed() && some < 100 {
		t.Errorf("%d filters parted the rows and %d did not", some, none)
	}
}

func TestOrderIsThatOfMemory(t *testing.T) {
	t.Parallel()
	engines(t, 150, orderIsThatOfMemory)
}

func orderIsThatOfMemory(t *testing.T, d *thingDB) {
	t.Helper()
	for _, text := range []string{"title", "state desc", "State,rank desc", "deprecated desc,score", "seen,total desc", "part/label,part/weight desc", "total"} {
		keys, err := odata.ParseOrderBy(odatatest.Thing(), text)
		if err != nil {
			t.Fatal(err)
		}
		want := make([]int, len(d.rows))
		for i := range want {
			want[i] = i
		}
		slices.SortStableFunc(want, func(a, b int) int { return odata.Compare(keys, d.rows[a], d.rows[b]) })
		order, err := relational.OrderBy(d.dialect, things(), keys, "t")
		if err != nil {
			t.Fatal(err)
		}
		got, err := d.query(t.Context(), "1 = 1", order+", t.id", nil)
		if err != nil {
			t.Fatalf("%s: %v", order, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s: (-want +got)\n%s", text, order, diff)
		}
	}
}

// Whatever the parser lets through, the database can take.
func TestTheLargestFiltersRun(t *testing.T) {
	t.Parallel()
	engines(t, 20, theLargestFiltersRun)
}

func theLargestFiltersRun(t *testing.T, d *thingDB) {
	t.Helper()
	deep := "rank eq 1"
	for i := range 49 {
		deep = "not (" + deep + fmt.Sprintf(" %s rank eq %d)", []string{"or", "and"}[i%2], i)
	}
	nested := "title eq 'x'"
	for range 32 {
		nested = fmt.Sprintf("not (%s and (rank eq 1 or not (rank in (1,2)) or %s))", "title ne null", nested)
	}
	for name, text := range map[string]string{
		"or":     strings.TrimSuffix(strings.Repeat("rank eq 1 or ", odata.MaxTerms), " or "),
		"and":    strings.TrimSuffix(strings.Repeat("not contains(title,'x') and ", odata.MaxTerms), " and "),
		"in":     "total in (" + strings.Repeat("5,", odata.MaxList-1) + "null)",
		"lists":  strings.TrimSuffix(strings.Repeat("total in ("+strings.Repeat("5,", 29)+"0) or ", 800), " or "),
		"deep":   deep,
		"nested": nested,
		"any":    strings.TrimSuffix(strings.Repeat("tags/any(t:t eq 'a') or ", odata.MaxTerms/2), " or "),
		"nots":   strings.Repeat("not ", odata.MaxDepth) + "deprecated",
	} {
		e, err := odata.ParseFilter(odatatest.Thing(), text[:min(len(text), odata.MaxText)])
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		got, err := d.find(t.Context(), e)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if want := d.match(e); !slices.Equal(got, want) {
			t.Errorf("%s: got %v, want %v", name, got, want)
		}
	}
}

func TestFilterWithoutColumn(t *testing.T) {
	t.Parallel()
	empty := relational.NewRelation(nil, nil)
	for text, want := range map[string]string{
		"not (title eq 'x')": "filter: invalid: no column holds title",
		"tags/any()":         "filter: invalid: no table holds tags",
	} {
		e, err := odata.ParseFilter(odatatest.Thing(), text)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := relational.Where(relational.SQLite, &empty, e, "t"); err == nil || err.Error() != want || !errors.Is(err, posture.ErrInvalid) {
			t.Errorf("%s: got %v, want %s", text, err, want)
		}
	}
}
