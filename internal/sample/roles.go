// SPDX-License-Identifier: Apache-2.0

package sample

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// Template ids of directory roles.
const (
	globalAdmin     = "62e90394-69f5-4237-9190-012177145e10"
	roleAdmin       = "e8611ab8-c189-46e8-94e1-60213ab1f814"
	userAdmin       = "fe930be7-5e62-47db-91af-98c3a49a38b1"
	sharePointAdmin = "f28a1f50-f6e7-4571-818b-6a12f2af6b6c"
	exchangeAdmin   = "29232cdf-9323-42fd-ade2-1d097af3e4de"
	hybridAdmin     = "8ac3fc64-6eca-42ea-9e69-59f4c7b60eb2"
	appAdmin        = "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3"
	cloudAppAdmin   = "158c047a-c907-4556-b7ef-446551a6b5f7"
	securityAdmin   = "194ae4cb-b126-40b2-bd5b-6091b380977d"
	helpdeskAdmin   = "729827e3-9c14-49f7-bb1b-9608f156bbb8"
)

// topRoles are the roles that can take over the organisation or most of its
// data.
func topRoles() map[string]string {
	return map[string]string{
		globalAdmin: "Global Administrator", roleAdmin: "Privileged Role Administrator", userAdmin: "User Administrator",
		sharePointAdmin: "SharePoint Administrator", exchangeAdmin: "Exchange Administrator", hybridAdmin: "Hybrid Identity Administrator",
		appAdmin: "Application Administrator", cloudAppAdmin: "Cloud Application Administrator",
	}
}

// holding is one role of one person.
type holding struct {
	role     string
	eligible bool      // only to be activated
	outside  bool      // given without Privileged Identity Management
	until    time.Time // zero for ever
}

// appoint gives the first people roles, too many of the largest and all of
// them for ever, and makes two emergency accounts and two service accounts.
func (o *org) appoint() {
	held := []string{
		globalAdmin, globalAdmin, globalAdmin, globalAdmin, globalAdmin, globalAdmin, exchangeAdmin, sharePointAdmin, userAdmin, userAdmin,
		roleAdmin, appAdmin, cloudAppAdmin, hybridAdmin, securityAdmin, helpdeskAdmin, helpdeskAdmin,
	}
	beside := map[int]string{1: exchangeAdmin, 5: sharePointAdmin}
	for i, role := range held {
		p := o.people[i]
		p.enabled, p.department, p.synced = true, "Operations", i%2 == 0
		p.holds = []holding{{role: role, outside: i%2 == 0}}
		if second := beside[i]; second != "" {
			p.holds = append(p.holds, holding{role: second})
		}
		p.methods = nil
		if i%3 != 2 {
			p.methods, p.registered = []string{"microsoftAuthenticatorPush"}, o.today.AddDate(0, 0, -300)
		}
	}
	for i := range 2 {
		p := o.people[emergency(i)]
		p.name, p.principal = fmt.Sprintf("Emergency access %d", i+1), fmt.Sprintf("emergency%d@contoso.onmicrosoft.com", i+1)
		p.enabled, p.synced, p.licensed, p.silent, p.department = true, false, false, true, ""
		p.methods, p.registered, p.perUser = []string{"fido2SecurityKey"}, o.today.AddDate(0, 0, -200), "disabled"
		p.holds = []holding{{role: globalAdmin}}
	}
	for i, name := range []string{"scanner", "backup"} {
		p := o.people[serviceAccount(i)]
		p.name, p.principal, p.department = "Service: "+name, "svc-"+name+"@"+Domain, ""
		p.enabled, p.service, p.licensed, p.methods, p.legacy = true, true, false, nil, 6-3*i
	}
}

// emergency and serviceAccount are the numbers of these people.
func emergency(i int) int      { return 20 + i }
func serviceAccount(i int) int { return 30 + i }

// separate moves the roles of some people to accounts of their own that live
// in the cloud only and have no mailbox.
func (o *org) separate(from, to int) error {
	n := 0
	for _, p := range o.people[from:to] {
		if len(p.holds) == 0 {
			continue
		}
		a := o.person("contoso.onmicrosoft.com")
		before, _, _ := strings.Cut(p.principal, "@")
		a.name, a.principal = "Admin "+p.name, "adm."+before+"@contoso.onmicrosoft.com"
		a.enabled, a.synced, a.department = true, false, "Operations"
		a.methods, a.registered = []string{"fido2SecurityKey"}, o.today
		a.holds, p.holds = p.holds, nil
		o.people = append(o.people, a)
		n++
	}
	if n == 0 {
		return errors.New("none of them holds a role")
	}
	o.peopleChanged()
	return nil
}

// hold changes all holdings that the test takes; where the change returns
// false the holding ends.
func (o *org) hold(takes func(*person, holding) bool, change func(*holding) bool) error {
	n := 0
	for _, p := range o.people {
		var kept []holding
		for _, h := range p.holds {
			taken := takes(p, h)
			if taken {
				n++
			}
			if !taken || change(&h) {
				kept = append(kept, h)
			}
		}
		p.holds = kept
	}
	if n == 0 {
		return errors.New("nobody holds such a role")
	}
	o.changed(assignmentSet, eligibilitySet, privilegedSet)
	return nil
}

// roleRules are the rules of Privileged Identity Management for one role.
type roleRules struct {
	approval                 bool
	mfa, reason              bool
	longest                  string
	activated, assigned      []string // who is told
	activeEnds, eligibleEnds bool     // active and eligible assignments must end
}

func firstRoleRules() map[string]*roleRules {
	rules := make(map[string]*roleRules)
	for role := range topRoles() {
		rules[role] = &roleRules{longest: "PT10H", reason: true}
	}
	return rules
}

// rule changes the rules of some roles, or of all.
func (o *org) rule(change func(*roleRules), roles ...string) {
	if len(roles) == 0 {
		roles = slices.Sorted(maps.Keys(o.roles))
	}
	for _, role := range roles {
		change(o.roles[role])
	}
	o.changed(rolePolicySet)
}
