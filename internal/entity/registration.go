// SPDX-License-Identifier: Apache-2.0

package entity

import (
	"slices"
	"strings"

	"github.com/go-json-experiment/json"

	"securescore/internal/posture"
)

// registration is an object of the report on sign-in methods. Nil is unknown.
type registration struct {
	ID           string   `json:"id"`
	Registered   *bool    `json:"isMfaRegistered"`
	Capable      *bool    `json:"isMfaCapable"`
	Passwordless *bool    `json:"isPasswordlessCapable"`
	Methods      []string `json:"methodsRegistered"`
	SSPR         *bool    `json:"isSsprRegistered"`
	SSPREnabled  *bool    `json:"isSsprEnabled"`
	SSPRCapable  *bool    `json:"isSsprCapable"`
}

// Methods by how well they withstand an attacker, as the report names them.
var (
	weakMethods      = []string{"mobilePhone", "alternateMobilePhone", "officePhone", "email", "securityQuestion", "qrCodePin"}
	resistantMethods = []string{
		"fido2SecurityKey", "passKeyDeviceBound", "passKeyDeviceBoundAuthenticator", "passKeyDeviceBoundWindowsHello", "passKeySynced",
		"windowsHelloForBusiness", "macOsSecureEnclaveKey", "x509CertificateMultiFactor",
	}
	otherMethods = []string{
		"microsoftAuthenticatorPush", "microsoftAuthenticatorPasswordless", "softwareOneTimePasscode", "hardwareOneTimePasscode",
		"temporaryAccessPass", "x509CertificateSingleFactor", "externalAuthMethod", "appNotification", "appCode",
	}
)

// deriveRegistration joins the report on sign-in methods to the users. A user
// whom the report does not list has unknown methods: it lags behind by a day.
func deriveRegistration(m *Model) {
	t, set := m.Table("user"), m.Set(registrationSet)
	if !t.Collected() {
		return
	}
	rows, done := userRows(m), NewBits(t.Len())
	for _, o := range set.Objects {
		var r registration
		err := json.Unmarshal(o.Raw, &r)
		if r.ID == "" {
			r.ID = o.Key
		}
		row, ok := rows[strings.ToLower(r.ID)]
		if !ok {
			continue
		}
		done.Add(row)
		if err != nil {
			t.noRegistration(row, posture.Reason{Code: posture.Shape, Detail: registrationSet + ": an object cannot be read"})
			continue
		}
		t.register(row, &r)
	}
	why := set.Missing
	if set.Collected() {
		why = posture.Reason{Code: posture.NotCollected, Detail: registrationSet + " does not list the user"}
	}
	for row := range t.Len() {
		if !done.Has(row) {
			t.noRegistration(row, why)
		}
	}
}

func (t *Table) noRegistration(row int, why posture.Reason) {
	for _, f := range registrationFields() {
		t.Col(f.Name).clearLike(row, why)
	}
}

func (t *Table) register(row int, r *registration) {
	for _, f := range []struct {
		field, member string
		value         *bool
	}{
		{"mfa.registered", "isMfaRegistered", r.Registered},
		{"mfa.capable", "isMfaCapable", r.Capable},
		{"mfa.passwordless", "isPasswordlessCapable", r.Passwordless},
		{"sspr.registered", "isSsprRegistered", r.SSPR},
		{"sspr.enabled", "isSsprEnabled", r.SSPREnabled},
		{"sspr.capable", "isSsprCapable", r.SSPRCapable},
	} {
		if f.value == nil {
			t.Col(f.field).clearLike(row, absent(registrationSet, f.member))
			continue
		}
		t.SetBool(row, f.field, *f.value)
	}
	if r.Methods == nil {
		for _, field := range []string{"mfa.methods", "mfa.strong", "mfa.phishingResistant"} {
			t.Col(field).clearLike(row, absent(registrationSet, "methodsRegistered"))
		}
		return
	}
	t.SetStrings(row, "mfa.methods", r.Methods)
	strong, resistant := anyMethod(r.Methods, append(slices.Clone(resistantMethods), otherMethods...)), anyMethod(r.Methods, resistantMethods)
	why := posture.Reason{Code: posture.Shape, Detail: registrationSet + " holds a method that is not known"}
	t.SetTri(row, "mfa.strong", strong, why)
	t.SetTri(row, "mfa.phishingResistant", resistant, why)
}

// anyMethod says whether one of the methods is among the good ones. A method
// that is not known may be.
func anyMethod(methods, good []string) Tri {
	v := False
	for _, method := range methods {
		switch {
		case slices.Contains(good, method):
			return True
		case !slices.Contains(weakMethods, method) && !slices.Contains(otherMethods, method) && !slices.Contains(resistantMethods, method):
			v = Unknown
		}
	}
	return v
}

// lowerKeys finds rows by key in lower case: sources differ in letter case.
func lowerKeys(t *Table) map[string]int {
	rows := make(map[string]int, t.Len())
	for row, key := range t.Keys {
		rows[strings.ToLower(key)] = row
	}
	return rows
}
