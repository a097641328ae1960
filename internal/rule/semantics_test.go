// SPDX-License-Identifier: Apache-2.0

package rule_test

import (
	"sync"
	"testing"
	"time"

	"securescore/internal/entity"
	"securescore/internal/posture"
	"securescore/internal/rule"
	"securescore/internal/rule/rulebench"
)

// Design 5.1 and 3.4: an expression is true, false or unknown, in Kleene's
// logic, and what CEL calls an error is unknown. Each case runs over one user
// whose fields are set as below; the fields that end in "unset" are unknown.
func TestExpressions(t *testing.T) {
	t.Parallel()
	s := schema(t)
	e := environment(t, s)
	m := model(s)
	users := m.Table("user")
	row := users.Add("u", "")
	users.SetBool(row, "enabled", true)
	users.SetString(row, "type", "Member")
	users.SetInt(row, "failures", 3)
	users.SetTime(row, "created", now.AddDate(0, 0, -100))
	users.SetStrings(row, "roles", []string{"Reader", "Global Administrator"})
	users.SetStrings(row, "mfa.methods", []string{})
	tenant := m.Table("tenant")
	tenant.SetStrings(tenant.Add("t", ""), "domains", []string{"contoso.com"})
	settings := m.Table("settings")
	settings.SetBool(settings.Add("s", ""), "strict", false)
	settings.SetTime(0, "changed", entity.Never)
	settings.SetInt(0, "limit", entity.Unlimited)

	const yes, no, unknown = entity.True, entity.False, entity.Unknown
	cases := []struct {
		expression string
		want       entity.Tri
	}{
		{`user.enabled`, yes},
		{`!user.enabled`, no},
		{`user.mfa.registered`, unknown},
		{`!user.mfa.registered`, unknown},
		{`user.mfa.registered && !user.enabled`, no},
		{`!user.enabled && user.mfa.registered`, no},
		{`user.mfa.registered && user.enabled`, unknown},
		{`user.mfa.registered || user.enabled`, yes},
		{`user.enabled || user.mfa.registered`, yes},
		{`user.mfa.registered || !user.enabled`, unknown},
		{`user.mfa.registered == user.mfa.registered`, unknown},
		{`user.enabled == true`, yes},
		{`user.enabled != tenant.settings.strict`, yes},
		{`user.enabled ? user.failures == 3 : user.mfa.registered`, yes},
		{`user.mfa.registered ? true : true`, unknown},
		{`user.type == "Member"`, yes},
		{`user.type == "member"`, no},
		{`user.type.lowerAscii() == "member"`, yes},
		{`user.type != "Guest"`, yes},
		{`user.name == "x"`, unknown},
		{`user.name != "x"`, unknown},
		{`user.type < "N" && user.type >= "Member"`, yes},
		{`user.type in ["Guest", "Member"]`, yes},
		{`user.type in []`, no},
		{`user.name in []`, unknown},
		{`user.type.startsWith("Mem") && user.type.endsWith("ber") && user.type.contains("mb")`, yes},
		{`user.type.matches("^M.*r$")`, yes},
		{`user.name.matches("x")`, unknown},
		{`size(user.type) == 6 && user.type.size() == 6`, yes},
		{`user.failures > 2 && user.failures < 4 && user.failures >= 3 && user.failures <= 3`, yes},
		{`user.failures in [1, 2, 3]`, yes},
		{`user.failures + 1 == 4 && 4 - user.failures == 1 && user.failures - 4 == -1`, yes},
		{`user.failures + 9223372036854775807 > 0`, unknown},
		{`user.failures + 9223372036854775807 > 0 || true`, yes},
		{`user.failures + tenant.settings.limit > 0 && false`, no},
		{`user.failures < tenant.settings.limit`, yes},
		{`user.session > 1`, unknown},
		{`run.time - user.created > duration("2160h")`, yes},
		{`user.created < run.time - duration("2160h")`, yes},
		{`user.created + duration("2400h") == run.time`, yes},
		{`duration("2400h") + user.created == run.time`, yes},
		{`user.created > timestamp("2025-01-01T00:00:00Z")`, yes},
		{`tenant.settings.changed > run.time`, yes},
		{`tenant.settings.changed - run.time > duration("1h")`, unknown},
		{`tenant.settings.changed - user.created > duration("1h")`, unknown},
		{`tenant.settings.changed + duration("48h") > user.created`, unknown},
		{`user.lastSignIn < run.time`, unknown},
		{`"Reader" in user.roles`, yes},
		{`"reader" in user.roles`, no},
		{`user.name in user.roles`, unknown},
		{`"x" in tenant.domains`, no},
		{`"contoso.com" in tenant.domains`, yes},
		{`"x" in tenant.settings.blocked`, unknown},
		{`size(user.roles) == 2 && size(user.mfa.methods) == 0 && user.roles.size() == 2`, yes},
		{`user.roles.exists(r, r.contains("Admin"))`, yes},
		{`user.roles.all(r, r.contains("Admin"))`, no},
		{`user.roles.exists_one(r, r.contains("Admin"))`, yes},
		{`user.mfa.methods.exists(x, true)`, no},
		{`user.mfa.methods.all(x, false)`, yes},
		{`user.mfa.methods.exists_one(x, true)`, no},
		{`user.roles.exists(r, r == "Reader" || r == tenant.settings.invites)`, yes},
		{`user.roles.exists(r, r == tenant.settings.invites)`, unknown},
		{`user.roles.all(r, r == tenant.settings.invites && r == "Reader")`, no},
		{`user.roles.exists_one(r, r == "Reader" || r == tenant.settings.invites)`, unknown},
		{`user.roles.exists(r, ["Read", "Write"].exists(p, r.startsWith(p)))`, yes},
		{`tenant.domains.exists(d, d.endsWith(".com"))`, yes},
		{`["a", "b"].all(x, x < "c")`, yes},
		{`user.roles.exists(r, r in ["Reader"])`, yes},
		{`tenant.users > 5`, unknown},
		{`true`, yes},
		{`duration("1h") < duration("2h")`, yes},
		{`(user.enabled ? 1 : 2) == 1`, yes},
		{`(user.enabled ? "a" : "b") == "a"`, yes},
	}
	var scratch rule.Scratch
	for _, c := range cases {
		p := compile(t, e, rule.Source{Entity: "user", Pass: c.expression})
		if _, got := p.Row(m, row); got != c.want {
			t.Errorf("%s: one row is %s, want %s", c.expression, got, c.want)
		}
		out := p.Run(m, &scratch)
		got := posture.Counts{Pass: out.Pass.Count(), Fail: out.Fail.Count(), Unknown: out.Unknown.Count()}
		want := map[entity.Tri]posture.Counts{yes: {Pass: 1}, no: {Fail: 1}, unknown: {Unknown: 1}}[c.want]
		if got != want {
			t.Errorf("%s: the run counts %+v, want %+v", c.expression, got, want)
		}
	}
}

