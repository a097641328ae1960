// SPDX-License-Identifier: Apache-2.0

package assess

import (
	"context"
	"fmt"
	"time"

	"securescore/internal/posture"
	"securescore/internal/store"
)

// Look returns the scoring that the ledger stands at, with the model behind
// it, so that every point can be explained by the values that were read. It is
// shared and must not be changed. A tenant without evidence has a scoring in
// which nothing is assessed.
func (a *Assessor) Look(ctx context.Context, tenant posture.TenantID) (*Scoring, error) {
	s, err := a.look(ctx, tenant, false)
	if err == nil && s == nil {
		var release func()
		if release, err = a.lane(tenant).wait(ctx); err == nil {
			s, err = a.look(ctx, tenant, true)
			release()
		}
	}
	if err != nil {
		return nil, fmt.Errorf("look at %s: %w", tenant, err)
	}
	return s, nil
}

// look returns the scoring that is remembered, if it is current; else it loads
// it when told to, and returns nil when not.
func (a *Assessor) look(ctx context.Context, tenant posture.TenantID, load bool) (s *Scoring, err error) {
	err = a.store.View(ctx, tenant, func(ctx context.Context, r *store.Reader) error {
		sequence, err := r.Changes.Sequence(ctx, tenant)
		if err != nil {
			return err
		}
		if p := a.recall(tenant); p != nil && p.sequence == sequence && p.scoring != nil {
			s = p.scoring
		} else if load {
			s, err = a.load(ctx, r, tenant, sequence)
		}
		return err
	})
	return s, err
}

// load scores what is stored, at the time of the last entry: a decision that
// has expired since shows once a run has written so.
func (a *Assessor) load(ctx context.Context, r *store.Reader, tenant posture.TenantID, sequence int64) (*Scoring, error) {
	p, err := loadPicture(ctx, r, tenant, a.live)
	if err != nil {
		return nil, err
	}
	p.sequence = sequence
	p.scoring = Score(a.catalogue, p.evidence, InForce(a.catalogue.Schema, plain(p.decisions), p.effective))
	a.remember(tenant, p)
	return p.scoring, nil
}

// Outdated reports whether a tenant has to be assessed again: it was scored by
// another catalogue, or a decision has expired since.
func (a *Assessor) Outdated(ctx context.Context, tenant posture.TenantID) (bool, error) {
	age, err := a.age(ctx, tenant, a.now())
	return age.catalogue || age.expired, err
}

// age is why a tenant has to be assessed again.
type age struct{ catalogue, expired bool }

// age compares what a tenant was scored by with what holds at a time. One that
// was never scored has none.
func (a *Assessor) age(ctx context.Context, tenant posture.TenantID, now time.Time) (found age, err error) {
	err = a.store.View(ctx, tenant, func(ctx context.Context, r *store.Reader) error {
		adoptions, err := r.Catalogues.Adopted(ctx, tenant)
		if err != nil || len(adoptions) == 0 {
			return err
		}
		last, err := lastEntry(ctx, r, tenant)
		if err != nil || last == nil {
			return err
		}
		looked := last.Effective
		runs, err := r.Runs.Runs(ctx, tenant, 0, 1)
		if err != nil {
			return err
		}
		if len(runs) > 0 { // it may have found that nothing changes
			looked = later(looked, runs[0].At)
			if runs[0].Source == "" {
				looked = later(looked, runs[0].Started)
			}
		}
		decisions, err := r.Decisions.Open(ctx, tenant)
		if err != nil {
			return err
		}
		found.catalogue = adoptions[0].Version != a.catalogue.Version
		for i := range decisions {
			d := &decisions[i]
			found.expired = found.expired || (d.InForce(looked) && !d.InForce(now))
		}
		return nil
	})
	return found, err
}
