// SPDX-License-Identifier: Apache-2.0

package rule_test

import (
	"testing"

	"securescore/internal/entity"
	"securescore/internal/posture"
	"securescore/internal/rule"
)

// Design 3.6: what is not known has a reason, which names what is missing.
func TestWhyAnOutcomeIsUnknown(t *testing.T) {
	t.Parallel()
	s := schema(t)
	e := environment(t, s)
	m := model(s)
	users := m.Table("user")
	row := users.Add("u", "")
	users.SetBool(row, "enabled", true)
	users.SetTime(row, "created", now)
	users.SetUnknown(row, "mfa.registered", posture.Reason{Code: posture.Permission, Detail: "needs AuditLog.Read.All"})
	users.SetStrings(row, "roles", []string{"a"})
	settings := m.Table("settings")
	settings.SetTime(settings.Add("s", ""), "changed", entity.Never)
	settings.SetUnknown(0, "invites", posture.Reason{Code: posture.Shape, Detail: "is \"some\", a value that is not known"})
	m.Table("tenant").Missing = posture.Reason{Code: posture.Licence, Detail: "not licensed"}

	registered := posture.Reason{Code: posture.Permission, Detail: "user.mfa.registered: needs AuditLog.Read.All"}
	name := posture.Reason{Code: posture.NotCollected, Detail: "user.name: is not in the evidence"}
	cases := []struct {
		name, where, pass string
		want              posture.Reason
	}{
		{"a known outcome", "", "user.enabled", posture.Reason{}},
		{"a field with a note", "", "user.mfa.registered", registered},
		{"a field without a note", "", `user.name == "x"`, name},
		{"an unknown scope goes first", "user.mfa.registered", `user.name == "x"`, registered},
		{"out of scope", "!user.enabled", "user.mfa.registered", posture.Reason{}},
		{"what is absorbed is not to blame", "", `(user.mfa.registered || user.enabled) && user.name == "x"`, name},
		{"a negation", "", "!(user.enabled && user.mfa.registered)", registered},
		{"the branch that was taken", "", `user.enabled ? user.name == "x" : user.mfa.registered`, name},
		{"the condition of a choice", "", `user.mfa.registered ? user.name == "x" : user.enabled`, registered},
		{"an item of a loop", "", `user.roles.exists(r, r == tenant.settings.invites)`, posture.Reason{Code: posture.Shape, Detail: `tenant.settings.invites: is "some", a value that is not known`}},
		{"the list of a loop", "", `user.mfa.methods.exists(r, r == "x")`, posture.Reason{Code: posture.NotCollected, Detail: "user.mfa.methods: is not in the evidence"}},
		{"a list", "", `"x" in user.mfa.methods`, posture.Reason{Code: posture.NotCollected, Detail: "user.mfa.methods: is not in the evidence"}},
		{"settings that were not read", "", "tenant.users > 1", posture.Reason{Code: posture.Licence, Detail: "tenant.users: not licensed"}},
		{"an overflow", "", `tenant.settings.changed - user.created > duration("1h")`, posture.Reason{Code: posture.Undecided, Detail: "a number, time or duration is out of range"}},
	}
	for _, c := range cases {
		p := compile(t, e, rule.Source{Entity: "user", Where: c.where, Pass: c.pass})
		if got := p.Why(m, row); got != c.want {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
}

func TestAModelOfAnotherSchemaIsRefused(t *testing.T) {
	t.Parallel()
	p := compile(t, environment(t, schema(t)), rule.Source{Entity: "user", Pass: "user.enabled"})
	defer func() {
		if recover() == nil {
			t.Error("a program ran over the columns of another schema")
		}
	}()
	p.Run(model(schema(t)), new(rule.Scratch))
}
