// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"securescore/internal/audit"
	"securescore/internal/ledger"
	"securescore/internal/posture"
	"securescore/internal/store"
)

// keptHeads are heads that somebody exported earlier.
type keptHeads struct {
	head  *ledger.Head // from --head, of the named tenant
	heads []audit.SignedHead
}

// ofLedger are the keptHeads heads of one series.
func (k *keptHeads) ofLedger(tenant posture.TenantID, series ledger.Series) []ledger.Head {
	var list []ledger.Head
	if k.head != nil && k.head.Series == series {
		list = append(list, *k.head)
	}
	for i := range k.heads {
		if h, ok := k.heads[i].Ledger(); ok && k.heads[i].Tenant == tenant && h.Series == series {
			list = append(list, h)
		}
	}
	return list
}

// ofLogs are the keptHeads heads of audit logs.
func (k *keptHeads) ofLogs() []audit.Head {
	var list []audit.Head
	for i := range k.heads {
		if h, ok := k.heads[i].Log(); ok {
			list = append(list, h)
		}
	}
	return list
}

func verifyCommand(e *env) *cobra.Command {
	var data storage
	var tenant, head, heads, key string
	cmd := &cobra.Command{
		Use: "verify", Short: "Check sums and hashes of ledgers and audit logs", Args: noArgs,
		Long: "Walks every ledger and every audit log from its first entry and checks order, hashes and sums against the current score.\n" +
			"It prints the head of each ledger; keep it elsewhere and hand it back with --head to notice one that was rewritten.\n" +
			"--heads does the same for all at once, with a file of signed heads that 'securescore heads sign' wrote.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			k, err := readHeads(tenant, head, heads, key)
			if err != nil {
				return err
			}
			return e.withStore(cmd.Context(), data, func(ctx context.Context, s store.Store) error {
				return e.verify(ctx, s, tenant, k)
			})
		},
	}
	dataFlag(cmd, &data)
	cmd.Flags().StringVar(&tenant, "tenant", "", "only this `TENANT` (id, GUID or name)")
	cmd.Flags().StringVar(&head, "head", "", "`HEAD` that an earlier run printed")
	cmd.Flags().StringVar(&heads, "heads", "", "`FILE` of signed heads")
	cmd.Flags().StringVar(&key, "heads-key", "", "`FILE` with the public key, or keys, that signed them")
	return cmd
}

func readHeads(tenant, head, heads, key string) (*keptHeads, error) {
	k := &keptHeads{}
	if head != "" {
		h, err := ledger.ParseHead(head)
		if err != nil {
			return nil, &usageError{err}
		}
		if tenant == "" {
			return nil, usagef("--head goes with --tenant")
		}
		k.head = &h
	}
	if (heads == "") != (key == "") {
		return nil, usagef("--heads and --heads-key go together: without the key anybody could have written the file")
	}
	if heads == "" {
		return k, nil
	}
	text, err := os.ReadFile(key)
	if err != nil {
		return nil, usagef("--heads-key: %w", err)
	}
	keys, err := audit.PublicKeys(text)
	if err != nil {
		return nil, usagef("--heads-key %s: %w", key, err)
	}
	if text, err = os.ReadFile(heads); err != nil {
		return nil, usagef("--heads: %w", err)
	}
	if k.heads, err = audit.ReadHeads(bytes.NewReader(text), keys...); err != nil {
		return nil, fmt.Errorf("%s: %w", heads, err)
	}
	if len(k.heads) == 0 {
		return nil, usagef("--heads %s: no signed head is in it", heads)
	}
	return k, nil
}

func (e *env) verify(ctx context.Context, s store.Store, name string, k *keptHeads) error {
	tenants, err := s.Across().Tenants.List(ctx)
	if name != "" {
		var t store.Tenant
		t, err = findTenant(ctx, s, name)
		tenants = []store.Tenant{t}
	}
	if err != nil {
		return err
	}
	var faults []error
	if name != "" {
		faults = k.without(tenants[0].ID)
	}
	for i := range tenants {
		found, err := e.verifyTenant(ctx, s, &tenants[i], k)
		if err != nil {
			return err
		}
		faults = append(faults, found...)
	}
	if name == "" {
		found, err := e.verifyInstallation(ctx, s, tenants, k)
		if err != nil {
			return err
		}
		faults = append(faults, found...)
	}
	return errors.Join(faults...)
}

// verifyTenant prints what it found of each chain of a tenant and returns the
// faults.
func (e *env) verifyTenant(ctx context.Context, s store.Store, t *store.Tenant, k *keptHeads) ([]error, error) {
	var faults []error
	err := s.View(ctx, t.ID, func(ctx context.Context, r *store.Reader) error {
		for _, series := range ledger.AllSeries() {
			found, err := e.verifySeries(ctx, r, t, series, k)
			if err != nil {
				return err
			}
			faults = append(faults, found...)
		}
		report, err := store.VerifyAudit(ctx, r.Audit, t.ID, k.ofLogs()...)
		if err != nil {
			return err
		}
		found, err := e.printLog(t.Name, report)
		faults = append(faults, found...)
		return err
	})
	return faults, err
}

