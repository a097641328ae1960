// SPDX-License-Identifier: Apache-2.0

package sample

// holdings writes the held roles as Graph does: active or eligible ones.
func (o *org) holdings(eligible bool) []object {
	list := []object{}
	for _, p := range o.people {
		for _, h := range p.holds {
			if h.eligible != eligible {
				continue
			}
			a := object{
				"id": h.role[:8] + "-" + p.id, "principalId": p.id, "roleDefinitionId": h.role, "directoryScopeId": "/", "memberType": "Direct",
				"startDateTime": moment(p.created), "endDateTime": nil,
				"principal": object{"@odata.type": "#microsoft.graph.user", "id": p.id, "displayName": p.name, "userPrincipalName": p.principal},
			}
			if !eligible {
				a["assignmentType"] = "Assigned"
			}
			if h.outside {
				a["startDateTime"] = nil
			}
			if !h.until.IsZero() {
				a["endDateTime"] = moment(h.until)
			}
			list = append(list, a)
		}
	}
	return list
}

// rolePolicies writes the rules for each of the largest roles.
func (o *org) rolePolicies() []object {
	list := make([]object, 0, len(o.roles))
	for role, name := range topRoles() {
		r := o.roles[role]
		requires := []string{}
		if r.mfa {
			requires = append(requires, "MultiFactorAuthentication")
		}
		if r.reason {
			requires = append(requires, "Justification")
		}
		list = append(list, object{
			"id": "DirectoryRole_" + Organisation + "_" + role, "scopeId": "/", "scopeType": "DirectoryRole", "roleDefinitionId": role,
			"policy": object{"displayName": name, "rules": []object{
				{"id": "Approval_EndUser_Assignment", "setting": object{"isApprovalRequired": r.approval}},
				{"id": "Enablement_EndUser_Assignment", "enabledRules": requires},
				{"id": "AuthenticationContext_EndUser_Assignment", "isEnabled": false, "claimValue": ""},
				{"id": "Expiration_EndUser_Assignment", "isExpirationRequired": true, "maximumDuration": r.longest},
				{"id": "Expiration_Admin_Assignment", "isExpirationRequired": r.activeEnds, "maximumDuration": "P180D"},
				{"id": "Expiration_Admin_Eligibility", "isExpirationRequired": r.eligibleEnds, "maximumDuration": "P365D"},
				{"id": "Notification_Admin_EndUser_Assignment", "notificationRecipients": texts(r.activated)},
				{"id": "Notification_Admin_Admin_Assignment", "notificationRecipients": texts(r.assigned)},
				{"id": "Notification_Admin_Admin_Eligibility", "notificationRecipients": texts(r.assigned)},
			}},
		})
	}
	return list
}
