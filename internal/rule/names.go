// SPDX-License-Identifier: Apache-2.0

package rule

import (
	"slices"
	"strings"

	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/overloads"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"

	"securescore/internal/posture"
)

// namer walks a parsed expression before it is checked: it binds every name,
// puts the values of params in their places, and refuses what rules do not
// have, each with its position and a way out.
type namer struct {
	env    *Env
	entity posture.Kind
	params map[string]param
	text   *text
	make   ast.ExprFactory
	nextID int64
	loops  []string // loop variables in scope
	used   map[string]bool
	reads  []*field // in the order of first use
}

func (n *namer) expr(e ast.Expr) {
	switch e.Kind() {
	case ast.LiteralKind:
		n.literal(e)
	case ast.IdentKind:
		n.ident(e)
	case ast.SelectKind:
		n.path(e)
	case ast.CallKind:
		n.call(e)
	case ast.ListKind:
		n.list(e)
	case ast.ComprehensionKind:
		n.loop(e)
	case ast.MapKind:
		n.text.fault(n.text.at(e.ID()), "rules have no maps: compare fields one by one")
	case ast.StructKind:
		n.text.fault(n.text.at(e.ID()), "rules make no objects: compare fields one by one")
	case ast.UnspecifiedExprKind:
		n.text.fault(n.text.at(e.ID()), "there is no expression")
	}
}

func (n *namer) literal(e ast.Expr) {
	switch e.AsLiteral().(type) {
	case types.Bool, types.Int, types.String:
	case types.Null:
		n.text.fault(n.text.at(e.ID()), "rules never see null: a value is known or unknown, and the schema says what null means")
	case types.Double:
		n.text.fault(n.text.at(e.ID()), "rules have no decimal numbers: use a whole number")
	case types.Uint:
		n.text.fault(n.text.at(e.ID()), "rules have no unsigned numbers: leave the u away")
	default:
		n.text.fault(n.text.at(e.ID()), "rules have no bytes: use a string")
	}
}

func (n *namer) ident(e ast.Expr) {
	name := e.AsIdent()
	if slices.Contains(n.loops, name) {
		return
	}
	if g := n.variable(name); g != nil {
		n.text.fault(n.text.at(e.ID()), "%s is no value by itself: write %s.<field>, such as %s", name, name, example(g.paths()))
		return
	}
	if name == paramsName {
		n.text.fault(n.text.at(e.ID()), "params is no value by itself: write params.<name>")
		return
	}
	n.unknownName(e.ID(), name)
}

// variable returns the group of a variable that this rule sees.
func (n *namer) variable(name string) *group {
	switch name {
	case string(n.entity):
		return n.env.kinds[n.entity]
	case tenantName:
		return n.env.tenant
	case runName:
		return n.env.run
	}
	return nil
}

func (n *namer) unknownName(id int64, name string) {
	sees := []string{string(n.entity), tenantName, runName, paramsName}
	if n.env.kinds[posture.Kind(name)] != nil {
		n.text.fault(n.text.at(id), "%s is not visible here: a rule sees its own entity (%s), tenant, run and params; what needs another collection is a derived field", name, n.entity)
		return
	}
	if near := nearest(name, append(sees, n.loops...)); near != "" {
		n.text.fault(n.text.at(id), "%s is not known; did you mean %s?", name, near)
		return
	}
	n.text.fault(n.text.at(id), "%s is not known: a rule sees %s", name, strings.Join(sees, ", "))
}

// path binds "a.b.c".
func (n *namer) path(e ast.Expr) {
	var chain []ast.Expr // from the last step to the first
	root := e
	for root.Kind() == ast.SelectKind {
		if root.AsSelect().IsTestOnly() {
			n.text.fault(n.text.at(root.ID()), "%s", advice[operators.Has])
			return
		}
		chain = append(chain, root)
		root = root.AsSelect().Operand()
	}
	slices.Reverse(chain)
	first := chain[0].AsSelect().FieldName()
	if root.Kind() != ast.IdentKind {
		n.text.fault(n.text.after(chain[0].ID()), "only %s, tenant, run and params have fields", n.entity)
		return
	}
	name := root.AsIdent()
	switch g := n.variable(name); {
	case slices.Contains(n.loops, name):
		n.text.fault(n.text.after(chain[0].ID()), "%s is an item of a list and has no field %s", name, first)
	case name == paramsName:
		n.param(e, chain)
	case g == nil:
		n.unknownName(root.ID(), name)
	default:
		n.field(g, chain)
	}
}

