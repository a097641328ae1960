// SPDX-License-Identifier: Apache-2.0

package httpserver

import (
	"context"
	"errors"
	"log/slog"
	"net/http"

	"github.com/go-json-experiment/json"

	"securescore/internal/posture"
)

// Problem is an error as it goes over the wire: RFC 9457 with a stable code,
// which programs test instead of the text.
type Problem struct {
	Type      string  `json:"type" format:"uri" doc:"urn:securescore:problem: and the code"`
	Title     string  `json:"title" doc:"The same for every problem of this code"`
	Status    int     `json:"status"`
	Code      string  `json:"code" enum:"unauthenticated,accessDenied,itemNotFound,invalidRequest,conflict,tooManyRequests,serviceNotAvailable,generalException" doc:"Stable; test this"`
	Detail    string  `json:"detail,omitempty"`
	RequestID string  `json:"requestId" doc:"Look for it in the log"`
	Faults    []Fault `json:"faults,omitempty" nullable:"false" doc:"What is wrong with the input, all of it"`
}

// Fault places something wrong in the input.
type Fault struct {
	Location string `json:"location" doc:"Such as query.from"`
	Message  string `json:"message"`
}

type answer struct {
	kind   error
	status int
	code   string
	title  string
}

// answers maps every kind of error to what a client sees. An error without a
// kind is internal: its text may hold anything and stays in the log.
func answers() []answer {
	return []answer{
		{posture.ErrUnauthenticated, http.StatusUnauthorized, "unauthenticated", "Not signed in"},
		{posture.ErrForbidden, http.StatusForbidden, "accessDenied", "Not allowed"},
		{posture.ErrNotFound, http.StatusNotFound, "itemNotFound", "Not found"},
		{posture.ErrInvalid, http.StatusBadRequest, "invalidRequest", "Invalid request"},
		{posture.ErrConflict, http.StatusConflict, "conflict", "Conflict"},
		{posture.ErrThrottled, http.StatusTooManyRequests, "tooManyRequests", "Too many requests"},
		{posture.ErrUnavailable, http.StatusServiceUnavailable, "serviceNotAvailable", "Not available"},
	}
}

// NewProblem makes the problem of an error. An internal one is logged here,
// once, with the id of the request, and its text is not given away.
func NewProblem(ctx context.Context, log *slog.Logger, err error) *Problem {
	id := RequestID(ctx)
	for _, a := range answers() {
		if !errors.Is(err, a.kind) {
			continue
		}
		p := &Problem{Type: urn(a.code), Title: a.title, Status: a.status, Code: a.code, Detail: err.Error(), RequestID: id}
		if field, ok := errors.AsType[*posture.FieldError](err); ok {
			p.Faults = []Fault{{Location: field.Path, Message: field.Rule}}
		}
		return p
	}
	if errors.Is(err, context.Canceled) && ctx.Err() != nil {
		log.DebugContext(ctx, "request was given up", "request_id", id)
	} else {
		log.ErrorContext(ctx, "request failed", "request_id", id, "error", err)
	}
	return &Problem{
		Type: urn("generalException"), Title: "Internal error", Status: http.StatusInternalServerError,
		Code: "generalException", Detail: "Something went wrong; the log names the cause.", RequestID: id,
	}
}

// StatusProblem makes a problem of a bare HTTP status, for the faults that are
// found before any handler runs. A status without a kind is the client's fault.
func StatusProblem(ctx context.Context, status int, detail string, faults []Fault) *Problem {
	p := &Problem{
		Type: urn("invalidRequest"), Title: "Invalid request", Status: status, Code: "invalidRequest",
		Detail: detail, RequestID: RequestID(ctx), Faults: faults,
	}
	for _, a := range answers() {
		if a.status == status {
			p.Type, p.Code, p.Title = urn(a.code), a.code, a.title
		}
	}
	return p
}

// Write sends the problem.
func (p *Problem) Write(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(p.Status)
	// Nothing is left to be done for a client that has gone.
	_ = json.MarshalWrite(w, p)
}

func urn(code string) string { return "urn:securescore:problem:" + code }
