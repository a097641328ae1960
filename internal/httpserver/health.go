// SPDX-License-Identifier: Apache-2.0

package httpserver

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-json-experiment/json"
)

// The paths at which a supervisor and a load balancer ask.
const (
	livePath  = "/healthz"
	readyPath = "/readyz"
)

// How long one answer of the checks holds, and how long they may take
// together: everybody may ask, and asking must not become work.
const (
	readyFor     = time.Second
	checkTimeout = 2 * time.Second
)

// Check is one thing that must hold before requests may be sent here.
type Check struct {
	Name string
	// Test returns the empty string when it holds, else why not: in plain words,
	// which everybody may read, and the cause for the log. It ends with ctx.
	Test func(ctx context.Context) (reason string, cause error)
}

// HealthConfig is what Health needs.
type HealthConfig struct {
	Checks []Check
	Now    func() time.Time
	Log    *slog.Logger
}

// Health tells whether this process lives and whether requests may be sent to
// it. Its answers name no tenant, no file and no address.
type Health struct {
	config   HealthConfig
	stopping atomic.Bool

	mu     sync.Mutex // guards what follows, and lets one caller check for all
	last   readiness
	asked  time.Time
	before map[string]string // reasons by name, to log changes alone
}

// readiness is the answer to one question.
type readiness struct {
	Ready  bool      `json:"ready"`
	Checks []verdict `json:"checks"`
}

type verdict struct {
	Name   string `json:"name"`
	Ready  bool   `json:"ready"`
	Reason string `json:"reason,omitempty"`
}

// NewHealth returns a Health that is not stopping.
func NewHealth(config HealthConfig) *Health {
	return &Health{config: config, before: make(map[string]string)}
}

// Stop makes the process not ready from now on: it is about to end.
func (h *Health) Stop() { h.stopping.Store(true) }

// Stopping reports whether Stop was called.
func (h *Health) Stopping() bool { return h.stopping.Load() }

// Mount adds both paths.
func (h *Health) Mount(mux *http.ServeMux) {
	mux.HandleFunc("GET "+livePath, h.live)
	mux.HandleFunc("GET "+readyPath, h.ready)
}

// live answers as long as the process can answer at all. It asks nothing else:
// a supervisor that ended processes because the storage is away would make an
// outage longer.
func (h *Health) live(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = io.WriteString(w, "ok\n")
}

func (h *Health) ready(w http.ResponseWriter, r *http.Request) {
	answer := h.answer(r.Context())
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	if !answer.Ready {
		w.WriteHeader(http.StatusServiceUnavailable)
	}
	_ = json.MarshalWrite(w, answer) // nothing is left to be done for a client that has gone
}

// answer runs the checks, unless their last answer is fresh or the process is
// stopping: that counts at once, whatever the storage does.
func (h *Health) answer(ctx context.Context) (a readiness) {
	if h.Stopping() {
		return readiness{Checks: []verdict{{Name: "serving", Reason: "the server is stopping"}}}
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	now := h.config.Now()
	if age := now.Sub(h.asked); !h.asked.IsZero() && age >= 0 && age < readyFor {
		return h.last
	}
	// The answer is for all who wait, so it does not end with who asked first.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), checkTimeout)
	defer cancel()
	a = readiness{Ready: true, Checks: []verdict{{Name: "serving", Ready: true}}}
	for _, c := range h.config.Checks {
		reason, cause := c.Test(ctx)
		h.note(ctx, c.Name, reason, cause)
		a.Checks = append(a.Checks, verdict{Name: c.Name, Ready: reason == "", Reason: reason})
		a.Ready = a.Ready && reason == ""
	}
	h.last, h.asked = a, h.config.Now()
	return a
}

// note logs what has changed since the last time.
func (h *Health) note(ctx context.Context, name, reason string, cause error) {
	if h.before[name] == reason {
		return
	}
	h.before[name] = reason
	if reason == "" {
		h.config.Log.InfoContext(ctx, "ready again", "check", name)
		return
	}
	h.config.Log.WarnContext(ctx, "not ready", "check", name, "reason", reason, "error", cause)
}

// asks reports whether a request is one of a supervisor or a load balancer.
func (h *Health) asks(r *http.Request) bool {
	return h != nil && (r.URL.Path == livePath || r.URL.Path == readyPath) && (r.Method == http.MethodGet || r.Method == http.MethodHead)
}

// draining asks each client to open no further request on its connection once
// the process is stopping. Idle connections stay open until the end of the
// drain time, so that none is closed under a request on its way.
func (h *Health) draining(next http.Handler) http.Handler {
	if h == nil {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if h.Stopping() {
			w.Header().Set("Connection", "close")
		}
		next.ServeHTTP(w, r)
	})
}
