// SPDX-License-Identifier: Apache-2.0

package sqlite_test

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"securescore/internal/ledger"
	"securescore/internal/posture"
	"securescore/internal/store"
	"securescore/internal/store/sqlite"
)

func openBench(b *testing.B, folder string) *sqlite.Store {
	b.Helper()
	s, err := sqlite.Open(b.Context(), sqlite.Config{Folder: folder, Now: now})
	if err != nil {
		b.Fatal(err)
	}
	return s
}

func addTenant(tb testing.TB, s *sqlite.Store, n int) posture.TenantID {
	tb.Helper()
	id := posture.TenantID(fmt.Sprintf("%08x-0000-4000-8000-000000000000", n))
	if err := s.Across().Tenants.Create(tb.Context(), store.Tenant{ID: id, Name: string("tenant " + id), Created: now()}); err != nil {
		tb.Fatal(err)
	}
	return id
}

// bytesOf measures the pages of a table with its indexes in a closed file.
func bytesOf(tb testing.TB, folder, table string) (size int64) {
	tb.Helper()
	db, err := sql.Open("sqlite", filepath.Join(folder, sqlite.FileName))
	if err != nil {
		tb.Fatal(err)
	}
	if err := db.QueryRowContext(tb.Context(), "SELECT SUM(pgsize) FROM dbstat WHERE name IN (SELECT name FROM sqlite_schema WHERE tbl_name = ?)", table).Scan(&size); err != nil {
		tb.Fatal(err)
	}
	if err := db.Close(); err != nil {
		tb.Fatal(err)
	}
	return size
}

// grow writes three changes a day for some tenants, tenant by tenant every
// day, as it happens, and returns what a table takes per tenant and day.
func grow(tb testing.TB, tenants int, days ledger.Day, commits int) func(table string) float64 {
	tb.Helper()
	folder := tb.TempDir()
	s, err := sqlite.Open(tb.Context(), sqlite.Config{Folder: folder, Now: now})
	if err != nil {
		tb.Fatal(err)
	}
	ids := make([]posture.TenantID, tenants)
	last := make(map[posture.TenantID]map[posture.ControlID]posture.Points)
	for n := range ids {
		ids[n] = addTenant(tb, s, n)
		last[ids[n]] = make(map[posture.ControlID]posture.Points)
	}
	for day := range days {
		for _, id := range ids {
			for range commits {
				record(tb, s, id, 3/commits, 20000+day, last[id])
			}
		}
	}
	if err := s.Close(); err != nil {
		tb.Fatal(err)
	}
	return func(table string) float64 {
		return float64(bytesOf(tb, folder, table)) / (float64(tenants) * float64(days))
	}
}

// engine.md, limit (b): at most 400 bytes per tenant and day at three changes
// a day, hashes and indexes included.
func TestBytesPerTenantAndDay(t *testing.T) {
	t.Parallel()
	if size := grow(t, 8, 60, 1)("ledger_block"); size > 400 {
		t.Errorf("got %.0f bytes per tenant and day, want at most 400", size)
	}
}

// BenchmarkBytes measures the same for more tenants and days, with one commit
// a day and with one for each change.
func BenchmarkBytes(b *testing.B) {
	for _, commits := range []int{1, 3} {
		b.Run(fmt.Sprintf("commits=%d", commits), func(b *testing.B) {
			for b.Loop() {
				size := grow(b, 40, 100, commits)
				b.ReportMetric(size("ledger_block"), "ledgerB/tenant-day")
				b.ReportMetric(size("feed_change"), "feedB/tenant-day")
			}
		})
	}
}

