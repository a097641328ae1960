// SPDX-License-Identifier: Apache-2.0

package microsoftscore_test

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"securescore/internal/posture"
	"securescore/internal/source/microsoftscore"
	"securescore/internal/source/sourcetest"
)

func read(tb testing.TB, data []byte) *microsoftscore.Answer {
	tb.Helper()
	a, err := microsoftscore.Read("answer.json", data)
	if err != nil {
		tb.Fatal(err)
	}
	return a
}

func at(text string) time.Time {
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		panic(err)
	}
	return t
}

func TestRealAnswer(t *testing.T) {
	t.Parallel()
	a := read(t, sourcetest.Bytes(t, sourcetest.Shared(t, "graph/secureScore.json")))
	if len(a.Days) != 1 || a.More() {
		t.Fatalf("got %d days, more %v", len(a.Days), a.More())
	}
	d := &a.Days[0]
	if d.Current.String() != "128.00" || d.Max.String() != "274.00" || len(d.Controls) != 68 {
		t.Errorf("got %s of %s in %d controls", d.Current, d.Max, len(d.Controls))
	}
	rest, _ := d.Rest()
	if rest != 0 {
		t.Errorf("the controls do not add up to the score: %s is left", rest)
	}
	if got, want := d.Date, at("2024-01-01T00:00:00Z"); !got.Equal(want) {
		t.Errorf("date: got %v, want %v", got, want)
	}
	profiles := read(t, sourcetest.Bytes(t, sourcetest.Shared(t, "graph/profiles.json")))
	if len(profiles.Profiles) != 200 || !profiles.More() {
		t.Errorf("got %d profiles, more %v; want 200 and more", len(profiles.Profiles), profiles.More())
	}
	d.ApplyProfiles(profiles.Profiles)
	known := 0
	for _, c := range d.Controls {
		if c.Max != nil {
			known++
		}
	}
	if known != 41 {
		t.Errorf("got the maximum of %d controls, want 41: those with a profile on the first page", known)
	}
	days := read(t, sourcetest.Bytes(t, sourcetest.Shared(t, "graph/secureScore-multiple.json"))).Days
	if len(days) != 2 || !days[0].Date.Before(days[1].Date) {
		t.Fatalf("got %d days, want 2 in order", len(days))
	}
	if rest, _ := days[1].Rest(); rest != 128*posture.Point {
		t.Errorf("day without controls: got rest %s, want all of it", rest)
	}
}

func TestDay(t *testing.T) {
	t.Parallel()
	a := read(t, sourcetest.Bytes(t, "testdata/scores.json"))
	if !a.More() {
		t.Error("the page has a link to a next one, but nothing is said to be missing")
	}
	want := []microsoftscore.Day{
		{
			Organisation: "0f000000-0000-4000-8000-00000000000a", Date: at("2026-03-01T00:00:00Z"), Made: at("2026-03-01T00:00:00Z"),
			Current: 300, Max: 3000, LicensedUsers: new(0), Services: []string{},
		},
		{
			Organisation: "0f000000-0000-4000-8000-00000000000a", Date: at("2026-03-02T00:00:00Z"), Made: at("2026-03-02T00:00:00Z"),
			Current: 1250, Max: 3000, LicensedUsers: new(100), ActiveUsers: new(91), Services: []string{"HasAADFree", "HasEXOP2"},
			Controls: []microsoftscore.Control{
				{ID: "idle", Category: posture.Apps, On: new(false)},
				{ID: "link", Category: posture.Apps, Score: 467, On: new(true)},
				{ID: "mfa", Category: posture.Identity, Score: 783, Count: new(78), Total: new(100), Status: "78 of 100 🏔 users", Synced: at("2026-03-01T17:12:14Z")},
			},
			Averages: []microsoftscore.Average{
				{Basis: "AllTenants", Percent: new(posture.Points(5465)), Categories: map[posture.Category]microsoftscore.Share{
					posture.Apps:     {Score: new(posture.Points(2965)), Max: new(posture.Points(7900))},
					posture.Identity: {Score: new(posture.Points(3602)), Max: new(posture.Points(5942))},
				}},
				{Basis: "TotalSeats", Categories: map[posture.Category]microsoftscore.Share{}, SeatsFrom: new(1), SeatsTo: new(100)},
			},
		},
	}
	if diff := cmp.Diff(want, a.Days); diff != "" {
		t.Errorf("days (-want +got):\n%s", diff)
	}
	d := &a.Days[1]
	if rest, highest := d.Rest(); rest != 0 || highest != 3000 {
		t.Errorf("got rest %s and %s; want 0.00 and 30.00", rest, highest)
	}
	d.ApplyProfiles(read(t, sourcetest.Bytes(t, "testdata/profiles.json")).Profiles)
	if _, highest := d.Rest(); highest != 2000 {
		t.Errorf("got rest of the maximum %s, want 20.00", highest)
	}
}

