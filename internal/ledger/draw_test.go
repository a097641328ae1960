// SPDX-License-Identifier: Apache-2.0

package ledger_test

import (
	"maps"
	"time"

	"pgregory.net/rapid"

	"securescore/internal/ledger"
	"securescore/internal/posture"
)

const tenant = posture.TenantID("6f3a3d8e-0000-4000-8000-000000000001")

func start() time.Time { return time.Date(2026, 1, 1, 8, 0, 0, 0, time.UTC) }

func drawStanding(t *rapid.T) ledger.Standing {
	maximum := rapid.IntRange(0, 1000).Draw(t, "max")
	measured := rapid.IntRange(0, maximum).Draw(t, "measured")
	return ledger.Standing{
		Measured: posture.Points(measured),
		Credited: posture.Points(rapid.IntRange(0, maximum-measured).Draw(t, "credited")),
		Max:      posture.Points(maximum),
		Counts:   posture.Counts{Pass: rapid.IntRange(0, 50).Draw(t, "pass"), Fail: rapid.IntRange(0, 50).Draw(t, "fail")},
		Status:   rapid.SampledFrom([]posture.Status{posture.ToAddress, posture.Planned, posture.RiskAccepted, posture.Completed}).Draw(t, "status"),
	}
}

// drawScoring changes some controls of the scoring before.
func drawScoring(t *rapid.T, before ledger.Scoring) ledger.Scoring {
	after := maps.Clone(before)
	for _, id := range rapid.SliceOfN(rapid.SampledFrom([]posture.ControlID{"a", "b", "c", "d", "e"}), 0, 3).Draw(t, "moved") {
		if rapid.IntRange(0, 9).Draw(t, "gone") == 0 {
			delete(after, id)
		} else {
			after[id] = drawStanding(t)
		}
	}
	return after
}

func stepCauses() []ledger.Cause {
	return []ledger.Cause{
		ledger.Catalogue, ledger.Coverage, ledger.Exemption, ledger.Status, ledger.Population,
		ledger.Time, ledger.Configuration, ledger.User, ledger.Device,
	}
}

// history is a drawn ledger with what was scored at each of its runs.
type history struct {
	entries []ledger.Entry
	head    ledger.Head
	at      []time.Time
	scored  []ledger.Scoring
}

func drawHistory(t *rapid.T, runs int) history {
	h := history{head: ledger.Genesis(tenant, ledger.Own)}
	now, scoring := start(), ledger.Scoring{}
	for run := range runs {
		now = now.Add(time.Duration(rapid.IntRange(1, 100).Draw(t, "hours")) * time.Hour)
		var steps []ledger.Step
		for _, c := range stepCauses() {
			if rapid.IntRange(0, 3).Draw(t, "step") == 0 {
				scoring = drawScoring(t, scoring)
				steps = append(steps, ledger.Step{Cause: c, After: scoring, Actor: "person:7"})
			}
		}
		before := ledger.Scoring{}
		if run > 0 {
			before = h.scored[run-1]
		}
		changes, err := ledger.Telescope(before, steps)
		if err != nil {
			t.Fatal(err)
		}
		entries, head, err := ledger.Seal(h.head, changes, ledger.Stamp{Effective: now, Recorded: now.Add(time.Second), Run: int64(run)})
		if err != nil {
			t.Fatal(err)
		}
		h.entries, h.head = append(h.entries, entries...), head
		h.at, h.scored = append(h.at, now), append(h.scored, scoring)
	}
	return h
}

// there leaves out controls that stand at nothing, which a ledger does not
// tell from controls that are not there.
func there(s ledger.Scoring) ledger.Scoring {
	out := make(ledger.Scoring)
	for id, st := range s {
		if st.Status == "" {
			st.Status = posture.ToAddress
		}
		if st != (ledger.Standing{Status: posture.ToAddress}) {
			out[id] = st
		}
	}
	return out
}

func category(id posture.ControlID) posture.Category {
	switch id {
	case "a", "b":
		return posture.Identity
	case "c":
		return posture.Device
	default:
		return posture.Apps
	}
}
