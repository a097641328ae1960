// SPDX-License-Identifier: Apache-2.0

package entity_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"securescore/internal/entity"
	"securescore/internal/posture"
)

const (
	accessPolicies = "graph/identity/conditionalAccess/policies"
	registrations  = "graph/reports/authenticationMethods/userRegistrationDetails"
	securityPolicy = "graph/policies/identitySecurityDefaultsEnforcementPolicy"
	assigned       = "graph/roleManagement/directory/roleAssignmentScheduleInstances"
	eligible       = "graph/roleManagement/directory/roleEligibilityScheduleInstances"
	exported       = "scubagear/privilegedUsers"

	exchange = "29232cdf-9323-42fd-ade2-1d097af3e4de"
	readers  = "88d8e3e3-8f55-4a1e-953a-9b9898b8876b"
)

// org is evidence: data sets by name, each a list of raw objects with ids.
type org map[string][]string

func (o org) model(t *testing.T, intended ...string) *entity.Model {
	t.Helper()
	e := &posture.Evidence{Name: "Contoso"}
	for name, list := range o {
		set := &posture.DataSet{Name: name}
		for i, raw := range list {
			key := strconv.Itoa(i)
			if _, rest, ok := strings.Cut(raw, `"id":"`); ok {
				key, _, _ = strings.Cut(rest, `"`)
			}
			set.Objects = append(set.Objects, posture.Object{Key: key, Raw: []byte(raw)})
		}
		e.Add(set)
	}
	registered := make(map[string]bool)
	for _, key := range intended {
		registered[key] = true
	}
	return entity.Build(entity.Standard(), e, registered)
}

// mfaFor is an enabled policy that asks the people named for multifactor
// authentication, whatever they sign in to.
func mfaFor(users string) string {
	return `{"id":"p1","displayName":"Everybody","state":"enabled","conditions":{"clientAppTypes":["all"],"applications":{"includeApplications":["All"]},"users":{` + users + `}},` +
		`"grantControls":{"operator":"OR","builtInControls":["mfa"]}}`
}

// each returns a Bool of all users by key, as words.
func each(m *entity.Model, field string) map[string]string {
	t, found := m.Table("user"), make(map[string]string)
	for row, key := range t.Keys {
		found[key] = t.Bool(row, field).String()
	}
	return found
}

const (
	ann   = `{"id":"ann","displayName":"Ann","userPrincipalName":"ann@contoso.com","userType":"Member","accountEnabled":true}`
	bob   = `{"id":"bob","displayName":"Bob","userPrincipalName":"bob@contoso.com","userType":"Member","accountEnabled":true}`
	guest = `{"id":"guest","displayName":"Gus","userPrincipalName":"gus_fabrikam.com#EXT#@contoso.com","userType":"Guest","accountEnabled":true}`
)

func holds(principal, role, more string) string {
	return `{"id":"` + principal + role[:3] + `","principalId":"` + principal + `","roleDefinitionId":"` + role + `","directoryScopeId":"/"` + more + `}`
}

