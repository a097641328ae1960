// SPDX-License-Identifier: Apache-2.0

package graphapi

import (
	"bytes"
	"context"
	"encoding/base64"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// maxParts is how many requests one batch may hold.
const maxParts = 20

// part is one request of a batch.
type part struct {
	ID        partID            `json:"id"`
	Method    string            `json:"method"`
	URL       string            `json:"url"`
	Headers   map[string]string `json:"headers"`
	Body      jsontext.Value    `json:"body"`
	DependsOn []partID          `json:"dependsOn"`

	path, query string
}

// partID names a part. Clients count their parts, and some of them write a
// number where the documents have text; answers have text all the same.
type partID string

// UnmarshalJSON reads text or a number, which stands for its own digits.
func (id *partID) UnmarshalJSON(data []byte) error {
	if jsontext.Value(data).Kind() == '0' {
		*id = partID(data)
		return nil
	}
	var text string
	err := json.Unmarshal(data, &text)
	*id = partID(text)
	return err
}

// batch answers several requests with one answer. Each part is asked for, counted
// and allowed by itself, under the identity and the tenant of the whole. They
// are answered one after the other while the answer goes out, so that memory
// holds one of them at a time.
func (a *API) batch(ctx context.Context, c *call) (*answer, error) {
	body, err := c.body()
	if err != nil {
		return nil, err
	}
	parts, err := readBatch(body)
	if err != nil {
		return nil, err
	}
	out := empty(http.StatusOK)
	out.header.Set("Content-Type", typeJSON)
	out.length = -1
	out.write = func(w io.Writer) error {
		_, err := io.WriteString(w, `{"responses":[`)
		failed := make(map[partID]bool, len(parts))
		for i := 0; err == nil && i < len(parts); i++ {
			if i > 0 {
				_, err = io.WriteString(w, ",")
			}
			if err == nil {
				err = a.answerPart(ctx, w, c, &parts[i], failed)
			}
		}
		if err == nil {
			_, err = io.WriteString(w, "]}")
		}
		return err
	}
	return out, nil
}

// answerPart runs one part and writes its answer.
func (a *API) answerPart(ctx context.Context, w io.Writer, whole *call, p *part, failed map[partID]bool) error {
	c := whole.part(p)
	defer func() { c.leave() }()
	var out *answer
	var err error
	for _, id := range p.DependsOn {
		if failed[id] {
			err = &apiError{status: http.StatusFailedDependency, code: codeDependency, message: "Request " + shortened(string(id)) + ", which this one depends on, has failed."}
		}
	}
	if err == nil {
		out, err = a.runPart(ctx, c, p)
	}
	if err != nil {
		out = a.publicError(ctx, err).answer(c, a.Now())
	}
	failed[p.ID] = out.status >= http.StatusBadRequest
	return out.writePart(w, string(p.ID))
}

// runPart finds the route of a part by its own address and takes it.
func (a *API) runPart(ctx context.Context, c *call, p *part) (*answer, error) {
	segments, err := parseSegments("/" + strings.TrimPrefix(p.path, "/"))
	if err == nil {
		c.target.path, err = splitKeys(segments)
	}
	if err != nil {
		return nil, err
	}
	route, key, unknown := a.find(c.method, c.target.path)
	if err := a.enter(c, route); err != nil {
		return nil, err
	}
	switch {
	case unknown != nil:
		return nil, unknown
	case route.batch:
		return nil, badRequest("A batch cannot stand within a batch.")
	}
	c.key = key
	return a.run(ctx, c, route)
}

// part is the call of a part: of the whole it has who asks and for which
// tenant, and nothing that the part says about that counts.
func (c *call) part(p *part) *call {
	inner := *c
	inner.method, inner.query, inner.inner, inner.packed = strings.ToUpper(p.Method), p.query, true, false
	inner.target.path, inner.leave = nil, func() {}
	inner.header = http.Header{}
	for name, value := range p.Headers {
		inner.header.Set(name, value)
	}
	inner.header.Del("Authorization")
	inner.clientID = clientRequestID(inner.header, c.clientID)
	inner.body = func() ([]byte, error) {
		switch {
		case len(p.Body) == 0:
			return nil, badRequest("The request has no body.")
		case inner.header.Get("Content-Encoding") != "":
			return nil, unsupported("The body of a request in a batch is not compressed by itself.")
		case inner.header.Get("Content-Type") != "":
			if err := checkType(inner.header); err != nil {
				return nil, err
			}
		}
		return p.Body, nil
	}
	return &inner
}

// writePart writes an answer as one of a batch.
func (out *answer) writePart(w io.Writer, id string) error {
	var headers []string
	for _, name := range []string{"Content-Type", "ETag", "Allow", "Retry-After", "Preference-Applied", "Warning"} {
		if values := out.header.Values(name); len(values) > 0 {
			headers = append(headers, quoted(name)+":"+quoted(strings.Join(values, ", ")))
		}
	}
	_, err := io.WriteString(w, `{"id":`+quoted(id)+`,"status":`+strconv.Itoa(out.status)+`,"headers":{`+strings.Join(headers, ",")+"}")
	if err == nil {
		err = out.writePartBody(w)
	}
	if err == nil {
		_, err = io.WriteString(w, "}")
	}
	return err
}

// writePartBody puts JSON in as it is, text as a string, and all else in base64,
// as OData has it.
func (out *answer) writePartBody(w io.Writer) error {
	if out.write == nil {
		return nil
	}
	if _, err := io.WriteString(w, `,"body":`); err != nil {
		return err
	}
	kind := out.header.Get("Content-Type")
	if strings.HasPrefix(kind, "application/json") {
		return out.write(w)
	}
	var text bytes.Buffer
	if err := out.write(&text); err != nil {
		return err
	}
	value := text.String()
	if !strings.HasPrefix(kind, "text/") {
		value = base64.RawURLEncoding.EncodeToString(text.Bytes())
	}
	_, err := io.WriteString(w, quoted(value))
	return err
}

// readBatch reads the requests of a batch and puts them into an order in which
// each comes behind those that it depends on.
func readBatch(body []byte) ([]part, error) {
	var whole struct {
		Requests []jsontext.Value `json:"requests"`
	}
	if err := json.Unmarshal(body, &whole); err != nil {
		return nil, badRequest(`The body must be {"requests":[…]}` + offset(err) + ".")
	}
	switch n := len(whole.Requests); {
	case n == 0:
		return nil, badProperty("requests", "must hold at least one request")
	case n > maxParts:
		return nil, badProperty("requests", "holds "+strconv.Itoa(n)+" requests; at most "+strconv.Itoa(maxParts)+" go into one batch")
	}
	parts := make([]part, len(whole.Requests))
	ids := make(map[partID]int, len(parts))
	for i, text := range whole.Requests {
		if err := parts[i].read(text, "requests["+strconv.Itoa(i)+"]"); err != nil {
			return nil, err
		}
		if _, twice := ids[parts[i].ID]; twice {
			return nil, badProperty("requests["+strconv.Itoa(i)+"].id", "is the id of another request too")
		}
		ids[parts[i].ID] = i
	}
	return ordered(parts, ids)
}

// read reads one request.
func (p *part) read(text jsontext.Value, where string) error {
	var extra struct {
		Group jsontext.Value `json:"atomicityGroup"`
	}
	if err := json.Unmarshal(text, p); err != nil {
		return badProperty(where, "must be an object with the texts id, method and url, headers of texts, a list of texts dependsOn, and a body")
	}
	if err := json.Unmarshal(text, &extra); err != nil || extra.Group != nil {
		return badProperty(where+".atomicityGroup", "is not supported: each request stands by itself")
	}
	switch {
	case p.ID == "":
		return badProperty(where+".id", "is required")
	case p.Method == "":
		return badProperty(where+".method", "is required")
	case len(p.Body) > 0 && p.Body.Kind() == 'n':
		p.Body = nil
	}
	path, query, _ := strings.Cut(p.URL, "?")
	first, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	if path == "" || strings.HasPrefix(path, "//") || strings.Contains(first, ":") || strings.ContainsAny(p.URL, "#\\ \t\r\n") {
		return badProperty(where+".url", "must be relative to the version, as in /security/secureScores?$top=1")
	}
	p.path, p.query = path, query
	return nil
}

// ordered sorts the parts by what they depend on, and keeps their order where
// nothing speaks against it.
func ordered(parts []part, ids map[partID]int) ([]part, error) {
	list := make([]part, 0, len(parts))
	const unseen, open, done = 0, 1, 2
	state := make([]int, len(parts))
	var visit func(i int) error
	visit = func(i int) error {
		switch state[i] {
		case open:
			return badProperty("requests["+strconv.Itoa(i)+"].dependsOn", "goes round in a circle")
		case done:
			return nil
		}
		state[i] = open
		for _, id := range parts[i].DependsOn {
			at, ok := ids[id]
			if !ok {
				return badProperty("requests["+strconv.Itoa(i)+"].dependsOn", "names a request that is not in the batch")
			}
			if err := visit(at); err != nil {
				return err
			}
		}
		state[i] = done
		list = append(list, parts[i])
		return nil
	}
	for i := range parts {
		if err := visit(i); err != nil {
			return nil, err
		}
	}
	return list, nil
}
