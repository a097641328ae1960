// SPDX-License-Identifier: Apache-2.0

package postgres_test

import (
	"context"
	"fmt"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"securescore/internal/ledger"
	"securescore/internal/posture"
	"securescore/internal/store"
	"securescore/internal/store/postgres"
	"securescore/internal/store/postgres/postgrestest"
	"securescore/internal/store/sqlite"
)

// engines opens an empty store of each engine. Both confirm what they write when
// it is on the disk.
func engines(b *testing.B, run func(b *testing.B, s store.Store)) {
	b.Helper()
	b.Run("sqlite", func(b *testing.B) {
		s, err := sqlite.Open(b.Context(), sqlite.Config{Folder: b.TempDir(), Now: now})
		if err != nil {
			b.Fatal(err)
		}
		defer func() { _ = s.Close() }() // the benchmark is over
		run(b, s)
	})
	b.Run("postgres", func(b *testing.B) { run(b, opened(b, postgrestest.Start(b, postgrestest.Options{}).New(b).Server)) })
}

func opened(b *testing.B, address string) *postgres.Store {
	b.Helper()
	s, err := postgres.Open(b.Context(), postgres.Config{URL: address, Now: now})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = s.Close() }) // the benchmark is over
	return s
}

func addTenants(b *testing.B, s store.Store, n int) []posture.TenantID {
	b.Helper()
	ids := make([]posture.TenantID, n)
	for i := range ids {
		ids[i] = posture.TenantID(fmt.Sprintf("%08x-0000-4000-8000-000000000000", i))
		if err := s.Across().Tenants.Create(b.Context(), store.Tenant{ID: ids[i], Name: "tenant " + string(ids[i]), Created: now()}); err != nil {
			b.Fatal(err)
		}
	}
	return ids
}

// record appends changes of one day of a tenant.
func record(ctx context.Context, s store.Store, tenant posture.TenantID, n int, day ledger.Day) error {
	controls := []posture.ControlID{"AdminMFAV2", "scid_2010", "mdo_zapspam", "aad_third_party_apps", "meeting_autoadmitusers_v1", "RoleOverlap", "PWAgePolicyNew"}
	at := day.Time().Add(6*time.Hour + 123456*time.Microsecond)
	return s.Update(ctx, tenant, func(ctx context.Context, w *store.Writer) error {
		head, err := w.Ledger.Head(ctx, tenant, ledger.Own)
		if err != nil {
			return err
		}
		changes := make([]ledger.Change, n)
		for i := range changes {
			turn := int(head.Sequence) + i
			was := ledger.Standing{Measured: posture.Points(turn/len(controls)*37) % 1000, Max: 1000, Counts: posture.Counts{Pass: 120, Fail: 2000, Unknown: 2}}
			is := was
			is.Measured = (was.Measured + 37) % 1000
			changes[i] = ledger.Change{Control: controls[turn%len(controls)], Cause: ledger.User, Actor: ledger.System, Before: was, After: is}
			if turn < len(controls) {
				changes[i].Before, changes[i].Cause = ledger.Standing{}, ledger.Catalogue
			}
		}
		entries, _, err := ledger.Seal(head, changes, ledger.Stamp{Effective: at, Recorded: at.Add(1234567 * time.Microsecond), Run: head.Sequence})
		if err != nil {
			return err
		}
		return w.Ledger.Append(ctx, tenant, ledger.Own, entries, nil)
	})
}

// BenchmarkAppend appends three entries to the ledger of each of 1,000 tenants,
// one transaction for each tenant, from 16 sides at once.
func BenchmarkAppend(b *testing.B) {
	const tenants, sides = 1000, 16
	engines(b, func(b *testing.B, s store.Store) {
		b.Helper()
		ids := addTenants(b, s, tenants)
		day := ledger.Day(20000)
		for b.Loop() {
			var next atomic.Int64
			var all sync.WaitGroup
			for range sides {
				all.Go(func() {
					for i := next.Add(1) - 1; i < tenants; i = next.Add(1) - 1 {
						if err := record(b.Context(), s, ids[i], 3, day); err != nil {
							b.Error(err)
							return
						}
					}
				})
			}
			all.Wait()
			day++
		}
		b.ReportMetric(tenants*float64(b.N)/b.Elapsed().Seconds(), "tenants/s")
	})
}

// BenchmarkHistory reads 1,095 daily totals of three years with 3,285 entries.
func BenchmarkHistory(b *testing.B) {
	const days = 1095
	first := ledger.Day(20000)
	past := store.Past{Series: ledger.Own, Catalogue: "v1", Category: func(posture.ControlID) posture.Category { return posture.Identity }}
	engines(b, func(b *testing.B, s store.Store) {
		b.Helper()
		past.Tenant = addTenants(b, s, 1)[0]
		for day := range ledger.Day(days) {
			if err := record(b.Context(), s, past.Tenant, 3, first+day); err != nil {
				b.Fatal(err)
			}
		}
		err := s.Update(b.Context(), past.Tenant, func(ctx context.Context, w *store.Writer) error {
			return store.KeepMonths(ctx, w, past, first+days-1)
		})
		if err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			err := s.View(b.Context(), past.Tenant, func(ctx context.Context, r *store.Reader) error {
				history, err := store.History(ctx, r, past, first, first+days-1)
				if err == nil && len(history) != days {
					err = fmt.Errorf("got %d days", len(history))
				}
				return err
			})
			if err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkBytes measures what a tenant takes of the ledger's table, with its
// indexes, per day with three changes. SQLite's is measured in its own package.
func BenchmarkBytes(b *testing.B) {
	const tenants, days = 8, 60
	for _, commits := range []int{1, 3} {
		b.Run(fmt.Sprintf("commits=%d", commits), func(b *testing.B) {
			d := postgrestest.Start(b, postgrestest.Options{}).New(b)
			s := opened(b, careless(b, d.Server)) // how fast is not the question
			ids := addTenants(b, s, tenants)
			for b.Loop() {
				for day := range ledger.Day(days) {
					for _, id := range ids {
						for range commits {
							if err := record(b.Context(), s, id, 3/commits, 20000+day); err != nil {
								b.Fatal(err)
							}
						}
					}
				}
			}
			for _, table := range []string{"ledger_block", "feed_change"} {
				b.ReportMetric(float64(bytesOf(b, d.Owner, table))/(tenants*days), table+"B/tenant-day")
			}
		})
	}
}

// careless is the URL for sessions that do not wait for the disk.
func careless(b *testing.B, address string) string {
	b.Helper()
	u, err := url.Parse(address)
	if err != nil {
		b.Fatal(err)
	}
	q := u.Query()
	q.Set("synchronous_commit", "off")
	u.RawQuery = q.Encode()
	return u.String()
}

func bytesOf(b *testing.B, owner, table string) (size int64) {
	b.Helper()
	onConn(b, owner, func(conn *pgx.Conn) error {
		if _, err := conn.Exec(b.Context(), "VACUUM "+table); err != nil {
			return err
		}
		return conn.QueryRow(b.Context(), "SELECT pg_total_relation_size($1)", table).Scan(&size)
	})
	return size
}

func onConn(b *testing.B, address string, do func(*pgx.Conn) error) {
	b.Helper()
	conn, err := pgx.Connect(b.Context(), address)
	if err != nil {
		b.Fatal(err)
	}
	err = do(conn)
	_ = conn.Close(b.Context()) // nothing waits for it
	if err != nil {
		b.Fatal(err)
	}
}
