// SPDX-License-Identifier: Apache-2.0

package graphapi_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"securescore/internal/graphapi"
	"securescore/internal/graphapi/profile"
)

// part is one answer of a batch.
type part struct {
	ID      string            `json:"id"`
	Status  int               `json:"status"`
	Headers map[string]string `json:"headers"`
	Body    any               `json:"body"`
}

func (s *stage) batch(tb testing.TB, token, requests string) map[string]part {
	tb.Helper()
	r := s.ask(tb, token, http.MethodPost, "/v1.0/$batch", `{"requests":[`+requests+`]}`)
	r.want(tb, http.StatusOK)
	var whole struct {
		Responses []part `json:"responses"`
	}
	text, err := json.Marshal(r.object(tb))
	if err != nil {
		tb.Fatal(err)
	}
	if err := json.Unmarshal(text, &whole); err != nil {
		tb.Fatal(err)
	}
	found := map[string]part{}
	for _, p := range whole.Responses {
		found[p.ID] = p
	}
	if len(found) != len(whole.Responses) {
		tb.Errorf("an id came twice: %s", r.Body)
	}
	return found
}

func TestBatch(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	got := s.batch(t, "writer", `
		{"id":"read","method":"GET","url":"security/secureScoreControlProfiles/AdminMFAV2","dependsOn":["set"]},
		{"id":"set","method":"PATCH","url":"/security/secureScoreControlProfiles/AdminMFAV2","headers":{"Content-Type":"application/json"},"body":{`+vendor+`,"state":"ThirdParty"}},
		{"id":"same","method":"patch","url":"security/secureScoreControlProfiles/AdminMFAV2","body":{`+vendor+`,"state":"ThirdParty"},"headers":{"Prefer":"return=representation"},"dependsOn":["set"]},
		{"id":"list","method":"GET","url":"/security/secureScores?$top=1&$select=id"},
		{"id":"count","method":"GET","url":"/Security/SecureScores/$count"},
		{"id":"types","method":"GET","url":"/$metadata"},
		{"id":"gone","method":"GET","url":"/security/secureScores/nothing"},
		{"id":"after","method":"GET","url":"/security/secureScores","dependsOn":["gone"]},
		{"id":"after that","method":"GET","url":"/security/secureScores","dependsOn":["list","after"]},
		{"id":"wrong","method":"DELETE","url":"/security/secureScores"},
		{"id":"elsewhere","method":"GET","url":"/users"},
		{"id":"other tenant","method":"GET","url":"/t/`+string(fabrikam)+`/v1.0/security/secureScores"},
		{"id":"nested","method":"POST","url":"/$batch","headers":{"Content-Type":"application/json"},"body":{"requests":[]}},
		{"id":"no body","method":"PATCH","url":"/security/secureScoreControlProfiles/AdminMFAV2"},
		{"id":"form","method":"PATCH","url":"/security/secureScoreControlProfiles/AdminMFAV2","headers":{"content-type":"text/plain"},"body":{`+vendor+`}}`)
	want := map[string]int{
		"read": 200, "set": 204, "same": 200, "list": 200, "count": 200, "types": 200, "gone": 404, "after": 424, "after that": 424, "wrong": 405, "elsewhere": 400,
		"other tenant": 400, "nested": 400, "no body": 400, "form": 415,
	}
	statuses := map[string]int{}
	for id, p := range got {
		statuses[id] = p.Status
	}
	if diff := cmp.Diff(want, statuses); diff != "" {
		t.Fatalf("statuses (-want +got):\n%s", diff)
	}
	if got["count"].Body != "6" || got["set"].Body != nil || got["wrong"].Headers["Allow"] != "GET, HEAD" || got["same"].Headers["Preference-Applied"] == "" {
		t.Errorf("got %v", got)
	}
	read, _ := got["read"].Body.(map[string]any)
	if text := fmt.Sprint(read["controlStateUpdates"]); !strings.Contains(text, "ThirdParty") || got["read"].Headers["Etag"]+got["read"].Headers["ETag"] == "" {
		t.Errorf("the second request did not see the first: %s", text)
	}
	list, _ := got["list"].Body.(map[string]any)
	if link := local(t, list["@odata.nextLink"]); !strings.HasPrefix(link, scores+"?$select=id&$top=1") {
		t.Errorf("got the link %s", link)
	}
}

