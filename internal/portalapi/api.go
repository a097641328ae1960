// SPDX-License-Identifier: Apache-2.0

package portalapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
	jsonv2 "github.com/go-json-experiment/json"

	"securescore/internal/access"
	"securescore/internal/access/session"
	"securescore/internal/httpserver"
	"securescore/internal/people"
	"securescore/internal/posture"
	"securescore/internal/score"
)

// SignIn opens and checks sessions. Its errors wrap posture.ErrUnauthenticated
// when a secret does not hold.
type SignIn interface {
	SignIn(ctx context.Context, token string) (v access.Session, secret string, err error)
	// Check returns the secret to use from now on when it changes.
	Check(ctx context.Context, secret string) (v access.Session, next string, err error)
	// Open opens a session for a person whom an issuer has vouched for.
	Open(ctx context.Context, who session.Who) (v access.Session, secret string, err error)
	SignOut(ctx context.Context, secret string) (v access.Session, held bool, err error)
	Ends(v *access.Session) time.Time
}

// Config is what the API needs.
type Config struct {
	Reader  Reader
	SignIn  SignIn
	People  *people.Service
	Issuers Issuers // nil when none is configured
	Now     func() time.Time
	Log     *slog.Logger
}

// API answers under /api and /auth. Everything but signing in needs a session.
type API struct {
	Config

	mux     *http.ServeMux
	huma    huma.API
	routes  []Route
	actions map[string]access.Action // by pattern
}

// New returns the API with all its operations.
func New(config Config) *API {
	a := &API{Config: config, mux: http.NewServeMux(), actions: make(map[string]access.Action)}
	a.huma = humago.New(a.mux, settings())
	a.sessionOperations()
	a.tenantOperations()
	a.categoryOperations()
	a.actionOperations()
	a.peopleOperations()
	a.tokenOperations()
	a.auditOperations()
	a.signInOperations()
	a.mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		a.problem(r.Context(), fmt.Errorf("%s %s: %w", r.Method, r.URL.Path, posture.ErrNotFound)).Write(w)
	})
	return a
}

// Mount takes /api/ and /auth/.
func (a *API) Mount(mux *http.ServeMux) {
	gated := a.gate(a.mux)
	mux.Handle("/api/", gated)
	mux.Handle("/auth/", gated)
}

// OpenAPI returns the description of all operations, the same on every call.
func (a *API) OpenAPI() ([]byte, error) {
	document := a.huma.OpenAPI()
	// The framework describes an error model of its own, which never goes out.
	maps.DeleteFunc(document.Components.Schemas.Map(), func(name string, _ *huma.Schema) bool {
		return name == "ErrorModel" || name == "ErrorDetail"
	})
	text, err := json.MarshalIndent(document, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("write the OpenAPI document: %w", err)
	}
	return append(text, '\n'), nil
}

func settings() huma.Config {
	registry := huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer)
	number := reflect.TypeFor[float64]()
	registry.RegisterTypeAlias(reflect.TypeFor[posture.Points](), number)
	registry.RegisterTypeAlias(reflect.TypeFor[score.Percent](), number)
	registry.RegisterTypeAlias(reflect.TypeFor[posture.Reason](), reflect.TypeFor[reason]())
	format := huma.Format{
		// This JSON writer makes [] of an empty slice; the other makes null.
		Marshal:   func(w io.Writer, v any) error { return jsonv2.MarshalWrite(w, v) },
		Unmarshal: func(data []byte, v any) error { return jsonv2.Unmarshal(data, v) },
	}
	return huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI:    "3.1.0",
			Info:       &huma.Info{Title: "Securescore portal", Version: "1", Description: "What the portal reads. Points are decimals with at most two places, percentages are truncated to two places, days are UTC."},
			Components: &huma.Components{Schemas: registry},
		},
		Formats:                      map[string]huma.Format{"application/json": format, "json": format},
		DefaultFormat:                "application/json",
		RejectUnknownQueryParameters: true,
		Transformers:                 []huma.Transformer{ownProblems},
	}
}

// reason describes posture.Reason, whose codes are a closed set.
type reason struct {
	Code   posture.ReasonCode `json:"code" enum:"notCollected,permission,licence,stale,error,shape,undecided,noEntity"`
	Detail string             `json:"detail,omitempty" doc:"Names the data set, field or permission"`
}

// ownProblems puts our codes on the errors that the framework finds.
func ownProblems(ctx huma.Context, _ string, body any) (any, error) {
	found, ok := body.(*huma.ErrorModel)
	if !ok {
		return body, nil
	}
	faults := make([]httpserver.Fault, 0, len(found.Errors))
	for _, fault := range found.Errors {
		faults = append(faults, httpserver.Fault{Location: fault.Location, Message: fault.Message})
	}
	return httpserver.StatusProblem(ctx.Context(), found.Status, found.Detail, faults), nil
}

// problemError lets a problem travel through the framework as an error.
type problemError struct {
	*httpserver.Problem
}

func (e problemError) Error() string             { return e.Title + ": " + e.Detail }
func (e problemError) GetStatus() int            { return e.Status }
func (e problemError) ContentType(string) string { return "application/problem+json" }

func (a *API) problem(ctx context.Context, err error) *httpserver.Problem {
	return httpserver.NewProblem(ctx, a.Log, err)
}

// register adds an operation whose errors become problems, and which only those
// may use whom the table allows the action.
func register[I, O any](a *API, action access.Action, op huma.Operation, handle func(context.Context, *I) (*O, error)) {
	a.may(op.Method+" "+op.Path, action)
	problem := a.huma.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[httpserver.Problem](), true, "Problem")
	op.Responses = map[string]*huma.Response{"default": {
		Description: "What went wrong",
		Content:     map[string]*huma.MediaType{"application/problem+json": {Schema: problem}},
	}}
	huma.Register(a.huma, op, func(ctx context.Context, input *I) (*O, error) {
		output, err := handle(ctx, input)
		// What a route allows in general may be too much in this case, such as to
		// give a role that one does not hold.
		if v := visitOf(ctx); v.principal != nil && errors.Is(err, posture.ErrForbidden) {
			a.refused(ctx, v.principal, action, v.tenant, err)
		}
		if err != nil {
			return nil, problemError{a.problem(ctx, err)}
		}
		return output, nil
	})
}

// body is an answer of JSON.
type body[T any] struct {
	Body T
}

func answer[T any](value T, err error) (*body[T], error) {
	if err != nil {
		return nil, err
	}
	return &body[T]{value}, nil
}
