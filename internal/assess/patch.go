// SPDX-License-Identifier: Apache-2.0

package assess

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"securescore/internal/access"
	"securescore/internal/catalog"
	"securescore/internal/posture"
	"securescore/internal/store"
)

// The longest owner and comment, in bytes.
const (
	maxOwner   = 320
	maxComment = 8000
)

// StatusChange is what somebody sets on one control. What is nil stays as it
// is.
type StatusChange struct {
	Status  *posture.Status
	Owner   *string
	Comment *string // the reason of the decision
	// IfMatch looks at the control as it is before the change, in the same
	// transaction; what it returns is returned, and nothing is changed. Nil lets
	// everything pass.
	IfMatch func(Before) error
}

// Before is a control before a change.
type Before struct {
	Sequence int64 // of the tenant's change feed
	Updates  []StateUpdate
}

// Patched is what came of a status change.
type Patched struct {
	// Changed is false when everything was as it was to be already. Then nothing
	// was written.
	Changed bool
	// Decision is the status decision in force afterwards; zero when there is
	// none.
	Decision store.Decision
}

// PatchStatus changes what is decided about one control: one decision, one
// transaction. It is told by errors that wrap posture.ErrNotFound when the
// catalogue has no such control, posture.ErrInvalid for a status that nobody
// can choose or text that is too long, posture.ErrConflict when the control
// takes no decision, because its source decides or because it is completed,
// and by those of access.Principal.May.
//
// A new status holds for the tenant's default time and comes without evidence.
// Where the status is not mentioned, its expiry and evidence stay too. A
// control that is not applicable takes a decision like any other; its points
// stay out of the score.
func (a *Assessor) PatchStatus(ctx context.Context, tenant posture.TenantID, by *access.Principal, control posture.ControlID, change StatusChange) (Patched, error) {
	if err := mayPatch(by, tenant, &change); err != nil {
		return Patched{}, err
	}
	c, ok := a.catalogue.Control(control)
	if !ok {
		return Patched{}, fmt.Errorf("improvement action %s: %w", control, posture.ErrNotFound)
	}
	if err := change.check(c); err != nil {
		return Patched{}, fmt.Errorf("decide on %s: %w", control, err)
	}
	p := &patch{request: request{by, c, &change}, done: make(chan struct{})}
	done, err := a.put(ctx, tenant, p)
	if err != nil {
		return Patched{}, fmt.Errorf("decide on %s: %w", control, err)
	}
	return done, nil
}

// request is who changes what of which control.
type request struct {
	by      *access.Principal
	control *catalog.Control
	change  *StatusChange
}

func mayPatch(by *access.Principal, tenant posture.TenantID, change *StatusChange) error {
	if err := by.May(access.EditStatus, tenant); err != nil {
		return err
	}
	if change.Owner != nil || change.Comment != nil {
		return by.May(access.EditNotes, tenant)
	}
	return nil
}

// check refuses what can be refused without looking at the tenant.
func (s *StatusChange) check(c *catalog.Control) error {
	switch {
	case c.StatusPolicy == catalog.BySource:
		return fmt.Errorf("%w: the exception is made in the product that the evidence comes from: %s", posture.ErrConflict, where(c))
	case s.Status != nil && !s.Status.Decidable():
		return &posture.FieldError{Path: "status", Rule: fmt.Sprintf("%q cannot be chosen by people", *s.Status)}
	}
	return errors.Join(checkText("owner", s.Owner, maxOwner), checkText("comment", s.Comment, maxComment))
}

// where is the address at which a source lets people decide.
func where(c *catalog.Control) string {
	for _, link := range c.LearnMore {
		if c.Manage == "" {
			return link.URL
		}
	}
	return c.Manage
}

func checkText(path string, text *string, most int) error {
	if text != nil && (len(*text) > most || !utf8.ValidString(*text) || strings.ContainsRune(*text, 0)) {
		return &posture.FieldError{Path: path, Rule: fmt.Sprintf("must be text of at most %d bytes", most)}
	}
	return nil
}

