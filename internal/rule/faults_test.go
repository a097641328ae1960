// SPDX-License-Identifier: Apache-2.0

package rule_test

import (
	"errors"
	"strings"
	"testing"

	"securescore/internal/entity"
	"securescore/internal/posture"
	"securescore/internal/rule"
)

// Design 5.1, 5.2: expressions are checked when they are loaded. A fault names the
// construct and its position, and says what to write instead.
func TestFaults(t *testing.T) {
	t.Parallel()
	e := environment(t, schema(t))
	cases := []struct{ name, pass, want string }{
		{"nothing", " ", "pass:1:1: there is no expression"},
		{"half an expression", "user.enabled &&", "pass:1:16: the expression ends too early"},
		{"an assignment", "user.enabled = true", "pass:1:14: '= ' is not understood\npass:1:16: 'true' does not belong here"},
		{"a word", "user.enabled and true", "pass:1:14: 'and' does not belong here"},
		{"a misspelt field", "user.mfa.registred", "pass:1:10: user.mfa has no field registred; did you mean user.mfa.registered?"},
		{"a field without its group", "user.registered", "pass:1:6: user has no field registered; did you mean user.mfa.registered?"},
		{"a field that is nowhere", "run.now == run.time", "pass:1:5: run has no field now: it has time"},
		{"a misspelt setting", "tenant.setings.strict", "pass:1:8: tenant has no field setings; did you mean tenant.settings.strict?"},
		{"a group of fields", "user.mfa", "pass:1:6: user.mfa is no value by itself: it has user.mfa.methods, user.mfa.registered"},
		{"a field of a value", "user.enabled.x", "pass:1:14: user.enabled is a value and has no field x"},
		{"a field of an item", `user.roles.exists(r, r.x == "a")`, "pass:1:24: r is an item of a list and has no field x"},
		{"a misspelt variable", "usr.enabled", "pass:1:1: usr is not known; did you mean user?"},
		{"an unknown variable", "foo", "pass:1:1: foo is not known: a rule sees user, tenant, run, params"},
		{"another collection", "device.managed", "pass:1:1: device is not visible here: a rule sees its own entity (user), tenant, run and params; what needs another collection is a derived field"},
		{"no parameter", "params.x", "pass:1:8: params has no x; it has none"},
		{"several faults", "user.enabled\n && user.nam == 'x'\n && user.mfa", "pass:2:10: user has no field nam; did you mean user.name?\npass:3:10: user.mfa is no value by itself: it has user.mfa.methods, user.mfa.registered"},
		{"has", "has(user.enabled)", "pass:1:1: has() is not needed: every field is there, and its value is known or unknown"},
		{"map", "user.roles.map(r, r).size() > 0", "pass:1:12: map() makes a list, which rules do not have: test the items with exists() or all()"},
		{"filter", "user.roles.filter(r, true).size() > 0", "pass:1:12: filter() makes a list, which rules do not have: test the items with exists(), all() or exists_one()"},
		{"an index", "user.roles[0] == 'a'", "pass:1:11: lists have no index: test the items with exists() or all(), or one of them with in"},
		{"a product", "user.failures * 2 > 3", "pass:1:15: rules do not multiply: write the result"},
		{"a quotient", "user.failures / 2 > 3", "pass:1:15: rules do not divide: write the result"},
		{"a negation", "-user.failures > 2", "pass:1:1: write 0 - x for a negative value"},
		{"a decimal", "user.failures > 1.5", "pass:1:17: rules have no decimal numbers: use a whole number"},
		{"an unsigned number", "user.failures > 1u", "pass:1:17: rules have no unsigned numbers: leave the u away"},
		{"bytes", "user.name == b'a'", "pass:1:14: rules have no bytes: use a string"},
		{"null", "user.name == null", "pass:1:14: rules never see null: a value is known or unknown, and the schema says what null means"},
		{"a map", "{'a': 1} == {'a': 1}", "pass:1:1: rules have no maps: compare fields one by one\npass:1:13: rules have no maps: compare fields one by one"},
		{"an object", "user{}", "pass:1:5: rules make no objects: compare fields one by one"},
		{"a mixed list", "user.name in ['a', 1]", "pass:1:20: a list holds strings or whole numbers, not both"},
		{"a list of fields", "user.name in [user.type]", "pass:1:19: a list holds strings or whole numbers that are written out; compare fields with == and ||"},
		{"a conversion", "int(user.name) > 1", "pass:1:1: numbers need no conversion"},
		{"a part of a time", "user.created.getFullYear() == 2025", "pass:1:14: times have no parts: compare them with run.time and a duration"},
		{"a misspelt function", "user.name.startWith('a')", "pass:1:11: there is no function startWith; did you mean startsWith?"},
		{"an unknown function", "foo(1)", "pass:1:1: there is no function foo; rules have size, startsWith, endsWith, contains, matches, exists, all, exists_one, lowerAscii, timestamp, duration"},
		{"an entity in a loop", "user.roles.exists(r, r == user.name)", "pass:1:31: the condition of a loop reads only its variable, constants, params, run and tenant; a condition on user itself stands outside of the loop"},
		{"a hidden name", "user.roles.exists(user, true)", "pass:1:18: the loop variable user hides another name: choose a new one"},
		{"a hidden variable", "user.roles.exists(r, ['a'].exists(r, true))", "pass:1:34: the loop variable r hides another name: choose a new one"},
		{"three loops", "['a'].exists(r, ['a'].exists(s, ['b'].exists(t, true)))", "pass:1:45: loops stand at most 2 deep in each other"},
		{"a loop without a condition", "user.roles.exists(r)", `pass:1:12: exists takes a variable and a condition: list.exists(x, x == "a")`},
		{"a loop over a bool", "user.enabled.exists(x, true)", "pass:1:5: exists(), all() and exists_one() test the items of a list; this is none"},
		{"a loop over numbers", "[1, 2].exists(x, x > 1)", "pass:1:1: loops go over a list field, a list of strings that is written out or a parameter"},
		{"equal lists", "user.roles == user.mfa.methods", "pass:1:12: lists are not compared as a whole: use in, exists(), all() or size()"},
		{"a chosen list", "'a' in (user.enabled ? user.roles : user.mfa.methods)", "pass:1:22: to the right of in stands a list field, a list that is written out or a parameter"},
		{"the size of a chosen list", "size(user.enabled ? user.roles : user.mfa.methods) > 0", "pass:1:19: lists are not chosen: choose between conditions on them"},
		{"no truth value", "user.failures", "pass:1:1: the result is a number; it must be true or false"},
		{"a string and a number", "user.name == 3", "pass:1:11: == does not go with (string, int)"},
		{"an order of bools", "user.enabled < true", "pass:1:14: < does not go with (bool, bool)"},
		{"joined strings", "user.name + 'a' == 'b'", "pass:1:11: + does not go with (string, string)"},
		{"a time and a number", "user.created - 5 > 3", "pass:1:14: - does not go with (timestamp, int)"},
		{"two types of a choice", "(user.enabled ? 1 : 'a') == 1", "pass:1:15: ? : does not go with (bool, int, string)"},
		{"a pattern that is none", "user.name.matches('(')", "pass:1:18: the pattern is no RE2 expression: error parsing regexp: missing closing ): `(`"},
		{"a pattern that varies", "user.name.matches(user.type)", "pass:1:23: the pattern of matches must be written out, so that it is checked once"},
		{"matches as a function", "matches(user.name, 'a')", "pass:1:1: write text.matches(pattern)"},
		{"a converted field", "timestamp(user.name) > run.time", `pass:1:15: timestamp() takes a written string such as timestamp("2025-01-31T00:00:00Z"); fields that are times need no conversion`},
		{"no time", "timestamp('2025-01-31') > run.time", `pass:1:11: "2025-01-31" is no time of whole microseconds: write RFC 3339 such as "2025-01-31T00:00:00Z"`},
		{"days", "duration('90d') > duration('1h')", `pass:1:10: "90d" is no duration of whole microseconds: write hours, minutes or seconds such as "2160h"`},
		{"nanoseconds", "duration('1ns') > duration('1h')", `pass:1:10: "1ns" is no duration of whole microseconds: write hours, minutes or seconds such as "2160h"`},
		{"an overflow", "user.failures > 9223372036854775807 + 1", "pass:1:37: the result is out of range"},
	}
	for _, c := range cases {
		_, err := e.Compile(rule.Source{Entity: "user", Pass: c.pass})
		checkFault(t, c.name, err, c.want)
	}
}

