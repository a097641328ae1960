// SPDX-License-Identifier: Apache-2.0

package httpserver_test

import (
	"errors"
	"io"
	"log/slog"
	"net/http"
	"testing"
	"time"

	"securescore/internal/httpserver"
	"securescore/internal/posture"
)

func TestTheSideIsForThisMachine(t *testing.T) {
	t.Parallel()
	log := slog.New(slog.DiscardHandler)
	if s, err := httpserver.ListenSide(t.Context(), "0.0.0.0:0", false, log); !errors.Is(err, posture.ErrForbidden) {
		t.Errorf("got %v, %v", s, err)
	}
	s, err := httpserver.ListenSide(t.Context(), "127.0.0.1:0", false, log, healthy(&storage{}, &stepping{}, io.Discard))
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- s.Run() }()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL()+"/readyz", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	req.Host = "any.name"
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	if res.StatusCode != http.StatusOK {
		t.Errorf("got %s", res.Status)
	}
	if err := errors.Join(res.Body.Close(), s.Close(), <-ended); err != nil {
		t.Error(err)
	}
}

// heard is an observer that keeps what it was told.
type heard struct{ routes []string }

func (*heard) Began() {}

func (s *heard) Ended(method, route string, status int, _ time.Duration) {
	s.routes = append(s.routes, method+" "+route+" "+http.StatusText(status))
}

// Routes are told by their template, and what no route took by one word.
func TestObserver(t *testing.T) {
	t.Parallel()
	s := &heard{}
	h := httpserver.Site{Hosts: []string{"score.example"}, Observer: s, Now: (&stepping{}).now}.Handler(slog.New(slog.DiscardHandler), routes{
		"GET /things/{id}": func(http.ResponseWriter, *http.Request) {},
		"GET /api/":        func(_ http.ResponseWriter, r *http.Request) { httpserver.SetRoute(r.Context(), "GET /api/{x}") },
		"GET /bad":         func(http.ResponseWriter, *http.Request) { panic("reason") },
	})
	for _, path := range []string{"/things/secret", "/nowhere/secret", "/bad", "/api/secret"} {
		ask(t, from(h, "127.0.0.1:1"), path)
	}
	want := []string{"GET GET /things/{id} OK", "GET other Not Found", "GET GET /bad Internal Server Error", "GET GET /api/{x} OK"}
	for i := range want {
		if i >= len(s.routes) || s.routes[i] != want[i] {
			t.Fatalf("got %q, want %q", s.routes, want)
		}
	}
}
