// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"securescore/internal/audit"
	"securescore/internal/keyring"
	"securescore/internal/posture"
	"securescore/internal/store"
)

func keyCommand(e *env) *cobra.Command {
	cmd := &cobra.Command{
		Use: "key", Short: "The keys of the installation", Args: noArgs,
		Long: "The keys of an installation live in a file outside its data and outside its backups. They sign links to next pages\n" +
			"and the heads of logs, and seal what nobody else may read. 'securescore serve' makes them at its first start.",
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(keyCreateCommand(e), keyListCommand(e), keyPublicCommand(e), keyRotateCommand(e), keyRetireCommand(e))
	return cmd
}

func keyCreateCommand(e *env) *cobra.Command {
	var keys string
	cmd := &cobra.Command{
		Use: "create", Short: "Make a key file for a new installation", Args: noArgs,
		Long: "Writes new keys to --keys FILE, which must not exist, for its owner alone. Several processes need the same file.",
		RunE: func(*cobra.Command, []string) error {
			text, err := e.keyText(keys)
			if err != nil || text {
				return errors.Join(err, usagef("key create wants --keys FILE"))
			}
			path, err := e.keyFile(keys, storage{})
			if err != nil {
				return err
			}
			r, err := keyring.New(e.now())
			if err != nil {
				return err
			}
			if err = keyring.Create(path, r); errors.Is(err, posture.ErrConflict) {
				return usagef("%s exists; keys are never replaced", path)
			}
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(e.out, "Made the key %s in %s\nKeep a copy of that file, apart from backups of the data.\n", r.Generations()[0].ID, path)
			return err
		},
	}
	keysFlag(cmd, &keys)
	return cmd
}

func keyListCommand(e *env) *cobra.Command {
	var keys string
	cmd := &cobra.Command{
		Use: "list", Short: "List the keys, without their secrets", Args: noArgs,
		RunE: func(*cobra.Command, []string) error {
			r, _, err := e.loadKeys(keys, storage{})
			if err != nil {
				return err
			}
			return e.printKeys(r)
		},
	}
	keysFlag(cmd, &keys)
	return cmd
}

func (e *env) printKeys(r *keyring.Ring) error {
	rows := []string{"KEY\tMADE\tSIGNS AS\tSTATE\t"}
	state := "kept for reading"
	for _, g := range r.Generations() {
		shown := state
		if g.InUse {
			shown, state = "in use", "prepared" // what is newer than the one in use is still to come
		}
		rows = append(rows, g.ID+"\t"+stamp(g.Made)+"\t"+audit.KeyID(g.Signer)+"\t"+shown+"\t")
	}
	return e.table(rows)
}

func keyPublicCommand(e *env) *cobra.Command {
	var keys string
	cmd := &cobra.Command{
		Use: "public [KEY]", Short: "Print the public half of a key, for whoever verifies signed heads",
		Long: "Prints the public half (PEM) of the key in use, or of the one that is named, for 'securescore verify'.",
		Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			r, _, err := e.loadKeys(keys, storage{})
			if err != nil {
				return err
			}
			for _, g := range r.Generations() {
				if len(args) == 1 && g.ID != args[0] || len(args) == 0 && !g.InUse {
					continue
				}
				text, err := audit.PublicPEM(g.Signer)
				if err == nil {
					_, err = e.out.Write(text)
				}
				return err
			}
			return usagef("there is no key %s; 'securescore key list' shows all", posture.Printable(args[0]))
		},
	}
	keysFlag(cmd, &keys)
	return cmd
}

func keyRotateCommand(e *env) *cobra.Command {
	var data storage
	var keys string
	var prepare bool
	cmd := &cobra.Command{
		Use: "rotate", Short: "Write with a new key from now on, and keep the old ones for reading", Args: noArgs,
		Long: "Makes a new key and puts it in use; servers take it up when they start again. Where several processes have the file,\n" +
			"run it with --prepare first, start all of them again one by one, and then run it without: none meets a key that it does not know.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return e.withStore(cmd.Context(), data, func(ctx context.Context, s store.Store) error {
				what := "rotated"
				if prepare {
					what = "prepared"
				}
				r, err := e.changeKeys(ctx, keys, data, s, what, func(r *keyring.Ring) (*keyring.Ring, error) {
					if prepare {
						return r.Prepare(e.now())
					}
					return r.Rotate(e.now())
				})
				if err != nil {
					return err
				}
				return e.printKeys(r)
			})
		},
	}
	dataFlag(cmd, &data)
	keysFlag(cmd, &keys)
	cmd.Flags().BoolVar(&prepare, "prepare", false, "make the new key known without using it yet")
	return cmd
}

func keyRetireCommand(e *env) *cobra.Command {
	var data storage
	var keys string
	cmd := &cobra.Command{
		Use: "retire KEY", Short: "Take an old key out", Args: exactly("KEY"),
		Long: "Takes out a key that is not in use. Links to next pages that it signed are refused from the next start on, and what it\n" +
			"sealed can be read no more. Signatures that it made stay good for whoever has its public half.",
		RunE: func(cmd *cobra.Command, args []string) error {
			if text, err := hex.DecodeString(args[0]); err != nil || len(text) != 4 {
				return usagef("%s is no key; 'securescore key list' shows all", posture.Printable(args[0]))
			}
			return e.withStore(cmd.Context(), data, func(ctx context.Context, s store.Store) error {
				r, err := e.changeKeys(ctx, keys, data, s, "retired "+args[0], func(r *keyring.Ring) (*keyring.Ring, error) { return r.Retire(args[0]) })
				if err != nil {
					return err
				}
				return e.printKeys(r)
			})
		},
	}
	dataFlag(cmd, &data)
	keysFlag(cmd, &keys)
	return cmd
}