func TestCoveredUsers(t *testing.T) {
	t.Parallel()
	people := []string{ann, bob, guest}
	for _, test := range []struct {
		name     string
		org      org
		intended []string
		want     map[string]string
	}{
		{"everybody", org{accessPolicies: {mfaFor(`"includeUsers":["All"]`)}}, nil, map[string]string{"ann": "true", "bob": "true", "guest": "true"}},
		{"an excluded user", org{accessPolicies: {mfaFor(`"includeUsers":["All"],"excludeUsers":["ANN"]`)}}, nil, map[string]string{"ann": "false", "bob": "true", "guest": "true"}},
		{"an excluded emergency account", org{accessPolicies: {mfaFor(`"includeUsers":["All"],"excludeUsers":["ann","bob"]`)}}, []string{"ann"}, map[string]string{"ann": "true", "bob": "false", "guest": "true"}},
		{
			"an excluded group", org{
				accessPolicies: {mfaFor(`"includeUsers":["All"],"excludeGroups":["g1"]`)},
				"graph/groups": {`{"id":"g1","members":["Ann",{"id":"guest"}]}`},
			}, nil, map[string]string{"ann": "false", "bob": "true", "guest": "false"},
		},
		{
			"an excluded group with an emergency account in it", org{
				accessPolicies: {mfaFor(`"includeUsers":["All"],"excludeGroups":["g1"]`)},
				"graph/groups": {`{"id":"g1","members":["ann","bob"]}`},
			}, []string{"ann"}, map[string]string{"ann": "true", "bob": "false", "guest": "true"},
		},
		{"a group that was not read", org{accessPolicies: {mfaFor(`"includeUsers":["All"],"excludeGroups":["g1"]`)}}, nil, map[string]string{"ann": "unknown", "bob": "unknown", "guest": "unknown"}},
		{
			"a group whose members were not read", org{
				accessPolicies: {mfaFor(`"includeUsers":["All"],"excludeGroups":["g1"]`)},
				"graph/groups": {`{"id":"g1"}`},
			}, nil, map[string]string{"ann": "unknown", "bob": "unknown", "guest": "unknown"},
		},
		{
			"a group that is gone", org{
				accessPolicies: {mfaFor(`"includeUsers":["All"],"excludeGroups":["g9"]`)},
				"graph/groups": {`{"id":"g1","members":["ann"]}`},
			}, nil, map[string]string{"ann": "true", "bob": "true", "guest": "true"},
		},
		{
			"a group with a member that cannot be told", org{
				accessPolicies: {mfaFor(`"includeUsers":["All"],"excludeGroups":["g1"]`)},
				"graph/groups": {`{"id":"g1","members":["guest",{}]}`},
			}, nil, map[string]string{"ann": "unknown", "bob": "unknown", "guest": "unknown"},
		},
		{
			"roles without Privileged Identity Management", org{
				accessPolicies: {mfaFor(`"includeRoles":["` + globalAdmin + `"]`)},
				"graph/roleManagement/directory/roleAssignments": {holds("ann", globalAdmin, "")},
			}, nil, map[string]string{"ann": "true", "bob": "false", "guest": "false"},
		},
		{"invited members left out, and who was invited was not read", org{accessPolicies: {mfaFor(`"includeUsers":["All"],"excludeGuestsOrExternalUsers":{"guestOrExternalUserTypes":"b2bCollaborationMember"}`)}}, nil, map[string]string{"ann": "unknown", "bob": "unknown", "guest": "true"}},
		{"guests left out", org{accessPolicies: {mfaFor(`"includeUsers":["All"],"excludeGuestsOrExternalUsers":{"guestOrExternalUserTypes":"b2bCollaborationGuest"}`)}}, nil, map[string]string{"ann": "true", "bob": "true", "guest": "false"}},
		{
			"holders of a role", org{
				accessPolicies: {mfaFor(`"includeRoles":["` + globalAdmin + `"]`)},
				assigned:       {holds("ann", globalAdmin, ""), holds("bob", exchange, "")},
			}, nil, map[string]string{"ann": "true", "bob": "false", "guest": "false"},
		},
		{
			"holders through a group", org{
				accessPolicies: {mfaFor(`"includeRoles":["` + globalAdmin + `"]`)},
				assigned:       {holds("g1", globalAdmin, "")}, "graph/groups": {`{"id":"g1","members":["bob"]}`},
			}, nil, map[string]string{"ann": "false", "bob": "true", "guest": "false"},
		},
		{
			"holders who were not read", org{
				accessPolicies: {mfaFor(`"includeRoles":["` + globalAdmin + `"]`)},
				assigned:       {holds("g1", globalAdmin, "")},
			}, nil, map[string]string{"ann": "unknown", "bob": "unknown", "guest": "unknown"},
		},
		{
			"a role for a part of the organisation", org{
				accessPolicies: {mfaFor(`"includeRoles":["` + globalAdmin + `"]`)},
				assigned:       {strings.Replace(holds("ann", globalAdmin, ""), `"/"`, `"/administrativeUnits/x"`, 1)},
			}, nil, map[string]string{"ann": "unknown", "bob": "false", "guest": "false"},
		},
		{
			"who can activate an excluded role", org{
				accessPolicies: {mfaFor(`"includeUsers":["All"],"excludeRoles":["` + globalAdmin + `"]`)},
				assigned:       {}, eligible: {holds("ann", globalAdmin, "")},
			}, nil, map[string]string{"ann": "unknown", "bob": "true", "guest": "true"},
		},
		{"roles that were not read", org{accessPolicies: {mfaFor(`"includeUsers":["All"],"excludeRoles":["` + globalAdmin + `"]`)}}, nil, map[string]string{"ann": "unknown", "bob": "unknown", "guest": "unknown"}},
		{"policies that were not read", org{}, nil, map[string]string{"ann": "unknown", "bob": "unknown", "guest": "unknown"}},
		{"security defaults", org{securityPolicy: {`{"id":"s","isEnabled":true}`}, accessPolicies: {}}, nil, map[string]string{"ann": "true", "bob": "true", "guest": "true"}},
		{"security defaults and unread policies", org{securityPolicy: {`{"id":"s","isEnabled":true}`}}, nil, map[string]string{"ann": "true", "bob": "true", "guest": "true"}},
		{"no security defaults, no policy", org{securityPolicy: {`{"id":"s","isEnabled":false}`}, accessPolicies: {}}, nil, map[string]string{"ann": "false", "bob": "false", "guest": "false"}},
		{"no policy, and security defaults were not read", org{accessPolicies: {}}, nil, map[string]string{"ann": "unknown", "bob": "unknown", "guest": "unknown"}},
		{
			"the older setting for each user", org{
				accessPolicies: {mfaFor(`"includeUsers":["bob"]`)}, "graph/users/authentication/requirements": {`{"id":"ann","perUserMfaState":"enforced"}`, `{"id":"guest","perUserMfaState":"enabled"}`},
			}, nil, map[string]string{"ann": "unknown", "bob": "true", "guest": "false"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			test.org["graph/users"] = people
			m := test.org.model(t, test.intended...)
			if diff := cmp.Diff(test.want, each(m, "covered.mfa")); diff != "" {
				t.Errorf("covered.mfa (-want +got):\n%s", diff)
			}
			users := m.Table("user")
			for row, key := range users.Keys {
				gap, _ := users.Col("gap.mfa").Value(row)
				if unknown := users.Bool(row, "covered.mfa") == entity.Unknown; unknown && users.Col("covered.mfa").Why(row).Detail == "" {
					t.Errorf("%s: unknown without a reason", key)
				}
				if covered := users.Bool(row, "covered.mfa") == entity.True; covered != (gap == "") {
					t.Errorf("%s: covered is %v and the gap %q", key, covered, gap)
				}
			}
		})
	}
}

