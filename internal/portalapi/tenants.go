// SPDX-License-Identifier: Apache-2.0

package portalapi

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"securescore/internal/access"
	"securescore/internal/posture"
)

// longestDays is the longest range that is read at once: ten years.
const longestDays = 3660

func (a *API) tenantOperations() {
	register(a, access.UseOwnSession, huma.Operation{
		OperationID: "listTenants", Method: http.MethodGet, Path: "/api/tenants",
		Summary: "All organisations that the caller may see, by name",
	}, func(ctx context.Context, _ *struct{}) (*body[TenantList], error) {
		all, err := a.Reader.Tenants(ctx)
		list := TenantList{Tenants: []VisibleTenant{}}
		for _, t := range all {
			if by(ctx).Sees(t.ID) {
				list.Tenants = append(list.Tenants, VisibleTenant{t, by(ctx).Can(t.ID)})
			}
		}
		return answer(list, err)
	})
	register(a, access.ReadPosture, huma.Operation{
		OperationID: "getOverview", Method: http.MethodGet, Path: "/api/tenants/{tenant}/overview",
		Summary: "The score and what stands out",
	}, func(ctx context.Context, in *rangeInput) (*body[Overview], error) {
		days, err := a.days(&in.RangeQuery)
		if err != nil {
			return nil, err
		}
		return answer(a.Reader.Overview(ctx, in.Tenant, days))
	})
	register(a, access.ReadPosture, huma.Operation{
		OperationID: "getHistory", Method: http.MethodGet, Path: "/api/tenants/{tenant}/history",
		Summary: "The score of each day",
	}, func(ctx context.Context, in *rangeInput) (*body[DayList], error) {
		days, err := a.days(&in.RangeQuery)
		if err != nil {
			return nil, err
		}
		list, err := a.Reader.History(ctx, in.Tenant, days)
		return answer(DayList{list}, err)
	})
}

// TenantList is the answer of listTenants.
type TenantList struct {
	Tenants []VisibleTenant `json:"tenants" nullable:"false"`
}

// VisibleTenant is a tenant with what the caller may do there.
type VisibleTenant struct {
	Tenant

	Can []access.Action `json:"can" nullable:"false"`
}

// DayList is the answer of getHistory.
type DayList struct {
	Days []Day `json:"days" nullable:"false"`
}

// RangeQuery asks for days.
type RangeQuery struct {
	From string `query:"from" format:"date" doc:"First UTC day; without it, as many days up to the last as days says"`
	To   string `query:"to" format:"date" doc:"Last UTC day; without it, today"`
	Days int    `query:"days" minimum:"1" maximum:"3660" default:"90" doc:"Without a first day: how many days up to the last"`
}

type rangeInput struct {
	RangeQuery

	Tenant posture.TenantID `path:"tenant" format:"uuid"`
}

// days reads the range. The end is today at the latest: nothing is known of
// tomorrow.
func (a *API) days(in *RangeQuery) (Range, error) {
	today := a.Now().UTC().Truncate(24 * time.Hour)
	r := Range{To: today}
	if in.To != "" {
		day, err := day("query.to", in.To)
		if err != nil {
			return Range{}, err
		}
		r.To = day
	}
	if r.To.After(today) {
		r.To = today
	}
	r.From = r.To.AddDate(0, 0, 1-in.Days)
	if in.From != "" {
		day, err := day("query.from", in.From)
		if err != nil {
			return Range{}, err
		}
		r.From = day
	}
	if r.From.After(r.To) {
		return Range{}, &posture.FieldError{Path: "query.from", Rule: "must not be after the last day, nor in the future"}
	}
	if r.Days() > longestDays {
		return Range{}, &posture.FieldError{Path: "query.from", Rule: fmt.Sprintf("must be at most %d days before the last day", longestDays)}
	}
	return r, nil
}

func day(path, text string) (time.Time, error) {
	at, err := time.ParseInLocation(time.DateOnly, text, time.UTC)
	if err != nil {
		return time.Time{}, &posture.FieldError{Path: path, Rule: "must be a day such as 2026-01-15"}
	}
	return at, nil
}
