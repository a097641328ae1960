// SPDX-License-Identifier: Apache-2.0

package bearer_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/google/go-cmp/cmp"

	"securescore/internal/access"
	"securescore/internal/access/bearer"
	"securescore/internal/access/oidc"
	"securescore/internal/access/oidc/oidctest"
	"securescore/internal/access/refusal"
	"securescore/internal/ledger"
	"securescore/internal/posture"
)

const contoso posture.TenantID = "0a000000-0000-4000-8000-00000000000a"

const (
	entraID  = "0b000000-0000-4000-8000-00000000000b"
	otherID  = "0d000000-0000-4000-8000-00000000000d"
	objectID = "0e000000-0000-4000-8000-00000000000e"
	appID    = "0c000000-0000-4000-8000-00000000000c"
	audience = "api://securescore"
)

// bench is a reader with one issuer.
type bench struct {
	at       time.Time
	provider *oidctest.Provider
	issuers  *oidc.Service
	reader   *bearer.Reader
}

// forgetful is a reader that has seen no token, with the keys that are known.
func (b *bench) forgetful() *bearer.Reader {
	return bearer.NewReader(bearer.Config{Issuers: b.issuers, Now: func() time.Time { return b.at }})
}

func newBench(tb testing.TB, edit func(*oidc.Issuer)) *bench {
	tb.Helper()
	b := &bench{at: time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC), provider: oidctest.New(tb, "/"+entraID+"/v2.0")}
	issuer := oidc.Issuer{
		ID: "contoso", Title: "Contoso", Issuer: b.provider.Issuer, ClientID: b.provider.ClientID, Entra: true, Tenant: "contoso",
		Bearer: true, Audience: []string{"other", audience},
		Mapping: []oidc.Mapping{{Claim: "groups", Value: "readers", Role: access.SecurityReader, Tenant: "contoso"}},
	}
	if edit != nil {
		edit(&issuer)
	}
	now := func() time.Time { return b.at }
	b.issuers = oidc.New(oidc.Config{Issuers: []oidc.Issuer{issuer}, Now: now, Tenants: oidctest.Tenants{"contoso": {ID: contoso, Entra: entraID}}})
	b.reader = b.forgetful()
	return b
}

// delegated are the claims of a person's access token, with some changed.
func (b *bench) delegated(change oidctest.Claims) oidctest.Claims {
	claims := oidctest.Claims{
		"iss": b.provider.Issuer, "aud": audience, "exp": b.at.Add(time.Hour).Unix(), "nbf": b.at.Unix(), "sub": "pairwise",
		"tid": entraID, "oid": objectID, "scp": "openid SecurityEvents.Read.All", "name": "Ada", "azp": appID,
	}
	maps.Copy(claims, change)
	return claims
}

// application are the claims of an application's access token.
func (b *bench) application(change oidctest.Claims) oidctest.Claims {
	claims := b.delegated(oidctest.Claims{"scp": nil, "name": nil, "sub": objectID, "roles": []string{"SecurityEvents.Read.All"}})
	maps.Copy(claims, change)
	return claims
}

func (b *bench) read(t *testing.T, claims oidctest.Claims) bearer.Result {
	t.Helper()
	got, err := b.reader.Read(t.Context(), header(b.provider.Sign(t, claims, "at+jwt")))
	if err != nil {
		t.Fatalf("read: %v (%s)", err, refusal.Why(err))
	}
	return got
}

