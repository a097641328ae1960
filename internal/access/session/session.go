// SPDX-License-Identifier: Apache-2.0

// Package session signs a person in with a one-time link and keeps the
// session. It owns the secrets and their limits; where they are kept is behind
// Store, and only their hashes go there, so that a copy of the database opens
// no session. It knows no HTTP, no roles and no passwords.
package session

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"time"

	"securescore/internal/posture"
)

// Store keeps the hashes of secrets. All times are UTC. Implementations run
// sessiontest.Run. Methods may be called by many goroutines at once.
type Store interface {
	// AddSignIn keeps the hash of a one-time token until it is spent or expires.
	AddSignIn(ctx context.Context, hash string, expires time.Time) error
	// SpendSignIn takes the token away. Of several calls for one token exactly
	// one succeeds; the others, and calls at or after its expiry, get an error
	// that wraps posture.ErrNotFound.
	SpendSignIn(ctx context.Context, hash string, at time.Time) error
	// AddSession keeps a new session; it counts as seen when created.
	AddSession(ctx context.Context, hash string, created time.Time) error
	// Session returns when a session was created and last seen, or an error that
	// wraps posture.ErrNotFound.
	Session(ctx context.Context, hash string) (created, seen time.Time, err error)
	// TouchSession sets when a session was last seen; one that is gone is no
	// error.
	TouchSession(ctx context.Context, hash string, seen time.Time) error
	// DeleteSession ends a session; one that is gone is no error.
	DeleteSession(ctx context.Context, hash string) error
	// PruneSessions deletes tokens that expired before the given time, and
	// sessions that were created before the second or seen before the third.
	PruneSessions(ctx context.Context, expired, created, seen time.Time) error
}

// Limits are how long secrets hold.
type Limits struct {
	SignIn   time.Duration // a one-time token
	Idle     time.Duration // a session that nobody uses
	Absolute time.Duration // a session at all
}

// DefaultLimits fit one person at one machine.
func DefaultLimits() Limits {
	return Limits{SignIn: 10 * time.Minute, Idle: time.Hour, Absolute: 12 * time.Hour}
}

// touchEvery bounds how often a session that is in use writes to the store.
const touchEvery = time.Minute

// secretBytes is the length of a secret: 256 bits cannot be guessed, so that
// one round of SHA-256 is enough to keep it.
const secretBytes = 32

// Service hands secrets out and checks them.
type Service struct {
	store  Store
	now    func() time.Time
	random io.Reader
	limits Limits
}

// New returns a service. random must be cryptographically secure.
func New(store Store, now func() time.Time, random io.Reader, limits Limits) *Service {
	return &Service{store: store, now: now, random: random, limits: limits}
}

// Invite makes a one-time token that holds for Limits.SignIn.
func (s *Service) Invite(ctx context.Context) (token string, err error) {
	now := s.now().UTC()
	if err := s.store.PruneSessions(ctx, now, now.Add(-s.limits.Absolute), now.Add(-s.limits.Idle)); err != nil {
		return "", fmt.Errorf("prune sessions: %w", err)
	}
	token, err = s.secret()
	if err != nil {
		return "", err
	}
	if err := s.store.AddSignIn(ctx, hash(token), now.Add(s.limits.SignIn)); err != nil {
		return "", fmt.Errorf("keep one-time token: %w", err)
	}
	return token, nil
}

// SignIn spends a one-time token and opens a session. It returns the secret of
// the session and when it ends at the latest, or an error that wraps
// posture.ErrUnauthenticated when the token does not hold.
func (s *Service) SignIn(ctx context.Context, token string) (secret string, ends time.Time, err error) {
	now := s.now().UTC()
	if !wellFormed(token) {
		return "", time.Time{}, fmt.Errorf("one-time token: %w", posture.ErrUnauthenticated)
	}
	if err := s.store.SpendSignIn(ctx, hash(token), now); err != nil {
		return "", time.Time{}, unauthenticated("spend one-time token", err)
	}
	secret, err = s.secret()
	if err != nil {
		return "", time.Time{}, err
	}
	if err := s.store.AddSession(ctx, hash(secret), now); err != nil {
		return "", time.Time{}, fmt.Errorf("open session: %w", err)
	}
	return secret, now.Add(s.limits.Absolute), nil
}

// Check returns when a session ends at the latest and notes that it is in use,
// or an error that wraps posture.ErrUnauthenticated when it does not hold.
func (s *Service) Check(ctx context.Context, secret string) (ends time.Time, err error) {
	now := s.now().UTC()
	if !wellFormed(secret) {
		return time.Time{}, fmt.Errorf("session: %w", posture.ErrUnauthenticated)
	}
	key := hash(secret)
	created, seen, err := s.store.Session(ctx, key)
	if err != nil {
		return time.Time{}, unauthenticated("session", err)
	}
	ends = created.Add(s.limits.Absolute)
	if !now.Before(ends) || !now.Before(seen.Add(s.limits.Idle)) {
		if err := s.store.DeleteSession(ctx, key); err != nil {
			return time.Time{}, fmt.Errorf("end session: %w", err)
		}
		return time.Time{}, fmt.Errorf("session has ended: %w", posture.ErrUnauthenticated)
	}
	if now.Sub(seen) >= touchEvery {
		if err := s.store.TouchSession(ctx, key, now); err != nil {
			return time.Time{}, fmt.Errorf("touch session: %w", err)
		}
	}
	return ends, nil
}

// SignOut ends a session. One that does not exist is no error.
func (s *Service) SignOut(ctx context.Context, secret string) error {
	if !wellFormed(secret) {
		return nil
	}
	if err := s.store.DeleteSession(ctx, hash(secret)); err != nil {
		return fmt.Errorf("end session: %w", err)
	}
	return nil
}

func (s *Service) secret() (string, error) {
	raw := make([]byte, secretBytes)
	if _, err := io.ReadFull(s.random, raw); err != nil {
		return "", fmt.Errorf("read random bytes: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(raw), nil
}

// wellFormed keeps anything but a secret of ours away from the store.
func wellFormed(secret string) bool {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(secret)
	return err == nil && len(raw) == secretBytes
}

func hash(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

func unauthenticated(what string, err error) error {
	if errors.Is(err, posture.ErrNotFound) {
		return fmt.Errorf("%s: %w", what, posture.ErrUnauthenticated)
	}
	return fmt.Errorf("%s: %w", what, err)
}
