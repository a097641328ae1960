// SPDX-License-Identifier: Apache-2.0

package relational

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"securescore/internal/posture"
	"securescore/internal/store"
)

// holder does what the holder of a lease may do within a transaction, and puts
// work.
type holder struct {
	*work

	now func() time.Time
}

// put runs a query that adds work.
func (h holder) put(ctx context.Context, query string, number int64, w *store.Work) (int64, error) {
	if err := w.Check(); err != nil {
		return 0, fmt.Errorf("put work %s: %w", w.WorkID, err)
	}
	now, err := clock(ctx, h.work, h.now)
	if err != nil {
		return 0, err
	}
	ready, floating := when(w.Due, now)
	return h.exec(ctx, query, number, string(w.Kind), w.Key, ready, floating, w.Every.Microseconds(), now)
}

func (h holder) finish(ctx context.Context, number int64, l *store.Lease, next *store.Due) error {
	now, err := clock(ctx, h.work, h.now)
	if err != nil {
		return err
	}
	of := []any{number, string(l.Kind), l.Key, l.Fence}
	if next != nil {
		ready, floating := when(*next, now)
		return held(l)(h.exec(ctx, "lease one next", append([]any{ready, ready, floating}, of...)...))
	}
	if l.Every == 0 {
		if n, err := h.exec(ctx, "lease one done", of...); err != nil || n > 0 {
			return err
		}
	}
	return held(l)(h.exec(ctx, "lease one again", append([]any{now}, of...)...))
}

func (h holder) progress(ctx context.Context, number int64, l *store.Lease, cursor, progress string) error {
	return held(l)(h.exec(ctx, "lease one progress", cursor, progress, number, string(l.Kind), l.Key, l.Fence))
}

// held refuses whoever does not hold the lease any more.
func held(l *store.Lease) func(n int64, err error) error {
	return func(n int64, err error) error {
		if err == nil && n == 0 {
			err = fmt.Errorf("work %s: %w: the lease was lost", l.WorkID, posture.ErrConflict)
		}
		return err
	}
}

// tenantWork implements store.TenantWork.
type tenantWork struct {
	*bound

	holder holder
}

func (b *bound) tenantWork() tenantWork { return tenantWork{b, holder{b.work, b.now}} }

// Put implements store.TenantWork.
func (b tenantWork) Put(ctx context.Context, tenant posture.TenantID, w store.Work) error {
	if err := errors.Join(b.own(tenant), b.own(w.Tenant)); err != nil {
		return err
	}
	_, err := b.holder.put(ctx, "lease put", b.number, &w)
	return err
}

// Withdraw implements store.TenantWork.
func (b tenantWork) Withdraw(ctx context.Context, tenant posture.TenantID, kind store.WorkKind, key string) error {
	if err := b.own(tenant); err != nil {
		return err
	}
	_, err := b.exec(ctx, "lease withdraw", b.number, string(kind), key)
	return err
}

// Finish implements store.TenantWork.
func (b tenantWork) Finish(ctx context.Context, tenant posture.TenantID, l store.Lease, next *store.Due) error {
	if err := errors.Join(b.own(tenant), b.own(l.Tenant)); err != nil {
		return err
	}
	return b.holder.finish(ctx, b.number, &l, next)
}

// Progress implements store.TenantWork.
func (b tenantWork) Progress(ctx context.Context, tenant posture.TenantID, l store.Lease, cursor, progress string) error {
	if err := errors.Join(b.own(tenant), b.own(l.Tenant)); err != nil {
		return err
	}
	return b.holder.progress(ctx, b.number, &l, cursor, progress)
}

// installationWork implements store.InstallationWork.
type installationWork struct {
	desk   *desk
	holder holder
}

func (i installationWork) mine(id store.WorkID) error {
	if id.Tenant != "" {
		return fmt.Errorf("work %s: %w: it belongs to a tenant", id, posture.ErrForbidden)
	}
	return i.desk.writable()
}

// Put implements store.InstallationWork.
func (i installationWork) Put(ctx context.Context, w store.Work) error {
	if err := i.mine(w.WorkID); err != nil {
		return err
	}
	_, err := i.holder.put(ctx, "lease put", 0, &w)
	return err
}

