// SPDX-License-Identifier: Apache-2.0

package entity

import (
	"fmt"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"securescore/internal/posture"
)

const (
	privilegedUserSet = "scubagear/privilegedUsers"
	userSet           = "graph/users"
)

// privilegedUserKind declares people who hold or can activate one of the eight
// highly privileged roles, directly or through a group.
func privilegedUserKind() KindSpec {
	return KindSpec{
		Kind: "privilegedUser", Singular: "holder of a highly privileged role", Plural: "holders of highly privileged roles",
		DataSet: privilegedUserSet, Names: []string{"displayName"},
		Fields: []Field{
			{Name: "roles", Type: Strings, From: "roles", Doc: "Names of the highly privileged roles that the person holds or can activate."},
			{Name: "immutableId", Type: String, From: "onPremisesImmutableId", Null: "", Doc: "What ties the account to one in Active Directory; empty without such a tie."},
			{Name: "globalAdministrator", Type: Bool, Doc: "Whether Global Administrator is among the roles."},
			{Name: "cloudOnly", Type: Bool, Doc: "Whether the account has no tie to Active Directory."},
			{Name: "productivity", Type: Bool, Doc: "Whether the account has a licence for mail, files, chat or Office in use."},
		},
	}
}

func derivePrivilegedUsers(m *Model) {
	t, users := m.Table("privilegedUser"), m.Set(userSet)
	raws := make(map[string]jsontext.Value, len(users.Objects))
	for _, o := range users.Objects {
		raws[o.Key] = o.Raw
	}
	for row, key := range t.Keys {
		if roles, ok := t.list(row, "roles"); ok {
			t.SetBool(row, "globalAdministrator", slices.Contains(roles, globalAdministrator))
		} else {
			t.SetUnknown(row, "globalAdministrator", t.Col("roles").Why(row))
		}
		t.SetTri(row, "cloudOnly", t.is(row, "immutableId", ""), t.Col("immutableId").Why(row))
		why := users.Missing
		if users.Collected() {
			why = absent(userSet, "assignedPlans of "+key)
		}
		t.SetTri(row, "productivity", productivity(raws[key]), why)
	}
}

// productivity says whether a user has a plan in use that attracts mail or
// files. The small Exchange plans that come with Entra licences give no
// mailbox.
func productivity(user jsontext.Value) Tri {
	foundations := []string{"113feb6c-3fe4-4440-bddc-54d774bf0318", "922ba911-5694-4e99-a794-73aed9bfeec8"}
	services := []string{"exchange", "sharepoint", "teamspaceapi", "microsoftoffice"}
	raw, ok := memberAt(user, "assignedPlans")
	if !ok || raw.Kind() == jsontext.KindNull { // who has no plan has an empty list
		return Unknown
	}
	plans, err := objectsIn(raw)
	if err != nil {
		return Unknown
	}
	v := False
	for _, plan := range plans {
		status, service := textOf(plan, "capabilityStatus"), textOf(plan, "service")
		switch {
		case status == "" || service == "":
			v = v.Or(Unknown)
		case !strings.EqualFold(status, "Enabled") && !strings.EqualFold(status, "Warning"):
		case slices.Contains(services, strings.ToLower(service)) && !slices.Contains(foundations, textOf(plan, "servicePlanId")):
			v = True
		}
	}
	return v
}

// derivePrivilegedAccess counts administrators. Every organisation has one, so
// an empty list is evidence that was not understood.
func derivePrivilegedAccess(m *Model) {
	t, people := m.Table("privilegedAccess"), m.Table("privilegedUser")
	t.Missing = people.Missing
	if !people.Collected() {
		return
	}
	row := t.Add("privilegedAccess", "Privileged access")
	global, other := int64(0), int64(0)
	why := posture.Reason{Code: posture.Shape, Detail: privilegedUserSet + " names no Global Administrator"}
	for person := range people.Len() {
		roles, ok := people.list(person, "roles")
		switch {
		case !ok:
			why.Detail = fmt.Sprintf("%s: the roles of %s cannot be read", privilegedUserSet, people.Keys[person])
			t.SetUnknown(row, "globalAdministrators", why)
			t.SetUnknown(row, "otherAdministrators", why)
			return
		case slices.Contains(roles, globalAdministrator):
			global++
		case len(roles) > 0:
			other++
		}
	}
	if global == 0 {
		t.SetUnknown(row, "globalAdministrators", why)
		t.SetUnknown(row, "otherAdministrators", why)
		return
	}
	t.SetInt(row, "globalAdministrators", global)
	t.SetInt(row, "otherAdministrators", other)
}
