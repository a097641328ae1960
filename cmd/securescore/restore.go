// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"securescore/internal/store/postgres"
	"securescore/internal/store/transfer"
)

func restoreCommand(e *env) *cobra.Command {
	var at storage
	cmd := &cobra.Command{
		Use: "restore FILE", Short: "Build an installation from a backup", Args: exactly("FILE"),
		Long: "Checks all of FILE first, then builds everything from it where nothing is yet, and compares counts, hashes, every ledger\n" +
			"and every audit log. Only then is it there: whatever fails leaves the place as it was. Everybody signs in again.\n" +
			"--database is the address for the role that owns it, with the schema that 'securescore migrate' makes.",
		RunE: func(cmd *cobra.Command, args []string) error {
			return e.restore(cmd.Context(), args[0], at)
		},
	}
	dataFlag(cmd, &at)
	return cmd
}

func (e *env) restore(ctx context.Context, file string, at storage) (err error) {
	name, err := at.name()
	if err != nil {
		return err
	}
	from, err := transfer.Open(ctx, file)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, from.Close()) }()
	h := &from.Header
	if keeps := postgres.Required(); h.Schema != keeps { // both engines have the same
		return tooOld(file, h, keeps)
	}
	err = e.filling(ctx, from, at, proof{
		moved:   func(s *transfer.Summary) error { return transfer.Differ(&from.Summary, s) },
		written: func(context.Context, transfer.Source) error { return nil },
	})
	if err != nil {
		return fmt.Errorf("restore %s (nothing of it was kept): %w", file, err)
	}
	return e.say(fmt.Sprintf("%s: restored into %s as it was at %s (schema %d, from %s); %s, all equal", file, name, stamp(h.Taken), h.Schema, h.Engine, moment(&from.Summary)))
}
