// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"securescore/internal/posture"
	"securescore/internal/store"
	"securescore/internal/store/sqlite"
	"securescore/internal/store/transfer"
)

func restoreCommand(e *env) *cobra.Command {
	var folder string
	cmd := &cobra.Command{
		Use: "restore FILE", Short: "Build an installation from a backup", Args: exactly("FILE"),
		Long: "Checks all of FILE first, then builds everything from it where nothing is yet, and compares counts, hashes, every ledger\n" +
			"and every audit log. Only then is it there: whatever fails leaves the place as it was. Everybody signs in again.",
		RunE: func(cmd *cobra.Command, args []string) error {
			return e.restore(cmd.Context(), args[0], folder)
		},
	}
	folderFlag(cmd, &folder)
	return cmd
}

func (e *env) restore(ctx context.Context, file, folder string) (err error) {
	from, err := transfer.Open(ctx, file)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, from.Close()) }()
	to, err := sqlite.Stage(ctx, folder)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, to.Discard()) }()
	if from.Version() != to.Version() {
		return &posture.InputError{
			File: file, Offset: -1,
			Cause:  fmt.Errorf("was made under schema %d, and this program keeps schema %d", from.Version(), to.Version()),
			Advice: fmt.Sprintf("restore it with version %s of this program, and upgrade the result", from.Header.Program),
		}
	}
	same := func(s *transfer.Summary) error { return transfer.Differ(&from.Summary, s) }
	if _, err := transfer.Move(ctx, from, to, same); err != nil {
		return fmt.Errorf("restore %s: %w", file, err)
	}
	if err := e.proven(ctx, to.Folder(), &from.Summary); err != nil {
		return fmt.Errorf("restore %s: what was restored is not what was backed up, and was taken away again: %w", file, err)
	}
	if err := to.Publish(); err != nil {
		return err
	}
	h := &from.Header
	return e.say(fmt.Sprintf("%s: restored into %s as it was at %s (schema %d, from %s); %s, all equal", file, folder, stamp(h.Taken), h.Schema, h.Engine, moment(&from.Summary)))
}

// proven reads what was written to a data folder and compares it with what was
// to be written, and then checks every chain.
func (e *env) proven(ctx context.Context, folder string, want *transfer.Summary) error {
	written, err := sqlite.OpenSnapshot(ctx, folder)
	if err != nil {
		return err
	}
	got, err := transfer.Summarise(ctx, written)
	if err := errors.Join(err, written.Close()); err != nil {
		return err
	}
	if err := transfer.Differ(want, got); err != nil {
		return err
	}
	return e.withStore(ctx, storage{folder: folder}, func(ctx context.Context, s store.Store) error {
		return e.verify(ctx, s, "", &keptHeads{})
	})
}
