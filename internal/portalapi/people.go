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

// PeopleList is who has access, with what the caller may give.
type PeopleList struct {
	People []Person `json:"people" nullable:"false" doc:"By name; removed ones last"`
	Roles  []Role   `json:"roles" nullable:"false" doc:"All roles, the strongest first"`
}

// Role is a role, and whether the caller may give it here.
type Role struct {
	Role     access.Role `json:"role"`
	Title    string      `json:"title"`
	ReadOnly bool        `json:"readOnly"`
	MayGive  bool        `json:"mayGive"`
}

// Person is somebody with what they hold here.
type Person struct {
	ID      access.PersonID `json:"id"`
	Name    string          `json:"name" doc:"May be empty before the first sign-in"`
	Email   string          `json:"email" doc:"To show only; may be empty"`
	Issuer  string          `json:"issuer"`
	Subject string          `json:"subject"`
	Seen    *time.Time      `json:"seen" doc:"Last sign-in; null when never"`
	Removed *time.Time      `json:"removed" doc:"When all access was taken away; null otherwise"`
	Roles   []HeldRole      `json:"roles" nullable:"false"`
}

// HeldRole is a role that somebody holds.
type HeldRole struct {
	Grant      int64       `json:"grant" doc:"0 for a role that the issuer gives"`
	Role       access.Role `json:"role"`
	Title      string      `json:"title"`
	Everywhere bool        `json:"everywhere" doc:"In all organisations"`
	By         string      `json:"by" doc:"Who gave it; empty for the issuer"`
	At         *time.Time  `json:"at" doc:"When it was given; null for the issuer"`
	Reason     string      `json:"reason"`
	MayEnd     bool        `json:"mayEnd" doc:"The caller may take it back"`
}

// Consequences are what ends together with something. Nothing has been done
// unless done says so.
type Consequences struct {
	Done   bool         `json:"done"`
	Grants []EndedGrant `json:"grants" nullable:"false"`
	Tokens []EndedToken `json:"tokens" nullable:"false"`
}

// EndedGrant is a role that ends.
type EndedGrant struct {
	Grant  int64            `json:"grant"`
	Person access.PersonID  `json:"person"`
	Title  string           `json:"title"`
	Tenant posture.TenantID `json:"tenant" doc:"Empty for all organisations"`
}

// EndedToken is a token that ends.
type EndedToken struct {
	ID     string           `json:"id"`
	Name   string           `json:"name"`
	Tenant posture.TenantID `json:"tenant"`
}

type inviteInput struct {
	Tenant posture.TenantID `path:"tenant" format:"uuid"`
	Body   struct {
		Issuer  string `json:"issuer" minLength:"1" maxLength:"500" doc:"The claim iss; in Entra 'entra:' and the directory's GUID"`
		Subject string `json:"subject" minLength:"1" maxLength:"255" doc:"The claim sub; in Entra the object id"`
		Name    string `json:"name" maxLength:"200"`
	}
}

type grantInput struct {
	Tenant posture.TenantID `path:"tenant" format:"uuid"`
	Body   struct {
		Person access.PersonID `json:"person" format:"uuid"`
		Role   access.Role     `json:"role"`
		Reason string          `json:"reason" maxLength:"500"`
		// Everywhere gives the role in all tenants instead.
		Everywhere bool `json:"everywhere"`
	}
}

type endGrantInput struct {
	Tenant  posture.TenantID `path:"tenant" format:"uuid"`
	Grant   int64            `path:"grant"`
	Confirm bool             `query:"confirm" doc:"Without it nothing is done: the answer is a warning"`
}

type removeInput struct {
	Person  access.PersonID `path:"person" format:"uuid"`
	Confirm bool            `query:"confirm" doc:"Without it nothing is done: the answer is a warning"`
}

// Made is the id of something new.
type Made struct {
	ID string `json:"id"`
}

