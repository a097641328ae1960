// SPDX-License-Identifier: Apache-2.0

package daily_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"securescore/internal/ledger"
	"securescore/internal/posture"
)

func TestFind(t *testing.T) {
	t.Parallel()
	st := newStage(t, catalogue(t))
	populate(t, st)
	v := st.open(t)
	for id, want := range map[string]int{
		string(tenant) + "_2026-01-03":                  0,
		strings.ToUpper(string(tenant)) + "_2026-01-01": 2,
		string(tenant) + "_2026-01-04":                  -1, // tomorrow
		string(tenant) + "_2025-12-31":                  -1, // before the first entry
		string(tenant) + "_2026-1-3":                    -1,
		string(tenant) + "_2026-01-03 ":                 -1,
		string(tenant):                                  -1,
		"_2026-01-03":                                   -1,
		"x" + string(tenant) + "_2026-01-03":            -1,
		"":                                              -1,
	} {
		i, ok := v.Find(id)
		if ok != (want >= 0) || (ok && i != want) {
			t.Errorf("Find(%q) = %d, %t; want %d", id, i, ok, want)
		}
		if ok && !strings.EqualFold(day(t, v, i).ID(), id) {
			t.Errorf("day %d is %s, want %s", i, day(t, v, i).ID(), id)
		}
	}
}

func TestDaysThatDoNotExist(t *testing.T) {
	t.Parallel()
	st := newStage(t, catalogue(t))
	if v := st.open(t); v.Len() != 0 {
		t.Errorf("a ledger without entries has %d days", v.Len())
	}
	populate(t, st)
	v := st.open(t)
	for _, r := range [][2]int{{-1, 1}, {0, 4}, {3, 1}, {0, -1}, {1 << 62, 1 << 62}} {
		if _, err := v.JSON(t.Context(), nil, r[0], r[1]); !errors.Is(err, posture.ErrNotFound) {
			t.Errorf("JSON of %v: got %v, want not found", r, err)
		}
		if _, err := v.Gzip(t.Context(), nil, nil, r[0], r[1], nil); !errors.Is(err, posture.ErrNotFound) {
			t.Errorf("Gzip of %v: got %v, want not found", r, err)
		}
	}
	if _, err := v.At(t.Context(), 3); !errors.Is(err, posture.ErrNotFound) {
		t.Errorf("At 3: got %v, want not found", err)
	}
	if _, err := st.source.Open(t.Context(), "6f3a3d8e-0000-4000-8000-000000000009"); !errors.Is(err, posture.ErrNotFound) {
		t.Errorf("another tenant: got %v, want not found", err)
	}
}

func TestSelected(t *testing.T) {
	t.Parallel()
	st := newStage(t, catalogue(t))
	populate(t, st)
	s := day(t, st.open(t), 2)
	for want, selected := range map[string][]string{
		`{}`: {},
		`{"createdDateTime":"2026-01-01T00:00:00Z","currentScore":32.33}`: {"currentScore", "createdDateTime", "unknown"},
		`{"activeUserCount":20,"averageComparativeScores":[]}`:            {"averageComparativeScores", "activeUserCount"},
	} {
		if got := string(s.AppendJSON(nil, selected)); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

// What is not known is null, which is not zero.
func TestUnknownUsers(t *testing.T) {
	t.Parallel()
	st := newStage(t, catalogue(t))
	st.write(t, begin(), change("counted", ledger.Standing{}, standing(900, 0, 1000, 18, 2, "")))
	want := `{"activeUserCount":null,"enabledServices":[],"licensedUserCount":null}`
	selected := []string{"activeUserCount", "licensedUserCount", "enabledServices"}
	if got := string(day(t, st.open(t), 0).AppendJSON(nil, selected)); got != want {
		t.Errorf("without facts: got %s, want %s", got, want)
	}
	st.write(t, begin(), ledger.Change{Cause: ledger.FactsChanged, Facts: &ledger.Facts{Plans: []string{"VISIOONLINE"}}})
	want = `{"activeUserCount":null,"enabledServices":["HasAADFree","HasVisio"],"licensedUserCount":0}`
	if got := string(day(t, st.open(t), 0).AppendJSON(nil, selected)); got != want {
		t.Errorf("people not read one by one: got %s, want %s", got, want)
	}
}

// A view is what it was when it was opened, whatever happens afterwards.
func TestViewsStayAsTheyWere(t *testing.T) {
	t.Parallel()
	st := newStage(t, catalogue(t))
	populate(t, st)
	before := st.open(t)
	text := func() string {
		raw, err := before.JSON(t.Context(), nil, 0, before.Len())
		if err != nil {
			t.Fatal(err)
		}
		return string(raw)
	}
	was := text()
	if again := st.open(t); again != before {
		t.Error("nothing changed, and yet there is another view")
	}
	tags := map[string]string{before.Tag: "the first view"}
	changed := func(what string) {
		v := st.open(t)
		if other, twice := tags[v.Tag]; twice {
			t.Errorf("%s: the tag is that of %s", what, other)
		}
		tags[v.Tag] = what
	}
	st.write(t, st.now, change("counted", standing(1000, 0, 1000, 20, 0, posture.Completed), standing(500, 0, 1000, 10, 10, "")))
	changed("an entry")
	st.run(t, st.now)
	changed("a run")
	st.now = st.now.Add(24 * time.Hour)
	changed("the next day")
	if got := text(); got != was {
		t.Errorf("the view changed\nfrom %s\nto   %s", was, got)
	}
}