func checkFault(t *testing.T, name string, err error, want string) {
	t.Helper()
	if err == nil {
		t.Errorf("%s: no fault, want %s", name, want)
		return
	}
	if err.Error() != want {
		t.Errorf("%s:\n got %s\nwant %s", name, err, want)
	}
	var fault *rule.Error
	if !errors.As(err, &fault) || !errors.Is(err, posture.ErrInvalid) {
		t.Errorf("%s: %T wraps no *rule.Error or not posture.ErrInvalid", name, err)
	}
}

// Design 5.1: the cost of a rule is bounded when it is loaded.
func TestLimits(t *testing.T) {
	t.Parallel()
	e := environment(t, schema(t))
	many := make([]string, 1000)
	for i := range many {
		many[i] = strings.Repeat("x", 60)
	}
	cases := []struct{ name, pass, want string }{
		{"length", strings.Repeat("true && ", 600) + "true", "characters; at most 4000 are allowed"},
		{"brackets", strings.Repeat("(", 40) + "true" + strings.Repeat(")", 40), "brackets stand at most 32 deep in each other"},
		{"sums", strings.Repeat("1 + ", 900) + "1 > 0", "the expression stands too deep in itself"},
		{"pattern", "user.name.matches('" + strings.Repeat("a", 300) + "')", "the pattern has 300 characters; at most 256 are allowed"},
		{"work", "user.roles.exists(r, params.many.exists(m, r.contains(m)))", "at most 250000 are allowed"},
	}
	for _, c := range cases {
		src := rule.Source{Entity: "user", Pass: c.pass}
		if strings.Contains(c.pass, "params.many") {
			src.Params = map[string]any{"many": many}
		}
		if _, err := e.Compile(src); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want …%s…", c.name, err, c.want)
		}
	}
	for _, fine := range []string{
		strings.Repeat("user.name != 'x' && ", 150) + "true",
		"user.roles.exists(r, !tenant.domains.exists(d, r.endsWith(d)))",
		"user.name in ['" + strings.Repeat("a', '", 300) + "']",
	} {
		compile(t, e, rule.Source{Entity: "user", Pass: fine})
	}
}

