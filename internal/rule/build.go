// SPDX-License-Identifier: Apache-2.0

package rule

import (
	"regexp"
	"slices"
	"time"

	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/overloads"
	"cel.dev/cel-go/common/types"

	"securescore/internal/entity"
	"securescore/internal/posture"
)

// builder makes the lowered form of a checked expression.
type builder struct {
	env    *Env
	entity posture.Kind
	text   *text
	tree   *ast.AST
	loops  []string
}

// build returns nil when it has noted a fault.
func (b *builder) build(e ast.Expr) *node {
	var n *node
	switch e.Kind() {
	case ast.LiteralKind:
		n = literal(e)
	case ast.IdentKind:
		n = &node{op: opVar, shape: aText, num: int64(slices.Index(b.loops, e.AsIdent()))}
	case ast.SelectKind:
		n = b.path(e)
	case ast.CallKind:
		n = b.call(e)
	case ast.ListKind:
		b.text.fault(b.text.at(e.ID()), "a list stands to the right of in, before exists(), all() or exists_one(), or in size()")
	case ast.ComprehensionKind:
		n = b.loop(e)
	default:
		b.text.fault(b.text.at(e.ID()), "rules cannot say this")
	}
	if n == nil {
		return nil
	}
	n.id = e.ID()
	return b.fold(n.depend())
}

// fold computes what is known when the rule is loaded.
func (b *builder) fold(n *node) *node {
	if n.op == opConst || !n.constant() || n.shape == aList {
		return n
	}
	c := &node{op: opConst, shape: n.shape, id: n.id, column: noColumn}
	var known bool
	switch n.shape {
	case aBool:
		c.truth = n.truthOf(nil)(frame{run: new(run)})
		known = c.truth != entity.Unknown
	case aText:
		c.text, known = n.textOf(nil)(frame{run: new(run)})
	default:
		c.num, known = n.numberOf(nil)(frame{run: new(run)})
	}
	if !known {
		b.text.fault(b.text.at(n.id), "the result is out of range")
		return nil
	}
	return c
}

func literal(e ast.Expr) *node {
	n := &node{op: opConst}
	switch v := e.AsLiteral().(type) {
	case types.Bool:
		n.shape, n.truth = aBool, entity.TriOf(bool(v))
	case types.Int:
		n.shape, n.num = anInt, int64(v)
	case types.String:
		n.shape, n.text = aText, string(v)
	}
	return n
}

// path finds the field again that the namer has bound.
func (b *builder) path(e ast.Expr) *node {
	var names []string
	for e.Kind() == ast.SelectKind {
		names = append(names, e.AsSelect().FieldName())
		e = e.AsSelect().Operand()
	}
	g := b.env.run
	switch e.AsIdent() {
	case string(b.entity):
		g = b.env.kinds[b.entity]
	case tenantName:
		g = b.env.tenant
	}
	var f *field
	for _, name := range slices.Backward(names) {
		m := g.members[name]
		g, f = m.group, m.field
	}
	n := &node{op: opTenant, field: f, shape: shapeOf(f.typ)}
	switch {
	case f.kind == "":
		n.op, n.model = opRunTime, true
	case f.kind == b.entity && e.AsIdent() == string(b.entity):
		n.op, n.row = opField, true
	default:
		n.model = true
	}
	return n
}

func shapeOf(t entity.Type) shape {
	switch t {
	case entity.Bool:
		return aBool
	case entity.Int, entity.Seconds:
		return anInt
	case entity.Time:
		return aTime
	case entity.String:
		return aText
	case entity.Strings:
		return aList
	}
	return 0
}

func (b *builder) call(e ast.Expr) *node {
	c := e.AsCall()
	args := c.Args()
	if c.IsMemberFunction() {
		args = append([]ast.Expr{c.Target()}, args...)
	}
	switch c.FunctionName() {
	case overloads.TypeConvertTimestamp, overloads.TypeConvertDuration:
		return b.moment(e, args[0])
	case operators.In:
		return b.in(args[0], args[1])
	case overloads.Size:
		if list := b.list(args[0]); list != nil {
			return &node{op: opSizeList, shape: anInt, args: []*node{list}}
		}
	}
	nodes := make([]*node, len(args))
	whole := true
	for i, arg := range args {
		nodes[i] = b.build(arg)
		whole = whole && nodes[i] != nil
	}
	if !whole {
		return nil
	}
	return b.operation(e, c.FunctionName(), nodes)
}

