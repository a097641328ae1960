// SPDX-License-Identifier: Apache-2.0

package portalapi

import (
	"context"
	"errors"
	"html/template"
	"net/http"
	"net/url"

	"securescore/internal/access"
	"securescore/internal/access/oidc"
	"securescore/internal/access/refusal"
	"securescore/internal/access/session"
	"securescore/internal/httpserver"
	"securescore/internal/people"
	"securescore/internal/posture"
)

// Issuers signs people in at OpenID Connect issuers.
type Issuers interface {
	// Choices are the issuers at which people sign in, in the order of the
	// configuration.
	Choices() []oidc.Choice
	// Configured reports whether an issuer is still in the configuration.
	Configured(id string) bool
	Begin(ctx context.Context, id, redirect, returnTo string) (oidc.Begun, error)
	Finish(ctx context.Context, answer oidc.Answer) (who oidc.Person, returnTo string, err error)
	// LogoutURL is where the issuer ends its own session and comes back.
	LogoutURL(ctx context.Context, id, back string) (url string, ok bool)
}

// flowSeconds is how long the cookie of a sign-in lives.
const flowSeconds = 600

// signInOperations are pages and not JSON: a browser goes there.
func (a *API) signInOperations() {
	a.page("GET /auth/signin/{issuer}", a.beginSignIn)
	a.page("GET /auth/callback/{issuer}", a.finishSignIn)
}

func (a *API) page(pattern string, serve http.HandlerFunc) {
	a.may(pattern, access.OpenSession)
	a.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		if a.Issuers == nil {
			a.problem(r.Context(), errNoIssuer).Write(w)
			return
		}
		serve(w, r)
	})
}

var errNoIssuer = errors.Join(errors.New("no issuer is configured"), posture.ErrNotFound)

// callback is where an issuer sends the browser back.
func callback(r *http.Request, issuer string) string {
	return httpserver.BaseURL(r) + "/auth/callback/" + url.PathEscape(issuer)
}

func (a *API) beginSignIn(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("issuer")
	begun, err := a.Issuers.Begin(r.Context(), id, callback(r, id), r.URL.Query().Get("return"))
	if err != nil {
		a.notSignedIn(w, r, err)
		return
	}
	http.SetCookie(w, browserCookie(r.Context(), begun.Browser, flowSeconds))
	http.Redirect(w, r, begun.URL, http.StatusSeeOther)
}

func (a *API) finishSignIn(w http.ResponseWriter, r *http.Request) {
	ctx, id := r.Context(), r.PathValue("issuer")
	browser := cookieOf(r, cookieName(ctx, secureBrowser, plainBrowser))
	http.SetCookie(w, browserCookie(ctx, "", -1))
	who, returnTo, err := a.Issuers.Finish(ctx, oidc.Answer{Issuer: id, Redirect: callback(r, id), Query: r.URL.Query(), Browser: browser})
	if err != nil {
		a.notSignedIn(w, r, err)
		return
	}
	proof := people.Proof{Identity: who.Identity, Name: who.Name, Email: who.Email, Claimed: who.Claimed, Notes: who.Notes}
	person, err := a.People.Arrive(ctx, proof, doorOf(ctx))
	if err != nil {
		a.notSignedIn(w, r, err)
		return
	}
	_, secret, err := a.SignIn.Open(ctx, session.Who{Person: person.ID, Claimed: who.Claimed, Issuer: who.Issuer})
	if err != nil {
		a.notSignedIn(w, r, err)
		return
	}
	http.SetCookie(w, sessionCookie(ctx, secret, 0))
	onward(w, returnTo)
}

// onwardPage leads on by itself. A redirect would still count as coming from
// the issuer's site, and the browser would keep the new cookie back.
var onwardPage = template.Must(template.New("onward").Parse(`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Signed in</title><meta http-equiv="refresh" content="0;url={{.}}"></head>
<body><p>You are signed in. <a href="{{.}}">Go on</a></p></body></html>
`))

func onward(w http.ResponseWriter, address string) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	_ = onwardPage.Execute(w, address) // a browser that has gone needs nothing more
}

// notSignedIn leads back to the sign-in page with a word for what happened, and
// writes down what it was.
func (a *API) notSignedIn(w http.ResponseWriter, r *http.Request, err error) {
	ctx := r.Context()
	word := "failed"
	switch {
	case errors.Is(err, posture.ErrUnavailable):
		word = "unavailable"
	case errors.Is(err, posture.ErrForbidden):
		word = "removed"
	case errors.Is(err, posture.ErrNotFound):
		word = "unknown"
	case errors.Is(err, posture.ErrUnauthenticated) && r.URL.Query().Get("error") == "access_denied":
		word = "cancelled"
	case !errors.Is(err, posture.ErrUnauthenticated):
		a.problem(ctx, err) // logs an internal error with the id of the request
	}
	if !errors.Is(err, posture.ErrForbidden) {
		a.failed(ctx, err)
	}
	http.Redirect(w, r, "/signin?problem="+word+"&request="+url.QueryEscape(httpserver.RequestID(ctx)), http.StatusSeeOther)
}

// failed keeps that somebody did not get in, with the reason that the answer
// does not tell.
func (a *API) failed(ctx context.Context, err error) {
	if noted := a.People.Failed(ctx, doorOf(ctx), "", errors.New(refusal.Why(err))); noted != nil {
		a.Log.ErrorContext(ctx, "a failed sign-in could not be written to the audit log", "request_id", httpserver.RequestID(ctx), "error", noted)
	}
}
