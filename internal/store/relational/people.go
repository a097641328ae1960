// SPDX-License-Identifier: Apache-2.0

package relational

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/go-json-experiment/json"

	"securescore/internal/access"
	"securescore/internal/ledger"
	"securescore/internal/posture"
)

// people implements store.People.
type people struct{ *desk }

func readPerson(row scanner) (access.Person, error) {
	var p access.Person
	var created int64
	var seen, removed sql.NullInt64
	var claimed string
	err := row.Scan(&p.ID, &p.Identity.Issuer, &p.Identity.Subject, &p.Name, &p.Email, &created, &seen, &claimed, &removed)
	if err != nil {
		return access.Person{}, err
	}
	p.Created, p.Seen, p.Removed = at(created), since(seen), since(removed)
	p.Claimed, err = readClaimed(claimed)
	return p, err
}

// claimed writes roles as text; none is the empty one.
func claimed(list []access.Holding) (string, error) {
	if len(list) == 0 {
		return "", nil
	}
	text, err := json.Marshal(list)
	if err != nil {
		return "", fmt.Errorf("write claimed roles: %w", err)
	}
	return string(text), nil
}

func readClaimed(text string) (list []access.Holding, err error) {
	if text == "" {
		return nil, nil
	}
	if err := json.Unmarshal([]byte(text), &list); err != nil {
		return nil, fmt.Errorf("read claimed roles: %w: the text is damaged", posture.ErrInvalid)
	}
	return list, nil
}

func (s people) only(ctx context.Context, query string, args ...any) (access.Person, error) {
	list, err := all(ctx, s.work, query, readPerson, args...)
	switch {
	case err != nil:
		return access.Person{}, err
	case len(list) == 0:
		return access.Person{}, posture.ErrNotFound
	}
	return list[0], nil
}

// Person implements store.People.
func (s people) Person(ctx context.Context, id access.PersonID) (access.Person, error) {
	p, err := s.only(ctx, "person one", string(id))
	if err != nil {
		return access.Person{}, fmt.Errorf("person %s: %w", id, err)
	}
	return p, nil
}

// Known implements store.People.
func (s people) Known(ctx context.Context, identity access.Identity) (access.Person, error) {
	p, err := s.only(ctx, "person known", identity.Issuer, identity.Subject)
	if err != nil {
		return access.Person{}, fmt.Errorf("person %q of %q: %w", identity.Subject, identity.Issuer, err)
	}
	return p, nil
}

// All implements store.People.
func (s people) All(ctx context.Context) ([]access.Person, error) {
	return all(ctx, s.work, "person all", readPerson)
}

// Add implements store.People.
func (s people) Add(ctx context.Context, p access.Person) error {
	text, err := claimed(p.Claimed)
	if err == nil {
		err = s.add(ctx, "person add", string(p.ID), p.Identity.Issuer, p.Identity.Subject, p.Name, p.Email, micros(p.Created),
			maybe(p.Seen), text, maybe(p.Removed))
	}
	if err != nil {
		return fmt.Errorf("add person %s: %w", p.ID, err)
	}
	return nil
}

// Put implements store.People.
func (s people) Put(ctx context.Context, p access.Person) error {
	text, err := claimed(p.Claimed)
	if err == nil {
		var n int64
		n, err = s.change(ctx, "person put", p.Name, p.Email, maybe(p.Seen), text, maybe(p.Removed), string(p.ID))
		if err == nil && n == 0 {
			err = posture.ErrNotFound
		}
	}
	if err != nil {
		return fmt.Errorf("change person %s: %w", p.ID, err)
	}
	return nil
}

func readGrant(row scanner) (access.Grant, error) {
	var g access.Grant
	var given int64
	var ended sql.NullInt64
	err := row.Scan(&g.ID, &g.Person, &g.Holding.Role, &g.Holding.Tenant, &g.By, &given, &g.Reason, &g.EndedBy, &ended)
	g.At, g.EndedAt = at(given), since(ended)
	return g, err
}

// Grants implements store.People.
func (s people) Grants(ctx context.Context, ended bool) ([]access.Grant, error) {
	if ended {
		return all(ctx, s.work, "grant all", readGrant)
	}
	return all(ctx, s.work, "grant open", readGrant)
}

// Grant implements store.People.
func (s people) Grant(ctx context.Context, g access.Grant) (int64, error) {
	id, err := s.grant(ctx, &g)
	if err != nil {
		return 0, fmt.Errorf("grant %s to person %s: %w", g.Holding.Role, g.Person, err)
	}
	return id, nil
}

// grant looks for what a grant points to by itself: a statement that fails ends
// the transaction in some databases.
func (s people) grant(ctx context.Context, g *access.Grant) (id int64, err error) {
	if err := s.writable(); err != nil {
		return 0, err
	}
	if _, err := s.Person(ctx, g.Person); err != nil {
		return 0, err
	}
	var tenant sql.NullInt64
	if g.Holding.Tenant != access.Everywhere {
		if tenant.Int64, err = s.number(ctx, g.Holding.Tenant); err != nil {
			return 0, err
		}
		tenant.Valid = true
	}
	if err := s.one(ctx, "grant next id", []any{&id}); err != nil {
		return 0, err
	}
	return id, s.add(ctx, "grant add", id, string(g.Person), string(g.Holding.Role), tenant, string(g.By), micros(g.At), g.Reason)
}

// EndGrant implements store.People.
func (s people) EndGrant(ctx context.Context, id int64, by ledger.Actor, when time.Time) error {
	if err := s.end(ctx, "grant", id, by, when); err != nil {
		return fmt.Errorf("end grant %d: %w", id, err)
	}
	return nil
}

// end closes a grant or a token.
func (d *desk) end(ctx context.Context, what string, id any, by ledger.Actor, when time.Time) error {
	if err := d.writable(); err != nil {
		return err
	}
	var ended sql.NullInt64
	if err := d.one(ctx, what+" ended", []any{&ended}, id); err != nil {
		return err
	}
	if ended.Valid {
		return fmt.Errorf("%w: it has ended already", posture.ErrConflict)
	}
	_, err := d.change(ctx, what+" end", string(by), micros(when), id)
	return err
}
