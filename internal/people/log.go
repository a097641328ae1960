// SPDX-License-Identifier: Apache-2.0

package people

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"securescore/internal/access"
	"securescore/internal/audit"
	"securescore/internal/odata"
	"securescore/internal/posture"
	"securescore/internal/store"
)

// LogQuery asks for a page of the audit log, the newest entries first.
type LogQuery struct {
	From, To time.Time // From included, To not; zero for no bound
	Actor    string    // exactly; empty for all
	Event    string    // exactly; empty for all
	Filter   string    // an OData filter over audit.Schema; empty for all
	Limit    int       // from 1
	// After is the cursor of the page before; empty for the first.
	After string
}

// LogPage is a page of the audit log.
type LogPage struct {
	Entries []LogEntry
	// Next is the cursor of the page after; empty when there is none.
	Next string
}

// LogEntry is an entry with the log that it is from.
type LogEntry struct {
	audit.Entry

	Log posture.TenantID // Everywhere for the installation's
}

// Log reads what happened in a tenant: its own log, and what the installation's
// tells about it. With Everywhere it is the installation's log alone. A filter
// that cannot be read is a *posture.FieldError that tells where its fault is.
func (s *Service) Log(ctx context.Context, by *access.Principal, tenant posture.TenantID, q LogQuery) (LogPage, error) {
	if err := by.May(access.ReadAudit, tenant); err != nil {
		return LogPage{}, err
	}
	at, err := readCursor(q.After)
	if err != nil {
		return LogPage{}, err
	}
	filter, err := readFilter(q.Filter)
	if err != nil {
		return LogPage{}, err
	}
	ask := store.AuditQuery{From: q.From, To: q.To, Actor: q.Actor, Event: q.Event, Filter: filter, Limit: q.Limit + 1}
	var own, shared []audit.Entry
	if tenant != access.Everywhere {
		ask.Before = at.own
		err = s.Store.View(ctx, tenant, func(ctx context.Context, r *store.Reader) error {
			own, err = r.Audit.Find(ctx, tenant, ask)
			return err
		})
		if err != nil {
			return LogPage{}, err
		}
		ask.About = &tenant
	}
	ask.Before = at.shared
	err = s.registry().View(ctx, func(ctx context.Context, r *store.Registry) error {
		shared, err = r.Audit.Find(ctx, audit.Installation, ask)
		return err
	})
	if err != nil {
		return LogPage{}, err
	}
	return merge(tenant, own, shared, at, q.Limit), nil
}

func readFilter(text string) (odata.Expr, error) {
	if text == "" {
		return nil, nil
	}
	filter, err := odata.ParseFilter(audit.Schema(), text)
	if fault, ok := errors.AsType[*odata.SyntaxError](err); ok {
		return nil, &posture.FieldError{Path: "query.filter", Rule: fmt.Sprintf("character %d: %s", fault.Position, fault.Message)}
	}
	return filter, err
}

// cursor is the place between two pages: the lowest sequence of each log that
// was shown; 0 when none was.
type cursor struct{ own, shared int64 }

func (c cursor) String() string {
	return strconv.FormatInt(c.own, 10) + "." + strconv.FormatInt(c.shared, 10)
}

func readCursor(text string) (cursor, error) {
	if text == "" {
		return cursor{}, nil
	}
	a, b, ok := strings.Cut(text, ".")
	own, err1 := strconv.ParseInt(a, 10, 64)
	shared, err2 := strconv.ParseInt(b, 10, 64)
	if !ok || err1 != nil || err2 != nil || own < 0 || shared < 0 {
		return cursor{}, &posture.FieldError{Path: "query.after", Rule: "must be the cursor that the page before gave"}
	}
	return cursor{own, shared}, nil
}

// merge puts two logs together, the newest entries first.
func merge(tenant posture.TenantID, own, shared []audit.Entry, at cursor, limit int) LogPage {
	page := LogPage{Entries: []LogEntry{}}
	for len(page.Entries) < limit && len(own)+len(shared) > 0 {
		if len(shared) == 0 || (len(own) > 0 && !own[0].At.Before(shared[0].At)) {
			page.Entries, at.own, own = append(page.Entries, LogEntry{own[0], tenant}), own[0].Sequence, own[1:]
		} else {
			page.Entries, at.shared, shared = append(page.Entries, LogEntry{shared[0], access.Everywhere}), shared[0].Sequence, shared[1:]
		}
	}
	if len(own)+len(shared) > 0 {
		page.Next = at.String()
	}
	return page
}

