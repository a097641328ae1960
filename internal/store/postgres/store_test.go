// SPDX-License-Identifier: Apache-2.0

package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"securescore/internal/access/session/sessiontest"
	"securescore/internal/posture"
	"securescore/internal/store"
	"securescore/internal/store/postgres"
	"securescore/internal/store/postgres/postgrestest"
	"securescore/internal/store/storetest"
)

func now() time.Time { return time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC) }

// open returns a store in a database of its own.
func open(t *testing.T) *postgres.Store {
	t.Helper()
	return openAt(t, postgrestest.New(t).Server)
}

func openAt(t *testing.T, url string) *postgres.Store {
	t.Helper()
	s, err := postgres.Open(t.Context(), postgres.Config{URL: url, Now: now})
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return s
}

func TestContract(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T) store.Store {
		t.Helper()
		return open(t)
	})
}

func TestSessions(t *testing.T) {
	t.Parallel()
	sessiontest.Run(t, func(t *testing.T) sessiontest.Store {
		t.Helper()
		across := open(t).Across()
		return sessiontest.Store{SignIns: across.SignIns, Sessions: across.Sessions}
	})
}

// design 7: a server whose role could get past the fence does not start.
func TestOpenRefusesWhoCouldPassTheFence(t *testing.T) {
	t.Parallel()
	d := postgrestest.New(t)
	s, err := postgres.Open(t.Context(), postgres.Config{URL: d.Owner, Now: now})
	if err == nil {
		t.Fatalf("got a store for the owner (close: %v)", s.Close())
	}
	if !errors.Is(err, posture.ErrInvalid) || !strings.Contains(err.Error(), "owns tables") {
		t.Errorf("got %v, want a refusal of the owner", err)
	}
	empty := postgrestest.Empty(t)
	if s, err := postgres.Open(t.Context(), postgres.Config{URL: empty.Owner, Now: now}); err == nil {
		t.Fatalf("got a store without a schema (close: %v)", s.Close())
	}
}

// Two processes on one database: what one commits the other one's caches know
// within a second, and that a tenant is gone too.
func TestSequencesOfOtherProcesses(t *testing.T) {
	t.Parallel()
	const tenant posture.TenantID = "0a000000-0000-4000-8000-00000000000a"
	d := postgrestest.New(t)
	here, there := openAt(t, d.Server), openAt(t, d.Server)
	if err := here.Across().Tenants.Create(t.Context(), store.Tenant{ID: tenant, Name: "Contoso", Created: now()}); err != nil {
		t.Fatal(err)
	}
	for want := int64(1); want < 5; want++ {
		await(t, func() bool {
			got, err := there.Sequence(t.Context(), tenant)
			return err == nil && got == want
		})
		if got, err := here.Sequence(t.Context(), tenant); err != nil || got != want {
			t.Fatalf("in the process that wrote: got %d and error %v, want %d", got, err, want)
		}
		err := here.Update(t.Context(), tenant, func(ctx context.Context, w *store.Writer) error {
			return w.Tenant.Describe(ctx, tenant, fmt.Sprint("Contoso ", want), "")
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := here.Across().Tenants.Remove(t.Context(), tenant); err != nil {
		t.Fatal(err)
	}
	await(t, func() bool {
		_, err := there.Sequence(t.Context(), tenant)
		return errors.Is(err, posture.ErrNotFound)
	})
}

// await asks until it is so, for two seconds: the promise is one, and the
// machine may be busy.
func await(t *testing.T, so func() bool) {
	t.Helper()
	end, ticker := time.After(2*time.Second), time.NewTicker(10*time.Millisecond)
	defer ticker.Stop()
	for !so() {
		select {
		case <-end:
			t.Fatal("not within two seconds")
		case <-ticker.C:
		}
	}
}

// Two servers of different versions: the older one stops writing as soon as it
// sees the schema of the newer one, and goes on when that is taken back.
func TestNoWritingIntoANewerSchema(t *testing.T) {
	t.Parallel()
	d := postgrestest.New(t)
	s, owner := openAt(t, d.Server), connect(t, d.Owner)
	create := func(id posture.TenantID) error {
		return s.Across().Tenants.Create(t.Context(), store.Tenant{ID: id, Name: "organisation " + string(id), Created: now()})
	}
	if err := create("0a000000-0000-4000-8000-00000000000a"); err != nil {
		t.Fatal(err)
	}
	exec(t, owner, "INSERT INTO goose_db_version (version_id, is_applied) VALUES (99, true)")
	n := 0
	await(t, func() bool {
		n++
		err := create(posture.TenantID(fmt.Sprintf("0b000000-0000-4000-8000-%012d", n)))
		if err != nil && !errors.Is(err, store.ErrSchema) {
			t.Fatal(err)
		}
		return err != nil
	})
	if _, err := s.Across().Tenants.List(t.Context()); err != nil {
		t.Errorf("reading: got %v", err)
	}
	exec(t, owner, "DELETE FROM goose_db_version WHERE version_id = 99")
	await(t, func() bool { return create("0c000000-0000-4000-8000-00000000000c") == nil })
}

// The trips of a distributed database, on one that is not: the tenant is set in
// the form that workers get, the fence holds, and one writer waits for another.
func TestTripsOfADistributedDatabase(t *testing.T) {
	t.Parallel()
	const tenant posture.TenantID = "0a000000-0000-4000-8000-00000000000a"
	s := open(t)
	postgres.SpreadOut(s)
	if err := s.Across().Tenants.Create(t.Context(), store.Tenant{ID: tenant, Name: "Contoso", Created: now()}); err != nil {
		t.Fatal(err)
	}
	const writers, each = 4, 10
	failed := make(chan error, writers)
	for range writers {
		go func() {
			var all error
			for range each {
				all = errors.Join(all, s.Update(t.Context(), tenant, func(ctx context.Context, w *store.Writer) error {
					d := posture.Decision{Control: "AdminMFAV2", Status: posture.Planned, Reason: "because", By: "Ada", At: now()}
					_, err := w.Decisions.Add(ctx, tenant, d)
					return err
				}))
			}
			failed <- all
		}()
	}
	for range writers {
		if err := <-failed; err != nil {
			t.Error(err)
		}
	}
	err := s.View(t.Context(), tenant, func(ctx context.Context, r *store.Reader) error {
		list, err := r.Decisions.History(ctx, tenant, "AdminMFAV2")
		if len(list) != writers*each {
			t.Errorf("got %d decisions, want %d", len(list), writers*each)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}
