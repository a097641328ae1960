// SPDX-License-Identifier: Apache-2.0

package entity

import (
	"fmt"
	"strings"
)

// step is one part of a path into a raw object.
type step struct {
	name string
	list bool // a[]: each item of the list
	// a{key=value}: the item of the list whose member key is value.
	key, value string
}

// parsePath reads "a.b", "a[].b" or "a{name=X}.value". The empty path is valid
// and has no steps: a field that code derives.
func parsePath(path string) ([]step, error) {
	if path == "" {
		return nil, nil
	}
	var steps []step
	for rest := path; rest != ""; {
		var part string
		part, rest = cutStep(rest)
		s := step{name: part}
		if open := strings.IndexByte(part, '{'); open >= 0 {
			key, value, ok := strings.Cut(strings.TrimSuffix(part[open+1:], "}"), "=")
			if !ok || !strings.HasSuffix(part, "}") {
				return nil, fmt.Errorf("path %q: want {key=value}", path)
			}
			s = step{name: part[:open], key: key, value: value}
		} else if name, ok := strings.CutSuffix(part, "[]"); ok {
			s = step{name: name, list: true}
		}
		if s.name == "" {
			return nil, fmt.Errorf("path %q: empty step", path)
		}
		steps = append(steps, s)
	}
	return steps, nil
}

// cutStep cuts at the first dot outside of braces.
func cutStep(path string) (part, rest string) {
	depth := 0
	for i := range len(path) {
		switch path[i] {
		case '{':
			depth++
		case '}':
			depth--
		case '.':
			if depth == 0 {
				return path[:i], path[i+1:]
			}
		}
	}
	return path, ""
}

// plain reports whether the step only names a member.
func (s step) plain() bool { return !s.list && s.key == "" }
