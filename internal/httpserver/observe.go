// SPDX-License-Identifier: Apache-2.0

package httpserver

import (
	"context"
	"net/http"
	"time"
)

// Observer is told of every request, whatever becomes of it.
type Observer interface {
	// Began is called before anything else is done.
	Began()
	// Ended is called after the answer. The route is the template that took the
	// request, never its path; the status 0 is an answer that was broken off.
	Ended(method, route string, status int, took time.Duration)
}

// SetRoute tells the template of the route that takes a request, where that is
// not known to the mux of the server itself.
func SetRoute(ctx context.Context, template string) {
	if v, ok := ctx.Value(visitKey{}).(*visit); ok {
		v.route = template
	}
}

// recorder keeps the status of an answer.
type recorder struct {
	http.ResponseWriter

	status int
}

// WriteHeader implements http.ResponseWriter.
func (w *recorder) WriteHeader(status int) {
	if w.status < http.StatusOK { // those below come before the real one
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (w *recorder) Write(p []byte) (int, error) {
	if w.status < http.StatusOK {
		w.status = http.StatusOK
	}
	return w.ResponseWriter.Write(p)
}

// Unwrap lets http.ResponseController reach what is behind.
func (w *recorder) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// observed tells the observer of a request.
func (s Site) observed(next http.Handler) http.Handler {
	if s.Observer == nil {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.Observer.Began()
		began := s.Now()
		v, _ := r.Context().Value(visitKey{}).(*visit)
		seen := &recorder{ResponseWriter: w}
		done := false
		defer func() {
			status := seen.status
			if status == 0 && done { // an empty answer
				status = http.StatusOK
			}
			route := v.route
			if route == "" {
				route = "other"
			}
			s.Observer.Ended(r.Method, route, status, s.Now().Sub(began))
		}()
		next.ServeHTTP(seen, r)
		done = true
	})
}
