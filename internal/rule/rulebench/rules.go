// SPDX-License-Identifier: Apache-2.0

package rulebench

import (
	"slices"
	"strings"
	"time"

	"securescore/internal/rule"
)

// Rule is one rule in three languages.
type Rule struct {
	Name       string
	CEL        rule.Source
	Go         Predicate
	RegoWhere  string // body of a Rego rule; empty: everybody. Times are seconds
	RegoPasses []string
}

// Predicate says of one person whether they are in scope and pass.
type Predicate func(u *User, now time.Time) (scope, pass bool)

func user(where, pass string) rule.Source {
	return rule.Source{Entity: "user", Where: where, Pass: pass}
}

const day = 24 * time.Hour

// Rules are the twenty rules.
func Rules() []Rule {
	return slices.Concat(flagRules(), timeRules(), listRules())
}

func flagRules() []Rule {
	return []Rule{
		{
			"mfa registered", user(`user.enabled && user.type == "member"`, `user.mfa.registered && user.covered`),
			func(u *User, _ time.Time) (bool, bool) {
				return u.Enabled && u.Type == "member", u.MFA.Registered && u.Covered
			},
			`input.enabled; input.type == "member"`,
			[]string{`input.mfa.registered; input.covered`},
		},
		{
			"legacy sign-in blocked", user(`user.enabled`, `user.legacyBlocked`),
			func(u *User, _ time.Time) (bool, bool) { return u.Enabled, u.LegacyBlocked },
			`input.enabled`,
			[]string{`input.legacyBlocked`},
		},
		{
			"guests disabled", user(`user.type == "guest"`, `!user.enabled`),
			func(u *User, _ time.Time) (bool, bool) { return u.Type == "guest", !u.Enabled },
			`input.type == "guest"`,
			[]string{`not input.enabled`},
		},
		{
			"no high risk", user(``, `user.risk != "high"`),
			func(u *User, _ time.Time) (bool, bool) { return true, u.Risk != "high" },
			``,
			[]string{`input.risk != "high"`},
		},
		{
			"risk low", user(`user.enabled`, `user.risk in ["none", "low"]`),
			func(u *User, _ time.Time) (bool, bool) { return u.Enabled, u.Risk == "none" || u.Risk == "low" },
			`input.enabled`,
			[]string{`input.risk in ["none", "low"]`},
		},
	}
}

func timeRules() []Rule {
	return []Rule{
		{
			"recent sign-in", user(`user.enabled`, `run.time - user.lastSignIn <= duration("2160h")`),
			func(u *User, now time.Time) (bool, bool) { return u.Enabled, now.Sub(u.LastSignIn) <= 90*day },
			`input.enabled`,
			[]string{`data.now - input.lastSignIn <= 7776000`},
		},
		{
			"young password", user(`!user.synced`, `user.passwordChanged > run.time - duration("8760h")`),
			func(u *User, now time.Time) (bool, bool) {
				return !u.Synced, u.PasswordChanged.After(now.Add(-365 * day))
			},
			`not input.synced`,
			[]string{`input.passwordChanged > data.now - 31536000`},
		},
		{
			"few failures", user(``, `user.failures < 10`),
			func(u *User, _ time.Time) (bool, bool) { return true, u.Failures < 10 },
			``,
			[]string{`input.failures < 10`},
		},
		{
			"devices", user(`user.enabled && user.type != "guest"`, `user.devices >= 1 && user.devices <= 3`),
			func(u *User, _ time.Time) (bool, bool) {
				return u.Enabled && u.Type != "guest", u.Devices >= 1 && u.Devices <= 3
			},
			`input.enabled; input.type != "guest"`,
			[]string{`input.devices >= 1; input.devices <= 3`},
		},
		{
			"new or capable", user(`user.enabled`, `user.created > run.time - duration("720h") || user.mfa.capable`),
			func(u *User, now time.Time) (bool, bool) {
				return u.Enabled, u.Created.After(now.Add(-30*day)) || u.MFA.Capable
			},
			`input.enabled`,
			[]string{`input.created > data.now - 2592000`, `input.mfa.capable`},
		},
		{
			"department known", user(`user.type == "member"`, `user.department != "" && user.country in ["DE", "FR", "PL", "SE", "NL"]`),
			func(u *User, _ time.Time) (bool, bool) {
				return u.Type == "member", u.Department != "" && slices.Contains([]string{"DE", "FR", "PL", "SE", "NL"}, u.Country)
			},
			`input.type == "member"`,
			[]string{`input.department != ""; input.country in ["DE", "FR", "PL", "SE", "NL"]`},
		},
		{
			"own domain", user(``, `user.principalName.endsWith("@contoso.com")`),
			func(u *User, _ time.Time) (bool, bool) {
				return true, strings.HasSuffix(u.PrincipalName, "@contoso.com")
			},
			``,
			[]string{`endswith(input.principalName, "@contoso.com")`},
		},
	}
}

