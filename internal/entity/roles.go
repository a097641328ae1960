// SPDX-License-Identifier: Apache-2.0

package entity

import (
	"cmp"
	"strings"
	"time"
)

const (
	assignmentSet = "graph/roleManagement/directory/roleAssignmentScheduleInstances"
	rolePolicySet = "graph/policies/roleManagementPolicyAssignments"

	globalAdministrator = "Global Administrator"
)

// privilegedRoles are the roles that can take over the organisation or most of
// its data, by template id: what assignments and policies name.
func privilegedRoles() map[string]string {
	return map[string]string{
		"62e90394-69f5-4237-9190-012177145e10": globalAdministrator,
		"e8611ab8-c189-46e8-94e1-60213ab1f814": "Privileged Role Administrator",
		"fe930be7-5e62-47db-91af-98c3a49a38b1": "User Administrator",
		"f28a1f50-f6e7-4571-818b-6a12f2af6b6c": "SharePoint Administrator",
		"29232cdf-9323-42fd-ade2-1d097af3e4de": "Exchange Administrator",
		"8ac3fc64-6eca-42ea-9e69-59f4c7b60eb2": "Hybrid Identity Administrator",
		"9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3": "Application Administrator",
		"158c047a-c907-4556-b7ef-446551a6b5f7": "Cloud Application Administrator",
	}
}

// addedOutside is the start that stands for null: an assignment that was made
// without Privileged Identity Management.
var addedOutside = time.Unix(0, 0).UTC()

func roleKinds() []KindSpec {
	return []KindSpec{
		{
			Kind: "roleAssignment", Singular: "role assignment", Plural: "role assignments", DataSet: assignmentSet,
			Fields: []Field{
				{Name: "roleId", Type: String, From: "roleDefinitionId", Doc: "Template id of the role."},
				{Name: "principalId", Type: String, From: "principalId", Doc: "Id of the user, group or service principal that holds it."},
				{Name: "type", Type: String, From: "assignmentType", Enum: []string{"Assigned", "Activated"}, Doc: "Held all the time, or activated for a while."},
				{Name: "start", Type: Time, From: "startDateTime", Null: addedOutside, Doc: "When it began; 1970 stands for null, made outside Privileged Identity Management."},
				{Name: "end", Type: Time, From: "endDateTime", Null: Never, Doc: "When it ends; the year 9999 stands for null, permanent."},
				{Name: "role", Type: String, Doc: "Name of the role when it is highly privileged, else its id."},
				{Name: "privileged", Type: Bool, Doc: "Whether the role is one of the eight highly privileged ones."},
				{Name: "permanent", Type: Bool, Doc: "Whether it has no end."},
				{Name: "throughPim", Type: Bool, Doc: "Whether it was made with Privileged Identity Management."},
				{Name: "emergency", Type: Bool, Doc: "Whether the holder is registered as an emergency account."},
			},
		},
		{
			Kind: "roleSetting", Singular: "role setting", Plural: "role settings", Configuration: true, Names: []string{"displayName"},
			Fields: roleSettingFields(),
		},
		{
			Kind: "privilegedServicePrincipal", Singular: "service principal with an administrative role", Plural: "service principals with an administrative role",
			DataSet: "scubagear/privilegedServicePrincipals", Names: []string{"displayName"},
			Fields: []Field{
				{Name: "appId", Type: String, From: "appId", Doc: "Id of its application."},
				{Name: "roles", Type: Strings, From: "roles", Doc: "Names of the highly privileged roles that it holds."},
			},
		},
		privilegedUserKind(),
		{
			Kind: "privilegedAccess", Singular: "summary of privileged access", Plural: "summaries of privileged access", Singleton: true,
			Fields: []Field{
				{Name: "globalAdministrators", Type: Int, Doc: "Users who hold or can activate Global Administrator."},
				{Name: "otherAdministrators", Type: Int, Doc: "Users who hold another highly privileged role and not that one."},
			},
		},
	}
}

func deriveRoleAssignments(m *Model) {
	t, roles := m.Table("roleAssignment"), privilegedRoles()
	for row := range t.Len() {
		role, ok := t.text(row, "roleId")
		if !ok {
			why := t.Col("roleId").Why(row)
			t.SetUnknown(row, "role", why)
			t.SetUnknown(row, "privileged", why)
		} else {
			name, privileged := roles[strings.ToLower(role)]
			if !privileged {
				name = role
			}
			t.SetString(row, "role", name)
			t.SetBool(row, "privileged", privileged)
			role = name
		}
		principal, ok := t.text(row, "principalId")
		if ok {
			t.SetBool(row, "emergency", m.intended()[principal])
		}
		t.Names[row] = cmp.Or(role, "Unknown role") + ": " + cmp.Or(textOf(m.rawOf(assignmentSet, t.Keys[row]), "principal", "displayName"), principal, t.Keys[row])
		t.setFromTime(row, "permanent", "end", func(end time.Time) bool { return !end.Before(Never) })
		t.setFromTime(row, "throughPim", "start", func(start time.Time) bool { return !start.Equal(addedOutside) })
	}
}

// setFromTime fills a Bool from a Time; it is unknown for the same reason.
func (t *Table) setFromTime(row int, field, from string, holds func(time.Time) bool) {
	c := t.Col(from)
	if !c.Known.Has(row) {
		t.SetUnknown(row, field, c.Why(row))
		return
	}
	t.SetBool(row, field, holds(c.Moment(row)))
}
