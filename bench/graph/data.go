// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"securescore/controls"
	"securescore/internal/catalog"
	"securescore/internal/entity"
	"securescore/internal/ledger"
	"securescore/internal/posture"
	"securescore/internal/store"
	"securescore/internal/store/sqlite"
)

// What the organisation looks like: as many days as clients ask for, and a few
// more, each with as many controls as a large organisation is scored by.
const (
	days          = 100
	scored        = 300
	changesPerDay = 3
)

// Two organisations: one is scored by controls of the catalogue, whose
// descriptions come with every day, the other by controls that it does not
// have, which have none.
const (
	described posture.TenantID = "b0000000-0000-4000-8000-000000000001"
	unknown   posture.TenantID = "b0000000-0000-4000-8000-000000000002"
)

// makeData makes a data folder with the ledgers of both.
func makeData(ctx context.Context, folder string, now time.Time) (err error) {
	catalogue, err := catalog.Load(entity.Standard(), catalog.Layer{Name: "built-in", Files: controls.Files, Lean: true})
	if err != nil {
		return err
	}
	var known, others []posture.ControlID
	for i := range scored {
		others = append(others, posture.ControlID(fmt.Sprintf("not_in_the_catalogue_%03d", i)))
		if i < len(catalogue.Controls) {
			known = append(known, catalogue.Controls[i].ID)
		}
	}
	known = append(known, others[len(known):]...)
	s, err := sqlite.Open(ctx, sqlite.Config{Folder: folder, Now: time.Now})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	for tenant, ids := range map[posture.TenantID][]posture.ControlID{described: known, unknown: others} {
		first := now.AddDate(0, 0, -days)
		if err := s.Across().Tenants.Create(ctx, store.Tenant{ID: tenant, Name: "Bench " + string(tenant[len(tenant)-1:]), Created: first}); err != nil {
			return err
		}
		entries, err := entriesOf(tenant, ids, first)
		if err != nil {
			return err
		}
		err = s.Update(ctx, tenant, func(ctx context.Context, w *store.Writer) error {
			return w.Ledger.Append(ctx, tenant, ledger.Own, entries, nil)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// entriesOf lets every control begin on the first day, and some move on each
// day after it.
func entriesOf(tenant posture.TenantID, ids []posture.ControlID, first time.Time) ([]ledger.Entry, error) {
	head := ledger.Genesis(tenant, ledger.Own)
	at := make(map[posture.ControlID]ledger.Standing, len(ids))
	var all []ledger.Entry
	for day := range days + 1 {
		moved := ids
		if day > 0 {
			moved = make([]posture.ControlID, changesPerDay)
			for k := range moved {
				moved[k] = ids[(day*7+k*101)%len(ids)]
			}
		}
		var changes []ledger.Change
		for i, id := range moved {
			n := (day*13 + i*7) % 101
			next := ledger.Standing{Measured: posture.Points(10 * n), Max: 1010, Counts: posture.Counts{Pass: n, Fail: 101 - n}}
			changes = append(changes, ledger.Change{Control: id, Cause: ledger.User, Before: at[id], After: next, Actor: ledger.System})
			at[id] = next
		}
		sealed, next, err := ledger.Seal(head, changes, ledger.Stamp{Effective: first.AddDate(0, 0, day), Recorded: first.AddDate(0, 0, day)})
		if err != nil {
			return nil, err
		}
		all, head = append(all, sealed...), next
	}
	return all, nil
}
