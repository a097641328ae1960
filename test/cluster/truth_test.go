// SPDX-License-Identifier: Apache-2.0

package cluster_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"securescore/internal/store/postgres/postgrestest"
)

// oneTruth is how long another process may tell what was the truth before.
const oneTruth = time.Second

// view is one server as a program and a person see it.
type view struct {
	*server

	cookie http.Header
}

// signIn uses the one-time link of a server.
func (s *server) signIn(t *testing.T) *view {
	t.Helper()
	_, token, _ := strings.Cut(s.link, "#")
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.base+"/api/session", strings.NewReader(`{"token":"`+token+`"}`))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	if err := res.Body.Close(); err != nil || len(res.Cookies()) != 1 {
		t.Fatalf("sign in: %v %s", err, res.Status)
	}
	cookie := res.Cookies()[0]
	return &view{s, http.Header{"Cookie": {cookie.Name + "=" + cookie.Value}}}
}

// says asks until the answer holds a text, and returns how long that took after
// a time.
func (v *view) says(t *testing.T, since time.Time, path string, headers http.Header, want string) time.Duration {
	t.Helper()
	var last string
	ok := until(t.Context(), func() bool {
		_, text, err := ask(t.Context(), http.DefaultClient, http.MethodGet, v.base+path, "", headers)
		last = fmt.Sprint(text, err)
		return err == nil && strings.Contains(text, want)
	})
	if !ok {
		t.Fatalf("%s%s does not say %q: %s", v.base, path, want, last)
	}
	return time.Since(since)
}

// refuses asks until the answer is that the client may not, or that there is no
// such thing.
func (v *view) refuses(t *testing.T, since time.Time, path string, headers http.Header) time.Duration {
	t.Helper()
	ok := until(t.Context(), func() bool {
		status, _, err := ask(t.Context(), http.DefaultClient, http.MethodGet, v.base+path, "", headers)
		return err == nil && status >= http.StatusBadRequest && status < http.StatusInternalServerError
	})
	if !ok {
		t.Fatalf("%s%s answers as before", v.base, path)
	}
	return time.Since(since)
}

// What one process or a command line writes, all others tell within a second.
func TestThreeProcessesTellOneTruth(t *testing.T) {
	program(t)
	database := postgrestest.New(t).Server
	n := addTenant(t, database, 1)
	passing := addTenant(t, database, 2)
	views := make([]*view, 3)
	for i := range views {
		s := serve(t, database)
		s.awaitReady(t)
		views[i] = s.signIn(t)
	}
	n.learn(t, views[0].base, 2)
	slowest := make(map[string]time.Duration)
	note := func(what string, took time.Duration) { slowest[what] = max(slowest[what], took) }
	for round := range 12 {
		writer, control := views[round%3], n.controls[round%2]
		comment := fmt.Sprintf("round %d.", round)
		action := "/api/tenants/" + string(n.id) + "/actions/" + string(control)
		if status, text, err := n.decide(t.Context(), http.DefaultClient, writer.base, control, comment); err != nil || status != http.StatusNoContent {
			t.Fatalf("decide: %d %v %s", status, err, text)
		}
		since := time.Now()
		for _, v := range views {
			note("a decision in the Graph API", v.says(t, since, profiles+"/"+string(control), n.bearer(), comment))
			note("a decision in the portal", v.says(t, since, action, v.cookie, comment))
		}
	}
	for round := 1; round <= 4; round++ {
		run(t, "import", "scubagear", n.export(t, round), "--tenant", string(n.id), "--database", database)
		since := time.Now()
		want := exportTime(round).Format("2006-01-02T15:04:05")
		for _, v := range views {
			note("evidence from the command line in the portal", v.says(t, since, "/api/tenants/"+string(n.id)+"/overview", v.cookie, want))
		}
	}
	for _, v := range views { // so that all remember the tenant
		v.says(t, time.Now(), profiles, passing.bearer(), "secureScoreControlProfiles")
		v.says(t, time.Now(), "/api/tenants/"+string(passing.id)+"/overview", v.cookie, "score")
	}
	if err := openStore(t, database).Across().Tenants.Remove(t.Context(), passing.id); err != nil {
		t.Fatal(err)
	}
	since := time.Now()
	for _, v := range views {
		note("a removed tenant in the Graph API", v.refuses(t, since, profiles, passing.bearer()))
		note("a removed tenant in the portal", v.refuses(t, since, "/api/tenants/"+string(passing.id)+"/overview", v.cookie))
	}
	for what, took := range slowest {
		t.Logf("%s: seen by all of three processes after at most %d ms", what, took.Milliseconds())
		if took > oneTruth {
			t.Errorf("%s was seen after %s, want %s at most", what, took, oneTruth)
		}
	}
}
