// SPDX-License-Identifier: Apache-2.0

package relational

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"securescore/internal/posture"
	"securescore/internal/store"
)

// leases implements store.Leases.
type leases struct{ *Store }

// How far the clock may go back before that is a step, and how long it may go
// on before that is noted, in microseconds. In between a step back looks that
// much smaller than it is.
const (
	stepBack = int64(10 * time.Second / time.Microsecond)
	noteAge  = int64(time.Minute / time.Microsecond)
)

// window is how many works that are due are looked at for each one that is
// taken, where some may be over a limit.
const window = 4

// clock is the storage's time.
func clock(ctx context.Context, w *work, now func() time.Time) (micro int64, err error) {
	err = w.one(ctx, "lease now", []any{&micro}, micros(now()))
	return micro, err
}

// watchedClock is clock, and moves back what counts from it when it has stepped
// back.
func watchedClock(ctx context.Context, w *work, now func() time.Time) (int64, error) {
	micro, err := clock(ctx, w, now)
	if err != nil {
		return 0, err
	}
	var seen int64
	if err := w.one(ctx, "lease seen", []any{&seen}); err != nil {
		return 0, err
	}
	back := seen - micro
	if back <= stepBack && -back <= noteAge {
		return micro, nil
	}
	n, err := w.exec(ctx, "lease see", micro, seen)
	if err == nil && n > 0 && back > stepBack {
		_, err = w.exec(ctx, "lease step back", back)
	}
	return micro, err
}

// Take implements store.Leases.
func (s leases) Take(ctx context.Context, t store.Taking) (list []store.Lease, err error) {
	if err := t.Check(); err != nil {
		return nil, fmt.Errorf("take work: %w", err)
	}
	if t.Most <= 0 || len(t.Kinds) == 0 {
		return nil, nil
	}
	limited, wanted, err := ask(t.Kinds)
	if err != nil {
		return nil, err
	}
	limit, look := t.Tenant, t.Most
	if limit > 0 || limited {
		limited, look = true, window*t.Most
	}
	if limit <= 0 {
		limit = math.MaxInt32
	}
	err = s.across(ctx, true, func(w *work) error {
		if limited {
			if _, err := w.exec(ctx, "lease limit"); err != nil {
				return err
			}
		}
		now, err := watchedClock(ctx, w, s.now)
		if err != nil {
			return err
		}
		list, err = all(ctx, w, "lease take", readLease, wanted, now, now, limit, look, limit, t.Owner, now, now+t.Length.Microseconds(), t.Most)
		return err
	})
	if err != nil {
		return nil, err
	}
	for i := range list {
		list[i].Owner = t.Owner
	}
	slices.SortFunc(list, func(a, b store.Lease) int {
		return cmp.Or(a.Due.Compare(b.Due), strings.Compare(string(a.Tenant), string(b.Tenant)), strings.Compare(string(a.Kind), string(b.Kind)), strings.Compare(a.Key, b.Key))
	})
	return list, nil
}

// ask writes which kinds are wanted, and how many of each may run.
func ask(kinds []store.KindLimit) (limited bool, text string, err error) {
	type want struct {
		Kind string `json:"kind"`
		Most int    `json:"most"`
	}
	wants := make([]want, len(kinds))
	for i, k := range kinds {
		wants[i] = want{string(k.Kind), math.MaxInt32}
		if k.Most > 0 {
			limited, wants[i].Most = true, k.Most
		}
	}
	data, err := json.Marshal(wants)
	if err != nil {
		return false, "", fmt.Errorf("write the kinds of work: %w", err)
	}
	return limited, string(data), nil
}

func readLease(row scanner) (l store.Lease, err error) {
	var due, until, period int64
	err = row.Scan(&l.Tenant, &l.Kind, &l.Key, &due, &until, &period, &l.Fence, &l.Attempts, &l.Cursor, &l.Progress)
	l.Due, l.Until, l.Every = at(due), at(until), time.Duration(period)*time.Microsecond
	return l, err
}

// Extend implements store.Leases.
func (s leases) Extend(ctx context.Context, length time.Duration, list []store.Lease) ([]store.Lease, error) {
	return s.each(ctx, list, func(w *work, now int64, text string) ([]store.WorkID, error) {
		return all(ctx, w, "lease extend", readWorkID, now+length.Microseconds(), text)
	})
}

