// SPDX-License-Identifier: Apache-2.0

package graphapi

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"securescore/internal/assess"
	"securescore/internal/graphapi/daily"
	"securescore/internal/ledger"
)

// scoreResource gives a quarter of a year on one page: what the real service
// has at all. At most three years come at once.
func scoreResource() *resource {
	return &resource{path: scoresPath, schema: daily.Schema(), page: 90, most: 1100}
}

// scoreSet is a view of days as a set.
type scoreSet struct {
	*daily.View

	buffers *buffers
}

func (s scoreSet) Tag() string { return s.View.Tag }

func (s scoreSet) Each(ctx context.Context, first, n int, visit func(i int, one row) error) error {
	return s.View.Each(ctx, first, n, func(i int, score *daily.Score) error { return visit(i, score) })
}

func (s scoreSet) Visit(ctx context.Context, places []int, visit func(i int, one row) error) error {
	return s.View.Visit(ctx, places, func(i int, score *daily.Score) error { return visit(i, score) })
}

// Key is the day alone: the newest one has the place 0.
func (s scoreSet) Key(_ context.Context, i int) (string, error) { return s.Day(i).String(), nil }

// Place counts back from today, so that a day which begins between two pages
// moves nothing.
func (s scoreSet) Place(_ context.Context, key string) (int, bool, error) {
	day, ok := parseDay(key)
	if !ok || s.Len() == 0 {
		return 0, false, nil
	}
	at := int(s.Day(0) - day)
	return min(max(at, 0), s.Len()), at >= 0 && at < s.Len(), nil
}

func parseDay(text string) (ledger.Day, bool) {
	t, err := time.Parse(time.DateOnly, text)
	return ledger.DayOf(t), err == nil
}

func (s scoreSet) Packed(ctx context.Context, first, n int, prefix, suffix string) (*answer, error) {
	packed, err := s.View.Packed(ctx, []byte(prefix), first, n, []byte(suffix))
	if err != nil {
		return nil, err
	}
	out := newAnswer(http.StatusOK, nil)
	out.packed, out.length = true, packed.Size()
	out.write = func(w io.Writer) error {
		buffer, err := packed.Send(w, s.buffers.take())
		s.buffers.give(buffer)
		return err
	}
	return out, nil
}

func (a *API) scores(ctx context.Context, c *call) (*answer, error) {
	began := a.Now()
	v, err := a.Scores.Open(ctx, c.tenant)
	if err != nil {
		return nil, err
	}
	out, err := a.list(ctx, c, a.scoreSet, scoreSet{v, &a.buffers})
	return a.partial(out, v.Stale, began), err
}

func (a *API) scoreCount(ctx context.Context, c *call) (*answer, error) {
	v, err := a.Scores.Open(ctx, c.tenant)
	if err != nil {
		return nil, err
	}
	return a.count(ctx, c, a.scoreSet, scoreSet{v, &a.buffers})
}

func (a *API) score(ctx context.Context, c *call) (*answer, error) {
	began := a.Now()
	v, err := a.Scores.Open(ctx, c.tenant)
	if err != nil {
		return nil, err
	}
	at, ok := v.Find(c.key)
	if !ok {
		return nil, noSuch()
	}
	entity, err := v.At(ctx, at)
	if err != nil {
		return nil, err
	}
	out, err := a.one(c, a.scoreSet, entity, entityTag(c, v.Tag))
	return a.partial(out, v.Stale, began), err
}

// partial turns a whole answer into one of which some sources are out of date,
// in the way of the real service: vendor, provider, status and milliseconds.
func (a *API) partial(out *answer, stale []assess.StaleSet, began time.Time) *answer {
	if out == nil || len(stale) == 0 {
		return out
	}
	if out.status == http.StatusOK {
		out.status = http.StatusPartialContent
	}
	var told []string
	for i := range stale {
		name := strings.Map(headerSafe, stale[i].Source)
		if slices.Contains(told, name) {
			continue
		}
		told = append(told, name)
		out.header.Add("Warning", fmt.Sprintf(`199 - "%s/%s/%d/%d"`, vendorName, name, http.StatusGatewayTimeout, a.Now().Sub(began).Milliseconds()))
	}
	return out
}

// vendorName is whose sources they are.
const vendorName = "Microsoft"

// headerSafe keeps the name of a source within its place of the header.
func headerSafe(r rune) rune {
	if r <= ' ' || r > '~' || r == '"' || r == '\\' || r == '/' {
		return '_'
	}
	return r
}
