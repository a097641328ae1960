// SPDX-License-Identifier: Apache-2.0

package entity

import (
	"fmt"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"securescore/internal/posture"
)

// rawOf returns the raw object of a row, nil when there is none. Objects are
// sorted by key.
func (m *Model) rawOf(set, key string) jsontext.Value {
	objects := m.Set(set).Objects
	i, found := slices.BinarySearchFunc(objects, key, func(o posture.Object, key string) int { return strings.Compare(o.Key, key) })
	if !found {
		return nil
	}
	return objects[i].Raw
}

// memberAt returns the value below the named members of a raw object, and
// false when one of them is not there. Null has nothing below it.
func memberAt(raw jsontext.Value, path ...string) (jsontext.Value, bool) {
	for _, name := range path {
		var next jsontext.Value
		err := eachMember(raw, func(n string, v jsontext.Value) error {
			if n == name {
				next = v.Clone()
			}
			return nil
		})
		if err != nil || next == nil {
			return nil, false
		}
		raw = next
	}
	return raw, true
}

// objectsIn returns the objects of a list; null is an empty list, and a single
// object a list of one. Anything else is not understood.
func objectsIn(raw jsontext.Value) ([]jsontext.Value, error) {
	var list []jsontext.Value
	if raw.Kind() == jsontext.KindNull {
		return nil, nil
	}
	err := eachItem(raw, func(item jsontext.Value) error {
		switch item.Kind() {
		case jsontext.KindNull:
			return nil
		case jsontext.KindBeginObject:
			list = append(list, item.Clone())
			return nil
		default:
			return fmt.Errorf("want objects, got %s", item.Kind())
		}
	})
	return list, err
}

// stringsAt returns the list of strings at a path of members; one string is a
// list of one.
func stringsAt(raw jsontext.Value, path ...string) ([]string, error) {
	value, ok := memberAt(raw, path...)
	if !ok {
		return nil, errShape
	}
	list, err := (&Field{Type: Strings}).strings(value)
	texts, ok := list.([]string)
	if err != nil || !ok {
		return nil, errShape
	}
	return texts, nil
}

// textOf returns the string at a path of members, empty when there is none.
func textOf(raw jsontext.Value, path ...string) string {
	value, ok := memberAt(raw, path...)
	if !ok {
		return ""
	}
	text, _ := stringOf(value)
	return text
}

// truth returns the boolean at a path of members.
func truth(raw jsontext.Value, path ...string) Tri {
	value, ok := memberAt(raw, path...)
	if !ok {
		return Unknown
	}
	v, err := boolOf(value)
	if b, ok := v.(bool); ok && err == nil {
		return TriOf(b)
	}
	return Unknown
}

// absent is the reason for a field that should be in a data set and is not
// there, or not in a shape that is understood.
func absent(set, member string) posture.Reason {
	return posture.Reason{Code: posture.NotCollected, Detail: fmt.Sprintf("%s of %s was not in the evidence", member, set)}
}

// text returns a String of a row, and false when it is unknown.
func (t *Table) text(row int, field string) (string, bool) {
	c := t.Col(field)
	if !c.Known.Has(row) {
		return "", false
	}
	return c.Text(row), true
}

// list returns a Strings of a row, and false when it is unknown.
func (t *Table) list(row int, field string) ([]string, bool) {
	v, ok := t.Col(field).Value(row)
	list, isList := v.([]string)
	return list, ok && isList
}

// is reports whether a String of a row equals want; unknown when it is.
func (t *Table) is(row int, field, want string) Tri {
	text, ok := t.text(row, field)
	if !ok {
		return Unknown
	}
	return TriOf(text == want)
}