// Finish implements store.Leases.
func (s leases) Finish(ctx context.Context, list []store.Lease) ([]store.Lease, error) {
	return s.each(ctx, list, func(w *work, now int64, text string) (ended []store.WorkID, err error) {
		once := func(l store.Lease) bool { return l.Every == 0 }
		if slices.ContainsFunc(list, once) {
			if ended, err = all(ctx, w, "lease finish once", readWorkID, text); err != nil || len(ended) == len(list) {
				return ended, err
			}
		}
		more, err := all(ctx, w, "lease finish again", readWorkID, now, text)
		return append(ended, more...), err
	})
}

// GiveBack implements store.Leases.
func (s leases) GiveBack(ctx context.Context, list []store.Lease) ([]store.Lease, error) {
	return s.each(ctx, list, func(w *work, now int64, text string) ([]store.WorkID, error) {
		return all(ctx, w, "lease give back", readWorkID, now, text)
	})
}

// each runs something about leases and returns those that it found no more.
func (s leases) each(ctx context.Context, list []store.Lease, run func(w *work, now int64, text string) ([]store.WorkID, error)) ([]store.Lease, error) {
	if len(list) == 0 {
		return nil, nil
	}
	text, err := name(list)
	if err != nil {
		return nil, err
	}
	var found []store.WorkID
	err = s.across(ctx, true, func(w *work) error {
		now, err := clock(ctx, w, s.now)
		if err == nil {
			found, err = run(w, now, text)
		}
		return err
	})
	if err != nil || len(found) == len(list) {
		return nil, err
	}
	held := make(map[store.WorkID]bool, len(found))
	for _, id := range found {
		held[id] = true
	}
	return slices.DeleteFunc(slices.Clone(list), func(l store.Lease) bool { return held[l.WorkID] }), nil
}

// name writes which leases are meant.
func name(list []store.Lease) (string, error) {
	type lease struct {
		Tenant string `json:"tenant"`
		Kind   string `json:"kind"`
		Key    string `json:"key"`
		Fence  int64  `json:"fence"`
	}
	names := make([]lease, len(list))
	for i := range list {
		l := &list[i]
		names[i] = lease{string(l.Tenant), string(l.Kind), l.Key, l.Fence}
	}
	data, err := json.Marshal(names)
	if err != nil {
		return "", fmt.Errorf("name the leases: %w", err)
	}
	return string(data), nil
}

func readWorkID(row scanner) (id store.WorkID, err error) {
	err = row.Scan(&id.Tenant, &id.Kind, &id.Key)
	return id, err
}

// Fail implements store.Leases.
func (s leases) Fail(ctx context.Context, failures []store.Failure) (lost []store.Lease, err error) {
	err = s.across(ctx, true, func(w *work) error {
		lost = nil
		for i := range failures {
			held, err := s.fail(ctx, w, &failures[i])
			if err != nil {
				return err
			}
			if !held {
				lost = append(lost, failures[i].Lease)
			}
		}
		return nil
	})
	return lost, err
}

func (s leases) fail(ctx context.Context, w *work, f *store.Failure) (held bool, err error) {
	number, err := workPlace(ctx, w, f.Lease.Tenant)
	if errors.Is(err, posture.ErrNotFound) {
		return false, nil // it went with its tenant
	}
	if err != nil {
		return false, err
	}
	now, err := clock(ctx, w, s.now)
	if err != nil {
		return false, err
	}
	query, args := "lease fail for good", []any{}
	if f.Next != nil {
		ready, floating := when(*f.Next, now)
		query, args = "lease fail", []any{ready, floating}
	}
	n, err := w.exec(ctx, query, append(args, f.Fault, now, number, string(f.Lease.Kind), f.Lease.Key, f.Lease.Fence)...)
	return n > 0, err
}

// workPlace is the number under which work is kept: that of its tenant, or 0
// for the installation.
func workPlace(ctx context.Context, w *work, tenant posture.TenantID) (number int64, err error) {
	if tenant == "" {
		return 0, nil
	}
	if err := w.one(ctx, "tenant number", []any{&number}, string(tenant)); err != nil {
		return 0, fmt.Errorf("tenant %s: %w", tenant, err)
	}
	return number, nil
}

// when is a due time, and 1 when it counts from the clock.
func when(d store.Due, now int64) (ready, floating int64) {
	if d.At.IsZero() {
		return now + d.In.Microseconds(), 1
	}
	return micros(d.At), 0
}
