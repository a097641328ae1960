// SPDX-License-Identifier: Apache-2.0

package assess_test

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"securescore/internal/assess"
	"securescore/internal/posture"
	"securescore/internal/store"
)

// Those that wait for one another are committed together; what is refused, or
// given up, among them leaves the others alone.
func TestPatchesAreCommittedTogether(t *testing.T) {
	t.Parallel()
	b := started(t)
	before := b.stored(t)
	release := b.assessor.Hold(tenant)
	var all sync.WaitGroup
	put := func(ctx context.Context, control posture.ControlID, s posture.Status, want error) {
		waiting := b.assessor.Waiting(tenant)
		all.Go(func() {
			if _, err := b.assessor.PatchStatus(ctx, tenant, operator(), control, assess.StatusChange{Status: &s}); !errors.Is(err, want) {
				t.Errorf("%s of %s: got %v, want %v", s, control, err, want)
			}
		})
		for b.assessor.Waiting(tenant) == waiting {
			runtime.Gosched()
		}
	}
	given, up := context.WithCancel(t.Context())
	put(t.Context(), "users_ok", posture.RiskAccepted, nil)
	put(t.Context(), "devices_ok", posture.RiskAccepted, posture.ErrConflict) // completed
	put(given, "users_ok", posture.AlternateMitigation, context.Canceled)
	put(t.Context(), "users_ok", posture.ThirdParty, nil)
	put(t.Context(), "users_ok", posture.ThirdParty, nil) // equal by then
	up()
	for b.assessor.Waiting(tenant) > 4 {
		runtime.Gosched()
	}
	release()
	all.Wait()
	after := b.stored(t)
	var statuses []posture.Status
	for i := range after.History {
		statuses = append(statuses, after.History[i].Status)
	}
	if diff := cmp.Diff([]posture.Status{posture.ThirdParty, posture.RiskAccepted}, statuses); diff != "" {
		t.Errorf("decisions, the newest first (-want +got):\n%s", diff)
	}
	if got := len(after.Changes) - len(before.Changes); got != 1 {
		t.Errorf("%d commits, want 1", got)
	}
	if got := len(after.Entries) - len(before.Entries); got != 2 {
		t.Errorf("%d entries, want 2", got)
	}
}

// When the disk refuses, nobody is told that it was done.
func TestPatchesThatFailTogether(t *testing.T) {
	t.Parallel()
	b := started(t)
	b.assessor = assess.NewAssessor(&failing{b.store}, b.assessor.Catalogue(), b.clock)
	release := b.assessor.Hold(tenant)
	var all sync.WaitGroup
	for range 3 {
		all.Go(func() {
			p, err := b.assessor.PatchStatus(t.Context(), tenant, operator(), "users_ok", assess.StatusChange{Status: new(posture.Planned)})
			if !errors.Is(err, posture.ErrUnavailable) || p.Changed {
				t.Errorf("got %v, changed %t; want %v", err, p.Changed, posture.ErrUnavailable)
			}
		})
	}
	for b.assessor.Waiting(tenant) < 3 {
		runtime.Gosched()
	}
	release()
	all.Wait()
	if s := b.stored(t); len(s.History) != 0 {
		t.Errorf("kept %v", s.History)
	}
}

// failing is a store that cannot commit.
type failing struct{ store.Store }

func (f *failing) Update(ctx context.Context, tenant posture.TenantID, fn func(context.Context, *store.Writer) error) error {
	return f.Store.Update(ctx, tenant, func(ctx context.Context, w *store.Writer) error {
		return errors.Join(fn(ctx, w), posture.ErrUnavailable)
	})
}
