// SPDX-License-Identifier: Apache-2.0

package people

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"securescore/internal/access"
	"securescore/internal/audit"
	"securescore/internal/posture"
	"securescore/internal/store"
)

// Proof is what a credential proves about a person.
type Proof struct {
	Identity access.Identity
	Name     string // hostile text
	Email    string // hostile text; never decides anything
	Claimed  []access.Holding
	Notes    []string // what was left aside and why, for the audit log
}

// Door is where somebody came in.
type Door struct {
	Via     access.Via
	From    string // address
	Request string
}

// Arrive takes in a person who has just proven who they are, and returns them.
// Whoever was removed stays out until somebody lets them in again, with an
// error that wraps posture.ErrForbidden.
func (s *Service) Arrive(ctx context.Context, proof Proof, door Door) (access.Person, error) {
	id, err := s.newID()
	if err != nil {
		return access.Person{}, err
	}
	var person access.Person
	removed := false
	err = s.change(ctx, "sign in", func(ctx context.Context, r *store.Registry, _ *roster) ([]audit.Record, error) {
		now := s.Now().UTC()
		known, err := r.People.Known(ctx, proof.Identity)
		isNew := errors.Is(err, posture.ErrNotFound)
		if err != nil && !isNew {
			return nil, err
		}
		if isNew {
			known = access.Person{ID: access.PersonID(id), Identity: proof.Identity, Created: now}
		}
		record := audit.Record{Actor: known.ID.Actor(), Via: door.Via, Event: audit.SignedIn, Outcome: audit.Done, Target: string(known.ID), Request: door.Request}
		record.Details = audit.Details{Name: proof.Name, From: door.From, Reason: strings.Join(proof.Notes, "; "), After: jsonOf(claims{proof.Claimed})}
		if removed = !known.Removed.IsZero(); removed {
			return []audit.Record{record.Not(audit.Denied, errors.New("the person was removed"))}, nil
		}
		record.Details.Before = jsonOf(claims{known.Claimed})
		known.Name, known.Email, known.Claimed, known.Seen = proof.Name, proof.Email, slices.Clone(proof.Claimed), now
		person = known
		if isNew {
			return []audit.Record{record}, r.People.Add(ctx, known)
		}
		return []audit.Record{record}, r.People.Put(ctx, known)
	})
	if err == nil && removed {
		err = fmt.Errorf("sign in: %w: your access was taken away; an administrator can give it back", posture.ErrForbidden)
	}
	return person, err
}

type claims struct {
	Claimed []access.Holding `json:"claimed"`
}

// HasAdministrator reports whether somebody who has signed in at an issuer may
// manage people, so that no one-time link is needed to begin with.
func (s *Service) HasAdministrator(ctx context.Context) (bool, error) {
	r, err := s.current(ctx)
	if err != nil {
		return false, err
	}
	for id, p := range r.people {
		if !p.Seen.IsZero() && slices.ContainsFunc(r.held(id), func(h access.Holding) bool { return h.Role.Allows(access.ManagePeople) }) {
			return true, nil
		}
	}
	return false, nil
}

// OfSession is the principal of a session. The error wraps
// posture.ErrUnauthenticated when its person has no access any more.
func (s *Service) OfSession(ctx context.Context, session access.Session, door Door) (*access.Principal, error) {
	if session.Person == "" {
		p := access.Operator("One-time link", door.Via)
		p.From, p.Request = door.From, door.Request
		return p, nil
	}
	r, err := s.current(ctx)
	if err != nil {
		return nil, err
	}
	person, ok := r.people[session.Person]
	if !ok || !person.Removed.IsZero() {
		return nil, fmt.Errorf("session: %w: its person has no access any more", posture.ErrUnauthenticated)
	}
	return &access.Principal{
		Actor: person.ID.Actor(), Name: shownName(&person), Person: person.ID, Scope: access.FullScope,
		Via: door.Via, From: door.From, Request: door.Request,
		Holdings: append(slices.Clone(session.Claimed), r.granted[person.ID]...),
	}, nil
}

func shownName(p *access.Person) string {
	for _, name := range []string{p.Name, p.Email, p.Identity.Subject} {
		if strings.TrimSpace(name) != "" {
			return name
		}
	}
	return string(p.ID)
}

// OfProof is the principal of a person's access token at the Graph API: it can
// do what its scope and the person's roles both allow. A person who was never
// seen is taken in.
func (s *Service) OfProof(ctx context.Context, proof Proof, scope access.Scope, door Door) (*access.Principal, error) {
	r, err := s.current(ctx)
	if err != nil {
		return nil, err
	}
	id, known := r.byName[proof.Identity]
	person := r.people[id]
	if !known {
		if person, err = s.Arrive(ctx, proof, door); err != nil {
			return nil, err
		}
	}
	if !person.Removed.IsZero() {
		return nil, fmt.Errorf("access token: %w: its person has no access any more", posture.ErrUnauthenticated)
	}
	return &access.Principal{
		Actor: person.ID.Actor(), Name: shownName(&person), Person: person.ID, Scope: scope,
		Via: door.Via, From: door.From, Request: door.Request,
		Holdings: append(slices.Clone(proof.Claimed), r.granted[person.ID]...),
	}, nil
}
