// SPDX-License-Identifier: Apache-2.0

package postgres_test

import (
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"securescore/internal/store"
	"securescore/internal/store/postgres"
	"securescore/internal/store/postgres/postgrestest"
)

const (
	leaseBatch = 100
	leaseRows  = 20 * leaseBatch
)

// BenchmarkLeases measures how much work that does nothing goes through leases,
// for one, two and three stores with connections of their own, as so many
// processes have them, beside a bare loop of two statements.
func BenchmarkLeases(b *testing.B) {
	for _, sides := range []int{1, 2, 3} {
		b.Run("store/"+strconv.Itoa(sides), func(b *testing.B) {
			url := postgrestest.Start(b, postgrestest.Options{}).New(b).Server
			stores := make([]*postgres.Store, sides)
			for i := range stores {
				stores[i] = opened(b, url)
			}
			works := make([]store.Work, leaseRows)
			for i := range works {
				works[i] = store.Work{WorkID: store.WorkID{Kind: "bench", Key: fmt.Sprintf("%08x", i)}, Every: time.Microsecond}
			}
			if err := stores[0].Across().Works.Put(b.Context(), works); err != nil {
				b.Fatal(err)
			}
			share(b, sides, func(side int) (int, error) {
				leases := stores[side].Across().Leases
				taking := store.Taking{Owner: strconv.Itoa(side), Kinds: []store.KindLimit{{Kind: "bench"}}, Most: leaseBatch, Length: time.Minute}
				list, err := leases.Take(b.Context(), taking)
				if err != nil {
					return 0, err
				}
				lost, err := leases.Finish(b.Context(), list)
				return len(list) - len(lost), err
			})
		})
		b.Run("bare/"+strconv.Itoa(sides), func(b *testing.B) { benchBare(b, sides) })
	}
}

// share lets several sides work until b.N batches are done.
func share(b *testing.B, sides int, work func(side int) (int, error)) {
	b.Helper()
	var done atomic.Int64
	var all sync.WaitGroup
	b.ResetTimer()
	for side := range sides {
		all.Go(func() {
			for done.Load() < int64(b.N)*leaseBatch {
				n, err := work(side)
				if err != nil {
					b.Error(err)
					return
				}
				done.Add(int64(n))
			}
		})
	}
	all.Wait()
	b.ReportMetric(float64(done.Load())/b.Elapsed().Seconds(), "works/s")
}

// benchBare leases rows of the least table that does.
func benchBare(b *testing.B, sides int) {
	b.Helper()
	owner := postgrestest.Start(b, postgrestest.Options{}).New(b).Owner
	onConn(b, owner, func(conn *pgx.Conn) error {
		_, err := conn.Exec(b.Context(), `
CREATE TABLE bare (id BIGINT PRIMARY KEY, due BIGINT NOT NULL, until BIGINT NOT NULL, owner TEXT NOT NULL);
CREATE INDEX bare_due ON bare (due);
INSERT INTO bare SELECT i, 0, 0, '' FROM generate_series(1, `+strconv.Itoa(leaseRows)+`) i`)
		return err
	})
	conns := make([]*pgx.Conn, sides)
	for i := range conns {
		conn, err := pgx.Connect(b.Context(), owner)
		if err != nil {
			b.Fatal(err)
		}
		defer func() { _ = conn.Close(b.Context()) }() // nothing waits for it
		conns[i] = conn
	}
	share(b, sides, func(side int) (int, error) {
		name, at := strconv.Itoa(side), time.Now().UnixMicro()
		rows, err := conns[side].Query(b.Context(), `UPDATE bare SET owner = $1, until = $2
WHERE id IN (SELECT id FROM bare WHERE due <= $3 AND until <= $3 ORDER BY due LIMIT $4 FOR UPDATE SKIP LOCKED) RETURNING id`,
			name, at+60_000_000, at, leaseBatch)
		if err != nil {
			return 0, err
		}
		ids, err := pgx.CollectRows(rows, pgx.RowTo[int64])
		if err != nil {
			return 0, err
		}
		tag, err := conns[side].Exec(b.Context(), "UPDATE bare SET owner = '', until = 0, due = $1 WHERE owner = $2 AND id = ANY($3)", at, name, ids)
		return int(tag.RowsAffected()), err
	})
}
