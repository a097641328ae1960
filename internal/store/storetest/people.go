// SPDX-License-Identifier: Apache-2.0

package storetest

import (
	"context"
	"testing"
	"time"

	"securescore/internal/access"
	"securescore/internal/posture"
	"securescore/internal/store"
)

// ada is a person whose every field holds something.
func ada() access.Person {
	return access.Person{
		ID: "ada00000-0000-4000-8000-000000000001", Identity: access.Identity{Issuer: "entra:" + guidA, Subject: guidB},
		Name: "Ada\uFFFD <script>", Email: "ada@example.com", Created: instant(), Seen: instant().Add(time.Hour),
		Claimed: []access.Holding{{Role: access.SecurityReader, Tenant: tenantA}, {Role: access.GlobalReader}},
		Removed: instant().Add(2 * time.Hour),
	}
}

// bob has never signed in.
func bob() access.Person {
	return access.Person{
		ID: "b0b00000-0000-4000-8000-000000000002", Identity: access.Identity{Issuer: "https://idp.example", Subject: "bob"},
		Created: instant().Add(-time.Hour),
	}
}

func keptPerson(p access.Person) access.Person {
	p.Created = kept(p.Created)
	for _, t := range []*time.Time{&p.Seen, &p.Removed} {
		if !t.IsZero() {
			*t = kept(*t)
		}
	}
	return p
}

func testPeople(t *testing.T, setup func(*testing.T) *bed) {
	t.Helper()
	t.Run("round trip and order", func(t *testing.T) {
		t.Parallel()
		setup(t).registry(t, func(ctx context.Context, r *store.Registry) {
			twin := bob() // of the same moment
			twin.ID, twin.Identity.Subject = "a0000000-0000-4000-8000-000000000003", "twin"
			for _, p := range []access.Person{ada(), bob(), twin} {
				ok(t, r.People.Add(ctx, p))
				same(t, must(r.People.Person(ctx, p.ID))(t), keptPerson(p))
				same(t, must(r.People.Known(ctx, p.Identity))(t), keptPerson(p))
			}
			same(t, must(r.People.All(ctx))(t), []access.Person{keptPerson(twin), keptPerson(bob()), keptPerson(ada())})
		})
	})
	t.Run("put", func(t *testing.T) {
		t.Parallel()
		setup(t).registry(t, func(ctx context.Context, r *store.Registry) {
			ok(t, r.People.Add(ctx, ada()))
			ok(t, r.People.Add(ctx, bob()))
			changed := bob()
			changed.ID = ada().ID // the identity and the creation of another one are left aside
			changed.Name, changed.Seen = "Ada Lovelace", instant().Add(3*time.Hour)
			ok(t, r.People.Put(ctx, changed))
			changed.Identity, changed.Created = ada().Identity, ada().Created
			same(t, must(r.People.Person(ctx, ada().ID))(t), keptPerson(changed))
			same(t, must(r.People.Person(ctx, bob().ID))(t), keptPerson(bob()))
			changed.ID = "nobody"
			kind(t, r.People.Put(ctx, changed), posture.ErrNotFound)
		})
	})
	t.Run("missing and taken", func(t *testing.T) {
		t.Parallel()
		setup(t).registry(t, func(ctx context.Context, r *store.Registry) {
			kind(t, second(r.People.Person(ctx, ada().ID)), posture.ErrNotFound)
			kind(t, second(r.People.Known(ctx, ada().Identity)), posture.ErrNotFound)
			same(t, len(must(r.People.All(ctx))(t)), 0)
			ok(t, r.People.Add(ctx, ada()))
			again := bob()
			again.ID = ada().ID
			kind(t, r.People.Add(ctx, again), posture.ErrConflict)
			again = bob()
			again.Identity = ada().Identity
			kind(t, r.People.Add(ctx, again), posture.ErrConflict)
			same(t, must(r.People.All(ctx))(t), []access.Person{keptPerson(ada())})
		})
	})
	t.Run("other letters are another person", func(t *testing.T) { t.Parallel(); testIdentities(t, setup(t)) })
}

// Issuers and subjects are compared byte by byte: an identity that only looks
// the same is somebody else.
func testIdentities(t *testing.T, b *bed) {
	t.Helper()
	b.registry(t, func(ctx context.Context, r *store.Registry) {
		identities := []access.Identity{
			{Issuer: "https://idp.example", Subject: "bob"},
			{Issuer: "https://IDP.example", Subject: "bob"},
			{Issuer: "https://idp.example/", Subject: "bob"},
			{Issuer: "https://idp.example", Subject: "BOB"},
			{Issuer: "https://idp.example", Subject: "bob "},
			{Issuer: "https://idp.example", Subject: "bo\u0062\u0301"},
			{Issuer: "https://idp.example", Subject: ""},
		}
		for i, identity := range identities {
			kind(t, second(r.People.Known(ctx, identity)), posture.ErrNotFound)
			p := access.Person{ID: access.PersonID('a' + rune(i)), Identity: identity, Created: instant()}
			ok(t, r.People.Add(ctx, p))
		}
		for i, identity := range identities {
			same(t, must(r.People.Known(ctx, identity))(t).ID, access.PersonID('a'+rune(i)))
		}
		kind(t, second(r.People.Person(ctx, "A")), posture.ErrNotFound)
	})
}

