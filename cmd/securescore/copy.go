// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"securescore/internal/posture"
	"securescore/internal/store/transfer"
)

func copyCommand(e *env) *cobra.Command {
	var folder, database string
	var back bool
	cmd := &cobra.Command{
		Use: "copy", Short: "Copy everything from a data folder into a database, and prove it equal", Args: noArgs,
		Long: "Copies a picture of one moment from --data into --database, which has a schema ('securescore migrate') and nothing in it,\n" +
			"and compares counts, hashes and the heads of every ledger and audit log before the copy is final. What is changed in\n" +
			"--data after the change that is printed is not in the copy: stop the server first. --to-folder copies the other way.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if database == "" {
				return usagef("copy wants --data DIR and --database URL")
			}
			from, to := storage{folder: folder}, storage{database: database}
			if back {
				from, to = to, from
			}
			return e.copy(cmd.Context(), from, to)
		},
	}
	folderFlag(cmd, &folder)
	cmd.Flags().StringVar(&database, "database", "", "`URL` of the database, as the role that owns it; with --to-folder, as the role of the servers")
	cmd.Flags().BoolVar(&back, "to-folder", false, "copy from the database into the folder")
	return cmd
}

func (e *env) copy(ctx context.Context, from, to storage) error {
	source, err := from.name()
	if err != nil {
		return err
	}
	target, err := to.name()
	if err != nil {
		return err
	}
	var sums *transfer.Summary
	var heads []transfer.Head
	err = reading(ctx, from, func(picture transfer.Source, _ string) error {
		var err error
		if heads, err = transfer.Heads(ctx, picture); err != nil {
			return err
		}
		return e.filling(ctx, picture, to, proof{
			moved: func(s *transfer.Summary) error {
				sums = s
				return nil
			},
			written: func(ctx context.Context, written transfer.Source) error { return sameHeads(ctx, heads, written) },
		})
	})
	if err != nil {
		return fmt.Errorf("copy %s to %s (nothing of it was kept): %w", source, target, err)
	}
	if err := e.printProof(sums, heads); err != nil {
		return err
	}
	return e.say(fmt.Sprintf("%s copied to %s: %s, and %d heads, all equal", source, target, moment(sums), len(heads)))
}

// sameHeads compares the heads of all chains.
func sameHeads(ctx context.Context, want []transfer.Head, written transfer.Source) error {
	got, err := transfer.Heads(ctx, written)
	if err != nil {
		return err
	}
	if !slices.Equal(got, want) {
		return fmt.Errorf("compare heads: %w: they are not those of the source", posture.ErrConflict)
	}
	return nil
}

// printProof prints what is equal on both sides.
func (e *env) printProof(s *transfer.Summary, heads []transfer.Head) error {
	tables := []string{"TABLE\tROWS\tSHA-256 ON BOTH SIDES"}
	for _, t := range s.Tables {
		tables = append(tables, fmt.Sprintf("%s\t%d\t%s", t.Table, t.Rows, t.Hash))
	}
	chains := []string{"TENANT\tCHAIN\tENTRIES\tHEAD ON BOTH SIDES"}
	for _, h := range heads {
		tenant, chain := h.Tenant, "audit"
		if tenant == "" {
			tenant = "installation"
		}
		if h.Table == "ledger_head" {
			chain = []string{"ledger own", "ledger microsoft"}[min(max(h.Series, 0), 1)]
		}
		chains = append(chains, fmt.Sprintf("%s\t%s\t%d\t%s", tenant, chain, h.Sequence, h.Hash))
	}
	return errors.Join(e.table(tables), e.table(chains))
}