// Finish implements store.InstallationWork.
func (i installationWork) Finish(ctx context.Context, l store.Lease, next *store.Due) error {
	if err := i.mine(l.WorkID); err != nil {
		return err
	}
	return i.holder.finish(ctx, 0, &l, next)
}

// Progress implements store.InstallationWork.
func (i installationWork) Progress(ctx context.Context, l store.Lease, cursor, progress string) error {
	if err := i.mine(l.WorkID); err != nil {
		return err
	}
	return i.holder.progress(ctx, 0, &l, cursor, progress)
}

// works implements store.Works.
type works struct{ *Store }

// Put implements store.Works.
func (s works) Put(ctx context.Context, list []store.Work) error {
	return s.putAll(ctx, "lease put", list)
}

// Ensure implements store.Works.
func (s works) Ensure(ctx context.Context, list []store.Work) error {
	return s.putAll(ctx, "lease ensure", list)
}

func (s works) putAll(ctx context.Context, query string, list []store.Work) error {
	return s.across(ctx, true, func(w *work) error {
		h := holder{w, s.now}
		for i := range list {
			number, err := workPlace(ctx, w, list[i].Tenant)
			if err != nil {
				return err
			}
			if _, err := h.put(ctx, query, number, &list[i]); err != nil {
				return err
			}
		}
		return nil
	})
}

// mostListed is how many works a list has when nobody says.
const mostListed = 1000

// List implements store.Works.
func (s works) List(ctx context.Context, q store.WorkQuery) (list []store.WorkStatus, err error) {
	if q.Limit <= 0 {
		q.Limit = mostListed
	}
	state, kind, tenant := string(q.State), string(q.Kind), string(q.Tenant)
	err = s.across(ctx, false, func(w *work) error {
		now, err := clock(ctx, w, s.now)
		if err != nil {
			return err
		}
		list, err = all(ctx, w, "lease list", readWorkStatus, now, state, state, kind, kind, tenant, tenant, q.Limit)
		return err
	})
	return list, err
}

func readWorkStatus(row scanner) (v store.WorkStatus, err error) {
	var ready, since0, failed sql.NullInt64
	var period int64
	err = row.Scan(&v.Tenant, &v.Kind, &v.Key, &v.State, &ready, &period, &v.Owner, &since0, &v.Attempts, &v.Cursor, &v.Progress, &v.Fault, &failed)
	v.Ready, v.FailedAt, v.Every = since(ready), since(failed), time.Duration(period)*time.Microsecond
	if v.State == store.WorkRunning {
		v.Since = since(since0)
	} else {
		v.Owner = ""
	}
	return v, err
}

// Cancel implements store.Works.
func (s works) Cancel(ctx context.Context, id store.WorkID, why string) error {
	return s.turn(ctx, id, "cancel", func(w *work, number, now int64) (int64, error) {
		return w.exec(ctx, "lease cancel", why, now, number, string(id.Kind), id.Key)
	})
}

// Restart implements store.Works.
func (s works) Restart(ctx context.Context, id store.WorkID) error {
	return s.turn(ctx, id, "restart", func(w *work, number, now int64) (int64, error) {
		return w.exec(ctx, "lease restart", now, number, string(id.Kind), id.Key)
	})
}

// turn brings work from life to death or back.
func (s works) turn(ctx context.Context, id store.WorkID, what string, run func(w *work, number, now int64) (int64, error)) error {
	err := s.across(ctx, true, func(w *work) error {
		number, err := workPlace(ctx, w, id.Tenant)
		if err != nil {
			return err
		}
		now, err := clock(ctx, w, s.now)
		if err != nil {
			return err
		}
		n, err := run(w, number, now)
		if err != nil || n > 0 {
			return err
		}
		var dead int64
		if err := w.one(ctx, "lease dead", []any{&dead}, number, string(id.Kind), id.Key); err != nil {
			return err
		}
		if dead == 1 {
			return fmt.Errorf("%w: it is dead", posture.ErrConflict)
		}
		return fmt.Errorf("%w: it is not dead", posture.ErrConflict)
	})
	if err != nil {
		return fmt.Errorf("%s work %s: %w", what, id, err)
	}
	return nil
}
