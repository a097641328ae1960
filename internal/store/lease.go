// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"securescore/internal/posture"
)

// WorkKind names what a piece of work does. It is lower case letters, digits,
// dashes and slashes.
type WorkKind string

// WorkID is what a piece of work is known by.
type WorkID struct {
	Tenant posture.TenantID // empty for work of the installation
	Kind   WorkKind
	Key    string // tells works of one kind and tenant apart; may be empty
}

// String is the id as a command line takes it.
func (id WorkID) String() string {
	return fmt.Sprintf("%s:%s:%s", id.Kind, id.Tenant, id.Key)
}

// ParseWorkID reads what String wrote. The error wraps posture.ErrInvalid.
func ParseWorkID(text string) (WorkID, error) {
	parts := strings.SplitN(text, ":", 3)
	if len(parts) != 3 {
		return WorkID{}, fmt.Errorf("work %q: %w: want KIND:TENANT:KEY", text, posture.ErrInvalid)
	}
	return WorkID{Kind: WorkKind(parts[0]), Tenant: posture.TenantID(parts[1]), Key: parts[2]}, nil
}

// Due is when work is to be done. The zero Due is now.
//
// The clock is the storage's own: that of the PostgreSQL server, or of the
// machine that the SQLite file is on, never that of whoever calls. When it is
// seen to have stepped back, everything that counts from it (leases, waiting
// after failures, periods) is moved back with it; At stays.
type Due struct {
	At time.Time     // by the calendar; zero when In counts
	In time.Duration // from now
}

// Work is something to be done, once or again and again.
type Work struct {
	WorkID

	Due Due
	// Every is the time from one end to the next beginning; zero for work that is
	// gone when it is done.
	Every time.Duration
}

// Lease is the right to do one piece of work until it ends or is taken over.
// Fence tells holders apart: it rises at every take, and whatever a holder
// writes goes through a method that asks whether its number is still the
// current one.
type Lease struct {
	WorkID

	Owner    string
	Fence    int64
	Due      time.Time // when it could be taken
	Until    time.Time // by the storage's clock
	Every    time.Duration
	Attempts int    // which one this is, from 1; ends without a result count
	Cursor   string // how far an earlier holder came, in its own words
	Progress string // the same, for people
}

// KindLimit is a kind of work that is asked for.
type KindLimit struct {
	Kind WorkKind
	Most int // running at once over all processes; 0 for no limit
}

// Taking is what a process asks for.
type Taking struct {
	Owner  string // unique to the process; not empty
	Kinds  []KindLimit
	Tenant int // works of one tenant that run at once over all processes; 0 for no limit
	Most   int // works to take
	Length time.Duration
}

// Failure is the end of an attempt without a result.
type Failure struct {
	Lease Lease
	Fault string // in words for people; hostile text
	Next  *Due   // when to try again; nil makes the work dead
}

// Leases gives work to processes. Methods that change leases skip those that
// were taken over, cancelled or ended, and return them.
type Leases interface {
	// Take takes at most t.Most works that are due, those first that could be
	// taken first: waiting ones, and those whose lease has run out. No work is
	// ever held by two. Fewer than asked for does not mean that no more are due;
	// none does, within the limits.
	Take(ctx context.Context, t Taking) ([]Lease, error)
	// Extend lets leases end a length from now.
	Extend(ctx context.Context, length time.Duration, leases []Lease) (lost []Lease, err error)
	// Finish ends leases: work that is done once is gone, other work waits for
	// its next time. Work that was put again meanwhile waits for that.
	Finish(ctx context.Context, leases []Lease) (lost []Lease, err error)
	// Fail ends leases without a result.
	Fail(ctx context.Context, failures []Failure) (lost []Lease, err error)
	// GiveBack ends leases as if they had never been taken. The works can be
	// taken at once.
	GiveBack(ctx context.Context, leases []Lease) (lost []Lease, err error)
}

