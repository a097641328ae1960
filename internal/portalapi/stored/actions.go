// SPDX-License-Identifier: Apache-2.0

package stored

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"securescore/internal/assess"
	"securescore/internal/catalog"
	"securescore/internal/portalapi"
	"securescore/internal/posture"
)

// Actions implements portalapi.Reader.
func (p *Portal) Actions(ctx context.Context, tenant posture.TenantID) ([]portalapi.Action, error) {
	pic, err := p.look(ctx, tenant, nil)
	if err != nil {
		return nil, err
	}
	return pic.actions(), nil
}

// actions are all controls by rank, then those without one by title.
func (pic *picture) actions() []portalapi.Action {
	list := make([]portalapi.Action, len(pic.scoring.Outcomes))
	for i := range list {
		list[i] = pic.action(i)
	}
	slices.SortFunc(list, func(a, b portalapi.Action) int {
		return cmp.Or(cmp.Compare(order(&a), order(&b)), strings.Compare(a.Title, b.Title), strings.Compare(string(a.ID), string(b.ID)))
	})
	return list
}

func order(a *portalapi.Action) int {
	if a.Rank == nil {
		return 1 << 30
	}
	return *a.Rank
}

func (pic *picture) action(i int) portalapi.Action {
	o, l := &pic.scoring.Outcomes[i], &pic.scoring.Lines[i]
	c := o.Control
	a := portalapi.Action{
		ID: c.ID, Title: c.Title, Category: c.Category, Product: c.Product,
		Scored: c.Scoring != catalog.NotScored, Worth: l.Max, Status: l.Status, State: l.State, Listed: l.Listed(),
		Regressed: pic.regressed[c.ID] < 0, Licence: licence(o), Change: portalapi.Unchanged,
		SyncedAt: pic.synced(o), Keywords: keywords(c),
	}
	if rank, ok := pic.rank[c.ID]; ok {
		a.Rank = &rank
	}
	if l.InScore && a.Scored {
		s := portalapi.NewScore(l.Measured, l.Credited, l.Max)
		a.Score = &s
		a.Impact = portalapi.PercentOf(l.Remaining(), pic.scoring.Score.Max)
	}
	if l.Reason.Code != "" {
		reason := l.Reason
		a.Reason = &reason
	}
	if change, ok := pic.changes[c.ID]; ok {
		a.Change = change
	}
	return a
}

func licence(o *assess.Outcome) portalapi.Licence {
	switch {
	case len(o.Control.Prerequisites) == 0:
		return portalapi.LicenceNotNeeded
	case o.Frame.Plan == assess.PlanMet:
		return portalapi.LicenceMet
	case o.Frame.Plan == assess.PlanAbsent:
		return portalapi.LicenceMissing
	}
	return portalapi.LicenceUnknown
}

// synced is when the entities of a control were read, nil when they were not.
func (pic *picture) synced(o *assess.Outcome) *time.Time {
	if !o.Frame.Collected {
		return nil
	}
	at := pic.scoring.Model.Evidence.At
	if spec, ok := pic.scoring.Catalog.Schema.Kind(o.Control.Check.Entity); ok && spec.DataSet != "" {
		if set := pic.scoring.Model.Evidence.Set(spec.DataSet); set.Collected() && !set.FetchedAt.IsZero() {
			at = set.FetchedAt
		}
	}
	return &at
}

// keywords are what the list is searched by beside the title.
func keywords(c *catalog.Control) []string {
	words := slices.Clone(c.Threats)
	for _, ref := range assess.References(c) {
		words = append(words, ref.IDs...)
	}
	if words == nil {
		return []string{}
	}
	return words
}

// sources are where the evidence came from, each with what it could not give.
func (pic *picture) sources() []portalapi.Source {
	list := []portalapi.Source{}
	for i := range pic.sets {
		set := &pic.sets[i]
		at := slices.IndexFunc(list, func(s portalapi.Source) bool { return s.Name == set.Source })
		if at < 0 {
			at = len(list)
			list = append(list, portalapi.Source{Name: set.Source, State: portalapi.SourceComplete, Missing: []portalapi.MissingInput{}})
		}
		s := &list[at]
		if s.At == nil || set.FetchedAt.After(*s.At) {
			fetched := set.FetchedAt
			s.At = &fetched
		}
		why := set.Missing
		if why.Code == "" {
			s.DataSets++
			why = set.Failed
		}
		if why.Code != "" {
			s.State = portalapi.SourcePartial
			s.Missing = append(s.Missing, portalapi.MissingInput{DataSet: set.Name, Reason: why})
		}
	}
	for i := range list {
		if list[i].DataSets == 0 {
			list[i].State = portalapi.SourceFailed
		}
	}
	return list
}
