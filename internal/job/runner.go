// SPDX-License-Identifier: Apache-2.0

package job

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"securescore/internal/store"
)

// Handler does one piece of work. ended says that it has ended the lease itself,
// in the transaction with its results. Its context is cancelled when the lease
// is lost, when it could not be extended in time, and when the process stops;
// a handler that goes on all the same writes nothing through its lease.
type Handler func(ctx context.Context, l store.Lease) (ended bool, err error)

// Kind is a kind of work that a process does.
type Kind struct {
	Name   store.WorkKind
	Most   int // at once over all processes; 0 for no limit
	Policy Policy
	Do     Handler
}

// Report is what became of one attempt.
type Report struct {
	Lease store.Lease
	Took  time.Duration
	Err   error // nil for a result; wraps ErrLost when the work is another's now
	Dead  bool  // it was the last attempt
}

// Config is what a runner needs. Zero fields but the first five have a default.
type Config struct {
	Leases  store.Leases
	Owner   string // of this process alone
	Kinds   []Kind
	Now     func() time.Time
	Random  func() float64 // from 0 to below 1; may be called by one goroutine at a time
	Log     *slog.Logger
	Workers int           // at once in this process; 4
	Tenant  int           // at once for one tenant over all processes; 2
	Length  time.Duration // of a lease; 30 s
	Poll    time.Duration // how often an idle process asks; 500 ms
	Grace   time.Duration // how long handlers may take to stop; 10 s
	Report  func(Report)  // is told of every attempt, by one goroutine
}

// Why a handler's context ends.
var (
	ErrLost    = errors.New("the lease was lost")
	errStopped = errors.New("the process stops")
)

// longestPause bounds the wait while the store cannot be reached.
const longestPause = 10 * time.Second

// Runner does the work of one process.
type Runner struct {
	config Config
	kinds  map[store.WorkKind]*Kind
	asked  []store.KindLimit
	ends   chan attempt

	mu      sync.Mutex
	running map[store.WorkID]*attempt
}

// attempt is one lease and what becomes of it.
type attempt struct {
	lease  store.Lease
	began  time.Time
	cancel context.CancelCauseFunc
	guard  *time.Timer  // cancels when the lease is over
	cause  func() error // what ended its context; nil while nothing did
	ended  bool
	err    error
}

// New returns a runner.
func New(c Config) *Runner {
	fill(&c.Workers, 4)
	fill(&c.Tenant, 2)
	fill(&c.Length, 30*time.Second)
	fill(&c.Poll, 500*time.Millisecond)
	fill(&c.Grace, 10*time.Second)
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Report == nil {
		c.Report = func(Report) {}
	}
	r := &Runner{config: c, kinds: make(map[store.WorkKind]*Kind), ends: make(chan attempt, c.Workers), running: make(map[store.WorkID]*attempt)}
	for i := range c.Kinds {
		k := &c.Kinds[i]
		if k.Policy.Attempts == 0 {
			k.Policy = Usual()
		}
		r.kinds[k.Name] = k
		r.asked = append(r.asked, store.KindLimit{Kind: k.Name, Most: k.Most})
	}
	return r
}

func fill[T int | time.Duration](field *T, value T) {
	if *field == 0 {
		*field = value
	}
}

// Run takes work and does it until the context ends. Then it stops what runs,
// and gives back what did not end by itself.
func (r *Runner) Run(ctx context.Context) {
	extending, stop := context.WithCancel(context.WithoutCancel(ctx))
	var extender sync.WaitGroup
	extender.Go(func() { r.extend(extending) })
	defer func() {
		stop()
		extender.Wait()
	}()
	pause, faults := time.Duration(0), 0
	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
		case end := <-r.ends:
			r.settle(ctx, r.more(end))
		case <-time.After(pause):
		}
		room := r.config.Workers - r.load()
		if room == 0 || ctx.Err() != nil {
			pause = r.config.Length // an end comes sooner
			continue
		}
		taken, err := r.take(ctx, room)
		switch {
		case err != nil && ctx.Err() == nil:
			faults++
			r.config.Log.ErrorContext(ctx, "work could not be taken", "error", err)
			pause = r.jitter(min(r.config.Poll<<min(faults, 6), longestPause))
		case taken == 0:
			pause, faults = r.jitter(r.config.Poll), 0
		default:
			pause, faults = 0, 0
		}
	}
	r.drain(ctx)
}

