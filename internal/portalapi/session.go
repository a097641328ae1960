// SPDX-License-Identifier: Apache-2.0

package portalapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"securescore/internal/access"
	"securescore/internal/httpserver"
	"securescore/internal/posture"
)

// Session is what a signed-in person may know of the session.
type Session struct {
	Ends time.Time `json:"ends" doc:"When it ends at the latest"`
	Name string    `json:"name" doc:"Who is signed in"`
	// Operator: signed in by a one-time link from the machine itself.
	Operator bool            `json:"operator"`
	Can      []access.Action `json:"can" nullable:"false" doc:"What may be done in the whole installation"`
}

// SignInWays are the ways to sign in.
type SignInWays struct {
	Issuers []IssuerButton `json:"issuers" nullable:"false"`
	// Link: a one-time link can be used from where the request came.
	Link bool `json:"link"`
}

// IssuerButton is an issuer to sign in with, at /auth/signin/ and its id.
type IssuerButton struct {
	ID    string `json:"id"`
	Title string `json:"title"`
}

func (a *API) sessionOperations() {
	register(a, access.OpenSession, huma.Operation{
		OperationID: "getSignInWays", Method: http.MethodGet, Path: "/api/signin",
		Summary: "How one can sign in here",
	}, a.ways)
	register(a, access.UseOwnSession, huma.Operation{
		OperationID: "getSession", Method: http.MethodGet, Path: "/api/session",
		Summary: "The session of the caller",
	}, func(ctx context.Context, _ *struct{}) (*body[Session], error) {
		v := visitOf(ctx)
		return answer(a.describe(&v.session, v.principal), nil)
	})
	register(a, access.OpenSession, huma.Operation{
		OperationID: "openSession", Method: http.MethodPost, Path: "/api/session",
		Summary:       "Spend a one-time token and open a session",
		Description:   "Works from this machine itself and without a proxy only.",
		DefaultStatus: http.StatusCreated, MaxBodyBytes: 1 << 10,
		Middlewares: huma.Middlewares{a.directOnly},
	}, a.openSession)
	register(a, access.UseOwnSession, huma.Operation{
		OperationID: "endSession", Method: http.MethodDelete, Path: "/api/session",
		Summary: "Sign out",
	}, a.endSession)
}

func (a *API) describe(v *access.Session, p *access.Principal) Session {
	return Session{Ends: a.SignIn.Ends(v), Name: p.Name, Operator: v.Person == "", Can: p.Can(access.Everywhere)}
}

type directInput struct{ link bool }

// Resolve implements huma.Resolver: it looks at the request itself.
func (d *directInput) Resolve(ctx huma.Context) []error {
	r, _ := humago.Unwrap(ctx)
	d.link = httpserver.CheckDirectLoopback(r) == nil
	return nil
}

func (a *API) ways(_ context.Context, in *directInput) (*body[SignInWays], error) {
	w := SignInWays{Issuers: []IssuerButton{}, Link: in.link}
	if a.Issuers != nil {
		for _, c := range a.Issuers.Choices() {
			w.Issuers = append(w.Issuers, IssuerButton(c))
		}
	}
	return answer(w, nil)
}

func (a *API) directOnly(ctx huma.Context, next func(huma.Context)) {
	r, w := humago.Unwrap(ctx)
	if err := httpserver.CheckDirectLoopback(r); err != nil {
		a.failed(r.Context(), err)
		a.problem(r.Context(), err).Write(w)
		return
	}
	next(ctx)
}

type openSessionInput struct {
	Body struct {
		Token string `json:"token" minLength:"43" maxLength:"43" doc:"From the link that the server printed"`
	}
}

type openSessionOutput struct {
	SetCookie http.Cookie `header:"Set-Cookie"`
	Body      Session
}

func (a *API) openSession(ctx context.Context, in *openSessionInput) (*openSessionOutput, error) {
	v, secret, err := a.SignIn.SignIn(ctx, in.Body.Token)
	if errors.Is(err, posture.ErrUnauthenticated) {
		a.failed(ctx, err)
		return nil, fmt.Errorf("the link has been used or is too old; 'securescore signin' prints a new one: %w", posture.ErrUnauthenticated)
	}
	if err != nil {
		return nil, err
	}
	if err := a.People.OperatorArrived(ctx, doorOf(ctx)); err != nil {
		return nil, err
	}
	principal, err := a.People.OfSession(ctx, v, doorOf(ctx))
	if err != nil {
		return nil, err
	}
	return &openSessionOutput{SetCookie: *sessionCookie(ctx, secret, 0), Body: a.describe(&v, principal)}, nil
}

// SignedOut says where the issuer ends its own session.
type SignedOut struct {
	URL string `json:"url" doc:"Open it to sign out at the issuer too; empty when there is nothing to do"`
}

type endSessionOutput struct {
	SetCookie http.Cookie `header:"Set-Cookie"`
	Body      SignedOut
}

type baseInput struct{ base string }

// Resolve implements huma.Resolver.
func (b *baseInput) Resolve(ctx huma.Context) []error {
	r, _ := humago.Unwrap(ctx)
	b.base = httpserver.BaseURL(r)
	return nil
}

func (a *API) endSession(ctx context.Context, in *baseInput) (*endSessionOutput, error) {
	v := visitOf(ctx)
	if _, _, err := a.SignIn.SignOut(ctx, v.secret); err != nil {
		return nil, err
	}
	if err := a.People.SignedOut(ctx, v.principal); err != nil {
		return nil, err
	}
	out := &endSessionOutput{SetCookie: *sessionCookie(ctx, "", -1)}
	if a.Issuers != nil && v.session.Issuer != "" {
		if url, ok := a.Issuers.LogoutURL(ctx, v.session.Issuer, in.base+"/signin"); ok {
			out.Body.URL = url
		}
	}
	return out, nil
}