// patch puts a change in as a decision, unless all is as it is to be.
func (r *run) patch(ctx context.Context, q *request) (Patched, error) {
	now, id := r.decisionTime(), q.control.ID
	base, err := r.base(ctx, id, now, q.change.IfMatch)
	if err != nil {
		return Patched{}, err
	}
	d := store.Decision{Decision: q.change.onto(&base.Decision)}
	if sameDecision(&d.Decision, &base.Decision) {
		return Patched{Decision: base}, nil
	}
	if r.before.positions[id].Standing.Status == posture.Completed {
		return Patched{}, fmt.Errorf("%w: the action is completed", posture.ErrConflict)
	}
	if q.change.Status != nil {
		if d.Expires, err = r.expiry(ctx, d.Status, now); err != nil {
			return Patched{}, err
		}
	}
	d.Control, d.By, d.Actor, d.At = id, q.by.Name, string(q.by.Actor), now.Truncate(time.Microsecond)
	r.wrote = true
	if d.ID, err = r.add(ctx, &d.Decision); err != nil {
		return Patched{}, err
	}
	if err := r.log(ctx, q.by, d.Decision); err != nil {
		return Patched{}, err
	}
	if r.simple(q.control, now) {
		return Patched{Changed: true, Decision: d}, r.amend(ctx, q.control, &d, now)
	}
	if err := r.reopen(ctx); err != nil {
		return Patched{}, err
	}
	return Patched{Changed: true, Decision: d}, r.assess(ctx)
}

// expiry is when a status that is decided now ends by itself.
func (r *run) expiry(ctx context.Context, s posture.Status, now time.Time) (time.Time, error) {
	if s == posture.ToAddress {
		return time.Time{}, nil
	}
	t, err := r.w.Tenant.Tenant(ctx, r.tenant)
	if err != nil {
		return time.Time{}, err
	}
	return now.Truncate(time.Microsecond).AddDate(0, 0, decisionDays(&t)), nil
}

// base is the decision that a change is put upon: the one in force, or else
// what is left of the last one.
func (r *run) base(ctx context.Context, control posture.ControlID, now time.Time, ifMatch func(Before) error) (store.Decision, error) {
	base, found := inForceNow(r.before.decisions, control, now)
	if found && ifMatch == nil {
		return base, nil
	}
	history, err := r.w.Decisions.History(ctx, r.tenant, control)
	if err != nil {
		return base, err
	}
	updates := StateUpdates(history, now)
	if ifMatch != nil {
		if err := ifMatch(Before{Sequence: r.before.sequence, Updates: updates}); err != nil {
			return base, err
		}
	}
	if !found {
		base.Status = posture.ToAddress
		if len(updates) > 0 {
			last := &updates[len(updates)-1]
			base.Owner, base.Reason = last.Owner, last.Comment
		}
	}
	return base, nil
}

func inForceNow(decisions []store.Decision, control posture.ControlID, now time.Time) (store.Decision, bool) {
	for i := range decisions {
		if d := &decisions[i]; d.Control == control && !d.Exemption() && d.InForce(now) {
			return *d, true
		}
	}
	return store.Decision{}, false
}

// onto returns the decision that a change makes of another one.
func (s *StatusChange) onto(base *posture.Decision) posture.Decision {
	d := posture.Decision{Status: base.Status, Owner: base.Owner, Reason: base.Reason, Expires: base.Expires}
	if s.Status != nil {
		d.Status = *s.Status
	}
	if s.Owner != nil {
		d.Owner = *s.Owner
	}
	if s.Comment != nil {
		d.Reason = *s.Comment
	}
	if d.Status == base.Status {
		d.Evidence = base.Evidence
	}
	return d
}

func sameDecision(a, b *posture.Decision) bool {
	return a.Status == b.Status && a.Owner == b.Owner && a.Reason == b.Reason
}

func decisionDays(t *store.Tenant) int {
	if t.DecisionDays > 0 {
		return t.DecisionDays
	}
	return store.DefaultDecisionDays
}
