// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"

	"securescore/internal/access"
	"securescore/internal/people"
	"securescore/internal/portalapi"
	"securescore/internal/portalapi/fixture"
	"securescore/internal/store"
)

// settle makes the tenants of the fixture known to the store, which keeps who
// has access to them.
func settle(ctx context.Context, s store.Store, reader portalapi.Reader) error {
	tenants, err := reader.Tenants(ctx)
	if err != nil {
		return err
	}
	for _, t := range tenants {
		if err := s.Across().Tenants.Create(ctx, store.Tenant{ID: t.ID, Name: t.Name, Domain: t.Domain, Sample: t.Sample}); err != nil {
			return err
		}
	}
	return nil
}

// someone is a person of the tests, with the role that they are given.
type someone struct {
	subject, name string
	role          access.Role
}

func (s someone) email() string { return s.subject + "@contoso.example" }

func everyone() []someone {
	return []someone{
		{"ada", "Ada Lindqvist", access.SecurityAdministrator},
		{"bram", "Bram de Wit", access.ExchangeAdministrator},
		{"carla", "Carla Mendes", access.GlobalReader},
		{"dag", "Dag Holm", ""},
		{"eva", "Eva Berg", access.SecurityAdministrator}, // for tests that take her role away
	}
}

func personOf(subject string) (someone, bool) {
	for _, p := range everyone() {
		if p.subject == subject {
			return p, true
		}
	}
	return someone{}, false
}

// populate makes people, roles and a token to show.
func populate(ctx context.Context, members *people.Service) error {
	operator := access.Operator("root", access.ViaCommandLine)
	for _, who := range everyone() {
		door := people.Door{Via: access.ViaPortal, From: "192.0.2.10"}
		proof := people.Proof{Identity: access.Identity{Issuer: example, Subject: who.subject}, Name: who.name, Email: who.email()}
		person, err := members.Arrive(ctx, proof, door)
		if err != nil {
			return err
		}
		if who.role == "" {
			continue
		}
		if _, err := members.Grant(ctx, operator, person.ID, access.Holding{Role: who.role, Tenant: fixture.Contoso}, "Security team"); err != nil {
			return err
		}
	}
	_, _, err := members.CreateToken(ctx, operator, people.NewToken{Name: "Nightly report", Role: access.SecurityReader, Scope: access.ReadScope, Tenant: fixture.Contoso, Days: 90})
	return err
}
