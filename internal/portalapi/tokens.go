// SPDX-License-Identifier: Apache-2.0

package portalapi

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"securescore/internal/access"
	"securescore/internal/people"
	"securescore/internal/posture"
)

// Token is an API token without its secret.
type Token struct {
	ID      string       `json:"id" doc:"The beginning of the token"`
	Name    string       `json:"name" doc:"What it is for"`
	Role    access.Role  `json:"role"`
	Title   string       `json:"title" doc:"The role for people"`
	Scope   access.Scope `json:"scope"`
	By      string       `json:"by" doc:"Who made it: it ends with their access"`
	Created time.Time    `json:"created"`
	Expires time.Time    `json:"expires"`
	Used    *time.Time   `json:"used" doc:"Last use, to the minute; null when never"`
	Ended   *time.Time   `json:"ended" doc:"When it was revoked; null otherwise"`
	Holds   bool         `json:"holds" doc:"It can be used now"`
}

// TokenList is the answer of listTokens.
type TokenList struct {
	Tokens []Token `json:"tokens" nullable:"false" doc:"By creation"`
	Roles  []Role  `json:"roles" nullable:"false" doc:"mayGive: the caller may make a token with it"`
}

// NewToken is a token that was just made.
type NewToken struct {
	Token  Token  `json:"token"`
	Secret string `json:"secret" doc:"Nobody can read it again"`
}

type newTokenInput struct {
	Tenant posture.TenantID `path:"tenant" format:"uuid"`
	Body   struct {
		Name  string       `json:"name" minLength:"1" maxLength:"200"`
		Role  access.Role  `json:"role"`
		Scope access.Scope `json:"scope" enum:"SecurityEvents.Read.All,SecurityEvents.ReadWrite.All"`
		Days  int          `json:"days" minimum:"1" maximum:"365"`
	}
}

type tokenInput struct {
	Tenant posture.TenantID `path:"tenant" format:"uuid"`
	ID     string           `path:"id" maxLength:"64"`
}

func (a *API) tokenOperations() {
	register(a, access.ManageTokens, huma.Operation{
		OperationID: "listTokens", Method: http.MethodGet, Path: "/api/tenants/{tenant}/tokens",
		Summary: "The API tokens of an organisation",
	}, a.tokens)
	register(a, access.ManageTokens, huma.Operation{
		OperationID: "createToken", Method: http.MethodPost, Path: "/api/tenants/{tenant}/tokens",
		Summary: "Make an API token", DefaultStatus: http.StatusCreated, MaxBodyBytes: 8 << 10,
	}, func(ctx context.Context, in *newTokenInput) (*body[NewToken], error) {
		secret, t, err := a.People.CreateToken(ctx, by(ctx), people.NewToken{Name: in.Body.Name, Role: in.Body.Role, Scope: in.Body.Scope, Tenant: in.Tenant, Days: in.Body.Days})
		return answer(NewToken{tokenOf(&people.Listed{Token: t, Stands: true, Maker: by(ctx).Name}), secret}, err)
	})
	register(a, access.ManageTokens, huma.Operation{
		OperationID: "revokeToken", Method: http.MethodDelete, Path: "/api/tenants/{tenant}/tokens/{id}",
		Summary: "End an API token at once", DefaultStatus: http.StatusNoContent,
	}, func(ctx context.Context, in *tokenInput) (*struct{}, error) {
		return nil, a.People.RevokeToken(ctx, by(ctx), in.ID)
	})
}

func (a *API) tokens(ctx context.Context, in *tenantInput) (*body[TokenList], error) {
	listed, err := a.People.Tokens(ctx, by(ctx), in.Tenant)
	if err != nil {
		return nil, err
	}
	list := TokenList{Tokens: []Token{}, Roles: []Role{}}
	for i := range listed {
		list.Tokens = append(list.Tokens, tokenOf(&listed[i]))
	}
	for _, r := range access.Roles() {
		list.Roles = append(list.Roles, Role{r, r.Title(), r.ReadOnly(), by(ctx).MayMint(access.Holding{Role: r, Tenant: in.Tenant})})
	}
	return answer(list, nil)
}

func tokenOf(t *people.Listed) Token {
	return Token{
		ID: t.ID, Name: t.Name, Role: t.Holding.Role, Title: t.Holding.Role.Title(), Scope: t.Scope, By: t.Maker,
		Created: t.Created, Expires: t.Expires, Used: moment(t.Used), Ended: moment(t.EndedAt), Holds: t.Stands,
	}
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }
