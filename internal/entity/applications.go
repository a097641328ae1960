// SPDX-License-Identifier: Apache-2.0

package entity

import (
	"fmt"
	"slices"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"securescore/internal/posture"
)

const (
	riskyAppSet       = "scubagear/riskyApplications"
	thirdPartySet     = "scubagear/riskyThirdPartyServicePrincipals"
	classificationSet = "scubagear/riskyPermissionClassifications"
	exchangeAppSet    = "scubagear/legacyExchangeServicePrincipal"
)

func applicationKinds() []KindSpec {
	return []KindSpec{
		{
			Kind: "riskyApplication", Singular: "application with powerful permissions", Plural: "applications with powerful permissions",
			DataSet: riskyAppSet, Names: []string{"displayName"},
			Fields: []Field{
				{Name: "appId", Type: String, From: "appId", Doc: "Id of the application."},
				{Name: "multiTenant", Type: Bool, From: "isMultiTenantEnabled", Doc: "Whether other organisations can use it."},
				{Name: "permissions", Type: Strings, Doc: "Powerful permissions that an administrator has consented to."},
				{Name: "secrets.valid", Type: Int, Doc: "Client secrets that have not expired."},
				{Name: "secrets.longestDays", Type: Int, Doc: "Days from start to end of the longest-lived valid secret, rounded up; 0 without one."},
				{Name: "certificates.longestDays", Type: Int, Doc: "The same of certificates."},
			},
		},
		{
			Kind: "thirdPartyApplication", Singular: "application of another organisation", Plural: "applications of other organisations",
			DataSet: thirdPartySet, Names: []string{"displayName"},
			Fields: []Field{
				{Name: "appId", Type: String, From: "appId", Doc: "Id of the application."},
				{Name: "ownerId", Type: String, From: "appOwnerOrganizationId", Doc: "Id of the organisation that owns it."},
				{Name: "permissions", Type: Strings, Doc: "Powerful permissions that an administrator has consented to."},
				{Name: "powerful", Type: Bool, Doc: "Whether it has any of them."},
			},
		},
		{
			Kind: "permissionClassification", Singular: "classification of permissions", Plural: "classifications of permissions", Singleton: true, Configuration: true,
			Fields: []Field{
				{Name: "powerfulAsLow", Type: Strings, Doc: "Powerful delegated permissions that are classified as low impact, so that users may grant them."},
				{Name: "sound", Type: Bool, Doc: "Whether there is none."},
			},
		},
		{
			Kind: "exchangeServicePrincipal", Singular: "shared service principal of Exchange", Plural: "shared service principals of Exchange",
			DataSet: exchangeAppSet, Names: []string{"displayName"},
			Fields: []Field{
				{Name: "certificates", Type: Bool, From: "hasKeyCredentials", Doc: "Whether the organisation's Exchange servers have put certificates on it."},
				{Name: "secrets", Type: Int, From: "passwordCredentials[]", Null: int64(0), Doc: "Client secrets that were put on it."},
			},
		},
	}
}

func deriveRiskyApplications(m *Model) {
	t := m.Table("riskyApplication")
	for row := range t.Len() {
		raw := m.rawOf(riskyAppSet, t.Keys[row])
		derivePermissions(t, row, raw, riskyAppSet)
		valid, longest, err := credentials(raw, "passwordCredentials", m.now())
		if err != nil {
			why := posture.Reason{Code: posture.Shape, Detail: fmt.Sprintf("passwordCredentials of %s: %v", riskyAppSet, err)}
			t.SetUnknown(row, "secrets.valid", why)
			t.SetUnknown(row, "secrets.longestDays", why)
		} else {
			t.SetInt(row, "secrets.valid", valid)
			t.SetInt(row, "secrets.longestDays", longest)
		}
		if _, longest, err = credentials(raw, "keyCredentials", m.now()); err != nil {
			t.SetUnknown(row, "certificates.longestDays", posture.Reason{Code: posture.Shape, Detail: fmt.Sprintf("keyCredentials of %s: %v", riskyAppSet, err)})
			continue
		}
		t.SetInt(row, "certificates.longestDays", longest)
	}
}

