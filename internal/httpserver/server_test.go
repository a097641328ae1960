// SPDX-License-Identifier: Apache-2.0

package httpserver_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"

	"securescore/internal/httpserver"
	"securescore/internal/posture"
)

// routes is a Mounter made of handlers.
type routes map[string]http.HandlerFunc

func (r routes) Mount(mux *http.ServeMux) {
	for pattern, handle := range r {
		mux.HandleFunc(pattern, handle)
	}
}

func handler(t *testing.T) http.Handler {
	t.Helper()
	return httpserver.Handler([]string{"127.0.0.1:8080", "score.example"}, slog.New(slog.DiscardHandler), routes{
		"GET /ok": func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.WriteString(w, httpserver.RequestID(r.Context()))
		},
		"POST /ok":    func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) },
		"GET /panics": func(http.ResponseWriter, *http.Request) { panic("the secret reason") },
	})
}

func TestRequests(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		method, path, host string
		header             map[string]string
		status             int
	}{
		"own address":                       {"GET", "/ok", "127.0.0.1:8080", nil, 200},
		"configured name":                   {"GET", "/ok", "Score.Example", nil, 200},
		"another name (DNS rebinding)":      {"GET", "/ok", "evil.example:8080", nil, 421},
		"own address, other port":           {"GET", "/ok", "127.0.0.1:9090", nil, 421},
		"no name":                           {"GET", "/ok", "", nil, 421},
		"change from own page":              {"POST", "/ok", "127.0.0.1:8080", map[string]string{"Sec-Fetch-Site": "same-origin"}, 204},
		"change from another site":          {"POST", "/ok", "127.0.0.1:8080", map[string]string{"Sec-Fetch-Site": "cross-site"}, 403},
		"change from another port":          {"POST", "/ok", "127.0.0.1:8080", map[string]string{"Sec-Fetch-Site": "same-site"}, 403},
		"change from another origin, old":   {"POST", "/ok", "127.0.0.1:8080", map[string]string{"Origin": "http://evil.example"}, 403},
		"change from own origin, old":       {"POST", "/ok", "127.0.0.1:8080", map[string]string{"Origin": "http://127.0.0.1:8080"}, 204},
		"change by a program":               {"POST", "/ok", "127.0.0.1:8080", nil, 204},
		"handler panics":                    {"GET", "/panics", "127.0.0.1:8080", nil, 500},
		"reading from another site is idle": {"GET", "/ok", "127.0.0.1:8080", map[string]string{"Sec-Fetch-Site": "cross-site"}, 200},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := httptest.NewRequestWithContext(t.Context(), test.method, test.path, http.NoBody)
			r.Host = test.host
			for key, value := range test.header {
				r.Header.Set(key, value)
			}
			w := httptest.NewRecorder()
			handler(t).ServeHTTP(w, r)
			if w.Code != test.status {
				t.Fatalf("got %d %s, want %d", w.Code, w.Body, test.status)
			}
			if strings.Contains(w.Body.String(), "secret reason") {
				t.Errorf("the answer gives the cause of a panic away: %s", w.Body)
			}
			if w.Code >= 400 && w.Header().Get("Content-Type") != "application/problem+json" {
				t.Errorf("an error is no problem document: %s", w.Header())
			}
			for _, key := range []string{"Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy", "Cross-Origin-Opener-Policy", "Cross-Origin-Resource-Policy", "Request-Id"} {
				if w.Header().Get(key) == "" {
					t.Errorf("header %s is missing", key)
				}
			}
		})
	}
}

func TestRequestIDIsTheSameInsideAndOutside(t *testing.T) {
	t.Parallel()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/ok", http.NoBody)
	r.Host = "127.0.0.1:8080"
	r.Header.Set("Request-Id", "forged")
	w := httptest.NewRecorder()
	handler(t).ServeHTTP(w, r)
	if got, want := w.Body.String(), w.Header().Get("Request-Id"); got != want || got == "" || got == "forged" {
		t.Errorf("inside %q, outside %q", got, want)
	}
}

