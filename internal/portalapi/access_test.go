// SPDX-License-Identifier: Apache-2.0

package portalapi_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"

	"securescore/internal/access"
	"securescore/internal/access/session"
	"securescore/internal/people"
	"securescore/internal/portalapi"
	"securescore/internal/portalapi/fixture"
)

// as returns a client that is signed in as somebody with one role.
func (c *client) as(t *testing.T, subject string, held ...access.Holding) *client {
	t.Helper()
	person, err := c.people.Arrive(t.Context(), people.Proof{Identity: access.Identity{Issuer: "https://id.example.org", Subject: subject}, Name: subject, Claimed: held}, people.Door{})
	if err != nil {
		t.Fatal(err)
	}
	_, secret, err := c.sessions.Open(t.Context(), session.Who{Person: person.ID, Claimed: held})
	if err != nil {
		t.Fatal(err)
	}
	out := *c
	out.cookie = &http.Cookie{Name: "securescore_session", Value: secret}
	return &out
}

// TestEveryRouteHasARow compares what the server answers to with the table: an
// operation that is documented, or a handler that is mounted, has a row.
func TestEveryRouteHasARow(t *testing.T) {
	t.Parallel()
	routes := portalapi.New(portalapi.Config{}).Routes()
	var patterns []string
	for _, r := range routes {
		if !slices.Contains(access.Actions(), r.Action) {
			t.Errorf("%s: the action %q is in no table", r.Pattern, r.Action)
		}
		if slices.Contains(patterns, r.Pattern) {
			t.Errorf("%s has two rows", r.Pattern)
		}
		patterns = append(patterns, r.Pattern)
	}
	document, err := portalapi.New(portalapi.Config{}).OpenAPI()
	if err != nil {
		t.Fatal(err)
	}
	for _, operation := range operations(t, document) {
		if !slices.Contains(patterns, operation) {
			t.Errorf("%s has no row in the table", operation)
		}
	}
	if len(patterns) < 20 {
		t.Errorf("got %d routes; the test does not see them", len(patterns))
	}
}

// TestEveryRouteDecidesByTheTable asks every route as every role, from inside
// and from outside of the tenant, and compares with the table.
func TestEveryRouteDecidesByTheTable(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	for _, role := range access.Roles() {
		here := c.as(t, "here "+string(role), access.Holding{Role: role, Tenant: fixture.Contoso})
		there := c.as(t, "there "+string(role), access.Holding{Role: role, Tenant: fixture.Empty})
		for _, route := range c.api.Routes() {
			if route.Action == access.OpenSession || route.Action == access.UseOwnSession {
				continue
			}
			method, path, _ := strings.Cut(route.Pattern, " ")
			inside := strings.Contains(path, "{tenant}")
			path = strings.NewReplacer("{tenant}", string(fixture.Contoso), "{id}", "AdminMFAV2", "{grant}", "99", "{category}", "Identity", "{person}", "00000000-0000-4000-8000-000000000000").Replace(path)
			got := here.send(t, method, path, "").Code
			want := inside && role.Allows(route.Action)
			if refused := got == http.StatusForbidden || (!inside && got == http.StatusNotFound); refused == want {
				t.Errorf("%s, %s: got %d, want allowed=%v", role, route.Pattern, got, want)
			}
			if got := there.send(t, method, path, "").Code; got != http.StatusNotFound {
				t.Errorf("%s of another tenant, %s: got %d, want 404", role, route.Pattern, got)
			}
		}
	}
}

func TestForeignTenantAnswersLikeNone(t *testing.T) {
	t.Parallel()
	base := newClient(t)
	c := base.as(t, "ada", access.Holding{Role: access.GlobalAdministrator, Tenant: fixture.Empty})
	const none = "00000000-0000-4000-8000-000000000000"
	for _, path := range []string{"/overview", "/actions", "/people", "/audit", "/tokens", "/audit.jsonl", "/history"} {
		foreign := c.send(t, http.MethodGet, "/api/tenants/"+string(fixture.Contoso)+path, "")
		missing := c.send(t, http.MethodGet, "/api/tenants/"+none+path, "")
		strip := func(text string, id string) string {
			text, _, _ = strings.Cut(strings.ReplaceAll(text, id, "ID"), `"requestId"`)
			return text
		}
		a, b := strip(foreign.Body.String(), string(fixture.Contoso)), strip(missing.Body.String(), none)
		if foreign.Code != http.StatusNotFound || a != b || foreign.Header().Get("Content-Length") != missing.Header().Get("Content-Length") {
			t.Errorf("%s: got %d %s and %d %s, want the same", path, foreign.Code, a, missing.Code, b)
		}
	}
	list := get[portalapi.TenantList](t, c, "/api/tenants")
	if len(list.Tenants) != 1 || list.Tenants[0].ID != fixture.Empty {
		t.Errorf("got tenants %+v, want the own one only", list.Tenants)
	}
}

