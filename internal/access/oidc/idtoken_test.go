// SPDX-License-Identifier: Apache-2.0

package oidc_test

import (
	"crypto"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"net/url"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"securescore/internal/access/oidc"
	"securescore/internal/access/oidc/oidctest"
	"securescore/internal/access/refusal"
)

func TestIDTokensThatAreRefused(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)
	for name, tt := range map[string]struct {
		claims oidctest.Claims
		why    string
	}{
		"expired":                   {oidctest.Claims{"exp": at.Add(-time.Second).Unix()}, "expired"},
		"without an end":            {oidctest.Claims{"exp": nil}, "exp"},
		"ending at no time":         {oidctest.Claims{"exp": "tomorrow"}, "exp"},
		"ending after all time":     {oidctest.Claims{"exp": 1e300}, "exp"},
		"of later":                  {oidctest.Claims{"nbf": at.Add(time.Hour).Unix()}, "before the nbf"},
		"for another client":        {oidctest.Claims{"aud": "other"}, "audience"},
		"for nobody":                {oidctest.Claims{"aud": nil}, "audience"},
		"made for another client":   {oidctest.Claims{"azp": "other"}, "made for another client"},
		"for several, of nobody":    {oidctest.Claims{"aud": []string{"client", "x"}}, "made for another client"},
		"of another issuer":         {oidctest.Claims{"iss": "https://other.example"}, "different provider"},
		"of an issuer with a slash": {oidctest.Claims{"iss": "slash"}, "different provider"},
		"of another sign-in":        {oidctest.Claims{"nonce": "other"}, "nonce"},
		"of no sign-in":             {oidctest.Claims{"nonce": nil}, "nonce"},
		"with another access token": {oidctest.Claims{"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}, "access token beside it"},
		"of nobody":                 {oidctest.Claims{"sub": nil}, "sub names nobody"},
		"of a number":               {oidctest.Claims{"sub": 7}, "ID token"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, func(p *oidctest.Provider, _ *oidc.Issuer) {
				for claim, value := range tt.claims {
					if value == "slash" {
						value = p.Issuer + "/"
					}
					p.Claims[claim] = value
				}
			})
			b.refused(b.answered(), tt.why)
		})
	}
	t.Run("none at all", func(t *testing.T) {
		t.Parallel()
		b := newBench(t, func(p *oidctest.Provider, _ *oidc.Issuer) { p.Token = map[string]any{"id_token": nil} })
		b.refused(b.answered(), "no ID token")
	})
}

// forged is the end of a sign-in with an ID token that is right but for its
// header and signature.
func forged(b *bench, header string, sign func(input string) string) oidc.Answer {
	b.t.Helper()
	begun := b.begin()
	u, err := url.Parse(begun.URL)
	if err != nil {
		b.t.Fatal(err)
	}
	claims := oidctest.Claims{"iss": b.provider.Issuer, "aud": "client", "nonce": u.Query().Get("nonce"), "sub": "subject", "exp": b.at.Add(time.Hour).Unix()}
	payload, err := json.Marshal(claims)
	if err != nil {
		b.t.Fatal(err)
	}
	input := base64.RawURLEncoding.EncodeToString([]byte(header)) + "." + base64.RawURLEncoding.EncodeToString(payload)
	b.provider.Token = map[string]any{"id_token": input + "." + sign(input)}
	return oidc.Answer{Redirect: callback, Query: b.provider.Authorize(b.t, begun.URL), Browser: begun.Browser}
}

func TestSignaturesThatAnybodyCouldMake(t *testing.T) {
	t.Parallel()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		t.Fatal(err)
	}
	public := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
	b := newBench(t, func(p *oidctest.Provider, _ *oidc.Issuer) { p.Use(key, jose.RS256) })
	b.person() // RS256 itself is fine
	for _, header := range []string{`{"alg":"none"}`, `{"alg":"None"}`, `{"alg":"none","kid":"key-2"}`, `{"alg":""}`, `{}`, `{"alg":["RS256"]}`} {
		b.refused(forged(b, header, func(string) string { return "" }), "not a signed token")
		b.refused(forged(b, header, func(string) string { return "AAAA" }), "not a signed token")
	}
	b.refused(forged(b, `{"alg":"HS256","kid":"key-2"}`, func(input string) string {
		mac := hmac.New(sha256.New, public)
		mac.Write([]byte(input))
		return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
	}), "not a signed token")
	// The way to forge is the only thing wrong with these.
	forgedBy := func(signer *rsa.PrivateKey) func(string) string {
		return func(input string) string {
			sum := sha256.Sum256([]byte(input))
			text, err := rsa.SignPKCS1v15(rand.Reader, signer, crypto.SHA256, sum[:])
			if err != nil {
				t.Fatal(err)
			}
			return base64.RawURLEncoding.EncodeToString(text)
		}
	}
	other, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	jwk, err := (&jose.JSONWebKey{Key: other.Public()}).MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	b.refused(forged(b, `{"alg":"RS256","kid":"key-2"}`, forgedBy(other)), "the signature is of none")
	b.refused(forged(b, `{"alg":"RS256","kid":"key-2","jwk":`+string(jwk)+`}`, forgedBy(other)), "the signature is of none")
	b.refused(forged(b, `{"alg":"RS256","kid":"other"}`, forgedBy(key)), "the signature is of none")
	b.refused(forged(b, `{"alg":"RS256","kid":"key-2","crit":["x"],"x":1}`, forgedBy(key)), "the signature is of none")
	b.refused(forged(b, `{"alg":"PS256","kid":"key-2"}`, forgedBy(key)), "the signature is of none")
	if _, _, err := b.service.Finish(t.Context(), forged(b, `{"alg":"RS256","kid":"key-2"}`, forgedBy(key))); err != nil {
		t.Errorf("the right one: %v (%s)", err, refusal.Why(err))
	}
}

func TestKeysRotate(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	b.person()
	b.person()
	if got := b.provider.Seen("keys"); got != 1 {
		t.Errorf("fetched the keys %d times, want once", got)
	}
	b.provider.Rotate(t)
	b.refused(b.answered(), "none of its") // just asked
	b.at = b.at.Add(5 * time.Second)
	b.person()
	if got := b.provider.Seen("keys"); got != 2 {
		t.Errorf("fetched the keys %d times, want twice", got)
	}
	b.at = b.at.Add(59 * time.Minute) // keys that were withdrawn do not last
	b.at = b.at.Add(time.Minute)
	b.provider.Claims["exp"] = b.at.Add(time.Hour).Unix()
	b.person()
	if got := b.provider.Seen("keys"); got != 3 {
		t.Errorf("fetched the keys %d times, want three times", got)
	}
}

func TestShortKeysDoNotCount(t *testing.T) {
	t.Parallel()
	key, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	b := newBench(t, func(p *oidctest.Provider, _ *oidc.Issuer) { p.Use(key, jose.RS256) })
	b.refused(b.answered(), "none of its 0 keys")
}