// BenchmarkHistory reads 1,095 daily totals of three years with 3,285 entries.
func BenchmarkHistory(b *testing.B) {
	s := openBench(b, b.TempDir())
	defer func() { _ = s.Close() }() // the benchmark is over
	id := addTenant(b, s, 1)
	const days = 1095
	first := ledger.Day(20000)
	last := make(map[posture.ControlID]posture.Points)
	past := store.Past{Tenant: id, Series: ledger.Own, Catalogue: "v1", Category: func(posture.ControlID) posture.Category { return posture.Identity }}
	for day := range ledger.Day(days) {
		record(b, s, id, 3, first+day, last)
	}
	read := func(b *testing.B) {
		b.Helper()
		var n int
		err := s.View(b.Context(), id, func(ctx context.Context, r *store.Reader) error {
			history, err := store.History(ctx, r, past, first, first+days-1)
			n = len(history)
			return err
		})
		if err != nil || n != days {
			b.Fatalf("got %d days, %v", n, err)
		}
	}
	b.Run("from entries", func(b *testing.B) {
		for b.Loop() {
			read(b)
		}
	})
	err := s.Update(b.Context(), id, func(ctx context.Context, w *store.Writer) error {
		return store.KeepMonths(ctx, w, past, first+days-1)
	})
	if err != nil {
		b.Fatal(err)
	}
	b.Run("from months", func(b *testing.B) {
		for b.Loop() {
			read(b)
		}
	})
	b.Run("verify", func(b *testing.B) {
		for b.Loop() {
			err := s.View(b.Context(), id, func(ctx context.Context, r *store.Reader) error {
				_, err := store.Verify(ctx, r, id, ledger.Own)
				return err
			})
			if err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("commit", func(b *testing.B) {
		for b.Loop() {
			record(b, s, id, 3, first+days, last)
		}
	})
}

// BenchmarkIntake takes in the evidence and the entities of 100,000 users, new
// ones and then one that changed.
func BenchmarkIntake(b *testing.B) {
	s := openBench(b, b.TempDir())
	defer func() { _ = s.Close() }() // the benchmark is over
	id := addTenant(b, s, 1)
	const users = 100_000
	d := &posture.DataSet{Name: "graph/users", FetchedAt: now()}
	seen := make([]store.Sighting, users)
	for i := range users {
		key := fmt.Sprintf("%08x-1111-4000-8000-%012x", i*7919, i)
		seen[i] = store.Sighting{Key: key, Name: fmt.Sprintf("User %d", i)}
		d.Objects = append(d.Objects, posture.Object{Key: key, Raw: fmt.Appendf(nil, `{"id":%q,"displayName":"User %d","accountEnabled":true,"userType":"Member"}`, key, i)})
	}
	ev := &posture.Evidence{Source: "bench"}
	ev.Add(d)
	take := func(b *testing.B) {
		b.Helper()
		err := s.Update(b.Context(), id, func(ctx context.Context, w *store.Writer) error {
			if _, err := w.Evidence.Put(ctx, id, ev); err != nil {
				return err
			}
			_, err := w.Entities.Observe(ctx, id, "user", seen, now())
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	b.Run("all new", func(b *testing.B) {
		for b.Loop() {
			if err := s.Across().Tenants.Remove(b.Context(), id); err != nil {
				b.Fatal(err)
			}
			addTenant(b, s, 1)
			take(b)
		}
	})
	b.Run("one changed", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			d.Objects[0].Raw = fmt.Appendf(nil, `{"changed":%d}`, i)
			seen[0].Name = fmt.Sprintf("Changed %d", i)
			take(b)
		}
	})
	b.Run("read", func(b *testing.B) {
		for b.Loop() {
			err := s.View(b.Context(), id, func(ctx context.Context, r *store.Reader) error {
				_, err := r.Evidence.Latest(ctx, id)
				return err
			})
			if err != nil {
				b.Fatal(err)
			}
		}
	})
}

// ticking is a clock that goes on a little at each look.
func ticking() func() time.Time {
	at := time.Unix(0, 0)
	return func() time.Time {
		at = at.Add(time.Microsecond)
		return at
	}
}

// What every cache asks at every request.
func BenchmarkSequence(b *testing.B) {
	s, err := sqlite.Open(b.Context(), sqlite.Config{Folder: b.TempDir(), Now: ticking()})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	const tenant posture.TenantID = "11111111-2222-4333-8444-555555555555"
	if err := s.Across().Tenants.Create(b.Context(), store.Tenant{ID: tenant, Name: "Contoso"}); err != nil {
		b.Fatal(err)
	}
	b.Run("known", func(b *testing.B) {
		for b.Loop() {
			if _, err := s.Sequence(b.Context(), tenant); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("view", func(b *testing.B) {
		for b.Loop() {
			err := s.View(b.Context(), tenant, func(ctx context.Context, r *store.Reader) error {
				_, err := r.Changes.Sequence(ctx, tenant)
				return err
			})
			if err != nil {
				b.Fatal(err)
			}
		}
	})
}
