// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"securescore/internal/access"
	"securescore/internal/assess"
	"securescore/internal/posture"
	"securescore/internal/store"
	"securescore/internal/store/sqlite"
)

// dataFlag adds --data to a command that touches stored data.
func dataFlag(cmd *cobra.Command, folder *string) {
	cmd.Flags().StringVar(folder, "data", "./data", "`DIR` that everything is stored in")
}

// withStore opens the data folder, calls fn and closes it again.
func (e *env) withStore(ctx context.Context, folder string, fn func(context.Context, store.Store) error) error {
	s, err := sqlite.Open(ctx, sqlite.Config{Folder: folder, Now: e.now})
	if err != nil {
		return err
	}
	return errors.Join(fn(ctx, s), s.Close())
}

// withAssessor does the same with the built-in catalogue ready to score.
func (e *env) withAssessor(ctx context.Context, folder string, fn func(context.Context, store.Store, *assess.Assessor) error) error {
	c, err := builtIn()
	if err != nil {
		return err
	}
	return e.withStore(ctx, folder, func(ctx context.Context, s store.Store) error {
		return fn(ctx, s, assess.NewAssessor(s, c, e.now))
	})
}

// findTenant is the tenant that is named by id, GUID or name, or the only or
// default one.
func findTenant(ctx context.Context, s store.Store, text string) (store.Tenant, error) {
	tenants := s.Across().Tenants
	if text != "" {
		t, err := tenants.Find(ctx, text)
		if errors.Is(err, posture.ErrNotFound) {
			return t, fmt.Errorf("tenant %q: %w; 'securescore tenant list' shows all, 'securescore tenant add' makes one", text, posture.ErrNotFound)
		}
		return t, err
	}
	t, err := tenants.Default(ctx)
	switch {
	case errors.Is(err, posture.ErrNotFound):
		return t, usagef("there is no tenant yet; 'securescore tenant add NAME' makes one")
	case errors.Is(err, posture.ErrConflict):
		return t, usagef("there are several tenants; name one with --tenant")
	}
	return t, err
}

// place is the tenant that is named, or else the whole installation.
func place(ctx context.Context, s store.Store, text string) (posture.TenantID, error) {
	if text == "" {
		return access.Everywhere, nil
	}
	t, err := findTenant(ctx, s, text)
	return t.ID, err
}

// operator is whoever runs the command, as the audit log names them.
func (e *env) operator() *access.Principal {
	name, _ := e.lookup("USER")
	if name == "" {
		name = string(access.OperatorActor)
	}
	return access.Operator(name, access.ViaCommandLine)
}

// newID makes a random UUID.
func newID() posture.TenantID {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return posture.TenantID(fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:]))
}
