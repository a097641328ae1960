// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"securescore/internal/access"
	"securescore/internal/assess"
	"securescore/internal/posture"
	"securescore/internal/store"
)

// number is a score as one of the views tells it, in hundredths of a point.
type number struct{ earned, maximum, identity, identityMax posture.Points }

// TestOneScoreEverywhere changes decisions, exemptions and evidence at random,
// some of it behind the server's back, and asks portal, Graph API, identity
// view and command line for the score after each change.
func TestOneScoreEverywhere(t *testing.T) {
	t.Parallel()
	const changes = 12
	folder := filepath.Join(t.TempDir(), "data")
	link, stop := served(t, "--sample", "--data", folder, "--graph-scores-per-minute", "0")
	v := views{base: strings.TrimSuffix(link[:max(strings.Index(link, "/signin#"), 0)], "/"), c: console{now: noon()}, folder: folder}
	if v.base == "" {
		_, errs := stop()
		t.Fatalf("got the link %q; %s", link, errs)
	}
	v.signIn(t, link)
	made := v.c.run(t, "token", "create", "--role", "security-administrator", "--scope", string(access.WriteScope), "--data", folder)
	lines := strings.Split(strings.TrimSpace(made.out), "\n")
	v.token = lines[len(lines)-1]
	random := rand.New(rand.NewPCG(20261122, 3))
	before := v.agree(t, "at first")
	moved := 0
	for i := range changes {
		what := v.change(t, random, i)
		now := v.agree(t, fmt.Sprintf("change %d, %s", i, what))
		if now != before {
			moved++
		}
		before = now
	}
	if moved < 2 {
		t.Errorf("only %d of %d changes moved the score: the test changes too little", moved, changes)
	}
	if code, errs := stop(); code != exitDone {
		t.Fatalf("stopped: got %d, %s", code, errs)
	}
	if r := v.c.run(t, "verify", "--data", folder); r.code != exitDone {
		t.Errorf("verify: got %d, %s%s", r.code, r.out, r.err)
	}
}

// views asks all that tell a score.
type views struct {
	base, token, folder string
	cookie              *http.Cookie
	c                   console
}

func (v *views) signIn(t *testing.T, link string) {
	t.Helper()
	_, token, _ := strings.Cut(link, "#")
	status, cookies, _ := v.send(t, http.MethodPost, "/api/session", `{"token":"`+token+`"}`)
	if len(cookies) != 1 {
		t.Fatalf("sign in: got %d", status)
	}
	v.cookie = cookies[0]
}

func (v *views) send(t *testing.T, method, path, body string) (status int, cookies []*http.Cookie, text []byte) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, v.base+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	if v.token != "" {
		req.Header.Set("Authorization", "Bearer "+v.token)
	}
	if v.cookie != nil {
		req.AddCookie(v.cookie)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	if text, err = io.ReadAll(res.Body); err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, res.Cookies(), text
}

func (v *views) read(t *testing.T, path string, into any) {
	t.Helper()
	status, _, text := v.send(t, http.MethodGet, path, "")
	if status != http.StatusOK {
		t.Fatalf("GET %s: got %d %s", path, status, text)
	}
	if err := json.Unmarshal(text, into); err != nil {
		t.Fatalf("GET %s: %v", path, err)
	}
}

// agree fails unless all views give one number.
func (v *views) agree(t *testing.T, when string) number {
	t.Helper()
	all := map[string]number{"portal": v.portal(t), "Graph": v.graph(t), "command line": v.commandLine(t)}
	for name, n := range all {
		if n != all["portal"] {
			t.Fatalf("%s: %s says %+v, the portal %+v", when, name, n, all["portal"])
		}
	}
	return all["portal"]
}

type sum struct {
	Earned  posture.Points `json:"earned"`
	Maximum posture.Points `json:"maximum"`
	Max     posture.Points `json:"max"` // at the command line
}

// portal reads the overview, and the identity view beside it.
func (v *views) portal(t *testing.T) number {
	t.Helper()
	var o struct {
		Score      sum `json:"score"`
		Categories []struct {
			Name  string `json:"name"`
			Score sum    `json:"score"`
		} `json:"categories"`
	}
	tenant := "/api/tenants/" + string(sampleTenant)
	v.read(t, tenant+"/overview?days=1", &o)
	n := number{earned: o.Score.Earned, maximum: o.Score.Maximum}
	for _, c := range o.Categories {
		if c.Name == string(posture.Identity) {
			n.identity, n.identityMax = c.Score.Earned, c.Score.Maximum
		}
	}
	var identity struct {
		Score sum `json:"score"`
	}
	v.read(t, tenant+"/categories/Identity?days=1", &identity)
	if identity.Score.Earned != n.identity || identity.Score.Maximum != n.identityMax {
		t.Fatalf("the identity view says %+v, the overview %+v", identity.Score, n)
	}
	return n
}

