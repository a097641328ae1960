// SPDX-License-Identifier: Apache-2.0

package catalog

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"

	"securescore/internal/posture"
)

// Without returns the catalogue without some controls, under a version of its
// own, as an earlier edition of it might have been. Ids that it does not have
// change nothing; without any of them it is the same catalogue.
func (c *Catalog) Without(ids ...posture.ControlID) *Catalog {
	ids = slices.DeleteFunc(slices.Clone(ids), func(id posture.ControlID) bool { return c.byID[id] == nil })
	if len(ids) == 0 {
		return c
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	less := &Catalog{Schema: c.Schema, byID: make(map[posture.ControlID]*Control), files: make(map[string]string)}
	for _, control := range c.Controls {
		if !slices.Contains(ids, control.ID) {
			less.Controls = append(less.Controls, control)
			less.byID[control.ID] = control
		}
	}
	for name, text := range c.files {
		if !slices.Contains(ids, idOf(name)) {
			less.files[name] = text
		}
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%s without %q", c.Version, ids))
	less.Version = hex.EncodeToString(sum[:])
	return less
}
