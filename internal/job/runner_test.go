// SPDX-License-Identifier: Apache-2.0

package job_test

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"securescore/internal/job"
	"securescore/internal/store"
)

// desk gives out leases and notes what becomes of them.
type desk struct {
	mu      sync.Mutex
	waiting []store.Lease
	held    map[store.WorkID]bool
	log     []string
	deaf    error         // what Extend fails with
	stolen  bool          // Extend finds nothing any more
	over    chan struct{} // closed when the runner is gone
}

func (d *desk) add(n int, attempts int) {
	for i := range n {
		d.waiting = append(d.waiting, store.Lease{WorkID: store.WorkID{Kind: "test", Key: strconv.Itoa(i)}, Fence: int64(i), Attempts: attempts})
	}
}

func (d *desk) note(what string, list []store.Lease) {
	for _, l := range list {
		d.log = append(d.log, what+" "+l.Key)
		if what != "extend" {
			delete(d.held, l.WorkID)
		}
	}
}

// Take implements store.Leases.
func (d *desk) Take(_ context.Context, t store.Taking) ([]store.Lease, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	n := min(t.Most, len(d.waiting))
	list := d.waiting[:n]
	d.waiting = d.waiting[n:]
	for i := range list {
		if d.held == nil {
			d.held = make(map[store.WorkID]bool)
		}
		d.held[list[i].WorkID] = true
	}
	return list, nil
}

// Extend implements store.Leases.
func (d *desk) Extend(_ context.Context, _ time.Duration, list []store.Lease) ([]store.Lease, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	switch {
	case d.deaf != nil:
		return nil, d.deaf
	case d.stolen:
		return list, nil
	}
	d.note("extend", list)
	return nil, nil
}

// Finish implements store.Leases.
func (d *desk) Finish(_ context.Context, list []store.Lease) ([]store.Lease, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.note("finish", list)
	return nil, nil
}

// Fail implements store.Leases.
func (d *desk) Fail(_ context.Context, list []store.Failure) ([]store.Lease, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, f := range list {
		next := "dead"
		if f.Next != nil {
			next = f.Next.In.String()
		}
		d.note(fmt.Sprintf("fail %q %s", f.Fault, next), []store.Lease{f.Lease})
	}
	return nil, nil
}

// GiveBack implements store.Leases.
func (d *desk) GiveBack(_ context.Context, list []store.Lease) ([]store.Lease, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.note("give back", list)
	return nil, nil
}

// running runs a runner in a bubble of fake time and stops it after a while.
func (d *desk) running(t *testing.T, after time.Duration, do job.Handler) (reports []job.Report) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		d.over = make(chan struct{})
		defer close(d.over)
		zero := time.Unix(0, 0)
		ctx, stop := context.WithTimeout(t.Context(), after)
		defer stop()
		job.New(job.Config{
			Leases: d, Owner: "a", Kinds: []job.Kind{{Name: "test", Do: do, Policy: job.Policy{Base: time.Minute, Longest: time.Hour, Attempts: 3}}},
			Now: func() time.Time { return zero.Add(time.Since(zero)) }, Random: func() float64 { return 0.5 }, Workers: 3, Length: 30 * time.Second,
			Report: func(r job.Report) { reports = append(reports, r) },
		}).Run(ctx)
	})
	return reports
}

func want(t *testing.T, d *desk, log ...string) {
	t.Helper()
	if diff := cmp.Diff(log, d.log); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestWorkIsDoneAndFinished(t *testing.T) {
	t.Parallel()
	var d desk
	d.add(50, 1)
	var now, most, done atomic.Int64
	reports := d.running(t, time.Minute, func(context.Context, store.Lease) (bool, error) {
		most.Store(max(most.Load(), now.Add(1)))
		<-time.After(time.Millisecond)
		now.Add(-1)
		done.Add(1)
		return false, nil
	})
	if most.Load() != 3 || done.Load() != 50 || len(d.log) != 50 || len(d.held) != 0 || len(reports) != 50 {
		t.Errorf("got %d at once, %d done, %d finished, %d held, %d reports", most.Load(), done.Load(), len(d.log), len(d.held), len(reports))
	}
	if reports[0].Took != time.Millisecond || reports[0].Err != nil {
		t.Errorf("got %+v", reports[0])
	}
}

// A handler that ended its lease itself leaves nothing to do.
func TestEndedByTheHandler(t *testing.T) {
	t.Parallel()
	var d desk
	d.add(1, 1)
	d.running(t, time.Minute, func(context.Context, store.Lease) (bool, error) { return true, nil })
	want(t, &d)
}

func TestFailures(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		attempt int
		do      job.Handler
		want    string
	}{
		{1, func(context.Context, store.Lease) (bool, error) { return false, errors.New("no answer") }, `fail "no answer" 30s 0`},
		{2, func(context.Context, store.Lease) (bool, error) { return true, errors.New("not committed") }, `fail "not committed" 1m0s 0`},
		{3, func(context.Context, store.Lease) (bool, error) { return false, errors.New("no answer") }, `fail "no answer" dead 0`},
		{1, func(context.Context, store.Lease) (bool, error) { panic("nil map") }, `fail "it panicked: nil map" 30s 0`},
		{4, func(context.Context, store.Lease) (bool, error) { return false, nil }, `fail "it ended 3 times without a result, as when a process is killed" dead 0`},
		{1, func(context.Context, store.Lease) (bool, error) { return false, errors.New(strings.Repeat("é", 999)) }, `fail "` + strings.Repeat("é", 500) + `" 30s 0`},
	} {
		var d desk
		d.add(1, c.attempt)
		d.running(t, time.Second, c.do)
		want(t, &d, c.want)
	}
}

func TestLeasesAreExtended(t *testing.T) {
	t.Parallel()
	var d desk
	d.add(1, 1)
	reports := d.running(t, time.Hour, func(ctx context.Context, _ store.Lease) (bool, error) {
		select {
		case <-ctx.Done():
			return false, context.Cause(ctx)
		case <-time.After(65 * time.Second):
			return false, nil
		}
	})
	want(t, &d, "extend 0", "extend 0", "extend 0", "extend 0", "extend 0", "extend 0", "finish 0")
	if len(reports) != 1 || reports[0].Err != nil {
		t.Errorf("got %+v", reports)
	}
}

// A handler never goes on under a lease that could not be extended.
func TestALostLeaseStopsItsHandler(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		desk *desk
		at   time.Duration
	}{
		"the store cannot be reached": {&desk{deaf: errors.New("no route")}, 30 * time.Second},
		"another took over":           {&desk{stolen: true}, 10 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c.desk.add(1, 1)
			reports := c.desk.running(t, time.Hour, func(ctx context.Context, _ store.Lease) (bool, error) {
				<-ctx.Done()
				return false, ctx.Err()
			})
			want(t, c.desk)
			if len(reports) != 1 || !errors.Is(reports[0].Err, job.ErrLost) || reports[0].Took != c.at {
				t.Errorf("got %+v, want that it was lost after %v", reports, c.at)
			}
		})
	}
}

func TestStoppingGivesBack(t *testing.T) {
	t.Parallel()
	var d desk
	d.add(3, 1)
	d.running(t, 5*time.Second, func(ctx context.Context, l store.Lease) (bool, error) {
		switch l.Key {
		case "0": // ends when it is told to
			<-ctx.Done()
			return false, ctx.Err()
		case "1": // brings its work to an end
			<-time.After(7 * time.Second)
			return false, nil
		default: // hears nothing
			<-d.over
			return false, nil
		}
	})
	want(t, &d, "give back 0", "finish 1", "extend 2")
}
