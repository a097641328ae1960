// SPDX-License-Identifier: Apache-2.0

package main

import (
	"io"
	"net/http"
	"strings"
	"testing"
)

// With --graph-all-states scores and profiles name a state alike.
func TestGraphAllStates(t *testing.T) {
	t.Parallel()
	c, folder := kept(t)
	if r := c.run(t, "import", "scubagear", export(t, "true"), "--data", folder); r.code != exitDone {
		t.Fatalf("import: got %d, %s", r.code, r.err)
	}
	link, stop := served(t, "--graph-all-states", "--data", folder)
	base, _, _ := strings.Cut(link, "/signin#")
	made := c.run(t, "token", "create", "--data", folder, "--role", "security-administrator", "--scope", "SecurityEvents.ReadWrite.All")
	lines := strings.Split(strings.TrimSpace(made.out), "\n")
	ask := func(method, path, body string) (int, string) {
		t.Helper()
		req, err := http.NewRequestWithContext(t.Context(), method, base+"/v1.0/security/"+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Authorization", "Bearer "+lines[len(lines)-1])
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = res.Body.Close() }()
		text, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return res.StatusCode, string(text)
	}
	const profile = "secureScoreControlProfiles/aad_third_party_apps"
	if code, text := ask(http.MethodPatch, profile, `{"state":"Planned","vendorInformation":{"provider":"SecureScore","vendor":"Microsoft"}}`); code != http.StatusNoContent {
		t.Fatalf("PATCH: got %d %s", code, text)
	}
	if code, text := ask(http.MethodGet, profile, ""); !strings.Contains(text, `"state":"Planned"`) {
		t.Errorf("the profile: got %d %.500s, want Planned", code, text)
	}
	if code, text := ask(http.MethodGet, "secureScores?$top=1", ""); !strings.Contains(text, `"controlState":"Planned"`) {
		t.Errorf("the score: got %d, want Planned", code)
	}
	if code, errs := stop(); code != exitDone {
		t.Errorf("stopped: got %d, %s", code, errs)
	}
}
