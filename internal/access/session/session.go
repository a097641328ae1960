// SPDX-License-Identifier: Apache-2.0

// Package session keeps people signed in: it opens sessions by one-time links
// and for people whom an issuer has vouched for, rotates their secrets, and
// keeps sign-ins under way. It owns the secrets and their limits; where they
// are kept is behind SignIns and Sessions, and only hashes of what opens
// something go there, so that a copy of the database opens no session. It knows
// no HTTP, no roles and no passwords.
package session

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"securescore/internal/access"
	"securescore/internal/access/refusal"
	"securescore/internal/posture"
)

// Limits are how long secrets hold.
type Limits struct {
	SignIn   time.Duration // a one-time token, or a sign-in under way
	Idle     time.Duration // a session that nobody uses
	Absolute time.Duration // a session at all
	Rotate   time.Duration // a secret of a session in use
	Former   time.Duration // the secret before, for requests that were under way
}

// DefaultLimits fit a working day at one machine.
func DefaultLimits() Limits {
	return Limits{SignIn: 10 * time.Minute, Idle: time.Hour, Absolute: 12 * time.Hour, Rotate: 15 * time.Minute, Former: time.Minute}
}

// touchEvery bounds how often a session that is in use writes to the store;
// pruneEvery how often sign-ins clear away what is over.
const (
	touchEvery = time.Minute
	pruneEvery = time.Minute
)

// What is said to whoever has no session. One text for all reasons.
const (
	saidSession = "session"
	saidToken   = "one-time link"
	saidFlow    = "sign-in"
)

// Config is what a service needs.
type Config struct {
	SignIns  SignIns
	Sessions Sessions
	Now      func() time.Time
	Random   io.Reader // cryptographically secure
	Limits   Limits
}

// Service hands secrets out and checks them. Its methods may be called by many
// goroutines at once.
type Service struct {
	config Config

	mu     sync.Mutex
	pruned time.Time
}

// New returns a service.
func New(config Config) *Service { return &Service{config: config} }

// now is UTC and as precise as the store is.
func (s *Service) now() time.Time { return s.config.Now().UTC().Truncate(time.Microsecond) }

// Who is whom a session is opened for.
type Who struct {
	Person  access.PersonID
	Claimed []access.Holding // roles that the issuer gave
	Issuer  string           // id of the configured issuer
}

// Invite makes a one-time token that holds for Limits.SignIn.
func (s *Service) Invite(ctx context.Context) (token string, err error) {
	now := s.now()
	if err := s.prune(ctx, now); err != nil {
		return "", err
	}
	token, err = s.secret()
	if err != nil {
		return "", err
	}
	if err := s.config.SignIns.AddSignIn(ctx, hash(token), now.Add(s.config.Limits.SignIn)); err != nil {
		return "", fmt.Errorf("keep one-time token: %w", err)
	}
	return token, nil
}

// SignIn spends a one-time token and opens a session of the operator. It
// returns the session with its secret, or an error that wraps
// posture.ErrUnauthenticated when the token does not hold.
func (s *Service) SignIn(ctx context.Context, token string) (access.Session, string, error) {
	now := s.now()
	if !wellFormed(token) {
		return access.Session{}, "", refusal.New(saidToken, "it is no one-time token")
	}
	if err := s.config.SignIns.SpendSignIn(ctx, hash(token), now); err != nil {
		return access.Session{}, "", gone(saidToken, "it is not known: never made, spent, or too old", err)
	}
	return s.open(ctx, Who{}, now)
}

// Open opens a session of a person. It returns the session with its secret.
func (s *Service) Open(ctx context.Context, who Who) (access.Session, string, error) {
	if who.Person == "" {
		return access.Session{}, "", fmt.Errorf("open session: %w: it names no person", posture.ErrInvalid)
	}
	now := s.now()
	if err := s.prune(ctx, now); err != nil {
		return access.Session{}, "", err
	}
	return s.open(ctx, who, now)
}

func (s *Service) open(ctx context.Context, who Who, now time.Time) (access.Session, string, error) {
	secret, err := s.secret()
	if err != nil {
		return access.Session{}, "", err
	}
	id, err := s.random(idBytes)
	if err != nil {
		return access.Session{}, "", err
	}
	v := access.Session{
		ID: id, Hash: hash(secret), Person: who.Person, Claimed: who.Claimed, Issuer: who.Issuer,
		Created: now, Seen: now, Rotated: now,
	}
	if err := s.config.Sessions.AddSession(ctx, v); err != nil {
		return access.Session{}, "", fmt.Errorf("open session: %w", err)
	}
	return v, secret, nil
}

// Ends is when a session ends at the latest.
func (s *Service) Ends(v *access.Session) time.Time { return v.Created.Add(s.config.Limits.Absolute) }

// over reports whether a session has come to its limits.
func (s *Service) over(v *access.Session, now time.Time) bool {
	return !now.Before(s.Ends(v)) || !now.Before(v.Seen.Add(s.config.Limits.Idle))
}