// Design 3.4: an unknown where counts as an unknown entity, whatever pass says.
func TestScopeAndPassTogether(t *testing.T) {
	t.Parallel()
	s := schema(t)
	m := model(s)
	users := m.Table("user")
	e := environment(t, s)
	p := compile(t, e, where("user.enabled", "user.mfa.registered"))
	want := map[posture.Outcome]int{}
	for _, where := range []entity.Tri{entity.True, entity.False, entity.Unknown} {
		for _, pass := range []entity.Tri{entity.True, entity.False, entity.Unknown} {
			row := users.Add(where.String()+pass.String(), "")
			users.SetTri(row, "enabled", where, posture.Reason{Code: posture.Failed})
			users.SetTri(row, "mfa.registered", pass, posture.Reason{Code: posture.Failed})
			wanted, inScope := posture.Unknown, where != entity.False
			switch {
			case !inScope:
				wanted = ""
			case where == entity.True && pass == entity.True:
				wanted = posture.Pass
			case where == entity.True && pass == entity.False:
				wanted = posture.Fail
			}
			want[wanted]++
			if got, in := p.RowOutcome(m, row); got != wanted || in != inScope {
				t.Errorf("where %s, pass %s: %q, %v, want %q, %v", where, pass, got, in, wanted, inScope)
			}
		}
	}
	var scratch rule.Scratch
	got := p.Run(m, &scratch).Counts()
	if want := (posture.Counts{Pass: want[posture.Pass], Fail: want[posture.Fail], Unknown: want[posture.Unknown]}); got != want {
		t.Errorf("run: %+v, want %+v", got, want)
	}
}

func TestWhatAProgramSaysOfItself(t *testing.T) {
	t.Parallel()
	s := schema(t)
	p := compile(t, environment(t, s), with(
		map[string]any{"types": []any{"Member"}, "age": "24h"},
		`user.enabled && user.type in params.types`,
		`user.mfa.registered && (tenant.settings.strict || user.enabled) && run.time - user.lastSignIn < duration(params.age)`,
	))
	if got, want := p.Entity(), posture.Kind("user"); got != want {
		t.Errorf("Entity() = %s, want %s", got, want)
	}
	wantStrings(t, "Fields()", p.Fields(), "mfa.registered", "enabled", "lastSignIn")
	wantStrings(t, "Reads()", p.Reads(), "user.enabled", "user.type", "user.mfa.registered", "tenant.settings.strict", "user.lastSignIn")
	m := model(s)
	users := m.Table("user")
	row := users.Add("u", "")
	users.SetBool(row, "enabled", true)
	users.SetString(row, "type", "Member")
	users.SetBool(row, "mfa.registered", true)
	users.SetTime(row, "lastSignIn", now.Add(-time.Hour))
	if got, _ := p.RowOutcome(m, row); got != posture.Pass {
		t.Errorf("outcome %q, want pass", got)
	}
}

func wantStrings(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s = %q, want %q", what, got, want)
		return
	}
	for i := range got {
		if got[i] != want[i] {
			t.Errorf("%s = %q, want %q", what, got, want)
			return
		}
	}
}

// One program serves several goroutines, each with a scratch of its own.
func TestProgramsAreShared(t *testing.T) {
	t.Parallel()
	s := benchSchema(t)
	users := rulebench.Users(500)
	m := rulebench.Model(s, users)
	all := programs(t, s)
	var scratch rule.Scratch
	var want []posture.Counts
	for _, p := range all {
		want = append(want, p.Run(m, &scratch).Counts())
	}
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			var scratch rule.Scratch
			for i, p := range all {
				kept := p.Run(m, &scratch).Clone()
				p.RowOutcome(m, i)
				all[0].Run(m, &scratch) // does not change what was cloned
				if got := kept.Counts(); got != want[i] {
					t.Errorf("rule %d counts %+v, want %+v", i, got, want[i])
				}
			}
		})
	}
	group.Wait()
}
