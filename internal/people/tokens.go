// SPDX-License-Identifier: Apache-2.0

package people

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"securescore/internal/access"
	"securescore/internal/audit"
	"securescore/internal/posture"
	"securescore/internal/store"
)

// NewToken asks for an API token.
type NewToken struct {
	Name   string // what it is for
	Role   access.Role
	Scope  access.Scope
	Tenant posture.TenantID
	Days   int // until it expires, from 1 to 365
}

// longestName bounds the name of a token, in bytes.
const longestName = 200

func (n *NewToken) check() error {
	switch {
	case !n.Role.Valid():
		return &posture.FieldError{Path: "role", Rule: "must be one of " + roleNames()}
	case n.Scope != access.ReadScope && n.Scope != access.WriteScope:
		return &posture.FieldError{Path: "scope", Rule: fmt.Sprintf("must be %s or %s", access.ReadScope, access.WriteScope)}
	case n.Scope == access.WriteScope && n.Role.ReadOnly():
		return &posture.FieldError{Path: "scope", Rule: fmt.Sprintf("%s writes, but %s only reads", access.WriteScope, n.Role)}
	case n.Tenant == access.Everywhere:
		return &posture.FieldError{Path: "tenant", Rule: "must be one tenant"}
	case n.Days < 1 || n.Days > 365:
		return &posture.FieldError{Path: "days", Rule: "must be from 1 to 365"}
	case strings.TrimSpace(n.Name) == "" || len(n.Name) > longestName:
		return &posture.FieldError{Path: "name", Rule: "must be text of 1 to 200 bytes that says what the token is for"}
	}
	return nil
}

// CreateToken makes an API token and returns its secret, which nobody can read
// again. It ends with the access of who made it.
func (s *Service) CreateToken(ctx context.Context, by *access.Principal, n NewToken) (secret string, t access.Token, err error) {
	if err := n.check(); err != nil {
		return "", t, err
	}
	if err := by.May(access.ManageTokens, n.Tenant); err != nil {
		return "", t, err
	}
	holding := access.Holding{Role: n.Role, Tenant: n.Tenant}
	if !by.MayMint(holding) {
		return "", t, asForbidden("make a token for " + string(n.Role))
	}
	if err := s.tenant(ctx, n.Tenant); err != nil {
		return "", t, err
	}
	secret, id, hash, err := s.Mint(s.Random)
	if err != nil {
		return "", t, err
	}
	now := s.Now().UTC().Truncate(time.Microsecond)
	t = access.Token{ID: id, Name: n.Name, Holding: holding, Scope: n.Scope, By: by.Actor, Created: now, Expires: now.AddDate(0, 0, n.Days)}
	err = s.change(ctx, "create a token", func(ctx context.Context, r *store.Registry, roster *roster) ([]audit.Record, error) {
		if by.Actor != access.OperatorActor && !t.Stands(now, roster.held(by.Person)) {
			return nil, asForbidden("make a token for " + string(n.Role))
		}
		return []audit.Record{audit.By(by, audit.TokenCreated, n.Tenant, id).With("", jsonOf(described(&t)))}, r.Tokens.Add(ctx, t, hash)
	})
	if err != nil {
		return "", t, err
	}
	return secret, t, nil
}

type describedToken struct {
	Name    string         `json:"name"`
	Holding access.Holding `json:"holding"`
	Scope   access.Scope   `json:"scope"`
	Expires time.Time      `json:"expires"`
}

func described(t *access.Token) describedToken {
	return describedToken{t.Name, t.Holding, t.Scope, t.Expires}
}

// RevokeToken ends a token at once.
func (s *Service) RevokeToken(ctx context.Context, by *access.Principal, id string) error {
	return s.change(ctx, "revoke a token", func(ctx context.Context, r *store.Registry, now *roster) ([]audit.Record, error) {
		t, ok := now.tokens[id]
		if !ok || !by.Sees(t.Holding.Tenant) {
			return nil, fmt.Errorf("token %s: %w", id, posture.ErrNotFound)
		}
		if err := by.May(access.ManageTokens, t.Holding.Tenant); err != nil {
			return nil, err
		}
		if !by.MayMint(t.Holding) {
			return nil, asForbidden("revoke a token of " + string(t.Holding.Role))
		}
		return []audit.Record{audit.By(by, audit.TokenRevoked, t.Holding.Tenant, id).With(jsonOf(described(&t)), "")},
			r.Tokens.End(ctx, id, by.Actor, s.Now().UTC())
	})
}

