// SPDX-License-Identifier: Apache-2.0

package people

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"securescore/internal/access"
	"securescore/internal/posture"
	"securescore/internal/store"
)

// Member is a person with what they hold.
type Member struct {
	access.Person

	Grants []access.Grant // standing, by id
	// Given names who gave each grant, in the same order.
	Given []string
}

// People lists everybody who has access to a tenant, by claim or by grant, and
// those who have none anywhere, whom somebody may want to let in; with
// Everywhere, all. Removed people come last. Who waits at another tenant's
// directory, or was removed, shows to those alone who may know of it.
func (s *Service) People(ctx context.Context, by *access.Principal, tenant posture.TenantID) ([]Member, error) {
	if err := by.May(access.ReadPeople, tenant); err != nil {
		return nil, err
	}
	var people []access.Person
	var grants []access.Grant
	err := s.registry().View(ctx, func(ctx context.Context, r *store.Registry) error {
		var err error
		if people, err = readPeople(ctx, r, s.Now()); err != nil {
			return err
		}
		grants, err = r.People.Grants(ctx, false)
		return err
	})
	if err != nil {
		return nil, err
	}
	homes, err := s.homes(ctx)
	if err != nil {
		return nil, err
	}
	names := make(map[access.PersonID]string, len(people))
	for i := range people {
		names[people[i].ID] = shownName(&people[i])
	}
	grants = access.Supported(people, grants)
	var list []Member
	for i := range people {
		m, shown := memberOf(people[i], grants, names, tenant)
		if shown || waits(&people[i], grants, homes, by, tenant) {
			list = append(list, m)
		}
	}
	slices.SortStableFunc(list, func(a, b Member) int {
		return cmp.Or(compareBool(!a.Removed.IsZero(), !b.Removed.IsZero()), strings.Compare(shownName(&a.Person), shownName(&b.Person)), strings.Compare(string(a.ID), string(b.ID)))
	})
	return list, nil
}

// memberOf keeps what concerns a tenant: what somebody holds in another one is
// none of its business. It reports whether there is any.
func memberOf(p access.Person, grants []access.Grant, names map[access.PersonID]string, tenant posture.TenantID) (Member, bool) {
	m := Member{Person: p}
	m.Claimed = slices.DeleteFunc(slices.Clone(p.Claimed), func(h access.Holding) bool { return !concerns(h, tenant) })
	for _, g := range grants {
		if g.Person != p.ID || !concerns(g.Holding, tenant) {
			continue
		}
		name := "the operator"
		if g.Giver() != "" {
			name = names[g.Giver()]
		}
		m.Grants, m.Given = append(m.Grants, g), append(m.Given, name)
	}
	return m, tenant == access.Everywhere || len(m.Claimed)+len(m.Grants) > 0
}

// waits reports whether somebody has access nowhere and the principal could let
// them in.
func waits(p *access.Person, grants []access.Grant, homes map[string]posture.TenantID, by *access.Principal, tenant posture.TenantID) bool {
	anywhere := len(p.Claimed) > 0 || slices.ContainsFunc(grants, func(g access.Grant) bool { return g.Person == p.ID })
	if anywhere || by.May(access.GrantReading, tenant) != nil {
		return false
	}
	if !p.Removed.IsZero() {
		return mayReadmit(by)
	}
	home, bound := homes[p.Identity.Issuer]
	return !bound || by.Sees(home)
}

// homes are the tenants that are bound to an Entra directory, by what stands as
// issuer in the identity of its people.
func (s *Service) homes(ctx context.Context) (map[string]posture.TenantID, error) {
	tenants, err := s.Store.Across().Tenants.List(ctx)
	if err != nil {
		return nil, err
	}
	homes := make(map[string]posture.TenantID, len(tenants))
	for i := range tenants {
		if tenants[i].Entra != "" {
			homes["entra:"+tenants[i].Entra] = tenants[i].ID
		}
	}
	return homes, nil
}

func concerns(h access.Holding, tenant posture.TenantID) bool {
	return tenant == access.Everywhere || h.In(tenant)
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}
