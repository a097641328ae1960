// SPDX-License-Identifier: Apache-2.0

package sqlite_test

import (
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"securescore/internal/store"
	"securescore/internal/store/sqlite"
)

// BenchmarkLeases measures how much work that does nothing goes through leases,
// beside a bare loop of two statements on the same file.
func BenchmarkLeases(b *testing.B) {
	const batch = 100
	folder := b.TempDir()
	s, err := sqlite.Open(b.Context(), sqlite.Config{Folder: folder, Now: time.Now})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	b.Run("store", func(b *testing.B) {
		works := make([]store.Work, 20*batch)
		for i := range works {
			works[i] = store.Work{WorkID: store.WorkID{Kind: "bench", Key: fmt.Sprintf("%08x", i)}, Every: time.Microsecond}
		}
		if err := s.Across().Works.Put(b.Context(), works); err != nil {
			b.Fatal(err)
		}
		taking := store.Taking{Owner: "bench", Kinds: []store.KindLimit{{Kind: "bench"}}, Most: batch, Length: time.Minute}
		for b.Loop() {
			list, err := s.Across().Leases.Take(b.Context(), taking)
			if err != nil || len(list) != batch {
				b.Fatalf("got %d, %v", len(list), err)
			}
			if lost, err := s.Across().Leases.Finish(b.Context(), list); err != nil || len(lost) > 0 {
				b.Fatalf("lost %d, %v", len(lost), err)
			}
		}
		b.ReportMetric(batch*float64(b.N)/b.Elapsed().Seconds(), "works/s")
	})
	b.Run("bare", func(b *testing.B) { benchBare(b, batch) })
}

// benchBare leases rows of the least table that does.
func benchBare(b *testing.B, batch int) {
	b.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(b.TempDir(), "bare.db")+"?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_txlock=immediate")
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	db.SetMaxOpenConns(1)
	run := func(text string, args ...any) {
		if _, err := db.ExecContext(b.Context(), text, args...); err != nil {
			b.Fatal(err)
		}
	}
	run("CREATE TABLE work (id BIGINT PRIMARY KEY, due BIGINT NOT NULL, until BIGINT NOT NULL, owner TEXT NOT NULL)")
	run("CREATE INDEX work_due ON work (due)")
	run("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) INSERT INTO work SELECT i, 0, 0, '' FROM n")
	take, err := db.PrepareContext(b.Context(), "UPDATE work SET owner = ?, until = ? WHERE id IN (SELECT id FROM work WHERE due <= ? AND until <= ? ORDER BY due LIMIT ?) RETURNING id")
	if err != nil {
		b.Fatal(err)
	}
	finish, err := db.PrepareContext(b.Context(), "UPDATE work SET owner = '', until = 0, due = ? WHERE owner = ? AND id IN (SELECT value FROM json_each(?))")
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = errors.Join(take.Close(), finish.Close()) }()
	for b.Loop() {
		now := time.Now().UnixMicro()
		rows, err := take.QueryContext(b.Context(), "bench", now+60_000_000, now, now, batch)
		ids, n := idsOf(b, rows, err)
		if n != batch {
			b.Fatalf("got %d", n)
		}
		if _, err := finish.ExecContext(b.Context(), now, "bench", ids); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(batch)*float64(b.N)/b.Elapsed().Seconds(), "works/s")
}

// idsOf writes the ids that were taken as JSON.
func idsOf(b *testing.B, rows *sql.Rows, err error) (text string, n int) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	ids := []byte{'['}
	for ; rows.Next(); n++ {
		var id int64
		if err := rows.Scan(&id); err != nil {
			b.Fatal(err)
		}
		if n > 0 {
			ids = append(ids, ',')
		}
		ids = fmt.Append(ids, id)
	}
	if err := rows.Err(); err != nil {
		b.Fatal(err)
	}
	return string(append(ids, ']')), n
}
