// SPDX-License-Identifier: Apache-2.0

package daily_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"securescore/internal/assess"
	"securescore/internal/posture"
)

// drawEvidence is what a source may read at the stage's time.
func drawEvidence(t *rapid.T, at time.Time) *posture.Evidence {
	e := &posture.Evidence{Source: "test", At: at}
	for _, name := range []string{"users", "devices", "settings"} {
		set := &posture.DataSet{Name: name, FetchedAt: at}
		most := 8
		if name == "settings" {
			most = 1
		}
		if rapid.IntRange(0, 6).Draw(t, "unread "+name) == 0 {
			set.Missing = posture.Reason{Code: posture.Permission, Detail: "no permission"}
			most = 0
		}
		for i := range rapid.IntRange(0, most).Draw(t, name) {
			raw := rapid.SampledFrom([]string{`{"ok":true}`, `{"ok":false}`, `{}`}).Draw(t, "object")
			set.Objects = append(set.Objects, posture.Object{Key: fmt.Sprintf("%s-%d", name, i), Raw: []byte(raw)})
		}
		e.Add(set)
	}
	return e
}

func drawDecisions(t *rapid.T, st *stage) []posture.Decision {
	if rapid.IntRange(0, 2).Draw(t, "decides") > 0 {
		return nil
	}
	return []posture.Decision{{
		Control: rapid.SampledFrom([]posture.ControlID{"counted", "device", "few", "setting"}).Draw(t, "control"),
		Status:  rapid.SampledFrom([]posture.Status{posture.Planned, posture.RiskAccepted, posture.ThirdParty, posture.AlternateMitigation}).Draw(t, "status"),
		Reason:  "r", By: "somebody", At: st.now,
	}}
}

// Today is the score that everything else shows, in the same words.
func TestTodayIsTheScore(t *testing.T) {
	t.Parallel()
	st := newStage(t, catalogue(t))
	tenants := atomic.Int64{}
	rapid.Check(t, func(t *rapid.T) {
		st.settle(t, posture.TenantID(fmt.Sprintf("%08x-0000-4000-8000-000000000001", tenants.Add(1))))
		for range rapid.IntRange(1, 4).Draw(t, "runs") {
			st.now = st.now.Add(time.Duration(rapid.IntRange(1, 40).Draw(t, "hours")) * time.Hour)
			if _, err := st.assessor.Replay(t.Context(), st.tenant, drawDecisions(t, st), drawEvidence(t, st.now)); err != nil {
				t.Fatal(err)
			}
			sameAsLook(t, st)
		}
	})
}

func sameAsLook(t *rapid.T, st *stage) {
	look, err := st.assessor.Look(t.Context(), st.tenant)
	if err != nil {
		t.Fatal(err)
	}
	v := st.open(t)
	if v.Len() == 0 {
		if look.Score.Max != 0 {
			t.Fatalf("no day, and the maximum is %s", look.Score.Max)
		}
		return
	}
	s := day(t, v, 0)
	if s.CurrentScore() != look.Score.Earned() || s.MaxScore() != look.Score.Max {
		t.Fatalf("today is %s of %s, the score %s of %s", s.CurrentScore(), s.MaxScore(), look.Score.Earned(), look.Score.Max)
	}
	var today struct {
		Controls []struct {
			Name       posture.ControlID `json:"controlName"`
			Status     string            `json:"implementationStatus"`
			LastSynced time.Time         `json:"lastSynced"`
		} `json:"controlScores"`
	}
	if err := json.Unmarshal(s.AppendJSON(nil, nil), &today); err != nil {
		t.Fatal(err)
	}
	lines := make(map[posture.ControlID]int)
	for i := range look.Lines {
		if look.Lines[i].InScore {
			lines[look.Lines[i].Control] = i
		}
	}
	if len(lines) != len(today.Controls) {
		t.Fatalf("%d controls are in the score, %d are told", len(lines), len(today.Controls))
	}
	for _, c := range today.Controls {
		i, ok := lines[c.Name]
		if !ok || !c.LastSynced.Equal(look.Model.Evidence.At) {
			t.Fatalf("%+v is not in the score, or not of %s", c, look.Model.Evidence.At)
		}
		o := &look.Outcomes[i]
		if o.Assessment.State == posture.Assessed && o.Assessment.Reason.Code == "" && c.Status != o.Words() {
			t.Fatalf("%s: %q here and %q elsewhere", c.Name, c.Status, o.Words())
		}
	}
}

