// SPDX-License-Identifier: Apache-2.0

package rule

import (
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"
)

// list returns the node of an expression that is a list of strings, and nil
// for anything else.
func (b *builder) list(e ast.Expr) *node {
	switch e.Kind() {
	case ast.ListKind:
		n := &node{op: opConst, shape: aList, id: e.ID(), list: []string{}, column: noColumn}
		for _, item := range e.AsList().Elements() {
			s, _ := item.AsLiteral().(types.String)
			n.list = append(n.list, string(s))
		}
		return n
	case ast.SelectKind:
		n := b.path(e)
		n.id = e.ID()
		if n.shape == aList {
			return n.depend()
		}
	default:
	}
	return nil
}

func (b *builder) in(item, list ast.Expr) *node {
	v := b.build(item)
	if v == nil {
		return nil
	}
	l := b.list(list)
	switch {
	case l == nil:
		b.text.fault(b.text.start(list), "to the right of in stands a list field, a list that is written out or a parameter")
		return nil
	case v.shape == aText:
		return &node{op: opInText, shape: aBool, args: []*node{v, l}}
	case v.shape == anInt:
		n := &node{op: opInInts, shape: aBool, args: []*node{v}}
		for _, e := range list.AsList().Elements() {
			number, _ := e.AsLiteral().(types.Int)
			n.nums = append(n.nums, int64(number))
		}
		return n
	}
	b.text.fault(b.text.start(item), "in looks for a string or a whole number")
	return nil
}

// loop lowers exists, all and exists_one.
func (b *builder) loop(e ast.Expr) *node {
	c := e.AsComprehension()
	over := b.list(c.IterRange())
	if over == nil || !isTextList(b.tree.GetType(c.IterRange().ID())) {
		b.text.fault(b.text.start(c.IterRange()), "loops go over a list field, a list of strings that is written out or a parameter")
		return nil
	}
	n := &node{op: opOne, shape: aBool, num: int64(len(b.loops))}
	switch c.LoopStep().AsCall().FunctionName() {
	case operators.LogicalOr:
		n.op = opExists
	case operators.LogicalAnd:
		n.op = opAll
	}
	b.loops = append(b.loops, c.IterVar())
	body := b.build(predicate(c))
	b.loops = b.loops[:len(b.loops)-1]
	if body == nil {
		return nil
	}
	if body.row {
		b.text.fault(b.text.at(body.reader().id), "the condition of a loop reads only its variable, constants, params, run and tenant; a condition on %s itself stands outside of the loop", b.entity)
		return nil
	}
	n.args = []*node{over, body}
	return n
}

func isTextList(t *types.Type) bool {
	return t != nil && t.Kind() == types.ListKind && len(t.Parameters()) == 1 && t.Parameters()[0].Kind() != types.IntKind
}
