// SPDX-License-Identifier: Apache-2.0

package graphapi

import (
	"cmp"
	"context"
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
		if after, err = odata.ReadToken(a.PageKey, q, scope); err != nil {
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
	token, err := odata.NewToken(a.PageKey, q, scope, key)
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
// set.
func matching(ctx context.Context, s set, q *odata.Query) ([]int, error) {
	places := []int{}
	left := odata.Effort(mostAsked)
	err := s.Each(ctx, 0, s.Len(), func(i int, one row) error {
		matches, ok := left.Match(q.Filter, one)
		if !ok {
			e := badRequest("The filter asks too much of too many rows: ask less within any and all, or put a condition before them that leaves few rows.")
			e.target = "$filter"
			return e
		}
		if matches {
			places = append(places, i)
		}
		return nil
	})
	return places, err
}

// chosen is a page of what matches a filter, in an order of its own. It returns
// what straight returns.
func (p *page) chosen(ctx context.Context, s set, q *odata.Query, after string, size int) (last int, err error) {
	places, err := matching(ctx, s, q)
	if err != nil {
		return -1, err
	}
	p.count = len(places)
	if after != "" {
		places, err = behind(ctx, s, places, q, after)
	} else {
		places, err = sorted(ctx, s, places, q)
		if q.Skip != nil {
			places = places[min(*q.Skip, len(places)):]
		}
	}
	if err != nil {
		return -1, err
	}
	p.places = places[:min(size, len(places))]
	if size > 0 && len(places) > size {
		return places[size-1], nil
	}
	return -1, nil
}

// numbered is a row with its place in the set, which decides between equals.
type numbered struct {
	row

	at int
}

// sorted puts places into the order of $orderby.
func sorted(ctx context.Context, s set, places []int, q *odata.Query) ([]int, error) {
	if q.OrderBy == nil {
		return places, nil
	}
	rows := make([]numbered, len(places))
	for i, at := range places {
		one, err := s.At(ctx, at)
		if err != nil {
			return nil, err
		}
		rows[i] = numbered{one, at}
	}
	slices.SortFunc(rows, func(a, b numbered) int {
		return cmp.Or(odata.Compare(q.OrderBy, a.row, b.row), cmp.Compare(a.at, b.at))
	})
	for i := range rows {
		places[i] = rows[i].at
	}
	return places, nil
}

// behind sorts places and leaves out those up to the row that the last page
// ended with, wherever that one stands by now.
func behind(ctx context.Context, s set, places []int, q *odata.Query, after string) ([]int, error) {
	at, found, err := s.Place(ctx, after)
	switch {
	case err != nil:
		return nil, err
	case !found && q.OrderBy != nil:
		return nil, badRequest("The row that the last page ended with is gone; begin again with the first page.")
	case q.OrderBy == nil:
		return slices.DeleteFunc(places, func(i int) bool { return i < at || found && i == at }), nil
	}
	if !slices.Contains(places, at) { // it does not match any more, and stands in the order all the same
		places = append(places, at)
	}
	if places, err = sorted(ctx, s, places, q); err != nil {
		return nil, err
	}
	return places[slices.Index(places, at)+1:], nil
}
