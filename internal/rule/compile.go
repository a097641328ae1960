// SPDX-License-Identifier: Apache-2.0

package rule

import (
	"errors"
	"strings"
	"sync"

	"cel.dev/cel-go/checker"
	"cel.dev/cel-go/common"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/cost"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"

	"securescore/internal/entity"
	"securescore/internal/posture"
)

// Source is a rule as it is written.
type Source struct {
	Entity posture.Kind
	// Where says which entities are in scope; empty: all of them.
	Where string
	Pass  string
	// Params are the values of params.<name>: bool, int, int64, uint64, string,
	// []string, or []any of strings.
	Params map[string]any
}

// Program is a compiled rule. It is immutable and may be used by several
// goroutines at once.
type Program struct {
	spec   *entity.KindSpec
	schema *entity.Schema
	where  *expression // nil: every entity is in scope
	pass   *expression

	// Evaluation of one row: the closures, and what they need for loops.
	scopes, passes term
	loops          *sync.Pool // of *run; nil when there are none
}

// expression is one lowered expression.
type expression struct {
	root  *node
	reads []*field
	plan  *plan
}

// Compile checks and lowers a rule. It reports all faults joined, each an
// *Error.
func (e *Env) Compile(src Source) (*Program, error) {
	spec, ok := e.schema.Kind(src.Entity)
	if !ok {
		return nil, e.noEntity(src.Entity)
	}
	params, faults := readParams(src.Params)
	used := make(map[string]bool, len(params))
	p := &Program{spec: spec, schema: e.schema}
	for _, part := range []struct {
		name, text string
		into       **expression
	}{{PartWhere, src.Where, &p.where}, {PartPass, src.Pass, &p.pass}} {
		if part.name == PartWhere && strings.TrimSpace(part.text) == "" {
			continue
		}
		x, errs := e.expression(part.name, part.text, spec, params, used)
		faults = append(faults, errs...)
		*part.into = x
	}
	if len(faults) == 0 {
		faults = unused(params, used)
	}
	if err := errors.Join(faults...); err != nil {
		return nil, err
	}
	p.close()
	return p, nil
}

func (e *Env) noEntity(kind posture.Kind) error {
	names := make([]string, 0, len(e.kinds))
	for _, k := range e.schema.Kinds() {
		names = append(names, string(k))
	}
	if near := nearest(string(kind), names); near != "" {
		return &Error{Part: PartEntity, Message: "there is no kind " + string(kind) + "; did you mean " + near + "?"}
	}
	return &Error{Part: PartEntity, Message: "there is no kind " + string(kind)}
}

func unused(params map[string]param, used map[string]bool) []error {
	var faults []error
	for name := range params {
		if !used[name] {
			faults = append(faults, &Error{Part: PartParams, Message: name + ": neither where nor pass reads it"})
		}
	}
	sortErrors(faults)
	return faults
}

func (e *Env) expression(part, written string, spec *entity.KindSpec, params map[string]param, used map[string]bool) (*expression, []error) {
	t := &text{part: part, source: common.NewTextSource(written), runes: []rune(written)}
	tree := e.parse(t)
	if tree == nil {
		return nil, t.faults
	}
	names := &namer{env: e, entity: spec.Kind, params: params, text: t, used: used, make: ast.NewExprFactory(), nextID: ast.MaxID(tree)}
	names.expr(tree.Expr())
	if t.count() > 0 {
		return nil, t.faults
	}
	checked := e.check(t, tree)
	if checked == nil {
		return nil, t.faults
	}
	b := &builder{env: e, entity: spec.Kind, text: t, tree: checked}
	root := b.build(checked.Expr())
	if root == nil {
		return nil, t.faults
	}
	return &expression{root: root, reads: names.reads, plan: newPlan(spec, root)}, nil
}

// parse returns nil when it has noted a fault.
func (e *Env) parse(t *text) *ast.AST {
	switch {
	case strings.TrimSpace(string(t.runes)) == "":
		t.fault(0, "there is no expression")
		return nil
	case len(t.runes) > maxLength:
		t.fault(0, "the expression has %d characters; at most %d are allowed", len(t.runes), maxLength)
		return nil
	}
	if at, deep := tooDeep(t.runes); deep {
		t.fault(at, "brackets stand at most %d deep in each other", maxNesting)
		return nil
	}
	tree, errs := e.parser.Parse(t.source)
	if t.library(errs, nil) {
		return nil
	}
	t.info = tree.SourceInfo()
	return tree
}

