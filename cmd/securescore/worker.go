// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"log/slog"
	"os"
	"strconv"

	"github.com/spf13/cobra"

	"securescore/internal/assess"
	"securescore/internal/audit"
	"securescore/internal/job"
	"securescore/internal/store"
)

// headsFlags are where serve leaves signed heads, every hour.
type headsFlags struct{ key, folder string }

func (f *headsFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.key, "heads-key", "", "`FILE` with the private key that the ends of ledgers and audit logs are signed with every hour; see 'securescore heads key'")
	cmd.Flags().StringVar(&f.folder, "heads-dir", "", "`DIR` that they are written to, best on another machine")
	cmd.MarkFlagsRequiredTogether("heads-key", "heads-dir")
}

// signer reads the key; nil where none is asked for.
func (f *headsFlags) signer() (ed25519.PrivateKey, error) {
	if f.key == "" {
		return nil, nil
	}
	text, err := os.ReadFile(f.key)
	if err != nil {
		return nil, usagef("--heads-key: %w", err)
	}
	key, err := audit.PrivateKey(text)
	if err != nil {
		return nil, usagef("--heads-key %s: %w", f.key, err)
	}
	if info, err := os.Stat(f.folder); err != nil || !info.IsDir() {
		return nil, usagef("--heads-dir %s: it is not a folder", f.folder)
	}
	return key, nil
}

// worker plans what has to be done and returns what does it, beside other
// processes.
func (e *env) worker(ctx context.Context, f headsFlags, s store.Store, a *assess.Assessor, log *slog.Logger) (*job.Runner, error) {
	key, err := f.signer()
	if err != nil {
		return nil, err
	}
	kinds := job.Posture(a)
	if key != nil {
		kinds = append(kinds, job.Kind{Name: headsWork, Most: 1, Do: e.headsHandler(s, key, f.folder)})
		err := s.Across().Works.Ensure(ctx, []store.Work{{WorkID: store.WorkID{Kind: headsWork}, Every: headsEvery}})
		if err != nil {
			return nil, err
		}
	}
	if err := job.Plan(ctx, s, a); err != nil {
		return nil, err
	}
	return job.New(job.Config{
		Leases: s.Across().Leases, Owner: owner(), Kinds: kinds, Now: e.now, Random: chance, Log: log,
	}), nil
}

// owner is a name of this process that no other has.
func owner() string {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	var b [4]byte
	_, _ = rand.Read(b[:]) // never fails
	return host + "/" + strconv.Itoa(os.Getpid()) + "/" + hex.EncodeToString(b[:])
}

// chance is a number from 0 to below 1.
func chance() float64 {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails
	return float64(binary.BigEndian.Uint64(b[:])>>11) / (1 << 53)
}
