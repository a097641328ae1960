// SPDX-License-Identifier: Apache-2.0

package portalapi

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"securescore/internal/access"
	"securescore/internal/posture"
	"securescore/internal/score"
)

// CategoryView is one category by itself. Its score and coverage are those of
// the overview at the same moment.
type CategoryView struct {
	Category     posture.Category `json:"category" enum:"Identity,Data,Device,Apps,Infrastructure"`
	CalculatedAt *time.Time       `json:"calculatedAt" doc:"When the score was last calculated; null when never"`
	Score        Score            `json:"score"`
	Coverage     Coverage         `json:"coverage"`
	Trend        []CategoryDay    `json:"trend" nullable:"false"`
	Actions      []Action         `json:"actions" nullable:"false" doc:"By rank, then those without one by title"`
}

// CategoryDay is a category at the end of one UTC day. A day on which nothing
// of it could be assessed has no score: it is a gap, not a zero.
type CategoryDay struct {
	Day   string         `json:"day" format:"date"`
	Score *CategoryScore `json:"score,omitempty" doc:"Absent when nothing was known"`
}

// CategoryScore is what history keeps of a category. Make it with
// NewCategoryScore.
type CategoryScore struct {
	Earned  posture.Points `json:"earned"`
	Maximum posture.Points `json:"maximum"`
	Percent *score.Percent `json:"percent" nullable:"true" doc:"Earned of maximum, truncated to two places"`
}

// NewCategoryScore takes the share of earned points in a maximum. It is nil
// when there is no maximum.
func NewCategoryScore(earned, maximum posture.Points) *CategoryScore {
	if maximum == 0 {
		return nil
	}
	return &CategoryScore{Earned: earned, Maximum: maximum, Percent: PercentOf(earned, maximum)}
}

type categoryInput struct {
	RangeQuery

	Tenant   posture.TenantID `path:"tenant" format:"uuid"`
	Category posture.Category `path:"category" enum:"Identity,Data,Device,Apps,Infrastructure"`
}

func (a *API) categoryOperations() {
	register(a, access.ReadPosture, huma.Operation{
		OperationID: "getCategory", Method: http.MethodGet, Path: "/api/tenants/{tenant}/categories/{category}",
		Summary: "The score of one category, with its actions",
	}, func(ctx context.Context, in *categoryInput) (*body[CategoryView], error) {
		days, err := a.days(&in.RangeQuery)
		if err != nil {
			return nil, err
		}
		return answer(a.Reader.Category(ctx, in.Tenant, in.Category, days))
	})
}
