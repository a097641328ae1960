// SPDX-License-Identifier: Apache-2.0

package graphapi_test

import (
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"securescore/internal/access"
	"securescore/internal/graphapi"
)

func TestWhoAsks(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	for name, header := range map[string][]string{
		"nobody":        {},
		"a cookie":      {"Cookie", "session=writer; __Host-session=writer"},
		"unknown token": {"Authorization", "Bearer nothing"},
		"no token":      {"Authorization", "Bearer "},
		"basic":         {"Authorization", "Basic d3JpdGVyOg=="},
		"token alone":   {"Authorization", "writer"},
		"very long":     {"Authorization", "Bearer " + strings.Repeat("x", 20000)},
	} {
		r := s.ask(t, "", http.MethodGet, scores, "", header...)
		if code, _ := r.want(t, http.StatusUnauthorized); code != "InvalidAuthenticationToken" || !strings.HasPrefix(r.Header().Get("WWW-Authenticate"), "Bearer") {
			t.Errorf("%s: got %s %v", name, code, r.Header())
		}
	}
	if r := s.ask(t, "", http.MethodGet, scores, "", "Authorization", "bearer  writer"); r.Code != http.StatusOK {
		t.Errorf("the scheme in small letters: got %d", r.Code)
	}
}

func TestWhoMay(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	body := `{` + vendor + `,"state":"Ignored"}`
	for token, want := range map[string]int{"reader": 403, "narrow": 403, "writer": 204, "other": 404, "none": 403} {
		path := mfa
		if token == "other" {
			path = "/t/" + entra + mfa
		}
		r := s.ask(t, token, http.MethodPatch, path, body)
		r.want(t, want)
		if want == 403 {
			if _, message := r.want(t, 403); message != "Auth token does not contain valid permissions or user does not have valid roles." {
				t.Errorf("%s: got %s", token, message)
			}
		}
	}
	slices.Sort(s.refused)
	if diff := cmp.Diff([]string{"token:narrow status.edit " + string(contoso), "token:reader status.edit " + string(contoso)}, s.refused); diff != "" {
		t.Errorf("what was refused (-want +got):\n%s", diff)
	}
}

func TestWhichTenant(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	for name, test := range map[string]struct {
		token, path, want string // an id, or a status
	}{
		"the only one":      {"reader", scores, entra},
		"by our id":         {"reader", "/t/" + string(contoso) + scores, entra},
		"by GUID":           {"reader", "/T/" + strings.ToUpper(entra) + "/V1.0/security/securescores", entra},
		"one of two":        {"both", "/t/" + string(fabrikam) + scores, string(fabrikam)},
		"the other":         {"both", "/t/" + entra + scores, entra},
		"two and none":      {"both", scores, "400"},
		"all and none":      {"everyone", scores, "400"},
		"all and one":       {"everyone", "/t/" + entra + scores, entra},
		"the token's":       {"atHome", scores, string(fabrikam)},
		"another one":       {"atHome", "/t/" + entra + scores, entra},
		"no role at home":   {"abroad", scores, "403"},
		"somebody else's":   {"reader", "/t/" + string(fabrikam) + scores, "404"},
		"none there":        {"reader", "/t/" + nobody + scores, "404"},
		"a name":            {"reader", "/t/Contoso" + scores, "404"},
		"a name for all":    {"everyone", "/t/Contoso" + scores, "404"},
		"all and not there": {"everyone", "/t/" + nobody + scores, "404"},
	} {
		r := s.ask(t, test.token, http.MethodGet, test.path, "")
		switch test.want {
		case "400":
			if _, message := r.want(t, 400); !strings.Contains(message, "/t/{tenantId}/v1.0") {
				t.Errorf("%s: the refusal does not say how: %s", name, message)
			}
		case "403", "404":
			if code := strconv.Itoa(r.Code); code != test.want {
				t.Errorf("%s: got %s, want %s", name, code, test.want)
			}
		default:
			if got := r.values(t)[0]["azureTenantId"]; got != test.want {
				t.Errorf("%s: got %v, want %s", name, got, test.want)
			}
		}
	}
}

var changing = regexp.MustCompile(`"(date|request-id|client-request-id)":"[^"]*"`)