// Listed is a token with whether it holds now.
type Listed struct {
	access.Token

	Stands bool
	Maker  string // how who made it is shown
}

// Tokens lists those of a tenant, or with Everywhere all that the principal may
// manage, by creation.
func (s *Service) Tokens(ctx context.Context, by *access.Principal, tenant posture.TenantID) ([]Listed, error) {
	if tenant != access.Everywhere {
		if err := by.May(access.ManageTokens, tenant); err != nil {
			return nil, err
		}
	}
	r, err := s.fresh(ctx)
	if err != nil {
		return nil, err
	}
	now := s.Now()
	list := []Listed{}
	for _, t := range r.tokens {
		if (tenant == access.Everywhere || t.Holding.Tenant == tenant) && by.May(access.ManageTokens, t.Holding.Tenant) == nil {
			list = append(list, Listed{t, t.Stands(now, r.held(t.Giver())), r.nameOf(t.Giver())})
		}
	}
	slices.SortFunc(list, func(a, b Listed) int {
		if c := a.Created.Compare(b.Created); c != 0 {
			return c
		}
		return strings.Compare(a.ID, b.ID)
	})
	return list, nil
}

func (r *roster) nameOf(id access.PersonID) string {
	if id == "" {
		return "the operator"
	}
	p := r.people[id]
	return shownName(&p)
}

// touchEvery bounds how often the use of a token is written down.
const touchEvery = time.Minute

// OfToken is the principal of one of our own API tokens, given its id and the
// hash of its secret.
func (s *Service) OfToken(ctx context.Context, id, hash string, door Door) (*access.Principal, error) {
	t, kept, r, err := s.token(ctx, id)
	if errors.Is(err, posture.ErrNotFound) || (err == nil && subtle.ConstantTimeCompare([]byte(kept), []byte(hash)) != 1) {
		return nil, fmt.Errorf("token: %w: there is no such token", posture.ErrUnauthenticated)
	}
	if err != nil {
		return nil, err
	}
	now := s.Now().UTC()
	if !t.Stands(now, r.held(t.Giver())) {
		return nil, fmt.Errorf("token %s: %w: it was revoked, has expired, or who made it lost their access", id, posture.ErrUnauthenticated)
	}
	if now.Sub(t.Used) >= touchEvery {
		if err := s.touch(ctx, id, now.Truncate(time.Minute)); err != nil {
			return nil, err
		}
	}
	return &access.Principal{
		Actor: t.Actor(), Name: t.Name, Holdings: []access.Holding{t.Holding}, Scope: t.Scope,
		Via: door.Via, From: door.From, Request: door.Request, Tenant: t.Holding.Tenant,
	}, nil
}

// token finds a token. Its hash never changes, so that it is read once; one
// that the roster does not know may have been made in another process.
func (s *Service) token(ctx context.Context, id string) (access.Token, string, *roster, error) {
	r, err := s.current(ctx)
	if err != nil {
		return access.Token{}, "", nil, err
	}
	t, known := r.tokens[id]
	s.mu.Lock()
	hash, read := s.hashes[id]
	s.mu.Unlock()
	if known && read {
		return t, hash, r, nil
	}
	err = s.registry().View(ctx, func(ctx context.Context, reg *store.Registry) error {
		t, hash, err = reg.Tokens.ByID(ctx, id)
		return err
	})
	if err != nil {
		return access.Token{}, "", nil, err
	}
	if !known {
		if r, err = s.fresh(ctx); err != nil {
			return access.Token{}, "", nil, err
		}
	}
	s.mu.Lock()
	s.hashes[id] = hash
	s.mu.Unlock()
	return t, hash, r, nil
}

// fresh reads the roster whatever its age.
func (s *Service) fresh(ctx context.Context) (*roster, error) {
	s.forget()
	return s.current(ctx)
}

func (s *Service) touch(ctx context.Context, id string, used time.Time) error {
	err := s.registry().Update(ctx, func(ctx context.Context, r *store.Registry) error { return r.Tokens.Touch(ctx, id, used) })
	if err != nil {
		return fmt.Errorf("note the use of a token: %w", err)
	}
	s.forget()
	return nil
}

// tenant makes sure that a tenant exists.
func (s *Service) tenant(ctx context.Context, id posture.TenantID) error {
	if _, err := s.Store.Across().Tenants.Find(ctx, string(id)); err != nil {
		return fmt.Errorf("tenant %s: %w", id, posture.ErrNotFound)
	}
	return nil
}
