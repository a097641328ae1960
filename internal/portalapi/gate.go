// SPDX-License-Identifier: Apache-2.0

package portalapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"securescore/internal/access"
	"securescore/internal/httpserver"
	"securescore/internal/people"
	"securescore/internal/posture"
)

// Route is one way in, with what whoever takes it must be allowed to do.
type Route struct {
	Pattern string // method and path, as http.ServeMux takes them
	Action  access.Action
}

// Routes are all of them. A request that fits none is answered with not found,
// and only to somebody who is signed in.
func (a *API) Routes() []Route { return a.routes }

// may puts a route into the table. Two with one pattern are a fault of the
// program, which the mux reports.
func (a *API) may(pattern string, action access.Action) {
	a.routes = append(a.routes, Route{pattern, action})
	a.actions[pattern] = action
}

// visit is what is known of the caller while a request is answered.
type visit struct {
	session   access.Session
	secret    string
	principal *access.Principal
	tenant    posture.TenantID // of the path; Everywhere for none
}

type visitKey struct{}

func visitOf(ctx context.Context) *visit {
	v, _ := ctx.Value(visitKey{}).(*visit)
	if v == nil {
		return &visit{}
	}
	return v
}

// by is who makes the request; nil when nobody has to be known.
func by(ctx context.Context) *access.Principal { return visitOf(ctx).principal }

// doorOf is where a request came in.
func doorOf(ctx context.Context) people.Door {
	d := people.Door{Via: access.ViaPortal, Request: httpserver.RequestID(ctx)}
	if addr := httpserver.RemoteAddr(ctx); addr.IsValid() {
		d.From = addr.String()
	}
	return d
}

// gate lets through what the table allows to whoever is signed in.
func (a *API) gate(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		ctx := r.Context()
		_, pattern := a.mux.Handler(r)
		action, known := a.actions[pattern]
		if known {
			httpserver.SetRoute(ctx, pattern)
		}
		if known && (*access.Principal)(nil).May(action, access.Everywhere) == nil {
			next.ServeHTTP(w, r)
			return
		}
		v, err := a.enter(w, r)
		if err != nil {
			a.problem(ctx, err).Write(w)
			return
		}
		if !known { // no row, no answer: not even to somebody who may do everything
			a.problem(ctx, fmt.Errorf("%s %s: %w", r.Method, r.URL.Path, posture.ErrNotFound)).Write(w)
			return
		}
		v.tenant = posture.TenantID(pathValue(pattern, r.URL.Path, "tenant"))
		if err := v.principal.May(action, v.tenant); err != nil {
			a.refused(ctx, v.principal, action, v.tenant, err)
			a.problem(ctx, err).Write(w)
			return
		}
		next.ServeHTTP(w, r.WithContext(context.WithValue(ctx, visitKey{}, v)))
	})
}

// enter finds out who sends a request, and renews the cookie when its secret
// was replaced.
func (a *API) enter(w http.ResponseWriter, r *http.Request) (*visit, error) {
	ctx := r.Context()
	secret := secretOf(r)
	session, renewed, err := a.SignIn.Check(ctx, secret)
	if err != nil {
		return nil, err
	}
	if renewed != "" {
		secret = renewed
		http.SetCookie(w, sessionCookie(ctx, renewed, 0))
	}
	if session.Issuer != "" && (a.Issuers == nil || !a.Issuers.Configured(session.Issuer)) {
		return nil, fmt.Errorf("session: %w: its issuer is not configured any more", posture.ErrUnauthenticated)
	}
	principal, err := a.People.OfSession(ctx, session, doorOf(ctx))
	if err != nil {
		return nil, err
	}
	return &visit{session: session, secret: secret, principal: principal}, nil
}

// refused keeps that somebody tried what is not theirs. The answer does not
// depend on whether that worked.
func (a *API) refused(ctx context.Context, p *access.Principal, action access.Action, tenant posture.TenantID, why error) {
	if errors.Is(why, posture.ErrUnauthenticated) {
		return
	}
	if err := a.People.Refused(ctx, p, action, tenant, why); err != nil {
		a.Log.ErrorContext(ctx, "a refusal could not be written to the audit log", "request_id", httpserver.RequestID(ctx), "error", err)
	}
}

// pathValue is the part of a path that a pattern gives a name; empty when the
// pattern has no such name.
func pathValue(pattern, path, name string) string {
	_, template, _ := strings.Cut(pattern, " ")
	want := strings.Split(template, "/")
	got := strings.Split(path, "/")
	for i, part := range want {
		if part == "{"+name+"}" && i < len(got) {
			return got[i]
		}
	}
	return ""
}