// Many may read while the ledger grows.
func TestManyReaders(t *testing.T) {
	t.Parallel()
	st := newStage(t, catalogue(t))
	populate(t, st)
	var readers sync.WaitGroup
	stop := make(chan struct{})
	for range 4 {
		readers.Go(func() {
			for {
				v, err := st.source.Open(t.Context(), tenant)
				if err != nil {
					t.Error(err)
					return
				}
				zipped, err := v.Gzip(t.Context(), nil, nil, 0, v.Len(), nil)
				if err != nil {
					t.Error(err)
					return
				}
				plain, err := v.JSON(t.Context(), nil, 0, v.Len())
				if err != nil || gunzip(t, zipped) != string(plain) {
					t.Errorf("the two forms differ: %v", err)
					return
				}
				select {
				case <-stop:
					return
				default:
				}
			}
		})
	}
	was := standing(1000, 0, 1000, 20, 0, posture.Completed)
	for i := range 30 {
		next := standing(posture.Points(i), 0, 1000, i, 20, "")
		st.write(t, st.now, change("counted", was, next))
		was = next
	}
	close(stop)
	readers.Wait()
	if got := day(t, st.open(t), 0).CurrentScore(); got != 1362 {
		t.Errorf("today is %s, want 13.62", got)
	}
}

// Text that a catalogue holds arrives as it is, whatever it is.
func TestHostileText(t *testing.T) {
	t.Parallel()
	c := catalogue(t)
	hostile := "</script>\"\\\u2028\u202e\x00\t\r\n\xff\xed\xa0\x80"
	for _, control := range c.Controls {
		control.Description = hostile
	}
	st := newStage(t, c)
	populate(t, st)
	v := st.open(t)
	var days []struct {
		Controls []struct {
			Name        string `json:"controlName"`
			Description string `json:"description"`
		} `json:"controlScores"`
	}
	if err := json.Unmarshal([]byte(packed(t, v, "[", 0, v.Len(), "]")), &days); err != nil {
		t.Fatal(err)
	}
	want := "</script>\"\\\u2028\u202e\x00\t\r\n\ufffd\ufffd\ufffd\ufffd"
	names := 0
	for _, d := range days {
		for _, control := range d.Controls {
			if strings.HasPrefix(control.Name, "gone") {
				names++
				if control.Name != "gone\"\ufffd\u2028" {
					t.Errorf("a name became %q", control.Name)
				}
				continue
			}
			if control.Description != want {
				t.Fatalf("got %q, want %q", control.Description, want)
			}
		}
	}
	if names != 1 {
		t.Errorf("the control that is gone is told %d times, want once", names)
	}
}

// A source that is live and was not read for too long is told of.
func TestStaleSources(t *testing.T) {
	t.Parallel()
	c := catalogue(t)
	st := newStage(t, c)
	st.assessor.Watch(assess.Live{"test": 48 * time.Hour})
	e := &posture.Evidence{Source: "test", At: st.now}
	e.Add(&posture.DataSet{Name: "users", FetchedAt: st.now, Objects: []posture.Object{{Key: "a", Raw: []byte(`{"ok":true}`)}}})
	if _, err := st.assessor.Replay(t.Context(), tenant, nil, e); err != nil {
		t.Fatal(err)
	}
	fresh := st.open(t)
	if len(fresh.Stale) != 0 {
		t.Errorf("just read, and %v are stale", fresh.Stale)
	}
	// Nothing is written meanwhile: the time alone makes it stale, on one day.
	st.now = begin().Add(48 * time.Hour)
	before := st.open(t)
	st.now = st.now.Add(time.Minute)
	after := st.open(t)
	if len(before.Stale) != 0 || len(after.Stale) != 1 || before.Tag == after.Tag {
		t.Fatalf("before %v, after %v, with tags %s and %s", before.Stale, after.Stale, before.Tag, after.Tag)
	}
	if got := after.Stale[0]; got.Source != "test" || got.DataSet != "users" || !got.Since.Equal(begin()) {
		t.Errorf("got %+v", got)
	}
}
