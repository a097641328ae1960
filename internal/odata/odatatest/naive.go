// SPDX-License-Identifier: Apache-2.0

package odatatest

import (
	"bytes"
	"math/big"
	"strings"
	"time"
)

// Scope is what a condition looks at: the row, and the members that its
// lambda variables stand for.
type Scope struct {
	row     Row
	members map[string]any
}

// with is the scope inside a lambda.
func (s Scope) with(name string, member any) Scope {
	members := map[string]any{name: member}
	for k, v := range s.members {
		if k != name {
			members[k] = v
		}
	}
	return Scope{s.row, members}
}

// sign compares two values, neither of them nil, of kinds that compare.
func sign(a, b any) int {
	if x, ok := a.(string); ok {
		y, _ := b.(string)
		return bytes.Compare([]byte(x), []byte(y))
	}
	if x, ok := a.(time.Time); ok {
		y, _ := b.(time.Time)
		return x.Compare(y)
	}
	return rational(a).Cmp(rational(b))
}

func rational(v any) *big.Rat {
	r := new(big.Rat)
	switch v := v.(type) {
	case int64:
		r.SetInt64(v)
	case float64:
		r.SetFloat64(v)
	case bool:
		if v {
			r.SetInt64(1)
		}
	}
	return r
}

// relate is a comparison as the specification of OData words it.
func relate(op string, a, b any) bool {
	switch {
	case op == "eq" && (a == nil || b == nil):
		return a == nil && b == nil
	case op == "ne":
		return !relate("eq", a, b)
	case a == nil || b == nil:
		return false
	}
	s := sign(a, b)
	return strings.Contains(map[string]string{"eq": "=", "gt": ">", "ge": ">=", "lt": "<", "le": "<="}[op], string("<=>"[s+1]))
}

// The three values of logic: a *bool that is nil is unknown.

func not(a *bool) *bool {
	if a == nil {
		return nil
	}
	return new(!*a)
}

func and(a, b *bool) *bool {
	switch {
	case a != nil && !*a, b != nil && !*b:
		return new(false)
	case a == nil || b == nil:
		return nil
	}
	return new(true)
}

func or(a, b *bool) *bool { return not(and(not(a), not(b))) }

// count says how many members there are and for how many a body is true.
func (s Scope) count(list any, name string, body func(Scope) *bool) (all, met int) {
	items, _ := list.([]any)
	for _, item := range items {
		if got := body(s.with(name, item)); got != nil && *got {
			met++
		}
	}
	return len(items), met
}
