// SPDX-License-Identifier: Apache-2.0

package assess

import (
	"context"
	"errors"
	"slices"
	"sync"

	"securescore/internal/posture"
	"securescore/internal/store"
)

// lane is where those who change a tenant wait for one another, within this
// process. Without it there would be a moment, between a commit and what is
// remembered of it, in which others had to load everything.
type lane struct {
	turn chan struct{} // full while somebody has it

	mu      sync.Mutex
	waiting []*patch
}

// patch is a status change on its way.
type patch struct {
	request

	done   chan struct{} // closed once what follows is set
	result Patched
	err    error
}

// errInterrupted is what those get whose patches were under way in a panic.
var errInterrupted = errors.New("the transaction was interrupted")

// mostAtOnce bounds the patches in one transaction, so that the first of them
// does not wait for long.
const mostAtOnce = 64

func (a *Assessor) lane(tenant posture.TenantID) *lane {
	a.mu.Lock()
	defer a.mu.Unlock()
	l, ok := a.lanes[tenant]
	if !ok {
		l = &lane{turn: make(chan struct{}, 1)}
		a.lanes[tenant] = l
	}
	return l
}

// wait waits for the turn.
func (l *lane) wait(ctx context.Context) (release func(), err error) {
	select {
	case l.turn <- struct{}{}:
		return func() { <-l.turn }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (l *lane) join(p *patch) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.waiting = append(l.waiting, p)
}

// leave reports whether the patch was still waiting.
func (l *lane) leave(p *patch) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	at := slices.Index(l.waiting, p)
	if at >= 0 {
		l.waiting = slices.Delete(l.waiting, at, at+1)
	}
	return at >= 0
}

func (l *lane) take() []*patch {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := min(len(l.waiting), mostAtOnce)
	batch := slices.Clone(l.waiting[:n])
	l.waiting = slices.Delete(l.waiting, 0, n)
	return batch
}

// put carries a patch out. Those that wait meanwhile are written in one
// transaction, by the first of them that gets the turn: the disk confirms them
// together, and each returns when it has.
func (a *Assessor) put(ctx context.Context, tenant posture.TenantID, p *patch) (Patched, error) {
	l := a.lane(tenant)
	l.join(p)
	select {
	case l.turn <- struct{}{}:
		a.lead(context.WithoutCancel(ctx), tenant, l, p) // others' patches are among them
	case <-p.done:
	case <-ctx.Done():
		if l.leave(p) {
			return Patched{}, ctx.Err()
		}
	}
	<-p.done // whoever took it closes it, whatever happens
	return p.result, p.err
}

// lead writes what waits until p is written, and gives the turn back. It is
// written already when another one led before.
func (a *Assessor) lead(ctx context.Context, tenant posture.TenantID, l *lane, p *patch) {
	defer func() { <-l.turn }()
	for {
		select {
		case <-p.done:
			return
		default:
			a.putAll(ctx, tenant, l.take())
		}
	}
}

// putAll writes patches in their order. One that is refused, which it is
// before it has written anything, leaves the others alone.
func (a *Assessor) putAll(ctx context.Context, tenant posture.TenantID, batch []*patch) {
	err := errInterrupted // unless it ends in another way
	defer func() {
		for _, p := range batch {
			if err != nil {
				p.result, p.err = Patched{}, err
			}
			close(p.done)
		}
	}()
	var last *picture
	err = a.store.Update(ctx, tenant, func(ctx context.Context, w *store.Writer) error {
		before, err := a.before(ctx, w, tenant)
		if err != nil {
			return err
		}
		sequence := before.sequence + 1
		for _, p := range batch {
			r := a.begin(w, tenant, before, sequence)
			p.result, p.err = r.patch(ctx, &p.request)
			switch {
			case p.err == nil && p.result.Changed:
				last, before = r.picture, r.picture
			case p.err != nil && r.wrote:
				return p.err
			}
		}
		return nil
	})
	if err == nil && last != nil {
		a.remember(tenant, last)
	}
}
