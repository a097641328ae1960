// SPDX-License-Identifier: Apache-2.0

package relational

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"math"
	"time"

	"securescore/internal/audit"
	"securescore/internal/posture"
	"securescore/internal/store"
)

// auditLog implements store.AuditWriter for one log.
type auditLog struct {
	*desk

	log     posture.TenantID
	number  int64 // in the tables: that of the tenant, 0 for the installation
	random  io.Reader
	dialect Dialect
	wrote   func() // is told of every change; may be nil
}

// audit is the log of the tenant. A transaction that only reads hands it out as
// a store.AuditReader.
func (b *bound) audit() *auditLog {
	return &auditLog{
		desk: &desk{work: b.work, writes: true}, log: b.tenant, number: b.number, random: b.random, dialect: b.dialect,
		wrote: func() { b.changed[store.KeyAudit] = true },
	}
}

// own refuses every log but the one that the transaction is bound to.
func (a *auditLog) own(log posture.TenantID) error {
	if log != a.log {
		return fmt.Errorf("audit log %q: %w: this transaction is bound to another one", log, posture.ErrForbidden)
	}
	return nil
}

// Head implements store.AuditReader.
func (a *auditLog) Head(ctx context.Context, log posture.TenantID) (audit.Head, error) {
	if err := a.own(log); err != nil {
		return audit.Head{}, err
	}
	head, _, err := a.last(ctx)
	return head, err
}

// last returns the head and the time of its entry.
func (a *auditLog) last(ctx context.Context) (audit.Head, time.Time, error) {
	head := audit.Head{Log: a.log}
	var hash []byte
	var when int64
	err := a.one(ctx, "audit head", []any{&head.Sequence, &hash, &when}, a.number)
	switch {
	case errors.Is(err, posture.ErrNotFound):
		return audit.Genesis(a.log), time.Time{}, nil
	case err == nil:
		err = exact(head.Hash[:], hash)
	}
	if err != nil {
		return audit.Head{}, time.Time{}, fmt.Errorf("head of audit log %q: %w", a.log, err)
	}
	return head, at(when), nil
}

// exact copies bytes that must have a given length.
func exact(into, from []byte) error {
	if len(from) != len(into) {
		return fmt.Errorf("%w: the bytes are damaged", posture.ErrInvalid)
	}
	copy(into, from)
	return nil
}

// Entries implements store.AuditReader.
func (a *auditLog) Entries(ctx context.Context, log posture.TenantID, after int64, limit int) ([]audit.Entry, error) {
	if err := a.own(log); err != nil {
		return nil, err
	}
	list, err := all(ctx, a.work, "audit entries", readAudit, a.number, after, max(limit, 0))
	if err != nil {
		return nil, fmt.Errorf("audit log %q after %d: %w", log, after, err)
	}
	return list, nil
}

// Find implements store.AuditReader.
func (a *auditLog) Find(ctx context.Context, log posture.TenantID, q store.AuditQuery) ([]audit.Entry, error) {
	if err := a.own(log); err != nil {
		return nil, err
	}
	list, err := a.find(ctx, &q)
	if err != nil {
		return nil, fmt.Errorf("search audit log %q: %w", log, err)
	}
	return list, nil
}

// firstAt returns the sequence of the first entry at or after a time, or the
// highest one of all when there is none.
func (a *auditLog) firstAt(ctx context.Context, when time.Time) (int64, error) {
	// An entry's time is cut to microseconds: one at the same microsecond as a
	// bound with more digits was written before it.
	bound := micros(when)
	if when.After(at(bound)) {
		bound++
	}
	var sequence int64
	err := a.one(ctx, "audit first at", []any{&sequence}, a.number, bound)
	if errors.Is(err, posture.ErrNotFound) {
		return math.MaxInt64, nil
	}
	return sequence, err
}

