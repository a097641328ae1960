// SPDX-License-Identifier: Apache-2.0

// Package sessiontest is the conformance suite that every store of sessions
// runs, and a store in memory for tests of those who need one.
package sessiontest

import (
	"errors"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"securescore/internal/access"
	"securescore/internal/access/session"
	"securescore/internal/posture"
)

// Store is both parts of what is tested.
type Store struct {
	session.SignIns
	session.Sessions
}

func start() time.Time { return time.Date(2026, 1, 15, 12, 0, 0, 123456000, time.UTC) }

// Run checks the contract. open returns a fresh store.
func Run(t *testing.T, open func(t *testing.T) Store) {
	t.Helper()
	for name, check := range map[string]func(*testing.T, Store){
		"a token is spent once":                         tokenOnce,
		"a flow is spent once and comes back whole":     flowOnce,
		"what expired is not spent":                     expired,
		"what was never made is not spent":              neverMade,
		"a session is kept, touched and deleted":        kept,
		"a session is found by its former secret":       rotated,
		"of several rotations one wins":                 rotatedOnce,
		"the sessions of a person are theirs":           listed,
		"pruning takes what is over and nothing else":   pruned,
		"nothing is not the former secret of a session": nothing,
	} {
		t.Run(name, func(t *testing.T) { check(t, open(t)) })
	}
}

func example(id string, person access.PersonID, created time.Time) access.Session {
	return access.Session{
		ID: id, Hash: "hash of " + id, Person: person, Issuer: "contoso",
		Claimed: []access.Holding{{Role: access.SecurityReader, Tenant: "0a000000-0000-4000-8000-00000000000a"}, {Role: access.GlobalReader}},
		Created: created, Seen: created, Rotated: created,
	}
}

// once calls spend from several goroutines.
func once(t *testing.T, lost error, spend func() error) {
	t.Helper()
	var won atomic.Int32
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			if err := spend(); err == nil {
				won.Add(1)
			} else if !errors.Is(err, lost) {
				t.Errorf("got %v, want %v", err, lost)
			}
		})
	}
	group.Wait()
	if got := won.Load(); got != 1 {
		t.Errorf("it went through %d times, want once", got)
	}
}

func tokenOnce(t *testing.T, s Store) {
	t.Helper()
	mustBe(t, s.AddSignIn(t.Context(), "a", start().Add(time.Minute)), nil)
	once(t, posture.ErrNotFound, func() error { return s.SpendSignIn(t.Context(), "a", start()) })
}

func flowOnce(t *testing.T, s Store) {
	t.Helper()
	want := access.Flow{State: "a", Browser: "b", Issuer: "c", Nonce: "n", Verifier: "v", Return: "/x?y=z", Expires: start().Add(time.Minute)}
	mustBe(t, s.AddFlow(t.Context(), want), nil)
	mustBe(t, s.AddFlow(t.Context(), access.Flow{State: "other", Expires: want.Expires}), nil)
	once(t, posture.ErrNotFound, func() error {
		got, err := s.SpendFlow(t.Context(), "a", start())
		if err == nil && got != want {
			t.Errorf("got %+v, want %+v", got, want)
		}
		return err
	})
	_, err := s.SpendFlow(t.Context(), "other", start())
	mustBe(t, err, nil)
}

func expired(t *testing.T, s Store) {
	t.Helper()
	mustBe(t, s.AddSignIn(t.Context(), "a", start()), nil)
	mustBe(t, s.SpendSignIn(t.Context(), "a", start()), posture.ErrNotFound)
	mustBe(t, s.AddFlow(t.Context(), access.Flow{State: "a", Expires: start()}), nil)
	_, err := s.SpendFlow(t.Context(), "a", start())
	mustBe(t, err, posture.ErrNotFound)
}

func neverMade(t *testing.T, s Store) {
	t.Helper()
	mustBe(t, s.SpendSignIn(t.Context(), "none", start()), posture.ErrNotFound)
	_, err := s.SpendFlow(t.Context(), "none", start())
	mustBe(t, err, posture.ErrNotFound)
}

func kept(t *testing.T, s Store) {
	t.Helper()
	want := example("a", "ada", start())
	mustBe(t, s.AddSession(t.Context(), want), nil)
	is(t, s, "hash of a", want)
	want.Seen = start().Add(time.Minute)
	mustBe(t, s.TouchSession(t.Context(), "a", want.Seen), nil)
	is(t, s, "hash of a", want)
	mustBe(t, s.TouchSession(t.Context(), "a", start()), nil) // a slower request
	is(t, s, "hash of a", want)
	mustBe(t, s.DeleteSession(t.Context(), "a"), nil)
	mustBe(t, s.DeleteSession(t.Context(), "a", "b"), nil)
	mustBe(t, s.TouchSession(t.Context(), "a", want.Seen), nil)
	isGone(t, s, "hash of a")
}

