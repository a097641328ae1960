// SPDX-License-Identifier: Apache-2.0

package httpserver_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"securescore/internal/httpserver"
)

// storage is a check that a test can turn.
type storage struct {
	away  atomic.Bool
	asked atomic.Int64
}

func (s *storage) check() httpserver.Check {
	return httpserver.Check{Name: "storage", Test: func(context.Context) (string, error) {
		s.asked.Add(1)
		if s.away.Load() {
			return "the storage does not answer", errors.New("connect to db.internal: refused")
		}
		return "", nil
	}}
}

// stepping is a clock that a test moves.
type stepping struct{ seconds atomic.Int64 }

func (c *stepping) now() time.Time { return time.Unix(1_800_000_000+c.seconds.Load(), 0) }

func healthy(s *storage, clock *stepping, log io.Writer) *httpserver.Health {
	return httpserver.NewHealth(httpserver.HealthConfig{
		Checks: []httpserver.Check{s.check()}, Now: clock.now, Log: slog.New(slog.NewTextHandler(log, nil)),
	})
}

func TestReadiness(t *testing.T) {
	t.Parallel()
	s, clock, log := &storage{}, &stepping{}, &strings.Builder{}
	health := healthy(s, clock, log)
	h := httpserver.Site{Hosts: []string{"score.example"}, Health: health}.Handler(slog.New(slog.DiscardHandler), routes{"/": report})
	expect := func(path string, status int, body string) {
		t.Helper()
		clock.seconds.Add(1)
		w := ask(t, from(h, "127.0.0.1:4000"), path)
		if w.Code != status || strings.TrimSpace(w.Body.String()) != body || w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%s: got %d %s %s, want %d %s", path, w.Code, w.Body, w.Header().Get("Cache-Control"), status, body)
		}
	}
	const fine = `{"ready":true,"checks":[{"name":"serving","ready":true},{"name":"storage","ready":true}]}`
	expect("/healthz", 200, "ok")
	expect("/readyz", 200, fine)
	s.away.Store(true)
	expect("/healthz", 200, "ok")
	expect("/readyz", 503, `{"ready":false,"checks":[{"name":"serving","ready":true},{"name":"storage","ready":false,"reason":"the storage does not answer"}]}`)
	expect("/readyz", 503, `{"ready":false,"checks":[{"name":"serving","ready":true},{"name":"storage","ready":false,"reason":"the storage does not answer"}]}`)
	s.away.Store(false)
	expect("/readyz", 200, fine)
	if got := log.String(); strings.Count(got, "not ready") != 1 || strings.Count(got, "ready again") != 1 || !strings.Contains(got, "db.internal") {
		t.Errorf("the log tells each change once, with its cause; got:\n%s", got)
	}
	health.Stop()
	before := s.asked.Load()
	expect("/readyz", 503, `{"ready":false,"checks":[{"name":"serving","ready":false,"reason":"the server is stopping"}]}`)
	expect("/healthz", 200, "ok")
	if s.asked.Load() != before {
		t.Error("a server that stops asked its storage")
	}
}

// Whoever asks often makes no work.
func TestReadinessIsKeptForASecond(t *testing.T) {
	t.Parallel()
	s, clock := &storage{}, &stepping{}
	h := httpserver.Site{Hosts: []string{"score.example"}, Health: healthy(s, clock, io.Discard)}.Handler(slog.New(slog.DiscardHandler))
	for range 50 {
		ask(t, from(h, "127.0.0.1:4000"), "/readyz")
	}
	if n := s.asked.Load(); n != 1 {
		t.Errorf("the storage was asked %d times in one second", n)
	}
	clock.seconds.Store(-3600) // the clock of the machine was set back
	ask(t, from(h, "127.0.0.1:4000"), "/readyz")
	if n := s.asked.Load(); n != 2 {
		t.Errorf("after the clock was set back: asked %d times, want 2", n)
	}
}

// A load balancer asks by address; everybody else by a name of the server.
func TestWhoMayAskForHealthByAnyName(t *testing.T) {
	t.Parallel()
	site := httpserver.Site{
		Hosts: []string{"score.example"}, Proxies: []netip.Prefix{netip.MustParsePrefix("10.1.0.0/16")},
		Health: healthy(&storage{}, &stepping{}, io.Discard),
	}
	h := site.Handler(slog.New(slog.DiscardHandler), routes{"/": report})
	for _, test := range []struct {
		method, path, host, peer string
		status                   int
	}{
		{"GET", "/readyz", "10.9.9.9:8080", "127.0.0.1:4000", 200},
		{"HEAD", "/readyz", "10.9.9.9:8080", "[::1]:4000", 200},
		{"GET", "/healthz", "10.9.9.9:8080", "10.1.2.3:4000", 200},
		{"GET", "/healthz", "10.9.9.9:8080", "198.51.100.7:4000", 421},
		{"GET", "/healthz", "score.example", "198.51.100.7:4000", 200},
		{"GET", "/healthz/", "10.9.9.9:8080", "10.1.2.3:4000", 421},
		{"POST", "/readyz", "10.9.9.9:8080", "10.1.2.3:4000", 421},
		{"GET", "/", "10.9.9.9:8080", "10.1.2.3:4000", 421},
	} {
		r := httptest.NewRequestWithContext(t.Context(), test.method, test.path, http.NoBody)
		r.Host, r.RemoteAddr = test.host, test.peer
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != test.status {
			t.Errorf("%s %s at %s from %s: got %d, want %d", test.method, test.path, test.host, test.peer, w.Code, test.status)
		}
	}
}

// A server that was told to stop says so, takes requests for a while, and asks
// for no further ones on each connection.
func TestDraining(t *testing.T) {
	t.Parallel()
	config := httpserver.Config{
		Listen: "127.0.0.1:0", Drain: 500 * time.Millisecond, Log: slog.New(slog.DiscardHandler),
		Health: healthy(&storage{}, &stepping{}, io.Discard),
	}
	s, err := httpserver.Listen(t.Context(), config, routes{"/": report})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	get := func(path string) (status int, closes bool) {
		t.Helper()
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.LocalURL()+path, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = res.Body.Close() }()
		return res.StatusCode, res.Close
	}
	if status, closes := get("/readyz"); status != http.StatusOK || closes {
		t.Fatalf("before: got %d, connection closed %t", status, closes)
	}
	stop()
	for !config.Health.Stopping() {
		get("/healthz")
	}
	if status, closes := get("/readyz"); status != http.StatusServiceUnavailable || !closes {
		t.Errorf("while draining, readiness: got %d, connection closed %t", status, closes)
	}
	if status, closes := get("/"); status != http.StatusOK || !closes {
		t.Errorf("while draining: got %d, connection closed %t", status, closes)
	}
	if err := <-ended; err != nil {
		t.Errorf("run: %v", err)
	}
}