func TestAPersonsToken(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	want := bearer.Result{
		Person: &oidc.Person{
			Identity: access.Identity{Issuer: "entra:" + entraID, Subject: objectID}, Name: "Ada", Issuer: "contoso", Home: contoso,
			Claimed: []access.Holding{{Role: access.GlobalReader, Tenant: contoso}, {Role: access.SecurityReader, Tenant: contoso}},
		},
		Scope: access.ReadScope, Expires: b.at.Add(time.Hour),
	}
	claims := b.delegated(oidctest.Claims{"wids": []string{"f2ef992c-3afb-46b9-b7cf-a126ee74c451"}, "groups": []string{"readers"}})
	for range 2 { // the second one is from the cache
		if diff := cmp.Diff(want, b.read(t, claims)); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
	for scp, want := range map[any]access.Scope{
		"SecurityEvents.ReadWrite.All": access.WriteScope, "SecurityEvents.ReadWrite.All SecurityEvents.Read.All": access.WriteScope,
		"SecurityEvents.Read.All SecurityEvents.ReadWrite.All": access.WriteScope, "x  SecurityEvents.Read.All": access.ReadScope,
	} {
		if got := b.read(t, b.delegated(oidctest.Claims{"scp": scp})).Scope; got != want {
			t.Errorf("scp %v: got %s, want %s", scp, got, want)
		}
	}
	// Roles of an application beside the scope of a person give nothing.
	got := b.read(t, b.delegated(oidctest.Claims{"roles": []string{"SecurityEvents.ReadWrite.All"}}))
	if got.Application != nil || got.Scope != access.ReadScope || len(got.Person.Claimed) != 0 {
		t.Errorf("got %+v", got)
	}
}

func TestAnApplicationsToken(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	want := bearer.Result{
		Application: &bearer.Application{
			Actor: "application:" + appID, Name: appID, Issuer: "contoso", Holding: access.Holding{Role: access.ReadingApplication, Tenant: contoso},
		},
		Scope: access.ReadScope, Expires: b.at.Add(time.Hour),
	}
	if diff := cmp.Diff(want, b.read(t, b.application(nil))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	both := b.read(t, b.application(oidctest.Claims{
		"roles": []string{"SecurityEvents.Read.All", "SecurityEvents.ReadWrite.All"}, "azp": nil, "appid": appID, "idtyp": "app", "app_displayname": "Reporter",
	}))
	if both.Application.Holding.Role != access.WritingApplication || both.Scope != access.WriteScope || both.Application.Name != "Reporter" {
		t.Errorf("got %+v", both.Application)
	}
	plain := newBench(t, func(i *oidc.Issuer) { i.Entra = false })
	long := plain.read(t, plain.application(oidctest.Claims{"azp": nil, "client_id": "https://app.example/" + strings.Repeat("x", 200)})).Application
	short := plain.read(t, plain.application(oidctest.Claims{"azp": nil, "sub": "app"})).Application
	for _, app := range []*bearer.Application{long, short} {
		if !app.Actor.Valid() || app.Actor == "" || !strings.HasPrefix(string(app.Actor), "application:") {
			t.Errorf("got actor %q", app.Actor)
		}
	}
	if long.Actor == short.Actor || short.Actor == ledger.Actor("application:app") {
		t.Errorf("got actors %q and %q: an id of one issuer could pass for one of another", long.Actor, short.Actor)
	}
}

func TestTokensThatAreRefused(t *testing.T) {
	t.Parallel()
	delegated, application := (*bench).delegated, (*bench).application
	for name, tt := range map[string]struct {
		of     func(*bench, oidctest.Claims) oidctest.Claims
		change oidctest.Claims
		why    string
	}{
		"of another issuer":              {delegated, oidctest.Claims{"iss": "https://other.example"}, "is not configured"},
		"of no issuer":                   {delegated, oidctest.Claims{"iss": nil}, "iss"},
		"for another audience":           {delegated, oidctest.Claims{"aud": "https://graph.microsoft.com"}, "another audience"},
		"for an audience in other words": {delegated, oidctest.Claims{"aud": audience + "/"}, "another audience"},
		"for no audience":                {delegated, oidctest.Claims{"aud": nil}, "another audience"},
		"for the sign-in too":            {delegated, oidctest.Claims{"aud": []string{audience, "client"}}, "people sign in with"},
		"without an end":                 {delegated, oidctest.Claims{"exp": nil}, "exp"},
		"ending at zero":                 {delegated, oidctest.Claims{"exp": 0}, "exp"},
		"with a nonce":                   {delegated, oidctest.Claims{"nonce": "x"}, "ID token"},
		"with an empty nonce":            {delegated, oidctest.Claims{"nonce": ""}, "ID token"},
		"with at_hash":                   {delegated, oidctest.Claims{"at_hash": "x"}, "ID token"},
		"with c_hash":                    {delegated, oidctest.Claims{"c_hash": "x"}, "ID token"},
		"of use id":                      {delegated, oidctest.Claims{"token_use": "id"}, "token_use"},
		"of use nothing":                 {delegated, oidctest.Claims{"token_use": []string{"access"}}, "token_use"},
		"of typ ID":                      {delegated, oidctest.Claims{"typ": "ID"}, "typ is"},
		"of typ Refresh":                 {delegated, oidctest.Claims{"typ": "Refresh"}, "typ is"},
		"bound to a key":                 {delegated, oidctest.Claims{"cnf": map[string]string{"jkt": "x"}}, "bound to a key"},
		"of a logout":                    {delegated, oidctest.Claims{"events": map[string]any{}}, "logout"},
		"of an Entra tenant elsewhere":   {delegated, oidctest.Claims{"tid": otherID}, "another Entra tenant"},
		"of nobody":                      {delegated, oidctest.Claims{"oid": nil}, "name nobody"},
		"of an application of elsewhere": {application, oidctest.Claims{"tid": otherID}, "speaks for no tenant"},
		"of an application of nowhere":   {application, oidctest.Claims{"tid": nil}, "speaks for no tenant"},
		"of a person with a role":        {application, oidctest.Claims{"sub": "pairwise"}, "of a person"},
		"of a user, by idtyp":            {application, oidctest.Claims{"idtyp": "user"}, "of a person"},
		"of a person with a name":        {application, oidctest.Claims{"preferred_username": "ada"}, "of a person"},
		"of no application":              {application, oidctest.Claims{"azp": nil}, "names no application"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, nil)
			refused(t, b.reader, b.provider.Sign(t, tt.of(b, tt.change), "JWT"), tt.why)
		})
	}
}

