// SPDX-License-Identifier: Apache-2.0

package assess_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"securescore/internal/assess"
	"securescore/internal/posture"
	"securescore/internal/store"
)

func TestStateUpdates(t *testing.T) {
	t.Parallel()
	day := func(n int) time.Time { return time.Date(2026, 3, n, 8, 0, 0, 0, time.UTC) }
	decision := func(id int64, s posture.Status, at, expires, ended time.Time, by string) store.Decision {
		return store.Decision{ID: id, EndedAt: ended, EndedBy: by, Decision: posture.Decision{
			Control: "c", Status: s, Owner: "Ola", Reason: string(s), By: "Ida", At: at, Expires: expires,
		}}
	}
	made := func(s posture.Status, at int) assess.StateUpdate {
		return assess.StateUpdate{Status: s, Owner: "Ola", Comment: string(s), By: "Ida", At: day(at)}
	}
	back := func(by string, at int) assess.StateUpdate {
		return assess.StateUpdate{Status: posture.ToAddress, Owner: "Ola", By: by, At: day(at)}
	}
	pending := decision(9, posture.ThirdParty, day(2), time.Time{}, time.Time{}, "")
	pending.Pending = true
	approved := decision(9, posture.ThirdParty, day(2), time.Time{}, time.Time{}, "")
	approved.Approver, approved.ApprovedAt = "Per", day(4)
	exemption := decision(8, "", day(2), time.Time{}, time.Time{}, "")
	exemption.Kind, exemption.Entity = "user", "u"
	for _, c := range []struct {
		name string
		in   []store.Decision
		want []assess.StateUpdate
	}{
		{"nothing", nil, []assess.StateUpdate{}},
		{
			"the newest comes last, in whatever order they are given",
			[]store.Decision{
				decision(2, posture.ThirdParty, day(3), time.Time{}, time.Time{}, ""),
				decision(1, posture.Planned, day(1), time.Time{}, day(3), "Ida"),
			},
			[]assess.StateUpdate{made(posture.Planned, 1), made(posture.ThirdParty, 3)},
		},
		{
			"two at the same time are told apart by their ids",
			[]store.Decision{
				decision(2, posture.ThirdParty, day(1), time.Time{}, time.Time{}, ""),
				decision(1, posture.Planned, day(1), time.Time{}, day(1), "Ida"),
			},
			[]assess.StateUpdate{made(posture.Planned, 1), made(posture.ThirdParty, 1)},
		},
		{
			"an expiry re-opens",
			[]store.Decision{decision(1, posture.RiskAccepted, day(1), day(5), time.Time{}, "")},
			[]assess.StateUpdate{made(posture.RiskAccepted, 1), back("system", 5)},
		},
		{
			"an expiry that is to come does not",
			[]store.Decision{decision(1, posture.RiskAccepted, day(1), day(20), time.Time{}, "")},
			[]assess.StateUpdate{made(posture.RiskAccepted, 1)},
		},
		{
			"replaced after it had expired",
			[]store.Decision{
				decision(1, posture.RiskAccepted, day(1), day(5), day(7), "Ida"),
				decision(2, posture.RiskAccepted, day(7), day(20), time.Time{}, ""),
			},
			[]assess.StateUpdate{made(posture.RiskAccepted, 1), back("system", 5), made(posture.RiskAccepted, 7)},
		},
		{
			"taken back by somebody",
			[]store.Decision{decision(1, posture.ThirdParty, day(1), day(20), day(4), "Per")},
			[]assess.StateUpdate{made(posture.ThirdParty, 1), back("Per", 4)},
		},
		{
			"a plan that was fulfilled",
			[]store.Decision{decision(1, posture.Planned, day(1), day(20), day(4), "system")},
			[]assess.StateUpdate{made(posture.Planned, 1), back("system", 4)},
		},
		{
			"nothing re-opens what is to address already",
			[]store.Decision{decision(1, posture.ToAddress, day(1), day(5), time.Time{}, "")},
			[]assess.StateUpdate{made(posture.ToAddress, 1)},
		},
		{"what waits, and what is about one entity, is no state", []store.Decision{pending, exemption}, []assess.StateUpdate{}},
		{"approved later counts from then", []store.Decision{approved}, []assess.StateUpdate{made(posture.ThirdParty, 4)}},
		{"what is to come is not told", []store.Decision{decision(1, posture.Planned, day(11), time.Time{}, time.Time{}, "")}, []assess.StateUpdate{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(c.want, assess.StateUpdates(c.in, day(10))); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}
