// SPDX-License-Identifier: Apache-2.0

package daily

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"slices"
	"time"

	"securescore/internal/assess"
	"securescore/internal/ledger"
	"securescore/internal/posture"
	"securescore/internal/store"
)

// page is how many entries or runs are read at a time.
const page = 1000

// load makes a view of what the store holds. From an earlier one it takes over
// the ledger up to where it has not grown since.
func (s *Source) load(ctx context.Context, r *store.Reader, tenant posture.TenantID, earlier *View, now time.Time) (*View, error) {
	t, err := r.Tenant.Tenant(ctx, tenant)
	if err != nil {
		return nil, fmt.Errorf("read the tenant: %w", err)
	}
	v := &View{source: s, tenant: tenant, azure: t.Entra, literal: s.literal, today: ledger.DayOf(now), filling: make(chan struct{}, 1)}
	if v.azure == "" {
		v.azure = string(t.ID)
	}
	v.key = fmt.Sprintf("%d %s %s", revision, s.lexicon.version, v.azure)
	if v.literal {
		v.key += " literal"
	}
	sum := sha256.Sum256([]byte(v.key))
	v.basis = binary.BigEndian.Uint64(sum[:])
	var line *timeline
	if earlier != nil {
		line = earlier.line
	}
	if v.line, err = s.readLedger(ctx, r, tenant, line); err != nil {
		return nil, err
	}
	if v.line, err = readRuns(ctx, r, tenant, v.line); err != nil {
		return nil, err
	}
	sets, err := r.Evidence.Sets(ctx, tenant)
	if err != nil {
		return nil, fmt.Errorf("read the ages of the evidence: %w", err)
	}
	v.Stale, v.until = s.assessor.Stale(sets, now)
	v.Tag = v.tag()
	return v, nil
}

// readLedger brings a timeline up to date; nil begins a new one.
func (s *Source) readLedger(ctx context.Context, r *store.Reader, tenant posture.TenantID, line *timeline) (*timeline, error) {
	head, err := r.Ledger.Head(ctx, tenant, ledger.Own)
	if err != nil {
		return nil, fmt.Errorf("read the ledger's head: %w", err)
	}
	if line != nil && line.head == head {
		return line, nil
	}
	if line != nil && line.head.Sequence < head.Sequence {
		entries, err := newer(ctx, r, tenant, line.head.Sequence, head.Sequence)
		if err != nil {
			return nil, err
		}
		if len(entries) > 0 && entries[0].Prev == line.head.Hash && line.follows(entries) {
			return line.extend(s.lexicon, head, entries), nil
		}
	}
	// A ledger that does not go on from what is known is read from its beginning.
	entries, err := r.Ledger.Between(ctx, tenant, ledger.Own, time.Time{}, ledger.Day(1<<20).Time())
	if err != nil {
		return nil, fmt.Errorf("read the ledger: %w", err)
	}
	line = (&timeline{}).extend(s.lexicon, head, entries)
	line.compact()
	return line, nil
}

// newer reads the entries after a sequence.
func newer(ctx context.Context, r *store.Reader, tenant posture.TenantID, after, last int64) ([]ledger.Entry, error) {
	var all []ledger.Entry
	for after < last {
		entries, err := r.Ledger.Entries(ctx, tenant, ledger.Own, after, page)
		if err != nil {
			return nil, fmt.Errorf("read the ledger: %w", err)
		}
		if len(entries) == 0 {
			break
		}
		all = append(all, entries...)
		after = entries[len(entries)-1].Sequence
	}
	return all, nil
}

// readRuns looks at the runs that came since.
func readRuns(ctx context.Context, r *store.Reader, tenant posture.TenantID, line *timeline) (*timeline, error) {
	var times []time.Time
	newest, before, known := line.lastRun, int64(0), false
	for !known {
		runs, err := r.Runs.Runs(ctx, tenant, before, page)
		if err != nil {
			return nil, fmt.Errorf("read the runs: %w", err)
		}
		for i := range runs {
			run := &runs[i]
			if known = run.ID <= line.lastRun; known {
				break
			}
			newest, before = max(newest, run.ID), run.ID
			if run.Fault == "" && !run.Finished.IsZero() && !run.At.IsZero() {
				times = append(times, run.At)
			}
		}
		known = known || len(runs) < page
	}
	if newest == line.lastRun {
		return line, nil
	}
	return line.observe(times, newest), nil
}

// tag sums up all that an answer can depend on.
func (v *View) tag() string {
	text := fmt.Appendf(nil, "%s\n%s\n%s\n%d\n%d\n", v.tenant, v.key, v.line.head, v.line.lastRun, v.today)
	stale := slices.Clone(v.Stale)
	slices.SortFunc(stale, assess.StaleSet.Compare)
	for _, set := range stale {
		text = fmt.Appendf(text, "%q %q %d\n", set.Source, set.DataSet, set.Since.UnixMicro())
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:16])
}