func rotated(t *testing.T, s Store) {
	t.Helper()
	want := example("a", "", start())
	want.Claimed = nil
	mustBe(t, s.AddSession(t.Context(), want), nil)
	mustBe(t, s.AddSession(t.Context(), example("b", "", start())), nil)
	for i, next := range []string{"second", "third"} {
		at := start().Add(time.Duration(i+1) * time.Hour)
		until := at.Add(time.Minute)
		mustBe(t, s.RotateSession(t.Context(), "a", want.Hash, next, at, until), nil)
		want.Former, want.FormerUntil, want.Hash, want.Seen, want.Rotated = want.Hash, until, next, at, at
		is(t, s, want.Hash, want)
		is(t, s, want.Former, want)
	}
	isGone(t, s, "hash of a")
	mustBe(t, s.RotateSession(t.Context(), "a", "second", "x", start(), start()), posture.ErrConflict)
	mustBe(t, s.RotateSession(t.Context(), "none", "third", "x", start(), start()), posture.ErrConflict)
	is(t, s, "hash of b", example("b", "", start()))
}

func rotatedOnce(t *testing.T, s Store) {
	t.Helper()
	mustBe(t, s.AddSession(t.Context(), example("a", "ada", start())), nil)
	var n atomic.Int32
	once(t, posture.ErrConflict, func() error {
		next := "next " + strconv.Itoa(int(n.Add(1)))
		return s.RotateSession(t.Context(), "a", "hash of a", next, start(), start().Add(time.Minute))
	})
}

func listed(t *testing.T, s Store) {
	t.Helper()
	second, first, other, link := example("a", "ada", start().Add(time.Second)), example("b", "ada", start()), example("c", "bob", start()), example("d", "", start())
	for _, v := range []access.Session{second, first, other, link} {
		mustBe(t, s.AddSession(t.Context(), v), nil)
	}
	for person, want := range map[access.PersonID][]access.Session{"ada": {first, second}, "": {link}, "ADA": nil, "eve": nil} {
		got, err := s.SessionsOf(t.Context(), person)
		mustBe(t, err, nil)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("sessions of %q (-want +got):\n%s", person, diff)
		}
	}
	mustBe(t, s.DeleteSession(t.Context(), "a", "b"), nil)
	isGone(t, s, first.Hash)
	isGone(t, s, second.Hash)
	is(t, s, other.Hash, other)
}

func pruned(t *testing.T, s Store) {
	t.Helper()
	minute := time.Minute
	for key, at := range map[string]time.Time{"over": start().Add(-minute), "holds": start().Add(minute)} {
		mustBe(t, s.AddSignIn(t.Context(), key, at), nil)
		mustBe(t, s.AddFlow(t.Context(), access.Flow{State: key, Expires: at}), nil)
	}
	for key, at := range map[string]time.Time{"old": start().Add(-9 * minute), "idle": start().Add(-5 * minute), "used": start().Add(-5 * minute)} {
		mustBe(t, s.AddSession(t.Context(), example(key, "", at)), nil)
	}
	mustBe(t, s.TouchSession(t.Context(), "old", start()), nil)
	mustBe(t, s.TouchSession(t.Context(), "used", start()), nil)
	mustBe(t, s.PruneSignIns(t.Context(), start()), nil)
	mustBe(t, s.PruneSessions(t.Context(), start().Add(-8*minute), start().Add(-2*minute)), nil)
	mustBe(t, s.SpendSignIn(t.Context(), "over", start().Add(-2*minute)), posture.ErrNotFound)
	mustBe(t, s.SpendSignIn(t.Context(), "holds", start()), nil)
	_, err := s.SpendFlow(t.Context(), "over", start().Add(-2*minute))
	mustBe(t, err, posture.ErrNotFound)
	_, err = s.SpendFlow(t.Context(), "holds", start())
	mustBe(t, err, nil)
	for key, want := range map[string]error{"old": posture.ErrNotFound, "idle": posture.ErrNotFound, "used": nil} {
		_, err := s.Session(t.Context(), "hash of "+key)
		if !errors.Is(err, want) {
			t.Errorf("session %s after pruning: got %v, want %v", key, err, want)
		}
	}
}

func nothing(t *testing.T, s Store) {
	t.Helper()
	mustBe(t, s.AddSession(t.Context(), example("a", "ada", start())), nil)
	mustBe(t, s.AddSession(t.Context(), example("b", "ada", start())), nil)
	isGone(t, s, "")
}

func is(t *testing.T, s Store, hash string, want access.Session) {
	t.Helper()
	got, err := s.Session(t.Context(), hash)
	mustBe(t, err, nil)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("session of %q (-want +got):\n%s", hash, diff)
	}
}

func isGone(t *testing.T, s Store, hash string) {
	t.Helper()
	_, err := s.Session(t.Context(), hash)
	mustBe(t, err, posture.ErrNotFound)
}

func mustBe(t *testing.T, got, want error) {
	t.Helper()
	if !errors.Is(got, want) {
		t.Fatalf("got error %v, want %v", got, want)
	}
}
