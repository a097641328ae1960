// SPDX-License-Identifier: Apache-2.0

package graphapi

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"strconv"
	"time"

	"github.com/go-json-experiment/json"

	"securescore/internal/httpserver"
	"securescore/internal/odata"
	"securescore/internal/posture"
)

// Codes of errors. Clients test these and the status, not the text.
const (
	codeBadRequest  = "BadRequest"
	codeToken       = "InvalidAuthenticationToken"
	codeForbidden   = "Forbidden"
	codeNotFound    = "ResourceNotFound"
	codeMethod      = "MethodNotAllowed"
	codeConflict    = "Conflict"
	codeCondition   = "PreconditionFailed"
	codeTooLarge    = "RequestEntityTooLarge"
	codeMedia       = "UnsupportedMediaType"
	codeDependency  = "FailedDependency"
	codeTooMany     = "TooManyRequests"
	codeInternal    = "InternalServerError"
	codeUnavailable = "ServiceUnavailable"
)

// apiError is an error as a client sees it: nothing in it is secret.
type apiError struct {
	status  int
	code    string
	message string
	target  string      // a property or an option; empty for none
	header  http.Header // further headers; may be nil
}

func (e *apiError) Error() string { return e.code + ": " + e.message }

func badRequest(message string) *apiError {
	return &apiError{status: http.StatusBadRequest, code: codeBadRequest, message: message}
}

func badPath(message string) *apiError {
	e := badRequest("The address cannot be read: " + message + ".")
	e.target = "path"
	return e
}

// badProperty is a fault in a property of a body.
func badProperty(name, rule string) *apiError {
	e := badRequest("The property " + name + " " + rule + ".")
	e.target = name
	return e
}

// noSegment is how the real service answers addresses that it does not know.
func noSegment(segment string) *apiError {
	return badRequest("Resource not found for the segment '" + shortened(segment) + "'.")
}

// noSuch is the one answer for everything that is not there, and for every
// tenant that somebody may not know of.
func noSuch() *apiError {
	return &apiError{status: http.StatusNotFound, code: codeNotFound, message: "The requested resource does not exist, or is not in a tenant that this token is for."}
}

func notAllowed(allow string) *apiError {
	return &apiError{
		status: http.StatusMethodNotAllowed, code: codeMethod, message: "This resource answers to " + allow + " only.",
		header: http.Header{"Allow": {allow}},
	}
}

func unsupported(message string) *apiError {
	return &apiError{status: http.StatusUnsupportedMediaType, code: codeMedia, message: message}
}

func tooLarge() *apiError {
	return &apiError{status: http.StatusRequestEntityTooLarge, code: codeTooLarge, message: "The body has more than " + strconv.Itoa(maxBody>>20) + " MiB."}
}

func throttled(wait time.Duration) *apiError {
	return &apiError{
		status: http.StatusTooManyRequests, code: codeTooMany, message: "Too many requests: wait as long as Retry-After says.",
		header: http.Header{"Retry-After": {strconv.Itoa(seconds(wait))}},
	}
}

// seconds rounds up, and never to nothing: a client that comes too early is
// refused again.
func seconds(d time.Duration) int { return max(1, int((d+time.Second-1)/time.Second)) }

// shortened keeps what a message repeats of a request short.
func shortened(s string) string {
	const most = 64
	if runes := []rune(s); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return s
}

