// SPDX-License-Identifier: Apache-2.0

package people

import (
	"context"
	"errors"
	"fmt"

	"securescore/internal/access"
	"securescore/internal/audit"
	"securescore/internal/posture"
	"securescore/internal/store"
)

// Erase takes away for good what a removed person is known by: name and e-mail
// address, and in all audit logs the details of what they did, which name them
// and their addresses. What they did stays, under an id that says nothing. The
// error wraps posture.ErrConflict unless they were removed; erasing again takes
// what came in meanwhile, such as a sign-in that was refused.
//
// Names beside entries of ledgers and in decisions are not touched.
func (s *Service) Erase(ctx context.Context, by *access.Principal, person access.PersonID) error {
	if err := by.May(access.ManagePeople, access.Everywhere); err != nil {
		return err
	}
	if err := s.mayErase(ctx, person); err != nil {
		return err
	}
	tenants, err := s.Store.Across().Tenants.List(ctx)
	if err != nil {
		return err
	}
	for i := range tenants {
		id := tenants[i].ID
		err := s.Store.Update(ctx, id, func(ctx context.Context, w *store.Writer) error {
			return w.Audit.Erase(ctx, id, string(person.Actor()))
		})
		if err != nil && !errors.Is(err, posture.ErrNotFound) { // it went meanwhile, with its log
			return fmt.Errorf("erase person %s: %w", person, err)
		}
	}
	// What tells that it was done comes last, when it is.
	return s.change(ctx, "erase", func(ctx context.Context, r *store.Registry, now *roster) ([]audit.Record, error) {
		p, err := erasable(now, person)
		if err != nil {
			return nil, err
		}
		p.Name, p.Email = "", ""
		if err := r.People.Put(ctx, p); err != nil {
			return nil, err
		}
		if err := r.Audit.Erase(ctx, audit.Installation, string(person.Actor())); err != nil {
			return nil, err
		}
		return []audit.Record{audit.By(by, audit.PersonErased, access.Everywhere, string(person))}, nil
	})
}

func (s *Service) mayErase(ctx context.Context, person access.PersonID) error {
	now, err := s.fresh(ctx)
	if err != nil {
		return err
	}
	_, err = erasable(now, person)
	return err
}

func erasable(now *roster, id access.PersonID) (access.Person, error) {
	p, known := now.people[id]
	switch {
	case !known:
		return p, fmt.Errorf("person %s: %w", id, posture.ErrNotFound)
	case p.Removed.IsZero():
		return p, fmt.Errorf("person %s: %w: they have access still; remove them first", id, posture.ErrConflict)
	}
	return p, nil
}
