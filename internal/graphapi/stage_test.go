// SPDX-License-Identifier: Apache-2.0

package graphapi_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"securescore/internal/access"
	"securescore/internal/assess"
	"securescore/internal/catalog"
	"securescore/internal/entity"
	"securescore/internal/graphapi"
	"securescore/internal/graphapi/daily"
	"securescore/internal/graphapi/profile"
	"securescore/internal/httpserver"
	"securescore/internal/ledger"
	"securescore/internal/posture"
	"securescore/internal/store"
	"securescore/internal/store/sqlite"
)

const (
	contoso  = posture.TenantID("11111111-2222-4333-8444-555555555555")
	entra    = "aaaaaaaa-0000-4000-8000-000000000001"
	fabrikam = posture.TenantID("66666666-7777-4888-8999-aaaaaaaaaaaa")
	nobody   = "99999999-9999-4999-8999-999999999999"
)

// stage is two organisations, five days of history, and the API over them.
type stage struct {
	store    store.Store
	assessor *assess.Assessor
	handler  http.Handler
	tokens   map[string]*access.Principal
	refused  []string

	mu  sync.Mutex
	now time.Time
}

type setting func(*graphapi.Config, *profile.Config)

func newStage(tb testing.TB, settings ...setting) *stage {
	tb.Helper()
	s := &stage{now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC), tokens: principals()}
	opened, err := sqlite.Open(tb.Context(), sqlite.Config{Folder: tb.TempDir(), Now: s.clock})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := opened.Close(); err != nil {
			tb.Error(err)
		}
	})
	s.store = opened
	for _, t := range []store.Tenant{{ID: contoso, Name: "Contoso", Entra: entra}, {ID: fabrikam, Name: "Fabrikam"}} {
		t.Created = s.now
		if err := opened.Across().Tenants.Create(tb.Context(), t); err != nil {
			tb.Fatal(err)
		}
	}
	s.assessor = assess.NewAssessor(opened, catalogue(tb), s.clock)
	s.handler = s.serve(settings...)
	for day := range 5 {
		s.read(tb, contoso, day)
		s.read(tb, fabrikam, day)
		s.pass(24 * time.Hour)
	}
	return s
}

// serve puts a new API over the store.
func (s *stage) serve(settings ...setting) http.Handler {
	profiles := profile.Config{Store: s.store, Scorer: s.assessor, Now: s.clock}
	config := graphapi.Config{
		Authenticator: s, Tenants: s, Scores: daily.New(s.store, s.assessor, s.clock), Decider: s.assessor,
		PageKeys: [][]byte{[]byte("0123456789abcdef0123456789abcdef")}, Now: s.clock, Log: slog.New(slog.DiscardHandler),
		Refused: func(_ context.Context, by *access.Principal, action access.Action, tenant posture.TenantID) {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.refused = append(s.refused, fmt.Sprintf("%s %s %s", by.Actor, action, tenant))
		},
	}
	for _, set := range settings {
		set(&config, &profiles)
	}
	config.Profiles = profile.New(profiles)
	return httpserver.Handler([]string{"example.com"}, config.Log, graphapi.New(config))
}

func (s *stage) clock() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now
}

func (s *stage) pass(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now = s.now.Add(d)
}

// read takes evidence in: each day one more user is fine.
func (s *stage) read(tb testing.TB, tenant posture.TenantID, fine int) {
	tb.Helper()
	e := &posture.Evidence{Source: "test", At: s.clock()}
	for name, objects := range map[string]int{"users": 10, "devices": 2, "settings": 1} {
		set := &posture.DataSet{Name: name, FetchedAt: e.At}
		for i := range objects {
			set.Objects = append(set.Objects, posture.Object{Key: fmt.Sprintf("%s%02d", name, i), Raw: fmt.Appendf(nil, `{"ok":%t,"done":true}`, i < fine)})
		}
		e.Add(set)
	}
	if _, err := s.assessor.Import(tb.Context(), tenant, access.Operator("test", access.ViaCommandLine), e); err != nil {
		tb.Fatal(err)
	}
}

