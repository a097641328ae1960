// SPDX-License-Identifier: Apache-2.0

package entity

import (
	"regexp"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// ruleTypes returns the sensitive information types that a DLP rule looks for.
// They stand in one of two members: a list of types (or of groups of types),
// or the text of a condition tree. What stands under a negation does not
// count, nor does a type whose group must be met together with another group.
// It reports false when neither member is understood.
func ruleTypes(values map[string]jsontext.Value) ([]string, bool) {
	c := &conditions{understood: true}
	if text, ok := stringOf(values["AdvancedRule"]); ok && strings.TrimSpace(text) != "" {
		c.tree(conditionTree(text))
		if c.understood {
			return c.names, true
		}
	}
	value := values["ContentContainsSensitiveInformation"]
	switch {
	case value == nil:
		return nil, false
	case value.Kind() == jsontext.KindNull:
		// A rule on something else, unless the tree was there and not readable.
		return []string{}, c.understood
	}
	c = &conditions{names: []string{}, understood: true}
	c.items(value)
	return c.names, c.understood
}

// conditions gathers names from a tree of conditions.
type conditions struct {
	names      []string
	understood bool
}

// conditionTree makes JSON of a condition's text. The oldest exports hold it
// without backslashes: quotes are single and line ends became "rn".
func conditionTree(text string) jsontext.Value {
	tree := jsontext.Value(text)
	if tree.IsValid() {
		return tree
	}
	text = lostLineEnd.ReplaceAllString(strings.ReplaceAll(text, "'", `"`), "$1")
	return jsontext.Value(text)
}

var lostLineEnd = regexp.MustCompile(`rn(\s*["{}\[\]])`)

func (c *conditions) tree(raw jsontext.Value) {
	if !raw.IsValid() || raw.Kind() != jsontext.KindBeginObject {
		c.understood = false
		return
	}
	values := lowerMembers(raw)
	if node := values["condition"]; node != nil {
		c.tree(node)
		return
	}
	if operator, _ := stringOf(values["operator"]); strings.EqualFold(operator, "Not") {
		return
	}
	if name, ok := stringOf(values["conditionname"]); ok {
		if strings.EqualFold(name, "ContentContainsSensitiveInformation") {
			c.items(values["value"])
		}
		return
	}
	below := values["subconditions"]
	if below == nil {
		c.understood = false
		return
	}
	before, parts := len(c.names), 0
	err := eachItem(below, func(item jsontext.Value) error {
		n := len(c.names)
		c.tree(item.Clone())
		if len(c.names) > n {
			parts++
		}
		return nil
	})
	if err != nil {
		c.understood = false
	}
	if operator, _ := stringOf(values["operator"]); parts > 1 && !strings.EqualFold(operator, "Or") {
		c.names = c.names[:before] // no part is enough by itself
	}
}

// items reads a list of types, or of groups of types.
func (c *conditions) items(list jsontext.Value) {
	if list == nil {
		c.understood = false
		return
	}
	err := eachItem(list, func(item jsontext.Value) error {
		if item.Kind() == jsontext.KindNull {
			return nil
		}
		if item.Kind() != jsontext.KindBeginObject {
			return errShape
		}
		c.item(lowerMembers(item))
		return nil
	})
	if err != nil {
		c.understood = false
	}
}

func (c *conditions) item(values map[string]jsontext.Value) {
	groups := values["groups"]
	if groups == nil {
		if name, ok := stringOf(values["name"]); ok && name != "" {
			c.names = append(c.names, name)
			return
		}
		c.understood = false
		return
	}
	operator, _ := stringOf(values["operator"])
	n := 0
	before := len(c.names)
	err := eachItem(groups, func(item jsontext.Value) error {
		if item.Kind() != jsontext.KindBeginObject {
			return errShape
		}
		n++
		c.group(lowerMembers(item))
		return nil
	})
	if err != nil {
		c.understood = false
	}
	if n > 1 && !strings.EqualFold(operator, "Or") {
		c.names = c.names[:before] // no group is enough by itself
	}
}

func (c *conditions) group(values map[string]jsontext.Value) {
	operator, _ := stringOf(values["operator"])
	types := values["sensitivetypes"]
	if types == nil {
		// A group of labels or of trainable classifiers.
		if values["labels"] == nil && values["classifiers"] == nil && values["trainableclassifiers"] == nil {
			c.understood = false
		}
		return
	}
	before := len(c.names)
	c.items(types)
	if len(c.names)-before > 1 && strings.EqualFold(operator, "And") {
		c.names = c.names[:before] // all of them together, none alone
	}
}

// lowerMembers returns the members under their names in lower case: one
// version of the cmdlets writes "Sensitivetypes", another "sensitivetypes".
func lowerMembers(raw jsontext.Value) map[string]jsontext.Value {
	values := make(map[string]jsontext.Value)
	for name, value := range membersOf(raw) {
		values[strings.ToLower(name)] = value
	}
	return values
}
