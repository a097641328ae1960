// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"time"

	"securescore/internal/posture"
)

// Stamp is what all entries of one commit share.
type Stamp struct {
	Effective, Recorded time.Time
	Run                 int64
}

// Genesis is the head of an empty series. It differs between tenants and
// series, so that a chain cannot be passed off as another one.
func Genesis(tenant posture.TenantID, s Series) Head {
	return Head{Series: s, Hash: sha256.Sum256([]byte("securescore ledger 1\n" + string(tenant) + "\n" + string(s)))}
}

// Seal turns changes into entries that follow the head, in their order, and
// returns them with the new head. It returns an error that wraps
// posture.ErrInvalid when a change has no known cause or an actor that is not
// an id.
func Seal(head Head, changes []Change, stamp Stamp) ([]Entry, Head, error) {
	entries := make([]Entry, 0, len(changes))
	for i := range changes {
		c := &changes[i]
		if !c.Cause.Valid() || !c.Actor.Valid() || (c.Facts != nil) != (c.Cause == FactsChanged) {
			return nil, Head{}, fmt.Errorf("seal a change of %q: %w: cause %q by %q", c.Control, posture.ErrInvalid, c.Cause, c.Actor)
		}
		e := c.entry(stamp)
		e.Sequence = head.Sequence + 1
		e.Prev = head.Hash
		e.Hash = e.sum()
		head.Sequence, head.Hash = e.Sequence, e.Hash
		entries = append(entries, e)
	}
	return entries, head, nil
}

func (c *Change) entry(stamp Stamp) Entry {
	before, after := c.Before.normal(), c.After.normal()
	effective := stamp.Effective
	if !c.Effective.IsZero() {
		effective = c.Effective
	}
	e := Entry{
		Effective: effective.UTC().Truncate(time.Microsecond), Recorded: stamp.Recorded.UTC().Truncate(time.Microsecond),
		Control: c.Control, Cause: c.Cause, Actor: c.Actor, Run: stamp.Run,
		DMeasured: after.Measured - before.Measured, DCredited: after.Credited - before.Credited, DMax: after.Max - before.Max,
		Before: before.Counts, After: after.Counts, StatusBefore: before.Status, StatusAfter: after.Status,
	}
	if c.Facts != nil {
		e.Facts = &Facts{c.Facts.Seats, c.Facts.ActiveUsers, c.Facts.LicensedUsers, slices.Sorted(slices.Values(c.Facts.Plans))}
	}
	return e
}

// sum is the hash that the entry must have.
func (e *Entry) sum() Hash {
	return sha256.Sum256(e.append(append(make([]byte, 0, 128), e.Prev[:]...)))
}

// Replay adds entries up to where the controls stand after them. Residual
// lines gather under the empty id, facts change nothing. It takes the entries
// of one series in the order of Chronological.
func Replay(entries []Entry) Scoring {
	s := make(Scoring)
	for i := range entries {
		s.apply(&entries[i])
	}
	return s
}

// At returns the entries that had taken effect at t.
func At(entries []Entry, t time.Time) []Entry {
	var then []Entry
	for i := range entries {
		if !entries[i].Effective.After(t) {
			then = append(then, entries[i])
		}
	}
	return then
}

// apply adds one entry, and drops a control that is back at nothing.
func (s Scoring) apply(e *Entry) {
	if e.Facts != nil {
		return
	}
	st := s[e.Control].Then(e)
	if st == (Standing{}.normal()) {
		delete(s, e.Control)
		return
	}
	s[e.Control] = st
}

// Chronological sorts entries by the time at which they took effect, those of
// the same time by sequence. Entries of the series own are in that order.
func Chronological(entries []Entry) {
	slices.SortFunc(entries, func(a, b Entry) int {
		if c := a.Effective.Compare(b.Effective); c != 0 {
			return c
		}
		return int(a.Sequence - b.Sequence)
	})
}