// graph reads today's secureScore, and adds its controls up.
func (v *views) graph(t *testing.T) number {
	t.Helper()
	var scores struct {
		Value []struct {
			CurrentScore  posture.Points `json:"currentScore"`
			MaxScore      posture.Points `json:"maxScore"`
			ControlScores []struct {
				Category string         `json:"controlCategory"`
				Name     string         `json:"controlName"`
				Score    posture.Points `json:"score"`
			} `json:"controlScores"`
		} `json:"value"`
	}
	v.read(t, "/v1.0/security/secureScores?$top=1", &scores)
	var profiles struct {
		Value []struct {
			ID       string         `json:"id"`
			MaxScore posture.Points `json:"maxScore"`
		} `json:"value"`
	}
	v.read(t, "/v1.0/security/secureScoreControlProfiles?$top=999&$select=id,maxScore", &profiles)
	worth := make(map[string]posture.Points)
	for _, p := range profiles.Value {
		worth[p.ID] = p.MaxScore
	}
	today := scores.Value[0]
	n := number{earned: today.CurrentScore, maximum: today.MaxScore}
	var earned, maximum posture.Points
	for _, c := range today.ControlScores {
		earned, maximum = earned+c.Score, maximum+worth[c.Name]
		if c.Category == string(posture.Identity) {
			n.identity, n.identityMax = n.identity+c.Score, n.identityMax+worth[c.Name]
		}
	}
	if earned != n.earned || maximum != n.maximum {
		t.Fatalf("the controls of the Graph API add up to %s of %s, it says %s of %s", earned, maximum, n.earned, n.maximum)
	}
	return n
}

func (v *views) commandLine(t *testing.T) number {
	t.Helper()
	r := v.c.run(t, "score", "--format", "json", "--data", v.folder)
	var report struct {
		Score      sum `json:"score"`
		Categories []struct {
			Name string `json:"name"`
			sum
		} `json:"categories"`
	}
	if err := json.Unmarshal([]byte(r.out), &report); err != nil {
		t.Fatalf("%v in %s%s", err, r.out, r.err)
	}
	n := number{earned: report.Score.Earned, maximum: report.Score.Max}
	for _, c := range report.Categories {
		if c.Name == string(posture.Identity) {
			n.identity, n.identityMax = c.Earned, c.Max
		}
	}
	return n
}

// change does one thing and says what.
func (v *views) change(t *testing.T, random *rand.Rand, i int) string {
	t.Helper()
	catalogue, err := builtIn()
	if err != nil {
		t.Fatal(err)
	}
	id := v.open(t, random)
	control, _ := catalogue.Control(id)
	switch random.IntN(4) {
	case 0, 1:
		state := []string{"ThirdParty", "AlternateMitigation", "Ignored", "Default", "Planned"}[random.IntN(5)]
		body := `{"state":"` + state + `","comment":"a change","vendorInformation":{"provider":"SecureScore","vendor":"Microsoft"}}`
		status, _, text := v.send(t, http.MethodPatch, "/v1.0/security/secureScoreControlProfiles/"+string(id), body)
		if status != http.StatusNoContent {
			t.Fatalf("PATCH %s: got %d %s", id, status, text)
		}
		return fmt.Sprintf("%s is %s", id, state)
	case 2:
		d := posture.Decision{Control: id, Kind: control.Check.Entity, Entity: v.failing(t, id), Reason: "service account", Expires: v.c.now.AddDate(0, 1, 0)}
		v.c.inStore(t, v.folder, func(ctx context.Context, s store.Store) error {
			_, err := assess.NewAssessor(s, catalogue, func() time.Time { return v.c.now }).Decide(ctx, sampleTenant, access.Operator("test", access.ViaCommandLine), []posture.Decision{d})
			return err
		})
		return fmt.Sprintf("%q is exempt from %s", d.Entity, id)
	}
	v.c.inStore(t, v.folder, func(ctx context.Context, s store.Store) error {
		return thinned(ctx, s, assess.NewAssessor(s, catalogue, func() time.Time { return v.c.now }), random, i)
	})
	return "objects that are gone"
}

// open is an action that has points to win, or that somebody has resolved.
func (v *views) open(t *testing.T, random *rand.Rand) posture.ControlID {
	t.Helper()
	var list struct {
		Actions []struct {
			ID     posture.ControlID `json:"id"`
			Status posture.Status    `json:"status"`
			Score  *sum              `json:"score"`
		} `json:"actions"`
	}
	v.read(t, "/api/tenants/"+string(sampleTenant)+"/actions", &list)
	var ids []posture.ControlID
	for _, a := range list.Actions {
		if a.Score != nil && a.Status != posture.Completed {
			ids = append(ids, a.ID)
		}
	}
	return ids[random.IntN(len(ids))]
}

// failing is an entity that an action fails for; if there is none, a made-up
// one.
func (v *views) failing(t *testing.T, id posture.ControlID) string {
	t.Helper()
	var page struct {
		Entities []struct {
			Key string `json:"key"`
		} `json:"entities"`
	}
	v.read(t, "/api/tenants/"+string(sampleTenant)+"/actions/"+string(id)+"/entities?limit=1", &page)
	if len(page.Entities) == 0 {
		return "nobody"
	}
	return page.Entities[0].Key
}

// thinned imports the evidence that is there without some objects of one data
// set.
func thinned(ctx context.Context, s store.Store, a *assess.Assessor, random *rand.Rand, i int) error {
	var e *posture.Evidence
	err := s.View(ctx, sampleTenant, func(ctx context.Context, r *store.Reader) error {
		var err error
		e, err = r.Evidence.Latest(ctx, sampleTenant)
		return err
	})
	if err != nil {
		return err
	}
	names := make([]string, 0, len(e.Sets))
	for name, set := range e.Sets {
		if len(set.Objects) > 1 {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	set := *e.Sets[names[random.IntN(len(names))]]
	set.Objects = slices.Clone(set.Objects)
	set.Objects = slices.Delete(set.Objects, 0, 1+random.IntN(len(set.Objects)-1))
	next := *e
	next.At = e.At.Add(time.Duration(i+1) * time.Second)
	next.Sets = map[string]*posture.DataSet{set.Name: &set}
	set.FetchedAt = next.At
	_, err = a.Import(ctx, sampleTenant, access.Operator("test", access.ViaCommandLine), &next)
	return err
}
