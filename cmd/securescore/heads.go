// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"securescore/internal/access"
	"securescore/internal/audit"
	"securescore/internal/ledger"
	"securescore/internal/store"
)

func headsCommand(e *env) *cobra.Command {
	cmd := &cobra.Command{Use: "heads", Short: "Sign the ends of ledgers and audit logs", Args: noArgs, RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	cmd.AddCommand(headsKeyCommand(e), headsSignCommand(e))
	return cmd
}

func headsKeyCommand(e *env) *cobra.Command {
	return &cobra.Command{
		Use: "key FILE", Short: "Make a key to sign with, and print its public half", Args: exactly("FILE"),
		Long: "Writes a new private Ed25519 key (PEM) to FILE, which must not exist, and prints the public half.\n" +
			"Keep FILE outside the data folder and its backups, and give the public half to whoever verifies.",
		RunE: func(_ *cobra.Command, args []string) error {
			private, public, err := audit.NewKey(rand.Reader)
			if err != nil {
				return err
			}
			f, err := os.OpenFile(args[0], os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
			if errors.Is(err, fs.ErrExist) {
				return usagef("%s exists; a key is never replaced", args[0])
			}
			if err != nil {
				return err
			}
			_, err = f.Write(private)
			if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
				return err
			}
			_, err = e.out.Write(public)
			return err
		},
	}
}

func headsSignCommand(e *env) *cobra.Command {
	var data storage
	var key, keys, out string
	cmd := &cobra.Command{
		Use: "sign", Short: "Sign the present heads and append them to a file", Args: noArgs,
		Long: "Signs the last entry of every ledger and audit log and appends one JSON line for each to --out, best on another machine\n" +
			"or write-once storage. 'securescore verify --heads FILE' then notices whatever was rewritten or cut off.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if out == "" {
				return usagef("heads sign wants --out FILE")
			}
			return e.withStore(cmd.Context(), data, func(ctx context.Context, s store.Store) error {
				signer, err := e.signer(ctx, key, keys, data, s)
				if err != nil {
					return err
				}
				return e.signHeads(ctx, s, signer, out)
			})
		},
	}
	dataFlag(cmd, &data)
	keysFlag(cmd, &keys)
	cmd.Flags().StringVar(&key, "key", "", "`FILE` with a private key (PEM) to sign with, instead of the installation's own")
	cmd.Flags().StringVar(&out, "out", "", "`FILE` to append to")
	return cmd
}

// signer is the private key in a file of its own, or the installation's.
func (e *env) signer(ctx context.Context, file, keys string, data storage, s store.Store) (ed25519.PrivateKey, error) {
	if file == "" {
		r, err := e.ring(ctx, keys, data, s)
		if err != nil {
			return nil, err
		}
		return r.Signer()
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, usagef("--key: %w", err)
	}
	key, err := audit.PrivateKey(text)
	if err != nil {
		return nil, usagef("--key %s: %w", file, err)
	}
	return key, nil
}

// signHeads writes that it signed before it looks, so that the signed heads
// cover that line too.
func (e *env) signHeads(ctx context.Context, s store.Store, key ed25519.PrivateKey, path string) error {
	record := audit.By(e.operator(), audit.HeadsSigned, access.Everywhere, audit.SignerID(key))
	err := s.Across().Registry.Update(ctx, func(ctx context.Context, r *store.Registry) error {
		return r.Audit.Append(ctx, audit.Installation, e.now().UTC(), record)
	})
	if err != nil {
		return err
	}
	text, err := e.signedHeads(ctx, s, key)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return usagef("--out: %w", err)
	}
	_, err = f.Write(text)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("append the heads to %s: %w", path, err)
	}
	_, err = fmt.Fprintf(e.out, "%d heads signed with the key %s and appended to %s\n", bytes.Count(text, []byte{'\n'}), audit.SignerID(key), path)
	return err
}

// presentHeads are those of the installation's log, and of the log and both
// ledgers of each tenant.
func presentHeads(ctx context.Context, s store.Store) ([]*audit.SignedHead, error) {
	var heads []*audit.SignedHead
	err := s.Across().Registry.View(ctx, func(ctx context.Context, r *store.Registry) error {
		h, err := r.Audit.Head(ctx, audit.Installation)
		heads = append(heads, audit.HeadOf(h))
		return err
	})
	if err != nil {
		return nil, err
	}
	tenants, err := s.Across().Tenants.List(ctx)
	if err != nil {
		return nil, err
	}
	for i := range tenants {
		id := tenants[i].ID
		err := s.View(ctx, id, func(ctx context.Context, r *store.Reader) error {
			h, err := r.Audit.Head(ctx, id)
			if err != nil {
				return err
			}
			heads = append(heads, audit.HeadOf(h))
			for _, series := range ledger.AllSeries() {
				h, err := r.Ledger.Head(ctx, id, series)
				if err != nil {
					return err
				}
				heads = append(heads, audit.HeadOfLedger(id, h))
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return heads, nil
}
