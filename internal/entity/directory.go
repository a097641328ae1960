// SPDX-License-Identifier: Apache-2.0

package entity

import (
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"securescore/internal/posture"
)

// The directory settings and the templates that they are made from. An object
// that is not there means the defaults of its template.
const (
	settingSet      = "graph/settings"
	ruleTemplate    = "5cf42378-d67d-4f36-ba46-e8b86229381d"
	groupTemplate   = "62375ab9-6b52-47ed-826b-58e47e0e304b"
	consentTemplate = "dffd5d46-495d-40a9-8e21-954ff55e198a"
)

func settingKinds() []KindSpec {
	return []KindSpec{
		{
			Kind: "passwordRules", Singular: "password protection setting", Plural: "password protection settings", Singleton: true, Configuration: true,
			Fields: []Field{
				{Name: "customListEnforced", Type: Bool, From: "values{name=EnableBannedPasswordCheck}.value", Null: false, Absent: false, Doc: "Whether the organisation's own list of banned passwords is used; no by default."},
				{Name: "bannedPasswords", Type: Strings, From: "values{name=BannedPasswordList}.value", Split: "\t", Null: []string{}, Absent: []string{}, Doc: "The organisation's own banned passwords; none by default."},
				{Name: "onPremisesEnabled", Type: Bool, From: "values{name=EnableBannedPasswordCheckOnPremises}.value", Doc: "Whether agents in Active Directory check passwords too; the default is not documented, so absent is unknown."},
				{Name: "onPremisesMode", Type: String, From: "values{name=BannedPasswordCheckOnPremisesMode}.value", Enum: []string{"Audit", "Enforce"}, Null: "Audit", Absent: "Audit", Doc: "Whether those agents refuse a banned password or only log it; Audit by default."},
				{Name: "lockoutThreshold", Type: Int, From: "values{name=LockoutThreshold}.value", Null: int64(10), Absent: int64(10), Doc: "Failed sign-ins before the first lockout; 10 by default (3 in clouds for US government)."},
				{Name: "lockoutSeconds", Type: Int, From: "values{name=LockoutDurationInSeconds}.value", Null: int64(60), Absent: int64(60), Doc: "Seconds of the first lockout; 60 by default."},
			},
		},
		{
			Kind: "groupSettings", Singular: "group setting", Plural: "group settings", Singleton: true, Configuration: true,
			Fields: []Field{
				{Name: "usersCreateGroups", Type: Bool, From: "values{name=EnableGroupCreation}.value", Null: true, Absent: true, Doc: "Whether every user may create Microsoft 365 groups; yes by default."},
				{Name: "guestsOwnGroups", Type: Bool, From: "values{name=AllowGuestsToBeGroupOwner}.value", Null: false, Absent: false, Doc: "Whether guests may own groups; no by default."},
			},
		},
		{
			Kind: "consentSettings", Singular: "consent setting", Plural: "consent settings", Singleton: true, Configuration: true,
			Fields: []Field{
				{Name: "adminConsentRequests", Type: Bool, From: "values{name=EnableAdminConsentRequests}.value", Null: false, Absent: false, Doc: "Whether users can ask an administrator for consent; no by default."},
				{Name: "blockRiskyApps", Type: Bool, From: "values{name=BlockUserConsentForRiskyApps}.value", Null: true, Absent: true, Doc: "Whether a risky request for consent goes to an administrator; yes by default."},
			},
		},
	}
}

// deriveSetting reads the one settings object that was made from a template.
// Where there is none, the defaults hold. An object whose template cannot be
// read might be the one, so then nothing is known.
func deriveSetting(kind posture.Kind, template string) Derive {
	return func(m *Model) {
		t, set := m.Table(kind), m.Set(settingSet)
		t.Missing = set.Missing
		if !set.Collected() {
			return
		}
		raw := []byte("{}")
		for _, o := range set.Objects {
			id := textOf(o.Raw, "templateId")
			if strings.EqualFold(id, template) {
				raw = valued(o.Raw)
				break
			}
			if id == "" {
				raw = []byte("null")
			}
		}
		newDecoder(t).read(posture.Object{Key: template, Raw: raw})
		t.Names[0] = strings.ToUpper(t.Spec.Plural[:1]) + t.Spec.Plural[1:]
	}
}

// valued returns a settings object, or null when it has no values: one that is
// there always has some, so these were not read.
func valued(raw jsontext.Value) jsontext.Value {
	values, ok := memberAt(raw, "values")
	if list, err := objectsIn(values); !ok || err != nil || len(list) == 0 {
		return jsontext.Value("null")
	}
	return raw
}

func directoryKinds() []KindSpec {
	return []KindSpec{
		{
			Kind: "domain", Singular: "domain", Plural: "domains", DataSet: "graph/domains", Names: []string{"id"},
			Fields: []Field{
				{Name: "verified", Type: Bool, From: "isVerified", Doc: "Whether the organisation has proven that it owns the domain."},
				{Name: "root", Type: Bool, From: "isRoot", Doc: "Whether it is no subdomain of another verified one; subdomains inherit the password policy."},
				{Name: "default", Type: Bool, From: "isDefault", Doc: "Whether new users get it."},
				{Name: "authentication", Type: String, From: "authenticationType", Enum: []string{"Managed", "Federated"}, Doc: "Who checks passwords: Entra ID or another identity provider."},
				{Name: "passwordDays", Type: Int, From: "passwordValidityPeriodInDays", Null: passwordsNeverExpire, Doc: "Days until a password expires; 2147483647 and null are never."},
			},
		},
		{
			Kind: "organization", Singular: "organisation", Plural: "organisations", DataSet: organizationSet, Singleton: true, Configuration: true, Names: []string{"displayName"},
			Fields: []Field{
				{Name: "synchronized", Type: Bool, From: "onPremisesSyncEnabled", Null: false, Doc: "Whether accounts come from an Active Directory; null is never set up."},
				{Name: "lastPasswordSync", Type: Time, From: "onPremisesLastPasswordSyncDateTime", Null: time.Unix(0, 0).UTC(), Doc: "Last time password hashes arrived; 1970 stands for null, never."},
				{Name: "passwordHashSync", Type: Bool, Doc: "Whether password hashes are synchronised: the setting, or else hashes arrived in the last three days."},
			},
		},
	}
}

const (
	organizationSet            = "graph/organization"
	syncSet                    = "graph/directory/onPremisesSynchronization"
	passwordsNeverExpire int64 = 2147483647
	// Hashes arrive every two minutes and a heartbeat every half hour. Three days
	// forgive a weekend without the server.
	passwordSyncPause = 72 * time.Hour
)

// derivePasswordHashSync takes the setting of Entra Connect where it was read,
// and else the time at which hashes last arrived.
func derivePasswordHashSync(m *Model) {
	t, set := m.Table("organization"), m.Set(syncSet)
	for row := range t.Len() {
		if len(set.Objects) == 1 {
			v := truth(set.Objects[0].Raw, "features", "passwordSyncEnabled")
			if v != Unknown {
				t.SetTri(row, "passwordHashSync", v, posture.Reason{})
				continue
			}
		}
		last := t.Col("lastPasswordSync")
		if !last.Known.Has(row) {
			t.SetUnknown(row, "passwordHashSync", last.Why(row))
			continue
		}
		t.SetBool(row, "passwordHashSync", m.now().Sub(last.Moment(row)) <= passwordSyncPause)
	}
}
