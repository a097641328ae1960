// SPDX-License-Identifier: Apache-2.0

package ruletest

import (
	"fmt"
	"maps"
	"strings"
	"time"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/ext"

	"securescore/internal/entity"
	"securescore/internal/posture"
	"securescore/internal/rule"
)

// Oracle evaluates a rule with cel-go's interpreter, its standard library and
// partial variables. It shares no code with package rule but the source.
type Oracle struct {
	kind        posture.Kind
	vars        []variable
	params      map[string]any
	where, pass cel.Program

	// The same without partial variables, which is faster.
	columns               map[string]variable
	whereKnown, passKnown cel.Program
}

// variable is one field under the name that rules use. The interpreter finds
// dotted names as they are, so that each field is a variable of its own.
type variable struct {
	path string
	kind posture.Kind
	name string
	typ  *cel.Type
}

// NewOracle compiles a rule for the interpreter.
func NewOracle(s *entity.Schema, src rule.Source) (*Oracle, error) {
	o := &Oracle{kind: src.Entity, vars: variables(s, src.Entity), params: make(map[string]any), columns: make(map[string]variable)}
	opts := []cel.EnvOption{ext.Strings(), cel.Variable("run.time", cel.TimestampType)}
	for _, v := range o.vars {
		o.columns[v.path] = v
		opts = append(opts, cel.Variable(v.path, v.typ))
	}
	for name, value := range src.Params {
		typ, v := paramOf(value)
		o.params["params."+name] = v
		opts = append(opts, cel.Variable("params."+name, typ))
	}
	env, err := cel.NewEnv(opts...)
	if err != nil {
		return nil, fmt.Errorf("oracle of %s: %w", src.Entity, err)
	}
	if strings.TrimSpace(src.Where) != "" {
		if o.where, o.whereKnown, err = programs(env, src.Where); err != nil {
			return nil, err
		}
	}
	o.pass, o.passKnown, err = programs(env, src.Pass)
	return o, err
}

func programs(env *cel.Env, expression string) (partial, known cel.Program, err error) {
	checked, issues := env.Compile(expression)
	if issues.Err() != nil {
		return nil, nil, fmt.Errorf("oracle of %q: %w", expression, issues.Err())
	}
	if partial, err = env.Program(checked, cel.EvalOptions(cel.OptPartialEval)); err != nil {
		return nil, nil, fmt.Errorf("oracle of %q: %w", expression, err)
	}
	if known, err = env.Program(checked, cel.EvalOptions(cel.OptOptimize)); err != nil {
		return nil, nil, fmt.Errorf("oracle of %q: %w", expression, err)
	}
	return partial, known, nil
}

func variables(s *entity.Schema, kind posture.Kind) []variable {
	var vars []variable
	add := func(prefix string, k posture.Kind) {
		spec, ok := s.Kind(k)
		if !ok {
			return
		}
		for _, f := range spec.Fields {
			vars = append(vars, variable{prefix + f.Name, k, f.Name, celType(f.Type)})
		}
	}
	if kind != "tenant" {
		add(string(kind)+".", kind)
	}
	add("tenant.", "tenant")
	for _, k := range s.Kinds() {
		if spec, _ := s.Kind(k); spec.Singleton && k != "tenant" {
			add("tenant."+string(k)+".", k)
		}
	}
	return vars
}

func celType(t entity.Type) *cel.Type {
	switch t {
	case entity.Bool:
		return cel.BoolType
	case entity.Int, entity.Seconds:
		return cel.IntType
	case entity.String:
		return cel.StringType
	case entity.Time:
		return cel.TimestampType
	case entity.Strings:
		return cel.ListType(cel.StringType)
	}
	return cel.DynType
}

func paramOf(value any) (*cel.Type, any) {
	switch v := value.(type) {
	case bool:
		return cel.BoolType, v
	case string:
		return cel.StringType, v
	case []string:
		return cel.ListType(cel.StringType), v
	case []any:
		return cel.ListType(cel.StringType), v
	case int:
		return cel.IntType, int64(v)
	}
	return cel.IntType, value
}

// Row evaluates the rule for one row.
func (o *Oracle) Row(m *entity.Model, row int) (scope, pass entity.Tri) {
	known := map[string]any{"run.time": m.At.Truncate(time.Microsecond)}
	maps.Copy(known, o.params)
	var unknown []*cel.AttributePatternType
	for _, v := range o.vars {
		if value, ok := o.value(m, v, row); ok {
			known[v.path] = value
		} else {
			unknown = append(unknown, cel.AttributePattern(v.path))
		}
	}
	vars, err := cel.PartialVars(known, unknown...)
	if err != nil {
		panic(err) // a map is always accepted
	}
	scope = entity.True
	if o.where != nil {
		scope = truth(o.where, vars)
	}
	return scope, truth(o.pass, vars)
}

// value reads the entity's own row, and row 0 of what tenant shows.
func (o *Oracle) value(m *entity.Model, v variable, row int) (any, bool) {
	t := m.Table(v.kind)
	own := v.kind == o.kind && strings.HasPrefix(v.path, string(o.kind)+".")
	if !own {
		if t == nil || !t.Collected() || t.Len() == 0 {
			return nil, false
		}
		row = 0
	}
	return t.Col(v.name).Value(row)
}

// truth is unknown for everything but true and false: unknown sets and errors.
func truth(p cel.Program, vars any) entity.Tri {
	v, _, _ := p.Eval(vars) // an error comes with no bool
	if b, ok := v.(types.Bool); ok {
		return entity.TriOf(bool(b))
	}
	return entity.Unknown
}

// Known evaluates a row without partial variables, as a program that embeds
// cel-go would: the values are looked up when the interpreter asks for them.
// What is not known is an error then.
func (o *Oracle) Known(m *entity.Model, row int) (scope, pass entity.Tri) {
	vars := &activation{oracle: o, m: m, row: row}
	scope = entity.True
	if o.whereKnown != nil {
		scope = truth(o.whereKnown, vars)
	}
	return scope, truth(o.passKnown, vars)
}

// activation resolves the names of one row.
type activation struct {
	oracle *Oracle
	m      *entity.Model
	row    int
}

// ResolveName returns the value of a name.
func (a *activation) ResolveName(name string) (any, bool) {
	if name == "run.time" {
		return a.m.At, true
	}
	v, ok := a.oracle.columns[name]
	if !ok {
		value, ok := a.oracle.params[name]
		return value, ok
	}
	return a.oracle.value(a.m, v, a.row)
}

// Parent is nil: there is nothing else to look in.
func (a *activation) Parent() cel.Activation { return nil }