func (n *namer) field(g *group, chain []ast.Expr) {
	for i, step := range chain {
		name := step.AsSelect().FieldName()
		m := g.members[name]
		last := i == len(chain)-1
		switch {
		case m == nil:
			n.text.fault(n.text.after(step.ID()), "%s has no field %s%s", g.path, name, hint(g, chain[i:]))
			return
		case m.field != nil && !last:
			n.text.fault(n.text.after(chain[i+1].ID()), "%s is a value and has no field %s", m.field.path, chain[i+1].AsSelect().FieldName())
			return
		case m.field != nil:
			n.read(m.field)
		case last:
			n.text.fault(n.text.after(step.ID()), "%s is no value by itself: it has %s", m.group.path, example(m.group.paths()))
		default:
			g = m.group
		}
	}
}

func hint(g *group, rest []ast.Expr) string {
	names := make([]string, len(rest))
	for i, step := range rest {
		names[i] = step.AsSelect().FieldName()
	}
	if near := g.suggest(strings.Join(names, ".")); near != "" {
		return "; did you mean " + near + "?"
	}
	if len(g.members) == 0 {
		return ""
	}
	return ": it has " + example(g.names())
}

// example shortens a list of names.
func example(names []string) string {
	const most = 8
	if len(names) > most {
		return strings.Join(names[:most], ", ") + ", …"
	}
	return strings.Join(names, ", ")
}

func (n *namer) read(f *field) {
	if f.kind != "" && !slices.Contains(n.reads, f) {
		n.reads = append(n.reads, f)
	}
}

// param puts the value of a parameter in its place.
func (n *namer) param(e ast.Expr, chain []ast.Expr) {
	name := chain[0].AsSelect().FieldName()
	p, ok := n.params[name]
	switch {
	case !ok:
		names := make([]string, 0, len(n.params))
		for known := range n.params {
			names = append(names, known)
		}
		slices.Sort(names)
		if near := nearest(name, names); near != "" {
			n.text.fault(n.text.after(chain[0].ID()), "params has no %s; did you mean params.%s?", name, near)
			return
		}
		n.text.fault(n.text.after(chain[0].ID()), "params has no %s; it has %s", name, cmpOr(example(names), "none"))
	case len(chain) > 1:
		n.text.fault(n.text.after(chain[1].ID()), "params.%s is a value and has no fields", name)
	default:
		n.used[name] = true
		e.SetKindCase(p.expr(n, e.ID()))
	}
}

func cmpOr(text, other string) string {
	if text == "" {
		return other
	}
	return text
}

func (n *namer) call(e ast.Expr) {
	c := e.AsCall()
	name := c.FunctionName()
	if text, refused := advice[name]; refused {
		n.text.fault(n.text.before(e.ID(), name), "%s", text)
		return
	}
	if overloadsOf[name] == nil && name != lowerASCII {
		known := []string{"size", "startsWith", "endsWith", "contains", "matches", "exists", "all", "exists_one", "lowerAscii", "timestamp", "duration"}
		if near := nearest(name, known); near != "" {
			n.text.fault(n.text.before(e.ID(), name), "there is no function %s; did you mean %s?", name, near)
			return
		}
		n.text.fault(n.text.before(e.ID(), name), "there is no function %s; rules have %s", name, strings.Join(known, ", "))
		return
	}
	if c.IsMemberFunction() {
		n.expr(c.Target())
	}
	for _, arg := range c.Args() {
		n.expr(arg)
	}
	switch name {
	case overloads.Matches:
		if !c.IsMemberFunction() {
			n.text.fault(n.text.before(e.ID(), name), "write text.matches(pattern)")
			return
		}
		n.constant(e, c, "the pattern of matches must be written out, so that it is checked once")
	case overloads.TypeConvertTimestamp:
		n.constant(e, c, `timestamp() takes a written string such as timestamp("2025-01-31T00:00:00Z"); fields that are times need no conversion`)
	case overloads.TypeConvertDuration:
		n.constant(e, c, `duration() takes a written string such as duration("2160h"), or a parameter`)
	}
}

// constant refuses a call whose only argument is not a string that is known
// when the rule is loaded.
func (n *namer) constant(e ast.Expr, c ast.CallExpr, why string) {
	if args := c.Args(); len(args) == 1 {
		if args[0].Kind() == ast.LiteralKind {
			return
		}
		n.text.fault(n.text.at(args[0].ID()), "%s", why)
		return
	}
	n.text.fault(n.text.before(e.ID(), c.FunctionName()), "%s", why)
}

