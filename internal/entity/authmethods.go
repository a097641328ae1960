// SPDX-License-Identifier: Apache-2.0

package entity

import (
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"securescore/internal/posture"
)

const (
	methodSet = "graph/policies/authenticationMethodsPolicy"
	nobody    = "00000000-0000-0000-0000-000000000000" // the target that means no group
	everyone  = "all_users"
)

// methodKinds declares the authentication methods policy. A state of "default"
// leaves the choice to Microsoft, who can change it on any day.
func methodKinds() []KindSpec {
	const app = "authenticationMethodConfigurations{id=MicrosoftAuthenticator}."
	fields := []Field{
		{Name: "migration", Type: String, From: "policyMigrationState", Enum: []string{"preMigration", "migrationInProgress", "migrationComplete"}, Null: "migrationComplete", Doc: "Whether the older MFA and password reset policies still count; null is a tenant that never had them."},
		methodState("authenticator.state", "MicrosoftAuthenticator"),
		{Name: "authenticator.softwareOath", Type: Bool, From: app + "isSoftwareOathEnabled", Doc: "Whether the app also gives time-based codes."},
		methodState("sms.state", "Sms"), methodState("voice.state", "Voice"), methodState("email.state", "Email"),
		methodState("passkey.state", "Fido2"), methodState("temporaryPass.state", "TemporaryAccessPass"),
		{Name: "temporaryPass.once", Type: Bool, From: "authenticationMethodConfigurations{id=TemporaryAccessPass}.isUsableOnce", Doc: "Whether every temporary access pass works one time only."},
		featureState("systemPreferred.state", "systemCredentialPreferences.state"),
		{Name: "systemPreferred.include", Type: Strings, From: "systemCredentialPreferences.includeTargets[].id", Doc: "Groups and users that it is for."},
		{Name: "systemPreferred.exclude", Type: Strings, From: "systemCredentialPreferences.excludeTargets[].id", Null: []string{}, Doc: "Groups and users that are left out."},
		{Name: "systemPreferred.everyone", Type: Bool, Doc: "Whether it is switched on for all users without exception."},
		featureState("reportSuspicious.state", "reportSuspiciousActivitySettings.state"),
		{Name: "reportSuspicious.include", Type: String, From: "reportSuspiciousActivitySettings.includeTarget.id", Doc: "The group that it is for."},
		{Name: "phoneOff", Type: Bool, Doc: "Whether nobody can use SMS or calls; unknown while older policies still count."},
		{Name: "emailOff", Type: Bool, Doc: "Whether nobody can use codes by e-mail; unknown while older policies still count."},
		{Name: "smsSignIn", Type: Bool, Doc: "Whether a code by SMS is enough to sign in, without a password."},
		featureState("authenticator.lite", app+"featureSettings.companionAppAllowedState.state"),
		{Name: "passkey.attestation", Type: Bool, Doc: "Whether the maker of every new passkey is checked, in all profiles."},
		{Name: "passkey.allowList", Type: Bool, Doc: "Whether only listed models of passkeys can be registered, in all profiles."},
	}
	for _, f := range []struct{ name, member, doc string }{
		{"authenticator.appName", "displayAppInformationRequiredState", "the name of the application"},
		{"authenticator.location", "displayLocationInformationRequiredState", "the place of the sign-in"},
	} {
		from := app + "featureSettings." + f.member
		fields = append(
			fields, featureState(f.name+".state", from+".state"),
			Field{Name: f.name + ".include", Type: String, From: from + ".includeTarget.id", Doc: "The group that " + f.doc + " is for."},
			Field{Name: f.name + ".exclude", Type: String, From: from + ".excludeTarget.id", Null: nobody, Doc: "The group that is left out of it; zeros are none."},
			Field{Name: f.name + ".everyone", Type: Bool, Doc: "Whether " + f.doc + " is switched on for all users without exception."},
		)
	}
	return []KindSpec{{
		Kind: "authenticationMethods", Singular: "authentication methods policy", Plural: "authentication methods policies",
		DataSet: methodSet, Singleton: true, Configuration: true, Names: []string{"displayName"}, Fields: fields,
	}}
}

