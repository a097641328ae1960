// SPDX-License-Identifier: Apache-2.0

package entity

import (
	"slices"
	"strings"
	"unicode"

	"securescore/internal/posture"
)

// readyMadePolicies are the meeting policies that every organisation has beside
// its own. Nobody can change, delete or replace them, and their names are taken,
// so a policy of such a name is Microsoft's.
var readyMadePolicies = []string{
	"Tag:AllOn", "Tag:AllOff", "Tag:Default", "Tag:Kiosk", "Tag:RestrictedAnonymousAccess", "Tag:RestrictedAnonymousNoRecording",
}

func deriveTeamsPolicies(m *Model) {
	for _, kind := range []posture.Kind{teamsMeetingKind, teamsBroadcastKind, teamsAppPolicyKind} {
		t := m.Table(kind)
		found := false
		for row := range t.Len() {
			id := t.Col("identity")
			if !id.Known.Has(row) {
				t.SetUnknown(row, "global", id.Why(row))
				t.SetUnknown(row, "readyMade", id.Why(row))
				continue
			}
			global := strings.EqualFold(id.Text(row), "Global")
			found = found || global
			t.SetBool(row, "global", global)
			t.SetBool(row, "readyMade", !global && readyMade(t, row))
		}
		if t.Collected() && !found {
			// Every organisation has one that applies by default. Without it the
			// rest says nothing of most people.
			t.Missing = posture.Reason{Code: posture.Shape, Detail: t.Spec.DataSet + " does not hold the policy that applies by default (Global)"}
		}
	}
}

// readyMade asks the policy itself and only then its name: some answers do not
// tell who made it.
func readyMade(t *Table, row int) bool {
	if c := t.Col("authority"); c.Known.Has(row) {
		return strings.EqualFold(c.Text(row), "Host")
	}
	if c := t.Col("owner"); c.Known.Has(row) {
		return strings.HasPrefix(c.Text(row), "Class=Host;")
	}
	return slices.Contains(readyMadePolicies, t.Col("identity").Text(row))
}

func deriveTeamsTenant(m *Model) {
	t := m.Table(teamsTenantKind)
	for row := range t.Len() {
		t.SetTri(row, "government", government(t, row), posture.Reason{
			Code: posture.Undecided, Detail: teamsTenantSet + " names no plan of Teams, so that the cloud is not known",
		})
	}
}

// government reads the cloud off the names of plans (Teams_GCC, TEAMS_GCCHIGH,
// TEAMS_AR_DOD) and of the service (…/GOV-1B-G6). Plans for Teams or calling
// that name no such cloud are commercial ones. Older PowerShell writes the type
// of a plan in place of its name, which tells nothing.
func government(t *Table, row int) Tri {
	if c := t.Col("instance"); c.Known.Has(row) && strings.Contains(strings.ToUpper(c.Text(row)), "/GOV") {
		return True
	}
	c := t.Col("plans")
	if !c.Known.Has(row) {
		return Unknown
	}
	cloud := Unknown
	for _, code := range c.List(row) {
		plan := strings.ToUpper(c.Dict.Value(code))
		switch {
		case slices.ContainsFunc(strings.FieldsFunc(plan, between), governmentWord):
			return True
		case strings.HasPrefix(plan, "TEAMS"):
			cloud = False
		}
	}
	return cloud
}

// governmentWord looks at one part of a plan's name, so that "governance" is not
// taken for a government.
func governmentWord(part string) bool {
	return slices.Contains([]string{"GCC", "GCCHIGH", "DOD", "GOV", "USGOV"}, part)
}

// between tells what separates the parts of a plan's name.
func between(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }

// appGroup is one of the three kinds of apps.
type appGroup struct {
	field, setting, what string
}

func appGroups() []appGroup {
	return []appGroup{
		{"microsoft", "DefaultApp", "apps of Microsoft"},
		{"thirdParty", "GlobalApp", "apps of third parties"},
		{"custom", "PrivateApp", "apps of the organisation"},
	}
}

// deriveTeamsApps decides who may install apps. The organisation-wide settings
// replace the permission policies where an organisation has them; where they
// were not read the policies may or may not be in force. Then a policy that is
// open is taken as open, which is also what the settings are by default, but one
// that is closed proves nothing.
func deriveTeamsApps(m *Model) {
	t, policies, settings := m.Table(teamsAppsKind), m.Table(teamsAppPolicyKind), m.Table(teamsAppSettingKind)
	if !policies.Collected() && !settings.Collected() {
		t.Missing = policies.Missing
		return
	}
	t.Missing = posture.Reason{}
	row := t.Add("Global", "Teams app access")
	for _, group := range appGroups() {
		setting, why := appSetting(settings, group.setting)
		open, closed := openPolicies(policies, group.field)
		if setting != "" {
			t.SetString(row, group.field+".setting", setting)
		} else {
			t.SetUnknown(row, group.field+".setting", why)
		}
		if policies.Collected() {
			t.SetStrings(row, group.field+".openPolicies", open)
		} else {
			t.SetUnknown(row, group.field+".openPolicies", policies.Missing)
		}
		restricted := Unknown
		switch {
		case setting != "" && setting != notOffered:
			restricted = TriOf(strings.EqualFold(setting, "None"))
		case len(open) > 0:
			restricted = False
		case setting == notOffered:
			restricted, why = closed, policies.Missing
		}
		t.SetTri(row, group.field+".restricted", restricted, why)
	}
}

// notOffered is the setting of organisations that do not have it.
const notOffered = "not offered"

// appSetting returns the value of an organisation-wide setting, or an empty one
// and why it is not known.
func appSetting(t *Table, name string) (string, posture.Reason) {
	if !t.Collected() {
		return "", t.Missing
	}
	for row := range t.Len() {
		if t.Bool(row, "unread") == True {
			return "", posture.Reason{Code: posture.Permission, Detail: teamsAppSet + " is told to people who sign in only, not to a certificate"}
		}
		id, value := t.Col("name"), t.Col("value")
		if !id.Known.Has(row) {
			return "", id.Why(row)
		}
		if !strings.EqualFold(id.Text(row), name) {
			continue
		}
		if !value.Known.Has(row) || value.Text(row) == "" {
			return "", posture.Reason{Code: posture.Shape, Detail: name + " of " + teamsAppSet + " has no value"}
		}
		return value.Text(row), posture.Reason{}
	}
	if t.Len() == 0 {
		return notOffered, posture.Reason{}
	}
	return "", posture.Reason{Code: posture.NotCollected, Detail: name + " of " + teamsAppSet + " was not in the evidence"}
}

// openPolicies names the policies that allow what they do not list, and tells
// whether all policies are closed.
func openPolicies(t *Table, field string) (open []string, closed Tri) {
	open, closed = []string{}, True
	if !t.Collected() {
		return open, Unknown
	}
	c := t.Col(field)
	for row := range t.Len() {
		switch {
		case t.Bool(row, "readyMade") == True:
			continue
		case !c.Known.Has(row):
			closed = closed.And(Unknown)
			continue
		}
		if c.Text(row) != "AllowedAppList" {
			open, closed = append(open, t.Names[row]), False
		}
	}
	return open, closed
}
