// SPDX-License-Identifier: Apache-2.0

package portalapi

import (
	"context"
	"time"

	"securescore/internal/posture"
)

// Reader is what the portal reads. Every method returns an error that wraps
// posture.ErrNotFound when the tenant or the control does not exist, and may
// be called by many goroutines at once. Returned values belong to the caller.
type Reader interface {
	// Tenants lists all tenants, by name.
	Tenants(ctx context.Context) ([]Tenant, error)
	// Overview is the first page; Trend holds one Day for each day of r.
	Overview(ctx context.Context, tenant posture.TenantID, r Range) (Overview, error)
	// Category is one category by itself, with the score and the coverage of its
	// row in Overview; Trend holds one CategoryDay for each day of r. Of a
	// category that does not exist the error wraps posture.ErrNotFound.
	Category(ctx context.Context, tenant posture.TenantID, category posture.Category, r Range) (CategoryView, error)
	// Actions lists every control of the catalogue by rank, then unranked ones
	// by title.
	Actions(ctx context.Context, tenant posture.TenantID) ([]Action, error)
	// Action is one control with all that is known of it.
	Action(ctx context.Context, tenant posture.TenantID, control posture.ControlID) (ActionDetail, error)
	// Entities is one page of what a control looked at: failing ones first,
	// then unknown, exempt and passing ones, each by name and then key.
	Entities(ctx context.Context, tenant posture.TenantID, control posture.ControlID, q EntityQuery) (EntityPage, error)
	// ActionHistory lists the ledger entries of one control, newest first.
	ActionHistory(ctx context.Context, tenant posture.TenantID, control posture.ControlID) ([]Entry, error)
	// History gives one Day for each day of r, in order.
	History(ctx context.Context, tenant posture.TenantID, r Range) ([]Day, error)
}

// Range is a span of UTC days, both ends included. Both are midnights in UTC
// and From is not after To.
type Range struct {
	From, To time.Time
}

// Days is the number of days in the range.
func (r Range) Days() int { return int(r.To.Sub(r.From).Hours()/24) + 1 }

// EntityQuery chooses a page of entities.
type EntityQuery struct {
	Outcome posture.Outcome // empty for all
	Search  string          // part of the name, the key or a shown value, ignoring letter case; empty for all
	Offset  int             // 0 or more
	Limit   int             // from 1 to MaxPage
}

// MaxPage is the largest number of entities on one page.
const MaxPage = 200