func grant(person access.PersonID, role access.Role, tenant posture.TenantID) access.Grant {
	return access.Grant{
		Person: person, Holding: access.Holding{Role: role, Tenant: tenant}, By: bob().ID.Actor(), At: instant(), Reason: "asked <b>for</b> it",
	}
}

func testGrants(t *testing.T, setup func(*testing.T) *bed) {
	t.Helper()
	later := instant().Add(time.Hour)
	t.Run("round trip and end", func(t *testing.T) {
		t.Parallel()
		setup(t).registry(t, func(ctx context.Context, r *store.Registry) {
			ok(t, r.People.Add(ctx, ada()))
			here, everywhere := grant(ada().ID, access.SecurityReader, tenantA), grant(ada().ID, access.SecurityReader, access.Everywhere)
			here.ID, here.EndedBy, here.EndedAt = 77, "ignored", later
			same(t, must(r.People.Grant(ctx, here))(t), int64(1))
			same(t, must(r.People.Grant(ctx, everywhere))(t), int64(2))
			here.ID, here.EndedBy, here.EndedAt, here.At = 1, "", time.Time{}, kept(instant())
			everywhere.ID, everywhere.At = 2, kept(instant())
			same(t, must(r.People.Grants(ctx, false))(t), []access.Grant{here, everywhere})

			ok(t, r.People.EndGrant(ctx, 1, access.OperatorActor, later))
			kind(t, r.People.EndGrant(ctx, 1, "system", later), posture.ErrConflict)
			kind(t, r.People.EndGrant(ctx, 99, "system", later), posture.ErrNotFound)
			here.EndedBy, here.EndedAt = access.OperatorActor, kept(later)
			same(t, must(r.People.Grants(ctx, false))(t), []access.Grant{everywhere})
			same(t, must(r.People.Grants(ctx, true))(t), []access.Grant{here, everywhere})
		})
	})
	t.Run("one open grant of a role in a place", func(t *testing.T) {
		t.Parallel()
		setup(t).registry(t, func(ctx context.Context, r *store.Registry) {
			ok(t, r.People.Add(ctx, ada()))
			ok(t, r.People.Add(ctx, bob()))
			var last int64
			for _, g := range []access.Grant{
				grant(ada().ID, access.SecurityReader, tenantA),
				grant(ada().ID, access.SecurityReader, tenantB),
				grant(ada().ID, access.SecurityReader, access.Everywhere),
				grant(ada().ID, access.GlobalReader, tenantA),
				grant(bob().ID, access.SecurityReader, tenantA),
			} {
				last = must(r.People.Grant(ctx, g))(t)
				kind(t, second(r.People.Grant(ctx, g)), posture.ErrConflict)
			}
			ok(t, r.People.EndGrant(ctx, last, access.OperatorActor, later))
			if id := must(r.People.Grant(ctx, grant(bob().ID, access.SecurityReader, tenantA)))(t); id <= last {
				t.Errorf("got id %d again, want a new one", id)
			}
			same(t, len(must(r.People.Grants(ctx, true))(t)), 6)
		})
	})
	t.Run("to nobody or nowhere", func(t *testing.T) {
		t.Parallel()
		setup(t).registry(t, func(ctx context.Context, r *store.Registry) {
			kind(t, second(r.People.Grant(ctx, grant(ada().ID, access.GlobalReader, tenantA))), posture.ErrNotFound)
			ok(t, r.People.Add(ctx, ada()))
			kind(t, second(r.People.Grant(ctx, grant(ada().ID, access.GlobalReader, tenantC))), posture.ErrNotFound)
			same(t, len(must(r.People.Grants(ctx, true))(t)), 0)
		})
	})
	t.Run("they go with their tenant", func(t *testing.T) { t.Parallel(); testGrantsGo(t, setup(t)) })
}

// What was granted in a tenant must not come back to life in a new one of the
// same id, and ids that stand in logs must not be given again.
func testGrantsGo(t *testing.T, b *bed) {
	t.Helper()
	b.registry(t, func(ctx context.Context, r *store.Registry) {
		ok(t, r.People.Add(ctx, ada()))
		must(r.People.Grant(ctx, grant(ada().ID, access.GlobalReader, tenantB)))(t)
		must(r.People.Grant(ctx, grant(ada().ID, access.GlobalReader, access.Everywhere)))(t)
		must(r.People.Grant(ctx, grant(ada().ID, access.GlobalReader, tenantA)))(t)
		ok(t, r.Tokens.Add(ctx, token("t1"), "hash"))
	})
	ok(t, b.Across().Tenants.Remove(t.Context(), tenantA))
	ok(t, b.Across().Tenants.Create(t.Context(), store.Tenant{ID: tenantA, Name: "Contoso"}))
	b.registry(t, func(ctx context.Context, r *store.Registry) {
		var tenants []posture.TenantID
		for _, g := range must(r.People.Grants(ctx, true))(t) {
			tenants = append(tenants, g.Holding.Tenant)
		}
		same(t, tenants, []posture.TenantID{tenantB, access.Everywhere})
		same(t, len(must(r.Tokens.All(ctx))(t)), 0)
		same(t, must(r.People.Grant(ctx, grant(ada().ID, access.GlobalReader, tenantA)))(t), int64(4))
	})
}
