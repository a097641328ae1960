// SPDX-License-Identifier: Apache-2.0

package sqlite_test

import (
	"context"
	"fmt"
	"strconv"
	"testing"

	"securescore/internal/access"
	"securescore/internal/audit"
	"securescore/internal/ledger"
	"securescore/internal/odata"
	"securescore/internal/posture"
	"securescore/internal/store"
	"securescore/internal/store/sqlite"
)

// installation fills a store with people, two grants each, and a token.
func installation(tb testing.TB, s *sqlite.Store, people int) {
	tb.Helper()
	tenant := addTenant(tb, s, 1)
	err := s.Across().Registry.Update(tb.Context(), func(ctx context.Context, r *store.Registry) error {
		for i := range people {
			p := access.Person{
				ID: access.PersonID(fmt.Sprintf("%08x-1111-4000-8000-000000000000", i)), Name: fmt.Sprintf("Person %d", i), Created: now(),
				Identity: access.Identity{Issuer: "https://idp.example", Subject: strconv.Itoa(i)},
				Claimed:  []access.Holding{{Role: access.SecurityReader, Tenant: tenant}},
			}
			if err := r.People.Add(ctx, p); err != nil {
				return err
			}
			for _, role := range []access.Role{access.SecurityReader, access.GlobalReader} {
				g := access.Grant{Person: p.ID, Holding: access.Holding{Role: role, Tenant: tenant}, By: access.OperatorActor, At: now()}
				if _, err := r.People.Grant(ctx, g); err != nil {
					return err
				}
			}
		}
		return r.Tokens.Add(ctx, access.Token{
			ID: "t1", Holding: access.Holding{Role: access.SecurityReader, Tenant: tenant}, Created: now(), Expires: now().AddDate(1, 0, 0),
		}, "hash")
	})
	if err != nil {
		tb.Fatal(err)
	}
}

// BenchmarkAccess is what a request reads before it is let through.
func BenchmarkAccess(b *testing.B) {
	s := openBench(b, b.TempDir())
	defer func() { _ = s.Close() }() // the benchmark is over
	const people = 50
	installation(b, s, people)
	for name, fn := range map[string]func(context.Context, *store.Registry) error{
		"nothing": func(context.Context, *store.Registry) error { return nil },
		"token": func(ctx context.Context, r *store.Registry) error {
			_, _, err := r.Tokens.ByID(ctx, "t1")
			return err
		},
		"identity": func(ctx context.Context, r *store.Registry) error {
			_, err := r.People.Known(ctx, access.Identity{Issuer: "https://idp.example", Subject: "7"})
			return err
		},
		fmt.Sprintf("grants of %d people", people): func(ctx context.Context, r *store.Registry) error {
			_, err := r.People.Grants(ctx, false)
			return err
		},
		fmt.Sprintf("%d people", people): func(ctx context.Context, r *store.Registry) error {
			_, err := r.People.All(ctx)
			return err
		},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if err := s.Across().Registry.View(b.Context(), fn); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkAudit appends to a log and searches one of 100,000 entries.
func BenchmarkAudit(b *testing.B) {
	s := openBench(b, b.TempDir())
	defer func() { _ = s.Close() }() // the benchmark is over
	id := addTenant(b, s, 1)
	entry := audit.Record{
		Tenant: id, Actor: "person:0a000000-0000-4000-8000-00000000000a", Via: access.ViaGraph, Event: audit.DecisionMade, Outcome: audit.Done,
		Target: "AdminMFAV2", Details: audit.Details{Name: "Ada", From: "192.0.2.1", Before: `{"status":"toAddress"}`, After: `{"status":"planned"}`},
	}
	many := make([]audit.Record, 1000)
	for i := range many {
		many[i] = entry
	}
	write := func(b *testing.B, records ...audit.Record) {
		b.Helper()
		err := s.Update(b.Context(), id, func(ctx context.Context, w *store.Writer) error {
			return w.Audit.Append(ctx, id, now(), records...)
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	for range 100 {
		write(b, many...)
	}
	other := entry
	other.Actor = "token:rare"
	write(b, other)
	read := func(b *testing.B, fn func(context.Context, *store.Reader) (int, error), want int) {
		b.Helper()
		for b.Loop() {
			err := s.View(b.Context(), id, func(ctx context.Context, r *store.Reader) error {
				n, err := fn(ctx, r)
				if n != want {
					b.Fatalf("got %d entries, want %d (%v)", n, want, err)
				}
				return err
			})
			if err != nil {
				b.Fatal(err)
			}
		}
	}
	find := func(q store.AuditQuery) func(context.Context, *store.Reader) (int, error) {
		return func(ctx context.Context, r *store.Reader) (int, error) {
			list, err := r.Audit.Find(ctx, id, q)
			return len(list), err
		}
	}
	b.Run("newest 50", func(b *testing.B) { read(b, find(store.AuditQuery{Limit: 50}), 50) })
	b.Run("one among all", func(b *testing.B) { read(b, find(store.AuditQuery{Actor: "token:rare", Limit: 50}), 1) })
	rare, err := odata.ParseFilter(audit.Schema(), "outcome eq 'done' and actor eq 'token:rare'")
	if err != nil {
		b.Fatal(err)
	}
	b.Run("one among all by a filter", func(b *testing.B) { read(b, find(store.AuditQuery{Filter: rare, Limit: 50}), 1) })
	b.Run("none", func(b *testing.B) { read(b, find(store.AuditQuery{Actor: "nobody", Limit: 50}), 0) })
	b.Run("before a time", func(b *testing.B) { read(b, find(store.AuditQuery{To: now(), Limit: 50}), 0) })
	b.Run("verify", func(b *testing.B) {
		read(b, func(ctx context.Context, r *store.Reader) (int, error) {
			report, err := store.VerifyAudit(ctx, r.Audit, id)
			return int(report.Entries) + len(report.Faults), err
		}, 100_001)
	})
	b.Run("append 1000", func(b *testing.B) {
		for b.Loop() {
			write(b, many...)
		}
	})
	b.Run("append", func(b *testing.B) {
		for b.Loop() {
			write(b, entry)
		}
	})
}

// BenchmarkFragments reads 90 days of 20 KB.
func BenchmarkFragments(b *testing.B) {
	s := openBench(b, b.TempDir())
	defer func() { _ = s.Close() }() // the benchmark is over
	id := addTenant(b, s, 1)
	days := make([]store.Fragment, 90)
	for i := range days {
		days[i] = store.Fragment{Day: ledger.Day(20000 + i), Body: make([]byte, 20<<10)}
	}
	err := s.Update(b.Context(), id, func(ctx context.Context, w *store.Writer) error {
		return w.Fragments.PutFragments(ctx, id, "v1", days)
	})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		err := s.View(b.Context(), id, func(ctx context.Context, r *store.Reader) error {
			list, err := r.Fragments.Fragments(ctx, id, "v1", 20000, 20089)
			if len(list) != len(days) {
				return posture.ErrNotFound
			}
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}