func (a *API) peopleOperations() {
	register(a, access.ReadPeople, huma.Operation{
		OperationID: "listPeople", Method: http.MethodGet, Path: "/api/tenants/{tenant}/people",
		Summary: "Who has access to an organisation",
	}, func(ctx context.Context, in *tenantInput) (*body[PeopleList], error) {
		return a.people(ctx, in.Tenant)
	})
	register(a, access.ReadPeople, huma.Operation{
		OperationID: "listAllPeople", Method: http.MethodGet, Path: "/api/people",
		Summary: "Everybody who is known in the installation",
	}, func(ctx context.Context, _ *struct{}) (*body[PeopleList], error) {
		return a.people(ctx, access.Everywhere)
	})
	register(a, access.GrantReading, huma.Operation{
		OperationID: "invitePerson", Method: http.MethodPost, Path: "/api/tenants/{tenant}/people",
		Summary: "Make somebody known before they sign in", DefaultStatus: http.StatusCreated, MaxBodyBytes: 8 << 10,
	}, func(ctx context.Context, in *inviteInput) (*body[Made], error) {
		p, err := a.People.Invite(ctx, by(ctx), access.Identity{Issuer: in.Body.Issuer, Subject: in.Body.Subject}, in.Body.Name, in.Tenant)
		return answer(Made{string(p.ID)}, err)
	})
	register(a, access.GrantReading, huma.Operation{
		OperationID: "grantRole", Method: http.MethodPost, Path: "/api/tenants/{tenant}/grants",
		Summary: "Give somebody a role", DefaultStatus: http.StatusCreated, MaxBodyBytes: 8 << 10,
	}, a.grant)
	register(a, access.GrantReading, huma.Operation{
		OperationID: "endGrant", Method: http.MethodDelete, Path: "/api/tenants/{tenant}/grants/{grant}",
		Summary: "Take a role back, after a warning",
	}, func(ctx context.Context, in *endGrantInput) (*body[Consequences], error) {
		out, err := a.People.EndGrant(ctx, by(ctx), in.Grant, in.Confirm)
		return answer(consequencesOf(out, in.Confirm), err)
	})
	register(a, access.ManagePeople, huma.Operation{
		OperationID: "removePerson", Method: http.MethodDelete, Path: "/api/people/{person}",
		Summary: "Take all access of somebody away, after a warning",
	}, func(ctx context.Context, in *removeInput) (*body[Consequences], error) {
		out, err := a.People.Remove(ctx, by(ctx), in.Person, in.Confirm)
		return answer(consequencesOf(out, in.Confirm), err)
	})
}

func (a *API) people(ctx context.Context, tenant posture.TenantID) (*body[PeopleList], error) {
	members, err := a.People.People(ctx, by(ctx), tenant)
	if err != nil {
		return nil, err
	}
	list := PeopleList{People: []Person{}, Roles: []Role{}}
	for _, r := range access.Roles() {
		list.Roles = append(list.Roles, Role{r, r.Title(), r.ReadOnly(), by(ctx).MayGive(access.Holding{Role: r, Tenant: tenant})})
	}
	for i := range members {
		list.People = append(list.People, personOf(&members[i], by(ctx)))
	}
	return answer(list, nil)
}

func personOf(m *people.Member, who *access.Principal) Person {
	p := Person{
		ID: m.ID, Name: m.Name, Email: m.Email, Issuer: m.Identity.Issuer, Subject: m.Identity.Subject,
		Seen: moment(m.Seen), Removed: moment(m.Removed), Roles: []HeldRole{},
	}
	for _, h := range m.Claimed {
		p.Roles = append(p.Roles, HeldRole{Role: h.Role, Title: h.Role.Title(), Everywhere: h.Tenant == access.Everywhere})
	}
	for i := range m.Grants {
		g := &m.Grants[i]
		p.Roles = append(p.Roles, HeldRole{
			Grant: g.ID, Role: g.Holding.Role, Title: g.Holding.Role.Title(), Everywhere: g.Holding.Tenant == access.Everywhere,
			By: m.Given[i], At: moment(g.At), Reason: g.Reason, MayEnd: who.MayGive(g.Holding),
		})
	}
	return p
}

// moment is null for a time that never was.
func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func (a *API) grant(ctx context.Context, in *grantInput) (*body[Made], error) {
	what := access.Holding{Role: in.Body.Role, Tenant: in.Tenant}
	if in.Body.Everywhere {
		what.Tenant = access.Everywhere
	}
	id, err := a.People.Grant(ctx, by(ctx), in.Body.Person, what, in.Body.Reason)
	return answer(Made{itoa(id)}, err)
}

func consequencesOf(out people.Consequences, done bool) Consequences {
	c := Consequences{Done: done, Grants: []EndedGrant{}, Tokens: []EndedToken{}}
	for _, g := range out.Grants {
		c.Grants = append(c.Grants, EndedGrant{g.ID, g.Person, g.Holding.Role.Title(), g.Holding.Tenant})
	}
	for i := range out.Tokens {
		c.Tokens = append(c.Tokens, EndedToken{out.Tokens[i].ID, out.Tokens[i].Name, out.Tokens[i].Holding.Tenant})
	}
	return c
}
