// SPDX-License-Identifier: Apache-2.0

// Package stored is the portal's reader over the store: it puts what the
// ledger, the current scoring and the catalogue say into the portal's types.
// It computes no points of its own.
package stored

import (
	"context"
	"slices"
	"sync"
	"time"

	"securescore/internal/assess"
	"securescore/internal/catalog"
	"securescore/internal/ledger"
	"securescore/internal/portalapi"
	"securescore/internal/posture"
	"securescore/internal/score"
	"securescore/internal/store"
)

// recently is how long a change of the catalogue is news.
const recently = 90 * 24 * time.Hour

// topActions is how many of the best ranked actions the overview shows.
const topActions = 8

// Portal implements portalapi.Reader.
type Portal struct {
	store    store.Store
	assessor *assess.Assessor
	now      func() time.Time

	mu       sync.Mutex
	compared map[versions]changes // contents of versions never change
}

// versions are two catalogues, the earlier one first.
type versions struct{ before, now string }

// changes are what one catalogue does to the controls of another.
type changes map[posture.ControlID]portalapi.CatalogueChange

// New returns a reader of one store. The clock decides what is recent.
func New(s store.Store, a *assess.Assessor, now func() time.Time) *Portal {
	return &Portal{store: s, assessor: a, now: now, compared: make(map[versions]changes)}
}

// Tenants implements portalapi.Reader.
func (p *Portal) Tenants(ctx context.Context) ([]portalapi.Tenant, error) {
	all, err := p.store.Across().Tenants.List(ctx)
	if err != nil {
		return nil, err
	}
	list := make([]portalapi.Tenant, len(all))
	for i := range all {
		list[i] = tenantOf(all[i])
	}
	return list, nil
}

func tenantOf(t store.Tenant) portalapi.Tenant {
	return portalapi.Tenant{ID: t.ID, Name: t.Name, Domain: t.Domain, Sample: t.Sample}
}

// picture is everything that one answer is made of, read in one transaction.
type picture struct {
	now       time.Time
	tenant    store.Tenant
	scoring   *assess.Scoring
	rank      map[posture.ControlID]int
	regressed map[posture.ControlID]posture.Points
	changes   changes
	runs      []store.Run
	sets      []store.SetInfo
	decisions []store.Decision
	microsoft *microsoft
}

// look reads a picture, and lets more be read beside it.
func (p *Portal) look(ctx context.Context, tenant posture.TenantID, more func(context.Context, *store.Reader, *picture) error) (*picture, error) {
	scoring, err := p.assessor.Look(ctx, tenant)
	if err != nil {
		return nil, err
	}
	pic := &picture{now: p.now().UTC(), scoring: scoring, rank: ranks(scoring)}
	err = p.store.View(ctx, tenant, func(ctx context.Context, r *store.Reader) error {
		if err := pic.read(ctx, r, p, tenant); err != nil {
			return err
		}
		if more == nil {
			return nil
		}
		return more(ctx, r, pic)
	})
	return pic, err
}

func (pic *picture) read(ctx context.Context, r *store.Reader, p *Portal, tenant posture.TenantID) error {
	var err error
	if pic.tenant, err = r.Tenant.Tenant(ctx, tenant); err != nil {
		return err
	}
	if pic.runs, err = r.Runs.Runs(ctx, tenant, 0, 1); err != nil {
		return err
	}
	if pic.sets, err = r.Evidence.Sets(ctx, tenant); err != nil {
		return err
	}
	if pic.decisions, err = r.Decisions.Open(ctx, tenant); err != nil {
		return err
	}
	today := ledger.DayOf(pic.now)
	window, err := r.Ledger.Between(ctx, tenant, ledger.Own, (today - ledger.RegressionWindow).Time(), (today + 1).Time())
	if err != nil {
		return err
	}
	pic.regressed = ledger.Regressed(window, today)
	if pic.changes, err = p.catalogueChanges(ctx, r, tenant, pic.now.Add(-recently)); err != nil {
		return err
	}
	pic.microsoft, err = readMicrosoft(ctx, r, tenant, today)
	return err
}