func TestPeopleAndTokensOverTheAPI(t *testing.T) {
	t.Parallel()
	base := newClient(t)
	admin := base.as(t, "admin", access.Holding{Role: access.SecurityAdministrator, Tenant: fixture.Contoso})
	made := admin.send(t, http.MethodPost, contoso+"/people", `{"issuer":"https://id.example.org","subject":"eve","name":"Eve"}`)
	if made.Code != http.StatusCreated {
		t.Fatalf("invite: got %d %s", made.Code, made.Body)
	}
	people := get[portalapi.PeopleList](t, admin, contoso+"/people")
	at := slices.IndexFunc(people.People, func(p portalapi.Person) bool { return p.Subject == "eve" })
	if at < 0 {
		t.Fatalf("the invited person is not in the list: %+v", people.People)
	}
	eve := string(people.People[at].ID)
	if w := admin.send(t, http.MethodPost, contoso+"/grants", `{"person":"`+eve+`","role":"global-administrator","reason":"","everywhere":false}`); w.Code != http.StatusForbidden {
		t.Errorf("grant more than one holds: got %d %s, want 403", w.Code, w.Body)
	}
	if w := admin.send(t, http.MethodPost, contoso+"/grants", `{"person":"`+eve+`","role":"security-reader","reason":"audit","everywhere":true}`); w.Code != http.StatusNotFound && w.Code != http.StatusForbidden {
		t.Errorf("grant everywhere: got %d %s, want a refusal", w.Code, w.Body)
	}
	if w := admin.send(t, http.MethodPost, contoso+"/grants", `{"person":"`+eve+`","role":"security-reader","reason":"audit","everywhere":false}`); w.Code != http.StatusCreated {
		t.Fatalf("grant: got %d %s", w.Code, w.Body)
	}
	w := admin.send(t, http.MethodPost, contoso+"/tokens", `{"name":"report","role":"security-reader","scope":"SecurityEvents.Read.All","days":30}`)
	if w.Code != http.StatusCreated || !strings.Contains(w.Body.String(), `"secret":"sst_`) {
		t.Fatalf("token: got %d %s", w.Code, w.Body)
	}
	tokens := get[portalapi.TokenList](t, admin, contoso+"/tokens")
	if len(tokens.Tokens) != 1 || !tokens.Tokens[0].Holds {
		t.Errorf("tokens: got %+v", tokens.Tokens)
	}
	if w := admin.send(t, http.MethodDelete, contoso+"/tokens/"+tokens.Tokens[0].ID, ""); w.Code != http.StatusNoContent {
		t.Errorf("revoke: got %d %s", w.Code, w.Body)
	}
	log := get[portalapi.AuditPage](t, admin, contoso+"/audit?limit=3")
	if len(log.Entries) != 3 || log.Entries[0].Event != "token.revoked" || log.Entries[1].Event != "token.created" || log.Next == "" {
		t.Errorf("audit log: got %+v", log)
	}
	export := admin.send(t, http.MethodGet, contoso+"/audit.jsonl", "")
	if export.Code != http.StatusOK || !strings.Contains(export.Body.String(), `"event":"role.granted"`) || strings.Contains(export.Body.String(), "sst_") {
		t.Errorf("export: got %d %s", export.Code, export.Body)
	}
}

func TestRefusalsAreInTheLog(t *testing.T) {
	t.Parallel()
	base := newClient(t)
	reader := base.as(t, "reader", access.Holding{Role: access.SecurityReader, Tenant: fixture.Contoso})
	if w := reader.send(t, http.MethodGet, contoso+"/tokens", ""); w.Code != http.StatusForbidden {
		t.Fatalf("got %d %s, want 403", w.Code, w.Body)
	}
	log := get[portalapi.AuditPage](t, reader, contoso+"/audit")
	if len(log.Entries) != 1 || log.Entries[0].Event != "access.refused" || log.Entries[0].Outcome != "denied" || log.Entries[0].Name != "reader" {
		t.Errorf("got %+v, want the refusal", log.Entries)
	}
}

func TestARouteWithoutARowAnswersNobody(t *testing.T) {
	t.Parallel()
	c := signedIn(t)
	c.api.Forget("GET /api/forgotten", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) })
	if w := c.send(t, http.MethodGet, "/api/forgotten", ""); w.Code != http.StatusNotFound {
		t.Errorf("got %d, want 404", w.Code)
	}
}

