// SPDX-License-Identifier: Apache-2.0

package entity

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"securescore/internal/posture"
)

// roleSettingFields are the rules of Privileged Identity Management for one
// role, or for one group whose members get it. A rule that is not in the
// policy, or a list of recipients that is null, is unknown.
func roleSettingFields() []Field {
	const rule = "policy.rules{id="
	return []Field{
		{Name: "role", Type: String, Doc: "Name of the role that the rules protect."},
		{Name: "group", Type: Bool, Doc: "Whether the rules are those of a group whose members get the role."},
		{Name: "activation.approval", Type: Bool, From: rule + "Approval_EndUser_Assignment}.setting.isApprovalRequired", Doc: "Whether somebody must approve an activation."},
		{Name: "activation.requires", Type: Strings, From: rule + "Enablement_EndUser_Assignment}.enabledRules", Doc: "What an activation asks for: MultiFactorAuthentication, Justification, Ticketing."},
		{Name: "activation.context", Type: Bool, From: rule + "AuthenticationContext_EndUser_Assignment}.isEnabled", Doc: "Whether an activation must satisfy Conditional Access for an authentication context."},
		{Name: "activation.claim", Type: String, From: rule + "AuthenticationContext_EndUser_Assignment}.claimValue", Null: "", Doc: "The authentication context, such as c1; empty when there is none."},
		{Name: "activation.contextAsks", Type: Bool, Doc: "Whether Conditional Access asks for multifactor authentication in that context; false without a context."},
		{Name: "activation.longest", Type: Seconds, From: rule + "Expiration_EndUser_Assignment}.maximumDuration", Doc: "Seconds that an activation may last."},
		{Name: "activation.recipients", Type: Int, From: rule + "Notification_Admin_EndUser_Assignment}.notificationRecipients[]", Doc: "Named recipients of a message when the role is activated."},
		{Name: "active.ends", Type: Bool, From: rule + "Expiration_Admin_Assignment}.isExpirationRequired", Doc: "Whether an active assignment must have an end."},
		{Name: "active.recipients", Type: Int, From: rule + "Notification_Admin_Admin_Assignment}.notificationRecipients[]", Doc: "Named recipients of a message when the role is assigned as active."},
		{Name: "eligible.ends", Type: Bool, From: rule + "Expiration_Admin_Eligibility}.isExpirationRequired", Doc: "Whether an eligible assignment must have an end."},
		{Name: "eligible.recipients", Type: Int, From: rule + "Notification_Admin_Admin_Eligibility}.notificationRecipients[]", Doc: "Named recipients of a message when the role is assigned as eligible."},
	}
}

// deriveRoleSettings makes one row for each highly privileged role, also for
// one whose policy is not in the evidence: then its rules are unknown. Groups
// that give such a role get a row of their own.
func deriveRoleSettings(m *Model) {
	t, set := m.Table("roleSetting"), m.Set(rolePolicySet)
	t.Missing = set.Missing
	if !set.Collected() {
		return
	}
	roles, d := privilegedRoles(), newDecoder(t)
	for _, o := range set.Objects {
		group := strings.EqualFold(textOf(o.Raw, "scopeType"), "Group")
		id := strings.ToLower(textOf(o.Raw, "roleDefinitionId"))
		if group {
			// Graph does not say which role a group gives; a source that knows adds it.
			id = strings.ToLower(textOf(o.Raw, "givesRoleId"))
		}
		role, ok := roles[id]
		if !ok {
			continue
		}
		key, name := id, role
		if _, twice := t.Row(id); twice && !group {
			key = o.Key // both count
		}
		if group {
			key, name = o.Key, role+" through "+cmp.Or(textOf(o.Raw, "displayName"), o.Key)
		}
		d.read(posture.Object{Key: key, Raw: o.Raw})
		nameRoleSetting(t, key, role, name, group)
	}
	for _, id := range slices.Sorted(maps.Keys(roles)) {
		if _, ok := t.Row(id); ok {
			continue
		}
		row := t.Add(id, roles[id])
		for i := range t.Spec.Fields {
			t.Column(i).clear(row, absent(rolePolicySet, "the policy of "+roles[id]))
		}
		nameRoleSetting(t, id, roles[id], roles[id], false)
	}
}

func nameRoleSetting(t *Table, key, role, name string, group bool) {
	row, _ := t.Row(key)
	t.Names[row] = name
	t.SetString(row, "role", role)
	t.SetBool(row, "group", group)
}
