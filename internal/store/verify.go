// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"fmt"

	"securescore/internal/ledger"
	"securescore/internal/posture"
)

// verifyPage is how many entries are in memory at a time.
const verifyPage = 2000

// Verify walks a series from its first entry and reports what is wrong with
// it: order, hashes, sums, the stored head, for the series own the current
// score, and the heads that somebody exported earlier. An
// error means that it could not be read to the end; entries that cannot be
// decoded are such an error and wrap posture.ErrInvalid.
func Verify(ctx context.Context, r *Reader, tenant posture.TenantID, s ledger.Series, exported ...ledger.Head) (ledger.Report, error) {
	v := ledger.NewVerifier(tenant, s, exported...)
	after := int64(0)
	for {
		entries, err := r.Ledger.Entries(ctx, tenant, s, after, verifyPage)
		if err != nil {
			return ledger.Report{}, fmt.Errorf("verify ledger %s of %s after entry %d: %w", s, tenant, after, err)
		}
		if len(entries) == 0 {
			break
		}
		for i := range entries {
			v.Add(&entries[i])
		}
		last := entries[len(entries)-1].Sequence
		if last <= after {
			return ledger.Report{}, fmt.Errorf("verify ledger %s of %s after entry %d: %w: sequences do not rise", s, tenant, after, posture.ErrInvalid)
		}
		after = last
	}
	head, err := r.Ledger.Head(ctx, tenant, s)
	if err != nil {
		return ledger.Report{}, fmt.Errorf("verify ledger %s of %s: %w", s, tenant, err)
	}
	expect := ledger.Expect{Stored: &head}
	if s == ledger.Own {
		current, err := r.Assessments.List(ctx, tenant)
		if err != nil {
			return ledger.Report{}, fmt.Errorf("verify ledger %s of %s: %w", s, tenant, err)
		}
		expect.Current = make(ledger.Scoring, len(current))
		for i := range current {
			expect.Current[current[i].Assessment.Control] = current[i].Standing
		}
	}
	return v.Finish(expect), nil
}
