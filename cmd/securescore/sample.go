// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"time"

	"securescore/internal/assess"
	"securescore/internal/posture"
	"securescore/internal/sample"
	"securescore/internal/store"
)

// sampleTenant is the id of the sample organisation in every data folder.
const sampleTenant posture.TenantID = "5a3c1e00-0000-4000-8000-000000000001"

// makeSample makes the sample organisation with its history up to today,
// unless it is there. One that was left half made, because the program was
// stopped meanwhile, is made anew.
func (e *env) makeSample(ctx context.Context, s store.Store, a *assess.Assessor) error {
	whole, err := e.sampleIsWhole(ctx, s)
	if err != nil || whole {
		return err
	}
	bar := e.progress("making the sample organisation")
	defer bar.done()
	tenant := store.Tenant{ID: sampleTenant, Name: sample.Name, Domain: sample.Domain, Sample: true, Created: e.now().UTC()}
	if err := e.addTenant(ctx, s, tenant, false); err != nil {
		return fmt.Errorf("make the sample organisation: %w", err)
	}
	before := assess.NewAssessor(s, a.Catalogue().Without(sample.Later()...), e.now)
	var replayed error
	err = sample.History(sample.LastDay(e.now()), func(m sample.Moment) bool {
		assessor := before
		if m.Adopted {
			assessor = a
		}
		bar.say("making the sample organisation: " + m.At.Format(time.DateOnly))
		_, replayed = assessor.Replay(ctx, sampleTenant, m.Decisions, m.Evidence)
		return replayed == nil
	})
	if err == nil {
		err = replayed
	}
	if err != nil {
		return fmt.Errorf("make the sample organisation: %w", err)
	}
	return nil
}

// sampleIsWhole reports whether the sample organisation is there up to the day
// on which it was made; a part of one is removed.
func (e *env) sampleIsWhole(ctx context.Context, s store.Store) (bool, error) {
	tenants, err := s.Across().Tenants.List(ctx)
	if err != nil {
		return false, err
	}
	for i := range tenants {
		t := &tenants[i]
		if t.ID != sampleTenant {
			continue
		}
		var last time.Time
		err := s.View(ctx, t.ID, func(ctx context.Context, r *store.Reader) error {
			runs, err := r.Runs.Runs(ctx, t.ID, 0, 1)
			if len(runs) > 0 {
				last = runs[0].At
			}
			return err
		})
		if err != nil {
			return false, err
		}
		if !last.Before(sample.LastDay(t.Created)) {
			return true, nil
		}
		return false, e.removeTenant(ctx, s, t.ID)
	}
	return false, nil
}
