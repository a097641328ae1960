// SPDX-License-Identifier: Apache-2.0

package graphapi_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"securescore/internal/graphapi"
	"securescore/internal/graphapi/profile"
	"securescore/internal/ledger"
	"securescore/internal/store"
)

const (
	vendor = `"vendorInformation":{"provider":"SecureScore","vendor":"Microsoft"}`
	mfa    = profiles + "/AdminMFAV2"
)

func (s *stage) patch(tb testing.TB, body string, header ...string) reply {
	tb.Helper()
	return s.ask(tb, "writer", http.MethodPatch, mfa, body, header...)
}

// updates is the history of the profile that the tests change.
func (s *stage) updates(tb testing.TB) []map[string]any {
	tb.Helper()
	list, _ := s.get(tb, mfa).object(tb)["controlStateUpdates"].([]any)
	var updates []map[string]any
	for _, one := range list {
		update, _ := one.(map[string]any)
		updates = append(updates, update)
	}
	return updates
}

func TestPatchIsOneDecision(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	before := s.entries(t)
	r := s.patch(t, `{`+vendor+`,"state":"thirdparty","assignedTo":"dana","comment":"another product","tenantNote":{},"unknown":[1]}`)
	r.want(t, http.StatusNoContent)
	if r.Body.Len() != 0 {
		t.Errorf("got a body: %s", r.Body)
	}
	want := []map[string]any{{"assignedTo": "dana", "comment": "another product", "state": "ThirdParty", "updatedBy": "writer", "updatedDateTime": "2026-03-06T12:00:00Z"}}
	if diff := cmp.Diff(want, s.updates(t)); diff != "" {
		t.Errorf("history (-want +got):\n%s", diff)
	}
	if got := s.entries(t) - before; got != 1 {
		t.Errorf("got %d entries in the ledger, want one", got)
	}
	if day := s.get(t, scores+"?$top=1").values(t)[0]; day["currentScore"] != 29.5 {
		t.Errorf("the score is %v, want full points", day["currentScore"])
	}
	s.pass(time.Minute)
	s.patch(t, `{`+vendor+`,"comment":"another product","state":"ThirdParty"}`).want(t, http.StatusNoContent)
	if got := s.entries(t) - before; got != 1 || len(s.updates(t)) != 1 {
		t.Errorf("an equal PATCH added something: %d entries, %d updates", got, len(s.updates(t)))
	}
	s.patch(t, `{`+vendor+`,"assignedTo":null}`).want(t, http.StatusNoContent)
	last := s.updates(t)[1]
	if last["assignedTo"] != nil || last["comment"] != "another product" || last["state"] != "ThirdParty" {
		t.Errorf("what was not mentioned did not stay: %v", last)
	}
	s.patch(t, `{`+vendor+`,"state":"Default"}`).want(t, http.StatusNoContent)
	if day := s.get(t, scores+"?$top=1").values(t)[0]; day["currentScore"] != 23.5 {
		t.Errorf("the score is %v after the decision was taken back", day["currentScore"])
	}
}

// entries is how long the ledger is.
func (s *stage) entries(tb testing.TB) int64 {
	tb.Helper()
	var head ledger.Head
	err := s.store.View(tb.Context(), contoso, func(ctx context.Context, r *store.Reader) (err error) {
		head, err = r.Ledger.Head(ctx, contoso, ledger.Own)
		return err
	})
	if err != nil {
		tb.Fatal(err)
	}
	return head.Sequence
}

func TestDecisionsExpireInTheHistory(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.patch(t, `{`+vendor+`,"state":"Ignored","comment":"for now"}`).want(t, http.StatusNoContent)
	s.pass(89 * 24 * time.Hour)
	if got := s.updates(t); len(got) != 1 {
		t.Errorf("got %v, want the decision alone", got)
	}
	s.pass(48 * time.Hour)
	got := s.updates(t)
	if len(got) != 2 || got[1]["state"] != "Default" || got[1]["comment"] != nil {
		t.Errorf("got %v, want Default behind it", got)
	}
}