// credentials counts those that have not expired at the given time and says
// how many days the longest-lived of them is valid from start to end. One
// without an end never expires.
func credentials(app jsontext.Value, member string, at time.Time) (valid, longestDays int64, err error) {
	raw, ok := memberAt(app, member)
	if !ok {
		return 0, 0, errShape
	}
	list, err := objectsIn(raw)
	if err != nil {
		return 0, 0, err
	}
	for _, c := range list {
		start, err := moment(c, "startDateTime", time.Unix(0, 0))
		if err != nil {
			return 0, 0, err
		}
		end, err := moment(c, "endDateTime", Never)
		if err != nil {
			return 0, 0, err
		}
		if !end.After(at) {
			continue
		}
		valid++
		const day = 24 * time.Hour
		life := int64(end.Sub(start) / day)
		if start.Add(time.Duration(life) * day).Before(end) {
			life++
		}
		longestDays = max(longestDays, life)
	}
	return valid, longestDays, nil
}

func moment(raw jsontext.Value, member string, null time.Time) (time.Time, error) {
	value, ok := memberAt(raw, member)
	if ok && value.Kind() == jsontext.KindNull {
		return null, nil
	}
	text, isText := stringOf(value)
	if !ok || !isText {
		return time.Time{}, errShape
	}
	return ParseTime(text)
}

func deriveThirdParty(m *Model) {
	t := m.Table("thirdPartyApplication")
	for row := range t.Len() {
		derivePermissions(t, row, m.rawOf(thirdPartySet, t.Keys[row]), thirdPartySet)
		if granted, ok := t.list(row, "permissions"); ok {
			t.SetBool(row, "powerful", len(granted) > 0)
			continue
		}
		t.SetUnknown(row, "powerful", t.Col("permissions").Why(row))
	}
}

// derivePermissions lists the powerful permissions that are in force. One
// whose marks cannot be read leaves the list unknown.
func derivePermissions(t *Table, row int, app jsontext.Value, set string) {
	raw, ok := memberAt(app, "permissions")
	if !ok || raw.Kind() == jsontext.KindNull {
		t.SetUnknown(row, "permissions", absent(set, "permissions"))
		return
	}
	list, err := objectsIn(raw)
	granted := []string{}
	for _, p := range list {
		inForce := truth(p, "isRisky").And(truth(p, "isAdminConsented"))
		name := textOf(p, "roleDisplayName")
		if inForce == Unknown || (inForce == True && name == "") {
			err = errShape
		}
		if inForce == True {
			granted = append(granted, name)
		}
	}
	if err != nil {
		t.SetUnknown(row, "permissions", posture.Reason{Code: posture.Shape, Detail: fmt.Sprintf("permissions of %s: %v", set, err)})
		return
	}
	slices.Sort(granted)
	t.SetStrings(row, "permissions", slices.Compact(granted))
}

// deriveClassifications gathers what all resources classify too low.
func deriveClassifications(m *Model) {
	t, set := m.Table("permissionClassification"), m.Set(classificationSet)
	t.Missing = set.Missing
	if !set.Collected() {
		return
	}
	row := t.Add("permissionClassification", "Permission classifications")
	if len(set.Objects) == 0 {
		// The source lists findings only, and lists none either when a resource
		// could not be read: an empty list proves nothing.
		why := posture.Reason{Code: posture.Undecided, Detail: classificationSet + " names no resource; it is empty also when resources could not be read"}
		t.SetUnknown(row, "powerfulAsLow", why)
		t.SetUnknown(row, "sound", why)
		return
	}
	found := []string{}
	for _, o := range set.Objects {
		names, err := stringsAt(o.Raw, "riskyPermClassifications")
		if err != nil {
			why := posture.Reason{Code: posture.Shape, Detail: fmt.Sprintf("%s: %s: %v", classificationSet, o.Key, err)}
			t.SetUnknown(row, "powerfulAsLow", why)
			t.SetUnknown(row, "sound", why)
			return
		}
		found = append(found, names...)
	}
	slices.Sort(found)
	found = slices.Compact(found)
	t.SetStrings(row, "powerfulAsLow", found)
	t.SetBool(row, "sound", len(found) == 0)
}
