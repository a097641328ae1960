// SPDX-License-Identifier: Apache-2.0

package scubagear

import (
	"errors"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"securescore/internal/posture"
)

// errNoPim is what an export of an organisation without Entra ID P2 gives: the
// names of the roles and nothing more.
var errNoPim = errors.New("the roles come without assignments and rules, as in an export made without Entra ID P2")

// roleAssignments takes the assignments out of the roles.
func roleAssignments(raw jsontext.Value) ([]posture.Object, error) {
	var objects []posture.Object
	seen := false
	err := eachObject(raw, func(role jsontext.Value) error {
		members, err := membersOf(role)
		if err != nil {
			return err
		}
		list, ok := members["assignments"]
		if !ok || list.Kind() == jsontext.KindNull {
			return nil
		}
		seen = true
		return eachObject(list, func(item jsontext.Value) error {
			flat, err := flattened(item)
			keys := mapping{id: []string{"id"}}
			objects = append(objects, posture.Object{Key: keys.keyOf(flat, len(objects)), Raw: flat})
			return err
		})
	})
	if err == nil && !seen {
		err = errNoPim
	}
	return objects, err
}

// rolePolicies makes one policy assignment of each role's rules, in the shape
// of Graph. Rules of groups that give the role stand in the same list; they
// become policies of their own, with the role in "givesRoleId".
func rolePolicies(raw jsontext.Value) ([]posture.Object, error) {
	var objects []posture.Object
	err := eachObject(raw, func(role jsontext.Value) error {
		members, err := membersOf(role)
		if err != nil {
			return err
		}
		rules, ok := members["rules"]
		if !ok || rules.Kind() == jsontext.KindNull {
			return nil
		}
		id, ok := unquote(members["roleTemplateId"])
		if !ok {
			return errors.New("a role has no roleTemplateId")
		}
		policies, err := splitRules(id, rules)
		objects = append(objects, policies...)
		return err
	})
	if err == nil && len(objects) == 0 {
		err = errNoPim
	}
	return objects, err
}

// ruleSet is the rules of one policy, each at most once.
type ruleSet struct {
	source string // name of the group; empty for the role itself
	ids    map[string]bool
	rules  []jsontext.Value
}

func splitRules(role string, rules jsontext.Value) ([]posture.Object, error) {
	if rules.Kind() == jsontext.KindString {
		// Versions before 0.3 write a sentence when there is not one policy.
		object, err := rolePolicy(role, &ruleSet{}, rules, 0)
		return []posture.Object{object}, err
	}
	var sets []*ruleSet
	err := eachObject(rules, func(item jsontext.Value) error {
		flat, err := flattened(item)
		if err != nil {
			return err
		}
		members, err := membersOf(flat)
		if err != nil {
			return err
		}
		id, _ := unquote(members["id"])
		source := ""
		if kind, _ := unquote(members["ruleSourceType"]); strings.EqualFold(kind, "PIM Group") {
			source, _ = unquote(members["ruleSource"])
			source = "group " + source
		}
		sets = place(sets, source, id, flat)
		return nil
	})
	if err != nil {
		return nil, err
	}
	var objects []posture.Object
	for i, set := range sets {
		list := []byte{'['}
		for j, rule := range set.rules {
			if j > 0 {
				list = append(list, ',')
			}
			list = append(list, rule...)
		}
		object, err := rolePolicy(role, set, append(list, ']'), i)
		if err != nil {
			return nil, err
		}
		objects = append(objects, object)
	}
	return objects, nil
}

// place puts a rule into the first policy of its source that does not have it:
// two groups can have one name.
func place(sets []*ruleSet, source, id string, rule jsontext.Value) []*ruleSet {
	for _, s := range sets {
		if s.source == source && !s.ids[id] {
			s.ids[id] = true
			s.rules = append(s.rules, rule)
			return sets
		}
	}
	return append(sets, &ruleSet{source: source, ids: map[string]bool{id: true}, rules: []jsontext.Value{rule}})
}

func rolePolicy(role string, set *ruleSet, rules jsontext.Value, position int) (posture.Object, error) {
	policy, err := objectOf(map[string]jsontext.Value{"rules": rules})
	if err != nil {
		return posture.Object{}, err
	}
	key := role
	members := map[string]string{"scopeType": "DirectoryRole", "scopeId": "/", "roleDefinitionId": role}
	if set.source != "" || position > 0 {
		key = role + "/" + strconv.Itoa(position)
		members = map[string]string{"scopeType": "Group", "roleDefinitionId": "member", "givesRoleId": role, "displayName": strings.TrimPrefix(set.source, "group ")}
	}
	members["id"] = key
	raw := map[string]jsontext.Value{"policy": policy}
	for name, text := range members {
		if raw[name], err = jsontext.AppendQuote(nil, text); err != nil {
			return posture.Object{}, err
		}
	}
	object, err := objectOf(raw)
	return posture.Object{Key: key, Raw: object}, err
}