// Check returns the session of a secret and notes that it is in use. next is
// the secret to use from now on, and empty while the old one goes on. The error
// wraps posture.ErrUnauthenticated when the secret does not hold. A former
// secret that comes back after its time was copied by somebody: it ends the
// session.
func (s *Service) Check(ctx context.Context, secret string) (v access.Session, next string, err error) {
	now := s.now()
	if !wellFormed(secret) {
		return access.Session{}, "", refusal.New(saidSession, "there is no secret of a session")
	}
	key := hash(secret)
	v, err = s.config.Sessions.Session(ctx, key)
	if err != nil {
		return access.Session{}, "", gone(saidSession, "the session is not known", err)
	}
	switch {
	case s.over(&v, now):
		return access.Session{}, "", s.end(ctx, &v, "the session was idle or open for too long")
	case key != v.Hash && !now.Before(v.FormerUntil):
		return access.Session{}, "", s.end(ctx, &v, "a secret was used again after it had been replaced")
	case key == v.Hash && now.Sub(v.Rotated) >= s.config.Limits.Rotate:
		next, err = s.rotate(ctx, &v, now)
	case now.Sub(v.Seen) >= touchEvery:
		v.Seen = now
		err = s.config.Sessions.TouchSession(ctx, v.ID, now)
	}
	if err != nil {
		return access.Session{}, "", fmt.Errorf("keep session: %w", err)
	}
	return v, next, nil
}

// rotate returns no secret when another request was faster: that one brings it.
func (s *Service) rotate(ctx context.Context, v *access.Session, now time.Time) (next string, err error) {
	next, err = s.secret()
	if err != nil {
		return "", err
	}
	until := now.Add(s.config.Limits.Former)
	err = s.config.Sessions.RotateSession(ctx, v.ID, v.Hash, hash(next), now, until)
	if errors.Is(err, posture.ErrConflict) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	v.Former, v.FormerUntil, v.Hash, v.Seen, v.Rotated = v.Hash, until, hash(next), now, now
	return next, nil
}

func (s *Service) end(ctx context.Context, v *access.Session, why string) error {
	if err := s.config.Sessions.DeleteSession(ctx, v.ID); err != nil {
		return fmt.Errorf("end session: %w", err)
	}
	return refusal.New(saidSession, "%s (session %s)", why, v.ID)
}

// SignOut ends the session of a secret and returns it. Without one it returns
// false and no error.
func (s *Service) SignOut(ctx context.Context, secret string) (access.Session, bool, error) {
	if !wellFormed(secret) {
		return access.Session{}, false, nil
	}
	v, err := s.config.Sessions.Session(ctx, hash(secret))
	switch {
	case errors.Is(err, posture.ErrNotFound):
		return access.Session{}, false, nil
	case err != nil:
		return access.Session{}, false, fmt.Errorf("end session: %w", err)
	}
	if err := s.config.Sessions.DeleteSession(ctx, v.ID); err != nil {
		return access.Session{}, false, fmt.Errorf("end session: %w", err)
	}
	return v, !s.over(&v, s.now()), nil
}

// List returns the sessions of a person that hold, the oldest first; an empty
// one means those opened by one-time links.
func (s *Service) List(ctx context.Context, person access.PersonID) ([]access.Session, error) {
	all, err := s.config.Sessions.SessionsOf(ctx, person)
	if err != nil {
		return nil, fmt.Errorf("list sessions: %w", err)
	}
	now := s.now()
	var list []access.Session
	for i := range all {
		if !s.over(&all[i], now) {
			list = append(list, all[i])
		}
	}
	return list, nil
}

// End ends one session of a person by its id. The error wraps
// posture.ErrNotFound when the person has no such session.
func (s *Service) End(ctx context.Context, person access.PersonID, id string) error {
	all, err := s.List(ctx, person)
	if err != nil {
		return err
	}
	for i := range all {
		if all[i].ID == id {
			return s.delete(ctx, id)
		}
	}
	return fmt.Errorf("session: %w", posture.ErrNotFound)
}

// EndAll ends all sessions of a person; an empty one means those opened by
// one-time links. It returns how many there were.
func (s *Service) EndAll(ctx context.Context, person access.PersonID) (int, error) {
	all, err := s.config.Sessions.SessionsOf(ctx, person)
	if err != nil {
		return 0, fmt.Errorf("list sessions: %w", err)
	}
	ids := make([]string, 0, len(all))
	for i := range all {
		ids = append(ids, all[i].ID)
	}
	return len(ids), s.delete(ctx, ids...)
}

func (s *Service) delete(ctx context.Context, ids ...string) error {
	if err := s.config.Sessions.DeleteSession(ctx, ids...); err != nil {
		return fmt.Errorf("end sessions: %w", err)
	}
	return nil
}

// prune clears away what is over, so that nobody fills the store by beginning
// sign-ins; at most once in a while, so that it costs nothing.
func (s *Service) prune(ctx context.Context, now time.Time) error {
	s.mu.Lock()
	due := s.pruned.IsZero() || now.Sub(s.pruned) >= pruneEvery || now.Before(s.pruned)
	if due {
		s.pruned = now
	}
	s.mu.Unlock()
	if !due {
		return nil
	}
	if err := s.config.SignIns.PruneSignIns(ctx, now); err != nil {
		return fmt.Errorf("prune sign-ins: %w", err)
	}
	if err := s.config.Sessions.PruneSessions(ctx, now.Add(-s.config.Limits.Absolute), now.Add(-s.config.Limits.Idle)); err != nil {
		return fmt.Errorf("prune sessions: %w", err)
	}
	return nil
}

// gone makes a refusal of what is not in the store; other errors stay.
func gone(said, why string, err error) error {
	if errors.Is(err, posture.ErrNotFound) {
		return refusal.New(said, "%s", why)
	}
	return fmt.Errorf("%s: %w", said, err)
}
