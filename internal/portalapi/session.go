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

	"securescore/internal/httpserver"
	"securescore/internal/posture"
)

// CookieName is the cookie that holds the secret of a session. It goes to this
// server's own pages only and no script can read it. It has no __Host- prefix,
// since browsers take that over TLS only and this server speaks plain HTTP to
// its own machine.
const CookieName = "securescore_session"

// Session is what a signed-in person may know of the session.
type Session struct {
	Ends time.Time `json:"ends" doc:"When it ends at the latest"`
}

// gate lets nothing through without a session, except opening one.
func (a *API) gate(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		opens := r.Method == http.MethodPost && r.URL.Path == "/api/session"
		if !opens {
			_, next, err := a.SignIn.Check(r.Context(), secretOf(r))
			if err != nil {
				a.problem(r.Context(), err).Write(w)
				return
			}
			if next != "" {
				renewed := cookie(next, 0)
				http.SetCookie(w, &renewed)
			}
		}
		next.ServeHTTP(w, r)
	})
}

func secretOf(r *http.Request) string {
	cookie, err := r.Cookie(CookieName)
	if err != nil {
		return ""
	}
	return cookie.Value
}

func (a *API) sessionOperations() {
	register(a, huma.Operation{
		OperationID: "getSession", Method: http.MethodGet, Path: "/api/session",
		Summary: "The session of the caller",
	}, a.session)
	register(a, huma.Operation{
		OperationID: "openSession", Method: http.MethodPost, Path: "/api/session",
		Summary:       "Spend a one-time token and open a session",
		Description:   "Works from this machine itself and without a proxy only.",
		DefaultStatus: http.StatusCreated, MaxBodyBytes: 1 << 10,
		Middlewares: huma.Middlewares{a.directOnly},
	}, a.openSession)
	register(a, huma.Operation{
		OperationID: "endSession", Method: http.MethodDelete, Path: "/api/session",
		Summary: "Sign out", DefaultStatus: http.StatusNoContent,
	}, a.endSession)
}

func (a *API) directOnly(ctx huma.Context, next func(huma.Context)) {
	r, w := humago.Unwrap(ctx)
	if err := httpserver.CheckDirectLoopback(r); err != nil {
		a.problem(r.Context(), err).Write(w)
		return
	}
	next(ctx)
}

type sessionInput struct {
	Secret string `cookie:"securescore_session" hidden:"true"`
}

func (a *API) session(ctx context.Context, in *sessionInput) (*body[Session], error) {
	v, _, err := a.SignIn.Check(ctx, in.Secret)
	return answer(Session{Ends: a.SignIn.Ends(&v)}, err)
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
		return nil, fmt.Errorf("the link has been used or is too old; start the server again for a new one: %w", posture.ErrUnauthenticated)
	}
	if err != nil {
		return nil, err
	}
	return &openSessionOutput{SetCookie: cookie(secret, 0), Body: Session{Ends: a.SignIn.Ends(&v)}}, nil
}

type endSessionOutput struct {
	SetCookie http.Cookie `header:"Set-Cookie"`
}

func (a *API) endSession(ctx context.Context, in *sessionInput) (*endSessionOutput, error) {
	if _, _, err := a.SignIn.SignOut(ctx, in.Secret); err != nil {
		return nil, err
	}
	return &endSessionOutput{cookie("", -1)}, nil
}

// cookie lives as long as the browser runs; the server ends it earlier. A
// negative age takes it away.
func cookie(secret string, age int) http.Cookie {
	//nolint:gosec // no Secure: this server speaks plain HTTP, on loopback only
	return http.Cookie{Name: CookieName, Value: secret, Path: "/", MaxAge: age, HttpOnly: true, SameSite: http.SameSiteStrictMode}
}
