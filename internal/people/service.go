// SPDX-License-Identifier: Apache-2.0

package people

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"sync"
	"time"

	"securescore/internal/access"
	"securescore/internal/audit"
	"securescore/internal/posture"
	"securescore/internal/store"
)

// Config is what the service needs.
type Config struct {
	Store    store.Store
	Sessions Sessions
	Now      func() time.Time
	Random   io.Reader // cryptographically secure
	// Mint makes the secret of a new API token from random bytes, with the token's
	// public id and the hash to keep.
	Mint func(random io.Reader) (secret, id, hash string, err error)
}

// Sessions ends sessions of people whose access ends.
type Sessions interface {
	EndAll(ctx context.Context, person access.PersonID) (int, error)
}

// Service answers and changes who may do what. It may be used by many
// goroutines at once.
type Service struct {
	Config

	mu      sync.Mutex
	roster  *roster
	hashes  map[string]string // of tokens' secrets; they never change
	failing failing
}

// New returns a service.
func New(c Config) *Service {
	if c.Random == nil {
		c.Random = rand.Reader
	}
	return &Service{Config: c, hashes: make(map[string]string)}
}

func (s *Service) registry() store.Registries { return s.Store.Across().Registry }

// freshness is how old a roster may be: access that ended in another process
// ends here within this time.
const freshness = 500 * time.Millisecond

// roster is who may do what at one moment.
type roster struct {
	at      time.Time
	people  map[access.PersonID]access.Person
	byName  map[access.Identity]access.PersonID
	granted map[access.PersonID][]access.Holding
	tokens  map[string]access.Token
}

// held is what a person holds by standing grants and by what the issuer said at
// the last sign-in.
func (r *roster) held(id access.PersonID) []access.Holding {
	p, ok := r.people[id]
	if !ok || !p.Removed.IsZero() {
		return nil
	}
	return append(append([]access.Holding{}, p.Claimed...), r.granted[id]...)
}

// current returns the roster, read anew when it may be outdated.
func (s *Service) current(ctx context.Context) (*roster, error) {
	s.mu.Lock()
	known := s.roster
	s.mu.Unlock()
	now := s.Now()
	if known != nil && now.Sub(known.at) < freshness && !now.Before(known.at) {
		return known, nil
	}
	var fresh *roster
	err := s.registry().View(ctx, func(ctx context.Context, r *store.Registry) error {
		var err error
		fresh, err = readRoster(ctx, r, s.Now())
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read who has access: %w", err)
	}
	fresh.at = now
	s.mu.Lock()
	s.roster = fresh
	s.mu.Unlock()
	return fresh, nil
}

// forget drops the roster after a change.
func (s *Service) forget() {
	s.mu.Lock()
	s.roster = nil
	s.mu.Unlock()
}

// claimsHold is how long roles that an issuer gave say what somebody may give,
// after their last sign-in: whoever left never comes back to say so.
const claimsHold = 90 * 24 * time.Hour

// readPeople reads everybody, without claims that are too old.
func readPeople(ctx context.Context, r *store.Registry, now time.Time) ([]access.Person, error) {
	people, err := r.People.All(ctx)
	for i := range people {
		if now.Sub(people[i].Seen) > claimsHold {
			people[i].Claimed = nil
		}
	}
	return people, err
}

func readRoster(ctx context.Context, r *store.Registry, now time.Time) (*roster, error) {
	people, err := readPeople(ctx, r, now)
	if err != nil {
		return nil, err
	}
	grants, err := r.People.Grants(ctx, false)
	if err != nil {
		return nil, err
	}
	tokens, err := r.Tokens.All(ctx)
	if err != nil {
		return nil, err
	}
	out := &roster{
		people: make(map[access.PersonID]access.Person, len(people)), byName: make(map[access.Identity]access.PersonID, len(people)),
		granted: make(map[access.PersonID][]access.Holding), tokens: make(map[string]access.Token, len(tokens)),
	}
	for i := range people {
		out.people[people[i].ID], out.byName[people[i].Identity] = people[i], people[i].ID
	}
	for _, g := range access.Supported(people, grants) {
		out.granted[g.Person] = append(out.granted[g.Person], g.Holding)
	}
	for i := range tokens {
		out.tokens[tokens[i].ID] = tokens[i]
	}
	return out, nil
}

// change runs fn as the only writer, with the roster of that moment, and keeps
// the records that it returns in the installation's log, all or nothing.
func (s *Service) change(ctx context.Context, what string, fn func(context.Context, *store.Registry, *roster) ([]audit.Record, error)) error {
	err := s.registry().Update(ctx, func(ctx context.Context, r *store.Registry) error {
		now, err := readRoster(ctx, r, s.Now())
		if err != nil {
			return err
		}
		records, err := fn(ctx, r, now)
		if err != nil || len(records) == 0 {
			return err
		}
		return r.Audit.Append(ctx, audit.Installation, s.Now().UTC(), records...)
	})
	s.forget()
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}

// note keeps one record in the installation's log.
func (s *Service) note(ctx context.Context, record audit.Record) error {
	return s.registry().Update(ctx, func(ctx context.Context, r *store.Registry) error {
		return r.Audit.Append(ctx, audit.Installation, s.Now().UTC(), record)
	})
}

// newID makes a random UUID of version 4.
func (s *Service) newID() (string, error) {
	var b [16]byte
	if _, err := io.ReadFull(s.Random, b[:]); err != nil {
		return "", fmt.Errorf("read random bytes: %w", err)
	}
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:]), nil
}

// asForbidden turns "may not" into the error that callers see.
func asForbidden(what string) error {
	return fmt.Errorf("%s: %w: nobody gives or takes more than they hold", what, posture.ErrForbidden)
}
