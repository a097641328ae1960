// SPDX-License-Identifier: Apache-2.0

package odata

import "strings"

// Type is the type of a property, without regard to Collection.
type Type uint8

// The types of properties. The zero Type is none of them.
const (
	String Type = iota + 1
	Boolean
	Int32
	Int64
	Double
	DateTimeOffset
	Complex
)

// String returns the name of the type in CSDL without the prefix "Edm.".
func (t Type) String() string {
	switch t {
	case String:
		return "String"
	case Boolean:
		return "Boolean"
	case Int32:
		return "Int32"
	case Int64:
		return "Int64"
	case Double:
		return "Double"
	case DateTimeOffset:
		return "DateTimeOffset"
	case Complex:
		return "Complex"
	}
	return "no type"
}

// Property is one property of a schema.
type Property struct {
	Name       string
	Type       Type
	Collection bool
	Of         *Schema // what a Complex one holds, else nil
}

// Schema lists what rows of one kind have. Schemas may refer to each other.
type Schema struct {
	Name       string
	Properties []Property
}

// Property finds a property by name: as written if there is one, else in any
// letter case, since clients write $select=currentscore. It returns nil when
// there is none.
func (s *Schema) Property(name string) *Property {
	var found *Property
	for i := range s.Properties {
		p := &s.Properties[i]
		if p.Name == name {
			return p
		}
		if found == nil && strings.EqualFold(p.Name, name) {
			found = p
		}
	}
	return found
}

// names returns the names of all properties.
func (s *Schema) names() []string {
	list := make([]string, len(s.Properties))
	for i, p := range s.Properties {
		list[i] = p.Name
	}
	return list
}
