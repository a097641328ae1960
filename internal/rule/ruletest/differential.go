// SPDX-License-Identifier: Apache-2.0

package ruletest

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"securescore/internal/entity"
	"securescore/internal/rule"
)

// Sizes of the tables: below, at and above a word of 64 rows, and large enough
// for columns with more than 64 distinct values.
var sizes = []int{0, 1, 63, 64, 65, 200, 900}

// Differential compiles each source and evaluates it over random tables in
// three ways: all rows at once, row by row, and with cel-go's interpreter. They
// must agree on every row. The same seed makes the same tables.
func Differential(tb testing.TB, env *rule.Env, sources []rule.Source, s *entity.Schema, seed uint64) {
	tb.Helper()
	for _, src := range sources {
		if err := Compare(env, src, s, seed, sizes...); err != nil {
			tb.Errorf("%v\nentity: %s\nwhere: %s\npass: %s\nparams: %v", err, src.Entity, src.Where, src.Pass, src.Params)
		}
	}
}

// Compare does for one source what Differential does for many, over one table
// of each size, and returns the first difference.
func Compare(env *rule.Env, src rule.Source, s *entity.Schema, seed uint64, sizes ...int) error {
	var scratch rule.Scratch
	r := &random{Rand: rand.New(rand.NewPCG(seed, 0)), words: wordsOf(src)}
	p, err := env.Compile(src)
	if err != nil {
		return err
	}
	oracle, err := NewOracle(s, src)
	if err != nil {
		return err
	}
	for _, rows := range sizes {
		m := r.model(s, src.Entity, rows)
		out := p.Run(m, &scratch)
		for row := range m.Table(src.Entity).Len() {
			if err := agree(p, oracle, m, row, out); err != nil {
				return fmt.Errorf("row %d of %d: %w\n%s", row, rows, err, describe(p, m, row))
			}
		}
	}
	return nil
}

func agree(p *rule.Program, oracle *Oracle, m *entity.Model, row int, out rule.Outcomes) error {
	wantScope, wantPass := oracle.Row(m, row)
	scope, pass := p.Row(m, row)
	if scope != wantScope || pass != wantPass {
		return fmt.Errorf("the closures say where %s, pass %s; cel-go says %s, %s", scope, pass, wantScope, wantPass)
	}
	inPass := wantScope == entity.True && wantPass == entity.True
	inFail := wantScope == entity.True && wantPass == entity.False
	inUnknown := wantScope == entity.Unknown || wantScope == entity.True && wantPass == entity.Unknown
	if out.Pass.Has(row) != inPass || out.Fail.Has(row) != inFail || out.Unknown.Has(row) != inUnknown {
		return fmt.Errorf("the run says pass %v, fail %v, unknown %v; cel-go says where %s, pass %s",
			out.Pass.Has(row), out.Fail.Has(row), out.Unknown.Has(row), wantScope, wantPass)
	}
	return nil
}

// describe lists the values that the program reads.
func describe(p *rule.Program, m *entity.Model, row int) string {
	var text strings.Builder
	for _, v := range variables(m.Schema, p.Entity()) {
		for _, path := range p.Reads() {
			if path != v.path {
				continue
			}
			o := Oracle{kind: p.Entity()}
			value, known := o.value(m, v, row)
			fmt.Fprintf(&text, "  %s = %v (known: %v)\n", path, value, known)
		}
	}
	return text.String()
}
