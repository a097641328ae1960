// SPDX-License-Identifier: Apache-2.0

package job

import (
	"context"
	"fmt"

	"securescore/internal/assess"
	"securescore/internal/store"
)

// Posture are the kinds of work that keep the scores of tenants what they
// should be. Each commits its results together with its lease.
func Posture(a *assess.Assessor) []Kind {
	ending := func(do func(context.Context, store.Lease) error) Handler {
		return func(ctx context.Context, l store.Lease) (bool, error) {
			err := do(ctx, l)
			return err == nil, err
		}
	}
	return []Kind{
		{Name: assess.ExpiryWork, Do: ending(a.Renew)},
		{Name: a.CatalogueWork(), Do: ending(a.Renew)},
		{Name: assess.MonthsWork, Do: ending(a.KeepMonths)},
	}
}

// Plan puts the work that tenants need when a process begins to look after
// them. Several processes may do it at once.
func Plan(ctx context.Context, s store.Store, a *assess.Assessor) error {
	tenants, err := s.Across().Tenants.List(ctx)
	if err != nil {
		return err
	}
	var ensure, put []store.Work
	for i := range tenants {
		e, p, err := a.Plan(ctx, tenants[i].ID)
		if err != nil {
			return fmt.Errorf("plan the work of tenant %s: %w", tenants[i].ID, err)
		}
		ensure, put = append(ensure, e...), append(put, p...)
	}
	if err := s.Across().Works.Ensure(ctx, ensure); err != nil {
		return err
	}
	return s.Across().Works.Put(ctx, put)
}