// list allows literals of strings and of whole numbers.
func (n *namer) list(e ast.Expr) {
	l := e.AsList()
	if len(l.OptionalIndices()) > 0 {
		n.text.fault(n.text.at(e.ID()), "rules have no optional values")
		return
	}
	var first types.Kind
	for _, item := range l.Elements() {
		before := n.text.count()
		n.expr(item)
		if n.text.count() > before {
			continue
		}
		var kind types.Kind
		if item.Kind() == ast.LiteralKind {
			kind = kindOf(item.AsLiteral())
		}
		switch {
		case kind != types.StringKind && kind != types.IntKind:
			n.text.fault(n.text.at(item.ID()), "a list holds strings or whole numbers that are written out; compare fields with == and ||")
		case first == 0:
			first = kind
		case kind != first:
			n.text.fault(n.text.at(item.ID()), "a list holds strings or whole numbers, not both")
		}
	}
}

func kindOf(v ref.Val) types.Kind {
	t, ok := v.Type().(*types.Type)
	if !ok {
		return types.UnspecifiedKind
	}
	return t.Kind()
}

func (n *namer) loop(e ast.Expr) {
	c := e.AsComprehension()
	n.expr(c.IterRange())
	name := c.IterVar()
	switch {
	case c.HasIterVar2():
		n.text.fault(n.text.at(e.ID()), "loops have one variable")
		return
	case n.variable(name) != nil || name == paramsName || n.env.kinds[posture.Kind(name)] != nil || slices.Contains(n.loops, name):
		n.text.fault(n.text.at(e.ID()), "the loop variable %s hides another name: choose a new one", name)
		return
	case len(n.loops) == maxLoops:
		n.text.fault(n.text.at(e.ID()), "loops stand at most %d deep in each other", maxLoops)
		return
	}
	n.loops = append(n.loops, name)
	n.expr(predicate(c))
	n.loops = n.loops[:len(n.loops)-1]
}

// predicate returns the condition of exists, all or exists_one out of the
// comprehension that the parser's macros make of it.
func predicate(c ast.ComprehensionExpr) ast.Expr {
	step := c.LoopStep().AsCall()
	if step.FunctionName() == operators.Conditional {
		return step.Args()[0]
	}
	return step.Args()[1]
}

// advice says of what people who know CEL may try what to write instead.
var advice = map[string]string{
	operators.Has:       "has() is not needed: every field is there, and its value is known or unknown",
	operators.Map:       "map() makes a list, which rules do not have: test the items with exists() or all()",
	operators.Filter:    "filter() makes a list, which rules do not have: test the items with exists(), all() or exists_one()",
	operators.Index:     "lists have no index: test the items with exists() or all(), or one of them with in",
	operators.OptIndex:  "rules have no optional values",
	operators.OptSelect: "rules have no optional values",
	operators.Multiply:  "rules do not multiply: write the result",
	operators.Divide:    "rules do not divide: write the result",
	operators.Modulo:    "rules do not divide: write the result",
	operators.Negate:    "write 0 - x for a negative value",
	operators.Exists:    "exists takes a variable and a condition: list.exists(x, x == \"a\")",
	operators.All:       "all takes a variable and a condition: list.all(x, x == \"a\")",
	operators.ExistsOne: "exists_one takes a variable and a condition: list.exists_one(x, x == \"a\")",
	"existsOne":         "write exists_one",
	"int":               "numbers need no conversion",
	"uint":              "numbers need no conversion",
	"double":            "rules have no decimal numbers: use a whole number",
	"string":            "strings need no conversion; compare times and numbers as they are",
	"bytes":             "rules have no bytes: use a string",
	"bool":              "rules convert nothing to bool: compare the value",
	"dyn":               "every value has its type: leave dyn away",
	"type":              "every value has its type: leave type away",
	"upperAscii":        "use lowerAscii and compare with small letters",
	"getFullYear":       timeParts,
	"getMonth":          timeParts,
	"getDate":           timeParts,
	"getDayOfMonth":     timeParts,
	"getDayOfWeek":      timeParts,
	"getDayOfYear":      timeParts,
	"getHours":          timeParts,
	"getMinutes":        timeParts,
	"getSeconds":        timeParts,
	"getMilliseconds":   timeParts,
}

const timeParts = "times have no parts: compare them with run.time and a duration"