// An exclusion names an id. It must find its user also where a source has used
// something else for the key.
func TestUsersUnderAnotherKey(t *testing.T) {
	t.Parallel()
	e := &posture.Evidence{}
	e.Add(&posture.DataSet{Name: "graph/users", Objects: []posture.Object{{Key: "ann@contoso.com", Raw: []byte(ann)}, {Key: "bob@contoso.com", Raw: []byte(bob)}}})
	e.Add(&posture.DataSet{Name: accessPolicies, Objects: []posture.Object{{Key: "p1", Raw: []byte(mfaFor(`"includeUsers":["All"],"excludeUsers":["ann"]`))}}})
	e.Add(&posture.DataSet{Name: assigned, Objects: []posture.Object{{Key: "a1", Raw: []byte(holds("ann", globalAdmin, ""))}}})
	m := entity.Build(entity.Standard(), e, nil)
	if diff := cmp.Diff(map[string]string{"ann@contoso.com": "false", "bob@contoso.com": "true"}, each(m, "covered.mfa")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	admins := m.Table("admin")
	if admins.Len() != 1 || admins.Keys[0] != "ann@contoso.com" || admins.Bool(0, "covered.mfa") != entity.False {
		t.Errorf("administrators: got %v, covered is %v", admins.Keys, admins.Bool(0, "covered.mfa"))
	}
}

func TestPeopleWhoWereNotRead(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name            string
		policy          string
		intended        []string
		members, guests string
	}{
		{"everybody", mfaFor(`"includeUsers":["All"]`), nil, "true", "true"},
		{"a user left out", mfaFor(`"includeUsers":["All"],"excludeUsers":["ann"]`), nil, "unknown", "unknown"},
		{"an emergency account left out", mfaFor(`"includeUsers":["All"],"excludeUsers":["ann"]`), []string{"ann"}, "true", "true"},
		{"a group left out", mfaFor(`"includeUsers":["All"],"excludeGroups":["g"]`), []string{"ann"}, "unknown", "unknown"},
		{"a role left out", mfaFor(`"includeUsers":["All"],"excludeRoles":["` + globalAdmin + `"]`), nil, "unknown", "unknown"},
		{"all guests left out", mfaFor(`"includeUsers":["All"],"excludeGuestsOrExternalUsers":{"guestOrExternalUserTypes":"internalGuest,b2bCollaborationGuest,b2bDirectConnectUser,otherExternalUser,serviceProvider"}`), nil, "true", "unknown"},
		{"some users", mfaFor(`"includeUsers":["ann"]`), nil, "unknown", "unknown"},
		{"a role", mfaFor(`"includeRoles":["` + globalAdmin + `"]`), nil, "unknown", "unknown"},
		{"nobody", mfaFor(`"includeUsers":["None"]`), nil, "false", "false"},
		{"reports only", strings.Replace(mfaFor(`"includeUsers":["All"]`), "enabled", "enabledForReportingButNotEnforced", 1), nil, "unknown", "unknown"},
		{"another kind", strings.Replace(mfaFor(`"includeUsers":["All"]`), `"mfa"`, `"compliantDevice"`, 1), nil, "false", "false"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			m := org{accessPolicies: {test.policy}}.model(t, test.intended...)
			want := map[string]string{"all members": test.members, "all guests": test.guests}
			if diff := cmp.Diff(want, each(m, "covered.mfa")); diff != "" {
				t.Errorf("covered.mfa (-want +got):\n%s", diff)
			}
			if m.Table("user").Aggregate == "" {
				t.Error("the rows do not say that they stand for many")
			}
		})
	}
	if m := (org{}).model(t); m.Table("user").Collected() || m.Table("user").Len() > 0 {
		t.Error("nothing was read, and there are users")
	}
}

