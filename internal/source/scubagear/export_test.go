// SPDX-License-Identifier: Apache-2.0

package scubagear

import (
	"github.com/go-json-experiment/json/jsontext"

	"securescore/internal/posture"
)

// Spec is a mapping that tests can make.
type Spec struct {
	Key, Set, Command, Licence string
	ID                         []string
	Graph                      bool // rename with lowerFirst
	Shape                      func(raw jsontext.Value) ([]posture.Object, error)
}

// ReadWith is Read with other mappings.
func ReadWith(data string, specs ...Spec) (*posture.Evidence, error) {
	list := make([]mapping, len(specs))
	for i, s := range specs {
		list[i] = mapping{key: s.Key, set: s.Set, id: s.ID, shape: s.Shape, command: s.Command, licence: s.Licence}
		if s.Graph {
			list[i].rename = lowerFirst
		}
	}
	return read("export.json", []byte(data), list)
}

// Sets are the names of all data sets that members become.
func Sets() []string {
	var names []string
	for _, m := range mappings() {
		names = append(names, m.set)
	}
	return names
}
