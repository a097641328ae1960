// SPDX-License-Identifier: Apache-2.0

package oidc_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"securescore/internal/access"
	"securescore/internal/access/oidc"
	"securescore/internal/access/oidc/oidctest"
)

const (
	globalAdmin = "62E90394-69F5-4237-9190-012177145E10"
	userAdmin   = "fe930be7-5e62-47db-91af-98c3a49a38b1"
)

func TestWhatClaimsGive(t *testing.T) {
	t.Parallel()
	admin := access.Holding{Role: access.GlobalAdministrator, Tenant: contoso}
	user := access.Holding{Role: access.UserAdministrator, Tenant: contoso}
	reader := access.Holding{Role: access.SecurityReader, Tenant: contoso}
	abroad := access.Holding{Role: access.SecurityReader, Tenant: fabrikam}
	mapping := []oidc.Mapping{
		{Claim: "groups", Value: "readers", Role: access.SecurityReader, Tenant: "contoso"},
		{Claim: "groups", Value: "readers", Role: access.SecurityReader, Tenant: string(contoso)}, // the same
		{Claim: "roles", Value: "Guest", Role: access.SecurityReader, Tenant: "fabrikam"},
		{Claim: "groups", Value: "lost", Role: access.SecurityReader, Tenant: "nowhere"},
		{Claim: "groups", Value: "all", Role: access.GlobalAdministrator, Tenant: "everywhere"},
	}
	for name, tt := range map[string]struct {
		entra  bool
		tenant string
		claims oidctest.Claims
		want   []access.Holding
		note   string
	}{
		"wids in the tenant of the issuer":         {true, "contoso", oidctest.Claims{"wids": []string{globalAdmin, userAdmin, "b79fbf4d-3ef9-4689-8143-76b194e85509"}}, []access.Holding{admin, user}, ""},
		"wids of no issuer's tenant":               {true, "", oidctest.Claims{"wids": []string{globalAdmin}}, nil, ""},
		"wids for a tenant of another GUID":        {true, "fabrikam", oidctest.Claims{"wids": []string{globalAdmin}}, nil, "is not bound to the Entra tenant"},
		"wids for a tenant that is not bound":      {true, "unbound", oidctest.Claims{"wids": []string{globalAdmin}}, nil, "is not bound to the Entra tenant"},
		"wids for a tenant that is not there":      {true, "nowhere", oidctest.Claims{"wids": []string{globalAdmin}}, nil, "does not exist"},
		"wids of an issuer that is not Entra":      {false, "contoso", oidctest.Claims{"wids": []string{globalAdmin}}, nil, ""},
		"wids that are one text":                   {true, "contoso", oidctest.Claims{"wids": globalAdmin}, []access.Holding{admin}, ""},
		"wids of other types":                      {true, "contoso", oidctest.Claims{"wids": []any{7, nil, map[string]any{"x": globalAdmin}, []string{globalAdmin}}}, nil, ""},
		"a mapped group":                           {true, "contoso", oidctest.Claims{"groups": []string{"x", "readers"}}, []access.Holding{reader}, ""},
		"a mapped group of another issuer":         {false, "contoso", oidctest.Claims{"groups": []string{"readers"}}, []access.Holding{reader}, ""},
		"a group in other letters":                 {false, "contoso", oidctest.Claims{"groups": []string{"Readers", "readers "}}, nil, ""},
		"a mapped group where the GUID is another": {true, "fabrikam", oidctest.Claims{"roles": []string{"Guest"}}, nil, "is not bound"},
		"a mapped role in another tenant":          {true, "contoso", oidctest.Claims{"roles": "Guest"}, []access.Holding{abroad}, ""},
		"a mapping to a tenant that is not there":  {true, "contoso", oidctest.Claims{"groups": []string{"lost"}}, nil, `tenant "nowhere" of the mapping`},
		"a mapping to all tenants":                 {true, "contoso", oidctest.Claims{"groups": []string{"all"}}, nil, "does not exist"},
		"a group in a claim of another name":       {true, "contoso", oidctest.Claims{"roles": []string{"readers"}, "Groups": []string{"readers"}}, nil, ""},
		"too many groups, left out": {true, "contoso", oidctest.Claims{
			"_claim_names": map[string]string{"groups": "src1"}, "_claim_sources": map[string]any{"src1": map[string]string{"endpoint": "https://evil.example"}},
			"groups": []string{"readers"}, "roles": []string{"Guest"},
		}, []access.Holding{abroad}, "groups give nothing"},
		"too many groups, in a flag": {true, "contoso", oidctest.Claims{"hasgroups": true, "groups": []string{"readers"}}, nil, "groups give nothing"},
		"too many groups, in a text": {true, "contoso", oidctest.Claims{"hasgroups": "true", "groups": []string{"readers"}}, nil, "groups give nothing"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, func(p *oidctest.Provider, i *oidc.Issuer) {
				i.Entra, i.Tenant, i.Mapping = tt.entra, tt.tenant, mapping
				maps.Copy(p.Claims, tt.claims)
			})
			who := b.person()
			if diff := cmp.Diff(tt.want, who.Claimed); diff != "" {
				t.Errorf("claimed (-want +got):\n%s", diff)
			}
			if got := strings.Join(who.Notes, "\n"); (tt.note == "") != (got == "") || !strings.Contains(got, tt.note) {
				t.Errorf("notes: got %q, want %q", got, tt.note)
			}
		})
	}
}

