// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"securescore/internal/access"
	"securescore/internal/audit"
	"securescore/internal/job"
	"securescore/internal/store"
)

// headsWork is the kind of the work that signs heads, and headsEvery how often.
const (
	headsWork  store.WorkKind = "heads/sign"
	headsEvery                = time.Hour
)

// headsHandler signs the present heads into a file of their own. The name of
// the file is kept with the lease before it is written: whoever takes over from
// a process that died goes on with the same one, and a file that is there is
// never written again.
func (e *env) headsHandler(s store.Store, key ed25519.PrivateKey, folder string) job.Handler {
	return func(ctx context.Context, l store.Lease) (bool, error) {
		name := l.Cursor
		if name == "" {
			name = "heads-" + l.Due.Format("20060102T150405.000000Z") + ".jsonl"
			record := audit.By(e.operator(), audit.HeadsSigned, access.Everywhere, audit.SignerID(key))
			err := s.Across().Registry.Update(ctx, func(ctx context.Context, r *store.Registry) error {
				if err := r.Work.Progress(ctx, l, name, "signing"); err != nil {
					return err
				}
				return r.Audit.Append(ctx, audit.Installation, e.now().UTC(), record)
			})
			if err != nil {
				return false, err
			}
		}
		text, err := e.signedHeads(ctx, s, key)
		if err != nil {
			return false, err
		}
		return false, writeOnce(filepath.Join(folder, name), text)
	}
}

// signedHeads are the present heads, one line each.
func (e *env) signedHeads(ctx context.Context, s store.Store, key ed25519.PrivateKey) ([]byte, error) {
	heads, err := presentHeads(ctx, s)
	if err != nil {
		return nil, err
	}
	now := e.now()
	lines := make([]audit.SignedHead, len(heads))
	for i, h := range heads {
		lines[i] = h.Sign(key, now)
	}
	var text bytes.Buffer
	err = audit.WriteHeads(&text, lines)
	return text.Bytes(), err
}

// writeOnce makes a file with all of its content at once, unless it is there.
func writeOnce(path string, text []byte) error {
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".heads-*")
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	_, err = f.Write(text)
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Link(f.Name(), path) // fails when another was faster
	}
	if errors.Is(err, fs.ErrExist) {
		err = nil
	}
	if err := errors.Join(err, os.Remove(f.Name())); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}
