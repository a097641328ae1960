// SPDX-License-Identifier: Apache-2.0

package oidctest

import (
	"context"
	"fmt"

	"securescore/internal/access/oidc"
	"securescore/internal/posture"
)

// Tenants are tenants by name.
type Tenants map[string]oidc.Tenant

// Tenant implements oidc.Tenants.
func (t Tenants) Tenant(_ context.Context, text string) (oidc.Tenant, error) {
	found, ok := t[text]
	if !ok {
		return oidc.Tenant{}, fmt.Errorf("tenant: %w", posture.ErrNotFound)
	}
	return found, nil
}
