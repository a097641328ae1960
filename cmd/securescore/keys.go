// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"securescore/internal/access"
	"securescore/internal/audit"
	"securescore/internal/keyring"
	"securescore/internal/posture"
	"securescore/internal/store"
)

// pageTokens is what keys of page tokens are derived for.
const pageTokens = "securescore page tokens 1"

// keysFlag adds --keys to a command that needs the keys of the installation.
func keysFlag(cmd *cobra.Command, keys *string) {
	cmd.Flags().StringVar(keys, "keys", "", "`FILE` with the keys of the installation, outside the data and its backups (without it securescore/keys in the folder for configuration, $XDG_CONFIG_HOME or ~/.config); the variable SECURESCORE_KEYS may hold the text of the file too")
}

// keyText reports whether --keys holds keys and not the name of a file. That is
// for the variable alone: all users of a machine see a command line.
func (e *env) keyText(keys string) (bool, error) {
	if !strings.HasPrefix(strings.TrimSpace(keys), "{") {
		return false, nil
	}
	if value, _ := e.lookup(variable("keys")); value != keys {
		return false, usagef("--keys wants a file; keys themselves belong in the variable %s, which others cannot see", variable("keys"))
	}
	return true, nil
}

// keyFile is where the keys are. They may not be in the data folder, which
// backups hold.
func (e *env) keyFile(keys string, data storage) (string, error) {
	path := keys
	if path == "" {
		config, _ := e.lookup("XDG_CONFIG_HOME")
		if home, _ := e.lookup("HOME"); config == "" && home != "" {
			config = filepath.Join(home, ".config")
		}
		if config == "" {
			return "", usagef("name the file with the keys of the installation: --keys FILE, outside the data folder")
		}
		path = filepath.Join(config, "securescore", "keys")
	}
	if data.folder == "" || data.database != "" {
		return path, nil
	}
	inside, err := within(path, data.folder)
	if err != nil {
		return "", err
	}
	if inside {
		return "", usagef("the key file %s lies in the data folder %s; keys belong outside the data and its backups: name another one with --keys FILE", path, data.folder)
	}
	return path, nil
}

// within reports whether a path lies below a folder, links resolved.
func within(path, folder string) (bool, error) {
	place := func(path string) (string, error) {
		full, err := filepath.Abs(path)
		if err != nil {
			return "", fmt.Errorf("find %s: %w", path, err)
		}
		if resolved, err := filepath.EvalSymlinks(full); err == nil {
			return resolved, nil
		}
		if resolved, err := filepath.EvalSymlinks(filepath.Dir(full)); err == nil {
			return filepath.Join(resolved, filepath.Base(full)), nil
		}
		return full, nil
	}
	at, err := place(path)
	top, failed := place(folder)
	if err := errors.Join(err, failed); err != nil {
		return false, err
	}
	rel, err := filepath.Rel(top, at)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator)), nil
}

// loadKeys reads the keys. The error wraps posture.ErrNotFound when there is no
// such file yet.
func (e *env) loadKeys(keys string, data storage) (r *keyring.Ring, from string, err error) {
	text, err := e.keyText(keys)
	if err != nil {
		return nil, "", err
	}
	if text {
		from = "the variable " + variable("keys")
		if r, err = keyring.Parse([]byte(keys)); err != nil {
			return nil, from, usagef("%s: %w", from, err)
		}
		return r, from, nil
	}
	if from, err = e.keyFile(keys, data); err != nil {
		return nil, from, err
	}
	r, err = keyring.Load(from)
	return r, from, err
}

// ring returns the keys of an installation, and makes them when it has none
// yet. Keys that are not those of this installation are refused.
func (e *env) ring(ctx context.Context, keys string, data storage, s store.Store) (*keyring.Ring, error) {
	r, from, err := e.loadKeys(keys, data)
	if errors.Is(err, posture.ErrNotFound) {
		if r, err = e.firstKeys(ctx, from, s); errors.Is(err, posture.ErrConflict) {
			r, err = keyring.Load(from) // another process was faster
		}
	}
	if err != nil {
		return nil, err
	}
	return r, prove(ctx, s, r, from)
}

// firstKeys makes the keys of an installation that has none yet.
func (e *env) firstKeys(ctx context.Context, path string, s store.Store) (*keyring.Ring, error) {
	err := s.Across().Registry.View(ctx, func(ctx context.Context, r *store.Registry) error {
		_, err := r.Proofs.Proof(ctx)
		return err
	})
	if err == nil {
		return nil, usagef("the keys of this installation are not at %s: bring them there from the copy that was kept apart, or name their file with --keys FILE", path)
	}
	if !errors.Is(err, posture.ErrNotFound) {
		return nil, err
	}
	r, err := keyring.New(e.now())
	if err != nil {
		return nil, err
	}
	if err := keyring.Create(path, r); err != nil {
		return nil, err
	}
	e.complain("Made the keys of this installation: " + path + "\nKeep a copy of that file, apart from backups of the data: who has both can read what is sealed, and without the keys it is lost.")
	return r, nil
}

// prove makes sure that keys are those of the installation, and notes which of
// them is in use.
func prove(ctx context.Context, s store.Store, ring *keyring.Ring, from string) error {
	return s.Across().Registry.Update(ctx, func(ctx context.Context, r *store.Registry) error {
		proof, err := r.Proofs.Proof(ctx)
		switch {
		case err == nil:
			fits, inUse := ring.Fits(proof)
			if !fits {
				return usagef("the keys of %s are not those of this installation: %w; give its own with --keys FILE", from, posture.ErrForbidden)
			}
			if inUse {
				return nil
			}
		case !errors.Is(err, posture.ErrNotFound):
			return err
		}
		if proof, err = ring.Prove(); err != nil {
			return err
		}
		return r.Proofs.Prove(ctx, proof)
	})
}

// changeKeys replaces the keys of an installation by what change makes of them,
// and writes that into the log of the installation.
func (e *env) changeKeys(ctx context.Context, keys string, data storage, s store.Store, what string, change func(*keyring.Ring) (*keyring.Ring, error)) (*keyring.Ring, error) {
	before, from, err := e.loadKeys(keys, data)
	if err != nil {
		return nil, err
	}
	if text, err := e.keyText(keys); err != nil || text {
		return nil, errors.Join(err, usagef("keys in %s cannot be changed there: give their file with --keys FILE, and put its text into the variable then", variable("keys")))
	}
	// The proof is that of the key in use, which is never retired: whenever this
	// stops half way, the keys still fit.
	if err := prove(ctx, s, before, from); err != nil {
		return nil, err
	}
	after, err := change(before)
	if err != nil {
		return nil, err
	}
	if err := keyring.Replace(from, after); err != nil {
		return nil, err
	}
	if err := prove(ctx, s, after, from); err != nil {
		return nil, err
	}
	record := audit.By(e.operator(), audit.KeysChanged, access.Everywhere, what)
	return after, s.Across().Registry.Update(ctx, func(ctx context.Context, r *store.Registry) error {
		return r.Audit.Append(ctx, audit.Installation, e.now().UTC(), record)
	})
}