// TenantWork is the work of one tenant within a transaction: what causes it and
// what it brings are committed together with it. It counts as no change in the
// feed.
type TenantWork interface {
	// Put adds work, or sets when work that is there is due next, as if it had
	// never failed; dead work comes to life. Work that runs goes on, and again
	// then.
	Put(ctx context.Context, tenant posture.TenantID, w Work) error
	// Withdraw takes work away; a holder loses its lease. Work that is not there
	// is no error.
	Withdraw(ctx context.Context, tenant posture.TenantID, kind WorkKind, key string) error
	// Finish ends a lease, with another time than Leases.Finish gives it when
	// next is not nil. The error wraps posture.ErrConflict when the lease is not
	// the current one any more; then nothing of the transaction may be kept.
	Finish(ctx context.Context, tenant posture.TenantID, l Lease, next *Due) error
	// Progress notes how far the holder came, under the same rule, for whoever
	// takes the work next.
	Progress(ctx context.Context, tenant posture.TenantID, l Lease, cursor, progress string) error
}

// InstallationWork is TenantWork for the work of the installation.
type InstallationWork interface {
	Put(ctx context.Context, w Work) error
	Finish(ctx context.Context, l Lease, next *Due) error
	Progress(ctx context.Context, l Lease, cursor, progress string) error
}

// WorkState is what becomes of work.
type WorkState string

// The states. Work whose holder is gone counts as running until its lease ends.
const (
	WorkWaiting WorkState = "waiting"
	WorkRunning WorkState = "running"
	WorkFailing WorkState = "failing" // waiting after a failure
	WorkDead    WorkState = "dead"    // failed too often, or cancelled
)

// WorkStatus is a piece of work as people see it.
type WorkStatus struct {
	WorkID

	State    WorkState
	Ready    time.Time // when it can be taken next; zero when it is dead
	Every    time.Duration
	Owner    string    // who does it; empty unless it runs
	Since    time.Time // when it was taken; zero unless it runs
	Attempts int
	Cursor   string
	Progress string // hostile text
	Fault    string // the last one; empty after a result; hostile text
	FailedAt time.Time
}

// WorkQuery narrows a list. Zero fields do not.
type WorkQuery struct {
	State  WorkState
	Kind   WorkKind
	Tenant posture.TenantID
	Limit  int // 1000 when zero
}

// Works is all work, for those who plan it and for people.
type Works interface {
	// Put is TenantWork.Put for works of any tenants; all or none. The error
	// wraps posture.ErrNotFound when there is no such tenant.
	Put(ctx context.Context, works []Work) error
	// Ensure adds the works that are not there yet and leaves the others alone,
	// dead ones too, but that it sets their period.
	Ensure(ctx context.Context, works []Work) error
	// List returns works by when they can be taken, dead ones last, and then by
	// kind, tenant and key.
	List(ctx context.Context, q WorkQuery) ([]WorkStatus, error)
	// Cancel makes work dead with a fault that says why. A holder loses its
	// lease. The error wraps posture.ErrNotFound when there is no such work, and
	// posture.ErrConflict when it is dead.
	Cancel(ctx context.Context, id WorkID, why string) error
	// Restart makes dead work due now, without earlier attempts. The error wraps
	// posture.ErrNotFound when there is no such work, and posture.ErrConflict when
	// it is not dead.
	Restart(ctx context.Context, id WorkID) error
}

// maxWork bounds the texts of a WorkID, in bytes.
const maxWork = 200

// Check returns a *posture.FieldError for the first field of new work that is
// not well formed.
func (w *Work) Check() error {
	switch {
	case w.Kind == "" || len(w.Kind) > maxWork || strings.Trim(string(w.Kind), "abcdefghijklmnopqrstuvwxyz0123456789-/") != "":
		return &posture.FieldError{Path: "kind", Rule: "must be 1 to 200 lower case letters, digits, dashes and slashes"}
	case len(w.Key) > maxWork || strings.ContainsFunc(w.Key, func(r rune) bool { return r < ' ' || r == '�' }):
		return &posture.FieldError{Path: "key", Rule: "must be text of at most 200 bytes without control characters"}
	case w.Every < 0 || w.Due.In < 0:
		return &posture.FieldError{Path: "due", Rule: "must not be negative"}
	}
	return nil
}

// Check returns a *posture.FieldError for the first field that is not well
// formed.
func (t *Taking) Check() error {
	switch {
	case t.Owner == "":
		return &posture.FieldError{Path: "owner", Rule: "must not be empty"}
	case t.Length < time.Microsecond:
		return &posture.FieldError{Path: "length", Rule: "must be at least a microsecond"}
	}
	return nil
}
