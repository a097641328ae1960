// SPDX-License-Identifier: Apache-2.0

package scubagear

import (
	"bytes"
	"fmt"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// eachObject calls visit for each object of a list. Nulls are skipped, and a
// single object is a list of one.
func eachObject(raw jsontext.Value, visit func(item jsontext.Value) error) error {
	return eachItem(raw, func(item jsontext.Value, _ int64) error {
		switch item.Kind() {
		case jsontext.KindNull:
			return nil
		case jsontext.KindBeginObject:
			return visit(item)
		default:
			return fmt.Errorf("want an object, got %s", item.Kind())
		}
	})
}

func membersOf(raw jsontext.Value) (map[string]jsontext.Value, error) {
	if raw.Kind() != jsontext.KindBeginObject {
		return nil, fmt.Errorf("want an object, got %s", raw.Kind())
	}
	members := make(map[string]jsontext.Value)
	err := json.Unmarshal(raw, &members)
	return members, err
}

func objectOf(members map[string]jsontext.Value) (jsontext.Value, error) {
	return json.Marshal(members, json.Deterministic(true))
}

// flattened moves the members of "additionalProperties" up to the object that
// has it, at every depth. Versions before 1.6 ask Graph through cmdlets, which
// put there what they have no property for.
func flattened(raw jsontext.Value) (jsontext.Value, error) {
	if !bytes.Contains(raw, []byte(`"additionalProperties"`)) {
		return raw, nil
	}
	switch raw.Kind() {
	case jsontext.KindBeginObject:
		return flattenedObject(raw)
	case jsontext.KindBeginArray:
		list := []jsontext.Value{}
		err := eachItem(raw, func(item jsontext.Value, _ int64) error {
			flat, err := flattened(item)
			list = append(list, flat)
			return err
		})
		if err != nil {
			return nil, err
		}
		return json.Marshal(list)
	default:
		return raw, nil
	}
}

func flattenedObject(raw jsontext.Value) (jsontext.Value, error) {
	members, err := membersOf(raw)
	if err != nil {
		return nil, err
	}
	for name, value := range members {
		if members[name], err = flattened(value); err != nil {
			return nil, err
		}
	}
	more := members["additionalProperties"]
	if more.Kind() != jsontext.KindBeginObject && more.Kind() != jsontext.KindNull && more.Kind() != jsontext.KindInvalid {
		return objectOf(members) // cut off by the depth of the export: whoever reads it must see that
	}
	delete(members, "additionalProperties")
	if more.Kind() == jsontext.KindBeginObject {
		upper, err := membersOf(more)
		if err != nil {
			return nil, err
		}
		for name, value := range upper {
			if old, ok := members[name]; !ok || old.Kind() == jsontext.KindNull {
				members[name] = value
			}
		}
	}
	return objectOf(members)
}
