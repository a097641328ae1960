// SPDX-License-Identifier: Apache-2.0

package oidc

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"

	gooidc "github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"securescore/internal/access/refusal"
)

// said is all that whoever could not sign in is told, as long as it is nothing
// that they can do something about.
const said = "the sign-in did not work; begin again"

// Begun is a sign-in that begins.
type Begun struct {
	URL     string // where the browser goes
	Browser string // secret for a cookie, to be handed to Finish
}

// Begin begins a sign-in at an issuer, which sends the browser to redirect
// afterwards; returnTo is where the person wants to be in the end, as ReturnPath
// takes it. The error wraps posture.ErrNotFound when nobody signs in at such an
// issuer, and posture.ErrUnavailable when it does not answer.
func (s *Service) Begin(ctx context.Context, id, redirect, returnTo string) (Begun, error) {
	p, err := s.signIn(id)
	if err != nil {
		return Begun{}, err
	}
	d, err := p.found.get(ctx)
	if err != nil {
		return Begun{}, err
	}
	flow, err := s.config.Flows.BeginFlow(ctx, p.ID, ReturnPath(returnTo))
	if err != nil {
		return Begun{}, err
	}
	address := p.client(d, redirect).AuthCodeURL(flow.State, gooidc.Nonce(flow.Nonce), oauth2.S256ChallengeOption(flow.Verifier))
	return Begun{URL: address, Browser: flow.Browser}, nil
}

func (p *Provider) client(d discovered, redirect string) *oauth2.Config {
	scopes := []string{gooidc.ScopeOpenID, gooidc.ScopeProfile, gooidc.ScopeEmail}
	for _, scope := range p.Scopes {
		if !slices.Contains(scopes, scope) {
			scopes = append(scopes, scope)
		}
	}
	return &oauth2.Config{ClientID: p.ClientID, ClientSecret: p.Secret.text, Endpoint: d.endpoint, RedirectURL: redirect, Scopes: scopes}
}

// Answer is what came back from an issuer, by way of the browser.
type Answer struct {
	// Issuer is the id in the address that the browser came to, when issuers have
	// an address each; empty when they share one.
	Issuer   string
	Redirect string     // the same as at Begin
	Query    url.Values // hostile
	Browser  string     // from the cookie
}

// Finish ends a sign-in: it returns who it is and where they want to be. Errors
// wrap posture.ErrUnauthenticated, or posture.ErrUnavailable when the issuer
// does not answer. A sign-in can be ended once, whatever comes of it.
func (s *Service) Finish(ctx context.Context, a Answer) (who Person, returnTo string, err error) {
	state, err := single(a.Query, "state")
	if err != nil {
		return Person{}, "", err
	}
	flow, err := s.config.Flows.SpendFlow(ctx, state, a.Browser)
	if err != nil {
		return Person{}, "", err
	}
	p, err := s.signIn(flow.Issuer)
	if err != nil {
		return Person{}, "", refusal.New(said, "the issuer %s is not configured any more", flow.Issuer)
	}
	if a.Issuer != "" && a.Issuer != p.ID {
		return Person{}, "", refusal.New(said, "a sign-in at issuer %s came back as one at %s", p.ID, refusal.Quote(a.Issuer))
	}
	d, err := p.found.get(ctx)
	if err != nil {
		return Person{}, "", err
	}
	code, err := p.code(d, a.Query)
	if err != nil {
		return Person{}, "", err
	}
	claims, err := p.exchange(ctx, p.client(d, a.Redirect), code, flow.Verifier, flow.Nonce)
	if err != nil {
		return Person{}, "", err
	}
	who, err = p.Person(ctx, said, claims)
	if err != nil {
		return Person{}, "", err
	}
	return who, ReturnPath(flow.Return), nil
}

// single returns a parameter that may be there once.
func single(query url.Values, name string) (string, error) {
	if n := len(query[name]); n > 1 {
		return "", refusal.New(said, "the answer has %s %d times", name, n)
	}
	return query.Get(name), nil
}

