// SPDX-License-Identifier: Apache-2.0

package session_test

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"securescore/internal/access"
	"securescore/internal/access/refusal"
	"securescore/internal/access/session"
	"securescore/internal/access/session/sessiontest"
	"securescore/internal/posture"
)

type clock struct{ at time.Time }

func (c *clock) now() time.Time          { return c.at }
func (c *clock) forward(d time.Duration) { c.at = c.at.Add(d) }

func setup(t *testing.T) (*session.Service, *clock) {
	t.Helper()
	c := &clock{at: time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)}
	memory := sessiontest.NewMemory()
	return session.New(session.Config{SignIns: memory, Sessions: memory, Now: c.now, Random: rand.Reader, Limits: session.DefaultLimits()}), c
}

func invite(t *testing.T, s *session.Service) string {
	t.Helper()
	token, err := s.Invite(t.Context())
	if err != nil {
		t.Fatalf("invite: %v", err)
	}
	return token
}

// open returns the secret of a new session of a person.
func open(t *testing.T, s *session.Service, person access.PersonID) string {
	t.Helper()
	_, secret, err := s.Open(t.Context(), session.Who{Person: person, Issuer: "contoso", Claimed: []access.Holding{{Role: access.SecurityReader, Tenant: "t"}}})
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	return secret
}

func holds(t *testing.T, s *session.Service, secret string) (v access.Session, next string) {
	t.Helper()
	v, next, err := s.Check(t.Context(), secret)
	if err != nil {
		t.Fatalf("check: %v (%s)", err, refusal.Why(err))
	}
	return v, next
}

func refused(t *testing.T, s *session.Service, secret, why string) {
	t.Helper()
	_, _, err := s.Check(t.Context(), secret)
	if !errors.Is(err, posture.ErrUnauthenticated) || !strings.Contains(refusal.Why(err), why) {
		t.Errorf("check: got %v (%s), want a refusal: %s", err, refusal.Why(err), why)
	}
	if err != nil && err.Error() != "session: not signed in" {
		t.Errorf("check: got %q; the answer tells more than it must", err)
	}
}

func TestMemoryStore(t *testing.T) {
	t.Parallel()
	sessiontest.Run(t, func(*testing.T) sessiontest.Store {
		m := sessiontest.NewMemory()
		return sessiontest.Store{SignIns: m, Sessions: m}
	})
}

func TestTokenHas256BitsAndIsSpentOnce(t *testing.T) {
	t.Parallel()
	s, _ := setup(t)
	token := invite(t, s)
	if raw, err := base64.RawURLEncoding.DecodeString(token); err != nil || len(raw) != 32 {
		t.Fatalf("token: got %d bytes (%v), want 32", len(raw), err)
	}
	v, secret, err := s.SignIn(t.Context(), token)
	if err != nil {
		t.Fatalf("first use: %v", err)
	}
	if v.Person != "" || v.Issuer != "" || v.Claimed != nil {
		t.Errorf("got %+v, want a session of the operator", v)
	}
	holds(t, s, secret)
	if _, _, err := s.SignIn(t.Context(), token); !errors.Is(err, posture.ErrUnauthenticated) {
		t.Errorf("second use: got %v, want ErrUnauthenticated", err)
	}
}

func TestTokenExpires(t *testing.T) {
	t.Parallel()
	s, c := setup(t)
	token := invite(t, s)
	c.forward(10 * time.Minute)
	if _, _, err := s.SignIn(t.Context(), token); !errors.Is(err, posture.ErrUnauthenticated) {
		t.Errorf("after ten minutes: got %v, want ErrUnauthenticated", err)
	}
}

func TestSessionLimits(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		every time.Duration // between two uses
		uses  int
		holds bool
	}{
		"used at once":               {0, 1, true},
		"used within the hour":       {59 * time.Minute, 11, true},
		"idle for an hour":           {time.Hour, 1, false},
		"used, but for twelve hours": {30 * time.Minute, 24, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, c := setup(t)
			secret := open(t, s, "ada")
			var err error
			for range test.uses {
				c.forward(test.every)
				var next string
				if _, next, err = s.Check(t.Context(), secret); next != "" {
					secret = next
				}
			}
			if holds := err == nil; holds != test.holds {
				t.Errorf("got %v, want holds=%v", err, test.holds)
			}
			if err != nil {
				refused(t, s, secret, "not known") // it is gone
			}
		})
	}
}

func TestSecretsRotate(t *testing.T) {
	t.Parallel()
	s, c := setup(t)
	first := open(t, s, "ada")
	c.forward(14 * time.Minute)
	if _, next := holds(t, s, first); next != "" {
		t.Errorf("rotated after 14 minutes")
	}
	c.forward(time.Minute)
	before, second := holds(t, s, first)
	if second == "" || second == first {
		t.Fatalf("after 15 minutes: got %q, want a new secret", second)
	}
	c.forward(59 * time.Second) // requests under way
	if _, next := holds(t, s, first); next != "" {
		t.Error("a former secret rotated")
	}
	after, next := holds(t, s, second)
	if next != "" || after.ID != before.ID || !after.Created.Equal(before.Created) {
		t.Errorf("got %+v and next %q, want the same session", after, next)
	}
	if diff := cmp.Diff([]access.Holding{{Role: access.SecurityReader, Tenant: "t"}}, after.Claimed); diff != "" {
		t.Errorf("claimed (-want +got):\n%s", diff)
	}
}

func TestACopiedSecretEndsTheSession(t *testing.T) {
	t.Parallel()
	s, c := setup(t)
	first := open(t, s, "ada")
	c.forward(15 * time.Minute)
	_, second := holds(t, s, first)
	c.forward(time.Minute)
	refused(t, s, first, "used again")
	refused(t, s, second, "not known")
}

