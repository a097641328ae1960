// SPDX-License-Identifier: Apache-2.0

package httpserver_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"securescore/internal/httpserver"
)

// program is a mount that claims prefixes and has a form of its own for
// problems.
type program []string

func (p program) Mount(*http.ServeMux) {}
func (p program) Prefixes() []string   { return p }

func (p program) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasSuffix(r.URL.Path, "/panics") {
		panic("the secret reason")
	}
	w.Header().Set("Seen", r.URL.EscapedPath())
	_, _ = io.WriteString(w, "program ")
}

func (p program) WriteProblem(w http.ResponseWriter, _ *http.Request, problem *httpserver.Problem) {
	w.WriteHeader(problem.Status)
	_, _ = io.WriteString(w, "own form: "+problem.Code)
}

func prefixed() http.Handler {
	return httpserver.Handler([]string{"score.example"}, slog.New(slog.DiscardHandler),
		program{"/v1.0", "/beta", "/t/{tenant}/v1.0", "/t/{tenant}/beta"},
		routes{
			"/":     func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "page") },
			"/api/": func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "api") },
		})
}

// A path is answered by one owner or refused; nothing carries it over to
// another, and no redirect leads into a prefix or stays within one.
func TestPathsReachOneOwner(t *testing.T) {
	t.Parallel()
	const refused = "own form: invalidRequest"
	tests := map[string]string{
		"/v1.0":                                "program /v1.0",
		"/v1.0/":                               "program /v1.0/",
		"/V1.0/Security/SecureScores":          "program /V1.0/Security/SecureScores",
		"/BETA/security":                       "program /BETA/security",
		"/T/contoso/V1.0/security":             "program /T/contoso/V1.0/security",
		"/t/contoso/beta":                      "program /t/contoso/beta",
		"/v1%2e0/security":                     "program /v1%2e0/security",
		"/%76%31.0/security":                   "program /%76%31.0/security",
		"/v1.0//security":                      "program /v1.0//security",
		"/v1.0/security/a%2fb":                 "program /v1.0/security/a%2fb",
		"/v1.0/security/a%252e%252e%252fb":     "program /v1.0/security/a%252e%252e%252fb",
		"/v1.0/security/..;/api":               "program /v1.0/security/..;/api",
		"/v1.0/../api":                         refused,
		"/v1.0/./api":                          refused,
		"/v1.0/..":                             refused,
		"/v1.0/%2e%2e/api":                     refused,
		"/v1.0/%2E./api":                       refused,
		"/v1.0/x/..%2f..%2fapi":                refused,
		"/v1.0/x/..%5c..%5capi":                refused,
		`/v1.0/..\api`:                         refused,
		"/t/../v1.0/security":                  refused,
		"/t/%2e%2e/v1.0/security":              refused,
		"/t//v1.0/security":                    refused,
		"/t/a%2fb/v1.0/security":               refused,
		"/t/contoso/v1.0/../../other/v1.0/x":   refused,
		"//v1.0/security":                      refused,
		"///v1.0":                              refused,
		"/./v1.0/security":                     refused,
		"/api/../v1.0/security":                refused,
		"/api/%2e%2e/v1.0/security":            refused,
		"/api%2f..%2fv1.0/security":            refused,
		"/%2fv1.0/security":                    refused,
		"/%5cv1.0/security":                    refused,
		"/t/contoso%2fv1.0/security":           refused,
		"/t//contoso/v1.0/security":            refused,
		"/v1.0x/security":                      "page",
		"/v2.0/security":                       "page",
		"/t/contoso/actions":                   "page",
		"/t":                                   "page",
		"/":                                    "page",
		"/api/v1.0":                            "api",
		"/api/t/contoso/v1.0":                  "api",
		"/v1%252e0/security":                   "page",
		"/t/v1.0":                              "page",
		"http://score.example/v1.0/x":          "program /v1.0/x",
		"http://score.example/v1.0/%2e%2e/api": refused,
	}
	h := prefixed()
	for path, want := range tests {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, http.NoBody)
			r.Host = "score.example"
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			if got := w.Body.String() + w.Header().Get("Seen"); got != want || (want == refused) != (w.Code == http.StatusBadRequest) {
				t.Errorf("got %d %q, want %q", w.Code, got, want)
			}
		})
	}
}

func TestProblemsInsideAPrefixHaveItsForm(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		method, path, host, site string
		status                   int
		body                     string
	}{
		"panic":                {"GET", "/v1.0/panics", "score.example", "", 500, "own form: generalException"},
		"wrong name":           {"GET", "/Beta/x", "evil.example", "", 421, "own form: invalidRequest"},
		"another site":         {"PATCH", "/t/contoso/v1.0/x", "score.example", "cross-site", 403, "own form: accessDenied"},
		"crooked path":         {"GET", "/api/../v1.0/x", "score.example", "", 400, "own form: invalidRequest"},
		"outside, wrong name":  {"GET", "/api/x", "evil.example", "", 421, "urn:securescore:problem:"},
		"outside, other site":  {"POST", "/api/x", "score.example", "cross-site", 403, "urn:securescore:problem:"},
		"program, no headers":  {"PATCH", "/v1.0/x", "score.example", "", 200, "program "},
		"page, same site post": {"POST", "/v1.0/x", "score.example", "same-origin", 200, "program "},
	}
	h := prefixed()
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := httptest.NewRequestWithContext(t.Context(), test.method, test.path, http.NoBody)
			r.Host = test.host
			if test.site != "" {
				r.Header.Set("Sec-Fetch-Site", test.site)
			}
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			if w.Code != test.status || !strings.Contains(w.Body.String(), test.body) {
				t.Errorf("got %d %s, want %d %s", w.Code, w.Body, test.status, test.body)
			}
			if strings.Contains(w.Body.String(), "secret reason") {
				t.Errorf("the answer gives the cause of a panic away: %s", w.Body)
			}
		})
	}
}

func TestPrefixesMustBePlainAndApart(t *testing.T) {
	t.Parallel()
	for name, mounts := range map[string][]httpserver.Mounter{
		"twice":              {program{"/v1.0"}, program{"/V1.0"}},
		"one inside another": {program{"/t", "/t/{tenant}/v1.0"}},
		"a wildcard over":    {program{"/t/{tenant}/v1.0", "/t/contoso/v1.0"}},
		"no slash":           {program{"v1.0"}},
		"slash at the end":   {program{"/v1.0/"}},
		"the root":           {program{"/"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			defer func() {
				if recover() == nil {
					t.Error("got no panic")
				}
			}()
			httpserver.Handler(nil, slog.New(slog.DiscardHandler), mounts...)
		})
	}
}
