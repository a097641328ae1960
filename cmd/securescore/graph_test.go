// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"securescore/internal/access"
	"securescore/internal/assess"
	"securescore/internal/graphapi/daily"
	"securescore/internal/posture"
	"securescore/internal/store"
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

// What expires while the server runs counts no longer from the next tick on.
func TestFollow(t *testing.T) {
	t.Parallel()
	c, folder := kept(t)
	if r := c.run(t, "import", "scubagear", export(t, "true"), "--data", folder); r.code != exitDone {
		t.Fatalf("import: got %d, %s", r.code, r.err)
	}
	var now atomic.Int64
	now.Store(noon().UnixMicro())
	e := &env{in: strings.NewReader(""), out: io.Discard, err: io.Discard, now: func() time.Time { return time.UnixMicro(now.Load()).UTC() }}
	err := e.withAssessor(t.Context(), storage{folder: folder}, func(ctx context.Context, s store.Store, a *assess.Assessor) error {
		tenants, err := s.Across().Tenants.List(ctx)
		if err != nil {
			return err
		}
		third := posture.ThirdParty
		if _, err := a.PatchStatus(ctx, tenants[0].ID, access.Operator("test", access.ViaCommandLine), "aad_third_party_apps", assess.StatusChange{Status: &third}); err != nil {
			return err
		}
		days := daily.New(s, a, e.now)
		current := func() posture.Points {
			t.Helper()
			view, err := days.Open(ctx, tenants[0].ID)
			if err != nil {
				t.Fatal(err)
			}
			score, err := view.At(ctx, 0)
			if err != nil {
				t.Fatal(err)
			}
			return score.CurrentScore()
		}
		credited := current()
		now.Add((91 * 24 * time.Hour).Microseconds())
		due, err := s.Across().Leases.Take(ctx, store.Taking{
			Owner: "test", Kinds: []store.KindLimit{{Kind: assess.ExpiryWork}}, Most: 9, Length: time.Minute,
		})
		if err != nil || len(due) != 1 {
			t.Fatalf("got %d works that are due, %v, want the expiry", len(due), err)
		}
		if err := a.Renew(ctx, due[0]); err != nil {
			t.Fatal(err)
		}
		expired := current()
		if credited == 0 || expired != 0 {
			t.Errorf("got %s while decided and %s afterwards, want none", credited, expired)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
