// SPDX-License-Identifier: Apache-2.0

// Package bearer reads the bearer token of a request: an API token of our own,
// or an access token of a configured issuer. It says what the token says; whom
// that makes, and whether they may do anything, is found out by its callers.
package bearer

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"securescore/internal/access"
	"securescore/internal/access/oidc"
	"securescore/internal/access/refusal"
	"securescore/internal/ledger"
)

// What is told to whoever is refused.
const (
	saidNone    = "this needs a bearer token"
	saidToken   = "the bearer token does not hold"
	saidExpired = "the bearer token has expired"
	// A client that is told to sign in again would get the same token again.
	saidPermission = "the bearer token has no permission here"
)

// leeway is how far the clocks of issuers may be off.
const leeway = time.Minute

// Result is what a token says. Exactly one of the first three is there. It is
// shared between requests: nobody changes it.
type Result struct {
	Own         *Own         // a token of our own
	Person      *oidc.Person // somebody, by way of an application
	Application *Application // an application without a person
	// Scope is what an access token lets its holder do; empty for a token of our
	// own, which has its scope where it is kept.
	Scope access.Scope
	// Expires is when an access token ends; zero for a token of our own.
	Expires time.Time
}

// Own names a token of our own.
type Own struct {
	ID   string
	Hash string // SHA-256 of the whole token, as New returns it
}

// Application is a program that acts without a person.
type Application struct {
	Actor   ledger.Actor   // "application:" and its id, or the hash of a long one
	Name    string         // to show; hostile text
	Issuer  string         // id of the configured issuer
	Holding access.Holding // in the tenant that the issuer speaks for
}

// Config is what a reader needs.
type Config struct {
	Issuers *oidc.Service // nil when no issuer is configured
	Now     func() time.Time
}

// Reader reads bearer tokens. Its methods may be called by many goroutines at
// once.
type Reader struct {
	config Config
	cache  *cache
}

// NewReader returns a reader.
func NewReader(config Config) *Reader { return &Reader{config: config, cache: newCache()} }

// Read reads the token of a request. It looks at the header Authorization and
// nothing else: no cookie, no parameter. Errors wrap posture.ErrUnauthenticated;
// posture.ErrForbidden when the token is good and holds no permission for us; or
// posture.ErrUnavailable when the issuer's keys cannot be had.
func (r *Reader) Read(ctx context.Context, header http.Header) (Result, error) {
	token, err := tokenOf(header)
	if err != nil {
		return Result{}, err
	}
	if strings.HasPrefix(token, prefix) {
		named, err := own(token)
		if err != nil {
			return Result{}, err
		}
		return Result{Own: &named}, nil
	}
	return r.access(ctx, token)
}

func tokenOf(header http.Header) (string, error) {
	values := header.Values("Authorization")
	if len(values) == 0 || (len(values) == 1 && values[0] == "") {
		return "", refusal.New(saidNone, "there is no header Authorization")
	}
	if len(values) > 1 {
		return "", refusal.New(saidNone, "there are %d headers Authorization", len(values))
	}
	scheme, token, _ := strings.Cut(values[0], " ")
	token = strings.Trim(token, " ")
	switch {
	case !strings.EqualFold(scheme, "Bearer"):
		return "", refusal.New(saidNone, "the header Authorization is of another scheme, %s", refusal.Quote(scheme))
	case token == "":
		return "", refusal.New(saidNone, "the bearer token is empty")
	case len(token) > oidc.MaxToken:
		return "", refusal.New(saidToken, "%d bytes are more than a token may have (%d)", len(token), oidc.MaxToken)
	}
	return token, nil
}

// access reads an access token.
func (r *Reader) access(ctx context.Context, token string) (Result, error) {
	if r.config.Issuers == nil {
		return Result{}, refusal.New(saidToken, "it is no API token, and no issuer is configured")
	}
	now := r.config.Now()
	key := sha256.Sum256([]byte(token))
	if known, ok := r.cache.get(key, now); ok {
		return known, nil
	}
	p, claims, err := r.config.Issuers.Verify(ctx, saidToken, token)
	if err != nil {
		return Result{}, err
	}
	if err := check(p, claims, now); err != nil {
		return Result{}, err
	}
	result, err := read(ctx, p, claims)
	if err != nil {
		return Result{}, err
	}
	result.Expires = claims.Expires
	r.cache.put(key, result, now)
	return result, nil
}

// check tells whether a token that the issuer signed is an access token for us,
// now.
func check(p *oidc.Provider, c *oidc.Claims, now time.Time) error {
	var why string
	switch {
	case !p.Bearer:
		why = "bearer tokens of this issuer are not taken"
	case !now.Before(c.Expires.Add(leeway)):
		return refusal.New(saidExpired, "issuer %s: it expired at %s", p.ID, c.Expires.Format(time.RFC3339))
	case now.Add(leeway).Before(c.NotBefore):
		why = "it holds only from " + c.NotBefore.Format(time.RFC3339)
	case !slices.ContainsFunc(c.Audience, func(a string) bool { return slices.Contains(p.Audience, a) }):
		why = "it is for another audience, " + refusal.Quote(strings.Join(c.Audience, " "))
	default:
		why = otherKind(p, c)
	}
	if why != "" {
		return refusal.New(saidToken, "issuer %s: %s", p.ID, why)
	}
	return nil
}

