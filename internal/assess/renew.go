// SPDX-License-Identifier: Apache-2.0

package assess

import (
	"context"
	"errors"
	"fmt"
	"time"

	"securescore/internal/ledger"
	"securescore/internal/posture"
	"securescore/internal/store"
)

// The kinds of work that keep a tenant's score what it should be, each with one
// work for a tenant.
const (
	// ExpiryWork is due when the passing of time changes the score next. Whoever
	// changes what decides that puts it, in the same transaction.
	ExpiryWork store.WorkKind = "assess/expiry"
	// MonthsWork fills the cache of daily totals.
	MonthsWork store.WorkKind = "cache/months"
)

// kindVersion is how much of a catalogue's version names the kind of work that
// brings tenants over to it.
const kindVersion = 12

// CatalogueWork is the kind of work that assesses a tenant under the catalogue
// of this program. A program with another one does not take it.
func (a *Assessor) CatalogueWork() store.WorkKind {
	v := a.catalogue.Version
	return store.WorkKind("assess/catalogue/" + v[:min(len(v), kindVersion)])
}

// Renew does ExpiryWork and CatalogueWork: it assesses a tenant again if that
// is called for, plans when the passing of time changes it next, and ends the
// lease, all or nothing. The error wraps posture.ErrConflict when the lease is
// not the current one any more, or when the tenant is scored by another
// program's catalogue and the work is not to change that.
//
// The time is not before that at which the work was due: by the clock of the
// storage it has come, whatever the one of this process shows.
func (a *Assessor) Renew(ctx context.Context, l store.Lease) error {
	now := later(a.now().UTC().Truncate(time.Microsecond), l.Due)
	adopt := l.Kind != ExpiryWork
	age, err := a.age(ctx, l.Tenant, now)
	if err != nil {
		return err
	}
	if age.catalogue && !adopt {
		return fmt.Errorf("assess %s again: %w: it is scored by the catalogue of another version of this program", l.Tenant, posture.ErrConflict)
	}
	_, err = a.change(ctx, l.Tenant, "assess again", func(ctx context.Context, r *run) error {
		r.started = now
		stale := !r.before.stale.IsZero() && now.After(r.before.stale)
		if !age.catalogue && !age.expired && !stale {
			r.picture = r.before
			if err := r.plan(ctx, soonest(r.before.decisions, r.before.stale, now)); err != nil {
				return err
			}
			return r.w.Work.Finish(ctx, l.Tenant, l, nil)
		}
		r.planned = true
		if err := r.assess(ctx); err != nil {
			return err
		}
		if err := r.plan(ctx, soonest(r.picture.decisions, r.picture.stale, now)); err != nil {
			return err
		}
		if age.catalogue {
			if err := r.w.Work.Put(ctx, l.Tenant, store.Work{WorkID: store.WorkID{Tenant: l.Tenant, Kind: MonthsWork}}); err != nil {
				return err
			}
		}
		return r.w.Work.Finish(ctx, l.Tenant, l, nil)
	})
	return err
}

// KeepMonths does MonthsWork: it tells the daily totals of both ledgers under
// the catalogue of this program, and ends the lease with them.
func (a *Assessor) KeepMonths(ctx context.Context, l store.Lease) error {
	today := ledger.DayOf(later(a.now(), l.Due))
	return a.store.Update(ctx, l.Tenant, func(ctx context.Context, w *store.Writer) error {
		for _, series := range ledger.AllSeries() {
			head, err := w.Ledger.Head(ctx, l.Tenant, series)
			if err != nil {
				return err
			}
			if head.Sequence == 0 {
				continue
			}
			if err := store.KeepMonths(ctx, w, Past(l.Tenant, series, a.catalogue), today); err != nil {
				return err
			}
		}
		return w.Work.Finish(ctx, l.Tenant, l, nil)
	})
}

// Plan returns the work that a tenant needs when a program begins to look after
// it: to be planned, to be brought over to its catalogue, to have its cache
// filled. Those that are already there need not be put again.
func (a *Assessor) Plan(ctx context.Context, tenant posture.TenantID) (ensure, put []store.Work, err error) {
	age, err := a.age(ctx, tenant, a.now())
	if err != nil {
		return nil, nil, err
	}
	work := func(kind store.WorkKind) store.Work {
		return store.Work{WorkID: store.WorkID{Tenant: tenant, Kind: kind}}
	}
	ensure = append(ensure, work(ExpiryWork))
	if age.catalogue {
		put = append(put, work(a.CatalogueWork()))
	}
	bare, err := a.withoutMonths(ctx, tenant)
	if bare {
		ensure = append(ensure, work(MonthsWork))
	}
	return ensure, put, err
}

// withoutMonths reports whether a ledger has entries and no cache of them.
func (a *Assessor) withoutMonths(ctx context.Context, tenant posture.TenantID) (bare bool, err error) {
	err = a.store.View(ctx, tenant, func(ctx context.Context, r *store.Reader) error {
		for _, series := range ledger.AllSeries() {
			head, err := r.Ledger.Head(ctx, tenant, series)
			if err != nil {
				return err
			}
			_, err = r.Months.LastMonth(ctx, tenant, series, a.catalogue.Version, ledger.DayOf(a.now()))
			if err != nil && !errors.Is(err, posture.ErrNotFound) {
				return err
			}
			bare = bare || (err != nil && head.Sequence > 0)
		}
		return nil
	})
	return bare, err
}

// replan plans anew when this run has changed what is next.
func (r *run) replan(ctx context.Context) error {
	if r.planned {
		return nil
	}
	at := later(r.picture.effective, r.before.effective)
	next := soonest(r.picture.decisions, r.picture.stale, at)
	if r.again || !next.Equal(soonest(r.before.decisions, r.before.stale, r.before.effective)) {
		return r.plan(ctx, next)
	}
	return nil
}

// plan lets the passing of time be looked at when it changes something next.
func (r *run) plan(ctx context.Context, next time.Time) error {
	if next.IsZero() {
		return nil // what was planned finds nothing to do
	}
	return r.w.Work.Put(ctx, r.tenant, store.Work{WorkID: store.WorkID{Tenant: r.tenant, Kind: ExpiryWork}, Due: store.Due{At: next}})
}

// soonest is when, after a time, a decision begins or ceases to count, or
// evidence becomes too old; zero for never.
func soonest(decisions []store.Decision, stale, after time.Time) (next time.Time) {
	consider := func(t time.Time) {
		if t.After(after) && (next.IsZero() || t.Before(next)) {
			next = t
		}
	}
	if !stale.IsZero() {
		consider(stale.Add(time.Microsecond)) // at its limit it is not too old yet
	}
	for i := range decisions {
		d := &decisions[i]
		if d.Pending {
			continue
		}
		consider(d.At)
		if !d.Expires.IsZero() {
			consider(d.Expires)
		}
	}
	return next
}
