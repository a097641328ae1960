// SPDX-License-Identifier: Apache-2.0

package daily_test

import (
	"encoding/json"
	"fmt"
	"math"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"securescore/internal/graphapi/daily"
	"securescore/internal/ledger"
	"securescore/internal/posture"
)

// answer is one day as a client reads it.
type answer struct {
	ID              string         `json:"id"`
	CreatedDateTime time.Time      `json:"createdDateTime"`
	CurrentScore    posture.Points `json:"currentScore"` // reads exact hundredths only
	MaxScore        posture.Points `json:"maxScore"`
	ActiveUserCount *int           `json:"activeUserCount"`
	ControlScores   []struct {
		ControlName       posture.ControlID `json:"controlName"`
		Score             posture.Points    `json:"score"`
		ScoreInPercentage float64           `json:"scoreInPercentage"`
		LastSynced        time.Time         `json:"lastSynced"`
		Count             string            `json:"count"`
		Total             string            `json:"total"`
	} `json:"controlScores"`
}

func answers(tb fataler, v *daily.View) []answer {
	tb.Helper()
	raw, err := v.JSON(tb.Context(), []byte("["), 0, v.Len())
	if err != nil {
		tb.Fatal(err)
	}
	var list []answer
	if err := json.Unmarshal(append(raw, ']'), &list); err != nil {
		tb.Fatal(err, string(raw))
	}
	return list
}

func drawStanding(t *rapid.T) ledger.Standing {
	most := rapid.IntRange(0, 1000).Draw(t, "max")
	measured := rapid.IntRange(0, most).Draw(t, "measured")
	credited := rapid.IntRange(0, most-measured).Draw(t, "credited")
	status := rapid.SampledFrom([]posture.Status{posture.ToAddress, posture.Planned, posture.RiskAccepted, posture.ThirdParty, posture.Completed}).Draw(t, "status")
	return standing(posture.Points(measured), posture.Points(credited), posture.Points(most), rapid.IntRange(0, 50).Draw(t, "pass"), rapid.IntRange(0, 50).Draw(t, "fail"), status)
}

// drawn is a ledger that grows by chance, with what stands after it.
type drawn struct {
	stage   *stage
	now     ledger.Scoring
	entries []ledger.Entry
}

// grow writes some entries and lets some time pass.
func (d *drawn) grow(t *rapid.T) {
	st := d.stage
	st.now = st.now.Add(time.Duration(rapid.IntRange(0, 60).Draw(t, "hours")) * time.Hour)
	at := st.now
	if rapid.IntRange(0, 5).Draw(t, "late") == 0 {
		at = at.Add(-time.Duration(rapid.IntRange(0, 90).Draw(t, "hours ago")) * time.Hour)
	}
	var changes []ledger.Change
	for _, id := range rapid.SliceOfN(rapid.SampledFrom([]posture.ControlID{"counted", "device", "few", "gone", "setting"}), 0, 4).Draw(t, "moved") {
		after := drawStanding(t)
		if rapid.IntRange(0, 5).Draw(t, "dropped") == 0 {
			after = ledger.Standing{}
		}
		changes = append(changes, change(id, d.now[id], after))
		d.now[id] = after
	}
	if rapid.IntRange(0, 4).Draw(t, "facts") == 0 {
		changes = append(changes, ledger.Change{Cause: ledger.FactsChanged, Facts: &ledger.Facts{ActiveUsers: rapid.IntRange(0, 9).Draw(t, "active")}})
	}
	entries, _, err := ledger.Seal(st.head, changes, ledger.Stamp{Effective: at, Recorded: st.now})
	if err != nil {
		t.Fatal(err)
	}
	d.entries = append(d.entries, entries...)
	if len(changes) > 0 {
		st.write(t, at, changes...)
	}
	if rapid.Bool().Draw(t, "run") {
		st.run(t, at)
	}
}

// check compares every day with what the ledger adds up to.
func (d *drawn) check(t *rapid.T, v *daily.View) {
	entries := append([]ledger.Entry(nil), d.entries...)
	ledger.Chronological(entries)
	list := answers(t, v)
	if len(entries) == 0 {
		if len(list) != 0 {
			t.Fatalf("%d days of an empty ledger", len(list))
		}
		return
	}
	today := ledger.DayOf(d.stage.now)
	totals := ledger.Daily(ledger.DayTotal{Day: ledger.DayOf(entries[0].Effective) - 1}, entries, today, func(posture.ControlID) posture.Category { return "" })
	if len(list) != len(totals) {
		t.Fatalf("%d days, want %d", len(list), len(totals))
	}
	for i := range list {
		got, want := &list[i], &totals[len(totals)-1-i]
		if got.CreatedDateTime != want.Day.Time() {
			t.Fatalf("day %d is of %s, want %s", i, got.CreatedDateTime, want.Day)
		}
		sum, then := posture.Points(0), ledger.Replay(ledger.At(entries, (want.Day+1).Time().Add(-time.Microsecond)))
		for _, c := range got.ControlScores {
			sum += c.Score
			if s := then[c.ControlName]; s.Max == 0 || c.Score != s.Measured+s.Credited || c.LastSynced.After((want.Day + 1).Time()) {
				t.Fatalf("%s: %+v, the ledger says %+v", want.Day, c, s)
			}
			// Clients work points out from percentages.
			if most := then[c.ControlName].Max; most > 0 && c.Score >= 0 && math.Abs(c.ScoreInPercentage*float64(most)/100-float64(c.Score)) > 1e-9 {
				t.Fatalf("%s: %g %% of %s is not %s", c.ControlName, c.ScoreInPercentage, most, c.Score)
			}
		}
		if got.CurrentScore != want.Earned() || got.MaxScore != want.Max || sum != want.Earned() {
			t.Fatalf("%s: %s of %s (controls %s), want %s of %s", want.Day, got.CurrentScore, got.MaxScore, sum, want.Earned(), want.Max)
		}
		facts := ledger.LatestFacts(ledger.At(entries, (want.Day + 1).Time().Add(-time.Microsecond)))
		if known := facts != nil && facts.ActiveUsers > 0; known != (got.ActiveUserCount != nil) || (known && *got.ActiveUserCount != facts.ActiveUsers) {
			t.Fatalf("%s: active users %v, want those of %+v", want.Day, got.ActiveUserCount, facts)
		}
	}
}

// However a ledger grows, every day adds up to it; and it makes no difference
// whether a process saw it grow or begins now, reads plain or compressed.
func TestEveryDayAddsUp(t *testing.T) {
	t.Parallel()
	st := newStage(t, catalogue(t))
	tenants := atomic.Int64{}
	rapid.Check(t, func(t *rapid.T) {
		st.settle(t, posture.TenantID(fmt.Sprintf("%08x-0000-4000-8000-000000000000", tenants.Add(1))))
		d := &drawn{stage: st, now: make(ledger.Scoring)}
		for range rapid.IntRange(1, 5).Draw(t, "steps") {
			d.grow(t)
			v := st.open(t)
			d.check(t, v)
			fresh, _ := st.observe()
			other := openFrom(t, fresh, st.tenant)
			if v.Tag != other.Tag {
				t.Fatal("another process has another tag")
			}
			n := v.Len()
			if seen, begun := packed(t, v, "[", 0, n, "]"), packed(t, other, "[", 0, n, "]"); seen != begun {
				t.Fatal("who saw it grow says", seen, "who begins now says", begun)
			}
		}
	})
}
