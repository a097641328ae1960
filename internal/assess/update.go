// SPDX-License-Identifier: Apache-2.0

package assess

import (
	"cmp"
	"slices"
	"time"

	"securescore/internal/ledger"
	"securescore/internal/posture"
	"securescore/internal/store"
)

// StateUpdate is one line in the history of what people decided about a
// control, or of what became of it by itself.
type StateUpdate struct {
	Status  posture.Status
	Owner   string // hostile text
	Comment string // hostile text
	By      string // as it is shown, hostile text; ledger.System when nobody did it
	At      time.Time
}

// StateUpdates is the history of a control up to a time, in the order of time:
// each status that people decided, and a return to "to address" where a
// decision ended and nothing took its place: by the system when it expired or
// was fulfilled, else by who ended it. The owner outlives the decision, its
// comment does not. Exemptions and what still waits for approval are left out.
func StateUpdates(decisions []store.Decision, now time.Time) []StateUpdate {
	var made []*store.Decision
	for i := range decisions {
		if d := &decisions[i]; !d.Exemption() && !d.Pending && !began(d).After(now) {
			made = append(made, d)
		}
	}
	slices.SortFunc(made, func(a, b *store.Decision) int {
		return cmp.Or(began(a).Compare(began(b)), cmp.Compare(a.ID, b.ID))
	})
	updates := make([]StateUpdate, 0, len(made))
	for i, d := range made {
		updates = append(updates, StateUpdate{Status: d.Status, Owner: d.Owner, Comment: d.Reason, By: named(d.By), At: began(d)})
		end, by := ended(d, now)
		if d.Status == posture.ToAddress || end.IsZero() || (i+1 < len(made) && !began(made[i+1]).After(end)) {
			continue
		}
		updates = append(updates, StateUpdate{Status: posture.ToAddress, Owner: d.Owner, By: named(by), At: end})
	}
	return updates
}

// began is from when a decision counts.
func began(d *store.Decision) time.Time { return later(d.At, d.ApprovedAt) }

// ended is when a decision ceased to count and who did it, nobody for its
// expiry; zero while it counts.
func ended(d *store.Decision, now time.Time) (end time.Time, by string) {
	if !d.EndedAt.IsZero() && !d.EndedAt.After(now) {
		end, by = d.EndedAt, d.EndedBy
	}
	if !d.Expires.IsZero() && !d.Expires.After(now) && (end.IsZero() || d.Expires.Before(end)) {
		end, by = d.Expires, ""
	}
	return end, by
}

func named(name string) string { return cmp.Or(name, string(ledger.System)) }