// TestTriesToRiseAreInTheLog: the route is allowed, and what is asked for is not.
func TestTriesToRiseAreInTheLog(t *testing.T) {
	t.Parallel()
	base := newClient(t)
	eve, err := base.people.Arrive(t.Context(), people.Proof{Identity: access.Identity{Issuer: "https://id.example.org", Subject: "eve"}}, people.Door{})
	if err != nil {
		t.Fatal(err)
	}
	admin := base.as(t, "admin", access.Holding{Role: access.SecurityAdministrator, Tenant: fixture.Contoso})
	for path, body := range map[string]string{
		"/grants": `{"person":"` + string(eve.ID) + `","role":"global-administrator","reason":"","everywhere":false}`,
		"/tokens": `{"name":"x","role":"global-administrator","scope":"SecurityEvents.Read.All","days":30}`,
	} {
		if w := admin.send(t, http.MethodPost, contoso+path, body); w.Code != http.StatusForbidden {
			t.Fatalf("%s: got %d %s, want 403", path, w.Code, w.Body)
		}
	}
	log := get[portalapi.AuditPage](t, admin, contoso+"/audit?event=access.refused")
	if len(log.Entries) != 2 || log.Entries[0].Name != "admin" || !strings.Contains(log.Entries[0].Reason, "more than they hold") {
		t.Errorf("got %+v, want both refusals", log.Entries)
	}
}

func TestALinkFromElsewhereIsInTheLog(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	if w := c.send(t, http.MethodPost, "/api/session", `{"token":"`+c.invite(t)+`"}`, "X-Forwarded-For", "192.0.2.7"); w.Code != http.StatusForbidden {
		t.Fatalf("got %d %s, want 403", w.Code, w.Body)
	}
	log, err := c.people.Log(t.Context(), access.Operator("root", access.ViaCommandLine), access.Everywhere, people.LogQuery{Limit: 10})
	if err != nil || len(log.Entries) != 1 || log.Entries[0].Event != "session.opened" || log.Entries[0].Outcome != "failed" {
		t.Errorf("got %+v %v, want a sign-in that failed", log.Entries, err)
	}
}

func TestRemovedPersonIsOutAtOnce(t *testing.T) {
	t.Parallel()
	base := newClient(t)
	held := access.Holding{Role: access.SecurityReader, Tenant: fixture.Contoso}
	reader := base.as(t, "reader", held)
	get[portalapi.TenantList](t, reader, "/api/tenants")
	operator := access.Operator("root", access.ViaCommandLine)
	list, err := base.people.People(t.Context(), operator, access.Everywhere)
	if err != nil || len(list) != 1 {
		t.Fatalf("people: got %+v %v", list, err)
	}
	if _, err := base.people.Remove(t.Context(), operator, list[0].ID, true); err != nil {
		t.Fatal(err)
	}
	if w := reader.send(t, http.MethodGet, "/api/tenants", ""); w.Code != http.StatusUnauthorized {
		t.Errorf("got %d %s, want 401", w.Code, w.Body)
	}
}

// operations lists "METHOD /path" of an OpenAPI document.
func operations(t *testing.T, document []byte) []string {
	t.Helper()
	var d struct {
		Paths map[string]map[string]any `json:"paths"`
	}
	if err := json.Unmarshal(document, &d); err != nil {
		t.Fatal(err)
	}
	var list []string
	for path, methods := range d.Paths {
		for method := range methods {
			list = append(list, strings.ToUpper(method)+" "+path)
		}
	}
	return list
}

func TestAuditLogIsFiltered(t *testing.T) {
	t.Parallel()
	base := newClient(t)
	admin := base.as(t, "admin", access.Holding{Role: access.SecurityAdministrator, Tenant: fixture.Contoso})
	for _, subject := range []string{"eve", "mallory"} {
		if w := admin.send(t, http.MethodPost, contoso+"/people", `{"issuer":"https://id.example.org","subject":"`+subject+`","name":"x"}`); w.Code != http.StatusCreated {
			t.Fatalf("invite: got %d %s", w.Code, w.Body)
		}
	}
	path := func(filter string) string { return contoso + "/audit?filter=" + url.QueryEscape(filter) }
	all := get[portalapi.AuditPage](t, admin, contoso+"/audit")
	if len(all.Entries) != 2 {
		t.Fatalf("got %d entries, want the 2 invitations", len(all.Entries))
	}
	some := get[portalapi.AuditPage](t, admin, path("event eq 'person.invited' and name eq 'admin' and target eq '"+all.Entries[1].Target+"'"))
	if len(some.Entries) != 1 || some.Entries[0] != all.Entries[1] {
		t.Errorf("got %+v, want one of %+v", some.Entries, all.Entries)
	}
	bad := admin.send(t, http.MethodGet, path("event eq 'x' und name eq 'y'"), "")
	if bad.Code != http.StatusBadRequest || !strings.Contains(bad.Body.String(), `"query.filter"`) || !strings.Contains(bad.Body.String(), "character 14: ") {
		t.Errorf("a bad filter: got %d %s", bad.Code, bad.Body)
	}
	if long := admin.send(t, http.MethodGet, path(strings.Repeat(" ", 5000)), ""); long.Code != http.StatusBadRequest && long.Code != http.StatusUnprocessableEntity {
		t.Errorf("a long filter: got %d %s", long.Code, long.Body)
	}
}
