// SPDX-License-Identifier: Apache-2.0

package assess

import (
	"context"
	"fmt"
	"sync"
	"time"

	"securescore/internal/access"
	"securescore/internal/catalog"
	"securescore/internal/posture"
	"securescore/internal/score"
	"securescore/internal/store"
)

// Assessor takes evidence of tenants to their ledgers. It may be used by many
// goroutines at once.
type Assessor struct {
	store     store.Store
	catalogue *catalog.Catalog
	now       func() time.Time
	live      Live

	mu     sync.Mutex
	latest map[posture.TenantID]*picture
	lanes  map[posture.TenantID]*lane
}

// NewAssessor returns an assessor that scores by one catalogue.
func NewAssessor(s store.Store, c *catalog.Catalog, now func() time.Time) *Assessor {
	return &Assessor{
		store: s, catalogue: c, now: now,
		latest: make(map[posture.TenantID]*picture), lanes: make(map[posture.TenantID]*lane),
	}
}

// Catalogue is the catalogue that the assessor scores by.
func (a *Assessor) Catalogue() *catalog.Catalog { return a.catalogue }

// Result is what a run did.
type Result struct {
	Run     int64
	Scoring *Scoring
	Score   score.Score
	Changed []string // data sets whose content is new
	Entries int      // ledger entries written
}

// Import takes evidence in, assesses the tenant and writes what changed to its
// ledger, all or nothing. Who hands it over must be allowed to manage evidence,
// else the error is that of May. Evidence of another organisation, or older
// than what is stored, is refused with an error that wraps posture.ErrConflict.
func (a *Assessor) Import(ctx context.Context, tenant posture.TenantID, by *access.Principal, e *posture.Evidence) (Result, error) {
	if err := by.May(access.ManageEvidence, tenant); err != nil {
		return Result{}, err
	}
	return a.run(ctx, tenant, "import evidence", func(ctx context.Context, r *run) error {
		if err := r.receive(ctx, e); err != nil {
			return err
		}
		return logEvidence(ctx, r.w, tenant, r.started, by, evidenceRecord{Source: e.Source, At: e.At, Changed: r.changed})
	})
}

// Decide keeps decisions and assesses the tenant again with the evidence that
// is stored. Who decides must be allowed to, else the error is that of May; a
// decision that does not say who made it, or when, is theirs and is made now.
func (a *Assessor) Decide(ctx context.Context, tenant posture.TenantID, by *access.Principal, decisions []posture.Decision) (Result, error) {
	if err := mayDecide(by, tenant, decisions); err != nil {
		return Result{}, err
	}
	return a.run(ctx, tenant, "decide", func(ctx context.Context, r *run) error {
		made := signed(by, r.started, decisions)
		if err := r.log(ctx, by, made...); err != nil {
			return err
		}
		return r.keep(ctx, made)
	})
}

// Replay is Decide and Import in one run at the evidence's own time: history
// that is told afterwards. Decisions are kept as they are given: nobody is
// asked whether they were allowed to make them. Nothing is planned: whoever has
// told all of it calls Reassess.
func (a *Assessor) Replay(ctx context.Context, tenant posture.TenantID, decisions []posture.Decision, e *posture.Evidence) (Result, error) {
	return a.run(ctx, tenant, "replay", func(ctx context.Context, r *run) error {
		r.planned = true // by the time that is told, others would do it in between
		if err := r.keep(ctx, decisions); err != nil {
			return err
		}
		return r.receive(ctx, e)
	})
}

// Reassess assesses the tenant again with what is stored: after a decision has
// expired, or under a new catalogue.
func (a *Assessor) Reassess(ctx context.Context, tenant posture.TenantID) (Result, error) {
	return a.run(ctx, tenant, "assess again", func(_ context.Context, r *run) error {
		r.again = true
		return nil
	})
}

// run does one run in one transaction: what the input does, and then an
// assessment of everything.
func (a *Assessor) run(ctx context.Context, tenant posture.TenantID, what string, input func(context.Context, *run) error) (Result, error) {
	return a.change(ctx, tenant, what, func(ctx context.Context, r *run) error {
		if err := input(ctx, r); err != nil {
			return err
		}
		return r.assess(ctx)
	})
}

// change does something in one transaction, as the only one of this process
// that does so in the tenant. What it learned is remembered only when the
// transaction was committed.
func (a *Assessor) change(ctx context.Context, tenant posture.TenantID, what string, do func(context.Context, *run) error) (Result, error) {
	release, err := a.lane(tenant).wait(ctx)
	if err != nil {
		return Result{}, fmt.Errorf("%s: %w", what, err)
	}
	defer release()
	var r *run
	err = a.store.Update(ctx, tenant, func(ctx context.Context, w *store.Writer) error {
		before, err := a.before(ctx, w, tenant)
		if err != nil {
			return err
		}
		r = a.begin(w, tenant, before, before.sequence+1)
		return do(ctx, r)
	})
	if err != nil {
		return Result{}, fmt.Errorf("%s: %w", what, err) // what is remembered still stands
	}
	a.remember(tenant, r.picture)
	return r.result, nil
}

// begin is a run after what an earlier one left. The sequence is what the
// change feed will have once it is committed.
func (a *Assessor) begin(w *store.Writer, tenant posture.TenantID, before *picture, sequence int64) *run {
	return &run{
		assessor: a, tenant: tenant, w: w, started: a.now().UTC().Truncate(time.Microsecond), before: before,
		picture: &picture{
			sequence: sequence, evidence: before.evidence, decisions: before.decisions,
			positions: make(map[posture.ControlID]Position), kinds: make(map[posture.Kind]*roll),
			adopted: a.catalogue.Version, left: true,
		},
	}
}

// before is what the last run left: as it is remembered, or else loaded and
// remembered. Whoever calls it has the tenant's lane.
func (a *Assessor) before(ctx context.Context, w *store.Writer, tenant posture.TenantID) (*picture, error) {
	sequence, err := w.Changes.Sequence(ctx, tenant)
	if err != nil {
		return nil, fmt.Errorf("read the change feed: %w", err)
	}
	if p := a.recall(tenant); p != nil && p.sequence == sequence {
		return p, nil
	}
	p, err := loadPicture(ctx, w.Reader(), tenant, a.live)
	if err != nil {
		return nil, err
	}
	p.sequence = sequence
	a.remember(tenant, p) // nothing has been written yet, so it is what others see
	return p, nil
}

func (a *Assessor) remember(tenant posture.TenantID, p *picture) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.latest[tenant] = p
}

func (a *Assessor) recall(tenant posture.TenantID) *picture {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.latest[tenant]
}
