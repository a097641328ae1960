// SPDX-License-Identifier: Apache-2.0

package relational

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"securescore/internal/posture"
	"securescore/internal/store"
)

// decisions implements store.DecisionWriter.
type decisions struct{ *bound }

func readDecision(row scanner) (store.Decision, error) {
	var d store.Decision
	var decided int64
	var expires, approved, ended sql.NullInt64
	err := row.Scan(&d.ID, &d.Control, &d.Kind, &d.Entity, &d.Status, &d.Reason, &d.Evidence, &d.By, &decided, &expires,
		(*truth)(&d.Pending), &d.Approver, &approved, &d.EndedBy, &ended, &d.Owner, &d.Actor)
	d.At, d.Expires, d.ApprovedAt, d.EndedAt = at(decided), since(expires), since(approved), since(ended)
	return d, err
}

// Open implements store.DecisionReader.
func (b decisions) Open(ctx context.Context, tenant posture.TenantID) ([]store.Decision, error) {
	if err := b.own(tenant); err != nil {
		return nil, err
	}
	return rows(ctx, b.bound, "decision open", readDecision)
}

// History implements store.DecisionReader.
func (b decisions) History(ctx context.Context, tenant posture.TenantID, control posture.ControlID) ([]store.Decision, error) {
	if err := b.own(tenant); err != nil {
		return nil, err
	}
	return rows(ctx, b.bound, "decision history", readDecision, string(control))
}

// Add implements store.DecisionWriter.
func (b decisions) Add(ctx context.Context, tenant posture.TenantID, d posture.Decision) (int64, error) {
	if err := b.own(tenant); err != nil {
		return 0, err
	}
	kept := store.Decision{Decision: d}
	err := b.row(ctx, "decision add", []any{&kept.ID}, string(d.Control), string(d.Kind), d.Entity, string(d.Status), d.Reason, d.Evidence,
		d.By, micros(d.At), maybe(d.Expires), flag(d.Pending), d.Owner, d.Actor, b.number)
	if err == nil {
		b.changed[store.KeyDecisions] = true
		err = b.replace(ctx, &kept, d.By, d.At)
	}
	if err != nil {
		return 0, fmt.Errorf("keep decision about %s: %w", d.Control, err)
	}
	return kept.ID, nil
}

// replace ends the open decision that d takes the place of. A pending one
// leaves the one that counts alone.
func (b decisions) replace(ctx context.Context, d *store.Decision, by string, when time.Time) error {
	return b.later(ctx, "decision replace", by, micros(when), b.number, string(d.Control), string(d.Kind), d.Entity, flag(d.Pending), d.ID)
}

func (b decisions) byID(ctx context.Context, id int64) (*store.Decision, error) {
	list, err := rows(ctx, b.bound, "decision one", readDecision, id)
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, posture.ErrNotFound
	}
	return &list[0], nil
}

// Approve implements store.DecisionWriter.
func (b decisions) Approve(ctx context.Context, tenant posture.TenantID, id int64, approver string, when time.Time) error {
	if err := b.own(tenant); err != nil {
		return err
	}
	d, err := b.byID(ctx, id)
	switch {
	case err != nil:
	case !d.Pending || !d.EndedAt.IsZero():
		err = fmt.Errorf("%w: it does not wait for approval", posture.ErrConflict)
	case approver == "" || approver == d.By:
		err = fmt.Errorf("%w: another person has to approve it", posture.ErrForbidden)
	default:
		d.Pending = false
		if _, err = b.exec(ctx, "decision approve", approver, micros(when), b.number, id); err == nil {
			b.changed[store.KeyDecisions] = true
			err = b.replace(ctx, d, approver, when)
		}
	}
	if err != nil {
		return fmt.Errorf("approve decision %d: %w", id, err)
	}
	return nil
}

// End implements store.DecisionWriter.
func (b decisions) End(ctx context.Context, tenant posture.TenantID, id int64, by string, when time.Time) error {
	if err := b.own(tenant); err != nil {
		return err
	}
	d, err := b.byID(ctx, id)
	switch {
	case err != nil:
	case !d.EndedAt.IsZero():
		err = fmt.Errorf("%w: it has ended already", posture.ErrConflict)
	default:
		if _, err = b.exec(ctx, "decision end", by, micros(when), b.number, id); err == nil {
			b.changed[store.KeyDecisions] = true
		}
	}
	if err != nil {
		return fmt.Errorf("end decision %d: %w", id, err)
	}
	return nil
}