func TestProblems(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		err    error
		status int
		code   string
	}{
		"not signed in": {posture.ErrUnauthenticated, 401, "unauthenticated"},
		"not allowed":   {posture.ErrForbidden, 403, "accessDenied"},
		"not found":     {posture.ErrNotFound, 404, "itemNotFound"},
		"invalid":       {&posture.FieldError{Path: "query.from", Rule: "must be a day"}, 400, "invalidRequest"},
		"conflict":      {posture.ErrConflict, 409, "conflict"},
		"throttled":     {posture.ErrThrottled, 429, "tooManyRequests"},
		"unavailable":   {posture.ErrUnavailable, 503, "serviceNotAvailable"},
		"internal":      {errors.New("open /var/lib/secret.db"), 500, "generalException"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := httptest.NewRecorder()
			httpserver.NewProblem(t.Context(), slog.New(slog.DiscardHandler), test.err).Write(w)
			var got httpserver.Problem
			if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
				t.Fatalf("read the problem: %v", err)
			}
			if w.Code != test.status || got.Status != test.status || got.Code != test.code || got.Type != "urn:securescore:problem:"+test.code {
				t.Errorf("got %d %+v, want %d %s", w.Code, got, test.status, test.code)
			}
			if test.status == 500 && strings.Contains(w.Body.String(), "secret.db") {
				t.Errorf("an internal error gives its cause away: %s", w.Body)
			}
			if name == "invalid" && (len(got.Faults) != 1 || got.Faults[0].Location != "query.from") {
				t.Errorf("got faults %v, want the field", got.Faults)
			}
		})
	}
}

func TestOneTimeLinkWorksOnThisMachineOnly(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		peer   string
		host   string
		header string
		want   error
	}{
		"straight, IPv4":          {"127.0.0.1:50000", "127.0.0.1:8080", "", nil},
		"straight, IPv6":          {"[::1]:50000", "[::1]:8080", "", nil},
		"straight, by name":       {"[::1]:50000", "LocalHost:8080", "", nil},
		"another machine":         {"192.0.2.7:50000", "127.0.0.1:8080", "", posture.ErrForbidden},
		"through a proxy":         {"127.0.0.1:50000", "127.0.0.1:8080", "X-Forwarded-For", posture.ErrForbidden},
		"standard header":         {"127.0.0.1:50000", "127.0.0.1:8080", "Forwarded", posture.ErrForbidden},
		"header of some proxies":  {"127.0.0.1:50000", "127.0.0.1:8080", "X-Forwarded-Port", posture.ErrForbidden},
		"header of a cloud":       {"127.0.0.1:50000", "127.0.0.1:8080", "Cf-Connecting-Ip", posture.ErrForbidden},
		"a proxy that adds none":  {"127.0.0.1:50000", "score.example.org", "", posture.ErrForbidden},
		"a name that begins so":   {"127.0.0.1:50000", "localhost.example.org", "", posture.ErrForbidden},
		"an address of a network": {"127.0.0.1:50000", "192.0.2.8:8080", "", posture.ErrForbidden},
		"no address":              {"", "127.0.0.1:8080", "", posture.ErrForbidden},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", http.NoBody)
			r.RemoteAddr, r.Host = test.peer, test.host
			if test.header != "" {
				r.Header.Set(test.header, "x")
			}
			if got := httpserver.CheckDirectLoopback(r); !errors.Is(got, test.want) {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}

func TestListenRefusesWhatOthersCanReach(t *testing.T) {
	t.Parallel()
	for _, listen := range []string{":0", "0.0.0.0:0", "[::]:0", "192.0.2.7:0", "example.com:0", "127.0.0.1"} {
		s, err := httpserver.Listen(t.Context(), httpserver.Config{Listen: listen, Log: slog.New(slog.DiscardHandler)})
		if err == nil {
			_ = s.Close()
			t.Errorf("listen on %q: got no error", listen)
		} else if !errors.Is(err, posture.ErrForbidden) && !errors.Is(err, posture.ErrInvalid) {
			t.Errorf("listen on %q: got %v, want a refusal", listen, err)
		}
	}
}

func TestRunAnswersAndLetsRequestsFinish(t *testing.T) {
	t.Parallel()
	entered, release := make(chan struct{}), make(chan struct{})
	s, err := httpserver.Listen(t.Context(), httpserver.Config{Listen: "127.0.0.1:0", Log: slog.New(slog.DiscardHandler)}, routes{
		"GET /slow": func(w http.ResponseWriter, _ *http.Request) {
			close(entered)
			<-release
			_, _ = io.WriteString(w, "done")
		},
	})
	if err != nil {
		t.Fatalf("listen: %v", err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	body := make(chan string, 1)
	go func() { body <- get(t, s.URL()+"/slow") }()
	<-entered
	stop()
	close(release)
	if got := <-body; got != "done" {
		t.Errorf("request under way: got %q, want done", got)
	}
	if err := <-ended; err != nil {
		t.Errorf("run: %v", err)
	}
}

func get(t *testing.T, url string) string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
	if err != nil {
		return err.Error()
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err.Error()
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return err.Error()
	}
	return string(body)
}
