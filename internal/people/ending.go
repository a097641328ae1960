// SPDX-License-Identifier: Apache-2.0

package people

import (
	"context"
	"errors"
	"slices"
	"time"

	"securescore/internal/access"
	"securescore/internal/audit"
	"securescore/internal/store"
)

// errOnlyTold leaves a transaction in which nothing was to be written.
var errOnlyTold = errors.New("only told")

// ending is somebody's access that ends, and what ends with it.
type ending struct {
	now     *roster
	people  []access.Person
	grants  []access.Grant // open
	tokens  []access.Token // open
	by      *access.Principal
	first   []int64 // grants that are ended themselves
	removed *access.Person
	records []audit.Record
}

// end works out what ends and, once confirmed, ends it.
func (s *Service) end(ctx context.Context, what string, confirm bool, begin func(*ending) error) (Consequences, error) {
	var out Consequences
	err := s.change(ctx, what, func(ctx context.Context, r *store.Registry, now *roster) ([]audit.Record, error) {
		e := &ending{now: now}
		if err := e.load(ctx, r, s.Now()); err != nil {
			return nil, err
		}
		if err := begin(e); err != nil {
			return nil, err
		}
		out = e.consequences(s)
		if !confirm {
			return nil, errOnlyTold
		}
		return e.records, e.write(ctx, s, r, out)
	})
	if errors.Is(err, errOnlyTold) {
		err = nil
	}
	return out, err
}

func (e *ending) load(ctx context.Context, r *store.Registry, now time.Time) error {
	var err error
	if e.people, err = readPeople(ctx, r, now); err != nil {
		return err
	}
	if e.grants, err = r.People.Grants(ctx, false); err != nil {
		return err
	}
	e.tokens, err = r.Tokens.All(ctx)
	return err
}

// consequences compares who stands before and after.
func (e *ending) consequences(s *Service) Consequences {
	at := s.Now().UTC()
	people := slices.Clone(e.people)
	if e.removed != nil {
		for i := range people {
			if people[i].ID == e.removed.ID {
				people[i].Removed = at
			}
		}
	}
	rest := slices.DeleteFunc(slices.Clone(e.grants), func(g access.Grant) bool { return slices.Contains(e.first, g.ID) })
	stood, stand := access.Supported(e.people, e.grants), access.Supported(people, rest)
	var out Consequences
	held := make(map[access.PersonID][]access.Holding)
	for i := range people {
		if people[i].Removed.IsZero() {
			held[people[i].ID] = slices.Clone(people[i].Claimed)
		}
	}
	for _, g := range stand {
		held[g.Person] = append(held[g.Person], g.Holding)
	}
	for _, g := range e.grants {
		falls := among(stood, g.ID) && !among(stand, g.ID)
		if falls || slices.Contains(e.first, g.ID) || e.givenByRemoved(g.Giver()) {
			out.Grants = append(out.Grants, g)
		}
	}
	for i := range e.tokens {
		t := &e.tokens[i]
		falls := t.Stands(at, e.now.held(t.Giver())) && !t.Stands(at, held[t.Giver()])
		open := t.EndedAt.IsZero() && at.Before(t.Expires)
		if falls || (open && e.givenByRemoved(t.Giver())) {
			out.Tokens = append(out.Tokens, *t)
		}
	}
	return out
}

// givenByRemoved tells what ends even if it did not stand: a removed person who
// is let in again must not bring it back. Anything else that does not stand is
// left as it is: it is not for whoever ends something else, maybe elsewhere.
func (e *ending) givenByRemoved(giver access.PersonID) bool {
	return e.removed != nil && giver == e.removed.ID
}

func among(grants []access.Grant, id int64) bool {
	return slices.ContainsFunc(grants, func(g access.Grant) bool { return g.ID == id })
}

func (e *ending) write(ctx context.Context, s *Service, r *store.Registry, out Consequences) error {
	at := s.Now().UTC()
	if e.removed != nil {
		p := *e.removed
		p.Removed, p.Claimed = at, nil
		if err := r.People.Put(ctx, p); err != nil {
			return err
		}
	}
	for _, g := range out.Grants {
		if err := r.People.EndGrant(ctx, g.ID, e.by.Actor, at); err != nil {
			return err
		}
		if !slices.Contains(e.first, g.ID) || e.removed != nil {
			e.records = append(e.records, audit.By(e.by, audit.RoleEnded, g.Holding.Tenant, string(g.Person)).With(jsonOf(granted{g.ID, g.Holding, g.Reason}), ""))
		}
	}
	for i := range out.Tokens {
		t := &out.Tokens[i]
		if err := r.Tokens.End(ctx, t.ID, e.by.Actor, at); err != nil {
			return err
		}
		e.records = append(e.records, audit.By(e.by, audit.TokenRevoked, t.Holding.Tenant, t.ID).With(jsonOf(described(t)), ""))
	}
	return nil
}
