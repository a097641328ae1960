// SPDX-License-Identifier: Apache-2.0

package people

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"securescore/internal/access"
	"securescore/internal/audit"
	"securescore/internal/posture"
	"securescore/internal/store"
)

// longestReason bounds what people write, in bytes.
const longestReason = 500

// Invite makes a person known who has not signed in yet. Of an identity that is
// known already it returns the person; one that was removed may come in again.
func (s *Service) Invite(ctx context.Context, by *access.Principal, identity access.Identity, name string, tenant posture.TenantID) (access.Person, error) {
	if strings.TrimSpace(identity.Issuer) == "" || strings.TrimSpace(identity.Subject) == "" || len(identity.Issuer)+len(identity.Subject) > 1000 {
		return access.Person{}, &posture.FieldError{Path: "identity", Rule: "wants an issuer and a subject"}
	}
	if err := by.May(access.GrantReading, tenant); err != nil {
		return access.Person{}, err
	}
	id, err := s.newID()
	if err != nil {
		return access.Person{}, err
	}
	var person access.Person
	err = s.change(ctx, "invite", func(ctx context.Context, r *store.Registry, _ *roster) ([]audit.Record, error) {
		known, err := r.People.Known(ctx, identity)
		switch {
		case errors.Is(err, posture.ErrNotFound):
			person = access.Person{ID: access.PersonID(id), Identity: identity, Name: name, Created: s.Now().UTC()}
			return []audit.Record{audit.By(by, audit.PersonInvited, tenant, id)}, r.People.Add(ctx, person)
		case err != nil:
			return nil, err
		case known.Removed.IsZero():
			person = known
			return nil, nil
		}
		if !mayReadmit(by) {
			return nil, asForbidden("let somebody in again who was removed")
		}
		person = known
		person.Removed, person.Claimed = time.Time{}, nil
		return []audit.Record{audit.By(by, audit.PersonInvited, tenant, string(known.ID))}, r.People.Put(ctx, person)
	})
	return person, err
}

// mayReadmit reports whether somebody may let removed people in again.
func mayReadmit(by *access.Principal) bool {
	return by.MayGive(access.Holding{Role: access.SecurityAdministrator, Tenant: access.Everywhere})
}

// Grant gives somebody a role. The error wraps posture.ErrForbidden when the
// giver holds less than that, and posture.ErrConflict when they have it.
func (s *Service) Grant(ctx context.Context, by *access.Principal, person access.PersonID, what access.Holding, reason string) (int64, error) {
	switch {
	case !what.Role.Valid():
		return 0, &posture.FieldError{Path: "role", Rule: "must be one of " + roleNames()}
	case len(reason) > longestReason:
		return 0, &posture.FieldError{Path: "reason", Rule: fmt.Sprintf("must be at most %d bytes", longestReason)}
	}
	if err := s.mayGive(by, what); err != nil {
		return 0, err
	}
	var id int64
	err := s.change(ctx, "grant", func(ctx context.Context, r *store.Registry, now *roster) ([]audit.Record, error) {
		p, ok := now.people[person]
		if !ok {
			return nil, fmt.Errorf("person %s: %w", person, posture.ErrNotFound)
		}
		if !p.Removed.IsZero() {
			return nil, fmt.Errorf("person %s: %w: they were removed; invite them again first", person, posture.ErrConflict)
		}
		if what.Tenant != access.Everywhere {
			if err := s.tenant(ctx, what.Tenant); err != nil {
				return nil, err
			}
		}
		g := access.Grant{Person: person, Holding: what, By: by.Actor, At: s.Now().UTC(), Reason: reason}
		// What nobody who may give it stands behind would end at once.
		if g.By != access.OperatorActor && !now.stillGives(by, what) {
			return nil, asForbidden("grant " + string(what.Role))
		}
		records, err := endFallen(ctx, r, now, by, &g)
		if err != nil {
			return nil, err
		}
		if id, err = r.People.Grant(ctx, g); err != nil {
			return nil, err
		}
		return append(records, audit.By(by, audit.RoleGranted, what.Tenant, string(person)).With("", jsonOf(granted{id, what, reason}))), nil
	})
	return id, err
}

