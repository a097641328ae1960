// SPDX-License-Identifier: Apache-2.0

package relational

import (
	"context"
	"database/sql"
	"fmt"
	"math"
	"time"

	"securescore/internal/posture"
	"securescore/internal/store"
)

// runs implements store.RunWriter.
type runs struct{ *bound }

func readRun(row scanner) (store.Run, error) {
	var r store.Run
	var started, evaluated int64
	var finished sql.NullInt64
	err := row.Scan(&r.ID, &r.Source, &r.Catalogue, &started, &finished, &evaluated, &r.Entries, &r.Fault)
	r.Started, r.Finished, r.At = at(started), since(finished), at(evaluated)
	return r, err
}

// Runs implements store.RunReader.
func (b runs) Runs(ctx context.Context, tenant posture.TenantID, before int64, limit int) ([]store.Run, error) {
	if err := b.own(tenant); err != nil {
		return nil, err
	}
	if before == 0 {
		before = math.MaxInt64
	}
	return rows(ctx, b.bound, "run list", readRun, before, limit)
}

// Run implements store.RunReader.
func (b runs) Run(ctx context.Context, tenant posture.TenantID, id int64) (store.Run, error) {
	if err := b.own(tenant); err != nil {
		return store.Run{}, err
	}
	list, err := rows(ctx, b.bound, "run one", readRun, id)
	if err == nil && len(list) == 0 {
		err = posture.ErrNotFound
	}
	if err != nil {
		return store.Run{}, fmt.Errorf("run %d: %w", id, err)
	}
	return list[0], nil
}

// Begin implements store.RunWriter.
func (b runs) Begin(ctx context.Context, tenant posture.TenantID, r store.Run) (id int64, err error) {
	if err := b.own(tenant); err != nil {
		return 0, err
	}
	var adoption int64
	if err := b.row(ctx, "run adoption", []any{&adoption}, r.Catalogue); err != nil {
		return 0, fmt.Errorf("begin a run with catalogue %s: %w", r.Catalogue, err)
	}
	if err := b.row(ctx, "run begin", []any{&id}, r.Source, adoption, micros(r.Started), micros(r.At), b.number); err != nil {
		return 0, fmt.Errorf("begin a run: %w", err)
	}
	b.changed[store.KeyRuns] = true
	return id, nil
}

// Finish implements store.RunWriter.
func (b runs) Finish(ctx context.Context, tenant posture.TenantID, id int64, when time.Time, entries int, why string) error {
	if err := b.own(tenant); err != nil {
		return err
	}
	n, err := b.exec(ctx, "run finish", micros(when), entries, why, b.number, id)
	switch {
	case err != nil:
		return fmt.Errorf("finish run %d: %w", id, err)
	case n > 0:
		b.changed[store.KeyRuns] = true
		return nil
	}
	if _, err := b.Run(ctx, tenant, id); err != nil {
		return err
	}
	return fmt.Errorf("finish run %d: %w: it has ended already", id, posture.ErrConflict)
}
