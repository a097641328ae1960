// SPDX-License-Identifier: Apache-2.0

package access_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"securescore/internal/access"
	"securescore/internal/ledger"
	"securescore/internal/posture"
)

func standing(people []access.Person, grants []access.Grant) []int64 {
	ids := []int64{}
	for _, g := range access.Supported(people, grants) {
		ids = append(ids, g.ID)
	}
	return ids
}

func grant(id int64, to access.PersonID, role access.Role, tenant posture.TenantID, by ledger.Actor) access.Grant {
	return access.Grant{ID: id, Person: to, Holding: access.Holding{Role: role, Tenant: tenant}, By: by}
}

func TestSupported(t *testing.T) {
	t.Parallel()
	ada, bob, eve := access.Person{ID: "a"}, access.Person{ID: "b"}, access.Person{ID: "e"}
	claimed := access.Person{ID: "c", Claimed: []access.Holding{{Role: access.SecurityAdministrator, Tenant: here}}}
	gone := ada
	gone.Removed = time.Unix(1, 0)
	admin, reader, exchange := access.SecurityAdministrator, access.SecurityReader, access.ExchangeAdministrator
	tests := map[string]struct {
		people []access.Person
		grants []access.Grant
		want   []int64
	}{
		"by the operator":         {[]access.Person{ada}, []access.Grant{grant(1, "a", admin, here, "operator")}, []int64{1}},
		"by claim":                {[]access.Person{claimed, ada}, []access.Grant{grant(1, "a", reader, here, "person:c")}, []int64{1}},
		"by claim elsewhere":      {[]access.Person{claimed, ada}, []access.Grant{grant(1, "a", reader, there, "person:c")}, []int64{}},
		"more than the giver has": {[]access.Person{claimed, ada}, []access.Grant{grant(1, "a", access.GlobalAdministrator, here, "person:c")}, []int64{}},
		"wider than the giver":    {[]access.Person{claimed, ada}, []access.Grant{grant(1, "a", reader, access.Everywhere, "person:c")}, []int64{}},
		"down a chain":            {[]access.Person{ada, bob, eve}, []access.Grant{grant(3, "e", reader, here, "person:b"), grant(2, "b", admin, here, "person:a"), grant(1, "a", admin, here, "operator")}, []int64{1, 2, 3}},
		"chain without its top":   {[]access.Person{gone, bob, eve}, []access.Grant{grant(3, "e", reader, here, "person:b"), grant(2, "b", admin, here, "person:a"), grant(1, "a", admin, here, "operator")}, []int64{}},
		"each other":              {[]access.Person{ada, bob}, []access.Grant{grant(1, "a", admin, here, "person:b"), grant(2, "b", admin, here, "person:a")}, []int64{}},
		"oneself":                 {[]access.Person{ada}, []access.Grant{grant(1, "a", admin, here, "person:a")}, []int64{}},
		"reading by a writer":     {[]access.Person{ada, bob}, []access.Grant{grant(1, "a", exchange, here, "operator"), grant(2, "b", access.SecurityOperator, here, "person:a")}, []int64{1, 2}},
		"writing by a writer":     {[]access.Person{ada, bob}, []access.Grant{grant(1, "a", exchange, here, "operator"), grant(2, "b", exchange, here, "person:a")}, []int64{1}},
		"by a reader":             {[]access.Person{ada, bob}, []access.Grant{grant(1, "a", access.GlobalReader, here, "operator"), grant(2, "b", reader, here, "person:a")}, []int64{1}},
		"audit by who has none":   {[]access.Person{ada, bob}, []access.Grant{grant(1, "a", exchange, here, "operator"), grant(2, "b", reader, here, "person:a")}, []int64{1}},
		"to nobody":               {nil, []access.Grant{grant(1, "a", reader, here, "operator")}, []int64{}},
		"by a token":              {[]access.Person{ada}, []access.Grant{grant(1, "a", reader, here, "token:x")}, []int64{}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := standing(test.people, test.grants); !slices.Equal(got, test.want) {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}

// TestNobodyGainsByGiving draws any tangle of grants: whatever stands was given
// by somebody who holds as much by what also stands, and taking a person away
// never makes more stand.
func TestNobodyGainsByGiving(t *testing.T) {
	t.Parallel()
	ids := []access.PersonID{"a", "b", "c", "d"}
	rapid.Check(t, func(t *rapid.T) {
		people := make([]access.Person, len(ids))
		for i, id := range ids {
			people[i].ID = id
		}
		givers := []ledger.Actor{"person:a", "person:b", "person:c", "person:d", "operator"}
		var grants []access.Grant
		for i := range rapid.IntRange(0, 12).Draw(t, "grants") {
			grants = append(grants, grant(int64(i+1), rapid.SampledFrom(ids).Draw(t, "to"), rapid.SampledFrom(access.Roles()).Draw(t, "role"),
				rapid.SampledFrom([]posture.TenantID{here, there, access.Everywhere}).Draw(t, "where"), rapid.SampledFrom(givers).Draw(t, "by")))
		}
		stand := access.Supported(people, grants)
		held := make(map[access.PersonID][]access.Holding)
		for _, g := range stand {
			held[g.Person] = append(held[g.Person], g.Holding)
		}
		for _, g := range stand {
			giver := access.Principal{Scope: access.FullScope, Holdings: held[g.Giver()]}
			if g.By != access.OperatorActor && !giver.MayGive(g.Holding) {
				t.Fatalf("grant %d stands, but its giver may not give it", g.ID)
			}
		}
		people[rapid.IntRange(0, len(ids)-1).Draw(t, "removed")].Removed = time.Unix(1, 0)
		fewer := standing(people, grants)
		for _, id := range fewer {
			if !slices.ContainsFunc(stand, func(g access.Grant) bool { return g.ID == id }) {
				t.Fatalf("grant %d stands only since somebody was removed", id)
			}
		}
	})
}

func TestTokenStands(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)
	good := access.Token{ID: "x", Holding: access.Holding{Role: access.SecurityReader, Tenant: here}, By: "person:a", Expires: now.Add(time.Hour)}
	admin := []access.Holding{{Role: access.SecurityAdministrator, Tenant: here}}
	tests := map[string]struct {
		change func(*access.Token)
		maker  []access.Holding
		want   bool
	}{
		"good":                {func(*access.Token) {}, admin, true},
		"maker lost the role": {func(*access.Token) {}, nil, false},
		"maker is elsewhere":  {func(*access.Token) {}, []access.Holding{{Role: access.SecurityAdministrator, Tenant: there}}, false},
		"maker only reads":    {func(*access.Token) {}, []access.Holding{{Role: access.SecurityReader, Tenant: here}}, false},
		"stronger than maker": {func(t *access.Token) { t.Holding.Role = access.GlobalAdministrator }, admin, false},
		"expired":             {func(t *access.Token) { t.Expires = now }, admin, false},
		"revoked":             {func(t *access.Token) { t.EndedAt = now }, admin, false},
		"without a tenant":    {func(t *access.Token) { t.Holding.Tenant = access.Everywhere }, admin, false},
		"by the operator":     {func(t *access.Token) { t.By = access.OperatorActor }, nil, true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			token := good
			test.change(&token)
			if got := token.Stands(now, test.maker); got != test.want {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}