func TestOfRequestsAtOnceOneRotates(t *testing.T) {
	t.Parallel()
	s, c := setup(t)
	first := open(t, s, "ada")
	c.forward(20 * time.Minute)
	secrets := make(chan string, 8)
	var group sync.WaitGroup
	for range cap(secrets) {
		group.Go(func() {
			_, next, err := s.Check(t.Context(), first)
			if err != nil {
				t.Errorf("check: %v", err)
			}
			if next != "" {
				secrets <- next
			}
		})
	}
	group.Wait()
	if len(secrets) != 1 {
		t.Fatalf("got %d new secrets, want one", len(secrets))
	}
	holds(t, s, <-secrets)
}

func TestSignOutEndsTheSession(t *testing.T) {
	t.Parallel()
	s, _ := setup(t)
	secret := open(t, s, "ada")
	v, held, err := s.SignOut(t.Context(), secret)
	if err != nil || !held || v.Person != "ada" || v.Issuer != "contoso" {
		t.Fatalf("sign out: got %+v, %v, %v", v, held, err)
	}
	refused(t, s, secret, "not known")
	for _, secret := range []string{secret, "", "x"} {
		if _, held, err := s.SignOut(t.Context(), secret); held || err != nil {
			t.Errorf("sign out without a session: got %v, %v", held, err)
		}
	}
}

func TestSessionsOfAPerson(t *testing.T) {
	t.Parallel()
	s, c := setup(t)
	if _, _, err := s.Open(t.Context(), session.Who{}); !errors.Is(err, posture.ErrInvalid) {
		t.Errorf("a session of nobody: got %v, want ErrInvalid", err)
	}
	idle := open(t, s, "ada")
	c.forward(time.Hour)
	one, two, other := open(t, s, "ada"), open(t, s, "ada"), open(t, s, "bob")
	list, err := s.List(t.Context(), "ada")
	if err != nil || len(list) != 2 {
		t.Fatalf("list: got %d, %v, want the two that hold", len(list), err)
	}
	bobs, _ := holds(t, s, other)
	if err := s.End(t.Context(), "ada", bobs.ID); !errors.Is(err, posture.ErrNotFound) {
		t.Errorf("end a session of another person: got %v, want ErrNotFound", err)
	}
	first, _ := holds(t, s, one)
	if err := s.End(t.Context(), "ada", first.ID); err != nil {
		t.Errorf("end: %v", err)
	}
	refused(t, s, one, "not known")
	holds(t, s, two)
	if _, err := s.EndAll(t.Context(), "ada"); err != nil {
		t.Errorf("end all: %v", err)
	}
	refused(t, s, two, "not known")
	refused(t, s, idle, "not known")
	holds(t, s, other)
}

func TestForeignSecretsAreRefused(t *testing.T) {
	t.Parallel()
	s, _ := setup(t)
	open(t, s, "ada")
	for _, secret := range []string{"", "x", "../../etc/passwd", string(make([]byte, 4096)), base64.RawURLEncoding.EncodeToString(make([]byte, 32))} {
		refused(t, s, secret, "")
		if _, _, err := s.SignIn(t.Context(), secret); !errors.Is(err, posture.ErrUnauthenticated) {
			t.Errorf("sign-in with %.10q: got %v, want ErrUnauthenticated", secret, err)
		}
	}
}

func TestFlows(t *testing.T) {
	t.Parallel()
	begin := func(t *testing.T) (*session.Service, *clock, session.Started) {
		t.Helper()
		s, c := setup(t)
		made, err := s.BeginFlow(t.Context(), "contoso", "/x")
		if err != nil {
			t.Fatalf("begin: %v", err)
		}
		return s, c, made
	}
	spent := func(t *testing.T, s *session.Service, state, browser, why string) {
		t.Helper()
		if _, err := s.SpendFlow(t.Context(), state, browser); !errors.Is(err, posture.ErrUnauthenticated) || !strings.Contains(refusal.Why(err), why) {
			t.Errorf("got %v (%s), want a refusal: %s", err, refusal.Why(err), why)
		}
	}
	t.Run("in the same browser, once", func(t *testing.T) {
		t.Parallel()
		s, _, made := begin(t)
		flow, err := s.SpendFlow(t.Context(), made.State, made.Browser)
		if err != nil || flow.Issuer != "contoso" || flow.Return != "/x" || flow.Nonce != made.Nonce || flow.Verifier != made.Verifier {
			t.Errorf("got %+v, %v", flow, err)
		}
		spent(t, s, made.State, made.Browser, "not known")
	})
	t.Run("in another browser it is spent all the same", func(t *testing.T) {
		t.Parallel()
		s, _, made := begin(t)
		spent(t, s, made.State, "", "another browser")
		spent(t, s, made.State, made.Browser, "not known")
	})
	t.Run("too late", func(t *testing.T) {
		t.Parallel()
		s, c, made := begin(t)
		c.forward(10 * time.Minute)
		spent(t, s, made.State, made.Browser, "not known")
	})
	t.Run("no state of ours", func(t *testing.T) {
		t.Parallel()
		s, _, made := begin(t)
		spent(t, s, "", made.Browser, "no state")
		spent(t, s, made.Browser, made.Browser, "not known")
	})
	t.Run("secrets differ", func(t *testing.T) {
		t.Parallel()
		_, _, made := begin(t)
		seen := map[string]bool{made.State: true, made.Browser: true, made.Nonce: true, made.Verifier: true}
		if len(seen) != 4 {
			t.Errorf("got %+v", made)
		}
	})
}