// endFallen makes room where the same was given by somebody who cannot give it
// any more: such a grant is open, gives nothing and is on no list.
func endFallen(ctx context.Context, r *store.Registry, now *roster, by *access.Principal, g *access.Grant) ([]audit.Record, error) {
	if slices.Contains(now.granted[g.Person], g.Holding) {
		return nil, nil
	}
	open, err := r.People.Grants(ctx, false)
	if err != nil {
		return nil, err
	}
	var records []audit.Record
	for _, old := range open {
		if old.Person != g.Person || old.Holding != g.Holding {
			continue
		}
		if err := r.People.EndGrant(ctx, old.ID, by.Actor, g.At); err != nil {
			return nil, err
		}
		records = append(records, audit.By(by, audit.RoleEnded, old.Holding.Tenant, string(old.Person)).With(jsonOf(granted{old.ID, old.Holding, old.Reason}), ""))
	}
	return records, nil
}

// stillGives asks the roster of this moment, which may be newer than the
// principal, together with what the session claims.
func (r *roster) stillGives(by *access.Principal, what access.Holding) bool {
	now := access.Principal{Scope: by.Scope, Tenant: by.Tenant, Holdings: r.held(by.Person)}
	return now.MayGive(what)
}

type granted struct {
	Grant   int64          `json:"grant"`
	Holding access.Holding `json:"holding"`
	Reason  string         `json:"reason,omitempty"`
}

func (s *Service) mayGive(by *access.Principal, what access.Holding) error {
	if err := by.May(access.GrantReading, what.Tenant); err != nil {
		return err
	}
	if !by.MayGive(what) {
		return asForbidden("grant " + string(what.Role))
	}
	return nil
}

func roleNames() string {
	var names []string
	for _, r := range access.Roles() {
		names = append(names, string(r))
	}
	return strings.Join(names, ", ")
}

// Consequences are what ends together with something.
type Consequences struct {
	Grants []access.Grant
	Tokens []access.Token
}

// EndGrant takes a role back. With confirm false nothing is done, and what
// would end with it is returned for a warning; grants and tokens that stood on
// the role end with it.
func (s *Service) EndGrant(ctx context.Context, by *access.Principal, id int64, confirm bool) (Consequences, error) {
	return s.end(ctx, "take a role back", confirm, func(r *ending) error {
		at := slices.IndexFunc(r.grants, func(g access.Grant) bool { return g.ID == id })
		if at < 0 || !by.Sees(r.grants[at].Holding.Tenant) {
			return fmt.Errorf("grant %d: %w", id, posture.ErrNotFound)
		}
		g := r.grants[at]
		if err := s.mayGive(by, g.Holding); err != nil {
			return err
		}
		r.by, r.first = by, []int64{id}
		r.records = append(r.records, audit.By(by, audit.RoleEnded, g.Holding.Tenant, string(g.Person)).With(jsonOf(granted{g.ID, g.Holding, g.Reason}), ""))
		return nil
	})
}

// Remove takes all access of a person away for good, with everything that stood
// on it; likewise without confirm it only tells.
func (s *Service) Remove(ctx context.Context, by *access.Principal, person access.PersonID, confirm bool) (Consequences, error) {
	if err := by.May(access.ManagePeople, access.Everywhere); err != nil {
		return Consequences{}, err
	}
	if person == by.Person && person != "" {
		return Consequences{}, fmt.Errorf("remove: %w: nobody removes themselves; another administrator can", posture.ErrConflict)
	}
	out, err := s.end(ctx, "remove", confirm, func(r *ending) error {
		at := slices.IndexFunc(r.people, func(p access.Person) bool { return p.ID == person })
		if at < 0 {
			return fmt.Errorf("person %s: %w", person, posture.ErrNotFound)
		}
		if !r.people[at].Removed.IsZero() {
			return fmt.Errorf("person %s: %w: they were removed before", person, posture.ErrConflict)
		}
		for _, h := range append(slices.Clone(r.people[at].Claimed), r.now.granted[person]...) {
			if !by.MayGive(h) {
				return asForbidden("remove somebody who is " + h.Role.Title())
			}
		}
		r.by, r.removed = by, &r.people[at]
		for _, g := range r.grants {
			if g.Person == person {
				r.first = append(r.first, g.ID)
			}
		}
		r.records = append(r.records, audit.By(by, audit.PersonRemoved, access.Everywhere, string(person)).With(jsonOf(claims{r.now.held(person)}), ""))
		return nil
	})
	if err == nil && confirm {
		_, err = s.Sessions.EndAll(ctx, person)
	}
	return out, err
}

func jsonOf(v any) string {
	text, err := json.Marshal(v, json.Deterministic(true))
	if err != nil {
		return "{}" // plain structs of text and numbers; invalid UTF-8 is refused and worth nothing here
	}
	return string(text)
}
