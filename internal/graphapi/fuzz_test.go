// SPDX-License-Identifier: Apache-2.0

package graphapi_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"securescore/internal/access"
	"securescore/internal/assess"
	"securescore/internal/graphapi"
	"securescore/internal/graphapi/profile"
	"securescore/internal/posture"
)

// sane are the statuses that a request of any form may end with.
func sane(tb testing.TB, r reply) {
	tb.Helper()
	if r.Code >= 500 || r.Code < 200 {
		tb.Errorf("got %d %s", r.Code, r.Body)
	}
	if r.Code >= 400 {
		r.want(tb, r.Code)
	}
}

// FuzzPath sends any path below a version, as any tenant's: nothing of another
// tenant comes back, and every refusal has the form of the API.
func FuzzPath(f *testing.F) {
	for _, path := range []string{
		"/v1.0/security/secureScores", "/BETA/security/secureScores('x')", "/v1.0/security/secureScoreControlProfiles/a%2fb", "/t/" + string(fabrikam) + "/v1.0/security/secureScores",
		"/t/x/v1.0/../../v1.0", "/v1.0/%24count", "/v1.0/security/secureScores/%2e%2e/%00",
	} {
		f.Add(path, "$top=1")
	}
	s := newStage(f)
	f.Fuzz(func(t *testing.T, path, query string) {
		u, err := url.ParseRequestURI(path)
		if err != nil || !strings.HasPrefix(path, "/") || u.Host != "" || u.RawQuery != "" {
			return
		}
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "http://example.com/", http.NoBody)
		r.URL.Path, r.URL.RawPath, r.URL.RawQuery = u.Path, u.RawPath, query
		r.Header.Set("Authorization", "Bearer reader")
		w := httptest.NewRecorder()
		s.handler.ServeHTTP(w, r)
		if !strings.Contains(w.Header().Get("Content-Type"), "odata.metadata") {
			return // not below the API
		}
		sane(t, reply{w})
		if strings.Contains(w.Body.String(), string(fabrikam)+"_2026") {
			t.Errorf("%s gave away another tenant: %s", path, w.Body)
		}
	})
}

// agreeable takes every decision and keeps none.
type agreeable struct{}

func (agreeable) PatchStatus(context.Context, posture.TenantID, *access.Principal, posture.ControlID, assess.StatusChange) (assess.Patched, error) {
	return assess.Patched{}, nil
}

// FuzzPatch sends any body.
func FuzzPatch(f *testing.F) {
	for _, body := range []string{`{` + vendor + `,"state":"Ignored"}`, `{}`, `[]`, `{"vendorInformation":{}}`, `{` + vendor + `,"comment":null,"assignedTo":"` + "\x00" + `"}`} {
		f.Add([]byte(body), "")
		f.Add([]byte(packed(f, []byte(body))), "gzip")
	}
	s := newStage(f)
	s.handler = s.serve(func(c *graphapi.Config, _ *profile.Config) { c.Decider = agreeable{} })
	f.Fuzz(func(t *testing.T, body []byte, encoding string) {
		sane(t, s.patch(t, string(body), "Content-Encoding", encoding))
	})
}

// FuzzBatch sends any batch of a reader, who changes nothing by it.
func FuzzBatch(f *testing.F) {
	for _, body := range []string{
		`{"requests":[{"id":"1","method":"GET","url":"/security/secureScores?$top=1"}]}`, `{"requests":[{"id":"1","method":"POST","url":"$batch","body":{"requests":[]}}]}`,
		`{"requests":[{"id":"1","method":"PATCH","url":"security/secureScoreControlProfiles/mdo_zap","body":{` + vendor + `,"state":"Ignored"},"dependsOn":["1"]}]}`,
	} {
		f.Add([]byte(body))
	}
	s := newStage(f)
	before := s.entries(f)
	f.Fuzz(func(t *testing.T, body []byte) {
		r := s.ask(t, "reader", http.MethodPost, "/v1.0/$batch", string(body))
		sane(t, r)
		r.object(t)
		if s.entries(t) != before {
			t.Errorf("a reader changed something")
		}
	})
}

// FuzzAcceptEncoding reads any list of encodings.
func FuzzAcceptEncoding(f *testing.F) {
	f.Add("gzip;q=0, *")
	s := newStage(f)
	f.Fuzz(func(t *testing.T, list string) {
		sane(t, s.get(t, "/v1.0/$metadata", "Accept-Encoding", list, "If-None-Match", list))
	})
}

// Routes are what the table of access is asked about.
func TestRoutesHaveActions(t *testing.T) {
	t.Parallel()
	for _, route := range graphapi.Routes() {
		if route.Action == "" || route.Method == "" {
			t.Errorf("%s %s has no action", route.Method, route.Path)
		}
	}
}
