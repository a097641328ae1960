// SPDX-License-Identifier: Apache-2.0

// Package oidctest is an OpenID Connect issuer for tests, which can be made to
// misbehave, and tenants in memory.
package oidctest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"sync"
	"testing"

	"github.com/go-jose/go-jose/v4"
)

// Claims are the claims of a token.
type Claims = map[string]any

// Provider is an issuer. Its fields may be set before it is used.
type Provider struct {
	Issuer   string // what it puts into iss, and where its discovery document is
	ClientID string
	Secret   string // of the client; empty for a public one
	// Claims go into every ID token, over what belongs there.
	Claims Claims
	// Metadata goes into the discovery document, over what belongs there.
	Metadata map[string]any
	// Token goes into the answer of the token endpoint, over what belongs there.
	Token map[string]any

	mu     sync.Mutex
	down   bool
	seen   map[string]int // requests by path below the issuer
	keys   []jose.JSONWebKey
	codes  map[string]url.Values // parameters of the authorization by code
	serial int
}

// New starts an issuer below a path, which may be empty, and stops it when the
// test ends.
func New(tb testing.TB, path string) *Provider {
	tb.Helper()
	p := &Provider{ClientID: "client", seen: map[string]int{}, codes: map[string]url.Values{}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+path+"/.well-known/openid-configuration", p.serve("discovery", p.discovery))
	mux.HandleFunc("GET "+path+"/keys", p.serve("keys", p.publishKeys))
	mux.HandleFunc("POST "+path+"/token", p.serve("token", p.token))
	server := httptest.NewServer(mux)
	tb.Cleanup(server.Close)
	p.Issuer = server.URL + path
	p.Rotate(tb)
	return p
}

// Rotate replaces the signing key.
func (p *Provider) Rotate(tb testing.TB) {
	tb.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		tb.Fatal(err)
	}
	p.Use(key, jose.ES256)
}

// Use signs with a key from now on, under a kid that was not there before.
func (p *Provider) Use(key crypto.Signer, algorithm jose.SignatureAlgorithm) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.serial++
	p.keys = []jose.JSONWebKey{{Key: key, KeyID: "key-" + strconv.Itoa(p.serial), Algorithm: string(algorithm), Use: "sig"}}
}

// Down makes the issuer answer with an error, or lets it recover.
func (p *Provider) Down(down bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.down = down
}

// Seen is how many requests there were of a kind: discovery, keys or token.
func (p *Provider) Seen(kind string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.seen[kind]
}

func (p *Provider) serve(kind string, handle http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		p.seen[kind]++
		down := p.down
		p.mu.Unlock()
		if down {
			http.Error(w, "down: secret detail", http.StatusServiceUnavailable)
			return
		}
		handle(w, r)
	}
}

func (p *Provider) discovery(w http.ResponseWriter, _ *http.Request) {
	document := map[string]any{
		"issuer": p.Issuer, "authorization_endpoint": p.Issuer + "/authorize", "token_endpoint": p.Issuer + "/token",
		"jwks_uri": p.Issuer + "/keys", "end_session_endpoint": p.Issuer + "/logout?x=1",
		"id_token_signing_alg_values_supported": []string{"RS256", "ES256", "HS256", "none"},
	}
	maps.Copy(document, p.Metadata)
	answer(w, http.StatusOK, document)
}

func (p *Provider) publishKeys(w http.ResponseWriter, _ *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	set := jose.JSONWebKeySet{}
	for i := range p.keys {
		set.Keys = append(set.Keys, p.keys[i].Public())
	}
	answer(w, http.StatusOK, set)
}

// Authorize does what the issuer's pages do when somebody has signed in: it
// returns the parameters that the browser brings back.
func (p *Provider) Authorize(tb testing.TB, address string) url.Values {
	tb.Helper()
	u, err := url.Parse(address)
	if err != nil {
		tb.Fatal(err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.serial++
	code := "code-" + strconv.Itoa(p.serial)
	p.codes[code] = u.Query()
	return url.Values{"code": {code}, "state": {u.Query().Get("state")}, "iss": {p.Issuer}}
}

func (p *Provider) token(w http.ResponseWriter, r *http.Request) {
	refuse := func(code string) { answer(w, http.StatusBadRequest, map[string]any{"error": code}) }
	id, secret, ok := r.BasicAuth()
	if ok { // RFC 6749 section 2.3.1
		id, _ = url.QueryUnescape(id)
		secret, _ = url.QueryUnescape(secret)
	} else {
		id, secret = r.PostFormValue("client_id"), r.PostFormValue("client_secret")
	}
	if id != p.ClientID || secret != p.Secret {
		refuse("invalid_client")
		return
	}
	p.mu.Lock()
	begun, ok := p.codes[r.PostFormValue("code")]
	delete(p.codes, r.PostFormValue("code"))
	p.mu.Unlock()
	sum := sha256.Sum256([]byte(r.PostFormValue("code_verifier")))
	if !ok || begun.Get("code_challenge") != base64.RawURLEncoding.EncodeToString(sum[:]) || begun.Get("redirect_uri") != r.PostFormValue("redirect_uri") {
		refuse("invalid_grant")
		return
	}
	claims := Claims{"iss": p.Issuer, "aud": p.ClientID, "nonce": begun.Get("nonce")}
	maps.Copy(claims, p.Claims)
	raw, err := p.sign(claims, "JWT")
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	document := map[string]any{"access_token": "access", "token_type": "Bearer", "id_token": raw}
	maps.Copy(document, p.Token)
	answer(w, http.StatusOK, document)
}

// Sign makes a token of claims, with a header typ that may be empty. Claims
// whose value is nil are left out.
func (p *Provider) Sign(tb testing.TB, claims Claims, kind string) string {
	tb.Helper()
	raw, err := p.sign(claims, kind)
	if err != nil {
		tb.Fatal(err)
	}
	return raw
}

func (p *Provider) sign(claims Claims, kind string) (string, error) {
	p.mu.Lock()
	key := p.keys[0]
	p.mu.Unlock()
	options := &jose.SignerOptions{}
	if kind != "" {
		options = options.WithType(jose.ContentType(kind))
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.SignatureAlgorithm(key.Algorithm), Key: key}, options)
	if err != nil {
		return "", err
	}
	claims = maps.Clone(claims)
	maps.DeleteFunc(claims, func(_ string, v any) bool { return v == nil })
	payload, err := json.Marshal(claims)
	if err != nil {
		return "", err
	}
	signed, err := signer.Sign(payload)
	if err != nil {
		return "", err
	}
	return signed.CompactSerialize()
}

func answer(w http.ResponseWriter, status int, document any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(document); err != nil {
		panic(err) // a test made it of what JSON cannot hold, or stopped listening
	}
}

// Answer is a document as an issuer's server gives it, for a transport without
// a network.
func Answer(document any) (*http.Response, error) {
	w := httptest.NewRecorder()
	answer(w, http.StatusOK, document)
	return w.Result(), nil
}
