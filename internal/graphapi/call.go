// SPDX-License-Identifier: Apache-2.0

package graphapi

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"securescore/internal/access"
	"securescore/internal/httpserver"
	"securescore/internal/posture"
)

// call is one request as a handler sees it, from the network or from a batch.
type call struct {
	method string
	target target
	query  string // as it came, without the question mark
	header http.Header
	key    string // what stands in the braces of the route
	base   string // address up to the version, for links
	packed bool   // a compressed body is welcome
	inner  bool   // part of a batch
	body   func() ([]byte, error)
	leave  func() // ends the call for the limits

	principal *access.Principal
	tenant    posture.TenantID

	requestID, clientID string
}

func newCall(r *http.Request) *call {
	c := &call{
		method: r.Method, query: r.URL.RawQuery, header: r.Header, packed: acceptsGzip(r.Header),
		requestID: httpserver.RequestID(r.Context()), leave: func() {},
	}
	c.clientID = clientRequestID(r.Header, c.requestID)
	return c
}

// introduce tells both ids of the request.
func (c *call) introduce(h http.Header) {
	h["Request-Id"] = []string{c.requestID}
	h["Client-Request-Id"] = []string{c.clientID}
}

// maxClientID is how long an id that a client gives a request may be.
const maxClientID = 128

// clientRequestID is the id that the client gave, if it can be printed, or
// else ours.
func clientRequestID(h http.Header, ours string) string {
	id := h.Get("Client-Request-Id")
	if id == "" || len(id) > maxClientID || strings.ContainsFunc(id, func(r rune) bool { return r < ' ' || r > '~' }) {
		return ours
	}
	return id
}

// maxToken is how long a bearer token may be.
const maxToken = 16 << 10

// identify finds out who sends a request.
func (a *API) identify(ctx context.Context, r *http.Request) (*access.Principal, error) {
	values := r.Header.Values("Authorization")
	if len(values) == 0 {
		return nil, &apiError{
			status: http.StatusUnauthorized, code: codeToken, message: "Access token is empty.",
			header: http.Header{"Www-Authenticate": {"Bearer"}},
		}
	}
	scheme, token, _ := strings.Cut(values[0], " ")
	token = strings.TrimSpace(token)
	if len(values) > 1 || !strings.EqualFold(scheme, "Bearer") || token == "" || len(token) > maxToken {
		return nil, posture.ErrUnauthenticated
	}
	p, err := a.Authenticator.Bearer(ctx, token)
	if err == nil && p == nil {
		return nil, posture.ErrUnauthenticated
	}
	return p, err
}

// tenant finds the one tenant that a call is about: that of its path, or else
// the one that the token is of, or the only one that the principal is for. A tenant that is none of the
// principal's and one that does not exist take the same way to the same error.
func (a *API) tenant(ctx context.Context, c *call) (posture.TenantID, error) {
	if c.target.tenant == "" {
		return onlyTenant(c.principal)
	}
	found, err := a.Tenants.Resolve(ctx, c.target.tenant)
	if err != nil && !errors.Is(err, posture.ErrNotFound) {
		return "", err
	}
	if err != nil || !c.principal.Sees(found) {
		return "", noSuch()
	}
	return found, nil
}

func onlyTenant(p *access.Principal) (posture.TenantID, error) {
	if only := cmp.Or(p.Tenant, p.Home); only != access.Everywhere {
		return only, nil
	}
	some, everywhere := access.Tenants(p.Holdings)
	switch {
	case len(some) == 1 && !everywhere:
		return some[0], nil
	case len(some) == 0 && !everywhere:
		return "", forbidden()
	}
	e := badRequest("This token is for several tenants. Name one in the address: /t/{tenantId}/v1.0/…")
	e.target = "tenantId"
	return "", e
}

// allow asks the table, and tells whoever listens of what it refuses.
func (a *API) allow(ctx context.Context, c *call, action access.Action) error {
	err := c.principal.May(action, c.tenant)
	// Without a tenant in the address the token itself names this one: there is
	// nothing to hide, and clients take 404 on a whole set for a missing licence.
	if errors.Is(err, posture.ErrNotFound) && c.target.tenant == "" {
		err = fmt.Errorf("%s: %w: no role in the tenant of the token", action, posture.ErrForbidden)
	}
	if errors.Is(err, posture.ErrForbidden) && a.Refused != nil {
		a.Refused(ctx, c.principal, action, c.tenant)
	}
	return err
}
