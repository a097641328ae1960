// SPDX-License-Identifier: Apache-2.0

package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	"securescore/internal/posture"
	"securescore/internal/store"
)

// keptSequences bounds how many tenants the watch remembers.
const keptSequences = 4096

// trust is how long it is taken for granted that no other process has committed
// anything. What this process commits is always known.
const trust = 10 * time.Millisecond

// watch knows the sequences of tenants for as long as nobody has committed
// anything: SQLite counts commits of all other connections and processes, and
// asking for that number takes a fifth of a transaction.
type watch struct {
	db      *sql.DB
	conn    *sql.Conn // never replaced: another one would count anew
	version *sql.Stmt
	now     func() time.Time

	own atomic.Int64 // commits of this process

	mu      sync.Mutex
	seen    int64 // of own, before the last look
	looked  time.Time
	commits int64 // as of the last look
	known   map[posture.TenantID]int64
}

// newWatch opens the one connection that never writes nor reads anything else:
// what a connection does itself it does not count.
func newWatch(ctx context.Context, path string, now func() time.Time) (*watch, error) {
	db, err := connect(path, shared(url.Values{"_query_only": {"1"}}))
	if err != nil {
		return nil, err
	}
	w := &watch{db: db, now: now, known: make(map[posture.TenantID]int64)}
	conn, err := db.Conn(ctx)
	if err == nil {
		w.version, err = conn.PrepareContext(ctx, "PRAGMA data_version")
	}
	if err != nil {
		return nil, errors.Join(fault("watch for commits", err), db.Close())
	}
	w.conn = conn
	return w, nil
}

// look returns what is known of a tenant, and which commits that takes into
// account.
func (w *watch) look(ctx context.Context, tenant posture.TenantID) (sequence, commits int64, known bool, err error) {
	own, now := w.own.Load(), w.now()
	w.mu.Lock()
	defer w.mu.Unlock()
	// A clock that stands still is a test's, and tells nothing.
	if since := now.Sub(w.looked); own != w.seen || since <= 0 || since >= trust {
		if err := w.ask(ctx); err != nil {
			return 0, 0, false, err
		}
		w.seen, w.looked = own, now
	}
	sequence, known = w.known[tenant]
	return sequence, w.commits, known, nil
}

// ask looks at the number of commits; the watch is locked.
func (w *watch) ask(ctx context.Context) error {
	var commits int64
	// It takes no time that anybody would want to cut short, and a context that
	// can end costs a goroutine.
	if err := w.version.QueryRowContext(context.WithoutCancel(ctx)).Scan(&commits); err != nil {
		return fault("watch for commits", err)
	}
	if commits != w.commits {
		w.commits = commits
		clear(w.known)
	}
	return nil
}

// close gives the connection back.
func (w *watch) close() error {
	return fault("stop watching for commits", errors.Join(w.version.Close(), w.conn.Close(), w.db.Close()))
}

// keep remembers a sequence that was read after look had seen so many commits.
func (w *watch) keep(tenant posture.TenantID, sequence, commits int64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if commits != w.commits {
		return
	}
	if len(w.known) >= keptSequences {
		clear(w.known)
	}
	w.known[tenant] = sequence
}

// Sequence implements store.Store.
func (s *Store) Sequence(ctx context.Context, tenant posture.TenantID) (int64, error) {
	sequence, commits, known, err := s.watch.look(ctx, tenant)
	if err != nil || known {
		return sequence, err
	}
	err = s.View(ctx, tenant, func(ctx context.Context, r *store.Reader) (err error) {
		sequence, err = r.Changes.Sequence(ctx, tenant)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("read the sequence: %w", err)
	}
	s.watch.keep(tenant, sequence, commits)
	return sequence, nil
}
