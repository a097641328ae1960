// SPDX-License-Identifier: Apache-2.0

package portalapi_test

import (
	"bytes"
	"crypto/rand"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"

	"securescore/internal/access/bearer"
	"securescore/internal/access/session"
	"securescore/internal/httpserver"
	"securescore/internal/people"
	"securescore/internal/portalapi"
	"securescore/internal/portalapi/fixture"
	"securescore/internal/posture"
	"securescore/internal/score"
	"securescore/internal/store"
	"securescore/internal/store/sqlite"
)

const host = "127.0.0.1:8080"

// client calls the API the way a browser on this machine does.
type client struct {
	handler  http.Handler
	api      *portalapi.API
	sessions *session.Service
	people   *people.Service
	store    store.Store
	cookie   *http.Cookie
}

func newClient(t *testing.T) *client {
	t.Helper()
	now := func() time.Time { return time.Date(2026, 11, 20, 15, 0, 0, 0, time.UTC) }
	log := slog.New(slog.DiscardHandler)
	s, err := sqlite.Open(t.Context(), sqlite.Config{Folder: t.TempDir(), Now: now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	for id, name := range map[posture.TenantID]string{fixture.Contoso: "Contoso", fixture.Empty: "Empty"} {
		if err := s.Across().Tenants.Create(t.Context(), store.Tenant{ID: id, Name: name, Created: now()}); err != nil {
			t.Fatal(err)
		}
	}
	across := s.Across()
	sessions := session.New(session.Config{SignIns: across.SignIns, Sessions: across.Sessions, Now: now, Random: rand.Reader, Limits: session.DefaultLimits()})
	members := people.New(people.Config{Store: s, Sessions: sessions, Now: now, Mint: bearer.New})
	api := portalapi.New(portalapi.Config{Reader: fixture.New(now()), SignIn: sessions, People: members, Now: now, Log: log})
	return &client{handler: httpserver.Handler([]string{host}, log, api), api: api, sessions: sessions, people: members, store: s}
}

// signedIn returns a client that has spent a one-time token.
func signedIn(t *testing.T) *client {
	t.Helper()
	c := newClient(t)
	w := c.send(t, http.MethodPost, "/api/session", `{"token":"`+c.invite(t)+`"}`)
	if w.Code != http.StatusCreated {
		t.Fatalf("sign in: got %d %s", w.Code, w.Body)
	}
	c.cookie = w.Result().Cookies()[0]
	return c
}

func (c *client) invite(t *testing.T) string {
	t.Helper()
	token, err := c.sessions.Invite(t.Context())
	if err != nil {
		t.Fatalf("invite: %v", err)
	}
	return token
}

func (c *client) send(t *testing.T, method, path, body string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(body))
	r.RemoteAddr, r.Host = "127.0.0.1:50000", host
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	if c.cookie != nil {
		r.AddCookie(c.cookie)
	}
	w := httptest.NewRecorder()
	c.handler.ServeHTTP(w, r)
	return w
}

func get[T any](t *testing.T, c *client, path string) T {
	t.Helper()
	w := c.send(t, http.MethodGet, path, "")
	if w.Code != http.StatusOK {
		t.Fatalf("GET %s: got %d %s", path, w.Code, w.Body)
	}
	var out T
	percent := json.UnmarshalFunc(func(data []byte, p *score.Percent) (err error) {
		*p, err = score.ParsePercent(string(data))
		return err
	})
	if err := json.Unmarshal(w.Body.Bytes(), &out, json.WithUnmarshalers(percent)); err != nil {
		t.Fatalf("GET %s: %v", path, err)
	}
	return out
}

const contoso = "/api/tenants/" + string(fixture.Contoso)

func TestNothingWithoutASession(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	for _, path := range []string{"/api/session", "/api/tenants", contoso + "/overview", contoso + "/actions", contoso + "/history", "/api/none", "/api/"} {
		for _, method := range []string{http.MethodGet, http.MethodPut, http.MethodDelete} {
			if w := c.send(t, method, path, ""); w.Code != http.StatusUnauthorized || !strings.Contains(w.Body.String(), `"code":"unauthenticated"`) {
				t.Errorf("%s %s: got %d %s, want 401", method, path, w.Code, w.Body)
			}
		}
	}
}

func TestSignIn(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	token := c.invite(t)
	if w := c.send(t, http.MethodPost, "/api/session", `{"token":"`+token+`"}`, "X-Forwarded-For", "192.0.2.7"); w.Code != http.StatusForbidden {
		t.Fatalf("through a proxy: got %d %s, want 403", w.Code, w.Body)
	}
	w := c.send(t, http.MethodPost, "/api/session", `{"token":"`+token+`"}`)
	if w.Code != http.StatusCreated {
		t.Fatalf("first use: got %d %s", w.Code, w.Body)
	}
	cookie := w.Result().Cookies()[0]
	if cookie.Name != "securescore_session" || !cookie.HttpOnly || cookie.SameSite != http.SameSiteStrictMode || cookie.Path != "/" {
		t.Errorf("got cookie %v, want HttpOnly and SameSite=Strict", cookie)
	}
	if w := c.send(t, http.MethodPost, "/api/session", `{"token":"`+token+`"}`); w.Code != http.StatusUnauthorized {
		t.Errorf("second use: got %d %s, want 401", w.Code, w.Body)
	}
	c.cookie = cookie
	if got := get[portalapi.Session](t, c, "/api/session"); !got.Ends.Equal(time.Date(2026, 11, 21, 3, 0, 0, 0, time.UTC)) {
		t.Errorf("session ends %v, want twelve hours later", got.Ends)
	}
	if w := c.send(t, http.MethodDelete, "/api/session", ""); w.Code != http.StatusOK || w.Body.String() != `{"url":""}` {
		t.Errorf("sign out: got %d %s, want 200", w.Code, w.Body)
	}
	if w := c.send(t, http.MethodGet, "/api/session", ""); w.Code != http.StatusUnauthorized {
		t.Errorf("after sign-out: got %d, want 401", w.Code)
	}
}

func TestFaultsAreProblemsWithStableCodes(t *testing.T) {
	t.Parallel()
	c := signedIn(t)
	tests := map[string]struct {
		method, path, body string
		status             int
		code               string
	}{
		"unknown operation":       {"GET", "/api/none", "", 404, "itemNotFound"},
		"unknown organisation":    {"GET", "/api/tenants/00000000-0000-4000-8000-000000000000/actions", "", 404, "itemNotFound"},
		"organisation is no id":   {"GET", "/api/tenants/x/actions", "", 422, "invalidRequest"},
		"unknown action":          {"GET", contoso + "/actions/none", "", 404, "itemNotFound"},
		"day is no day":           {"GET", contoso + "/overview?from=yesterday", "", 422, "invalidRequest"},
		"day that does not exist": {"GET", contoso + "/overview?from=2026-02-30", "", 422, "invalidRequest"},
		"range is turned around":  {"GET", contoso + "/history?from=2026-11-20&to=2026-11-01", "", 400, "invalidRequest"},
		"range is too long":       {"GET", contoso + "/history?from=1990-01-01", "", 400, "invalidRequest"},
		"range in the future":     {"GET", contoso + "/history?from=2027-01-01", "", 400, "invalidRequest"},
		"unknown outcome":         {"GET", contoso + "/actions/AdminMFAV2/entities?outcome=none", "", 422, "invalidRequest"},
		"page is too large":       {"GET", contoso + "/actions/AdminMFAV2/entities?limit=201", "", 422, "invalidRequest"},
		"unknown parameter":       {"GET", contoso + "/actions?filter=x", "", 422, "invalidRequest"},
		"token of a wrong form":   {"POST", "/api/session", `{"token":"x"}`, 422, "invalidRequest"},
		"body is no JSON":         {"POST", "/api/session", `{`, 400, "invalidRequest"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := c.send(t, test.method, test.path, test.body)
			var p httpserver.Problem
			if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil {
				t.Fatalf("read %q: %v", w.Body, err)
			}
			if w.Code != test.status || p.Code != test.code || p.Status != test.status || p.RequestID == "" {
				t.Errorf("got %d %+v, want %d %s", w.Code, p, test.status, test.code)
			}
			if got := w.Header().Get("Content-Type"); got != "application/problem+json" {
				t.Errorf("got type %s, want a problem document", got)
			}
		})
	}
}