// exported is an entry as a JSON line, with what is needed to verify the chain
// without this program.
type exported struct {
	Log      string    `json:"log"` // a tenant, or "installation"
	Sequence int64     `json:"sequence"`
	At       time.Time `json:"at"`
	Tenant   string    `json:"tenant,omitempty"`
	Actor    string    `json:"actor"`
	Name     string    `json:"name,omitempty"`
	From     string    `json:"from,omitempty"`
	Via      string    `json:"via"`
	Event    string    `json:"event"`
	Outcome  string    `json:"outcome"`
	Target   string    `json:"target,omitempty"`
	Reason   string    `json:"reason,omitempty"`
	Before   string    `json:"before,omitempty"`
	After    string    `json:"after,omitempty"`
	Request  string    `json:"request,omitempty"`
	Erased   bool      `json:"erased,omitempty"`
	Sealed   string    `json:"sealed"`
	Previous string    `json:"previous"`
	Hash     string    `json:"hash"`
}

func exportedOf(log posture.TenantID, e *audit.Entry) exported {
	name := string(log)
	if log == audit.Installation {
		name = "installation"
	}
	return exported{
		Log: name, Sequence: e.Sequence, At: e.At, Tenant: string(e.Tenant), Actor: string(e.Actor), Name: e.Details.Name, From: e.Details.From,
		Via: string(e.Via), Event: string(e.Event), Outcome: string(e.Outcome), Target: e.Target, Reason: e.Details.Reason,
		Before: e.Details.Before, After: e.Details.After, Request: e.Request, Erased: e.Erased,
		Sealed: e.Sealed.String(), Previous: e.Prev.String(), Hash: e.Hash.String(),
	}
}

// exportPage is how many entries are in memory at a time.
const exportPage = 1000

// Export writes a log as JSON lines from its first entry on, and for a tenant
// what the installation's log tells about it after that. That it was exported
// is written down first.
func (s *Service) Export(ctx context.Context, by *access.Principal, tenant posture.TenantID, out io.Writer) error {
	if err := by.May(access.ReadAudit, tenant); err != nil {
		return err
	}
	if err := s.note(ctx, audit.By(by, audit.AuditExported, tenant, "")); err != nil {
		return err
	}
	if tenant != access.Everywhere {
		read := func(after int64) (entries []audit.Entry, err error) {
			err = s.Store.View(ctx, tenant, func(ctx context.Context, r *store.Reader) error {
				entries, err = r.Audit.Entries(ctx, tenant, after, exportPage)
				return err
			})
			return entries, err
		}
		if err := write(out, tenant, read, func(*audit.Entry) bool { return true }); err != nil {
			return err
		}
	}
	read := func(after int64) (entries []audit.Entry, err error) {
		err = s.registry().View(ctx, func(ctx context.Context, r *store.Registry) error {
			entries, err = r.Audit.Entries(ctx, audit.Installation, after, exportPage)
			return err
		})
		return entries, err
	}
	return write(out, audit.Installation, read, func(e *audit.Entry) bool { return tenant == access.Everywhere || e.Tenant == tenant })
}

func write(out io.Writer, log posture.TenantID, read func(after int64) ([]audit.Entry, error), keep func(*audit.Entry) bool) error {
	after := int64(0)
	for {
		entries, err := read(after)
		if err != nil {
			return err
		}
		if len(entries) == 0 {
			return nil
		}
		for i := range entries {
			if !keep(&entries[i]) {
				continue
			}
			line, err := json.Marshal(exportedOf(log, &entries[i]))
			if err != nil {
				return fmt.Errorf("export entry %d: %w", entries[i].Sequence, err)
			}
			if _, err := out.Write(append(line, '\n')); err != nil {
				return fmt.Errorf("export: %w", err)
			}
		}
		after = slices.MaxFunc(entries, func(a, b audit.Entry) int { return int(a.Sequence - b.Sequence) }).Sequence
	}
}
