// SPDX-License-Identifier: Apache-2.0

package entity

import (
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"securescore/internal/posture"
)

// membersOf returns the members of a raw object; none when it is no object.
func membersOf(raw []byte) map[string]jsontext.Value {
	members := make(map[string]jsontext.Value)
	err := eachMember(raw, func(name string, value jsontext.Value) error {
		members[name] = value.Clone()
		return nil
	})
	if err != nil {
		return nil
	}
	return members
}

// textsOf returns the strings of a value: one, or a list of them. Null is an
// empty list. It reports false for anything else.
func textsOf(value jsontext.Value) ([]string, bool) {
	if value == nil {
		return nil, false
	}
	if value.Kind() == jsontext.KindNull {
		return nil, true
	}
	list, err := (&Field{Type: Strings}).strings(value)
	texts, ok := list.([]string)
	return texts, err == nil && ok
}

// readTable decodes a data set into a table of its own, which rules do not
// see.
func readTable(m *Model, set string, names []string, fields ...Field) *Table {
	spec := &KindSpec{Kind: "evidence", Singular: set, Plural: set, DataSet: set, Names: names, Fields: fields}
	if err := spec.prepare(); err != nil {
		panic("fields of " + set + ": " + err.Error())
	}
	t := NewTable(spec)
	readSet(t, m.Set(set))
	return t
}

// knownNumber returns an Int of a row, and false when it is unknown.
func knownNumber(t *Table, row int, field string) (int64, bool) {
	v, _ := t.Col(field).Value(row)
	n, ok := v.(int64)
	return n, ok
}

// acceptedDomains returns the names of the organisation's mail domains in
// lower case, and false when they were not read.
func acceptedDomains(m *Model) ([]string, bool) {
	t := acceptedDomainTable(m)
	if !t.Collected() {
		return nil, false
	}
	var names []string
	for row := range t.Len() {
		name, ok := t.text(row, "name")
		if !ok {
			return nil, false
		}
		names = append(names, strings.ToLower(name))
	}
	return names, len(names) > 0
}

// isOutside says whether a mail address lies outside the organisation. What is
// no address can be a contact, so nobody knows.
func isOutside(address string, domains []string, known bool) Tri {
	_, domain, ok := strings.Cut(strings.ToLower(strings.TrimPrefix(strings.ToLower(strings.TrimSpace(address)), "smtp:")), "@")
	if !ok || !known {
		return Unknown
	}
	return TriOf(!slices.Contains(domains, domain))
}

// undecided is the reason for what the evidence leaves open.
func undecided(detail string) posture.Reason {
	return posture.Reason{Code: posture.Undecided, Detail: detail}
}
