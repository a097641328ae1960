// SPDX-License-Identifier: Apache-2.0

package portalapi

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"securescore/internal/access"
	"securescore/internal/people"
	"securescore/internal/posture"
)

// AuditPage is a page of the audit log.
type AuditPage struct {
	Entries []AuditEntry `json:"entries" nullable:"false" doc:"The newest first"`
	Next    string       `json:"next" doc:"Cursor of the page after; empty when there is none"`
}

// AuditEntry is one line of the audit log.
type AuditEntry struct {
	Log      string    `json:"log" enum:"tenant,installation"`
	Sequence int64     `json:"sequence"`
	At       time.Time `json:"at"`
	Actor    string    `json:"actor" doc:"Opaque id; empty when nobody was known"`
	Name     string    `json:"name" doc:"How the actor was shown"`
	From     string    `json:"from" doc:"Address; empty at the command line"`
	Via      string    `json:"via"`
	Event    string    `json:"event"`
	Outcome  string    `json:"outcome" enum:"done,denied,failed"`
	Target   string    `json:"target" doc:"Id of what it is about"`
	Reason   string    `json:"reason"`
	Before   string    `json:"before" doc:"JSON; empty when there is nothing"`
	After    string    `json:"after" doc:"JSON; empty when there is nothing"`
	Request  string    `json:"request"`
	Erased   bool      `json:"erased" doc:"The details are gone"`
}

// AuditQuery is what the audit log can be asked for.
type AuditQuery struct {
	From   time.Time `query:"from" doc:"At or after"`
	To     time.Time `query:"to" doc:"Before"`
	Actor  string    `query:"actor" maxLength:"64"`
	Event  string    `query:"event" maxLength:"64"`
	Filter string    `query:"filter" maxLength:"4096" doc:"OData filter over sequence, at, tenant, actor, via, event, outcome, target, request, name, from and reason, such as outcome eq 'denied' and startswith(actor,'token:')"`
	After  string    `query:"after" maxLength:"64" doc:"Cursor of the page before"`
	Limit  int       `query:"limit" minimum:"1" maximum:"200" default:"50"`
}

func (q *AuditQuery) ask() people.LogQuery {
	return people.LogQuery{From: q.From, To: q.To, Actor: q.Actor, Event: q.Event, Filter: q.Filter, Limit: q.Limit, After: q.After}
}

type tenantAuditInput struct {
	AuditQuery

	Tenant posture.TenantID `path:"tenant" format:"uuid"`
}

func (a *API) auditOperations() {
	register(a, access.ReadAudit, huma.Operation{
		OperationID: "readAudit", Method: http.MethodGet, Path: "/api/tenants/{tenant}/audit",
		Summary: "Who did what in an organisation",
	}, func(ctx context.Context, in *tenantAuditInput) (*body[AuditPage], error) {
		page, err := a.People.Log(ctx, by(ctx), in.Tenant, in.ask())
		return answer(auditPageOf(page), err)
	})
	register(a, access.ReadAudit, huma.Operation{
		OperationID: "readInstallationAudit", Method: http.MethodGet, Path: "/api/audit",
		Summary: "Who did what in the installation",
	}, func(ctx context.Context, in *AuditQuery) (*body[AuditPage], error) {
		page, err := a.People.Log(ctx, by(ctx), access.Everywhere, in.ask())
		return answer(auditPageOf(page), err)
	})
	a.stream("GET /api/tenants/{tenant}/audit.jsonl", access.ReadAudit)
	a.stream("GET /api/audit.jsonl", access.ReadAudit)
}

// stream exports a log as it is read, since it may be larger than memory.
func (a *API) stream(pattern string, action access.Action) {
	a.may(pattern, action)
	a.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/jsonl")
		w.Header().Set("Content-Disposition", `attachment; filename="audit.jsonl"`)
		err := a.People.Export(r.Context(), by(r.Context()), posture.TenantID(r.PathValue("tenant")), w)
		if err != nil {
			// Part of the file may have gone out: cutting the connection is the only
			// way left to say that it is not whole.
			a.problem(r.Context(), err)
			panic(http.ErrAbortHandler)
		}
	})
}

func auditPageOf(page people.LogPage) AuditPage {
	out := AuditPage{Entries: []AuditEntry{}, Next: page.Next}
	for i := range page.Entries {
		e := &page.Entries[i]
		log := "tenant"
		if page.Entries[i].Log == access.Everywhere {
			log = "installation"
		}
		out.Entries = append(out.Entries, AuditEntry{
			Log: log, Sequence: e.Sequence, At: e.At, Actor: string(e.Actor), Name: e.Details.Name, From: e.Details.From,
			Via: string(e.Via), Event: string(e.Event), Outcome: string(e.Outcome), Target: e.Target, Reason: e.Details.Reason,
			Before: e.Details.Before, After: e.Details.After, Request: e.Request, Erased: e.Erased,
		})
	}
	return out
}
