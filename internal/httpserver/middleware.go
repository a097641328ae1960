// SPDX-License-Identifier: Apache-2.0

package httpserver

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
	"slices"
	"strings"

	"securescore/internal/posture"
)

type requestIDKey struct{}

// RequestID returns the id of the request that the context belongs to, or the
// empty string outside a request.
func RequestID(ctx context.Context) string {
	id, _ := ctx.Value(requestIDKey{}).(string)
	return id
}

// withRequestID gives each request an id of its own. One that a client sends
// is not taken over: it could forge lines of the log.
func withRequestID(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := rand.Text()
		w.Header().Set("Request-Id", id)
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), requestIDKey{}, id)))
	})
}

// recovered turns a panic of a handler into a problem.
func recovered(log *slog.Logger, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx := r.Context()
		defer func() { answerPanic(ctx, log, w, recover()) }()
		next.ServeHTTP(w, r)
	})
}

func answerPanic(ctx context.Context, log *slog.Logger, w http.ResponseWriter, cause any) {
	if cause == nil {
		return
	}
	if err, ok := cause.(error); ok && errors.Is(err, http.ErrAbortHandler) {
		panic(cause)
	}
	NewProblem(ctx, log, fmt.Errorf("panic: %v\n%s", cause, debug.Stack())).Write(w)
}

// hardened sets the headers that fit every answer. Pages set a policy of their
// own; what is not a page may load nothing at all.
func hardened(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
		h.Set("X-Frame-Options", "DENY")
		next.ServeHTTP(w, r)
	})
}

// namedHost refuses requests whose Host is not ours. A page of another site
// whose name was rebound to this address sends its own name there.
func namedHost(hosts []string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !slices.Contains(hosts, strings.ToLower(r.Host)) {
			p := StatusProblem(r.Context(), http.StatusMisdirectedRequest, "This server does not answer to that name; see the names it is configured with.", nil)
			p.Write(w)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// sameOrigin refuses changes that a browser sends on behalf of another site.
func sameOrigin(next http.Handler) http.Handler {
	guard := http.NewCrossOriginProtection()
	guard.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		StatusProblem(r.Context(), http.StatusForbidden, "Changes are taken from this site's own pages only.", nil).Write(w)
	}))
	return guard.Handler(next)
}

// CheckDirectLoopback returns an error that wraps posture.ErrForbidden unless
// the request came straight from this machine. A forwarding header means that
// somebody else may stand behind the loopback address.
func CheckDirectLoopback(r *http.Request) error {
	for _, name := range []string{"Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-Ip", "Via"} {
		if len(r.Header.Values(name)) > 0 {
			return fmt.Errorf("a one-time link works without a proxy only (header %s): %w", name, posture.ErrForbidden)
		}
	}
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return fmt.Errorf("peer address: %w", posture.ErrForbidden)
	}
	if ip := net.ParseIP(host); ip == nil || !ip.IsLoopback() {
		return fmt.Errorf("a one-time link works on this machine only: %w", posture.ErrForbidden)
	}
	return nil
}
