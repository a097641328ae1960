// SPDX-License-Identifier: Apache-2.0

package assess

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"securescore/internal/ledger"
	"securescore/internal/posture"
	"securescore/internal/store"
)

// picture is what is known of a tenant between two runs. It can always be
// loaded from the store; keeping it saves reading what this process has just
// written.
type picture struct {
	sequence  int64     // of the change feed; another one means that it is outdated
	at        time.Time // run.time of the rules
	effective time.Time // up to when decisions have been looked at
	evidence  *posture.Evidence
	positions map[posture.ControlID]Position
	kinds     map[posture.Kind]*roll
	decisions []store.Decision
	facts     *ledger.Facts
	adopted   string    // catalogue version; empty at first
	stale     time.Time // the evidence of a live source becomes stale after it; zero for never
	// left says that a run of this process left the picture: it knows the
	// ordinals of every kind, and the scoring is that of the positions.
	left    bool
	scoring *Scoring // nil when it was loaded and not scored yet
}

// roll are the entities of one kind with their ordinals, in the order of the
// table's rows.
type roll struct {
	keys, names []string
	ordinals    []uint32
}

func (r *roll) same(keys, names []string) bool {
	return r != nil && slices.Equal(r.keys, keys) && slices.Equal(r.names, names)
}

// loadPicture reads the picture of a tenant.
func loadPicture(ctx context.Context, r *store.Reader, tenant posture.TenantID, live Live) (*picture, error) {
	p := &picture{positions: make(map[posture.ControlID]Position), kinds: make(map[posture.Kind]*roll)}
	evidence, err := r.Evidence.Latest(ctx, tenant)
	if err != nil {
		return nil, fmt.Errorf("read the latest evidence: %w", err)
	}
	p.evidence = evidence
	runs, err := r.Runs.Runs(ctx, tenant, 0, 1)
	if err != nil {
		return nil, fmt.Errorf("read the last run: %w", err)
	}
	if len(runs) > 0 {
		p.at = runs[0].At
	}
	current, err := r.Assessments.Full(ctx, tenant)
	if err != nil {
		return nil, fmt.Errorf("read the current assessments: %w", err)
	}
	for i := range current {
		c := &current[i]
		p.positions[c.Assessment.Control] = Position{Frame: parseFrame(c.Frame), Outcomes: c.Outcomes, Standing: c.Standing}
	}
	if p.decisions, err = r.Decisions.Open(ctx, tenant); err != nil {
		return nil, fmt.Errorf("read the decisions: %w", err)
	}
	facts, err := r.Ledger.Facts(ctx, tenant, ledger.Own)
	if err != nil && !errors.Is(err, posture.ErrNotFound) {
		return nil, fmt.Errorf("read the facts: %w", err)
	}
	p.facts = facts.Facts
	p.effective = p.at
	for i := range p.decisions {
		p.effective = later(p.effective, p.decisions[i].At)
	}
	last, err := lastEntry(ctx, r, tenant)
	if err != nil {
		return nil, err
	}
	if last != nil {
		p.effective = later(p.effective, last.Effective)
	}
	if len(live) > 0 {
		sets, err := r.Evidence.Sets(ctx, tenant)
		if err != nil {
			return nil, fmt.Errorf("read the ages of the evidence: %w", err)
		}
		p.evidence, p.stale = live.expire(p.evidence, sets, p.effective)
	}
	adoptions, err := r.Catalogues.Adopted(ctx, tenant)
	if err != nil {
		return nil, fmt.Errorf("read the adopted catalogues: %w", err)
	}
	if len(adoptions) > 0 {
		p.adopted = adoptions[0].Version
	}
	return p, nil
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// lastEntry is the newest entry of a tenant's own series, nil when it is empty.
func lastEntry(ctx context.Context, r *store.Reader, tenant posture.TenantID) (*ledger.Entry, error) {
	head, err := r.Ledger.Head(ctx, tenant, ledger.Own)
	if err != nil || head.Sequence == 0 {
		return nil, err
	}
	entries, err := r.Ledger.Entries(ctx, tenant, ledger.Own, head.Sequence-1, 1)
	if err != nil || len(entries) == 0 {
		return nil, err
	}
	return &entries[0], nil
}
