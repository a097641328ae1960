// SPDX-License-Identifier: Apache-2.0

package graphapi

import (
	"sync"
	"time"

	"securescore/internal/ledger"
	"securescore/internal/posture"
)

// Limits are how much one caller may ask of one tenant. A zero turns a limit
// off.
type Limits struct {
	ScoresPerMinute int // requests for secureScores in a minute
	PerTenMinutes   int // requests in ten minutes
	Concurrent      int // requests at the same time
}

// DefaultLimits are those that Microsoft documents.
func DefaultLimits() Limits {
	return Limits{ScoresPerMinute: 150, PerTenMinutes: 10_000, Concurrent: 4}
}

const (
	minute     = time.Minute
	tenMinutes = 10 * time.Minute
	// busy is how long to wait for one of one's own requests to end.
	busy = time.Second
)

// maxCallers bounds the memory of the limiter. Only callers with a good token
// get in, so a number above it means that old ones are to be forgotten.
const maxCallers = 10_000

// caller is who counts for the limits.
type caller struct {
	actor  ledger.Actor
	tenant posture.TenantID // empty for requests that named no tenant of theirs
}

// window counts requests from the first one on, for a fixed time.
type window struct {
	began time.Time
	count int
}

// usage is what one caller has used.
type usage struct {
	minute, ten window
	running     int
}

// limiter holds callers to the limits.
type limiter struct {
	limits Limits
	now    func() time.Time

	mu   sync.Mutex
	used map[caller]*usage
}

func newLimiter(limits Limits, now func() time.Time) *limiter {
	return &limiter{limits: limits, now: now, used: make(map[caller]*usage)}
}

// enter counts one request. It returns what ends it, or how long to wait. A
// refused request counts for nothing, so that waiting as told always helps.
func (l *limiter) enter(who caller, scores bool) (leave func(), wait time.Duration) {
	if l.limits == (Limits{}) {
		return func() {}, 0
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	u := l.used[who]
	if u == nil {
		l.makeRoom(now)
		u = new(usage)
		l.used[who] = u
	}
	most := 0
	if scores {
		most = l.limits.ScoresPerMinute
	}
	wait = max(u.minute.full(most, minute, now), u.ten.full(l.limits.PerTenMinutes, tenMinutes, now))
	if wait == 0 && l.limits.Concurrent > 0 && u.running >= l.limits.Concurrent {
		wait = busy
	}
	if wait > 0 {
		return nil, wait
	}
	if scores {
		u.minute.add(minute, now)
	}
	u.ten.add(tenMinutes, now)
	u.running++
	return func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		u.running--
	}, 0
}

// full returns how long the window stays full; 0 when there is room.
func (w *window) full(most int, length time.Duration, now time.Time) time.Duration {
	if most <= 0 || w.count < most || now.Before(w.began) { // a clock that was set back begins anew
		return 0
	}
	return max(0, w.began.Add(length).Sub(now))
}

func (w *window) add(length time.Duration, now time.Time) {
	if !now.Before(w.began.Add(length)) || now.Before(w.began) {
		*w = window{began: now}
	}
	w.count++
}

// makeRoom forgets callers whose windows are over, and when all are still
// open, any that has nothing running.
func (l *limiter) makeRoom(now time.Time) {
	if len(l.used) < maxCallers {
		return
	}
	for who, u := range l.used {
		if u.running == 0 && !now.Before(u.ten.began.Add(tenMinutes)) && !now.Before(u.minute.began.Add(minute)) {
			delete(l.used, who)
		}
	}
	for who, u := range l.used {
		if len(l.used) < maxCallers {
			return
		}
		if u.running == 0 {
			delete(l.used, who)
		}
	}
}