func listRules() []Rule {
	return []Rule{
		{
			"administrators strong", user(`size(user.roles) > 0`, `user.mfa.methods.exists(m, m in ["fido2SecurityKey", "windowsHelloForBusiness"])`),
			func(u *User, _ time.Time) (bool, bool) {
				return len(u.Roles) > 0, slices.ContainsFunc(u.MFA.Methods, func(m string) bool {
					return m == "fido2SecurityKey" || m == "windowsHelloForBusiness"
				})
			},
			`count(input.roles) > 0`,
			[]string{`some m in input.mfa.methods; m in ["fido2SecurityKey", "windowsHelloForBusiness"]`},
		},
		{
			"administrators in the cloud", user(`user.roles.exists(r, r.endsWith("Administrator"))`, `!user.synced`),
			func(u *User, _ time.Time) (bool, bool) {
				return slices.ContainsFunc(u.Roles, func(r string) bool { return strings.HasSuffix(r, "Administrator") }), !u.Synced
			},
			`some r in input.roles; endswith(r, "Administrator")`,
			[]string{`not input.synced`},
		},
		{
			"no global administrator", user(`user.enabled`, `!("Global Administrator" in user.roles)`),
			func(u *User, _ time.Time) (bool, bool) {
				return u.Enabled, !slices.Contains(u.Roles, "Global Administrator")
			},
			`input.enabled`,
			[]string{`not "Global Administrator" in input.roles`},
		},
		{
			"two methods", user(`user.enabled && user.mfa.registered`, `size(user.mfa.methods) >= 2`),
			func(u *User, _ time.Time) (bool, bool) {
				return u.Enabled && u.MFA.Registered, len(u.MFA.Methods) >= 2
			},
			`input.enabled; input.mfa.registered`,
			[]string{`count(input.mfa.methods) >= 2`},
		},
		{
			"no phone", user(`user.mfa.registered`, `!user.mfa.methods.exists(m, m == "mobilePhone" || m == "email")`),
			func(u *User, _ time.Time) (bool, bool) {
				return u.MFA.Registered, !slices.ContainsFunc(u.MFA.Methods, func(m string) bool { return m == "mobilePhone" || m == "email" })
			},
			`input.mfa.registered`,
			[]string{`count([m | some m in input.mfa.methods; m in ["mobilePhone", "email"]]) == 0`},
		},
		{
			"licensed", user(`user.enabled && user.type == "member"`, `"AAD_PREMIUM" in user.licences || "AAD_PREMIUM_P2" in user.licences`),
			func(u *User, _ time.Time) (bool, bool) {
				return u.Enabled && u.Type == "member", slices.Contains(u.Licences, "AAD_PREMIUM") || slices.Contains(u.Licences, "AAD_PREMIUM_P2")
			},
			`input.enabled; input.type == "member"`,
			[]string{`"AAD_PREMIUM" in input.licences`, `"AAD_PREMIUM_P2" in input.licences`},
		},
		{
			"premium plans only", user(`size(user.licences) > 0`, `user.licences.all(l, l.startsWith("AAD_") || l == "INTUNE_A")`),
			func(u *User, _ time.Time) (bool, bool) {
				return len(u.Licences) > 0, !slices.ContainsFunc(u.Licences, func(l string) bool { return !strings.HasPrefix(l, "AAD_") && l != "INTUNE_A" })
			},
			`count(input.licences) > 0`,
			[]string{`every l in input.licences { l in ["AAD_PREMIUM", "AAD_PREMIUM_P2", "INTUNE_A"] }`},
		},
		{
			"idle accounts off", user(`user.enabled && run.time - user.created > duration("2160h")`,
				`user.lastSignIn > run.time - duration("1080h") || user.failures == 0 && user.risk == "none"`),
			func(u *User, now time.Time) (bool, bool) {
				return u.Enabled && now.Sub(u.Created) > 90*day,
					u.LastSignIn.After(now.Add(-45*day)) || u.Failures == 0 && u.Risk == "none"
			},
			`input.enabled; data.now - input.created > 7776000`,
			[]string{`input.lastSignIn > data.now - 3888000`, `input.failures == 0; input.risk == "none"`},
		},
	}
}