func TestFaultsOfTheRest(t *testing.T) {
	t.Parallel()
	e := environment(t, schema(t))
	cases := []struct {
		name string
		src  rule.Source
		want string
	}{
		{"both parts", rule.Source{Entity: "user", Where: "user.on", Pass: "user.off"}, "where:1:6: user has no field on: it has created, enabled, failures, lastSignIn, mfa, name, roles, session, …\npass:1:6: user has no field off: it has created, enabled, failures, lastSignIn, mfa, name, roles, session, …"},
		{"a misspelt entity", rule.Source{Entity: "usr", Pass: "true"}, "entity: there is no kind usr; did you mean user?"},
		{"no entity", rule.Source{Entity: "spaceship", Pass: "true"}, "entity: there is no kind spaceship"},
		{"a parameter of no type", rule.Source{Entity: "user", Pass: "true", Params: map[string]any{"a": 1.5, "b": []any{1}}}, "params: a: is a bool, a whole number, a string or a list of strings, not float64\nparams: b: a list holds strings, not int"},
		{"the name of a parameter", rule.Source{Entity: "user", Pass: "true", Params: map[string]any{"A-b": 1}}, "params: A-b: a name is camel case"},
		{"a parameter that nobody reads", rule.Source{Entity: "user", Pass: "true", Params: map[string]any{"days": 1}}, "params: days: neither where nor pass reads it"},
		{"a misspelt parameter", rule.Source{Entity: "user", Pass: "user.failures < params.maxFailure", Params: map[string]any{"maxFailures": 1}}, "pass:1:24: params has no maxFailure; did you mean params.maxFailures?"},
		{"a parameter of another type", with(map[string]any{"n": 1}, "", "user.name == params.n"), "pass:1:11: == does not go with (string, int)"},
		{"a parameter that is no duration", rule.Source{Entity: "user", Pass: "duration(params.age) > duration('1h')", Params: map[string]any{"age": "a week"}}, `pass:1:16: "a week" is no duration of whole microseconds: write hours, minutes or seconds such as "2160h"`},
	}
	for _, c := range cases {
		_, err := e.Compile(c.src)
		checkFault(t, c.name, err, c.want)
	}
}

// A schema can name fields that no expression could speak of.
func TestNamesThatRulesCannotSay(t *testing.T) {
	t.Parallel()
	field := func(names ...string) []entity.Field {
		var fields []entity.Field
		for _, n := range names {
			fields = append(fields, entity.Field{Name: n, Type: entity.Bool})
		}
		return fields
	}
	cases := []struct {
		name  string
		kinds []entity.KindSpec
		want  string
	}{
		{"value and group", []entity.KindSpec{{Kind: "user", Fields: field("mfa", "mfa.on")}}, "user.mfa is both a value and the beginning of a longer name"},
		{"group and value", []entity.KindSpec{{Kind: "user", Fields: field("mfa.on", "mfa")}}, "user.mfa is both a value and the beginning of a longer name"},
		{"a word of CEL", []entity.KindSpec{{Kind: "package", Fields: field("a")}}, "kind package: the word is taken"},
		{"a word of ours", []entity.KindSpec{{Kind: "run", Fields: field("a")}}, "kind run: the word is taken"},
		{"a word of CEL in a field", []entity.KindSpec{{Kind: "user", Fields: field("in")}}, "user.in: CEL cannot read a field of this name"},
		{"a setting and a field", []entity.KindSpec{{Kind: "tenant", Fields: field("mail")}, {Kind: "mail", Singleton: true}}, "tenant.mail is both a field and a kind"},
	}
	for _, c := range cases {
		for i := range c.kinds {
			c.kinds[i].Singular, c.kinds[i].Plural = "x", "xs"
		}
		s, err := entity.NewSchema(entity.Product{Kinds: c.kinds})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := rule.NewEnv(s); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
	}
}
