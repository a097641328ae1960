// SPDX-License-Identifier: Apache-2.0

package scubagear

import (
	"github.com/go-json-experiment/json/jsontext"

	"securescore/internal/posture"
)

// conditionalAccessMappings reads the policies of Conditional Access. The
// export holds no named locations; an authentication strength stands inside the
// policy that asks for it.
func conditionalAccessMappings() []mapping {
	return []mapping{{
		key: "conditional_access_policies", set: "graph/identity/conditionalAccess/policies",
		rename: lowerFirst, shape: accessPolicies, command: "Get-MgBetaIdentityConditionalAccessPolicy",
	}}
}

// accessPolicies reads a list that may be empty: an organisation needs no
// policy.
func accessPolicies(raw jsontext.Value) ([]posture.Object, error) {
	var objects []posture.Object
	keys := mapping{id: []string{"id"}}
	err := eachObject(raw, func(item jsontext.Value) error {
		flat, err := flattened(item)
		if err == nil {
			objects = append(objects, posture.Object{Key: keys.keyOf(flat, len(objects)), Raw: flat})
		}
		return err
	})
	return objects, err
}
