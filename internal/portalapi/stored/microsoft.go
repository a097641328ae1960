// SPDX-License-Identifier: Apache-2.0

package stored

import (
	"context"
	"time"

	"securescore/internal/catalog"
	"securescore/internal/ledger"
	"securescore/internal/portalapi"
	"securescore/internal/posture"
	"securescore/internal/store"
)

// microsoft is what Microsoft's own score stands at, as it was imported. A nil
// one was never imported.
type microsoft struct {
	day      ledger.Day
	standing ledger.Scoring
}

func readMicrosoft(ctx context.Context, r *store.Reader, tenant posture.TenantID, today ledger.Day) (*microsoft, error) {
	entries, err := r.Ledger.Between(ctx, tenant, ledger.Microsoft, time.Time{}, (today + 1).Time())
	if err != nil || len(entries) == 0 {
		return nil, err
	}
	return &microsoft{ledger.DayOf(entries[len(entries)-1].Effective), ledger.Replay(entries)}, nil
}

func (m *microsoft) overview(c *catalog.Catalog) *portalapi.MicrosoftScore {
	if m == nil {
		return nil
	}
	sums := m.standing.Sums()
	o := &portalapi.MicrosoftScore{Day: m.day.String(), Current: sums.Earned(), Maximum: sums.Max, Percent: portalapi.PercentOf(sums.Earned(), sums.Max)}
	for id := range m.standing {
		if id == "" {
			continue // what could not be put on a control
		}
		if _, ok := c.Control(id); ok {
			o.Matched++
		} else {
			o.Unknown++
		}
	}
	return o
}

func (m *microsoft) action(id posture.ControlID) *portalapi.MicrosoftAction {
	if m == nil {
		return nil
	}
	s, ok := m.standing[id]
	if !ok {
		return nil
	}
	a := &portalapi.MicrosoftAction{Day: m.day.String(), Earned: s.Measured + s.Credited}
	if s.Max > 0 {
		highest := s.Max
		a.Maximum = &highest
	}
	return a
}
