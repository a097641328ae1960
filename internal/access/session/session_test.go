// SPDX-License-Identifier: Apache-2.0

package session_test

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"testing"
	"time"

	"securescore/internal/access/session"
	"securescore/internal/access/session/sessiontest"
	"securescore/internal/posture"
)

type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

func setup(t *testing.T) (*session.Service, *clock) {
	t.Helper()
	c := &clock{at: time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)}
	return session.New(sessiontest.NewMemory(), c.now, rand.Reader, session.DefaultLimits()), c
}

func signIn(t *testing.T, s *session.Service) string {
	t.Helper()
	token, err := s.Invite(t.Context())
	if err != nil {
		t.Fatalf("invite: %v", err)
	}
	secret, _, err := s.SignIn(t.Context(), token)
	if err != nil {
		t.Fatalf("sign in: %v", err)
	}
	return secret
}

func TestMemoryStore(t *testing.T) {
	t.Parallel()
	sessiontest.Run(t, func(*testing.T) session.Store { return sessiontest.NewMemory() })
}

func TestTokenHas256BitsAndIsSpentOnce(t *testing.T) {
	t.Parallel()
	s, _ := setup(t)
	token, err := s.Invite(t.Context())
	if err != nil {
		t.Fatalf("invite: %v", err)
	}
	if raw, err := base64.RawURLEncoding.DecodeString(token); err != nil || len(raw) != 32 {
		t.Fatalf("token: got %d bytes (%v), want 32", len(raw), err)
	}
	if _, _, err := s.SignIn(t.Context(), token); err != nil {
		t.Fatalf("first use: %v", err)
	}
	if _, _, err := s.SignIn(t.Context(), token); !errors.Is(err, posture.ErrUnauthenticated) {
		t.Errorf("second use: got %v, want ErrUnauthenticated", err)
	}
}

func TestTokenExpires(t *testing.T) {
	t.Parallel()
	s, c := setup(t)
	token, err := s.Invite(t.Context())
	if err != nil {
		t.Fatalf("invite: %v", err)
	}
	c.at = c.at.Add(10 * time.Minute)
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
			secret := signIn(t, s)
			var err error
			for range test.uses {
				c.at = c.at.Add(test.every)
				_, err = s.Check(t.Context(), secret)
			}
			if holds := err == nil; holds != test.holds {
				t.Errorf("got %v, want holds=%v", err, test.holds)
			}
			if err != nil && !errors.Is(err, posture.ErrUnauthenticated) {
				t.Errorf("got %v, want ErrUnauthenticated", err)
			}
		})
	}
}

func TestSignOutEndsTheSession(t *testing.T) {
	t.Parallel()
	s, _ := setup(t)
	secret := signIn(t, s)
	if err := s.SignOut(t.Context(), secret); err != nil {
		t.Fatalf("sign out: %v", err)
	}
	if _, err := s.Check(t.Context(), secret); !errors.Is(err, posture.ErrUnauthenticated) {
		t.Errorf("after sign-out: got %v, want ErrUnauthenticated", err)
	}
}

func TestForeignSecretsAreRefused(t *testing.T) {
	t.Parallel()
	s, _ := setup(t)
	signIn(t, s)
	for _, secret := range []string{"", "x", "../../etc/passwd", string(make([]byte, 4096)), base64.RawURLEncoding.EncodeToString(make([]byte, 32))} {
		if _, err := s.Check(t.Context(), secret); !errors.Is(err, posture.ErrUnauthenticated) {
			t.Errorf("check of %.10q: got %v, want ErrUnauthenticated", secret, err)
		}
		if _, _, err := s.SignIn(t.Context(), secret); !errors.Is(err, posture.ErrUnauthenticated) {
			t.Errorf("sign-in with %.10q: got %v, want ErrUnauthenticated", secret, err)
		}
	}
}
