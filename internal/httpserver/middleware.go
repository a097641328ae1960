// SPDX-License-Identifier: Apache-2.0

package httpserver

import (
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"runtime/debug"

	"securescore/internal/posture"
)

// recovered turns a panic of a handler into a problem.
func recovered(log *slog.Logger, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() { answerPanic(log, w, r, recover()) }()
		next.ServeHTTP(w, r)
	})
}

func answerPanic(log *slog.Logger, w http.ResponseWriter, r *http.Request, cause any) {
	if cause == nil {
		return
	}
	if err, ok := cause.(error); ok && errors.Is(err, http.ErrAbortHandler) {
		panic(cause)
	}
	refuse(w, r, NewProblem(r.Context(), log, fmt.Errorf("panic: %v\n%s", cause, debug.Stack())))
}

// usual are the headers that fit every answer.
var usual = http.Header{
	"Content-Security-Policy":      {"default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"},
	"X-Content-Type-Options":       {"nosniff"},
	"Cross-Origin-Resource-Policy": {"same-origin"},
}

// ofPages are further headers, which mean something on pages alone: an API for
// programs, below a prefix of its own, goes without.
var ofPages = http.Header{
	"Referrer-Policy":            {"no-referrer"},
	"Cross-Origin-Opener-Policy": {"same-origin"},
	"Permissions-Policy":         {"camera=(), geolocation=(), microphone=(), payment=(), usb=()"},
	"X-Frame-Options":            {"DENY"},
}

// hardened sets the headers that fit every answer. Pages set a policy of their
// own; what is not a page may load nothing at all. Names of the machine itself
// are shared by all that runs on it, so they are not bound to TLS for a year.
func hardened(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		maps.Copy(h, usual)
		if visitOf(r.Context()).owner == nil {
			maps.Copy(h, ofPages)
		}
		if Secure(r.Context()) && !loopback(hostname(r.Host)) {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		next.ServeHTTP(w, r)
	})
}

// sameOrigin refuses changes that a browser sends on behalf of another site.
func sameOrigin(next http.Handler) http.Handler {
	guard := http.NewCrossOriginProtection()
	guard.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		refuse(w, r, StatusProblem(r.Context(), http.StatusForbidden, "Changes are taken from this site's own pages only.", nil))
	}))
	return guard.Handler(next)
}

// CheckDirectLoopback returns an error that wraps posture.ErrForbidden unless
// the request came straight from this machine. A forwarding header means that
// somebody else may stand behind the loopback address, and so does a name that
// is not this machine's own: some proxies hand on what they get and add nothing.
func CheckDirectLoopback(r *http.Request) error {
	if name := forwarded(r.Header); name != "" {
		return fmt.Errorf("a one-time link works without a proxy only (header %s): %w", name, posture.ErrForbidden)
	}
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return fmt.Errorf("peer address: %w", posture.ErrForbidden)
	}
	if ip := net.ParseIP(host); ip == nil || !ip.IsLoopback() {
		return fmt.Errorf("a one-time link works on this machine only: %w", posture.ErrForbidden)
	}
	if !loopback(hostname(r.Host)) {
		return fmt.Errorf("a one-time link works at an address of this machine itself, such as 127.0.0.1, only: %w", posture.ErrForbidden)
	}
	return nil
}