func TestProfiles(t *testing.T) {
	t.Parallel()
	a := read(t, sourcetest.Bytes(t, "testdata/profiles.json"))
	want := []microsoftscore.Profile{
		{
			ID: "idle", Title: "Idle sessions end", Category: posture.Apps, Service: "SPO", Tier: "Defense In Depth", Rank: new(10), ActionType: "Config",
		},
		{
			ID: "mfa", Title: "A second factor for all", Max: new(posture.Points(1000)), Category: posture.Identity, Service: "AzureAD", Tier: "Core",
			Rank: new(1), Threats: []string{"Account breach"}, ActionType: "Config", ActionURL: "https://example.org/mfa", ImplementationCost: "low",
			Updates: []microsoftscore.StateUpdate{
				{State: "Default"},
				{AssignedTo: "ann@example.org", Comment: "by the gateway", State: "ThirdParty", By: "bob@example.org", At: at("2026-02-02T10:11:12.123456Z")},
			},
		},
	}
	if diff := cmp.Diff(want, a.Profiles, cmpopts.EquateEmpty()); diff != "" || a.More() {
		t.Errorf("profiles (-want +got), more %v:\n%s", a.More(), diff)
	}
}

// one is a score whose text can be changed part by part.
func one(change ...string) string {
	text := `{"id":"t_2026-03-02","azureTenantId":"t","createdDateTime":"2026-03-02T11:00:00Z","currentScore":5,"maxScore":10,` +
		`"controlScores":[{"controlName":"a","score":2.5},{"controlName":"b","score":2.5}]}`
	return strings.NewReplacer(change...).Replace(text)
}

