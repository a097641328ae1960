// SPDX-License-Identifier: Apache-2.0

package rule_test

import (
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"securescore/internal/posture"
	"securescore/internal/rule"
	"securescore/internal/rule/ruletest"
)

var params = map[string]any{"flag": true, "number": 3, "age": "24h", "names": []any{"a", "c"}}

// Design 5.1: both evaluations of a rule agree with cel-go's interpreter, here
// over random rules.
func TestRandomRulesMeanWhatCELSays(t *testing.T) {
	t.Parallel()
	s := schema(t)
	e := environment(t, s)
	compiled := 0
	rapid.Check(t, func(rt *rapid.T) {
		g := &generator{t: rt}
		src := rule.Source{Entity: "user", Pass: g.truth(4)}
		if rapid.Bool().Draw(rt, "where") {
			src.Where = g.truth(3)
		}
		src.Params = used(params, src.Where, src.Pass)
		err := ruletest.Compare(e, src, s, rapid.Uint64().Draw(rt, "seed"), 70, 600)
		if tooMuch(err) {
			return
		}
		if err != nil {
			rt.Fatalf("%v\nwhere: %s\npass: %s", err, src.Where, src.Pass)
		}
		compiled++
	})
	if compiled == 0 {
		t.Error("no random rule compiled")
	}
}

// tooMuch reports whether a random rule was refused for a limit, or for a
// constant part that has no value.
func tooMuch(err error) bool {
	return errors.Is(err, posture.ErrInvalid) &&
		(strings.Contains(err.Error(), "are allowed") || strings.Contains(err.Error(), "out of range"))
}

// Design 5.1: the same, for rules of the kinds that the catalogue has.
func TestTypicalRulesMeanWhatCELSays(t *testing.T) {
	t.Parallel()
	s := schema(t)
	ruletest.Differential(t, environment(t, s), typical(), s, 1)
	s = benchSchema(t)
	ruletest.Differential(t, environment(t, s), benchmarkRules(), s, 2)
}

func typical() []rule.Source {
	return []rule.Source{
		where(`user.enabled && user.type == "Member"`, `user.mfa.registered`),
		where(``, `run.time - user.lastSignIn <= duration("2160h")`),
		{Entity: "user", Pass: `user.lastSignIn > run.time - duration(params.age)`, Params: map[string]any{"age": "720h"}},
		where(``, `user.created + duration("720h") < user.lastSignIn`),
		where(``, `run.time - user.created != duration("0s")`),
		where(``, `!(user.failures + 1 == 4) && 10 - user.failures > 2 && user.session - 3 <= tenant.settings.limit`),
		{Entity: "user", Pass: `user.name.lowerAscii().endsWith("x") || user.type in params.types`, Params: map[string]any{"types": []string{"a", "émile"}}},
		where(``, `!(user.name in ["a", "B"]) && user.name != "x" && user.name != tenant.settings.invites`),
		where(``, `user.roles.exists(r, r in tenant.settings.blocked) ? user.mfa.registered : user.enabled`),
		where(``, `user.mfa.methods.exists_one(m, m.matches("^[a-z]+$")) && size(user.roles) <= 2`),
		where(``, `user.created < user.lastSignIn`),
		{Entity: "settings", Pass: `settings.strict || settings.invites in ["none", "admins"]`},
		{Entity: "tenant", Pass: `tenant.domains.all(d, !(d in tenant.settings.blocked)) && tenant.users > 2`},
		{Entity: "device", Pass: `device.managed == tenant.settings.strict`},
	}
}
