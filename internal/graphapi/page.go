// SPDX-License-Identifier: Apache-2.0

package graphapi

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"securescore/internal/odata"
)

// page is what of a set goes out.
type page struct {
	first, n int   // places in the set, when there are none in places
	places   []int // of the rows, in their order; nil for all from first on
	count    int   // rows that match, on all pages
	next     string
}

// page finds out which rows a query asks for. The position in a page token is
// the key of the last row that went out, so that rows which come in at the
// front meanwhile move nothing.
func (a *API) page(ctx context.Context, c *call, r *resource, s set, q *odata.Query) (*page, error) {
	size := r.page
	if q.Top != nil {
		size = min(*q.Top, r.most)
	}
	scope := string(c.tenant) + " " + r.path
	after := ""
	if q.SkipToken != "" {
		var err error
		if after, err = odata.ReadToken(a.PageKeys, q, scope); err != nil {
			return nil, err
		}
	}
	p := &page{count: s.Len()}
	choose := p.chosen
	if q.Filter == nil && q.OrderBy == nil {
		choose = p.straight
	}
	last, err := choose(ctx, s, q, after, size)
	if err != nil || last < 0 {
		return p, err
	}
	key, err := s.Key(ctx, last)
	if err != nil {
		return nil, err
	}
	token, err := odata.NewToken(a.PageKeys[0], q, scope, key)
	if err != nil {
		return nil, err
	}
	p.next = q.Next(token)
	return p, nil
}

// straight is a page in the order of the set itself. It returns the place of
// the last row when there are more behind it, else -1.
func (p *page) straight(ctx context.Context, s set, q *odata.Query, after string, size int) (last int, err error) {
	if after != "" {
		at, found, err := s.Place(ctx, after)
		if err != nil {
			return -1, err
		}
		if found {
			at++
		}
		p.first = at
	} else if q.Skip != nil {
		p.first = min(*q.Skip, s.Len())
	}
	p.n = min(size, s.Len()-p.first)
	if p.n > 0 && p.first+p.n < s.Len() {
		return p.first + p.n - 1, nil
	}
	return -1, nil
}

// mostAsked bounds the conditions of a filter times what they are asked of: a
// second or two of one processor. Ten years of days with 300 control scores
// leave room for four conditions about each of those.
const mostAsked = 5_000_000

// matching are the places of the rows that match a filter, in the order of the
// set, from a place on and up to most of them.
func matching(ctx context.Context, s set, q *odata.Query, from, most int) ([]int, error) {
	places := []int{}
	if q.Filter == nil {
		for i := from; i < s.Len() && len(places) < most; i++ {
			places = append(places, i)
		}
		return places, nil
	}
	left := odata.Effort(mostAsked)
	err := s.Each(ctx, from, s.Len()-from, func(i int, one row) error {
		matches, ok := left.Match(q.Filter, one)
		if !ok {
			e := badRequest("The filter asks too much of too many rows: ask less within any and all, or put a condition before them that leaves few rows.")
			e.target = "$filter"
			return e
		}
		if matches {
			places = append(places, i)
		}
		if len(places) >= most {
			return errEnough
		}
		return nil
	})
	if errors.Is(err, errEnough) {
		err = nil
	}
	return places, err
}

// errEnough ends a visit early.
var errEnough = errors.New("enough rows")

// chosen is a page of what matches a filter, in an order of its own. It returns
// what straight returns.
func (p *page) chosen(ctx context.Context, s set, q *odata.Query, after string, size int) (last int, err error) {
	if q.OrderBy == nil && !q.Count {
		return p.found(ctx, s, q, after, size)
	}
	places, err := matching(ctx, s, q, 0, s.Len())
	if err != nil {
		return -1, err
	}
	p.count = len(places)
	var rows []numbered
	if after != "" {
		rows, err = behind(ctx, s, places, q, after)
	} else if rows, err = sorted(ctx, s, places, q); q.Skip != nil {
		rows = rows[min(*q.Skip, len(rows)):]
	}
	if err != nil {
		return -1, err
	}
	p.places = []int{}
	for i := range min(size, len(rows)) {
		p.places = append(p.places, rows[i].at)
	}
	if size > 0 && len(rows) > size {
		return rows[size-1].at, nil
	}
	return -1, nil
}

// found is chosen in the order of the set, where one need not look further than
// the row behind the page.
func (p *page) found(ctx context.Context, s set, q *odata.Query, after string, size int) (last int, err error) {
	from, skip := 0, 0
	if after != "" {
		at, found, err := s.Place(ctx, after)
		if err != nil {
			return -1, err
		}
		if from = at; found {
			from++
		}
	} else if q.Skip != nil {
		skip = *q.Skip
	}
	places, err := matching(ctx, s, q, from, skip+size+1)
	if err != nil {
		return -1, err
	}
	places = places[min(skip, len(places)):]
	p.places = places[:min(size, len(places))]
	if size > 0 && len(places) > size {
		return places[size-1], nil
	}
	return -1, nil
}

// numbered is what $orderby looks at in a row, with the place of the row in the
// set, which decides between equals.
type numbered struct {
	names  []string
	values []odata.Value
	at     int
}

// Value implements odata.Row.
func (n *numbered) Value(name string) odata.Value {
	if i := slices.Index(n.names, name); i >= 0 {
		return n.values[i]
	}
	return odata.Null()
}

// sorted puts places, which ascend, into the order of $orderby. Without one
// they need no look at the rows.
func sorted(ctx context.Context, s set, places []int, q *odata.Query) ([]numbered, error) {
	rows := make([]numbered, len(places))
	for i, at := range places {
		rows[i].at = at
	}
	if q.OrderBy == nil {
		return rows, nil
	}
	var names []string
	for _, key := range q.OrderBy {
		names = append(names, key.Path.Names[0])
	}
	next := 0
	err := s.Visit(ctx, places, func(_ int, one row) error {
		n := &rows[next]
		next++
		n.names, n.values = names, make([]odata.Value, len(names))
		for i, name := range names {
			n.values[i] = one.Value(name)
		}
		return nil
	})
	slices.SortFunc(rows, func(a, b numbered) int {
		return cmp.Or(odata.Compare(q.OrderBy, &a, &b), cmp.Compare(a.at, b.at))
	})
	return rows, err
}

// behind sorts places and leaves out those up to the row that the last page
// ended with, wherever that one stands by now.
func behind(ctx context.Context, s set, places []int, q *odata.Query, after string) ([]numbered, error) {
	at, found, err := s.Place(ctx, after)
	switch {
	case err != nil:
		return nil, err
	case !found && q.OrderBy != nil:
		return nil, badRequest("The row that the last page ended with is gone; begin again with the first page.")
	case q.OrderBy == nil:
		return sorted(ctx, s, slices.DeleteFunc(places, func(i int) bool { return i < at || found && i == at }), q)
	}
	if !slices.Contains(places, at) { // it does not match any more, and stands in the order all the same
		places = append(places, at)
		slices.Sort(places)
	}
	rows, err := sorted(ctx, s, places, q)
	if err != nil {
		return nil, err
	}
	return rows[1+slices.IndexFunc(rows, func(n numbered) bool { return n.at == at }):], nil
}
