// SPDX-License-Identifier: Apache-2.0

package relational

import (
	"context"
	"fmt"
	"time"

	"securescore/internal/posture"
	"securescore/internal/store"
)

// catalogues implements store.CatalogueWriter.
type catalogues struct{ *bound }

func readAdoption(row scanner) (store.Adoption, error) {
	var a store.Adoption
	var when int64
	err := row.Scan(&a.Version, &when)
	a.At = at(when)
	return a, err
}

// Adopted implements store.CatalogueReader.
func (b catalogues) Adopted(ctx context.Context, tenant posture.TenantID) ([]store.Adoption, error) {
	if err := b.own(tenant); err != nil {
		return nil, err
	}
	return rows(ctx, b.bound, "catalogue adopted", readAdoption)
}

// Catalogue implements store.CatalogueReader.
func (b catalogues) Catalogue(ctx context.Context, tenant posture.TenantID, version string) ([]byte, error) {
	if err := b.own(tenant); err != nil {
		return nil, err
	}
	var packed []byte
	err := b.row(ctx, "catalogue content", []any{&packed}, version)
	if err != nil {
		return nil, fmt.Errorf("catalogue %s: %w", version, err)
	}
	return b.codec.unpack(packed)
}

// Adopt implements store.CatalogueWriter.
func (b catalogues) Adopt(ctx context.Context, tenant posture.TenantID, version string, content []byte, when time.Time) error {
	adopted, err := b.Adopted(ctx, tenant)
	if err != nil || (len(adopted) > 0 && adopted[0].Version == version) {
		return err
	}
	if _, err := b.exec(ctx, "catalogue keep", version, b.codec.pack(content)); err != nil {
		return fmt.Errorf("adopt catalogue %s: %w", version, err)
	}
	if _, err := b.write(ctx, store.KeyCatalogues, "catalogue adopt", version, micros(when), b.number); err != nil {
		return fmt.Errorf("adopt catalogue %s: %w", version, err)
	}
	return nil
}
