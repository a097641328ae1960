// SPDX-License-Identifier: Apache-2.0

package graphapi

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"securescore/internal/odata"
)

// row is one entity of a set.
type row interface {
	odata.Row
	// AppendJSON appends the entity as an object of the selected properties, or
	// of all when selected is nil.
	AppendJSON(dst []byte, selected []string) []byte
}

// set is what a tenant has of one entity set at one moment, in the set's own
// order.
type set interface {
	// Tag names what the whole set says.
	Tag() string
	Len() int
	// Each visits n rows from first on, in order. A row holds until the next
	// visit only. The error is that of a visit, or that of the storage.
	Each(ctx context.Context, first, n int, visit func(i int, one row) error) error
	// Visit is Each for the rows at any places, in their order.
	Visit(ctx context.Context, places []int, visit func(i int, one row) error) error
	// Key names the row at a place for a page token.
	Key(ctx context.Context, i int) (string, error)
	// Place returns the place of the row with a key; of one that is not there,
	// the place of the first row behind it, and false.
	Place(ctx context.Context, key string) (int, bool, error)
	// Packed answers with n rows from first on as one gzip member, with commas
	// between and prefix and suffix around them; nil when it is not kept ready.
	Packed(ctx context.Context, first, n int, prefix, suffix string) (*answer, error)
}

// resource is one entity set of the API.
type resource struct {
	path   string // behind the version
	schema *odata.Schema
	page   int // rows on a page that nobody asked a size for
	most   int // rows on a page at most
}

// context is the address of the description of what an answer holds.
func (r *resource) context(c *call, q *odata.Query, entity string) string {
	url := c.base + "/$metadata#" + r.path[1:]
	if len(q.Select) > 0 {
		url += "(" + strings.Join(q.Select, ",") + ")"
	}
	return quoted(url + entity)
}

// entityTag names an answer: what the tenant's data says, and how it was asked.
// It is weak, since one answer can go out compressed or not.
func entityTag(c *call, tag string) string {
	text := make([]byte, 0, 512)
	for _, part := range []string{tag, c.base, strings.ToLower(strings.Join(c.target.path, "/")), c.query} {
		text = append(append(strconv.AppendInt(text, int64(len(part)), 10), ':'), part...)
	}
	sum := sha256.Sum256(text)
	return `W/"` + base64.RawURLEncoding.EncodeToString(sum[:15]) + `"`
}

// notModified is the answer to a client that has this very one already; nil
// when it has not.
func notModified(c *call, tag string) *answer {
	if !slices.ContainsFunc(c.header.Values("If-None-Match"), func(line string) bool { return listsTag(line, tag) }) {
		return nil
	}
	a := empty(http.StatusNotModified)
	a.header.Set("ETag", tag)
	return a
}

// listsTag reports whether a list of entity tags names one, weak or not.
func listsTag(list, tag string) bool {
	for part := range strings.SplitSeq(list, ",") {
		part = strings.TrimSpace(part)
		if part == "*" || strings.TrimPrefix(part, "W/") == strings.TrimPrefix(tag, "W/") {
			return true
		}
	}
	return false
}

// list answers with one page of a set.
func (a *API) list(ctx context.Context, c *call, r *resource, s set) (*answer, error) {
	tag := entityTag(c, s.Tag())
	if a := notModified(c, tag); a != nil {
		return a, nil
	}
	q, err := odata.Parse(r.schema, c.query)
	if err != nil {
		return nil, err
	}
	p, err := a.page(ctx, c, r, s, q)
	if err != nil {
		return nil, err
	}
	prefix := `{"@odata.context":` + r.context(c, q, "")
	if q.Count {
		prefix += `,"@odata.count":` + strconv.Itoa(p.count)
	}
	if p.next != "" {
		prefix += `,"@odata.nextLink":` + quoted(c.base+r.path+"?"+p.next)
	}
	prefix += `,"value":[`
	var out *answer
	if p.places == nil && q.Select == nil && c.packed && !c.inner {
		if out, err = s.Packed(ctx, p.first, p.n, prefix, suffix); err != nil {
			return nil, err
		}
	}
	if out == nil {
		out = newAnswer(http.StatusOK, nil)
		out.length, out.write = -1, p.writer(ctx, s, prefix, q.Select)
	}
	out.header.Set("ETag", tag)
	return out, nil
}

// count answers with the number of rows that match a filter, as plain text.
func (a *API) count(ctx context.Context, c *call, r *resource, s set) (*answer, error) {
	tag := entityTag(c, s.Tag())
	if a := notModified(c, tag); a != nil {
		return a, nil
	}
	q, err := odata.Parse(r.schema, c.query)
	if err != nil {
		return nil, err
	}
	n := s.Len()
	if q.Filter != nil {
		places, err := matching(ctx, s, q, 0, s.Len())
		if err != nil {
			return nil, err
		}
		n = len(places)
	}
	out := empty(http.StatusOK)
	out.set(typeText, strconv.AppendInt(nil, int64(n), 10))
	out.header.Set("ETag", tag)
	return out, nil
}

// one answers with a single entity.
func (a *API) one(c *call, r *resource, entity row, tag string) (*answer, error) {
	if a := notModified(c, tag); a != nil {
		return a, nil
	}
	q, err := odata.Parse(r.schema, c.query)
	if err != nil {
		return nil, err
	}
	for name, asked := range map[string]bool{
		"$filter": q.Filter != nil, "$orderby": q.OrderBy != nil, "$top": q.Top != nil, "$skip": q.Skip != nil,
		"$skiptoken": q.SkipToken != "", "$count": q.Count,
	} {
		if asked {
			e := badRequest("The query option " + name + " is for a collection; this is one entity.")
			e.target = name
			return nil, e
		}
	}
	out := newAnswer(http.StatusOK, entityJSON(r.context(c, q, "/$entity"), entity, q.Select))
	out.header.Set("ETag", tag)
	return out, nil
}

// entityJSON puts the context into the object of an entity.
func entityJSON(context string, entity row, selected []string) []byte {
	head := `{"@odata.context":` + context
	body := entity.AppendJSON([]byte(head), selected)
	if len(body) == len(head)+len("{}") {
		return append(body[:len(head)], '}')
	}
	body[len(head)] = ',' // was the brace of the entity
	return body
}
