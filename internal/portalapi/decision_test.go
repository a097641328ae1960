// SPDX-License-Identifier: Apache-2.0

package portalapi_test

import (
	"testing"
	"time"

	"securescore/internal/portalapi"
	"securescore/internal/posture"
)

// Only what credits points without a link is marked.
func TestDecisionsWithoutEvidence(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		status posture.Status
		link   string
		want   bool
	}{
		{posture.ThirdParty, "", true},
		{posture.AlternateMitigation, "", true},
		{posture.ThirdParty, "https://tickets.example/1", false},
		{posture.RiskAccepted, "", false},
		{posture.Planned, "", false},
		{posture.ToAddress, "", false},
	} {
		d := posture.Decision{Status: c.status, Evidence: c.link}
		if got := portalapi.NewDecision(&d); got.NoEvidence != c.want || got.Expires != nil {
			t.Errorf("%s with %q: got %t, expires %v; want %t and null", c.status, c.link, got.NoEvidence, got.Expires, c.want)
		}
	}
	d := posture.Decision{Status: posture.Planned, Expires: time.Unix(0, 0)}
	if got := portalapi.NewDecision(&d); got.Expires == nil || !got.Expires.Equal(d.Expires) {
		t.Errorf("expires: got %v, want %v", got.Expires, d.Expires)
	}
}