// Bearer implements graphapi.Authenticator.
func (s *stage) Bearer(_ context.Context, token string) (*access.Principal, error) {
	if p, ok := s.tokens[token]; ok {
		return p, nil
	}
	return nil, fmt.Errorf("token: %w", posture.ErrUnauthenticated)
}

// Resolve implements graphapi.Tenants.
func (s *stage) Resolve(ctx context.Context, id string) (posture.TenantID, error) {
	if !store.IsGUID(strings.ToLower(id)) {
		return "", fmt.Errorf("tenant: %w", posture.ErrNotFound)
	}
	t, err := s.store.Across().Tenants.Find(ctx, id)
	return t.ID, err
}

func principals() map[string]*access.Principal {
	one := func(name string, role access.Role, scope access.Scope, tenants ...posture.TenantID) *access.Principal {
		p := &access.Principal{Actor: ledger.Actor("token:" + name), Name: name, Scope: scope, Via: access.ViaGraph}
		for _, t := range tenants {
			p.Holdings = append(p.Holdings, access.Holding{Role: role, Tenant: t})
		}
		if len(tenants) == 1 {
			p.Tenant = tenants[0]
		}
		return p
	}
	atHome := one("at home", access.SecurityReader, access.ReadScope, contoso, fabrikam)
	atHome.Home = fabrikam
	abroad := one("abroad", access.SecurityReader, access.ReadScope, contoso)
	abroad.Tenant, abroad.Home = access.Everywhere, fabrikam
	return map[string]*access.Principal{
		"atHome":   atHome,
		"abroad":   abroad,
		"reader":   one("reader", access.SecurityReader, access.ReadScope, contoso),
		"writer":   one("writer", access.SecurityAdministrator, access.WriteScope, contoso),
		"narrow":   one("narrow", access.SecurityAdministrator, access.ReadScope, contoso),
		"other":    one("other", access.SecurityAdministrator, access.WriteScope, fabrikam),
		"both":     one("both", access.SecurityAdministrator, access.WriteScope, contoso, fabrikam),
		"everyone": one("everyone", access.GlobalAdministrator, access.WriteScope, access.Everywhere),
		"none":     one("none", access.SecurityReader, access.ReadScope),
	}
}

