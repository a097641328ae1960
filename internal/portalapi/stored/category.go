// SPDX-License-Identifier: Apache-2.0

package stored

import (
	"context"
	"fmt"
	"slices"
	"time"

	"securescore/internal/assess"
	"securescore/internal/ledger"
	"securescore/internal/portalapi"
	"securescore/internal/posture"
	"securescore/internal/store"
)

// Category implements portalapi.Reader.
func (p *Portal) Category(ctx context.Context, tenant posture.TenantID, category posture.Category, days portalapi.Range) (portalapi.CategoryView, error) {
	part := slices.Index(posture.Categories(), category)
	if part < 0 {
		return portalapi.CategoryView{}, fmt.Errorf("category %q: %w", category, posture.ErrNotFound)
	}
	v := portalapi.CategoryView{Category: category}
	pic, err := p.look(ctx, tenant, func(ctx context.Context, r *store.Reader, pic *picture) error {
		past, err := store.History(ctx, r, assess.Past(tenant, ledger.Own, pic.scoring.Catalog), ledger.DayOf(days.From), ledger.DayOf(days.To))
		v.Trend = partDays(past, part)
		return err
	})
	if err != nil {
		return portalapi.CategoryView{}, err
	}
	total := pic.scoring.Score.Categories[category]
	v.CalculatedAt, v.Score, v.Coverage = pic.calculated(), scoreOf(total), portalapi.NewCoverage(total)
	v.Actions = slices.DeleteFunc(pic.actions(), func(a portalapi.Action) bool { return a.Category != category })
	return v, nil
}

// partDays takes one part out of each day.
func partDays(past []ledger.DayTotal, part int) []portalapi.CategoryDay {
	list := make([]portalapi.CategoryDay, len(past))
	for i := range past {
		share := past[i].Parts[part]
		list[i] = portalapi.CategoryDay{Day: past[i].Day.String(), Score: portalapi.NewCategoryScore(share.Earned, share.Max)}
	}
	return list
}

// calculated is when the scoring was last worked out, nil when never.
func (pic *picture) calculated() *time.Time {
	if len(pic.runs) == 0 {
		return nil
	}
	at := pic.runs[0].Started
	return &at
}
