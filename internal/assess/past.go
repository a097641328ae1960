// SPDX-License-Identifier: Apache-2.0

package assess

import (
	"securescore/internal/catalog"
	"securescore/internal/ledger"
	"securescore/internal/posture"
	"securescore/internal/store"
)

// Past asks for the history of a series in the categories of a catalogue.
func Past(tenant posture.TenantID, s ledger.Series, c *catalog.Catalog) store.Past {
	return store.Past{Tenant: tenant, Series: s, Catalogue: c.Version, Category: func(id posture.ControlID) posture.Category {
		if control, ok := c.Control(id); ok {
			return control.Category
		}
		return ""
	}}
}