func (b *builder) operation(e ast.Expr, name string, args []*node) *node {
	n := &node{shape: aBool, args: args}
	switch name {
	case operators.LogicalNot:
		n.op = opNot
	case operators.LogicalAnd:
		n.op = opAnd
	case operators.LogicalOr:
		n.op = opOr
	case operators.Conditional:
		if args[1].shape == aList {
			b.text.fault(b.text.at(e.ID()), "lists are not chosen: choose between conditions on them")
			return nil
		}
		n.op, n.shape = opCond, args[1].shape
	case operators.Equals, operators.NotEquals:
		n = b.equal(e, args, name == operators.NotEquals)
	case operators.Less:
		n = less(args[0], args[1])
	case operators.Greater:
		n = less(args[1], args[0])
	case operators.LessEquals:
		n = not(less(args[1], args[0]))
	case operators.GreaterEquals:
		n = not(less(args[0], args[1]))
	case operators.Add:
		n.op, n.shape = opAdd, sum(args[0].shape, args[1].shape)
	case operators.Subtract:
		n.op, n.shape = opSub, difference(args[0].shape, args[1].shape)
	case overloads.Size:
		n.op, n.shape = opSizeText, anInt
	case overloads.StartsWith:
		n.op = opStarts
	case overloads.EndsWith:
		n.op = opEnds
	case overloads.Contains:
		n.op = opContains
	case lowerASCII:
		n.op, n.shape = opLower, aText
	case overloads.Matches:
		return b.matches(e, n)
	}
	return n
}

func not(n *node) *node {
	return &node{op: opNot, shape: aBool, args: []*node{n.depend()}}
}

func less(a, b *node) *node {
	n := &node{op: opLess, shape: aBool, args: []*node{a, b}}
	if a.shape == aText {
		n.op = opLessText
	}
	return n
}

func (b *builder) equal(e ast.Expr, args []*node, differ bool) *node {
	n := &node{op: opEqual, shape: aBool, args: args}
	switch args[0].shape {
	case aBool:
		n.op = opSame
	case aText:
		n.op = opEqualText
	case anInt, aTime, aDuration:
	case aList:
		b.text.fault(b.text.at(e.ID()), "lists are not compared as a whole: use in, exists(), all() or size()")
		return nil
	}
	if differ {
		return not(n)
	}
	return n
}

// sum and difference follow CEL's overloads, which the checker has enforced.
func sum(a, b shape) shape {
	if a == aTime || b == aTime {
		return aTime
	}
	return a
}

func difference(a, b shape) shape {
	if a == aTime && b == aTime {
		return aDuration
	}
	return a
}

// moment reads a time or a duration with CEL's own parsers.
func (b *builder) moment(e, arg ast.Expr) *node {
	written, _ := arg.AsLiteral().(types.String)
	if e.AsCall().FunctionName() == overloads.TypeConvertDuration {
		d, ok := written.ConvertToType(types.DurationType).(types.Duration)
		if !ok || d.Duration%time.Microsecond != 0 {
			b.text.fault(b.text.at(arg.ID()), "%q is no duration of whole microseconds: write hours, minutes or seconds such as \"2160h\"", string(written))
			return nil
		}
		return &node{op: opConst, shape: aDuration, num: d.Microseconds()}
	}
	t, ok := written.ConvertToType(types.TimestampType).(types.Timestamp)
	if !ok || t.Nanosecond()%1000 != 0 {
		b.text.fault(b.text.at(arg.ID()), "%q is no time of whole microseconds: write RFC 3339 such as \"2025-01-31T00:00:00Z\"", string(written))
		return nil
	}
	return &node{op: opConst, shape: aTime, num: t.UnixMicro()}
}

func (b *builder) matches(e ast.Expr, n *node) *node {
	pattern := n.args[1].text
	if len(pattern) > maxPattern {
		b.text.fault(b.text.at(e.ID()), "the pattern has %d characters; at most %d are allowed", len(pattern), maxPattern)
		return nil
	}
	re, err := regexp.Compile(pattern)
	if err != nil {
		b.text.fault(b.text.at(e.ID()), "the pattern is no RE2 expression: %v", err)
		return nil
	}
	n.op, n.re, n.args = opMatches, re, n.args[:1]
	return n
}
