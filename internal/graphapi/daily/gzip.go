// SPDX-License-Identifier: Apache-2.0

package daily

import (
	"context"
	"fmt"
	"io"
	"slices"
	"time"

	"securescore/internal/ledger"
	"securescore/internal/store"
)

const (
	// maxShelf bounds the compressed days in memory, in bytes over all tenants.
	maxShelf = 64 << 20
	// batch is how many days are read, made and stored at a time.
	batch = 64
	// storeWait is how long an answer waits for its turn to write to the cache of
	// days: whoever writes something that matters goes first.
	storeWait = 250 * time.Millisecond
	// Past days are made once and sent often, today's is made at every change.
	pastLevel, todayLevel = 6, 1
)

// Gzip appends one gzip member that holds prefix, n days from first on joined
// by commas, and suffix. It is put together from compressed days, of which only
// those that nobody asked for before are made. The error wraps
// posture.ErrNotFound when some of the days do not exist.
func (v *View) Gzip(ctx context.Context, dst, prefix []byte, first, n int, suffix []byte) ([]byte, error) {
	p, err := v.Packed(ctx, prefix, first, n, suffix)
	if err != nil {
		return dst, err
	}
	if p.whole != nil {
		return append(dst, p.whole...), nil
	}
	m := startMember(slices.Grow(dst, p.Size()))
	_ = p.add(&m, func(*member) error { return nil })
	return m.dst, nil
}

// Packed is what Gzip appends, not yet put together unless it was sent before.
type Packed struct {
	prefix, suffix []byte
	days           []*fragment

	key   pageKey
	pages *pages
	whole []byte // nil when it is not there
}

// Packed prepares what Gzip appends; its errors are those of Gzip.
func (v *View) Packed(ctx context.Context, prefix []byte, first, n int, suffix []byte) (*Packed, error) {
	if err := v.within(first, n); err != nil {
		return nil, err
	}
	at := pageKey{v.tenant, v.Tag, first, n, string(prefix), string(suffix)}
	if body := v.source.pages.take(at); body != nil {
		return &Packed{whole: body}, nil
	}
	days, err := v.fragments(ctx, first, n)
	if err != nil {
		return nil, fmt.Errorf("compress the days of %s: %w", v.tenant, err)
	}
	return &Packed{prefix: prefix, suffix: suffix, days: days, key: at, pages: v.source.pages}, nil
}

// Size is how many bytes the member has.
func (p *Packed) Size() int {
	if p.whole != nil {
		return len(p.whole)
	}
	size := len(gzipHead) + storedSize(len(p.prefix)) + storedSize(len(p.suffix)) + gzipTail
	size += max(0, len(p.days)-1) * storedSize(1)
	for _, f := range p.days {
		size += len(f.piece)
	}
	return size
}

// sendAt is how much is put together before it goes out: few calls of the
// system, and bytes that are still in a near cache when it copies them.
const sendAt = 128 << 10

// Send writes the member. It uses the buffer, which may be nil, and returns it,
// maybe a larger one. The error is that of the writer.
func (p *Packed) Send(w io.Writer, buffer []byte) ([]byte, error) {
	if size := p.Size(); p.whole == nil && size <= maxPage {
		m := startMember(make([]byte, 0, size))
		_ = p.add(&m, func(*member) error { return nil })
		p.whole = m.dst
		p.pages.put(p.key, p.whole)
	}
	if p.whole != nil {
		_, err := w.Write(p.whole)
		return buffer, err
	}
	m := startMember(buffer[:0])
	err := p.add(&m, func(m *member) error {
		if len(m.dst) < sendAt {
			return nil
		}
		_, err := w.Write(m.dst)
		m.dst = m.dst[:0]
		return err
	})
	if err == nil {
		_, err = w.Write(m.dst)
	}
	return m.dst, err
}

// add puts everything into a member, and has it looked at after each day.
func (p *Packed) add(m *member, look func(*member) error) error {
	m.plain(p.prefix)
	comma := []byte{','}
	for i, f := range p.days {
		if i > 0 {
			m.plain(comma)
		}
		m.fragment(f)
		if err := look(m); err != nil {
			return err
		}
	}
	m.plain(p.suffix)
	m.finish()
	return nil
}

