// SPDX-License-Identifier: Apache-2.0

package oidc_test

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"securescore/internal/access"
	"securescore/internal/access/oidc"
	"securescore/internal/access/oidc/oidctest"
	"securescore/internal/access/refusal"
	"securescore/internal/access/session"
	"securescore/internal/access/session/sessiontest"
	"securescore/internal/posture"
)

const (
	contoso  posture.TenantID = "0a000000-0000-4000-8000-00000000000a"
	fabrikam posture.TenantID = "0f000000-0000-4000-8000-00000000000f"
	entraID                   = "0b000000-0000-4000-8000-00000000000b"
	otherID                   = "0d000000-0000-4000-8000-00000000000d"
	objectID                  = "0e000000-0000-4000-8000-00000000000e"
	callback                  = "https://score.example/signin/back"
)

type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

// bench is a service with one issuer in front of it.
type bench struct {
	*clock
	t        *testing.T
	provider *oidctest.Provider
	service  *oidc.Service
}

func tenants() oidctest.Tenants {
	return oidctest.Tenants{
		"contoso": {ID: contoso, Entra: entraID}, string(contoso): {ID: contoso, Entra: entraID},
		"fabrikam": {ID: fabrikam, Entra: otherID}, "unbound": {ID: fabrikam}, "everywhere": {},
	}
}

// newBench starts a plain issuer; edit changes it before it is used.
func newBench(t *testing.T, edit func(*oidctest.Provider, *oidc.Issuer)) *bench {
	t.Helper()
	return newBenchAt(t, "/"+entraID+"/v2.0", edit)
}

// newBenchAt does the same with an issuer at a path of its own.
func newBenchAt(t *testing.T, path string, edit func(*oidctest.Provider, *oidc.Issuer)) *bench {
	t.Helper()
	c := &clock{time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)}
	b := &bench{clock: c, t: t, provider: oidctest.New(t, path)}
	b.provider.Claims = oidctest.Claims{
		"sub": "subject", "exp": c.at.Add(time.Hour).Unix(), "iat": c.at.Unix(), "name": "Ada", "email": "ada@contoso.example",
		"tid": entraID, "oid": objectID,
	}
	issuer := oidc.Issuer{ID: "contoso", Title: "Contoso staff", Issuer: b.provider.Issuer, ClientID: b.provider.ClientID, Tenant: "contoso"}
	if edit != nil {
		edit(b.provider, &issuer)
	}
	memory := sessiontest.NewMemory()
	flows := session.New(session.Config{SignIns: memory, Sessions: memory, Now: c.now, Random: rand.Reader, Limits: session.DefaultLimits()})
	other := oidc.Issuer{ID: "other", Title: "Other", Issuer: "https://other.example", ClientID: "c"}
	b.service = oidc.New(oidc.Config{Issuers: []oidc.Issuer{issuer, other}, Tenants: tenants(), Flows: flows, Now: c.now})
	return b
}

func (b *bench) begin() oidc.Begun {
	b.t.Helper()
	begun, err := b.service.Begin(b.t.Context(), "contoso", callback, "/actions?x=1")
	if err != nil {
		b.t.Fatalf("begin: %v (%s)", err, refusal.Why(err))
	}
	return begun
}

// answered is a sign-in that came back from the issuer.
func (b *bench) answered() oidc.Answer {
	b.t.Helper()
	begun := b.begin()
	return oidc.Answer{Redirect: callback, Query: b.provider.Authorize(b.t, begun.URL), Browser: begun.Browser}
}

// person signs in and has to succeed.
func (b *bench) person() oidc.Person {
	b.t.Helper()
	who, returnTo, err := b.service.Finish(b.t.Context(), b.answered())
	if err != nil {
		b.t.Fatalf("finish: %v (%s)", err, refusal.Why(err))
	}
	if returnTo != "/actions?x=1" {
		b.t.Errorf("return: got %q", returnTo)
	}
	return who
}

func (b *bench) refused(a oidc.Answer, why string) {
	b.t.Helper()
	_ = b.declined(a, why)
}

// declined returns the error of a refusal.
func (b *bench) declined(a oidc.Answer, why string) error {
	b.t.Helper()
	who, _, err := b.service.Finish(b.t.Context(), a)
	if !errors.Is(err, posture.ErrUnauthenticated) || !strings.Contains(refusal.Why(err), why) {
		b.t.Errorf("finish: got %+v, %v, want a refusal: %s", who, err, why)
		if err != nil {
			b.t.Log(refusal.Why(err))
		}
	}
	return err
}

