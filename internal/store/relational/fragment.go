// SPDX-License-Identifier: Apache-2.0

package relational

import (
	"context"
	"fmt"

	"securescore/internal/ledger"
	"securescore/internal/posture"
	"securescore/internal/store"
)

// fragments implements store.FragmentWriter. It is a cache that others read by
// the ledger's sequence, so the change feed does not tell of it.
type fragments struct{ *bound }

func readFragment(row scanner) (f store.Fragment, err error) {
	err = row.Scan(&f.Day, &f.Body)
	return f, err
}

// Fragments implements store.FragmentReader.
func (b fragments) Fragments(ctx context.Context, tenant posture.TenantID, key string, first, last ledger.Day) ([]store.Fragment, error) {
	if err := b.own(tenant); err != nil {
		return nil, err
	}
	return rows(ctx, b.bound, "fragment days", readFragment, key, int64(first), int64(last))
}

// PutFragments implements store.FragmentWriter.
func (b fragments) PutFragments(ctx context.Context, tenant posture.TenantID, key string, days []store.Fragment) error {
	if err := b.own(tenant); err != nil {
		return err
	}
	if err := b.later(ctx, "fragment drop others", b.number, key); err != nil {
		return err
	}
	for i := range days {
		if err := b.later(ctx, "fragment put", b.number, int64(days[i].Day), key, days[i].Body); err != nil {
			return fmt.Errorf("keep the day %s: %w", days[i].Day, err)
		}
	}
	return nil
}
