// SPDX-License-Identifier: Apache-2.0

package scubagear

import (
	"bytes"
	"fmt"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"

	"securescore/internal/posture"
	"securescore/internal/source"
)

// read makes the objects of a member. With an error comes the place in raw
// that it is about.
func (m *mapping) read(raw jsontext.Value) (objects []posture.Object, at int64, err error) {
	if m.shape != nil {
		if raw, err = m.clean(raw); err == nil {
			objects, err = m.shape(raw)
		}
		return unique(objects), 0, err
	}
	err = eachItem(raw, func(item jsontext.Value, start int64) error {
		at = start
		switch item.Kind() {
		case jsontext.KindNull:
			return nil
		case jsontext.KindBeginObject:
			item, err := m.clean(item)
			if err != nil {
				return err
			}
			objects = append(objects, posture.Object{Key: m.keyOf(item, len(objects)), Raw: item})
			return nil
		default:
			return fmt.Errorf("want an object, got %s", source.Noun(item.Kind()))
		}
	})
	if err != nil {
		return nil, at, err
	}
	return unique(objects), 0, nil
}

// clean checks a value with all rules of JSON on (no duplicate names, valid
// UTF-8) and renames its members.
func (m *mapping) clean(raw jsontext.Value) (jsontext.Value, error) {
	if m.rename == nil {
		return raw, check(raw)
	}
	return renamed(raw, m.rename)
}

func check(raw jsontext.Value) error {
	return jsontext.NewDecoder(bytes.NewBuffer(raw)).SkipValue()
}

// keyOf is the key of an object: the first member of m.id that is a string
// which is not empty, else the position.
func (m *mapping) keyOf(object jsontext.Value, position int) string {
	best, rank := "", len(m.id)
	if rank > 0 {
		in := jsontext.NewDecoder(bytes.NewBuffer(object), jsontext.AllowDuplicateNames(true)) // clean has looked for them
		_, err := in.ReadToken()
		for err == nil && rank > 0 && in.PeekKind() == jsontext.KindString {
			var tok jsontext.Token
			if tok, err = in.ReadToken(); err != nil {
				break
			}
			r := indexBefore(m.id, rank, tok.String())
			if r < 0 || in.PeekKind() != jsontext.KindString {
				err = in.SkipValue()
				continue
			}
			if tok, err = in.ReadToken(); err == nil && tok.String() != "" {
				best, rank = tok.String(), r
			}
		}
	}
	if best == "" {
		return strconv.Itoa(position)
	}
	return best
}

// indexBefore is the position of name among the first n of list, or -1.
func indexBefore(list []string, n int, name string) int {
	for i, s := range list[:n] {
		if s == name {
			return i
		}
	}
	return -1
}

// unique gives the second and further objects of one key a suffix, so that no
// object is lost and every key names one.
func unique(objects []posture.Object) []posture.Object {
	taken := make(map[string]bool, len(objects))
	for _, o := range objects {
		taken[o.Key] = true
	}
	if len(taken) == len(objects) {
		return objects
	}
	used := make(map[string]bool, len(objects))
	for i := range objects {
		key := objects[i].Key
		for n := 2; used[key]; n++ {
			if next := objects[i].Key + "#" + strconv.Itoa(n); !taken[next] {
				key = next
			}
		}
		used[key] = true
		objects[i].Key = key
	}
	return objects
}

// eachItem calls visit for each item of a list, with its place in raw. A value
// that is no list is a list of one.
func eachItem(raw jsontext.Value, visit func(item jsontext.Value, at int64) error) error {
	if raw.Kind() != jsontext.KindBeginArray {
		return visit(raw, 0)
	}
	in := jsontext.NewDecoder(bytes.NewBuffer(raw), jsontext.AllowDuplicateNames(true))
	if _, err := in.ReadToken(); err != nil {
		return err
	}
	for in.PeekKind() != jsontext.KindEndArray {
		item, err := in.ReadValue()
		if err != nil {
			return err
		}
		end := in.InputOffset()
		at := end - int64(len(item))
		if err := visit(raw[at:end:end], at); err != nil {
			return err
		}
	}
	return nil
}

func unquote(raw jsontext.Value) (string, bool) {
	if raw.Kind() != jsontext.KindString {
		return "", false
	}
	text, err := jsontext.AppendUnquote(nil, raw)
	return string(text), err == nil
}
