// SPDX-License-Identifier: Apache-2.0

package assess

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"time"

	"securescore/internal/access"
	"securescore/internal/audit"
	"securescore/internal/ledger"
	"securescore/internal/posture"
	"securescore/internal/store"
)

var guid = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)

// Imported is what a tenant's series of Microsoft's own scores holds after an
// import.
type Imported struct {
	Days    int         // that were read
	Last    ledger.Day  // the newest day that the series knows
	Sums    ledger.Sums // of that day
	Entries int         // that were written
}

// ImportMicrosoft takes Microsoft's own scores in, each back-dated to its day.
// What was imported before is not written again. The organisation is the Entra
// tenant that the scores are of; another one than the tenant is bound to is
// refused with an error that wraps posture.ErrConflict. Who hands them over
// must be allowed to manage evidence, else the error is that of May.
func (a *Assessor) ImportMicrosoft(ctx context.Context, tenant posture.TenantID, by *access.Principal, organisation string, days []ledger.ImportedDay) (Imported, error) {
	if err := by.May(access.ManageEvidence, tenant); err != nil {
		return Imported{}, err
	}
	done := Imported{Days: len(days)}
	err := a.store.Update(ctx, tenant, func(ctx context.Context, w *store.Writer) error {
		if err := sameOrganisation(ctx, w, tenant, by, organisation, a.now().UTC()); err != nil {
			return err
		}
		existing, err := w.Ledger.Between(ctx, tenant, ledger.Microsoft, time.Time{}, ledger.Day(1<<20).Time())
		if err != nil {
			return fmt.Errorf("read what was imported before: %w", err)
		}
		head, err := w.Ledger.Head(ctx, tenant, ledger.Microsoft)
		if err != nil {
			return fmt.Errorf("read the ledger's head: %w", err)
		}
		now := a.now().UTC()
		keepMaxima(existing, days)
		entries, _, err := ledger.Seal(head, ledger.Import(existing, days), ledger.Stamp{Effective: now, Recorded: now})
		if err != nil {
			return err
		}
		if len(entries) > 0 {
			if err := w.Ledger.Append(ctx, tenant, ledger.Microsoft, entries, nil); err != nil {
				return fmt.Errorf("append to the ledger: %w", err)
			}
			through := ledger.DayOf(entries[len(entries)-1].Effective)
			if err := store.KeepMonths(ctx, w, Past(tenant, ledger.Microsoft, a.catalogue), through); err != nil {
				return err
			}
		}
		done.Entries = len(entries)
		all := slices.Concat(existing, entries)
		ledger.Chronological(all)
		if len(all) > 0 {
			done.Last = ledger.DayOf(all[len(all)-1].Effective)
		}
		done.Sums = ledger.Replay(all).Sums()
		return logEvidence(ctx, w, tenant, now, by, evidenceRecord{Source: string(ledger.Microsoft), Days: len(days)})
	})
	if err != nil {
		return Imported{}, fmt.Errorf("import Microsoft's scores: %w", err)
	}
	return done, nil
}

// keepMaxima gives controls whose maximum an import does not tell the one that
// is known of that day already: scores without their profiles take nothing back.
func keepMaxima(existing []ledger.Entry, days []ledger.ImportedDay) {
	for i := range days {
		known := ledger.Replay(ledger.At(existing, (days[i].Day + 1).Time().Add(-time.Microsecond)))
		for id, s := range days[i].Controls {
			if s.Max == 0 && known[id].Max >= s.Measured {
				s.Max = known[id].Max
				days[i].Controls[id] = s
			}
		}
	}
}

// sameOrganisation binds a tenant at its first import and refuses scores of
// another organisation afterwards. An id that is no GUID, as in files that
// were made anonymous, binds nothing. The binding decides whose claims count in
// the tenant, so that the audit log tells of it.
func sameOrganisation(ctx context.Context, w *store.Writer, tenant posture.TenantID, by *access.Principal, organisation string, at time.Time) error {
	t, err := w.Tenant.Tenant(ctx, tenant)
	if err != nil {
		return err
	}
	switch {
	case organisation == "" || t.Entra == organisation:
		return nil
	case t.Entra != "":
		return fmt.Errorf("%w: the scores are of organisation %s, the tenant is bound to %s", posture.ErrConflict, organisation, t.Entra)
	case guid.MatchString(organisation):
		if err := w.Tenant.Bind(ctx, tenant, organisation); err != nil {
			return err
		}
		record := audit.By(by, audit.TenantChanged, tenant, string(tenant))
		return appendAudit(ctx, w, tenant, at, record.With(`{"entra":""}`, fmt.Sprintf(`{"entra":%q}`, organisation)))
	}
	return nil
}
