// SPDX-License-Identifier: Apache-2.0

package scubagear

import (
	"slices"
	"unicode"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"securescore/internal/posture"
)

// mapping says which member of the export becomes which data set.
type mapping struct {
	key string // member of the export, such as "authorization_policies"
	set string // data set it becomes, such as "graph/policies/authorizationPolicy"
	// id are the members, after renaming, that are tried for the key of an
	// object. The first that is a string which is not empty wins. Without one
	// the key is the position in the list: "0", "1".
	id []string
	// rename is applied to the names of all members, also of inner objects. Nil
	// leaves them as they are; lowerFirst is for what came from Graph.
	rename func(string) string
	// shape makes objects of a member that is no list of objects. Nil reads a
	// list of objects, in which nulls are skipped; an object is a list of one,
	// because PowerShell collapses such lists. Names are renamed before, keys
	// made unique after.
	shape func(raw jsontext.Value) ([]posture.Object, error)
	// command is the cmdlet that fills the member. Where the export lists it as
	// unsuccessful, the data set has failed, and its empty list means nothing.
	command string
	// licence is a member that is false where the export filled in an empty list
	// because a cmdlet was refused, which it takes for a missing licence.
	licence string
}

// mappings lists all members that are read. Several keys may feed one set: of
// those that are present and readable the last one wins, so that the names of
// newer versions stand below the older ones.
func mappings() []mapping {
	return slices.Concat(
		entraMappings(),
		conditionalAccessMappings(),
		collaborationMappings(),
		exchangeMappings(),
	)
}

// lowerFirst turns the member names of Graph's PowerShell objects ("UserType")
// into those of Graph itself ("userType").
func lowerFirst(name string) string {
	first, size := utf8.DecodeRuneInString(name)
	if size == 0 || !unicode.IsUpper(first) {
		return name
	}
	return string(unicode.ToLower(first)) + name[size:]
}