// ranks numbers the actions that would bring points, the best one first.
func ranks(s *assess.Scoring) map[posture.ControlID]int {
	lines := make(map[posture.ControlID]*score.Line, len(s.Lines))
	for i := range s.Lines {
		lines[s.Lines[i].Control] = &s.Lines[i]
	}
	rank := make(map[posture.ControlID]int)
	for _, id := range score.Rank(s.Lines) {
		if l := lines[id]; l.InScore && l.Remaining() > 0 {
			rank[id] = len(rank) + 1
		}
	}
	return rank
}

// Overview implements portalapi.Reader.
func (p *Portal) Overview(ctx context.Context, tenant posture.TenantID, days portalapi.Range) (portalapi.Overview, error) {
	var o portalapi.Overview
	pic, err := p.look(ctx, tenant, func(ctx context.Context, r *store.Reader, pic *picture) error {
		trend, err := trend(ctx, r, tenant, pic.scoring.Catalog, days)
		o.Trend = trend
		return err
	})
	if err != nil {
		return portalapi.Overview{}, err
	}
	o.Tenant, o.CalculatedAt = tenantOf(pic.tenant), pic.calculated()
	total := pic.scoring.Score
	o.Score, o.Coverage = scoreOf(total.Total), portalapi.NewCoverage(total.Total)
	for _, c := range posture.Categories() {
		o.Categories = append(o.Categories, partOf(string(c), total.Categories[c]))
	}
	for _, name := range products(total) {
		o.Products = append(o.Products, partOf(name, total.Products[name]))
	}
	actions := pic.actions()
	o.Review, o.Top = review(actions), top(actions)
	o.Microsoft = pic.microsoft.overview(pic.scoring.Catalog)
	o.Sources = pic.sources()
	return o, nil
}

func scoreOf(t score.Total) portalapi.Score {
	return portalapi.NewScore(t.Measured, t.Credited, t.Max)
}

func partOf(name string, t score.Total) portalapi.Part {
	return portalapi.Part{Name: name, Score: scoreOf(t), Coverage: portalapi.NewCoverage(t)}
}

func products(s score.Score) []string {
	names := make([]string, 0, len(s.Products))
	for name := range s.Products {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func review(actions []portalapi.Action) portalapi.Review {
	var r portalapi.Review
	for i := range actions {
		a := &actions[i]
		for _, c := range []struct {
			into *int
			is   bool
		}{
			{&r.Regressed, a.Regressed},
			{&r.ToAddress, a.Status == posture.ToAddress},
			{&r.Planned, a.Status == posture.Planned},
			{&r.RiskAccepted, a.Status == posture.RiskAccepted},
			{&r.RecentlyAdded, a.Change == portalapi.Added},
			{&r.RecentlyUpdated, a.Change == portalapi.Updated},
			{&r.NotAssessed, a.State == posture.NotAssessed},
		} {
			if c.is {
				*c.into++
			}
		}
	}
	return r
}

// top are the best ranked actions that nobody has decided about.
func top(actions []portalapi.Action) []portalapi.Action {
	list := []portalapi.Action{}
	for i := range actions {
		if a := &actions[i]; a.Rank != nil && a.Status == posture.ToAddress && len(list) < topActions {
			list = append(list, *a)
		}
	}
	return list
}

// catalogueChanges compares the catalogue in use with the one before, when it
// was adopted since the given time. Two versions are compared once: their texts
// are large, and every page asks.
func (p *Portal) catalogueChanges(ctx context.Context, r *store.Reader, tenant posture.TenantID, since time.Time) (changes, error) {
	adoptions, err := r.Catalogues.Adopted(ctx, tenant)
	if err != nil || len(adoptions) < 2 || adoptions[0].At.Before(since) {
		return nil, err
	}
	pair := versions{adoptions[1].Version, adoptions[0].Version}
	p.mu.Lock()
	known, ok := p.compared[pair]
	p.mu.Unlock()
	if ok {
		return known, nil
	}
	before, err := r.Catalogues.Catalogue(ctx, tenant, pair.before)
	if err != nil {
		return nil, err
	}
	now, err := r.Catalogues.Catalogue(ctx, tenant, pair.now)
	if err != nil {
		return nil, err
	}
	added, updated, err := catalog.Compare(before, now)
	if err != nil {
		return nil, err
	}
	found := make(changes, len(added)+len(updated))
	for _, id := range added {
		found[id] = portalapi.Added
	}
	for _, id := range updated {
		found[id] = portalapi.Updated
	}
	p.mu.Lock()
	p.compared[pair] = found
	p.mu.Unlock()
	return found, nil
}
