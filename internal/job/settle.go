// SPDX-License-Identifier: Apache-2.0

package job

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"securescore/internal/posture"
	"securescore/internal/store"
)

// maxFault bounds what is kept of a fault, in bytes.
const maxFault = 1000

// settling bounds how long the store may take to end leases of a process that
// stops.
const settling = 5 * time.Second

// settle ends the leases of attempts. When that fails they run out, and the
// works are done again.
func (r *Runner) settle(ctx context.Context, list []attempt) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), settling)
	defer cancel()
	var done, back []store.Lease
	var failed []store.Failure
	for i := range list {
		a := &list[i]
		why := a.cause()
		r.forget(a)
		report := Report{Lease: a.lease, Took: r.config.Now().Sub(a.began), Err: a.err}
		switch {
		case a.err == nil && a.ended:
		case a.err == nil:
			done = append(done, a.lease)
		case errors.Is(why, ErrLost):
			report.Err = fmt.Errorf("%w: %w", ErrLost, a.err)
		case why != nil:
			report.Err = fmt.Errorf("%w: %w", errStopped, a.err)
			back = append(back, a.lease)
		default:
			f := r.failure(a)
			report.Dead = f.Next == nil
			failed = append(failed, f)
		}
		r.config.Report(report)
		r.tell(ctx, &report)
	}
	var faults []error
	if len(done) > 0 {
		faults = append(faults, second(r.config.Leases.Finish(ctx, done)))
	}
	if len(failed) > 0 {
		faults = append(faults, second(r.config.Leases.Fail(ctx, failed)))
	}
	if len(back) > 0 {
		faults = append(faults, second(r.config.Leases.GiveBack(ctx, back)))
	}
	if err := errors.Join(faults...); err != nil {
		r.config.Log.ErrorContext(ctx, "leases could not be ended; they run out by themselves", "error", err)
	}
}

func second[T any](_ T, err error) error { return err }

// forget stops extending a lease.
func (r *Runner) forget(a *attempt) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if known := r.running[a.lease.WorkID]; known != nil && known.lease.Fence == a.lease.Fence {
		known.guard.Stop()
		known.cancel(nil)
		delete(r.running, a.lease.WorkID)
	}
}

func (r *Runner) failure(a *attempt) store.Failure {
	f := store.Failure{Lease: a.lease, Fault: strings.ToValidUTF8(a.err.Error(), "")}
	f.Fault = strings.ToValidUTF8(f.Fault[:min(len(f.Fault), maxFault)], "")
	policy := Usual()
	if k := r.kinds[a.lease.Kind]; k != nil {
		policy = k.Policy
	}
	if wait, again := policy.Wait(a.lease.Attempts, r.config.Random()); again {
		f.Next = &store.Due{In: wait}
	}
	return f
}

// tell writes what went wrong to the log.
func (r *Runner) tell(ctx context.Context, p *Report) {
	switch {
	case p.Err == nil || errors.Is(p.Err, errStopped):
	case errors.Is(p.Err, ErrLost):
		r.config.Log.WarnContext(ctx, "work was lost to another process, or cancelled", "work", p.Lease.String())
	case p.Dead:
		r.config.Log.ErrorContext(ctx, "work failed for the last time", "work", p.Lease.String(), "attempt", p.Lease.Attempts, "error", posture.Printable(p.Err.Error()))
	default:
		r.config.Log.WarnContext(ctx, "work failed and is tried again", "work", p.Lease.String(), "attempt", cmp.Or(p.Lease.Attempts, 1), "error", posture.Printable(p.Err.Error()))
	}
}