// TestAPersonWithARoleIsNoApplication: a token that names no application is not
// taken for that of one because it is about somebody.
func TestAPersonWithARoleIsNoApplication(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(i *oidc.Issuer) { i.Entra = false })
	for claim, value := range map[string]any{"preferred_username": "ada", "email": "ada@contoso.example", "auth_time": 1, "sid": "x"} {
		claims := b.application(oidctest.Claims{"azp": nil, "sub": "ada", claim: value})
		refused(t, b.reader, b.provider.Sign(t, claims, "JWT"), "of a person")
	}
	b.read(t, b.application(oidctest.Claims{"azp": "ada", "sub": "ada", "name": "Ada, the program"}))
}

func TestTokensWithoutAPermission(t *testing.T) {
	t.Parallel()
	delegated, application := (*bench).delegated, (*bench).application
	for name, tt := range map[string]struct {
		of     func(*bench, oidctest.Claims) oidctest.Claims
		change oidctest.Claims
		why    string
	}{
		"with another scope":            {delegated, oidctest.Claims{"scp": "User.Read securityevents.read.all SecurityEvents.Read"}, "scp holds neither"},
		"with an empty scope":           {delegated, oidctest.Claims{"scp": "", "roles": []string{"SecurityEvents.Read.All"}}, "scp holds neither"},
		"with a scope that is a number": {delegated, oidctest.Claims{"scp": 7}, "scp holds neither"},
		"with nothing":                  {delegated, oidctest.Claims{"scp": nil}, "neither scp nor roles"},
		"of an application without":     {application, oidctest.Claims{"roles": []string{"Directory.Read.All"}}, "neither scp nor roles"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, nil)
			refusedAs(t, b.reader, b.provider.Sign(t, tt.of(b, tt.change), "JWT"), tt.why, posture.ErrForbidden)
		})
	}
}

func TestTimesHaveLeeway(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	token := b.provider.Sign(t, b.delegated(nil), "")
	for _, tt := range []struct {
		after time.Duration
		want  string // what is answered; empty when it holds
	}{
		{-61 * time.Second, "the bearer token does not hold: not signed in"},
		{-60 * time.Second, ""},
		{0, ""},
		{time.Hour + 59*time.Second, ""},
		{time.Hour + 60*time.Second, "the bearer token has expired: not signed in"},
		{9000 * time.Hour, "the bearer token has expired: not signed in"},
	} {
		at := b.at
		b.at = b.at.Add(tt.after)
		_, err := b.reader.Read(t.Context(), header(token))
		if (tt.want == "") != (err == nil) || (err != nil && err.Error() != tt.want) {
			t.Errorf("after %v: got %v, want %q", tt.after, err, tt.want)
		}
		b.at = at
	}
}

func TestHeadersOfTokens(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	for _, kind := range []string{"", "JWT", "jwt", "at+jwt", "application/at+jwt"} {
		if _, err := b.reader.Read(t.Context(), header(b.provider.Sign(t, b.delegated(nil), kind))); err != nil {
			t.Errorf("typ %q: %v (%s)", kind, err, refusal.Why(err))
		}
	}
	for _, kind := range []string{"logout+jwt", "dpop+jwt", "id_token", "secevent+jwt"} {
		refused(t, b.reader, b.provider.Sign(t, b.delegated(nil), kind), "type")
	}
}