// tooDeep finds the bracket that is nested too deep. It counts brackets in
// strings too: an expression that needs so many has another fault.
func tooDeep(text []rune) (place, bool) {
	depth := 0
	for i, r := range text {
		switch r {
		case '(', '[', '{':
			depth++
		case ')', ']', '}':
			depth--
		}
		if depth > maxNesting {
			return place(i), true
		}
	}
	return 0, false
}

// check returns nil when it has noted a fault.
func (e *Env) check(t *text, tree *ast.AST) *ast.AST {
	checked, errs := checker.Check(tree, t.source, e.checker)
	if t.library(errs, tree) {
		return nil
	}
	root := checked.Expr()
	if got := checked.GetType(root.ID()); got.Kind() != types.BoolKind {
		t.fault(t.start(root), "the result is %s; it must be true or false", typeName(got))
		return nil
	}
	estimate, err := cost.Cost(checked, sizes{})
	if err != nil {
		t.fault(0, "the cost cannot be estimated: %v", err)
		return nil
	}
	if estimate.Max > maxCost {
		t.fault(0, "the expression may cost %d steps for one entity; at most %d are allowed: loop over fewer items or use a simpler condition", estimate.Max, maxCost)
		return nil
	}
	return checked
}

// sizes declares the sizes of values that only the evidence knows.
type sizes struct{}

// EstimateSize returns the declared size of a field.
func (sizes) EstimateSize(n cost.AstNode) *cost.SizeEstimate {
	if n.ComputedSize() != nil {
		return nil
	}
	switch n.Type().Kind() {
	case types.StringKind:
		return &cost.SizeEstimate{Max: sizeOfString}
	case types.ListKind:
		return &cost.SizeEstimate{Max: sizeOfList}
	default:
		return nil
	}
}

// EstimateCallCost leaves the cost of all functions as the library has it.
func (sizes) EstimateCallCost(string, string, *cost.AstNode, []cost.AstNode) *cost.CallEstimate {
	return nil
}

// library notes the faults that the library has found and reports whether
// there are any. The tree is nil as long as there is none.
func (t *text) library(errs *common.Errors, tree *ast.AST) bool {
	for _, err := range errs.GetErrors() {
		at := place(0)
		if offset, ok := t.source.LocationOffset(err.Location); ok {
			at = place(offset)
		}
		t.fault(at, "%s", plain(err, tree))
	}
	return len(errs.GetErrors()) > 0
}

// plain makes the library's message one for people who write rules.
func plain(err *common.Error, tree *ast.AST) string {
	text := err.Message
	if tree == nil {
		return syntax(strings.TrimPrefix(text, "Syntax error: "))
	}
	if strings.Contains(text, "range of a comprehension") {
		return "exists(), all() and exists_one() test the items of a list; this is none"
	}
	_, given, ok := strings.Cut(text, "applied to '")
	if !ok {
		return text
	}
	for _, e := range ast.MatchDescendants(ast.NavigateAST(tree), ast.KindMatcher(ast.CallKind)) {
		if e.ID() != err.ExprID {
			continue
		}
		name := e.AsCall().FunctionName()
		if symbol, ok := operators.FindReverse(name); ok && symbol != "" {
			name = symbol
		}
		if name == operators.Conditional {
			name = "? :"
		}
		return name + " does not go with " + strings.TrimSuffix(given, "'")
	}
	return text
}

// syntax shortens what the parser says, which lists every token it would take.
func syntax(text string) string {
	switch {
	case strings.Contains(text, "'<EOF>'"):
		return "the expression ends too early"
	case strings.Contains(text, "recursion"):
		return "the expression stands too deep in itself: split it, or look a value up in a list"
	}
	if at, ok := strings.CutPrefix(text, "token recognition error at: "); ok {
		return at + " is not understood"
	}
	if _, rest, ok := strings.Cut(text, " input '"); ok {
		if word, _, ok := strings.Cut(rest, "' expecting "); ok {
			return "'" + word + "' does not belong here"
		}
	}
	return text
}

func typeName(t *types.Type) string {
	switch t.Kind() {
	case types.IntKind:
		return "a number"
	case types.StringKind:
		return "a string"
	case types.TimestampKind:
		return "a time"
	case types.DurationKind:
		return "a duration"
	case types.ListKind:
		return "a list"
	default:
		return t.String()
	}
}