func TestBatchInheritsWhoAsks(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	set := `{"id":"1","method":"PATCH","url":"/security/secureScoreControlProfiles/AdminMFAV2","headers":{"Authorization":"Bearer writer"},"body":{` + vendor + `,"state":"Ignored"}}`
	if got := s.batch(t, "reader", set); got["1"].Status != http.StatusForbidden {
		t.Errorf("got %v, want 403", got)
	}
	if diff := cmp.Diff([]string{"token:reader status.edit " + string(contoso)}, s.refused); diff != "" {
		t.Errorf("what was refused (-want +got):\n%s", diff)
	}
	all := `{"id":"1","method":"GET","url":"/security/secureScores?$top=1"}`
	r := s.ask(t, "both", http.MethodPost, "/t/"+string(fabrikam)+"/beta/$batch", `{"requests":[`+all+`]}`)
	if !strings.Contains(r.Body.String(), string(fabrikam)) || strings.Contains(r.Body.String(), entra) {
		t.Errorf("got %s, want the tenant of the batch", r.Body)
	}
	if link := "http://example.com/t/" + string(fabrikam) + "/beta/security/secureScores?"; !strings.Contains(r.Body.String(), link) {
		t.Errorf("got %s, want links below %s", r.Body, link)
	}
}

func TestBatchCounts(t *testing.T) {
	t.Parallel()
	s := newStage(t, func(c *graphapi.Config, _ *profile.Config) { c.Limits.ScoresPerMinute = 3 })
	var requests []string
	for i := range 5 {
		requests = append(requests, fmt.Sprintf(`{"id":"%d","method":"GET","url":"/security/secureScores/$count"}`, i))
	}
	got := s.batch(t, "reader", strings.Join(requests, ","))
	for i, want := range []int{200, 200, 200, 429, 429} {
		if p := got[strconv.Itoa(i)]; p.Status != want || (want == 429) != (p.Headers["Retry-After"] == "60") {
			t.Errorf("request %d: got %d %v, want %d", i, p.Status, p.Headers, want)
		}
	}
}

func TestBadBatches(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	get := `"method":"GET","url":"/security/secureScores?$top=1"`
	var many []string
	for i := range 21 {
		many = append(many, fmt.Sprintf(`{"id":"%d",%s}`, i, get))
	}
	for name, body := range map[string]string{
		"no JSON":       `{`,
		"a list":        `[]`,
		"nothing":       `{}`,
		"no requests":   `{"requests":[]}`,
		"requests text": `{"requests":"all"}`,
		"twenty-one":    `{"requests":[` + strings.Join(many, ",") + `]}`,
		"no id":         `{"requests":[{` + get + `}]}`,
		"id a flag":     `{"requests":[{"id":true,` + get + `}]}`,
		"one id twice":  `{"requests":[{"id":"1",` + get + `},{"id":"1",` + get + `}]}`,
		"no method":     `{"requests":[{"id":"1","url":"/security"}]}`,
		"no url":        `{"requests":[{"id":"1","method":"GET"}]}`,
		"absolute":      `{"requests":[{"id":"1","method":"GET","url":"https://graph.microsoft.com/v1.0/security/secureScores"}]}`,
		"another host":  `{"requests":[{"id":"1","method":"GET","url":"//evil.example/security/secureScores"}]}`,
		"a fragment":    `{"requests":[{"id":"1","method":"GET","url":"/security/secureScores#x"}]}`,
		"unknown other": `{"requests":[{"id":"1",` + get + `,"dependsOn":["2"]}]}`,
		"on itself":     `{"requests":[{"id":"1",` + get + `,"dependsOn":["1"]}]}`,
		"in a circle":   `{"requests":[{"id":"1",` + get + `,"dependsOn":["2"]},{"id":"2",` + get + `,"dependsOn":["1"]}]}`,
		"as a group":    `{"requests":[{"id":"1","atomicityGroup":"g",` + get + `}]}`,
		"null":          `{"requests":[null]}`,
	} {
		if code, message := s.ask(t, "reader", http.MethodPost, "/v1.0/$batch", body).want(t, http.StatusBadRequest); code != "BadRequest" || len(message) < 10 {
			t.Errorf("%s: got %s %s", name, code, message)
		}
	}
	s.ask(t, "", http.MethodPost, "/v1.0/$batch", `{}`).want(t, http.StatusUnauthorized)
	s.ask(t, "reader", http.MethodGet, "/v1.0/$batch", "").want(t, http.StatusMethodNotAllowed)
}

func TestBatchTakesNumbersForIDs(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	got := s.batch(t, "reader", `
		{"id":1,"method":"GET","url":"security/secureScores/$count"},
		{"id":2,"method":"GET","url":"security/nothing"},
		{"id":"3","method":"GET","url":"security/secureScores/$count","dependsOn":[2]}`)
	if got["1"].Status != 200 || got["2"].Status != 400 || got["3"].Status != http.StatusFailedDependency {
		t.Errorf("got %v", got)
	}
	s.ask(t, "reader", http.MethodPost, "/v1.0/$batch", `{"requests":[{"id":true,"method":"GET","url":"security"}]}`).want(t, 400)
	s.ask(t, "reader", http.MethodPost, "/v1.0/$batch", `{"requests":[{"id":1,"method":"GET","url":"security"},{"id":"1","method":"GET","url":"security"}]}`).want(t, 400)
}