func TestForgedTokens(t *testing.T) {
	t.Parallel()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	b := newBench(t, nil)
	b.provider.Use(key, jose.RS256)
	token := b.provider.Sign(t, b.delegated(nil), "")
	b.read(t, b.delegated(nil))
	parts := strings.Split(token, ".")
	encode := base64.RawURLEncoding.EncodeToString
	public, err := (&jose.JSONWebKey{Key: key.Public()}).MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range [][]byte{public, key.N.Bytes(), {}} {
		input := encode([]byte(`{"alg":"HS256","kid":"key-2"}`)) + "." + parts[1]
		mac := hmac.New(sha256.New, secret)
		mac.Write([]byte(input))
		refused(t, b.reader, input+"."+encode(mac.Sum(nil)), "not a signed token")
	}
	for _, head := range []string{`{"alg":"none"}`, `{"alg":"nOnE","kid":"key-2"}`} {
		refused(t, b.reader, encode([]byte(head))+"."+parts[1]+".", "not a signed token")
		refused(t, b.reader, encode([]byte(head))+"."+parts[1]+"."+parts[2], "not a signed token")
	}
	claims := b.delegated(oidctest.Claims{"scp": "SecurityEvents.ReadWrite.All"})
	payload, err := json.Marshal(claims)
	if err != nil {
		t.Fatal(err)
	}
	refused(t, b.reader, parts[0]+"."+encode(payload)+"."+parts[2], "signature")
	refused(t, b.reader, parts[0]+"."+parts[1]+"."+encode([]byte("x")), "signature")
	for _, text := range []string{"x", "a.b.c", "..", token + ".x", parts[0] + "." + parts[1], " " + token[:50], `{"payload":"x"}`, token[1:]} {
		refused(t, b.reader, text, "not a signed token")
	}
	twice := strings.Replace(string(payload), `"scp"`, `"scp":"x","scp"`, 1)
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: key, KeyID: "key-2"}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	signed, err := signer.Sign([]byte(twice))
	if err != nil {
		t.Fatal(err)
	}
	raw, err := signed.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	refused(t, b.reader, raw, "not a signed token") // two readers could read it differently
}

func TestUnknownKeysDoNotFloodTheIssuer(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	b.read(t, b.delegated(nil))
	old := b.provider.Sign(t, b.delegated(oidctest.Claims{"jti": "old"}), "")
	b.provider.Rotate(t)
	for range 20 {
		refused(t, b.reader, b.provider.Sign(t, b.delegated(nil), ""), "signature")
	}
	if got := b.provider.Seen("keys"); got != 1 {
		t.Errorf("asked for the keys %d times in a moment, want once", got)
	}
	b.at = b.at.Add(5 * time.Second)
	b.read(t, b.delegated(nil))
	refused(t, b.reader, old, "signature")
	b.at = b.at.Add(5 * time.Second)
	b.provider.Down(true)
	b.read(t, b.delegated(oidctest.Claims{"jti": "known key"})) // nobody has to be asked
	fresh := newBench(t, nil)
	fresh.provider.Down(true)
	if _, err := fresh.reader.Read(t.Context(), header(fresh.provider.Sign(t, fresh.delegated(nil), ""))); !errors.Is(err, posture.ErrUnavailable) {
		t.Errorf("no keys yet: got %v, want ErrUnavailable", err)
	}
}

func TestIssuersThatAreNotForBearers(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(i *oidc.Issuer) { i.Bearer = false })
	refused(t, b.reader, b.provider.Sign(t, b.delegated(nil), ""), "are not taken")
	b = newBench(t, func(i *oidc.Issuer) { i.Tenant = "" })
	refused(t, b.reader, b.provider.Sign(t, b.application(nil), ""), "speaks for no tenant")
	if got := b.read(t, b.delegated(oidctest.Claims{"wids": []string{"62e90394-69f5-4237-9190-012177145e10"}})); len(got.Person.Claimed) != 0 || got.Person.Home != "" {
		t.Errorf("got %+v, want a person with no roles", got.Person)
	}
}