func TestWhatGoesToTheIssuer(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(_ *oidctest.Provider, i *oidc.Issuer) { i.Scopes = []string{"groups", "openid"} })
	begun := b.begin()
	u, err := url.Parse(begun.URL)
	if err != nil {
		t.Fatal(err)
	}
	query := u.Query()
	for name, want := range map[string]string{
		"client_id": "client", "response_type": "code", "redirect_uri": callback, "code_challenge_method": "S256", "scope": "openid profile email groups",
	} {
		if got := query[name]; len(got) != 1 || got[0] != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	seen := map[string]bool{begun.Browser: true}
	for _, name := range []string{"state", "nonce", "code_challenge"} {
		value := query.Get(name)
		if raw, err := base64.RawURLEncoding.DecodeString(value); err != nil || len(raw) != sha256.Size || seen[value] {
			t.Errorf("%s: got %q, want 256 bits of its own", name, value)
		}
		seen[value] = true
	}
	if strings.Contains(begun.URL, begun.Browser) {
		t.Error("the secret of the browser goes to the issuer")
	}
}

func TestSigningIn(t *testing.T) {
	t.Parallel()
	for name, edit := range map[string]func(*oidctest.Provider, *oidc.Issuer){
		"as a public client": nil,
		"with a secret in the header": func(p *oidctest.Provider, i *oidc.Issuer) {
			p.Secret, i.Secret = "a b&c", oidc.NewSecret("a b&c")
		},
		"with a secret in the body": func(p *oidctest.Provider, i *oidc.Issuer) {
			p.Secret, i.Secret = "s", oidc.NewSecret("s")
			p.Metadata = map[string]any{"token_endpoint_auth_methods_supported": []string{"client_secret_post"}}
		},
		"with the hash of the access token": func(p *oidctest.Provider, _ *oidc.Issuer) {
			sum := sha256.Sum256([]byte("access"))
			p.Claims["at_hash"] = base64.RawURLEncoding.EncodeToString(sum[:16])
		},
		"for several audiences": func(p *oidctest.Provider, _ *oidc.Issuer) {
			p.Claims["aud"], p.Claims["azp"] = []string{"client", "api"}, "client"
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, edit)
			want := oidc.Person{
				Identity: access.Identity{Issuer: b.provider.Issuer, Subject: "subject"}, Name: "Ada", Email: "ada@contoso.example",
				Issuer: "contoso", Home: contoso,
			}
			if diff := cmp.Diff(want, b.person()); diff != "" {
				t.Errorf("person (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAStateIsSpentOnceInOneBrowser(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	a := b.answered()
	if _, _, err := b.service.Finish(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	b.refused(a, "the state is not known")

	foreign := b.answered()
	own := foreign.Browser
	foreign.Browser = b.begin().Browser
	b.refused(foreign, "another browser")
	foreign.Browser = own
	b.refused(foreign, "the state is not known")

	none := b.answered()
	none.Browser = ""
	b.refused(none, "another browser")

	late := b.answered()
	b.at = b.at.Add(10 * time.Minute)
	b.refused(late, "the state is not known")
}

func TestAnswersThatAreRefused(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		edit func(*oidc.Answer)
		why  string
	}{
		"no state":               {func(a *oidc.Answer) { a.Query.Del("state") }, "no state of ours"},
		"two states":             {func(a *oidc.Answer) { a.Query.Add("state", "x") }, "state 2 times"},
		"two codes":              {func(a *oidc.Answer) { a.Query.Add("code", "x") }, "code 2 times"},
		"no code":                {func(a *oidc.Answer) { a.Query.Del("code") }, "no code"},
		"a made-up code":         {func(a *oidc.Answer) { a.Query.Set("code", "x") }, "invalid_grant"},
		"another redirection":    {func(a *oidc.Answer) { a.Redirect = "https://score.example/x" }, "invalid_grant"},
		"at another's address":   {func(a *oidc.Answer) { a.Issuer = "other" }, "came back as one at"},
		"named by another":       {func(a *oidc.Answer) { a.Query.Set("iss", "https://other.example") }, "names the issuer"},
		"named by nobody":        {func(a *oidc.Answer) { a.Query.Set("iss", "") }, "names the issuer"},
		"a state of other kinds": {func(a *oidc.Answer) { a.Query.Set("state", a.Browser) }, "not known"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, nil)
			a := b.answered()
			tt.edit(&a)
			b.refused(a, tt.why)
		})
	}
	t.Run("not named although the issuer says it always does", func(t *testing.T) {
		t.Parallel()
		b := newBench(t, func(p *oidctest.Provider, _ *oidc.Issuer) {
			p.Metadata = map[string]any{"authorization_response_iss_parameter_supported": true}
		})
		a := b.answered()
		a.Query.Del("iss")
		b.refused(a, "names the issuer")
	})
	t.Run("not named, as most do", func(t *testing.T) {
		t.Parallel()
		b := newBench(t, nil)
		a := b.answered()
		a.Query.Del("iss")
		if _, _, err := b.service.Finish(t.Context(), a); err != nil {
			t.Error(err)
		}
	})
}

func TestTheIssuerSaysNo(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	say := func(code string) oidc.Answer {
		a := b.answered()
		a.Query.Del("code")
		a.Query.Set("error", code)
		a.Query.Set("error_description", "secret\r\ndetail")
		return a
	}
	err := b.declined(say("access_denied"), `"access_denied": "secret\r\ndetail"`)
	if got := err.Error(); got != "the sign-in was cancelled, or Contoso staff does not let you in: not signed in" {
		t.Errorf("got %q", got)
	}
	if err := b.declined(say("login_required"), "login_required"); strings.Contains(err.Error(), "login_required") {
		t.Errorf("the answer tells what the issuer said: %v", err)
	}
	if _, _, err := b.service.Finish(t.Context(), say("temporarily_unavailable")); !errors.Is(err, posture.ErrUnavailable) {
		t.Errorf("got %v, want ErrUnavailable", err)
	}
	b.refused(oidc.Answer{Query: url.Values{"error": {"access_denied"}, "state": {"x"}}}, "no state of ours") // nobody asked
}

func TestAnIssuerThatIsDown(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	down := func(err error) {
		t.Helper()
		if !errors.Is(err, posture.ErrUnavailable) || strings.Contains(err.Error(), "secret detail") {
			t.Errorf("got %v, want ErrUnavailable without detail", err)
		}
		if err != nil && !strings.Contains(err.Error(), "Contoso staff does not answer") {
			t.Errorf("got %q, want it to name the issuer", err)
		}
	}
	b.provider.Down(true)
	for range 3 {
		_, err := b.service.Begin(t.Context(), "contoso", callback, "/")
		down(err)
	}
	if got := b.provider.Seen("discovery"); got != 1 {
		t.Errorf("asked %d times at once, want once", got)
	}
	if _, ok := b.service.LogoutURL(t.Context(), "contoso", "https://score.example/"); ok {
		t.Error("there is an address to sign out at, of an issuer that does not answer")
	}
	b.provider.Down(false)
	b.at = b.at.Add(5 * time.Second)
	a := b.answered()
	b.provider.Down(true)
	_, _, err := b.service.Finish(t.Context(), a)
	down(err)
	b.provider.Down(false)
	b.person()
	if got := b.provider.Seen("discovery"); got != 2 {
		t.Errorf("discovered %d times, want twice", got)
	}
	if _, err := b.service.Begin(t.Context(), "none", callback, "/"); !errors.Is(err, posture.ErrNotFound) {
		t.Errorf("an issuer that is not there: got %v, want ErrNotFound", err)
	}
}

func TestSigningOutAtTheIssuer(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	got, ok := b.service.LogoutURL(t.Context(), "contoso", "https://score.example/")
	want := b.provider.Issuer + "/logout?client_id=client&post_logout_redirect_uri=https%3A%2F%2Fscore.example%2F&x=1"
	if !ok || got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	b = newBench(t, func(p *oidctest.Provider, _ *oidc.Issuer) { p.Metadata = map[string]any{"end_session_endpoint": nil} })
	if got, ok := b.service.LogoutURL(t.Context(), "contoso", "https://score.example/"); ok {
		t.Errorf("got %q of an issuer that has none", got)
	}
	if _, ok := b.service.LogoutURL(t.Context(), "none", "https://score.example/"); ok {
		t.Error("an issuer that is not there has an address")
	}
}

func TestDiscoveryThatIsRefused(t *testing.T) {
	t.Parallel()
	const insecure = "http://other.example/x"
	for name, metadata := range map[string]map[string]any{
		"another issuer":              {"issuer": "https://other.example"},
		"a token endpoint by http":    {"token_endpoint": insecure},
		"pages without an address":    {"authorization_endpoint": ""},
		"keys at no address":          {"jwks_uri": "javascript:alert(1)"},
		"signing out at some address": {"end_session_endpoint": "http://other.example"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, func(p *oidctest.Provider, _ *oidc.Issuer) { p.Metadata = metadata })
			if _, err := b.service.Begin(t.Context(), "contoso", callback, "/"); !errors.Is(err, posture.ErrUnavailable) {
				t.Errorf("got %v, want ErrUnavailable", err)
			}
		})
	}
}
