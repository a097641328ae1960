// SPDX-License-Identifier: Apache-2.0

package rule_test

import (
	"errors"
	"testing"

	"securescore/internal/posture"
	"securescore/internal/rule"
)

// FuzzCompile holds that whatever stands in a catalogue is either a rule that
// runs or a fault that says so, in bounded time.
func FuzzCompile(f *testing.F) {
	for _, src := range append(typical(), benchmarkRules()...) {
		f.Add(src.Where, src.Pass)
	}
	for _, text := range []string{"((((", "user.", "'", "\x00", "a.b.c.d(e)[f]{g: h}", "!!!!--1", "user.roles.exists(é, é == '\u00e9')", "[[[[]]]]", "1 ? 2 : 3 ? 4 : 5"} {
		f.Add("", text)
	}
	s := schema(f)
	e := environment(f, s)
	m := model(s)
	m.Table("user").Add("u", "")
	f.Fuzz(func(t *testing.T, where, pass string) {
		p, err := e.Compile(rule.Source{Entity: "user", Where: where, Pass: pass, Params: used(params, where, pass)})
		if err != nil {
			var fault *rule.Error
			if !errors.As(err, &fault) || !errors.Is(err, posture.ErrInvalid) {
				t.Fatalf("%T: %v", err, err)
			}
			if fault.Line < 0 || fault.Column < 0 || fault.Message == "" {
				t.Fatalf("a fault without a place or a word: %+v", fault)
			}
			return
		}
		scope, truth := p.Row(m, 0)
		out := p.Run(m, new(rule.Scratch))
		if got, want := out.Pass.Has(0), scope.And(truth).String() == "true"; got != want {
			t.Fatalf("run %v, row %v", got, want)
		}
		p.Why(m, 0)
	})
}