func TestStates(t *testing.T) {
	t.Parallel()
	plain := newStage(t)
	literal := newStage(t, func(_ *graphapi.Config, p *profile.Config) { p.Literal = true })
	for state, want := range map[string][2]string{
		"default": {"Default", "Default"}, "REVIEWED": {"Default", "Default"}, "ignored": {"Ignored", "RiskAccepted"}, "riskAccepted": {"Ignored", "RiskAccepted"},
		"ThirdParty": {"ThirdParty", "ThirdParty"}, "planned": {"Default", "Planned"},
		"AlternateMitigation": {"ThirdParty", "AlternateMitigation"}, "alternativemitigation": {"ThirdParty", "AlternateMitigation"},
	} {
		for i, s := range []*stage{plain, literal} {
			s.patch(t, `{`+vendor+`,"state":"`+state+`"}`).want(t, http.StatusNoContent)
			list := s.updates(t)
			if got := list[len(list)-1]["state"]; got != want[i] {
				t.Errorf("%s: got %v, want %v", state, got, want[i])
			}
			s.pass(time.Second)
		}
	}
}

func TestRepresentation(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	r := s.patch(t, `{`+vendor+`,"state":"Ignored","comment":"\u003cscript\u003e \ud83d\ude00"}`, "Prefer", "respond-async, return=representation")
	r.want(t, http.StatusOK)
	get := s.get(t, mfa)
	if r.Header().Get("Preference-Applied") != "return=representation" || r.Body.String() != get.Body.String() || r.Header().Get("ETag") != get.Header().Get("ETag") {
		t.Errorf("got %v %s, want what GET gives: %s", r.Header(), r.Body, get.Body)
	}
}

func TestIfMatch(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	tag := s.get(t, mfa).Header().Get("ETag")
	s.patch(t, `{`+vendor+`,"state":"Ignored"}`, "If-Match", `"other", `+tag).want(t, http.StatusNoContent)
	if code, _ := s.patch(t, `{`+vendor+`,"state":"ThirdParty"}`, "If-Match", tag).want(t, http.StatusPreconditionFailed); code != "PreconditionFailed" {
		t.Errorf("got %s", code)
	}
	s.patch(t, `{`+vendor+`,"state":"ThirdParty"}`, "If-Match", "*").want(t, http.StatusNoContent)
	s.read(t, contoso, 9) // the rank may move, the decision is the same
	selected := s.get(t, mfa+"?$select=id").Header().Get("ETag")
	s.patch(t, `{`+vendor+`,"state":"Planned"}`, "If-Match", selected).want(t, http.StatusNoContent)
}

func TestWhatTakesNoDecision(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	for path, want := range map[string]int{
		profiles + "/scid_2010": http.StatusConflict, profiles + "/aad_done": http.StatusConflict, profiles + "/nothing": http.StatusNotFound,
	} {
		code, message := s.ask(t, "writer", http.MethodPatch, path, `{`+vendor+`,"state":"ThirdParty"}`).want(t, want)
		if want == http.StatusConflict && code != "Conflict" {
			t.Errorf("%s: got %s", path, code)
		}
		if strings.Contains(path, "scid") && !strings.Contains(message, "https://example.com/manage") {
			t.Errorf("the refusal does not say where to go: %s", message)
		}
	}
}