func TestOverviewAddsUp(t *testing.T) {
	t.Parallel()
	c := signedIn(t)
	o := get[portalapi.Overview](t, c, contoso+"/overview?from=2026-10-01&to=2026-11-20")
	for what, parts := range map[string][]portalapi.Part{"categories": o.Categories, "products": o.Products} {
		var measured, credited, maximum posture.Points
		for _, p := range parts {
			measured += p.Score.Measured
			credited += p.Score.Credited
			maximum += p.Score.Maximum
		}
		if want := portalapi.NewScore(measured, credited, maximum); want.Earned != o.Score.Earned || want.Maximum != o.Score.Maximum {
			t.Errorf("%s add up to %v, want %v", what, want, o.Score)
		}
	}
	if got := len(o.Trend); got != 51 {
		t.Errorf("got %d days, want 51", got)
	}
	if last := o.Trend[50]; last.Day != "2026-11-20" || last.Score == nil || last.Score.Earned != o.Score.Earned {
		t.Errorf("last day is %+v, want the score of today %+v", last, o.Score)
	}
	if infrastructure := o.Categories[4]; infrastructure.Score.Percent != nil {
		t.Errorf("an empty category has the percentage %v, want none", infrastructure.Score.Percent)
	}
}

func TestRangeDefaultsToNinetyDays(t *testing.T) {
	t.Parallel()
	c := signedIn(t)
	days := get[portalapi.DayList](t, c, contoso+"/history?to=2027-06-01").Days
	if len(days) != 90 || days[0].Day != "2026-08-23" || days[89].Day != "2026-11-20" {
		t.Errorf("got %d days from %s to %s, want 90 up to today", len(days), days[0].Day, days[len(days)-1].Day)
	}
}