func catalogue(tb testing.TB) *catalog.Catalog {
	tb.Helper()
	fields := []entity.Field{{Name: "ok", Type: entity.Bool, From: "ok"}, {Name: "done", Type: entity.Bool, From: "done"}}
	schema, err := entity.NewSchema(entity.Product{Kinds: []entity.KindSpec{
		{Kind: "user", Singular: "user", Plural: "users", DataSet: "users", Fields: fields},
		{Kind: "device", Singular: "device", Plural: "devices", DataSet: "devices", Fields: fields},
		{Kind: "setting", Singular: "setting", Plural: "settings", DataSet: "settings", Singleton: true, Fields: fields},
	}})
	if err != nil {
		tb.Fatal(err)
	}
	files := fstest.MapFS{}
	for _, c := range []struct{ id, category, product, points, scoring, check, more string }{
		{"AdminMFAV2", "Identity", "Microsoft Entra ID", "10", "proportional", "{entity: user, pass: user.ok}", ""},
		{"aad_done", "Apps", "Microsoft Entra ID", "3", "proportional", "{entity: user, pass: user.done}", ""},
		{"mdo_zap", "Apps", "Microsoft Defender for Office 365", "5.5", "binary", "{entity: setting, pass: setting.ok}", "difficulty: high\nuserImpact: moderate\n"},
		{"Meeting_v1", "Apps", "Microsoft Teams", "1", "binary", "{entity: setting, pass: setting.ok}", ""},
		{"scid_2010", "Device", "Microsoft Defender for Endpoint", "8", "proportional", "{entity: device, pass: device.ok}", "statusPolicy: source\n"},
		{"a_b", "Data", "Strange <product>", "2", "binary", "{entity: setting, pass: setting.ok}", ""},
	} {
		text := "id: " + c.id + "\ntitle: 'The title of \"" + c.id + "\"'\ncategory: " + c.category + "\nproduct: " + c.product + "\npoints: \"" + c.points +
			"\"\nscoring: " + c.scoring + "\nthreats: [Account breach, Data exfiltration]\ndescription: d\nuserImpactText: <b>none</b>\nusersAffected: a\n" +
			"steps: ['Open <this> & that.', Save.]\nmanage: https://example.com/manage\ncheck: " + c.check + "\n" + c.more
		files[c.id+".yaml"] = &fstest.MapFile{Data: []byte(text)}
	}
	c, err := catalog.Load(schema, catalog.Layer{Name: "test", Custom: true, Files: files})
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

// reply is what came back.
type reply struct {
	*httptest.ResponseRecorder
}

// ask sends one request: a method and path, and headers in pairs.
func (s *stage) ask(tb testing.TB, token, method, path, body string, header ...string) reply {
	tb.Helper()
	return send(tb, s.handler, token, method, path, strings.NewReader(body), header...)
}

func send(tb testing.TB, h http.Handler, token, method, path string, body io.Reader, header ...string) reply {
	tb.Helper()
	r := httptest.NewRequestWithContext(tb.Context(), method, "http://example.com"+path, body)
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	if method == http.MethodPatch || method == http.MethodPost {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return reply{w}
}

func (s *stage) get(tb testing.TB, path string, header ...string) reply {
	tb.Helper()
	return s.ask(tb, "writer", http.MethodGet, path, "", header...)
}

// object is the body as JSON, which it must be.
func (r reply) object(tb testing.TB) map[string]any {
	tb.Helper()
	text := r.Body.Bytes()
	if r.Header().Get("Content-Encoding") == "gzip" {
		reader, err := gzip.NewReader(bytes.NewReader(text))
		if err != nil {
			tb.Fatal(err)
		}
		if text, err = io.ReadAll(reader); err != nil {
			tb.Fatal(err)
		}
	}
	var o map[string]any
	if err := json.Unmarshal(text, &o); err != nil {
		tb.Fatalf("%d %s: %v", r.Code, text, err)
	}
	return o
}

// want checks the status, and for errors that the body has the form that all
// clients read. It returns the code and the message.
func (r reply) want(tb testing.TB, status int) (code, message string) {
	tb.Helper()
	if r.Code != status {
		tb.Fatalf("got %d %.500s, want %d", r.Code, r.Body, status)
	}
	if status < 400 {
		return "", ""
	}
	e, _ := r.object(tb)["error"].(map[string]any)
	inner, _ := e["innerError"].(map[string]any)
	code, _ = e["code"].(string)
	message, _ = e["message"].(string)
	if code == "" || message == "" || inner["date"] == "" || inner["request-id"] != r.Header().Get("Request-Id") || inner["client-request-id"] != r.Header().Get("Client-Request-Id") {
		tb.Errorf("got %s with %v, want the form of errors", r.Body, r.Header())
	}
	if strings.Contains(message, ".go:") || strings.Contains(message, "goroutine") || strings.Contains(message, "sqlite") {
		tb.Errorf("the message gives too much away: %s", message)
	}
	return code, message
}

// values are the entities of a list.
func (r reply) values(tb testing.TB) []map[string]any {
	tb.Helper()
	r.want(tb, http.StatusOK)
	list, ok := r.object(tb)["value"].([]any)
	if !ok {
		tb.Fatalf("got %s, want a list", r.Body)
	}
	rows := make([]map[string]any, len(list))
	for i := range list {
		if rows[i], ok = list[i].(map[string]any); !ok {
			tb.Fatalf("got %v, want an object", list[i])
		}
	}
	return rows
}

func ids(rows []map[string]any) []string {
	var list []string
	for _, row := range rows {
		id, _ := row["id"].(string)
		list = append(list, id)
	}
	return list
}

// local cuts the server off a link.
func local(tb testing.TB, link any) string {
	tb.Helper()
	text, _ := link.(string)
	rest, ok := strings.CutPrefix(text, "http://example.com")
	if !ok {
		tb.Fatalf("the link %q is not absolute", text)
	}
	return rest
}
