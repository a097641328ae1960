// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"securescore/internal/ledger"
	"securescore/internal/posture"
	"securescore/internal/store"
)

func verifyCommand(e *env) *cobra.Command {
	var folder, tenant, head string
	cmd := &cobra.Command{
		Use: "verify", Short: "Check sums and hashes of the ledgers", Args: noArgs,
		Long: "Walks every ledger from its first entry and checks order, hashes and sums against the current score.\n" +
			"It prints the head of each; keep it elsewhere and hand it back with --head to notice a ledger that was rewritten.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			var exported *ledger.Head
			if head != "" {
				h, err := ledger.ParseHead(head)
				if err != nil {
					return &usageError{err}
				}
				if tenant == "" {
					return usagef("--head goes with --tenant")
				}
				exported = &h
			}
			return e.withStore(cmd.Context(), folder, func(ctx context.Context, s store.Store) error {
				return e.verify(ctx, s, tenant, exported)
			})
		},
	}
	dataFlag(cmd, &folder)
	cmd.Flags().StringVar(&tenant, "tenant", "", "only this `TENANT` (id, GUID or name)")
	cmd.Flags().StringVar(&head, "head", "", "`HEAD` that an earlier run printed")
	return cmd
}

func (e *env) verify(ctx context.Context, s store.Store, name string, exported *ledger.Head) error {
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
	for i := range tenants {
		found, err := e.verifyTenant(ctx, s, &tenants[i], exported)
		if err != nil {
			return err
		}
		faults = append(faults, found...)
	}
	return errors.Join(faults...)
}

// verifyTenant prints what it found of each series and returns the faults.
func (e *env) verifyTenant(ctx context.Context, s store.Store, t *store.Tenant, exported *ledger.Head) ([]error, error) {
	var faults []error
	err := s.View(ctx, t.ID, func(ctx context.Context, r *store.Reader) error {
		for _, series := range ledger.AllSeries() {
			var head []ledger.Head
			if exported != nil && exported.Series == series {
				head = append(head, *exported)
			}
			report, err := store.Verify(ctx, r, t.ID, series, head...)
			if err != nil {
				return err
			}
			if report.Entries == 0 && len(head) == 0 && len(report.Faults) == 0 {
				continue
			}
			verdict := "good"
			if len(report.Faults) > 0 {
				verdict = fmt.Sprintf("%d FAULTS", len(report.Faults))
			}
			if _, err := fmt.Fprintf(e.out, "%s  %s  %d entries, %s of %s points, %s\n  head %s\n",
				posture.Printable(t.Name), series, report.Entries, report.Sums.Earned(), report.Sums.Max, verdict, report.Head); err != nil {
				return err
			}
			for _, f := range report.Faults {
				faults = append(faults, fmt.Errorf("%s, %s: %s", t.Name, series, f))
			}
		}
		return nil
	})
	return faults, err
}
