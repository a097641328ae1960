// SPDX-License-Identifier: Apache-2.0

package entity

// Standard returns the schema of all products that this version knows. Each
// product stands in a file of its own. It panics when the declarations do not
// fit together, which a test would have met first.
func Standard() *Schema {
	s, err := NewSchema(
		identityProduct(),
		conditionalAccessProduct(),
		deviceProduct(),
		sharePointProduct(),
		teamsProduct(),
		powerPlatformProduct(),
		powerBIProduct(),
		exchangeProduct(),
		purviewProduct(),
	)
	if err != nil {
		panic("entity schema: " + err.Error())
	}
	return s
}
