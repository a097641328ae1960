// SPDX-License-Identifier: Apache-2.0

package portalapi

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"securescore/internal/access"
	"securescore/internal/posture"
)

func (a *API) actionOperations() {
	register(a, access.ReadPosture, huma.Operation{
		OperationID: "listActions", Method: http.MethodGet, Path: "/api/tenants/{tenant}/actions",
		Summary: "All improvement actions, by rank",
	}, func(ctx context.Context, in *tenantInput) (*body[ActionList], error) {
		list, err := a.Reader.Actions(ctx, in.Tenant)
		return answer(ActionList{list}, err)
	})
	register(a, access.ReadPosture, huma.Operation{
		OperationID: "getAction", Method: http.MethodGet, Path: "/api/tenants/{tenant}/actions/{id}",
		Summary: "One improvement action in full",
	}, func(ctx context.Context, in *actionInput) (*body[ActionDetail], error) {
		return answer(a.Reader.Action(ctx, in.Tenant, in.ID))
	})
	register(a, access.ReadPosture, huma.Operation{
		OperationID: "listEntities", Method: http.MethodGet, Path: "/api/tenants/{tenant}/actions/{id}/entities",
		Summary: "What an improvement action looked at",
	}, func(ctx context.Context, in *entitiesInput) (*body[EntityPage], error) {
		return answer(a.Reader.Entities(ctx, in.Tenant, in.ID, EntityQuery{
			Outcome: in.Outcome, Search: in.Search, Offset: in.Offset, Limit: in.Limit,
		}))
	})
	register(a, access.ReadPosture, huma.Operation{
		OperationID: "getActionHistory", Method: http.MethodGet, Path: "/api/tenants/{tenant}/actions/{id}/history",
		Summary: "How the points of an improvement action changed, newest first",
	}, func(ctx context.Context, in *actionInput) (*body[EntryList], error) {
		list, err := a.Reader.ActionHistory(ctx, in.Tenant, in.ID)
		return answer(EntryList{list}, err)
	})
}

// ActionList is the answer of listActions.
type ActionList struct {
	Actions []Action `json:"actions" nullable:"false"`
}

// EntryList is the answer of getActionHistory.
type EntryList struct {
	Entries []Entry `json:"entries" nullable:"false"`
}

type tenantInput struct {
	Tenant posture.TenantID `path:"tenant" format:"uuid"`
}

type actionInput struct {
	Tenant posture.TenantID  `path:"tenant" format:"uuid"`
	ID     posture.ControlID `path:"id" maxLength:"200"`
}

type entitiesInput struct {
	Tenant  posture.TenantID  `path:"tenant" format:"uuid"`
	ID      posture.ControlID `path:"id" maxLength:"200"`
	Outcome posture.Outcome   `query:"outcome" enum:"pass,fail,unknown,exempt" doc:"Without it, all"`
	Search  string            `query:"search" maxLength:"200" doc:"Part of a name, a key or a shown value"`
	Offset  int               `query:"offset" minimum:"0" default:"0"`
	Limit   int               `query:"limit" minimum:"1" maximum:"200" default:"50"`
}