// A tenant of others and one that does not exist get the same bytes, on every
// route.
func TestOtherTenantsCannotBeToldFromNone(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	for _, token := range []string{"reader", "writer"} {
		for _, route := range graphapi.Routes() {
			if route.Action == access.ReadPublic {
				continue
			}
			path := "/v1.0" + strings.ReplaceAll(route.Path, "{id}", "AdminMFAV2")
			body := ""
			switch route.Method {
			case http.MethodPatch:
				body = `{` + vendor + `,"state":"Ignored"}`
			case http.MethodPost:
				body = `{"requests":[{"id":"1","method":"GET","url":"/security/secureScores"}]}`
			}
			answers := map[string]string{}
			for _, tenant := range []string{string(fabrikam), nobody} {
				r := s.ask(t, token, route.Method, "/t/"+tenant+path, body)
				r.want(t, http.StatusNotFound)
				h := maps.Clone(r.Header())
				delete(h, "Request-Id")
				delete(h, "Client-Request-Id")
				var names []string
				for name := range h {
					names = append(names, name+": "+strings.Join(h[name], ","))
				}
				slices.Sort(names)
				answers[tenant] = strings.Join(names, "\n") + "\n" + changing.ReplaceAllString(r.Body.String(), "")
			}
			if diff := cmp.Diff(answers[nobody], answers[string(fabrikam)]); diff != "" {
				t.Errorf("%s %s (-none +others):\n%s", route.Method, path, diff)
			}
		}
	}
	if len(s.refused) != 0 {
		t.Errorf("got told of %v", s.refused)
	}
}

func TestPaths(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	for path, want := range map[string]int{
		"/v1.0/security//secureScores":                               400,
		"/v1.0//security/secureScores":                               400,
		"/v1.0/security/secureScores//":                              400,
		"/v1.0/security/./secureScores":                              400,
		"/v1.0/security/x/../secureScores":                           400,
		"/v1.0/security/x/%2e%2e/secureScores":                       400,
		"/v1.0/security%2fsecureScores":                              400,
		"/v1.0/security/secureScoreControlProfiles/a%2fb":            400,
		"/v1.0/security/secureScoreControlProfiles/a%5cb":            400,
		"/v1.0/security/secureScoreControlProfiles/a%00b":            400,
		"/v1.0/security/secureScoreControlProfiles/%ff":              400,
		"/v1.0/security/secureScoreControlProfiles/a%252fb":          404,
		"/v1.0/security/secureScoreControlProfiles(AdminMFAV2)":      400,
		"/v1.0/security/secureScoreControlProfiles('a'b')":           400,
		"/v1.0/security/secureScoreControlProfiles('')":              400,
		"/v1.0/security/secureScoreControlProfiles/a/b":              400,
		"/v1.0/security/secureScores$top=7":                          400,
		"/v1.0/users":                                                400,
		"/v1.0/security/alerts":                                      400,
		"/v1.0/security/secureScores/$value":                         400,
		"/v1.0" + strings.Repeat("/a", 100):                          400,
		"/v1.0/%73ecurity/secureScores":                              200,
		"/v1.0/security/secureScores/":                               200,
		"/beta/Security/securescores":                                200,
		"/t/" + entra + "/v1.0/t/" + entra + "/v1.0/security":        400,
		"/v1.0/security/secureScoreControlProfiles/$batch":           400,
		"/v1.0/security/secureScoreControlProfiles('$count')/$count": 400,
	} {
		if r := s.get(t, path); r.Code != want {
			t.Errorf("%s: got %d %s, want %d", path, r.Code, r.Body, want)
		} else {
			r.want(t, want)
		}
	}
	if _, message := s.get(t, "/v1.0/users").want(t, 400); message != "Resource not found for the segment 'users'." {
		t.Errorf("got %s", message)
	}
	for path, allow := range map[string]string{scores: "GET, HEAD", profiles: "GET, HEAD", mfa: "GET, HEAD, PATCH", scores + "/x": "GET, HEAD", "/v1.0/$batch": "POST"} {
		for _, method := range []string{http.MethodPost, http.MethodDelete, http.MethodPut, http.MethodOptions, "TRACE", http.MethodPatch} {
			if strings.Contains(allow, method) {
				continue
			}
			r := s.ask(t, "writer", method, path, `{}`)
			if code, _ := r.want(t, http.StatusMethodNotAllowed); code != "MethodNotAllowed" || r.Header().Get("Allow") != allow {
				t.Errorf("%s %s: got %s %s", method, path, code, r.Header().Get("Allow"))
			}
		}
	}
}

func TestRequestIDs(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	guid := regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)
	for given, want := range map[string]string{"my own id": "my own id", strings.Repeat("x", 128): strings.Repeat("x", 128), strings.Repeat("x", 129): "", "a\tb": "", "ü": "", "": ""} {
		r := s.get(t, scores+"/x", "Client-Request-Id", given)
		r.want(t, 404)
		own, got := r.Header().Get("Request-Id"), r.Header().Get("Client-Request-Id")
		if want == "" {
			want = own
		}
		if !guid.MatchString(own) || got != want {
			t.Errorf("%q: got %q beside %q", given, got, own)
		}
	}
}

// What the middleware finds before the API runs has the form of the API.
func TestProblemsOfTheMiddleware(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	r := s.get(t, "/v1.0/security/../x")
	if code, _ := r.want(t, 400); code != "BadRequest" {
		t.Errorf("got %s", code)
	}
	s.ask(t, "writer", http.MethodPatch, mfa, `{}`, "Sec-Fetch-Site", "cross-site").want(t, 403)
}
