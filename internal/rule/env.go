// SPDX-License-Identifier: Apache-2.0

package rule

import (
	"errors"
	"fmt"
	"slices"

	"cel.dev/cel-go/checker"
	"cel.dev/cel-go/common/containers"
	"cel.dev/cel-go/common/decls"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/overloads"
	"cel.dev/cel-go/common/stdlib"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/parser"

	"securescore/internal/entity"
	"securescore/internal/posture"
)

// Env knows the names and types that rules may use. It is immutable and may be
// used by several goroutines at once.
type Env struct {
	schema  *entity.Schema
	kinds   map[posture.Kind]*group
	tenant  *group
	run     *group
	parser  *parser.Parser
	checker *checker.Env
}

// NewEnv makes the environment of a schema. It reports every name of the
// schema that no rule could speak of.
func NewEnv(s *entity.Schema) (*Env, error) {
	e := &Env{schema: s, kinds: make(map[posture.Kind]*group), tenant: newGroup(tenantName), run: newGroup(runName)}
	e.run.members[timeName] = &member{field: &field{path: runName + "." + timeName, typ: entity.Time}}
	var errs []error
	for _, kind := range s.Kinds() {
		errs = append(errs, e.addKind(kind))
	}
	if err := errors.Join(errs...); err != nil {
		return nil, fmt.Errorf("names of the schema: %w", err)
	}
	var err error
	e.parser, err = parser.NewParser(
		parser.Macros(parser.ExistsMacro, parser.AllMacro, parser.ExistsOneMacro),
		parser.ExpressionSizeCodePointLimit(maxLength),
		parser.MaxRecursionDepth(4*maxNesting),
		parser.MaxExpressionNodeCount(maxNodes),
		parser.ErrorReportingLimit(maxFaults),
		parser.EnableIdentEscapeSyntax(false),
	)
	if err != nil {
		return nil, fmt.Errorf("make parser: %w", err)
	}
	if err := e.makeChecker(); err != nil {
		return nil, fmt.Errorf("make checker: %w", err)
	}
	return e, nil
}

func (e *Env) addKind(kind posture.Kind) error {
	spec, _ := e.schema.Kind(kind)
	if slices.Contains(reserved, string(kind)) {
		return fmt.Errorf("kind %s: the word is taken", kind)
	}
	if kind == tenantName {
		e.kinds[kind] = e.tenant
		return e.tenant.addKind(spec)
	}
	g := newGroup(string(kind))
	e.kinds[kind] = g
	if err := g.addKind(spec); err != nil {
		return err
	}
	if !spec.Singleton {
		return nil
	}
	if e.tenant.members[string(kind)] != nil {
		return fmt.Errorf("tenant.%s is both a field and a kind", kind)
	}
	settings := newGroup(tenantName + "." + string(kind))
	e.tenant.members[string(kind)] = &member{group: settings}
	return settings.addKind(spec)
}

// reserved are the words that cannot name a kind: CEL's own, and ours.
var reserved = []string{
	"as", "break", "const", "continue", "else", "false", "for", "function", "if", "import", "in", "let", "loop",
	"package", "namespace", "null", "return", "true", "var", "void", "while", runName, paramsName,
}

func (e *Env) makeChecker() error {
	registry, err := types.NewRegistry()
	if err != nil {
		return err
	}
	p := &provider{Provider: registry, groups: make(map[string]*group)}
	vars := []*decls.VariableDecl{decls.NewVariable(runName, e.run.typ), decls.NewVariable(tenantName, e.tenant.typ)}
	p.register(e.run)
	p.register(e.tenant)
	for _, kind := range e.schema.Kinds() {
		if g := e.kinds[kind]; g != e.tenant {
			p.register(g)
			vars = append(vars, decls.NewVariable(string(kind), g.typ))
		}
	}
	e.checker, err = checker.NewEnv(containers.DefaultContainer, p)
	if err != nil {
		return err
	}
	if err := e.checker.AddIdents(vars...); err != nil {
		return err
	}
	functions, err := language()
	if err != nil {
		return err
	}
	return e.checker.AddFunctions(functions...)
}

// overloadsOf lists all that a rule can call: the part of CEL's standard
// library that has a meaning over columns.
var overloadsOf = map[string][]string{
	operators.LogicalAnd:           {overloads.LogicalAnd},
	operators.LogicalOr:            {overloads.LogicalOr},
	operators.LogicalNot:           {overloads.LogicalNot},
	operators.NotStrictlyFalse:     {overloads.NotStrictlyFalse}, // inside exists and all
	operators.Conditional:          {overloads.Conditional},
	operators.Equals:               {overloads.Equals},
	operators.NotEquals:            {overloads.NotEquals},
	operators.Less:                 {overloads.LessInt64, overloads.LessString, overloads.LessTimestamp, overloads.LessDuration},
	operators.LessEquals:           {overloads.LessEqualsInt64, overloads.LessEqualsString, overloads.LessEqualsTimestamp, overloads.LessEqualsDuration},
	operators.Greater:              {overloads.GreaterInt64, overloads.GreaterString, overloads.GreaterTimestamp, overloads.GreaterDuration},
	operators.GreaterEquals:        {overloads.GreaterEqualsInt64, overloads.GreaterEqualsString, overloads.GreaterEqualsTimestamp, overloads.GreaterEqualsDuration},
	operators.Add:                  {overloads.AddInt64, overloads.AddTimestampDuration, overloads.AddDurationTimestamp, overloads.AddDurationDuration},
	operators.Subtract:             {overloads.SubtractInt64, overloads.SubtractTimestampTimestamp, overloads.SubtractTimestampDuration, overloads.SubtractDurationDuration},
	operators.In:                   {overloads.InList},
	overloads.Size:                 {overloads.SizeString, overloads.SizeStringInst, overloads.SizeList, overloads.SizeListInst},
	overloads.StartsWith:           {overloads.StartsWithString},
	overloads.EndsWith:             {overloads.EndsWithString},
	overloads.Contains:             {overloads.ContainsString},
	overloads.Matches:              {overloads.MatchesString},
	overloads.TypeConvertTimestamp: {overloads.StringToTimestamp},
	overloads.TypeConvertDuration:  {overloads.StringToDuration},
}

// lowerASCII is the function of CEL's string extension.
const lowerASCII = "lowerAscii"

func language() ([]*decls.FunctionDecl, error) {
	var functions []*decls.FunctionDecl
	for _, f := range stdlib.Functions() {
		if ids := overloadsOf[f.Name()]; ids != nil {
			functions = append(functions, f.Subset(decls.IncludeOverloads(ids...)))
		}
	}
	if len(functions) != len(overloadsOf) {
		return nil, errors.New("the library does not know all functions of rules")
	}
	lower, err := decls.NewFunction(lowerASCII,
		decls.MemberOverload("string_lower_ascii", []*types.Type{types.StringType}, types.StringType))
	if err != nil {
		return nil, err
	}
	return append(functions, lower), nil
}