func methodState(name, id string) Field {
	return Field{
		Name: name, Type: String, From: "authenticationMethodConfigurations{id=" + id + "}.state",
		Enum: []string{"enabled", "disabled"}, Doc: "Whether " + id + " is switched on for anybody.",
	}
}

func featureState(name, from string) Field {
	return Field{Name: name, Type: String, From: from, Enum: []string{"default", "enabled", "disabled"}, Doc: "The setting; default is whatever Microsoft has chosen."}
}

func deriveMethods(m *Model) {
	t := m.Table("authenticationMethods")
	for row := range t.Len() {
		for _, feature := range []string{"authenticator.appName", "authenticator.location"} {
			v := t.is(row, feature+".state", "enabled").And(t.is(row, feature+".include", everyone)).And(t.is(row, feature+".exclude", nobody))
			t.SetTri(row, feature+".everyone", v, t.whyOf(row, feature+".state", feature+".include", feature+".exclude"))
		}
		t.SetTri(row, "systemPreferred.everyone", preferredByAll(t, row), t.whyOf(row, "systemPreferred.state", "systemPreferred.include", "systemPreferred.exclude"))
		t.SetTri(row, "smsSignIn", smsSignIn(m.rawOf(methodSet, t.Keys[row])), absent(methodSet, "isUsableForSignIn of Sms"))
		deriveOff(t, row, "phoneOff", "sms.state", "voice.state")
		deriveOff(t, row, "emailOff", "email.state")
	}
}

// whyOf is the reason of the first of the fields that is unknown.
func (t *Table) whyOf(row int, fields ...string) posture.Reason {
	for _, field := range fields {
		if c := t.Col(field); !c.Known.Has(row) {
			return c.Why(row)
		}
	}
	return posture.Reason{}
}

func preferredByAll(t *Table, row int) Tri {
	v := t.is(row, "systemPreferred.state", "enabled")
	include, known := t.list(row, "systemPreferred.include")
	if !known {
		return v.And(Unknown)
	}
	exclude, known := t.list(row, "systemPreferred.exclude")
	if !known {
		return v.And(Unknown)
	}
	all := false
	for _, id := range include {
		all = all || id == everyone
	}
	return v.And(TriOf(all && len(exclude) == 0))
}

// deriveOff says that methods are off only when no older policy can bring them
// back: until the migration is complete the MFA and password reset policies of
// before are respected too, and no interface shows them.
func deriveOff(t *Table, row int, field string, states ...string) {
	off, why := True, posture.Reason{}
	for _, state := range states {
		v := t.is(row, state, "disabled")
		if v == Unknown {
			why = t.Col(state).Why(row)
		}
		off = off.And(v)
	}
	switch migrated := t.is(row, "migration", "migrationComplete"); {
	case off != True || migrated == True:
	case migrated == False:
		off, why = Unknown, posture.Reason{
			Code: posture.Undecided, Detail: "the older MFA and password reset policies still count, and they cannot be read; complete the migration first",
		}
	default:
		off, why = Unknown, t.Col("migration").Why(row)
	}
	t.SetTri(row, field, off, why)
}

// method returns the configuration of one method from the raw policy.
func method(policy jsontext.Value, id string) (jsontext.Value, bool) {
	raw, ok := memberAt(policy, "authenticationMethodConfigurations")
	if !ok {
		return nil, false
	}
	list, err := objectsIn(raw)
	if err != nil {
		return nil, false
	}
	for _, item := range list {
		if strings.EqualFold(textOf(item, "id"), id) {
			return item, true
		}
	}
	return nil, false
}

// smsSignIn is true when SMS is on and one of its groups may sign in with it.
func smsSignIn(policy jsontext.Value) Tri {
	sms, ok := method(policy, "Sms")
	if !ok {
		return Unknown
	}
	switch strings.ToLower(textOf(sms, "state")) {
	case "disabled":
		return False
	case "enabled":
	default:
		return Unknown
	}
	raw, ok := memberAt(sms, "includeTargets")
	if !ok || raw.Kind() == jsontext.KindNull {
		return Unknown
	}
	targets, err := objectsIn(raw)
	if err != nil {
		return Unknown
	}
	v := False
	for _, target := range targets {
		v = v.Or(truth(target, "isUsableForSignIn"))
	}
	return v
}