func TestAzureIsForAdministrators(t *testing.T) {
	t.Parallel()
	policy := `{"id":"p1","displayName":"Azure","state":"enabled","conditions":{"clientAppTypes":["all"],"applications":{"includeApplications":["797f4846-ba00-4fd7-ba43-dac1f8f63013"]},` +
		`"users":{"includeUsers":["All"],"excludeRoles":["` + globalAdmin + `"]}},"grantControls":{"operator":"OR","builtInControls":["block"]}}`
	m := org{accessPolicies: {policy}, "graph/users": {ann, bob}, assigned: {holds("ann", globalAdmin, ""), holds("bob", readers, "")}}.model(t)
	if diff := cmp.Diff(map[string]string{"ann": "true", "bob": "true"}, each(m, "covered.azureManagementRestricted")); diff != "" {
		t.Errorf("read (-want +got):\n%s", diff)
	}
	m = org{accessPolicies: {policy}}.model(t)
	if diff := cmp.Diff(map[string]string{"all members": "true", "all guests": "true"}, each(m, "covered.azureManagementRestricted")); diff != "" {
		t.Errorf("not read (-want +got):\n%s", diff)
	}
}

func TestAdmins(t *testing.T) {
	t.Parallel()
	everybody := mfaFor(`"includeRoles":["` + globalAdmin + `"]`)
	for _, test := range []struct {
		name string
		org  org
		want []string // key: privileged, active, covered.mfa, roles
	}{
		{"nobody knows", org{}, []string{}},
		{
			"assigned and eligible",
			org{
				accessPolicies: {everybody}, "graph/users": {ann, bob, guest}, "graph/groups": {},
				assigned: {holds("ann", globalAdmin, ""), holds("guest", readers, ""), holds("app", globalAdmin, "")},
				eligible: {holds("bob", globalAdmin, "")},
			},
			[]string{"ann: true true true [Global Administrator]", "bob: true true true [Global Administrator]"},
		},
		{
			"Graph's lists say more than an export",
			org{
				accessPolicies: {everybody}, "graph/users": {ann, bob}, "graph/groups": {}, exported: {`{"id":"ann","roles":["User Administrator"]}`},
				assigned: {holds("bob", globalAdmin, "")}, eligible: {},
			},
			[]string{"bob: true true true [Global Administrator]"},
		},
		{
			"a disabled holder",
			org{accessPolicies: {everybody}, "graph/users": {strings.Replace(ann, "true", "false", 1)}, assigned: {holds("ann", globalAdmin, "")}},
			[]string{"ann: true false true [Global Administrator]"},
		},
		{
			"through a group",
			org{accessPolicies: {everybody}, "graph/users": {ann, bob}, "graph/groups": {`{"id":"g1","members":["bob"]}`}, assigned: {holds("g1", globalAdmin, "")}},
			[]string{"bob: true true true [Global Administrator]"},
		},
		{
			"through a group that was not read",
			org{accessPolicies: {everybody}, "graph/users": {ann}, assigned: {holds("g1", globalAdmin, "")}},
			[]string{"g1: true true true ?"},
		},
		{
			"an application by name",
			org{accessPolicies: {everybody}, assigned: {holds("app", globalAdmin, `,"principal":{"@odata.type":"#microsoft.graph.servicePrincipal"}`)}},
			[]string{},
		},
		{
			"another role",
			org{accessPolicies: {everybody}, "graph/users": {ann}, assigned: {holds("ann", "11111111-2222-3333-4444-555555555555", "")}},
			[]string{"ann: false true false [11111111-2222-3333-4444-555555555555]"},
		},
		{
			"an export",
			org{accessPolicies: {everybody}, exported: {`{"id":"ann","displayName":"Ann","roles":["Exchange Administrator"]}`, `{"id":"bob","displayName":"Bob","roles":["Global Administrator"]}`}},
			[]string{"ann: true true false [Exchange Administrator]", "bob: true true true [Global Administrator]"},
		},
		{
			"an export that says nothing of other roles",
			org{accessPolicies: {mfaFor(`"includeUsers":["All"],"excludeRoles":["194ae4cb-b126-40b2-bd5b-6091b380977d"]`)}, exported: {`{"id":"ann","displayName":"Ann","roles":["Exchange Administrator"]}`}},
			[]string{"ann: true true unknown [Exchange Administrator]"},
		},
		{
			"roles that cannot be read",
			org{accessPolicies: {everybody}, exported: {`{"id":"ann","displayName":"Ann"}`}},
			[]string{"ann: unknown true false ?"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			admins := test.org.model(t).Table("admin")
			got := []string{}
			for row, key := range admins.Keys {
				roles, ok := admins.Col("roles").Value(row)
				if !ok {
					roles = "?"
				}
				got = append(got, fmt.Sprintf("%s: %s %s %s %v", key, admins.Bool(row, "privileged"), admins.Bool(row, "active"), admins.Bool(row, "covered.mfa"), roles))
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestRegistration(t *testing.T) {
	t.Parallel()
	m := org{
		"graph/users": {ann, bob, guest},
		registrations: {
			`{"id":"ANN","isMfaRegistered":true,"isMfaCapable":true,"isSsprRegistered":false,"isSsprEnabled":true,"isSsprCapable":false,"isPasswordlessCapable":false,"methodsRegistered":["mobilePhone","email"]}`,
			`{"id":"bob","isMfaRegistered":true,"methodsRegistered":["passKeyDeviceBound","telepathy"]}`,
		},
	}.model(t)
	users := m.Table("user")
	got := map[string]string{}
	for row, key := range users.Keys {
		got[key] = fmt.Sprint(users.Bool(row, "mfa.registered"), users.Bool(row, "mfa.capable"), users.Bool(row, "mfa.strong"), users.Bool(row, "mfa.phishingResistant"))
	}
	want := map[string]string{"ann": "true true false false", "bob": "true unknown true true", "guest": "unknown unknown unknown unknown"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestLegacySignIns(t *testing.T) {
	t.Parallel()
	m := org{
		"graph/users": {ann, bob, guest},
		"graph/auditLogs/signIns": {
			`{"id":"1","userId":"ann","clientAppUsed":"IMAP4","status":{"errorCode":0}}`,
			`{"id":"2","userId":"ann","clientAppUsed":"IMAP4","status":{"errorCode":50126}}`,
			`{"id":"3","userId":"bob","clientAppUsed":"Browser","status":{"errorCode":0}}`,
			`{"id":"4","userId":"guest","clientAppUsed":"","status":{"errorCode":0}}`,
		},
	}.model(t)
	users := m.Table("user")
	got := map[string]any{}
	for row, key := range users.Keys {
		got[key], _ = users.Col("legacySignIns").Value(row)
	}
	if diff := cmp.Diff(map[string]any{"ann": int64(1), "bob": int64(0), "guest": nil}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestExclusionGaps(t *testing.T) {
	t.Parallel()
	other := strings.Replace(mfaFor(`"includeUsers":["bob"]`), `"p1"`, `"p2"`, 1)
	m := org{
		"graph/users": {ann, bob, guest}, "graph/groups": {},
		accessPolicies: {mfaFor(`"includeUsers":["All"],"excludeUsers":["ann","bob"]`), other},
	}.model(t)
	users := m.Table("user")
	got := map[string]any{}
	for row, key := range users.Keys {
		got[key], _ = users.Col("exclusionGaps").Value(row)
	}
	if diff := cmp.Diff(map[string]any{"ann": []string{"mfa"}, "bob": []string{}, "guest": []string{}}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestLockedOutEmergencyAccounts(t *testing.T) {
	t.Parallel()
	legacy := `{"id":"p2","state":"enabled","conditions":{"clientAppTypes":["other"],"applications":{"includeApplications":["All"]},"users":{"includeUsers":["All"]}},"grantControls":{"operator":"OR","builtInControls":["block"]}}`
	device := strings.Replace(mfaFor(`"includeUsers":["All"],"excludeUsers":["ann"]`), `"mfa"`, `"compliantDevice"`, 1)
	m := org{"graph/users": {ann, bob, guest}, accessPolicies: {legacy, device, strings.Replace(mfaFor(`"includeUsers":["All"]`), "p1", "p3", 1)}}.model(t, "ann", "bob")
	if diff := cmp.Diff(map[string]string{"ann": "false", "bob": "true", "guest": "unknown"}, each(m, "canBeLockedOut")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestPolicyFacts(t *testing.T) {
	t.Parallel()
	policy := `{"id":"p1","state":"enabled","conditions":{"clientAppTypes":["all"],"applications":{"includeApplications":["All"]},"locations":{"includeLocations":["All"],"excludeLocations":["l1"]},` +
		`"users":{"includeUsers":["All"],"excludeUsers":["ann","gone"],"excludeGroups":["g1","g2","g3"]}},"grantControls":{"operator":"OR","builtInControls":["mfa"]}}`
	m := org{
		"graph/users": {ann}, accessPolicies: {policy},
		"graph/groups": {`{"id":"g1","isAssignableToRole":true}`, `{"id":"g2","isAssignableToRole":null,"isManagementRestricted":false}`},
		"graph/identity/conditionalAccess/namedLocations": {`{"id":"l1","@odata.type":"#microsoft.graph.ipNamedLocation","isTrusted":true,"ipRanges":[{"cidrAddress":"0.0.0.0/1"}]}`},
	}.model(t)
	table := m.Table("conditionalAccessPolicy")
	missing, _ := table.Col("missingReferences").Value(0)
	open, _ := table.Col("unprotectedGroups").Value(0)
	got := []any{missing, open, table.Bool(0, "usesNamedLocation").String(), m.Table("namedLocation").Bool(0, "wide").String(), m.Table("namedLocation").Bool(0, "trusted").String()}
	want := []any{[]string{"g3", "gone"}, []string{"g2"}, "true", "true", "true"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	table = org{accessPolicies: {policy}}.model(t).Table("conditionalAccessPolicy")
	for _, field := range []string{"missingReferences", "unprotectedGroups", "usesNamedLocation"} {
		if _, known := table.Col(field).Value(0); known || table.Col(field).Why(0).Code == "" {
			t.Errorf("%s: nothing was read, and it is known or unknown without a reason", field)
		}
	}
}

// BenchmarkCoverage is a large organisation: 200,000 users in 40 groups, 60
// policies that include and exclude them.
func BenchmarkCoverage(b *testing.B) {
	e := &posture.Evidence{Name: "Contoso"}
	users, groups, policies := &posture.DataSet{Name: "graph/users"}, &posture.DataSet{Name: "graph/groups"}, &posture.DataSet{Name: accessPolicies}
	const people, sets = 200_000, 40
	for i := range people {
		raw := fmt.Sprintf(`{"id":"u%06d","userPrincipalName":"u%06d@contoso.com","userType":"Member","accountEnabled":true}`, i, i)
		users.Objects = append(users.Objects, posture.Object{Key: fmt.Sprintf("u%06d", i), Raw: []byte(raw)})
	}
	for g := range sets {
		var members []string
		for i := g; i < people; i += g + 7 {
			members = append(members, fmt.Sprintf(`"u%06d"`, i))
		}
		raw := fmt.Sprintf(`{"id":"g%02d","members":[%s]}`, g, strings.Join(members, ","))
		groups.Objects = append(groups.Objects, posture.Object{Key: fmt.Sprintf("g%02d", g), Raw: []byte(raw)})
	}
	for p := range 60 {
		users := fmt.Sprintf(`"includeUsers":["All"],"excludeGroups":["g%02d"],"excludeUsers":["u%06d"]`, p%sets, p)
		if p%3 == 0 {
			users = fmt.Sprintf(`"includeGroups":["g%02d"]`, p%sets)
		}
		raw := strings.Replace(mfaFor(users), `"mfa"`, []string{`"mfa"`, `"block"`, `"compliantDevice"`}[p%3], 1)
		raw = strings.Replace(raw, `"clientAppTypes":["all"]`, []string{`"clientAppTypes":["all"]`, `"clientAppTypes":["other"]`, `"clientAppTypes":["browser"],"platforms":{"includePlatforms":["all"],"excludePlatforms":["linux"]}`, `"clientAppTypes":["all"],"userRiskLevels":["high"]`}[p%4], 1)
		policies.Objects = append(policies.Objects, posture.Object{Key: fmt.Sprintf("p%02d", p), Raw: []byte(raw)})
	}
	e.Add(users)
	e.Add(groups)
	e.Add(policies)
	schema := entity.Standard()
	for b.Loop() {
		entity.Build(schema, e, nil)
	}
}
