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
	"securescore/internal/store/postgres"
	"securescore/internal/store/sqlite"
)

// storage says where everything is stored: in a folder, or in a database when
// one is named.
type storage struct{ folder, database string }

// dataFlag adds --data and --database to a command that touches stored data.
func dataFlag(cmd *cobra.Command, data *storage) {
	folderFlag(cmd, &data.folder)
	cmd.Flags().StringVar(&data.database, "database", "", "`URL` of the PostgreSQL database that everything is stored in, instead of a folder; PGPASSWORD or PGPASSFILE keeps the password out of sight")
	earlier := cmd.PreRunE
	cmd.PreRunE = func(cmd *cobra.Command, args []string) error {
		if cmd.Flags().Changed("data") && cmd.Flags().Changed("database") {
			return usagef("--data and --database: name one of the two, the folder or the database that everything is stored in")
		}
		if earlier != nil {
			return earlier(cmd, args)
		}
		return nil
	}
}

// folderFlag adds --data alone.
func folderFlag(cmd *cobra.Command, folder *string) {
	cmd.Flags().StringVar(folder, "data", "./data", "`DIR` that everything is stored in")
}

// withStore opens the storage, calls fn and closes it again.
func (e *env) withStore(ctx context.Context, data storage, fn func(context.Context, store.Store) error) error {
	s, err := e.open(ctx, data)
	if err != nil {
		return err
	}
	return errors.Join(fn(ctx, s), s.Close())
}

func (e *env) open(ctx context.Context, data storage) (store.Store, error) {
	if data.database != "" {
		return postgres.Open(ctx, postgres.Config{URL: data.database, Now: e.now})
	}
	return sqlite.Open(ctx, sqlite.Config{Folder: data.folder, Now: e.now})
}

// withAssessor does the same with the built-in catalogue ready to score.
func (e *env) withAssessor(ctx context.Context, data storage, fn func(context.Context, store.Store, *assess.Assessor) error) error {
	c, err := builtIn()
	if err != nil {
		return err
	}
	return e.withStore(ctx, data, func(ctx context.Context, s store.Store) error {
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
