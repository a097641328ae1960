// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"securescore/internal/store"
	"securescore/internal/store/transfer"
)

func backupCommand(e *env) *cobra.Command {
	var at storage
	var out string
	var blind bool
	cmd := &cobra.Command{
		Use: "backup", Short: "Write everything that is stored into one file", Args: noArgs,
		Long: "Writes a picture of one moment into --out, while everything goes on. The file gets its name only when it is complete,\n" +
			"was read back and is equal to what was stored, in which every ledger and audit log was verified before. Sessions, one-time links and keys are not in it.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if out == "" {
				return usagef("backup wants --out FILE")
			}
			return e.backup(cmd.Context(), at, out, !blind)
		},
	}
	dataFlag(cmd, &at)
	cmd.Flags().StringVar(&out, "out", "", "`FILE` to write, which must not exist")
	cmd.Flags().BoolVar(&blind, "no-verify", false, "neither verify what is stored nor read the file back")
	return cmd
}

func (e *env) backup(ctx context.Context, at storage, out string, compare bool) error {
	return reading(ctx, at, func(from transfer.Source, engine string) error {
		if compare {
			if err := e.sound(ctx, at); err != nil {
				return err
			}
		}
		h := transfer.Header{Program: version, Engine: engine, Taken: e.now().UTC()}
		sums, err := transfer.Save(ctx, out, from, h, compare)
		if err != nil {
			return err
		}
		said := "every ledger and audit log verified, read back and equal"
		if !compare {
			said = "not verified and not read back"
		}
		return e.say(fmt.Sprintf("%s: schema %d, %s, %s", out, from.Version(), moment(sums), said))
	})
}

// sound verifies every chain before it is backed up: a restore would refuse one
// that does not hold, and that is too late to learn it.
func (e *env) sound(ctx context.Context, at storage) error {
	quiet := *e
	quiet.out = io.Discard
	err := quiet.withStore(ctx, at, func(ctx context.Context, s store.Store) error {
		return quiet.verify(ctx, s, "", &keptHeads{})
	})
	if err != nil {
		return fmt.Errorf("what is stored does not verify, and no backup was made; keep the last one, and see 'securescore verify': %w", err)
	}
	return nil
}

// moment says how much was moved, and up to which change.
func moment(s *transfer.Summary) string {
	return fmt.Sprintf("%d tenants, %d rows in %d tables, as of change %d", s.Of("tenant"), s.Rows(), len(s.Tables), s.Changes)
}

func (e *env) say(line string) error {
	_, err := fmt.Fprintln(e.out, line)
	return err
}
