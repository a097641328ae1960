// SPDX-License-Identifier: Apache-2.0

package portalapi

import (
	"context"
	"net/http"

	"securescore/internal/httpserver"
)

// The cookies. A name with __Host- is taken by browsers only from this very
// host, over TLS, for all paths. Where the server speaks plain HTTP to its own
// machine browsers take no such cookie, so that it has another name there.
const (
	plainSession  = "securescore_session"
	secureSession = "__Host-securescore"
	plainBrowser  = "securescore_signin"
	secureBrowser = "__Host-securescore-signin"
)

func cookieName(ctx context.Context, secure, plain string) string {
	if httpserver.Secure(ctx) {
		return secure
	}
	return plain
}

// sessionCookie lives as long as the browser runs; the server ends it earlier.
// No other site makes a browser send it. A negative age takes it away.
func sessionCookie(ctx context.Context, value string, age int) *http.Cookie {
	return newCookie(ctx, cookieName(ctx, secureSession, plainSession), value, age, http.SameSiteStrictMode)
}

// browserCookie ties a sign-in to one browser. It has to come along when the
// issuer sends the browser back, which Strict would prevent.
func browserCookie(ctx context.Context, value string, age int) *http.Cookie {
	return newCookie(ctx, cookieName(ctx, secureBrowser, plainBrowser), value, age, http.SameSiteLaxMode)
}

// newCookie makes a cookie that no script can read.
func newCookie(ctx context.Context, name, value string, age int, site http.SameSite) *http.Cookie {
	//nolint:gosec // secure whenever the request came over TLS; over plain HTTP, on loopback only, browsers would drop it
	return &http.Cookie{Name: name, Value: value, Path: "/", MaxAge: age, HttpOnly: true, Secure: httpserver.Secure(ctx), SameSite: site}
}

func cookieOf(r *http.Request, name string) string {
	cookie, err := r.Cookie(name)
	if err != nil {
		return ""
	}
	return cookie.Value
}

func secretOf(r *http.Request) string {
	return cookieOf(r, cookieName(r.Context(), secureSession, plainSession))
}