func TestBadBodies(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	before := s.get(t, mfa).Body.String()
	for name, test := range map[string]struct {
		body, target string
	}{
		"empty":                    {"", ""},
		"no JSON":                  {"{", ""},
		"a list":                   {"[]", ""},
		"null":                     {"null", ""},
		"a property twice":         {`{` + vendor + `,"state":"Ignored","state":"Default"}`, ""},
		"twice in other letters":   {`{` + vendor + `,"state":"Ignored","State":"Default"}`, "*"},
		"no vendorInformation":     {`{"state":"Ignored"}`, "vendorInformation"},
		"null vendorInformation":   {`{"state":"Ignored","vendorInformation":null}`, "vendorInformation"},
		"vendorInformation a text": {`{"vendorInformation":"Microsoft"}`, "vendorInformation"},
		"no vendor":                {`{"vendorInformation":{"provider":"SecureScore"}}`, "vendorInformation/vendor"},
		"no provider":              {`{"vendorInformation":{"vendor":"Microsoft"}}`, "vendorInformation/provider"},
		"another provider":         {`{"vendorInformation":{"vendor":"Microsoft","provider":"x"}}`, "vendorInformation/provider"},
		"provider a number":        {`{"vendorInformation":{"vendor":"Microsoft","provider":1}}`, "vendorInformation/provider"},
		"version a number":         {`{"vendorInformation":{"vendor":"Microsoft","provider":"SecureScore","providerVersion":1}}`, "vendorInformation/providerVersion"},
		"unknown state":            {`{` + vendor + `,"state":"ignore"}`, "state"},
		"completed":                {`{` + vendor + `,"state":"Completed"}`, "state"},
		"state a number":           {`{` + vendor + `,"state":1}`, "state"},
		"comment a list":           {`{` + vendor + `,"comment":["a"]}`, "comment"},
		"assignedTo a flag":        {`{` + vendor + `,"assignedTo":true}`, "assignedTo"},
		"comment too long":         {`{` + vendor + `,"comment":"` + strings.Repeat("x", 9000) + `"}`, "comment"},
		"assignedTo too long":      {`{` + vendor + `,"assignedTo":"` + strings.Repeat("x", 400) + `"}`, "assignedTo"},
		"zero character":           {`{` + vendor + `,"comment":"a\u0000"}`, "comment"},
		"not UTF-8":                {`{` + vendor + `,"comment":"` + "\xff" + `"}`, ""},
		"half a surrogate":         {`{` + vendor + `,"comment":"\ud800"}`, ""},
		"behind the end":           {`{` + vendor + `} {}`, ""},
		"deep":                     {strings.Repeat("[", 100000), ""},
	} {
		r := s.patch(t, test.body)
		r.want(t, http.StatusBadRequest)
		e, _ := r.object(t)["error"].(map[string]any)
		target, _ := e["target"].(string)
		if target != test.target && test.target != "*" {
			t.Errorf("%s: got target %q, want %q (%s)", name, target, test.target, r.Body)
		}
	}
	if after := s.get(t, mfa).Body.String(); after != before {
		t.Errorf("a refused body changed something: %s", after)
	}
}

func packed(tb testing.TB, text []byte) string {
	tb.Helper()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	if _, err := w.Write(text); err != nil || w.Close() != nil {
		tb.Fatal(err)
	}
	return out.String()
}

func TestEncodings(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	body := `{` + vendor + `,"state":"Ignored"}`
	bomb := packed(t, bytes.Repeat([]byte(" "), 200<<20))
	for name, test := range map[string]struct {
		body   string
		header []string
		want   int
	}{
		"gzip":                  {packed(t, []byte(body)), []string{"Content-Encoding", "gzip"}, http.StatusNoContent},
		"identity":              {body, []string{"Content-Encoding", "identity"}, http.StatusNoContent},
		"charset":               {body, []string{"Content-Type", "application/json; charset=UTF-8"}, http.StatusNoContent},
		"two layers":            {packed(t, []byte(packed(t, []byte(body)))), []string{"Content-Encoding", "gzip, gzip"}, http.StatusUnsupportedMediaType},
		"one layer of two":      {packed(t, []byte(packed(t, []byte(body)))), []string{"Content-Encoding", "gzip"}, http.StatusBadRequest},
		"deflate":               {body, []string{"Content-Encoding", "deflate"}, http.StatusUnsupportedMediaType},
		"not gzip":              {body, []string{"Content-Encoding", "gzip"}, http.StatusBadRequest},
		"half of gzip":          {packed(t, []byte(body))[:40], []string{"Content-Encoding", "gzip"}, http.StatusBadRequest},
		"bomb":                  {bomb, []string{"Content-Encoding", "gzip"}, http.StatusRequestEntityTooLarge},
		"too large":             {strings.Repeat(" ", 1<<20) + body, nil, http.StatusRequestEntityTooLarge},
		"form":                  {body, []string{"Content-Type", "application/x-www-form-urlencoded"}, http.StatusUnsupportedMediaType},
		"plain text":            {body, []string{"Content-Type", "text/plain"}, http.StatusUnsupportedMediaType},
		"no type":               {body, []string{"Content-Type", ""}, http.StatusUnsupportedMediaType},
		"another character set": {body, []string{"Content-Type", "application/json;charset=utf-16"}, http.StatusUnsupportedMediaType},
	} {
		if r := s.patch(t, test.body, test.header...); r.Code != test.want {
			t.Errorf("%s: got %d %s, want %d", name, r.Code, r.Body, test.want)
		} else {
			r.want(t, test.want)
		}
	}
}
