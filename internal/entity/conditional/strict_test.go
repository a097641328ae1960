// SPDX-License-Identifier: Apache-2.0

package conditional_test

import (
	"testing"

	"securescore/internal/entity/conditional"
)

func TestStrict(t *testing.T) {
	t.Parallel()
	guests := func(types string) string {
		return `"includeGuestsOrExternalUsers":{"guestOrExternalUserTypes":"` + types + `","externalTenants":{"membershipKind":"all"}}`
	}
	const allTypes = "internalGuest,b2bCollaborationGuest,b2bCollaborationMember,b2bDirectConnectUser,otherExternalUser,serviceProvider"
	yes, open, no := conditional.Bounds{Sure: true, May: true}, conditional.Bounds{May: true}, conditional.Bounds{}
	for _, e := range []struct {
		name     string
		audience conditional.Audience
		policy   string
		want     conditional.Bounds
	}{
		{"everybody", conditional.Everybody, policy("", "", mfa), yes},
		{"reports only", conditional.Everybody, policy("", "", `"state":"enabledForReportingButNotEnforced",`+mfa), no},
		{"a user left out", conditional.Everybody, policy(`"includeUsers":["All"],"excludeUsers":["u9"]`, "", mfa), no},
		{"an intended user left out", conditional.Everybody, policy(`"includeUsers":["All"],"excludeUsers":["emergency"]`, "", mfa), yes},
		{"a group left out", conditional.Everybody, policy(`"includeUsers":["All"],"excludeGroups":["g"]`, "", mfa), no},
		{"a role left out", conditional.Everybody, policy(`"includeUsers":["All"],"excludeRoles":["r1"]`, "", mfa), no},
		{"guests left out", conditional.Everybody, policy(`"includeUsers":["All"],"excludeGuestsOrExternalUsers":{"guestOrExternalUserTypes":"internalGuest"}`, "", mfa), no},
		{"an application left out", conditional.Everybody, policy("", `"applications":{"includeApplications":["All"],"excludeApplications":["`+custom+`"]}`, mfa), no},
		{"a device filter", conditional.Everybody, policy("", `"devices":{"deviceFilter":{"mode":"exclude","rule":"x"}}`, mfa), open},
		{"some roles for everybody", conditional.Everybody, policy(`"includeRoles":["r1","r2"]`, "", mfa), no},
		{"all roles", conditional.Administrators, policy(`"includeRoles":["R1","r2","r3"]`, "", mfa), yes},
		{"a role is missing", conditional.Administrators, policy(`"includeRoles":["r1"]`, "", mfa), no},
		{"everybody for roles", conditional.Administrators, policy("", "", mfa), yes},
		{"all kinds of guests", conditional.GuestUsers, policy(guests(allTypes), "", mfa), yes},
		{"a kind of guests is missing", conditional.GuestUsers, policy(guests("b2bCollaborationGuest"), "", mfa), no},
		{"guests by the old word", conditional.GuestUsers, policy(`"includeUsers":["GuestsOrExternalUsers"]`, "", mfa), open},
		{"broken", conditional.Everybody, `{"state":1}`, open},
	} {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			got := parse(e.policy).Strict(demand(t, "mfa"), e.audience, []string{"r1", "r2"}, func(id string) bool { return id == "emergency" })
			if got != e.want {
				t.Errorf("got %+v, want %+v", got, e.want)
			}
		})
	}
}

func TestStrictDoesNotAddUp(t *testing.T) {
	t.Parallel()
	s := parse(policy("", `"clientAppTypes":["browser","mobileAppsAndDesktopClients"]`, mfa), policy("", `"clientAppTypes":["exchangeActiveSync","other"]`, block))
	if got := s.Strict(demand(t, "mfa"), conditional.Everybody, nil, func(string) bool { return false }); got.May {
		t.Errorf("two policies: got %+v, want no", got)
	}
}

func TestStrictLetsAdministratorsManageAzure(t *testing.T) {
	t.Parallel()
	s := parse(policy(`"includeUsers":["All"],"excludeRoles":["r1"]`, `"applications":{"includeApplications":["`+azure+`"]}`, block))
	if got := s.Strict(demand(t, "azureManagementRestricted"), conditional.Everybody, nil, func(string) bool { return false }); !got.Sure {
		t.Errorf("roles left out: got %+v, want yes", got)
	}
}

func TestAgentRisk(t *testing.T) {
	t.Parallel()
	const agents = `"clientApplications":{"includeAgentIdServicePrincipals":["All"]}`
	for _, e := range []struct {
		name, policy string
		want         conditional.Bounds
	}{
		{"all agents", policy(`"includeUsers":["None"]`, `"agentIdRiskLevels":"high",`+agents, block), conditional.Bounds{Sure: true, May: true}},
		{"reports only", policy(`"includeUsers":["None"]`, `"agentIdRiskLevels":"high",`+agents, `"state":"enabledForReportingButNotEnforced",`+block), conditional.Bounds{}},
		{"medium risk", policy(`"includeUsers":["None"]`, `"agentIdRiskLevels":"medium",`+agents, block), conditional.Bounds{}},
		{"one agent", policy(`"includeUsers":["None"]`, `"agentIdRiskLevels":"high","clientApplications":{"includeAgentIdServicePrincipals":["x"]}`, block), conditional.Bounds{}},
		{"an agent left out", policy(`"includeUsers":["None"]`, `"agentIdRiskLevels":"high","clientApplications":{"includeAgentIdServicePrincipals":["All"],"excludeAgentIdServicePrincipals":["x"]}`, block), conditional.Bounds{}},
		{"people", policy("", `"userRiskLevels":["high"]`, block), conditional.Bounds{}},
		{"a condition of tomorrow", policy(`"includeUsers":["None"]`, `"agentIdRiskLevels":"high","mood":"bad",`+agents, block), conditional.Bounds{May: true}},
	} {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			p := parse(e.policy).Policies[0]
			if got := p.AgentRiskBlocked(); got != e.want {
				t.Errorf("got %+v, want %+v", got, e.want)
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	for _, text := range []string{
		policy("", "", mfa), policy(`"includeUsers":["All"],"excludeGroups":["g1"]`, `"times":{}`, block), `{"conditions":null}`, `[]`, ``,
		policy("", `"locations":{"includeLocations":["All"],"excludeLocations":["AllTrusted"]},"platforms":{"includePlatforms":"all"}`, managed),
	} {
		f.Add([]byte(text))
	}
	demands := conditional.Demands()
	f.Fuzz(func(t *testing.T, raw []byte) {
		if len(raw) > 1<<14 {
			t.Skip("longer than any policy")
		}
		s := &conditional.Set{Known: known, Policies: []conditional.Policy{conditional.Parse("key", raw, known)}}
		p := s.Policies[0]
		cover := s.Cover(someone())
		for i := range demands {
			found := cover.Demand(&demands[i], false)(0)
			if found.Sure && (!found.May || p.State != conditional.Enabled || len(p.Doubts) > 0 || found.Why != "") {
				t.Fatalf("%s: %+v by a policy in state %q with doubts %q", demands[i].Name, found, p.State, p.Doubts)
			}
		}
	})
}