// What was read is kept for a while, and no longer than the token holds.
func TestTheCacheForgets(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	token := header(b.provider.Sign(t, b.delegated(nil), ""))
	read := func() error {
		_, err := b.reader.Read(t.Context(), token)
		return err
	}
	if err := read(); err != nil {
		t.Fatal(err)
	}
	b.provider.Rotate(t)
	b.at = b.at.Add(5*time.Minute - 1)
	if err := read(); err != nil {
		t.Errorf("within five minutes: %v", err)
	}
	b.at = b.at.Add(56 * time.Minute) // the keys are read again
	if err := read(); !errors.Is(err, posture.ErrUnauthenticated) {
		t.Errorf("with a key that was withdrawn: got %v, want a refusal", err)
	}
}

func FuzzAccessToken(f *testing.F) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		f.Fatal(err)
	}
	issuers := oidc.New(oidc.Config{
		Issuers: []oidc.Issuer{{ID: "a", Issuer: "https://a.example", Bearer: true, Audience: []string{audience}, Tenant: "contoso"}},
		Now:     func() time.Time { return time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC) },
		Tenants: oidctest.Tenants{}, Transport: published{key},
	})
	r := bearer.NewReader(bearer.Config{Issuers: issuers, Now: func() time.Time { return time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC) }})
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: jose.JSONWebKey{Key: key, KeyID: "k"}}, nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte(`{"iss":"https://a.example","aud":["api://securescore"],"exp":1868000000,"scp":"SecurityEvents.Read.All","sub":"x"}`), "")
	f.Add([]byte(`{"iss":"https://a.example","aud":"api://securescore","exp":1e10,"roles":["SecurityEvents.Read.All"],"_claim_names":{"groups":"x"}}`), "a.b.c")
	f.Fuzz(func(t *testing.T, payload []byte, raw string) {
		signed, err := signer.Sign(payload)
		if err != nil {
			t.Skip()
		}
		token, err := signed.CompactSerialize()
		if err != nil {
			t.Skip()
		}
		got, err := r.Read(t.Context(), header(token))
		if (err == nil) == (got.Person == nil && got.Application == nil) || (err != nil && !errors.Is(err, posture.ErrUnauthenticated) && !errors.Is(err, posture.ErrForbidden)) {
			t.Fatalf("%s: got %+v, %v", payload, got, err)
		}
		if _, err := r.Read(context.Background(), http.Header{"Authorization": {raw}}); err != nil && !errors.Is(err, posture.ErrUnauthenticated) {
			t.Fatalf("%q: got %v", raw, err)
		}
	})
}

// published answers for an issuer without a network.
type published struct{ key *ecdsa.PrivateKey }

// RoundTrip implements http.RoundTripper.
func (p published) RoundTrip(r *http.Request) (*http.Response, error) {
	var document any = map[string]string{"issuer": "https://a.example", "jwks_uri": "https://a.example/keys"}
	if r.URL.Path == "/keys" {
		document = jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: p.key.Public(), KeyID: "k"}}}
	}
	return oidctest.Answer(document)
}

func TestManyAtOnceAskTheIssuerOnce(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	var group sync.WaitGroup
	for i := range 16 {
		token := header(b.provider.Sign(t, b.delegated(oidctest.Claims{"jti": i % 8}), ""))
		group.Go(func() {
			if _, err := b.reader.Read(t.Context(), token); err != nil {
				t.Errorf("read: %v (%s)", err, refusal.Why(err))
			}
		})
	}
	group.Wait()
	if d, k := b.provider.Seen("discovery"), b.provider.Seen("keys"); d != 1 || k != 1 {
		t.Errorf("discovered %d times and fetched keys %d times, want once each", d, k)
	}
}

// An issuer that is down for some hours locks nobody out; one that is gone for
// a day does.
func TestKeysOutliveAnIssuerThatIsDown(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	start := b.at
	read := func() error {
		_, err := b.reader.Read(t.Context(), header(b.provider.Sign(t, b.delegated(nil), "")))
		return err
	}
	if err := read(); err != nil {
		t.Fatal(err)
	}
	b.provider.Down(true)
	b.at = start.Add(23 * time.Hour)
	if err := read(); err != nil {
		t.Errorf("after 23 hours: %v", err)
	}
	b.at = start.Add(24 * time.Hour)
	if err := read(); !errors.Is(err, posture.ErrUnavailable) {
		t.Errorf("after 24 hours: got %v, want ErrUnavailable", err)
	}
	b.provider.Down(false)
	b.at = b.at.Add(5 * time.Second)
	if err := read(); err != nil {
		t.Errorf("when it is back: %v", err)
	}
}