// jitter is between half of d and d, so that processes do not ask together.
func (r *Runner) jitter(d time.Duration) time.Duration {
	return d/2 + time.Duration(r.config.Random()*float64(d/2))
}

func (r *Runner) load() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.running)
}

// take begins as many works as there is room for.
func (r *Runner) take(ctx context.Context, room int) (int, error) {
	began := r.config.Now()
	list, err := r.config.Leases.Take(ctx, store.Taking{
		Owner: r.config.Owner, Kinds: r.asked, Tenant: r.config.Tenant, Most: room, Length: r.config.Length,
	})
	if err != nil {
		return 0, err
	}
	for _, l := range list {
		r.start(ctx, l, began)
	}
	return len(list), nil
}

// start runs a handler. Its lease counts from before it was asked for.
func (r *Runner) start(ctx context.Context, l store.Lease, began time.Time) {
	ctx, cancel := context.WithCancelCause(ctx)
	a := &attempt{lease: l, began: began, cancel: cancel, cause: func() error { return context.Cause(ctx) }}
	a.guard = time.AfterFunc(r.left(began), func() { cancel(ErrLost) })
	r.mu.Lock()
	r.running[l.WorkID] = a
	r.mu.Unlock()
	go func() {
		ended, err := r.do(ctx, l)
		r.ends <- attempt{lease: l, began: began, cause: a.cause, ended: ended, err: err}
	}()
}

// left is how long a lease lasts that was asked for at a time.
func (r *Runner) left(asked time.Time) time.Duration {
	return r.config.Length - r.config.Now().Sub(asked)
}

// do calls the handler, whose panics are failures of this one work.
func (r *Runner) do(ctx context.Context, l store.Lease) (ended bool, err error) {
	k := r.kinds[l.Kind]
	if k == nil {
		return false, fmt.Errorf("work of kind %q was not asked for", l.Kind)
	}
	if l.Attempts > k.Policy.Attempts {
		return false, fmt.Errorf("it ended %d times without a result, as when a process is killed", l.Attempts-1)
	}
	defer func() {
		if p := recover(); p != nil {
			ended, err = false, fmt.Errorf("it panicked: %v", p)
		}
	}()
	return k.Do(ctx, l)
}

// extend keeps the leases of what runs, at a third of their length.
func (r *Runner) extend(ctx context.Context) {
	ticker := time.NewTicker(r.config.Length / 3)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			r.extendAll(ctx)
		}
	}
}

func (r *Runner) extendAll(ctx context.Context) {
	r.mu.Lock()
	list := make([]store.Lease, 0, len(r.running))
	for _, a := range r.running {
		list = append(list, a.lease)
	}
	r.mu.Unlock()
	if len(list) == 0 {
		return
	}
	asked := r.config.Now()
	ctx, cancel := context.WithTimeout(ctx, r.config.Length/3)
	defer cancel()
	lost, err := r.config.Leases.Extend(ctx, r.config.Length, list)
	if err != nil {
		if ctx.Err() == nil || errors.Is(ctx.Err(), context.DeadlineExceeded) {
			r.config.Log.WarnContext(ctx, "leases could not be extended", "error", err)
		}
		return // the guards stop what runs too long
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	gone := make(map[store.WorkID]bool, len(lost))
	for _, l := range lost {
		gone[l.WorkID] = true
	}
	for _, l := range list {
		a := r.running[l.WorkID]
		switch {
		case a == nil || a.lease.Fence != l.Fence:
		case gone[l.WorkID]:
			a.cancel(ErrLost)
		case a.guard.Stop(): // else it is over already
			a.guard.Reset(r.left(asked))
		}
	}
}

// more collects what else has ended by now.
func (r *Runner) more(first attempt) []attempt {
	list := []attempt{first}
	for {
		select {
		case next := <-r.ends:
			list = append(list, next)
		default:
			return list
		}
	}
}

// drain waits for what runs and settles it.
func (r *Runner) drain(ctx context.Context) {
	grace := time.NewTimer(r.config.Grace)
	defer grace.Stop()
	for r.load() > 0 {
		select {
		case end := <-r.ends:
			r.settle(ctx, r.more(end))
		case <-grace.C:
			r.config.Log.WarnContext(ctx, "work did not stop in time; its leases run out by themselves", "works", r.load())
			return
		}
	}
}
