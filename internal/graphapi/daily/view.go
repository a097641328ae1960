// SPDX-License-Identifier: Apache-2.0

package daily

import (
	"context"
	"fmt"
	"strings"
	"time"

	"securescore/internal/assess"
	"securescore/internal/ledger"
	"securescore/internal/posture"
)

// View is a tenant's days as they were when it was opened. It never changes and
// may be used by many goroutines.
type View struct {
	// Tag changes whenever any answer can: with the ledger, the runs, the
	// catalogue, the tenant's Entra id, the day, and the sources that are stale.
	Tag string
	// Stale are the data sets whose last reading failed or is too old.
	Stale []assess.StaleSet

	source  *Source
	tenant  posture.TenantID
	azure   string
	literal bool
	line    *timeline
	today   ledger.Day
	// key names all that the text of a day depends on beside the ledger and the
	// runs; basis is a sum of it.
	key      string
	basis    uint64
	filling  chan struct{} // held by who makes fragments
	sequence int64         // of the change feed
	until    time.Time     // when more becomes stale; zero when nothing does by itself
}

// Len is the number of days.
func (v *View) Len() int {
	if v.line.empty() || v.today < v.line.first {
		return 0
	}
	return int(v.today-v.line.first) + 1
}

// Day is that of an index; 0 is today.
func (v *View) Day(i int) ledger.Day { return v.today - ledger.Day(i) }

// At returns the score of one day; 0 is today. The error wraps
// posture.ErrNotFound when there is no such day.
func (v *View) At(_ context.Context, i int) (*Score, error) {
	if err := v.within(i, 1); err != nil {
		return nil, err
	}
	s := &Score{}
	s.fill(v, v.line.walk(v.Day(i)), v.Day(i))
	return s, nil
}

// Find returns the index of the day with an id, in which the letter case of
// the tenant does not matter.
func (v *View) Find(id string) (i int, ok bool) {
	at := strings.LastIndexByte(id, '_')
	if at < 0 || !strings.EqualFold(id[:at], v.azure) {
		return 0, false
	}
	t, err := time.Parse(time.DateOnly, id[at+1:])
	if err != nil {
		return 0, false
	}
	i = int(v.today - ledger.DayOf(t))
	return i, i >= 0 && i < v.Len()
}

// Each visits n days from first on, one after the other. The score that a visit
// gets is used again for the next one. The error is that of a visit, or wraps
// posture.ErrNotFound when some of the days do not exist.
func (v *View) Each(ctx context.Context, first, n int, visit func(i int, s *Score) error) error {
	if err := v.within(first, n); err != nil {
		return err
	}
	return v.visit(ctx, n, func(k int) int { return first + k }, visit)
}

// Visit is Each for the days at any places, in their order. Days that are near
// to the one before cost less.
func (v *View) Visit(ctx context.Context, places []int, visit func(i int, s *Score) error) error {
	for _, i := range places {
		if err := v.within(i, 1); err != nil {
			return err
		}
	}
	return v.visit(ctx, len(places), func(k int) int { return places[k] }, visit)
}

func (v *View) visit(ctx context.Context, n int, place func(k int) int, visit func(i int, s *Score) error) error {
	if n == 0 {
		return nil
	}
	s, ok := v.source.scratch.Get().(*Score)
	if !ok {
		s = new(Score)
	}
	defer v.source.scratch.Put(s)
	w := v.line.walk(v.Day(place(0)))
	for k := range n {
		if err := ctx.Err(); err != nil {
			return err
		}
		i := place(k)
		w.to(v.Day(i))
		s.fill(v, w, v.Day(i))
		if err := visit(i, s); err != nil {
			return err
		}
	}
	return nil
}

// JSON appends n days from first on, joined by commas. The error wraps
// posture.ErrNotFound when some of them do not exist.
func (v *View) JSON(ctx context.Context, dst []byte, first, n int) ([]byte, error) {
	err := v.Each(ctx, first, n, func(i int, s *Score) error {
		if i > first {
			dst = append(dst, ',')
		}
		dst = s.AppendJSON(dst, nil)
		return nil
	})
	return dst, err
}

func (v *View) within(first, n int) error {
	if first < 0 || n < 0 || n > v.Len()-first {
		return fmt.Errorf("days %d to %d of %d: %w", first, first+n, v.Len(), posture.ErrNotFound)
	}
	return nil
}
