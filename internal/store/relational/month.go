// SPDX-License-Identifier: Apache-2.0

package relational

import (
	"context"
	"fmt"

	"securescore/internal/ledger"
	"securescore/internal/posture"
	"securescore/internal/store"
)

// months implements store.MonthWriter.
type months struct{ *bound }

func readMonth(row scanner) (m store.Month, err error) {
	err = row.Scan(&m.First, &m.Blob)
	return m, err
}

// Months implements store.MonthReader.
func (b months) Months(ctx context.Context, tenant posture.TenantID, s ledger.Series, catalogue string, first, last ledger.Day) ([]store.Month, error) {
	number, err := b.chain(tenant, s)
	if err != nil {
		return nil, err
	}
	return rows(ctx, b.bound, "ledger months", readMonth, number, catalogue, int64(first), int64(last))
}

// LastMonth implements store.MonthReader.
func (b months) LastMonth(ctx context.Context, tenant posture.TenantID, s ledger.Series, catalogue string, day ledger.Day) (store.Month, error) {
	number, err := b.chain(tenant, s)
	if err != nil {
		return store.Month{}, err
	}
	list, err := rows(ctx, b.bound, "ledger last month", readMonth, number, catalogue, int64(day))
	if err == nil && len(list) == 0 {
		err = fmt.Errorf("month of %s: %w", day, posture.ErrNotFound)
	}
	if err != nil {
		return store.Month{}, err
	}
	return list[0], nil
}

// PutMonths implements store.MonthWriter.
func (b months) PutMonths(ctx context.Context, tenant posture.TenantID, s ledger.Series, catalogue string, list []store.Month) error {
	number, err := b.chain(tenant, s)
	if err != nil {
		return err
	}
	if err := b.queue(ctx, store.KeyMonths, "ledger drop other months", number, catalogue); err != nil {
		return err
	}
	for _, m := range list {
		if err := b.queue(ctx, store.KeyMonths, "ledger put month", number, catalogue, int64(m.First), m.Blob); err != nil {
			return fmt.Errorf("keep month of %s: %w", m.First, err)
		}
	}
	return nil
}
