// SPDX-License-Identifier: Apache-2.0

package oidc

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"time"

	gooidc "github.com/coreos/go-oidc/v3/oidc"
	"github.com/go-jose/go-jose/v4"
	"golang.org/x/oauth2"

	"securescore/internal/access/refusal"
)

const (
	timeout   = 10 * time.Second
	maxAnswer = 1 << 20 // bytes of an issuer's answer
)

// Provider is one issuer of the configuration with what it publishes. Its
// methods may be called by many goroutines at once.
type Provider struct {
	Issuer

	service *Service
	found   *cached[discovered]
	keys    *cached[[]jose.JSONWebKey]
}

// discovered is what the discovery document says.
type discovered struct {
	endpoint   oauth2.Endpoint
	keys       string // address
	endSession string // address; empty when there is none
	issParam   bool   // answers name their issuer (RFC 9207)
}

func newProvider(s *Service, issuer Issuer) *Provider {
	p := &Provider{Issuer: issuer, service: s}
	p.found = &cached[discovered]{now: s.config.Now, load: p.discover}
	p.keys = &cached[[]jose.JSONWebKey]{now: s.config.Now, load: p.fetchKeys}
	return p
}

// down is the error of an issuer that does not answer as it should.
func (p *Provider) down(doing string, err error) error {
	return refusal.Unavailable("the sign-in service "+p.name()+" does not answer; try again in a moment", "issuer %s: %s: %s", p.ID, doing, refusal.Quote(err.Error()))
}

// name is how the issuer is called in what people read.
func (p *Provider) name() string {
	if p.Title != "" {
		return p.Title
	}
	return p.ID
}

func (p *Provider) discover(ctx context.Context) (discovered, error) {
	const doing = "read the discovery document"
	provider, err := gooidc.NewProvider(gooidc.ClientContext(ctx, p.service.client), p.Issuer.Issuer)
	if err != nil {
		return discovered{}, p.down(doing, err)
	}
	var more struct {
		Keys        string   `json:"jwks_uri"`
		EndSession  string   `json:"end_session_endpoint"`
		AuthMethods []string `json:"token_endpoint_auth_methods_supported"`
		IssParam    bool     `json:"authorization_response_iss_parameter_supported"`
	}
	if err := provider.Claims(&more); err != nil {
		return discovered{}, p.down(doing, err)
	}
	d := discovered{endpoint: provider.Endpoint(), keys: more.Keys, endSession: more.EndSession, issParam: more.IssParam}
	d.endpoint.AuthStyle = authStyle(p.Secret.text != "", more.AuthMethods)
	needed := []string{d.keys}
	if p.ClientID != "" {
		needed = append(needed, d.endpoint.AuthURL, d.endpoint.TokenURL)
	}
	if d.endSession != "" {
		needed = append(needed, d.endSession)
	}
	for _, address := range needed {
		u, err := url.Parse(address)
		if err != nil || u.Host == "" || !secure(u) {
			return discovered{}, p.down(doing, fmt.Errorf("%q is no address that begins with https", address))
		}
	}
	return d, nil
}

// authStyle is how the client shows its secret: in the header, which every
// issuer must know, unless the issuer says that it takes it in the body only.
func authStyle(secret bool, methods []string) oauth2.AuthStyle {
	if !secret || (len(methods) > 0 && !slices.Contains(methods, "client_secret_basic")) {
		return oauth2.AuthStyleInParams
	}
	return oauth2.AuthStyleInHeader
}

// bounded keeps an issuer from answering without end.
type bounded struct{ http.RoundTripper }

// RoundTrip implements http.RoundTripper.
func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	w, err := b.RoundTripper.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	w.Body = struct {
		io.Reader
		io.Closer
	}{io.LimitReader(w.Body, maxAnswer), w.Body}
	return w, nil
}

// newClient returns a client that follows no redirection: what an issuer
// publishes, and the secret that goes to it, stay at the addresses it named.
func newClient(transport http.RoundTripper) *http.Client {
	if transport == nil {
		transport = http.DefaultTransport
	}
	return &http.Client{
		Transport: bounded{transport}, Timeout: timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

var errStatus = errors.New("unexpected status")

// fetch reads a document of the issuer.
func (p *Provider) fetch(ctx context.Context, address string) (data []byte, err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return nil, err
	}
	w, err := p.service.client.Do(r)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, w.Body.Close()) }()
	if w.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%w %d", errStatus, w.StatusCode)
	}
	return io.ReadAll(w.Body)
}