func (e *env) verifySeries(ctx context.Context, r *store.Reader, t *store.Tenant, series ledger.Series, k *keptHeads) ([]error, error) {
	heads := k.ofLedger(t.ID, series)
	report, err := store.Verify(ctx, r, t.ID, series, heads...)
	if err != nil {
		return nil, err
	}
	if report.Entries == 0 && len(heads) == 0 && len(report.Faults) == 0 {
		return nil, nil
	}
	var faults []error
	for _, f := range report.Faults {
		faults = append(faults, fmt.Errorf("%s, %s: %s", t.Name, series, f))
	}
	_, err = fmt.Fprintf(e.out, "%s  %s  %d entries, %s of %s points, %s\n  head %s\n",
		posture.Printable(t.Name), series, report.Entries, report.Sums.Earned(), report.Sums.Max, verdict(len(faults)), report.Head)
	return faults, err
}

// verifyInstallation checks the log that belongs to no tenant, that every tenant
// which had a head signed is still there, or is known to be removed, and that
// the file of heads is whole.
func (e *env) verifyInstallation(ctx context.Context, s store.Store, tenants []store.Tenant, k *keptHeads) ([]error, error) {
	var faults []error
	err := s.Across().Registry.View(ctx, func(ctx context.Context, r *store.Registry) error {
		report, err := store.VerifyAudit(ctx, r.Audit, audit.Installation, k.ofLogs()...)
		if err != nil {
			return err
		}
		if faults, err = e.printLog("installation", report); err != nil {
			return err
		}
		gone, err := told(ctx, r, audit.TenantRemoved)
		if err != nil {
			return err
		}
		added, err := told(ctx, r, audit.TenantAdded)
		if err != nil {
			return err
		}
		faults = append(faults, k.vanished(tenants, gone)...)
		faults = append(faults, k.incomplete(added, gone)...)
		return nil
	})
	return faults, err
}

// told are the entries of the installation's log about something that was done.
func told(ctx context.Context, r *store.Registry, event audit.Event) ([]audit.Entry, error) {
	entries, err := r.Audit.Find(ctx, audit.Installation, store.AuditQuery{Event: string(event), Limit: 1 << 20})
	return slices.DeleteFunc(entries, func(e audit.Entry) bool { return e.Outcome != audit.Done }), err
}

// names reports whether one of the entries is about a tenant.
func names(entries []audit.Entry, tenant posture.TenantID) bool {
	return slices.ContainsFunc(entries, func(e audit.Entry) bool { return e.Target == string(tenant) })
}

// vanished finds tenants that had a head signed and are not here any more.
func (k *keptHeads) vanished(tenants []store.Tenant, gone []audit.Entry) []error {
	var missing []posture.TenantID
	var faults []error
	for i := range k.heads {
		id := k.heads[i].Tenant
		here := id == audit.Installation || slices.ContainsFunc(tenants, func(t store.Tenant) bool { return t.ID == id })
		if !here && !names(gone, id) && !slices.Contains(missing, id) {
			missing = append(missing, id)
			faults = append(faults, fmt.Errorf("tenant %s: a head of it was signed, and it is not here: nobody has written down that it was removed", id))
		}
	}
	return faults
}

// incomplete finds lines that were taken out of the file: whoever signs signs
// the heads of all tenants that the log names up to there, at one time.
func (k *keptHeads) incomplete(added, gone []audit.Entry) []error {
	if len(k.heads) == 0 {
		return nil
	}
	var last *audit.SignedHead
	for i := range k.heads {
		h := &k.heads[i]
		if h.Kind == audit.LogHead && h.Tenant == audit.Installation && (last == nil || h.Sequence >= last.Sequence) {
			last = h
		}
	}
	if last == nil {
		return []error{errors.New("no head of the installation's log is in the file: lines are missing")}
	}
	var faults []error
	for i := range added {
		id := posture.TenantID(added[i].Target)
		if added[i].Sequence > last.Sequence || names(gone, id) {
			continue
		}
		for _, kind := range []audit.Kind{audit.LogHead, audit.OwnHead, audit.MicrosoftHead} {
			signed := slices.ContainsFunc(k.heads, func(h audit.SignedHead) bool { return h.Tenant == id && h.Kind == kind && h.At.Equal(last.At) })
			if !signed {
				faults = append(faults, fmt.Errorf("tenant %s: the head %s is not among those of %s: lines are missing from the file", id, kind, stamp(last.At)))
			}
		}
	}
	return faults
}

// without reports that nothing in the file is about a tenant.
func (k *keptHeads) without(tenant posture.TenantID) []error {
	about := func(h audit.SignedHead) bool { return h.Tenant == tenant }
	if len(k.heads) == 0 || slices.ContainsFunc(k.heads, about) {
		return nil
	}
	return []error{fmt.Errorf("tenant %s: no signed head of it is in the file, so that nothing tells whether it was rewritten", tenant)}
}

func (e *env) printLog(name string, report audit.Report) ([]error, error) {
	var faults []error
	for _, f := range report.Faults {
		faults = append(faults, fmt.Errorf("%s, audit: %s", name, f))
	}
	if report.Entries == 0 && len(faults) == 0 {
		return nil, nil
	}
	erased := ""
	if report.Erased > 0 {
		erased = fmt.Sprintf(" (%d with erased details)", report.Erased)
	}
	_, err := fmt.Fprintf(e.out, "%s  audit  %d entries%s, %s\n", posture.Printable(name), report.Entries, erased, verdict(len(faults)))
	return faults, err
}

func verdict(faults int) string {
	if faults > 0 {
		return fmt.Sprintf("%d FAULTS", faults)
	}
	return "good"
}