func TestEntitiesArePagedAndSearched(t *testing.T) {
	t.Parallel()
	c := signedIn(t)
	base := contoso + "/actions/MFARegistrationV2/entities"
	all := get[portalapi.EntityPage](t, c, base)
	if len(all.Entities) != 50 || all.Total != 412 || len(all.Entities[0].Values) != len(all.Columns) {
		t.Errorf("got %d of %d entities with %d values, want 50 of 412 with %d", len(all.Entities), all.Total, len(all.Entities[0].Values), len(all.Columns))
	}
	last := get[portalapi.EntityPage](t, c, base+"?offset=400&limit=200")
	if len(last.Entities) != 12 {
		t.Errorf("last page: got %d, want 12", len(last.Entities))
	}
	if beyond := get[portalapi.EntityPage](t, c, base+"?offset=5000"); len(beyond.Entities) != 0 {
		t.Errorf("beyond the last page: got %d, want none", len(beyond.Entities))
	}
	found := get[portalapi.EntityPage](t, c, base+"?search=H%C3%85KON&limit=200")
	if found.Total == 0 || found.Total == all.Total || found.Counts != all.Counts {
		t.Errorf("search: got %d of %d with counts %v, want a part of it with the same counts", found.Total, all.Total, found.Counts)
	}
}

func TestEmptyListsAreListsNotNull(t *testing.T) {
	t.Parallel()
	c := signedIn(t)
	fabrikam := "/api/tenants/" + string(fixture.Empty)
	for path, want := range map[string]string{
		fabrikam + "/actions":  `{"actions":[]}`,
		fabrikam + "/overview": `"products":[]`,
	} {
		if w := c.send(t, http.MethodGet, path, ""); !strings.Contains(w.Body.String(), want) {
			t.Errorf("%s: got %s, want %s", path, w.Body, want)
		}
	}
	if w := c.send(t, http.MethodGet, fabrikam+"/overview", ""); !strings.Contains(w.Body.String(), `"percent":null`) || strings.Contains(w.Body.String(), `"percent":0`) {
		t.Errorf("nothing known is shown as a percentage: %s", w.Body)
	}
}

func TestGeneratedDocumentIsCurrent(t *testing.T) {
	t.Parallel()
	want, err := portalapi.New(portalapi.Config{}).OpenAPI()
	if err != nil {
		t.Fatalf("write the document: %v", err)
	}
	got, err := os.ReadFile("../../web/src/api/openapi.json")
	if err != nil {
		t.Fatalf("read the committed document: %v", err)
	}
	if !bytes.Equal(got, want) {
		t.Error("web/src/api/openapi.json is old: run go generate ./internal/portalapi and npm run types in web")
	}
}