// otherKind tells a token that is no access token: an ID token says who signed
// in somewhere, to one client, and is no right to call anything.
func otherKind(p *oidc.Provider, c *oidc.Claims) string {
	for _, claim := range []string{"nonce", "at_hash", "c_hash", "s_hash"} {
		if c.Has(claim) {
			return "it is an ID token: it has the claim " + claim
		}
	}
	if c.Has("events") {
		return "it is a logout token or a security event"
	}
	if c.Has("cnf") {
		return "it is bound to a key that its holder has to show"
	}
	if c.Type != "" && c.Type != "jwt" && c.Type != "at+jwt" {
		return "it is of the type " + refusal.Quote(c.Type)
	}
	if use := c.Text("token_use"); c.Has("token_use") && use != "access" {
		return "token_use is " + refusal.Quote(use)
	}
	if kind := c.Text("typ"); c.Has("typ") && !strings.EqualFold(kind, "Bearer") && !strings.EqualFold(kind, "JWT") {
		return "typ is " + refusal.Quote(kind)
	}
	if p.ClientID != "" && !slices.Contains(p.Audience, p.ClientID) && slices.Contains(c.Audience, p.ClientID) {
		return "it is for the client that people sign in with"
	}
	return ""
}

// read says what an access token gives.
func read(ctx context.Context, p *oidc.Provider, c *oidc.Claims) (Result, error) {
	if c.Has("scp") {
		scope := best(c.Words("scp"))
		if scope == "" {
			return Result{}, refusal.Forbidden(saidPermission, "issuer %s: scp holds neither %s nor %s", p.ID, access.ReadScope, access.WriteScope)
		}
		person, err := p.Person(ctx, saidToken, c)
		if err != nil {
			return Result{}, err
		}
		return Result{Person: &person, Scope: scope}, nil
	}
	scope := best(c.List("roles"))
	if scope == "" {
		return Result{}, refusal.Forbidden(saidPermission, "issuer %s: neither scp nor roles hold %s or %s", p.ID, access.ReadScope, access.WriteScope)
	}
	app, err := application(ctx, p, c, scope)
	if err != nil {
		return Result{}, err
	}
	return Result{Application: app, Scope: scope}, nil
}

// best is the strongest of the scopes that mean something here.
func best(words []string) access.Scope {
	for _, scope := range []access.Scope{access.WriteScope, access.ReadScope} {
		if slices.Contains(words, string(scope)) {
			return scope
		}
	}
	return ""
}

func application(ctx context.Context, p *oidc.Provider, c *oidc.Claims, scope access.Scope) (*Application, error) {
	id := client(c)
	if why := somebody(p, c, id); why != "" {
		return nil, refusal.New(saidToken, "issuer %s: the permission is in roles, but %s", p.ID, why)
	}
	home, err := p.Home(ctx, c)
	if err != nil {
		return nil, err
	}
	if home == access.Everywhere {
		return nil, refusal.New(saidToken, "issuer %s: it speaks for no tenant here, or the token is of another one", p.ID)
	}
	role := access.ReadingApplication
	if scope == access.WriteScope {
		role = access.WritingApplication
	}
	return &Application{
		Actor: actor(p, id), Name: named(c, id), Issuer: p.ID, Holding: access.Holding{Role: role, Tenant: home},
	}, nil
}

// client is the id of the application that a token was made for; where no claim
// is for that, whoever it is about, which may be a person.
func client(c *oidc.Claims) string {
	for _, claim := range append(clients(), "sub") {
		if id := c.Text(claim); id != "" {
			return id
		}
	}
	return ""
}

// clients are the claims that name an application and nobody else.
func clients() []string { return []string{"appid", "azp", "client_id"} }

// namesClient reports whether the token names its application.
func namesClient(c *oidc.Claims) bool {
	return slices.ContainsFunc(clients(), func(claim string) bool { return c.Text(claim) != "" })
}

// somebody tells a token of a person from that of an application. A role that
// was given to a person, and has the name of a permission, is none.
func somebody(p *oidc.Provider, c *oidc.Claims, id string) string {
	switch {
	case id == "":
		return "it names no application"
	case c.Text("idtyp") == "app":
		return ""
	case c.Has("idtyp"):
		return "idtyp says that it is of a person"
	case p.Entra && !strings.EqualFold(c.Text("oid"), c.Subject):
		// Entra gives a person another sub in each application, and never the oid.
		return "sub and oid differ: it is of a person"
	case p.Entra && !c.Has("appid") && !c.Has("azp"):
		return "it names no application"
	case !p.Entra && id == c.Subject && namesClient(c):
		return ""
	}
	for _, claim := range personal() {
		if c.Has(claim) {
			return "it has the claim " + claim + ": it is of a person"
		}
	}
	return ""
}

// personal are claims that tell of a person, or of a person's sign-in.
func personal() []string {
	return []string{"upn", "unique_name", "preferred_username", "email", "name", "given_name", "family_name", "amr", "auth_time", "sid", "session_state"}
}

// actor fits the id of an application into an actor. Ids of issuers other than
// Entra are their own, so that the issuer is part of what is hashed.
func actor(p *oidc.Provider, id string) ledger.Actor {
	if a := ledger.Actor("application:" + id); p.Entra && a.Valid() {
		return a
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\n%s", p.Issuer.Issuer, id))
	return ledger.Actor("application:" + hex.EncodeToString(sum[:16]))
}

func named(c *oidc.Claims, id string) string {
	if name := oidc.Shown(c.Text("app_displayname")); name != "" {
		return name
	}
	return oidc.Shown(id)
}
