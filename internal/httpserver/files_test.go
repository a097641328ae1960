// SPDX-License-Identifier: Apache-2.0

package httpserver_test

import (
	"compress/gzip"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"securescore/internal/httpserver"
)

var (
	page   = `<meta name="csp-nonce" content="__CSP_NONCE__"><script src="/assets/app-1a2b.js"></script>`
	script = strings.Repeat("console.log('hello');", 100)
)

func portal(t *testing.T, files fstest.MapFS) http.Handler {
	t.Helper()
	p, err := httpserver.NewPortal(files)
	if err != nil {
		t.Fatalf("portal: %v", err)
	}
	api := routes{"/api/": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) }}
	return httpserver.Handler([]string{"example.com"}, slog.New(slog.DiscardHandler), api, p)
}

func built() fstest.MapFS {
	return fstest.MapFS{
		"index.html":         {Data: []byte(page)},
		"placeholder.html":   {Data: []byte("not built")},
		"icon.svg":           {Data: []byte("<svg/>")},
		"assets/app-1a2b.js": {Data: []byte(script)},
	}
}

func ask(t *testing.T, h http.Handler, path string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, http.NoBody)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestDeepLinksGetThePage(t *testing.T) {
	t.Parallel()
	h := portal(t, built())
	for _, path := range []string{"/", "/index.html", "/t/x/actions/MS.AAD.3.1", "/signin", "/../../etc/passwd", "/placeholder.html"} {
		w := ask(t, h, path)
		if w.Code == http.StatusTemporaryRedirect || w.Code == http.StatusMovedPermanently {
			continue // the mux cleans the path first
		}
		if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "csp-nonce") {
			t.Errorf("%s: got %d %s, want the page", path, w.Code, w.Body)
		}
	}
}

func TestPageHasAFreshNonceAndAStrictPolicy(t *testing.T) {
	t.Parallel()
	h := portal(t, built())
	nonce := regexp.MustCompile(`content="([^"]+)"`)
	seen := map[string]bool{}
	for range 3 {
		w := ask(t, h, "/")
		found := nonce.FindStringSubmatch(w.Body.String())
		if found == nil || found[1] == "__CSP_NONCE__" || seen[found[1]] {
			t.Fatalf("got nonce %v, want a fresh one", found)
		}
		seen[found[1]] = true
		policy := w.Header().Get("Content-Security-Policy")
		if !strings.Contains(policy, "style-src 'self' 'nonce-"+found[1]+"'") {
			t.Errorf("the policy does not carry the nonce: %s", policy)
		}
		for _, part := range []string{"default-src 'none'", "script-src 'self';", "frame-ancestors 'none'", "require-trusted-types-for 'script'"} {
			if !strings.Contains(policy, part) {
				t.Errorf("the policy lacks %s: %s", part, policy)
			}
		}
		if strings.Contains(policy, "unsafe") || strings.Contains(policy, "*") {
			t.Errorf("the policy is not strict: %s", policy)
		}
		if got := w.Header().Get("Cache-Control"); got != "no-store" {
			t.Errorf("a page with a nonce is cached: %s", got)
		}
	}
}

func TestFilesAreCompressedAndCached(t *testing.T) {
	t.Parallel()
	h := portal(t, built())
	w := ask(t, h, "/assets/app-1a2b.js", "Accept-Encoding", "br, gzip")
	if got := w.Header().Get("Content-Encoding"); got != "gzip" {
		t.Fatalf("got encoding %q, want gzip", got)
	}
	if got := w.Header().Get("Cache-Control"); !strings.Contains(got, "immutable") {
		t.Errorf("a hashed file is not cached for good: %s", got)
	}
	if got := w.Header().Get("Content-Type"); !strings.HasPrefix(got, "text/javascript") {
		t.Errorf("got type %s, want JavaScript", got)
	}
	reader, err := gzip.NewReader(w.Body)
	if err != nil {
		t.Fatalf("read the answer: %v", err)
	}
	if content, err := io.ReadAll(reader); err != nil || string(content) != script {
		t.Errorf("got %d bytes (%v), want the script", len(content), err)
	}
	for _, refusal := range []string{"", "identity", "gzip;q=0"} {
		if got := ask(t, h, "/assets/app-1a2b.js", "Accept-Encoding", refusal); got.Body.String() != script {
			t.Errorf("Accept-Encoding %q: got %s", refusal, got.Header())
		}
	}
	tag := w.Header().Get("ETag")
	if got := ask(t, h, "/assets/app-1a2b.js", "If-None-Match", tag); got.Code != http.StatusNotModified {
		t.Errorf("known file: got %d, want 304", got.Code)
	}
	if got := ask(t, h, "/icon.svg").Header().Get("Cache-Control"); got != "no-cache" {
		t.Errorf("a file without a hash in its name: got %s, want no-cache", got)
	}
	if got := ask(t, h, "/assets/gone.js"); got.Code != http.StatusNotFound {
		t.Errorf("missing asset: got %d, want 404", got.Code)
	}
}

func TestWithoutABuildThePlaceholderSaysSo(t *testing.T) {
	t.Parallel()
	h := portal(t, fstest.MapFS{"placeholder.html": {Data: []byte("not built")}})
	if w := ask(t, h, "/"); w.Code != http.StatusServiceUnavailable || w.Body.String() != "not built" {
		t.Errorf("got %d %s, want the placeholder", w.Code, w.Body)
	}
	if _, err := httpserver.NewPortal(fstest.MapFS{}); err == nil {
		t.Error("no files at all: got no error")
	}
}

func TestPortalLeavesTheRestToOthers(t *testing.T) {
	t.Parallel()
	h := portal(t, built())
	if got := ask(t, h, "/api/tenants").Code; got != http.StatusTeapot {
		t.Errorf("another handler's address: got %d, want its answer", got)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", http.NoBody))
	if w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") == "" {
		t.Errorf("a change of a page: got %d, want 405 with what is allowed", w.Code)
	}
}