func readAudit(row scanner) (audit.Entry, error) {
	var e audit.Entry
	var when int64
	var details [5]sql.NullString
	var salt, sealed, prev, hash []byte
	err := row.Scan(&e.Sequence, &when, &e.Tenant, &e.Actor, &e.Via, &e.Event, &e.Outcome, &e.Target, &e.Request,
		&details[0], &details[1], &details[2], &details[3], &details[4], &salt, &sealed, &prev, &hash)
	if err != nil {
		return audit.Entry{}, err
	}
	e.At = at(when)
	err = cmp.Or(exact(e.Sealed[:], sealed), exact(e.Prev[:], prev), exact(e.Hash[:], hash), readDetails(&e, details, salt))
	if err != nil {
		return audit.Entry{}, fmt.Errorf("entry %d: %w", e.Sequence, err)
	}
	return e, nil
}

// readDetails reads what is there as a whole or, when it is erased, not at all.
func readDetails(e *audit.Entry, details [5]sql.NullString, salt []byte) error {
	there := 0
	for i, into := range []*string{&e.Details.Name, &e.Details.From, &e.Details.Reason, &e.Details.Before, &e.Details.After} {
		*into = details[i].String
		there += int(flag(details[i].Valid))
	}
	switch {
	case there == 0 && salt == nil:
		e.Erased = true
		return nil
	case there < len(details):
		return fmt.Errorf("%w: a part of the details is gone", posture.ErrInvalid)
	}
	return exact(e.Salt[:], salt)
}

// Append implements store.AuditWriter.
func (a *auditLog) Append(ctx context.Context, log posture.TenantID, when time.Time, records ...audit.Record) error {
	if err := cmp.Or(a.own(log), a.writable()); err != nil {
		return err
	}
	for i := range records {
		if about := records[i].Tenant; log != audit.Installation && about != "" && about != log {
			return fmt.Errorf("append to audit log %q: %w: a record is about tenant %s", log, posture.ErrForbidden, about)
		}
	}
	if err := a.append(ctx, when, records); err != nil {
		return fmt.Errorf("append to audit log %q: %w", log, err)
	}
	return nil
}

func (a *auditLog) append(ctx context.Context, when time.Time, records []audit.Record) error {
	head, last, err := a.last(ctx)
	if err != nil {
		return err
	}
	if when.Before(last) {
		when = last
	}
	var dry error
	entries, head := audit.Seal(head, when, func() (salt [16]byte) {
		if _, err := io.ReadFull(a.random, salt[:]); err != nil {
			dry = fmt.Errorf("read random bytes: %w", err)
		}
		return salt
	}, records...)
	if dry != nil || len(entries) == 0 {
		return dry
	}
	for i := range entries {
		e := &entries[i]
		if err := a.later(ctx, "audit append", a.number, e.Sequence, micros(e.At), string(e.Tenant), string(e.Actor), string(e.Via),
			string(e.Event), string(e.Outcome), e.Target, e.Request,
			e.Details.Name, e.Details.From, e.Details.Reason, e.Details.Before, e.Details.After, e.Salt[:], e.Sealed[:], e.Prev[:], e.Hash[:]); err != nil {
			return err
		}
	}
	a.note()
	return a.later(ctx, "audit put head", a.number, head.Sequence, head.Hash[:], micros(entries[len(entries)-1].At))
}

// Erase implements store.AuditWriter.
func (a *auditLog) Erase(ctx context.Context, log posture.TenantID, actor string) error {
	if err := cmp.Or(a.own(log), a.writable()); err != nil {
		return err
	}
	var n int64
	err := a.secure(ctx, func() (err error) {
		n, err = a.change(ctx, "audit erase", a.number, actor)
		return err
	})
	if err != nil {
		return fmt.Errorf("erase %q from audit log %q: %w", actor, log, err)
	}
	if n > 0 {
		a.note()
	}
	return nil
}

func (a *auditLog) note() {
	if a.wrote != nil {
		a.wrote()
	}
}
