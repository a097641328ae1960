// SPDX-License-Identifier: Apache-2.0

package stored

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/RoaringBitmap/roaring/v2"

	"securescore/internal/assess"
	"securescore/internal/catalog"
	"securescore/internal/ledger"
	"securescore/internal/portalapi"
	"securescore/internal/posture"
	"securescore/internal/store"
)

// namesInHistory is how many entities an entry names.
const namesInHistory = 20

// History implements portalapi.Reader.
func (p *Portal) History(ctx context.Context, tenant posture.TenantID, days portalapi.Range) ([]portalapi.Day, error) {
	var list []portalapi.Day
	err := p.store.View(ctx, tenant, func(ctx context.Context, r *store.Reader) error {
		var err error
		list, err = trend(ctx, r, tenant, p.assessor.Catalogue(), days)
		return err
	})
	return list, err
}

// trend puts our own days and Microsoft's beside each other. A day on which
// nothing counted has no score.
func trend(ctx context.Context, r *store.Reader, tenant posture.TenantID, c *catalog.Catalog, days portalapi.Range) ([]portalapi.Day, error) {
	first, last := ledger.DayOf(days.From), ledger.DayOf(days.To)
	own, err := store.History(ctx, r, assess.Past(tenant, ledger.Own, c), first, last)
	if err != nil {
		return nil, err
	}
	theirs, err := store.History(ctx, r, assess.Past(tenant, ledger.Microsoft, c), first, last)
	if err != nil {
		return nil, err
	}
	list := make([]portalapi.Day, 0, len(own))
	for i := range own {
		list = append(list, portalapi.Day{Day: own[i].Day.String(), Score: dayScore(&own[i]), Microsoft: dayScore(&theirs[i])})
	}
	return list, nil
}

func dayScore(d *ledger.DayTotal) *portalapi.Score {
	if d.Max == 0 {
		return nil
	}
	s := portalapi.NewScore(d.Measured, d.Credited, d.Max)
	return &s
}

// entriesOf are the entries about one control, in order.
func entriesOf(ctx context.Context, r *store.Reader, tenant posture.TenantID, control posture.ControlID) ([]ledger.Entry, error) {
	all, err := r.Ledger.Between(ctx, tenant, ledger.Own, time.Time{}, ledger.Day(1<<20).Time())
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(e ledger.Entry) bool { return e.Control != control || e.Facts != nil }), nil
}

// ActionHistory implements portalapi.Reader.
func (p *Portal) ActionHistory(ctx context.Context, tenant posture.TenantID, control posture.ControlID) ([]portalapi.Entry, error) {
	c, ok := p.assessor.Catalogue().Control(control)
	if !ok {
		return nil, fmt.Errorf("improvement action %q: %w", control, posture.ErrNotFound)
	}
	list := []portalapi.Entry{}
	err := p.store.View(ctx, tenant, func(ctx context.Context, r *store.Reader) error {
		entries, err := entriesOf(ctx, r, tenant, control)
		if err != nil {
			return err
		}
		beside, err := besideOf(ctx, r, tenant, entries)
		if err != nil {
			return err
		}
		var measured, credited, maximum posture.Points
		for i := range entries {
			e := &entries[i]
			measured, credited, maximum = measured+e.DMeasured, credited+e.DCredited, maximum+e.DMax
			out := entryOf(e)
			if maximum > 0 {
				s := portalapi.NewScore(measured, credited, maximum)
				out.Result = &s
			}
			b := beside[e.Sequence]
			out.Actor = b.ActorName
			if out.Entities, out.Truncated, err = flipped(ctx, r, tenant, c.Check.Entity, b.Flipped); err != nil {
				return err
			}
			list = append(list, out)
		}
		return nil
	})
	slices.Reverse(list)
	return list, err
}

func entryOf(e *ledger.Entry) portalapi.Entry {
	out := portalapi.Entry{
		Sequence: e.Sequence, At: e.Effective, Kind: portalapi.EntryAdjusted, Cause: string(e.Cause),
		Measured: e.DMeasured, Credited: e.DCredited, Maximum: e.DMax,
		Before:   portalapi.Counts{Pass: e.Before.Pass, Fail: e.Before.Fail, Unknown: e.Before.Unknown},
		After:    portalapi.Counts{Pass: e.After.Pass, Fail: e.After.Fail, Unknown: e.After.Unknown},
		Entities: []string{},
	}
	switch {
	case e.Cause.Moves() && e.DMeasured > 0:
		out.Kind = portalapi.EntryAchieved
	case e.Cause.Moves() && e.DMeasured < 0:
		out.Kind = portalapi.EntryRegressed
	}
	return out
}

func besideOf(ctx context.Context, r *store.Reader, tenant posture.TenantID, entries []ledger.Entry) (map[int64]ledger.Beside, error) {
	sequences := roaring.New()
	for i := range entries {
		sequences.Add(uint32(entries[i].Sequence))
	}
	list, err := r.Ledger.Beside(ctx, tenant, ledger.Own, sequences)
	if err != nil {
		return nil, err
	}
	bySequence := make(map[int64]ledger.Beside, len(list))
	for _, b := range list {
		bySequence[b.Sequence] = b
	}
	return bySequence, nil
}

func flipped(ctx context.Context, r *store.Reader, tenant posture.TenantID, kind posture.Kind, who *roaring.Bitmap) (names []string, more bool, err error) {
	names = []string{}
	if who == nil || who.IsEmpty() {
		return names, false, nil
	}
	first := roaring.New()
	for it := who.Iterator(); it.HasNext() && first.GetCardinality() < namesInHistory; {
		first.Add(it.Next())
	}
	entities, err := r.Entities.Some(ctx, tenant, kind, first)
	if err != nil {
		return nil, false, err
	}
	for i := range entities {
		names = append(names, entities[i].Name)
	}
	return names, who.GetCardinality() > namesInHistory, nil
}
