// SPDX-License-Identifier: Apache-2.0

package oidc

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"securescore/internal/access"
	"securescore/internal/access/session"
	"securescore/internal/posture"
)

// Flows keeps sign-ins under way. *session.Service is one.
type Flows interface {
	BeginFlow(ctx context.Context, issuer, returnTo string) (session.Started, error)
	SpendFlow(ctx context.Context, state, browser string) (access.Flow, error)
}

// Config is what a service needs.
type Config struct {
	Issuers []Issuer // as Load returns them
	Tenants Tenants
	Flows   Flows
	Now     func() time.Time
	// Transport carries requests to issuers; nil for the usual one.
	Transport http.RoundTripper
}

// Service knows the issuers of the configuration. Its methods may be called by
// many goroutines at once. Nothing is asked of an issuer before it is needed,
// so that one that is down keeps nobody from starting.
type Service struct {
	config Config
	client *http.Client
	order  []*Provider
	byID   map[string]*Provider
	byText map[string]*Provider // by the exact text of iss
}

// New returns a service.
func New(config Config) *Service {
	s := &Service{config: config, client: newClient(config.Transport), byID: map[string]*Provider{}, byText: map[string]*Provider{}}
	for _, issuer := range config.Issuers {
		p := newProvider(s, issuer)
		s.order = append(s.order, p)
		s.byID[issuer.ID] = p
		s.byText[issuer.Issuer] = p
	}
	return s
}

// Choice is an issuer where people can sign in.
type Choice struct {
	ID    string
	Title string
}

// Choices are the issuers where people can sign in, in the order of the file.
func (s *Service) Choices() []Choice {
	var list []Choice
	for _, p := range s.order {
		if p.ClientID != "" {
			list = append(list, Choice{p.ID, p.Title})
		}
	}
	return list
}

// Configured reports whether the file has an issuer with this id. Sessions of
// one that is gone do not hold any more.
func (s *Service) Configured(id string) bool {
	_, ok := s.byID[id]
	return ok
}

// signIn returns an issuer where people can sign in.
func (s *Service) signIn(id string) (*Provider, error) {
	p, ok := s.byID[id]
	if !ok || p.ClientID == "" {
		return nil, fmt.Errorf("issuer %q: %w", id, posture.ErrNotFound)
	}
	return p, nil
}

// LogoutURL returns the address at which the issuer ends its own session and
// then goes on to an address of ours. It returns false when the issuer has none,
// or does not answer.
func (s *Service) LogoutURL(ctx context.Context, id, postLogout string) (string, bool) {
	p, err := s.signIn(id)
	if err != nil {
		return "", false
	}
	d, err := p.found.get(ctx)
	if err != nil || d.endSession == "" {
		return "", false
	}
	u, err := url.Parse(d.endSession)
	if err != nil {
		return "", false
	}
	query := u.Query()
	query.Set("client_id", p.ClientID)
	query.Set("post_logout_redirect_uri", postLogout)
	u.RawQuery = query.Encode()
	return u.String(), true
}
