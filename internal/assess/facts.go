// SPDX-License-Identifier: Apache-2.0

package assess

import (
	"slices"

	"github.com/go-json-experiment/json"

	"securescore/internal/entity"
	"securescore/internal/ledger"
)

// factsOf are the numbers of an organisation that are no points, nil when its
// licences were not read.
func factsOf(m *entity.Model) *ledger.Facts {
	plans, known, _ := m.Plans()
	if !known {
		return nil
	}
	f := &ledger.Facts{}
	for plan, held := range plans {
		if held {
			f.Plans = append(f.Plans, plan)
		}
	}
	slices.Sort(f.Plans)
	for _, o := range m.Evidence.Set("graph/subscribedSkus").Objects {
		var sku struct {
			ConsumedUnits int `json:"consumedUnits"`
			PrepaidUnits  struct {
				Enabled int `json:"enabled"`
			} `json:"prepaidUnits"`
		}
		if json.Unmarshal(o.Raw, &sku) != nil {
			continue // what is not understood adds no seats
		}
		f.Seats += sku.PrepaidUnits.Enabled
		f.LicensedUsers = max(f.LicensedUsers, sku.ConsumedUnits)
	}
	f.ActiveUsers = activeUsers(m)
	return f
}

// activeUsers counts enabled members; 0 when people were not read one by one.
func activeUsers(m *entity.Model) int {
	t := m.Table("user")
	if t == nil || !t.Collected() || t.Aggregate != "" {
		return 0
	}
	enabled, ok := t.Spec.Field("enabled")
	if !ok {
		return 0
	}
	return t.Column(enabled).True.Count()
}

func sameFacts(a, b *ledger.Facts) bool {
	return b != nil && a.Seats == b.Seats && a.ActiveUsers == b.ActiveUsers && a.LicensedUsers == b.LicensedUsers && slices.Equal(a.Plans, b.Plans)
}