func TestEntraNamesPeopleByTenantAndObject(t *testing.T) {
	t.Parallel()
	entra := func(claims oidctest.Claims) *bench {
		return newBench(t, func(p *oidctest.Provider, i *oidc.Issuer) {
			i.Entra = true
			maps.Copy(p.Claims, claims)
		})
	}
	want := access.Identity{Issuer: "entra:" + entraID, Subject: objectID}
	if got := entra(oidctest.Claims{"oid": strings.ToUpper(objectID), "tid": strings.ToUpper(entraID)}).person().Identity; got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	for why, claims := range map[string]oidctest.Claims{
		"of another Entra tenant": {"tid": otherID},
		"tid and oid":             {"oid": nil},
		"tid and oid name nobody": {"tid": "../x"},
	} {
		b := entra(claims)
		b.refused(b.answered(), why)
	}
}

// TestNoIssuerNamesPeopleOfOthers: an address without a directory says nothing
// about whose people the issuer may name.
func TestNoIssuerNamesPeopleOfOthers(t *testing.T) {
	t.Parallel()
	for tid, want := range map[string]string{entraID: "entra:" + entraID, otherID: ""} {
		b := newBenchAt(t, "/adfs", func(p *oidctest.Provider, i *oidc.Issuer) {
			i.Entra, p.Claims["tid"] = true, tid
		})
		if want == "" {
			want = b.provider.Issuer
		}
		if got := b.person().Identity; got.Issuer != want {
			t.Errorf("tid %s: got %+v, want a person of %s", tid, got, want)
		}
	}
}

func TestNamesAreForScreens(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		claims      oidctest.Claims
		name, email string
	}{
		"none":             {oidctest.Claims{"name": nil, "email": nil}, "", ""},
		"user name":        {oidctest.Claims{"name": "", "email": nil, "preferred_username": "ada@x.example"}, "ada@x.example", "ada@x.example"},
		"no address":       {oidctest.Claims{"email": "ada"}, "Ada", ""},
		"hostile":          {oidctest.Claims{"name": "A\u202Ed\na\x00"}, "Ada", "ada@contoso.example"},
		"long":             {oidctest.Claims{"name": strings.Repeat("ü", 300)}, strings.Repeat("ü", 100), "ada@contoso.example"},
		"of another type":  {oidctest.Claims{"name": []string{"x"}}, "", "ada@contoso.example"},
		"a whole document": {oidctest.Claims{"email": map[string]string{"x": "y"}}, "Ada", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			who := newBench(t, func(p *oidctest.Provider, _ *oidc.Issuer) {
				maps.Copy(p.Claims, tt.claims)
			}).person()
			if who.Name != tt.name || who.Email != tt.email {
				t.Errorf("got %q and %q, want %q and %q", who.Name, who.Email, tt.name, tt.email)
			}
		})
	}
}
