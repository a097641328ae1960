// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"net/url"
	"slices"

	"securescore/internal/access"
	"securescore/internal/access/oidc"
	"securescore/internal/posture"
)

// example is the issuer that the people of the tests belong to.
const example = "https://id.example.org"

// issuers stand in for OpenID Connect issuers: each signs in one person at
// once, so that a test sees the portal as that person. The last one is down.
type issuers struct{}

const down = "down"

// Choices implements portalapi.Issuers.
func (issuers) Choices() []oidc.Choice {
	return []oidc.Choice{
		{ID: "ada", Title: "Example ID as Ada"},
		{ID: "bram", Title: "Example ID as Bram"},
		{ID: "carla", Title: "Example ID as Carla"},
		{ID: "dag", Title: "Example ID as Dag"},
		{ID: "eva", Title: "Example ID as Eva"},
		{ID: down, Title: "Example ID that is down"},
	}
}

// Configured implements portalapi.Issuers.
func (i issuers) Configured(id string) bool {
	return slices.ContainsFunc(i.Choices(), func(c oidc.Choice) bool { return c.ID == id })
}

// Begin implements portalapi.Issuers: it goes straight to the way back.
func (i issuers) Begin(_ context.Context, id, redirect, returnTo string) (oidc.Begun, error) {
	if !i.Configured(id) {
		return oidc.Begun{}, fmt.Errorf("issuer %q: %w", id, posture.ErrNotFound)
	}
	if id == down {
		return oidc.Begun{}, fmt.Errorf("issuer %q: %w", id, posture.ErrUnavailable)
	}
	return oidc.Begun{URL: redirect + "?" + url.Values{"return": {oidc.ReturnPath(returnTo)}}.Encode(), Browser: "browser"}, nil
}

// Finish implements portalapi.Issuers.
func (i issuers) Finish(_ context.Context, a oidc.Answer) (who oidc.Person, returnTo string, err error) {
	if !i.Configured(a.Issuer) || a.Browser == "" {
		return oidc.Person{}, "", fmt.Errorf("sign in at %q: %w", a.Issuer, posture.ErrUnauthenticated)
	}
	p, _ := personOf(a.Issuer)
	return oidc.Person{Identity: access.Identity{Issuer: example, Subject: p.subject}, Name: p.name, Email: p.email(), Issuer: a.Issuer}, a.Query.Get("return"), nil
}

// LogoutURL implements portalapi.Issuers: the issuer of Ada ends its own
// session too.
func (issuers) LogoutURL(_ context.Context, id, back string) (string, bool) {
	return back + "?left=" + id, id == "ada"
}