func TestForms(t *testing.T) {
	t.Parallel()
	later := one("11:00", "12:00", `"currentScore":5`, `"currentScore":6`)
	for name, test := range map[string]struct {
		text string
		want string // score of each day
	}{
		"one entity":                     {one(), "5.00"},
		"a list of entities":             {"[" + one() + "," + one("-03-02", "-03-03") + "]", "5.00 5.00"},
		"a list of pages":                {`[{"value":[` + one() + `]},{"value":[` + one("-03-02", "-03-03") + `]}]`, "5.00 5.00"},
		"a collapsed list":               {`{"value":` + one() + `}`, "5.00"},
		"the later score of a day":       {"[" + later + "," + one() + "]", "6.00"},
		"the last of equal ones":         {"[" + one() + "," + one(`"currentScore":5`, `"currentScore":5.5`) + "]", "5.50"},
		"two organisations":              {"[" + one() + "," + one(`"t"`, `"u"`) + "]", "5.00 5.00"},
		"a page without days":            {`{"@odata.context":"https://graph.microsoft.us/v1.0/$metadata#security/secureScores","value":[]}`, ""},
		"a number with an exponent":      {one(`"currentScore":5`, `"currentScore":5.0e0`), "5.00"},
		"a day of the id alone":          {one(`"2026-03-02T11:00:00Z"`, `null`), "5.00"},
		"a day of the time alone":        {one(`"t_2026-03-02"`, `"7"`), "5.00"},
		"many places":                    {one(`"currentScore":5`, `"currentScore":4.99499999999999999`), "4.99"},
		"half a hundredth is rounded up": {one(`"currentScore":5`, `"currentScore":1.005`), "1.01"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, d := range read(t, []byte(test.text)).Days {
				got = append(got, d.Current.String())
			}
			if strings.Join(got, " ") != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// What cannot be put on one control stays in the sum.
func TestRest(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"a control without a name": one(`"controlName":"b"`, `"controlName":null`),
		"a control that is twice":  one(`"controlName":"b"`, `"controlName":"a"`),
		"a control without points": one(`"b","score":2.5`, `"b","score":null`),
	} {
		d := read(t, []byte(text)).Days[0]
		if rest, _ := d.Rest(); rest != 250 || len(d.Controls) != 1 {
			t.Errorf("%s: got rest %s beside %d controls, want 2.50 beside 1", name, rest, len(d.Controls))
		}
	}
}

func TestRefused(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ text, want string }{
		"a score that is text":        {one(`"currentScore":5`, `"currentScore":"5"`), "secureScores: byte 97: line 1: /currentScore: want a number, got text"},
		"no score":                    {one(`"currentScore":5,`, ``), "currentScore and maxScore"},
		"a score below zero":          {one(`"currentScore":5`, `"currentScore":-5`), "currentScore and maxScore"},
		"a huge score":                {one(`"currentScore":5`, `"currentScore":1e999999999`), "out of range"},
		"points of a control as text": {one(`"score":2.5`, `"score":"2.5"`), "/controlScores/0/score: want a number"},
		"points below zero":           {one(`"a","score":2.5`, `"a","score":-2.5`), `score of control "a" is out of range`},
		"controls that are no list":   {one(`[{"controlName":"a","score":2.5},{"controlName":"b","score":2.5}]`, `7`), "/controlScores: a number does not fit here"},
		"a count that is an object":   {one(`"score":2.5}]`, `"score":2.5,"count":{}}]`), "/controlScores/1/count: want text"},
		"no tenant":                   {one(`"azureTenantId":"t",`, ``), "azureTenantId is missing"},
		"no day":                      {one(`"2026-03-02T11:00:00Z"`, `"yesterday"`, `t_2026-03-02`, `t`), "tells the day"},
		"the same member twice":       {one(`"maxScore":10`, `"maxScore":10,"maxScore":11`), "duplicate"},
		"text that is no UTF-8":       {one(`"controlName":"a"`, "\"controlName\":\"\xff\""), "UTF-8"},
		"a profile without id":        {`{"value":[{"actionType":"Config"}]}`, "secureScoreControlProfiles: byte 10: line 1: id is missing"},
		"a mixture":                   {`[` + one() + `,{"id":"1"}]`, "no answer"},
		"a foreign item":              {`{"value":[` + one() + `,17]}`, "does not fit"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := microsoftscore.Read("answer.json", []byte(test.text))
			sourcetest.Clear(t, err, "answer.json")
			if err != nil && !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %q, want it to say %q", err, test.want)
			}
		})
	}
}

func TestSource(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"scores.json", "profiles.json"} {
		sourcetest.Run(t, sourcetest.Subject{
			Format: microsoftscore.Format(),
			Good:   sourcetest.Bytes(t, filepath.Join("testdata", name)),
			Read: func(name string, data []byte) (any, error) {
				a, err := microsoftscore.Read(name, data)
				if err != nil {
					return nil, err
				}
				return []any{a.Days, a.Profiles, a.More()}, nil
			},
		})
	}
}

func FuzzRead(f *testing.F) {
	for _, name := range []string{"scores.json", "profiles.json"} {
		f.Add(sourcetest.Bytes(f, filepath.Join("testdata", name)))
	}
	f.Add([]byte(one()))
	f.Add([]byte(`[{"value":[` + one() + `]},{"value":{}}]`))
	f.Fuzz(func(t *testing.T, data []byte) {
		microsoftscore.Format().Recognise(data)
		a, err := microsoftscore.Read("answer.json", data)
		if err != nil {
			sourcetest.Clear(t, err, "answer.json")
			return
		}
		for i := range a.Days {
			d := &a.Days[i]
			sum, _ := d.Rest()
			for _, c := range d.Controls {
				sum += c.Score
			}
			if sum != d.Current || d.Current < 0 || d.Date.IsZero() {
				t.Errorf("day %v: rest and controls give %s of %s", d.Date, sum, d.Current)
			}
		}
		again, err := microsoftscore.Read("answer.json", data)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]any{a.Days, a.Profiles}, []any{again.Days, again.Profiles}); diff != "" {
			t.Errorf("read differently a second time:\n%s", diff)
		}
	})
}

func BenchmarkRead(b *testing.B) {
	data := sourcetest.Bytes(b, sourcetest.Shared(b, "graph/secureScore.json"))
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		read(b, data)
	}
}
