// SPDX-License-Identifier: Apache-2.0

package people

import (
	"context"
	"fmt"
	"sync"
	"time"

	"securescore/internal/access"
	"securescore/internal/audit"
	"securescore/internal/ledger"
	"securescore/internal/posture"
)

// perMinute is how many refusals and failures are written one by one in a
// minute, of each actor and of all together whom nobody knows: a log that
// anybody can fill from outside says nothing in the end, and neither does one
// in which somebody's noise hides what another one tries.
const perMinute = 60

// failing counts what is not written one by one.
type failing struct {
	mu      sync.Mutex
	minute  time.Time
	written map[ledger.Actor]int // in this minute; nobody known is the empty one
	left    int
}

// admit says whether one more of an actor is to be written, and how many were
// left out in an earlier minute.
func (f *failing) admit(actor ledger.Actor, now time.Time) (ok bool, left int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if minute := now.Truncate(time.Minute); f.written == nil || !minute.Equal(f.minute) {
		left, f.left = f.left, 0
		f.minute, f.written = minute, make(map[ledger.Actor]int)
	}
	if f.written[actor] >= perMinute {
		f.left++
		return false, 0
	}
	f.written[actor]++
	return true, left
}

// Refused keeps that somebody tried what is not theirs. A tenant that they may
// not know of is not named: it may not exist.
func (s *Service) Refused(ctx context.Context, p *access.Principal, action access.Action, tenant posture.TenantID, why error) error {
	if !p.Sees(tenant) {
		tenant = access.Everywhere
	}
	return s.fail(ctx, audit.By(p, audit.Refused, tenant, string(action)).Not(audit.Denied, why))
}

// Failed keeps that somebody did not get in. The reason may say more than the
// answer did.
func (s *Service) Failed(ctx context.Context, door Door, name string, why error) error {
	r := audit.Record{Via: door.Via, Event: audit.SignedIn, Request: door.Request}
	r.Details.Name, r.Details.From = name, door.From
	return s.fail(ctx, r.Not(audit.Failed, why))
}

func (s *Service) fail(ctx context.Context, record audit.Record) error {
	ok, left := s.failing.admit(record.Actor, s.Now())
	if !ok {
		return nil
	}
	if left > 0 {
		more := audit.Record{Via: access.ViaSystem, Event: audit.Refused, Outcome: audit.Failed}
		more.Details.Reason = fmt.Sprintf("%d more refusals and failed sign-ins are not listed one by one", left)
		if err := s.note(ctx, more); err != nil {
			return err
		}
	}
	return s.note(ctx, record)
}

// SignedOut keeps that somebody ended their session.
func (s *Service) SignedOut(ctx context.Context, p *access.Principal) error {
	return s.note(ctx, audit.By(p, audit.SignedOut, access.Everywhere, string(p.Person)))
}

// LinkMade keeps that a one-time link was made at the terminal.
func (s *Service) LinkMade(ctx context.Context, p *access.Principal) error {
	return s.note(ctx, audit.By(p, audit.LinkMade, access.Everywhere, ""))
}

// OperatorArrived keeps that a one-time link was spent.
func (s *Service) OperatorArrived(ctx context.Context, door Door) error {
	p := access.Operator("One-time link", door.Via)
	p.From, p.Request = door.From, door.Request
	return s.note(ctx, audit.By(p, audit.SignedIn, access.Everywhere, ""))
}