// publicError turns any error into what a client may see. One without a kind
// is internal: it is logged here, once, and its text is not given away.
func (a *API) publicError(ctx context.Context, err error) *apiError {
	if public, ok := errors.AsType[*apiError](err); ok {
		return public
	}
	if syntax, ok := errors.AsType[*odata.SyntaxError](err); ok {
		e := badRequest("Invalid query option: " + syntax.Error() + ".")
		e.target = syntax.Option
		return e
	}
	if field, ok := errors.AsType[*posture.FieldError](err); ok {
		return badProperty(field.Path, field.Rule)
	}
	switch {
	case errors.Is(err, posture.ErrUnauthenticated):
		return &apiError{
			status: http.StatusUnauthorized, code: codeToken, message: "Access token is missing, expired or not valid here.",
			header: http.Header{"Www-Authenticate": {`Bearer error="invalid_token"`}},
		}
	case errors.Is(err, posture.ErrForbidden):
		return forbidden()
	case errors.Is(err, posture.ErrNotFound):
		return noSuch()
	case errors.Is(err, posture.ErrConflict):
		return &apiError{status: http.StatusConflict, code: codeConflict, message: err.Error()}
	case errors.Is(err, posture.ErrInvalid):
		return badRequest(err.Error())
	case errors.Is(err, posture.ErrThrottled):
		return throttled(time.Second)
	case errors.Is(err, posture.ErrUnavailable):
		return &apiError{
			status: http.StatusServiceUnavailable, code: codeUnavailable, message: "The service cannot answer at the moment; try again.",
			header: http.Header{"Retry-After": {"5"}},
		}
	case errors.Is(err, context.Canceled) && ctx.Err() != nil:
		return &apiError{status: http.StatusServiceUnavailable, code: codeUnavailable, message: "The request was given up."}
	}
	a.Log.ErrorContext(ctx, "request failed", "request_id", httpserver.RequestID(ctx), "error", err)
	return &apiError{status: http.StatusInternalServerError, code: codeInternal, message: "Something went wrong; the log of the server names the cause under the id of this request."}
}

// forbidden has the text of the real service, which clients show to people.
func forbidden() *apiError {
	return &apiError{
		status: http.StatusForbidden, code: codeForbidden,
		message: "Auth token does not contain valid permissions or user does not have valid roles.",
	}
}

// errorBody is the form of errors that all clients know.
type errorBody struct {
	Error errorText `json:"error"`
}

type errorText struct {
	Code       string     `json:"code"`
	Message    string     `json:"message"`
	Target     *string    `json:"target"`
	Details    []struct{} `json:"details"`
	InnerError innerError `json:"innerError"`
}

type innerError struct {
	Date    string `json:"date"`
	Request string `json:"request-id"`
	Client  string `json:"client-request-id"`
}

// answer is the error as an answer to a call.
func (e *apiError) answer(c *call, now time.Time) *answer {
	text := errorBody{errorText{
		Code: e.code, Message: e.message, Details: []struct{}{},
		InnerError: innerError{Date: now.UTC().Format("2006-01-02T15:04:05"), Request: c.requestID, Client: c.clientID},
	}}
	if e.target != "" {
		text.Error.Target = &e.target
	}
	body, err := json.Marshal(text)
	if err != nil { // strings that are not UTF-8
		body = []byte(`{"error":{"code":"` + e.code + `","message":""}}`)
	}
	a := newAnswer(e.status, body)
	maps.Copy(a.header, e.header)
	a.header.Set("Cache-Control", "no-store")
	return a
}

// WriteProblem implements httpserver.ProblemWriter: problems that are found
// before a handler runs look like all others.
func (a *API) WriteProblem(w http.ResponseWriter, r *http.Request, p *httpserver.Problem) {
	e := &apiError{status: p.Status, code: codeOf(p.Status), message: p.Detail}
	c := newCall(r)
	c.introduce(w.Header())
	a.send(w, r, e.answer(c, a.Now()))
}

func codeOf(status int) string {
	switch status {
	case http.StatusUnauthorized:
		return codeToken
	case http.StatusForbidden:
		return codeForbidden
	case http.StatusNotFound:
		return codeNotFound
	case http.StatusTooManyRequests:
		return codeTooMany
	case http.StatusServiceUnavailable:
		return codeUnavailable
	}
	if status >= http.StatusInternalServerError {
		return codeInternal
	}
	return codeBadRequest
}
