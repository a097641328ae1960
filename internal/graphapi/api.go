// SPDX-License-Identifier: Apache-2.0

package graphapi

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"securescore/internal/access"
	"securescore/internal/assess"
	"securescore/internal/graphapi/daily"
	"securescore/internal/graphapi/profile"
	"securescore/internal/httpserver"
	"securescore/internal/posture"
)

// Authenticator says who sends a request by its bearer token; cookies are
// never looked at. Errors wrap posture.ErrUnauthenticated.
type Authenticator interface {
	Bearer(ctx context.Context, token string) (*access.Principal, error)
}

// Tenants finds a tenant by what a path or a token calls it.
type Tenants interface {
	// Resolve returns our id for our own id or an Entra GUID, in any letter case,
	// or an error that wraps posture.ErrNotFound. A name is no id.
	Resolve(ctx context.Context, id string) (posture.TenantID, error)
}

// Scores opens the days of a tenant. *daily.Source is one.
type Scores interface {
	Open(ctx context.Context, tenant posture.TenantID) (*daily.View, error)
}

// Profiles opens the improvement actions of a tenant. *profile.Source is one.
type Profiles interface {
	Open(ctx context.Context, tenant posture.TenantID) (*profile.View, error)
	// IfMatch returns profile.Profile.State for a history.
	IfMatch(history []assess.StateUpdate) string
}

// Decider keeps what people decide. *assess.Assessor is one.
type Decider interface {
	PatchStatus(ctx context.Context, tenant posture.TenantID, by *access.Principal, control posture.ControlID, change assess.StatusChange) (assess.Patched, error)
}

// Config is what the API needs.
type Config struct {
	Authenticator Authenticator
	Tenants       Tenants
	Scores        Scores
	Profiles      Profiles
	Decider       Decider
	// PageKeys are keys of page tokens, of 32 random bytes each and the same in
	// all processes of an installation: the first signs, all read.
	PageKeys [][]byte
	Limits   Limits
	// Refused is told of everything that somebody who is known was not allowed to
	// do; it may be nil.
	Refused func(ctx context.Context, by *access.Principal, action access.Action, tenant posture.TenantID)
	Now     func() time.Time
	Log     *slog.Logger
}

// API answers under /v1.0 and /beta, for one tenant under /t/{tenant}/ before
// them. It is an httpserver.PrefixMounter and an httpserver.ProblemWriter.
type API struct {
	Config

	routes               []compiled
	limiter              *limiter
	scoreSet, profileSet *resource
	buffers              buffers
}

// New returns the API.
func New(config Config) *API {
	return &API{
		Config: config, routes: compile(Routes()), limiter: newLimiter(config.Limits, config.Now),
		scoreSet: scoreResource(), profileSet: profileResource(),
	}
}

// Mount takes nothing from the mux: everything lies below the prefixes.
func (a *API) Mount(*http.ServeMux) {}

// Prefixes implements httpserver.PrefixMounter.
func (a *API) Prefixes() []string {
	list := make([]string, 0, 2*len(versions))
	for _, version := range versions {
		list = append(list, "/"+version, "/t/{tenant}/"+version)
	}
	return list
}

// ServeHTTP implements httpserver.PrefixMounter.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c := newCall(r)
	c.introduce(w.Header())
	defer func() { c.leave() }()
	out, err := a.answer(w, r, c)
	if err != nil {
		out = a.publicError(r.Context(), err).answer(c, a.Now())
	}
	a.send(w, r, out)
}

// answer goes the whole way of one request.
func (a *API) answer(w http.ResponseWriter, r *http.Request, c *call) (out *answer, err error) {
	ctx := r.Context()
	if c.target, err = parsePath(r.URL.EscapedPath()); err != nil {
		return nil, err
	}
	c.base = httpserver.BaseURL(r) + c.target.prefix()
	route, key, unknown := a.find(c.method, c.target.path)
	if unknown == nil {
		httpserver.SetRoute(ctx, route.Method+" /{version}"+route.Path)
	}
	if unknown == nil && route.Action == access.ReadPublic {
		return route.handle(a, ctx, c)
	}
	if c.principal, err = a.identify(ctx, r); err != nil {
		return nil, err
	}
	var missing error
	c.tenant, missing = a.tenant(ctx, c)
	if unknown != nil || missing != nil || !route.batch { // what is in a batch counts by itself
		if err = a.enter(c, route); err != nil {
			return nil, err
		}
	}
	switch {
	case missing != nil:
		return nil, missing
	case unknown != nil:
		return nil, unknown
	}
	c.key, c.body = key, func() ([]byte, error) { return readBody(w, r) }
	return a.run(ctx, c, route)
}

// enter counts a call for the limits, until the call leaves.
func (a *API) enter(c *call, route *compiled) error {
	leave, wait := a.limiter.enter(caller{c.principal.Actor, c.tenant}, route != nil && route.scores)
	if wait > 0 {
		return throttled(wait)
	}
	c.leave = leave
	return nil
}

// run asks for the right to take a route, and takes it.
func (a *API) run(ctx context.Context, c *call, route *compiled) (*answer, error) {
	if err := a.allow(ctx, c, route.Action); err != nil {
		return nil, err
	}
	return route.handle(a, ctx, c)
}