// code returns the code of an answer, or the error that the issuer answers.
func (p *Provider) code(d discovered, query url.Values) (string, error) {
	values := make(map[string]string)
	for _, name := range []string{"iss", "error", "error_description", "code"} {
		var err error
		if values[name], err = single(query, name); err != nil {
			return "", err
		}
	}
	// RFC 9207: an answer of another issuer must not end up here.
	if iss := values["iss"]; iss != p.Issuer.Issuer && (query.Has("iss") || d.issParam) {
		return "", refusal.New(said, "issuer %s: the answer names the issuer %s", p.ID, refusal.Quote(iss))
	}
	why := fmt.Sprintf("issuer %s answers %s: %s", p.ID, refusal.Quote(values["error"]), refusal.Quote(values["error_description"]))
	switch {
	case values["error"] == "access_denied":
		return "", refusal.New("the sign-in was cancelled, or "+p.name()+" does not let you in", "%s", why)
	case values["error"] == "temporarily_unavailable" || values["error"] == "server_error":
		return "", refusal.Unavailable("the sign-in service "+p.name()+" has a problem; try again in a moment", "%s", why)
	case values["error"] != "":
		return "", refusal.New(said, "%s", why)
	case values["code"] == "":
		return "", refusal.New(said, "issuer %s: the answer has no code", p.ID)
	}
	return values["code"], nil
}

// exchange trades the code for an ID token and checks all of it.
func (p *Provider) exchange(ctx context.Context, client *oauth2.Config, code, verifier, nonce string) (*Claims, error) {
	ctx = gooidc.ClientContext(ctx, p.service.client)
	token, err := client.Exchange(ctx, code, oauth2.VerifierOption(verifier))
	if answered, ok := errors.AsType[*oauth2.RetrieveError](err); ok && answered.Response != nil && answered.Response.StatusCode < 500 {
		return nil, refusal.New(said, "issuer %s: the code was not taken: %s", p.ID, refusal.Quote(answered.ErrorCode+" "+answered.ErrorDescription))
	}
	if err != nil {
		return nil, p.down("trade the code for a token", err)
	}
	raw, ok := token.Extra("id_token").(string)
	if !ok {
		return nil, refusal.New(said, "issuer %s: the answer has no ID token", p.ID)
	}
	return p.idToken(ctx, raw, token.AccessToken, nonce)
}

// proven hands a payload on whose signature has been checked already.
type proven []byte

// VerifySignature implements the library's KeySet.
func (p proven) VerifySignature(context.Context, string) ([]byte, error) { return p, nil }

// idToken checks an ID token. The library reads what the specification asks
// for; what it leaves to us, or reads less strictly, comes after.
func (p *Provider) idToken(ctx context.Context, raw, accessToken, nonce string) (*Claims, error) {
	jws, claims, err := parse(raw)
	if err != nil {
		return nil, refusal.New(said, "issuer %s: ID token: %s", p.ID, refusal.Quote(err.Error()))
	}
	if err := p.verify(ctx, said, jws); err != nil {
		return nil, err
	}
	var names []string
	for _, a := range algorithms() {
		names = append(names, string(a))
	}
	check := gooidc.NewVerifier(p.Issuer.Issuer, proven(jws.UnsafePayloadWithoutVerification()), &gooidc.Config{ClientID: p.ClientID, SupportedSigningAlgs: names, Now: p.service.config.Now})
	token, err := check.Verify(ctx, raw)
	if err != nil {
		return nil, refusal.New(said, "issuer %s: ID token: %s", p.ID, refusal.Quote(err.Error()))
	}
	var why string
	party := claims.Text("azp")
	switch {
	case claims.Issuer != p.Issuer.Issuer:
		why = "it is of another issuer"
	case !slices.Contains(claims.Audience, p.ClientID):
		why = "it is for another client"
	case claims.Has("azp") && party != p.ClientID, len(claims.Audience) > 1 && party == "":
		why = "it was made for another client"
	case nonce == "" || claims.Text("nonce") != nonce:
		why = "it is of another sign-in: the nonce differs"
	case claims.Has("at_hash") && token.VerifyAccessToken(accessToken) != nil:
		why = "the access token beside it is another one"
	}
	if why != "" {
		return nil, refusal.New(said, "issuer %s: ID token: %s", p.ID, why)
	}
	return claims, nil
}
