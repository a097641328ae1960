// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"os"

	"securescore/internal/access/oidc"
	"securescore/internal/access/session"
	"securescore/internal/store"
)

// issuers reads the file that names those who vouch for people; nil without
// one.
func (e *env) issuers(path string, s store.Store, sessions *session.Service) (*oidc.Service, error) {
	if path == "" {
		return nil, nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, usagef("--issuers: %w", err)
	}
	list, err := oidc.Load(path, text, oidc.Surroundings{ReadFile: os.ReadFile, Lookup: e.lookup})
	if err != nil {
		return nil, &usageError{err}
	}
	return oidc.New(oidc.Config{Issuers: list, Tenants: named{s}, Flows: sessions, Now: e.now}), nil
}

// named finds tenants for the claims of an issuer.
type named struct{ store store.Store }

// Tenant implements oidc.Tenants.
func (n named) Tenant(ctx context.Context, text string) (oidc.Tenant, error) {
	t, err := n.store.Across().Tenants.Find(ctx, text)
	return oidc.Tenant{ID: t.ID, Entra: t.Entra}, err
}
