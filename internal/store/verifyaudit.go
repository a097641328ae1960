// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"fmt"

	"securescore/internal/audit"
	"securescore/internal/posture"
)

// VerifyAudit walks a log from its first entry and reports what is wrong with
// it: order, hashes, details, the stored head, and the heads that somebody
// exported earlier. An error means that it could not be read to the end.
func VerifyAudit(ctx context.Context, r AuditReader, log posture.TenantID, exported ...audit.Head) (audit.Report, error) {
	v := audit.NewVerifier(log, exported...)
	after := int64(0)
	for {
		entries, err := r.Entries(ctx, log, after, verifyPage)
		if err != nil {
			return audit.Report{}, fmt.Errorf("verify audit log of %s after entry %d: %w", log, after, err)
		}
		if len(entries) == 0 {
			break
		}
		for i := range entries {
			v.Add(&entries[i])
		}
		last := entries[len(entries)-1].Sequence
		if last <= after {
			return audit.Report{}, fmt.Errorf("verify audit log of %s after entry %d: %w: sequences do not rise", log, after, posture.ErrInvalid)
		}
		after = last
	}
	head, err := r.Head(ctx, log)
	if err != nil {
		return audit.Report{}, fmt.Errorf("verify audit log of %s: %w", log, err)
	}
	return v.Finish(head), nil
}
