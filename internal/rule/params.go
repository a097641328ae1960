// SPDX-License-Identifier: Apache-2.0

package rule

import (
	"fmt"
	"math"
	"regexp"
	"slices"

	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
)

// param is the value of a parameter: one scalar, or a list of strings.
type param struct {
	scalar ref.Val
	list   []string
}

var paramName = regexp.MustCompile(`^[a-z][A-Za-z0-9]*$`)

// readParams takes what a YAML or JSON decoder makes of the params of a rule.
func readParams(raw map[string]any) (map[string]param, []error) {
	params := make(map[string]param, len(raw))
	var errs []error
	for name, value := range raw {
		p, fault := readParam(value)
		if !paramName.MatchString(name) {
			fault = "a name is camel case"
		}
		if fault != "" {
			errs = append(errs, &Error{Part: PartParams, Message: name + ": " + fault})
			continue
		}
		params[name] = p
	}
	sortErrors(errs)
	return params, errs
}

func sortErrors(errs []error) {
	slices.SortFunc(errs, func(a, b error) int {
		if a.Error() < b.Error() {
			return -1
		}
		return 1
	})
}

func readParam(value any) (param, string) {
	switch v := value.(type) {
	case bool:
		return param{scalar: types.Bool(v)}, ""
	case int:
		return param{scalar: types.Int(v)}, ""
	case int64:
		return param{scalar: types.Int(v)}, ""
	case uint64:
		if v <= math.MaxInt64 {
			return param{scalar: types.Int(v)}, ""
		}
	case string:
		return param{scalar: types.String(v)}, ""
	case []string:
		return param{list: v}, tooLong(len(v))
	case []any:
		list := make([]string, 0, len(v))
		for _, item := range v {
			s, ok := item.(string)
			if !ok {
				return param{}, fmt.Sprintf("a list holds strings, not %T", item)
			}
			list = append(list, s)
		}
		return param{list: list}, tooLong(len(list))
	}
	return param{}, fmt.Sprintf("is a bool, a whole number, a string or a list of strings, not %T", value)
}

func tooLong(items int) string {
	if items > maxItems {
		return fmt.Sprintf("holds %d items; at most %d are allowed", items, maxItems)
	}
	return ""
}

// expr makes the parameter a literal that stands where the id stood.
func (p param) expr(n *namer, id int64) ast.Expr {
	if p.scalar != nil {
		return n.make.NewLiteral(id, p.scalar)
	}
	where, _ := n.text.info.GetOffsetRange(id)
	items := make([]ast.Expr, len(p.list))
	for i, s := range p.list {
		n.nextID++
		n.text.info.SetOffsetRange(n.nextID, where)
		items[i] = n.make.NewLiteral(n.nextID, types.String(s))
	}
	return n.make.NewList(id, items, nil)
}
