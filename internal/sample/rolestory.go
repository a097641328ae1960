// SPDX-License-Identifier: Apache-2.0

package sample

import "slices"

// roleStory is about administrators and Privileged Identity Management.
func roleStory() []event {
	team := []string{"security@contoso.example"}
	return []event{
		{48, "Contoso buys the security part of the largest licence.", put("graph/subscribedSkus", securitySuite())},
		{51, "Activating a role needs multifactor authentication and lasts eight hours at most.", plainly(func(o *org) {
			o.rule(func(r *roleRules) { r.mfa, r.longest = true, "PT8H" })
		})},
		{78, "Four people give Global Administrator back.", on(func(o *org) error {
			return o.hold(func(p *person, h holding) bool {
				return h.role == globalAdmin && slices.Index(o.people, p) >= 2 && slices.Index(o.people, p) < 6
			}, end)
		})},
		{105, "The first administrators get accounts that serve this purpose only.", on(func(o *org) error { return o.separate(0, 9) })},
		{120, "Security is told of each new administrator and of each activation of the largest roles.", plainly(func(o *org) {
			o.rule(func(r *roleRules) { r.activated, r.assigned = team, team }, globalAdmin, roleAdmin)
		})},
		{126, "Roles are only activated when they are needed.", on(func(o *org) error {
			return o.hold(func(p *person, h holding) bool { return !p.synced && !p.licensed && !isEmergency(o, p) }, func(h *holding) bool {
				h.eligible, h.outside, h.until = true, false, o.day(126+365)
				return true
			})
		})},
		{132, "Activating Global Administrator needs a second person.", plainly(func(o *org) {
			o.rule(func(r *roleRules) { r.approval = true }, globalAdmin)
		})},
		{141, "The other administrators get accounts of their own, too.", on(func(o *org) error { return o.separate(9, 17) })},
		{147, "All other roles are only activated when they are needed, too.", on(func(o *org) error {
			return o.hold(func(p *person, h holding) bool { return !h.eligible && !isEmergency(o, p) }, func(h *holding) bool {
				h.eligible, h.outside, h.until = true, false, o.day(147+365)
				return true
			})
		})},
		{183, "Assignments of roles must end.", plainly(func(o *org) {
			o.rule(func(r *roleRules) { r.activeEnds, r.eligibleEnds = true, true })
		})},
		{264, "Security is told of all other roles, too.", plainly(func(o *org) {
			o.rule(func(r *roleRules) { r.activated, r.assigned = team, team })
		})},
		{327, "For a migration an ordinary account becomes Global Administrator for good.", on(func(o *org) error {
			o.people[70].holds = []holding{{role: globalAdmin, outside: true}}
			o.people[70].enabled, o.people[70].synced = true, true
			o.changed(assignmentSet, eligibilitySet, privilegedSet, userSet, registrationSet)
			return nil
		})},
	}
}

func end(*holding) bool { return false }

func isEmergency(o *org, p *person) bool {
	return p == o.people[emergency(0)] || p == o.people[emergency(1)]
}

func securitySuite() object {
	var plans []any
	for _, name := range []string{"AAD_PREMIUM_P2", "ADALLOM_S_STANDALONE", "ATA", "THREAT_INTELLIGENCE", "WINDEFATP", "SAFEDOCS", "MTP"} {
		plans = append(plans, object{"servicePlanName": name, "provisioningStatus": "Success", "appliesTo": "User"})
	}
	return object{
		"id": Organisation + "_44ac31e7-2999-4304-ad94-c948886741d4", "skuId": "44ac31e7-2999-4304-ad94-c948886741d4", "skuPartNumber": "IDENTITY_THREAT_PROTECTION",
		"capabilityStatus": "Enabled", "appliesTo": "User", "consumedUnits": 1042, "servicePlans": plans,
		"prepaidUnits": object{"enabled": 1150, "suspended": 0, "warning": 0, "lockedOut": 0},
	}
}