// fragments returns those of n days from first on. Of many that ask one view
// for what is not there, one does the work.
func (v *View) fragments(ctx context.Context, first, n int) ([]*fragment, error) {
	if n == 0 {
		return nil, nil
	}
	days, stamps := make([]*fragment, n), v.line.stamps(v.Day(first), n, v.basis)
	if v.source.shelf.take(v.tenant, v.Day(first), stamps, days) == 0 {
		return days, nil
	}
	select {
	case v.filling <- struct{}{}:
		defer func() { <-v.filling }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if v.source.shelf.take(v.tenant, v.Day(first), stamps, days) == 0 {
		return days, nil
	}
	for i := 0; i < n; i += batch {
		end := min(i+batch, n)
		if slices.Contains(days[i:end], nil) {
			if err := v.fill(ctx, first+i, stamps[i:end], days[i:end]); err != nil {
				return nil, err
			}
		}
	}
	return days, nil
}

// fill finds or makes the fragments that are missing.
func (v *View) fill(ctx context.Context, first int, stamps []uint64, days []*fragment) error {
	lacking := make([]bool, len(days))
	for i := range days {
		lacking[i] = days[i] == nil
	}
	if err := v.fetch(ctx, first, stamps, days); err != nil {
		return err
	}
	made, err := v.encode(ctx, first, stamps, days)
	if err != nil {
		return err
	}
	for i, f := range days {
		if lacking[i] {
			v.source.shelf.put(v.tenant, v.Day(first+i), f)
		}
	}
	v.keep(ctx, made)
	return nil
}

// fetch reads what the store has of the missing days.
func (v *View) fetch(ctx context.Context, first int, stamps []uint64, days []*fragment) error {
	newest, oldest := v.Day(first), v.Day(first+len(days)-1)
	if newest == v.today && !slices.Contains(days[1:], nil) {
		return nil // today's day is never stored
	}
	return v.source.store.View(ctx, v.tenant, func(ctx context.Context, r *store.Reader) error {
		stored, err := r.Fragments.Fragments(ctx, v.tenant, v.key, oldest, newest)
		if err != nil {
			return fmt.Errorf("read the stored days: %w", err)
		}
		for i := range stored {
			if at := int(newest - stored[i].Day); at >= 0 && at < len(days) && days[at] == nil {
				days[at] = parseFragment(stored[i].Body, stamps[at])
			}
		}
		return nil
	})
}

// encode makes the days that are still missing, and returns the past ones of them.
func (v *View) encode(ctx context.Context, first int, stamps []uint64, days []*fragment) ([]store.Fragment, error) {
	var made []store.Fragment
	w := v.line.walk(v.Day(first))
	for i := range days {
		if days[i] != nil {
			continue
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		day := v.Day(first + i)
		w.to(day)
		f, err := v.pack(w, day, stamps[i])
		if err != nil {
			return nil, err
		}
		days[i] = f
		if day != v.today {
			made = append(made, store.Fragment{Day: day, Body: f.body()})
		}
	}
	slices.Reverse(made)
	return made, nil
}

func (v *View) pack(w *walker, day ledger.Day, stamp uint64) (*fragment, error) {
	pool := &v.source.past
	if day == v.today {
		pool = &v.source.present
	}
	k, err := pool.take()
	if err != nil {
		return nil, err
	}
	defer pool.give(k)
	k.score.fill(v, w, day)
	return k.pack(stamp)
}

// keep stores days for the next process. Not being able to is no reason to
// withhold an answer that is right: the days are then made again.
func (v *View) keep(ctx context.Context, made []store.Fragment) {
	if len(made) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, storeWait)
	defer cancel()
	_ = v.source.store.Update(ctx, v.tenant, func(ctx context.Context, w *store.Writer) error {
		if sequence, err := w.Changes.Sequence(ctx, v.tenant); err != nil || sequence != v.sequence {
			return err // what was appended meanwhile may be about these days
		}
		return w.Fragments.PutFragments(ctx, v.tenant, v.key, made)
	})
}
