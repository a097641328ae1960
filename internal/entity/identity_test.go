// SPDX-License-Identifier: Apache-2.0

package entity_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"securescore/internal/entity"
	"securescore/internal/posture"
)

// identity builds the model of data sets that hold one raw object each line.
func identity(sets map[string][]string, intended ...string) *entity.Model {
	e := &posture.Evidence{At: time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)}
	for name, raws := range sets {
		set := &posture.DataSet{Name: name}
		for i, raw := range raws {
			set.Objects = append(set.Objects, posture.Object{Key: string(rune('a' + i)), Raw: []byte(raw)})
		}
		e.Add(set)
	}
	registered := make(map[string]bool)
	for _, id := range intended {
		registered[id] = true
	}
	return entity.Build(entity.Standard(), e, registered)
}

// shown is the value of a field of each row, or "?" where it is unknown.
func shown(t *entity.Table, field string) map[string]any {
	values := make(map[string]any)
	for row, name := range t.Names {
		v, known := t.Col(field).Value(row)
		if !known {
			v = "?"
		}
		values[name] = v
	}
	return values
}

const (
	globalAdmin = "62e90394-69f5-4237-9190-012177145e10"
	roleAdmin   = "e8611ab8-c189-46e8-94e1-60213ab1f814"
)

func TestRoleAssignments(t *testing.T) {
	t.Parallel()
	m := identity(map[string][]string{"graph/roleManagement/directory/roleAssignmentScheduleInstances": {
		`{"roleDefinitionId":"` + strings.ToUpper(globalAdmin) + `","principalId":"u1","startDateTime":null,"endDateTime":null}`,
		`{"roleDefinitionId":"` + roleAdmin + `","principalId":"u2","startDateTime":"2026-01-01T00:00:00Z","endDateTime":"2026-02-01T00:00:00Z","principal":{"displayName":"Ann"}}`,
		`{"roleDefinitionId":"other","principalId":"u3"}`,
		`{"principalId":"u4","endDateTime":null}`,
	}}, "u1")
	table := m.Table("roleAssignment")
	for field, want := range map[string]map[string]any{
		"privileged": {"Global Administrator: u1": true, "Privileged Role Administrator: Ann": true, "other: u3": false, "Unknown role: u4": "?"},
		"permanent":  {"Global Administrator: u1": true, "Privileged Role Administrator: Ann": false, "other: u3": "?", "Unknown role: u4": true},
		"throughPim": {"Global Administrator: u1": false, "Privileged Role Administrator: Ann": true, "other: u3": "?", "Unknown role: u4": "?"},
		"emergency":  {"Global Administrator: u1": true, "Privileged Role Administrator: Ann": false, "other: u3": false, "Unknown role: u4": false},
	} {
		if diff := cmp.Diff(want, shown(table, field)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", field, diff)
		}
	}
}

// Every highly privileged role has a row, and what its policy does not say is
// unknown with a reason that names the role.
func TestRoleSettings(t *testing.T) {
	t.Parallel()
	rule := `{"rules":[{"id":"Approval_EndUser_Assignment","setting":{"isApprovalRequired":true}}]}`
	table := identity(map[string][]string{"graph/policies/roleManagementPolicyAssignments": {
		`{"scopeType":"DirectoryRole","roleDefinitionId":"` + globalAdmin + `","policy":` + rule + `}`,
		`{"scopeType":"DirectoryRole","roleDefinitionId":"88d8e3e3-8f55-4a1e-953a-9b9898b8876b","policy":` + rule + `}`,
		`{"scopeType":"Group","roleDefinitionId":"member","givesRoleId":"` + globalAdmin + `","displayName":"Ops","policy":{"rules":[]}}`,
		`{"scopeType":"Group","roleDefinitionId":"member","displayName":"No role is known","policy":` + rule + `}`,
	}}).Table("roleSetting")
	want := map[string]any{
		"Global Administrator": true, "Global Administrator through Ops": "?",
		"Privileged Role Administrator": "?", "User Administrator": "?", "SharePoint Administrator": "?", "Exchange Administrator": "?",
		"Hybrid Identity Administrator": "?", "Application Administrator": "?", "Cloud Application Administrator": "?",
	}
	if diff := cmp.Diff(want, shown(table, "activation.approval")); diff != "" {
		t.Errorf("activation.approval (-want +got):\n%s", diff)
	}
	row, _ := table.Row(roleAdmin)
	if why := table.Col("activation.approval").Why(row); !strings.Contains(why.Detail, "Privileged Role Administrator") {
		t.Errorf("the reason %q does not name the role", why.Detail)
	}
	if missing := identity(nil).Table("roleSetting").Missing; missing.Code != posture.NotCollected {
		t.Errorf("without policies: got %v, want not collected", missing)
	}
}

func TestPrivilegedAccess(t *testing.T) {
	t.Parallel()
	m := identity(map[string][]string{"scubagear/privilegedUsers": {
		`{"roles":["Exchange Administrator","Global Administrator"]}`, `{"roles":"Global Administrator"}`, `{"roles":["User Administrator","User Administrator"]}`, `{"roles":[]}`,
	}})
	table := m.Table("privilegedAccess")
	got := []any{shown(table, "globalAdministrators")["Privileged access"], shown(table, "otherAdministrators")["Privileged access"]}
	if diff := cmp.Diff([]any{int64(2), int64(1)}, got); diff != "" {
		t.Errorf("global and other administrators (-want +got):\n%s", diff)
	}
}

func TestConsent(t *testing.T) {
	t.Parallel()
	m := identity(map[string][]string{
		"graph/policies/authorizationPolicy": {`{"defaultUserRolePermissions":{"permissionGrantPoliciesAssigned":["just-user-read","ManagePermissionGrantsForOwnedResource.x"]},"permissionGrantPolicyIdsAssignedToDefaultUserRole":["just-user-read"]}`},
	})
	want := map[string]any{"a": []string{"just-user-read"}}
	if diff := cmp.Diff(want, shown(m.Table("authorizationPolicy"), "userConsentPolicies")); diff != "" {
		t.Errorf("policies (-want +got):\n%s", diff)
	}
	if m.Table("adminConsent").Collected() {
		t.Error("the workflow is known without evidence")
	}
}

func TestOrganization(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, org, sync string
		want            any
	}{
		{"hashes an hour ago", `{"onPremisesLastPasswordSyncDateTime":"2026-01-15T11:00:00Z"}`, `{}`, true},
		{"exactly three days ago", `{"onPremisesLastPasswordSyncDateTime":"2026-01-12T12:00:00Z"}`, `{}`, true},
		{"a second more", `{"onPremisesLastPasswordSyncDateTime":"2026-01-12T11:59:59Z"}`, `{}`, false},
		{"never", `{"onPremisesLastPasswordSyncDateTime":null}`, `{}`, false},
		{"the setting wins", `{"onPremisesLastPasswordSyncDateTime":null}`, `{"features":{"passwordSyncEnabled":true}}`, true},
		{"neither", `{}`, `{"features":{}}`, "?"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			m := identity(map[string][]string{"graph/organization": {tt.org}, "graph/directory/onPremisesSynchronization": {tt.sync}})
			if got := shown(m.Table("organization"), "passwordHashSync")["a"]; got != tt.want {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

func TestRiskyApplications(t *testing.T) {
	t.Parallel()
	table := identity(map[string][]string{"scubagear/riskyApplications": {
		`{"displayName":"one","keyCredentials":null,"passwordCredentials":{"startDateTime":"2026-01-01T00:00:00Z","endDateTime":"2026-01-31T00:00:01Z"},
			"permissions":[{"roleDisplayName":"Mail.Read","isRisky":true,"isAdminConsented":true},{"roleDisplayName":"User.Read","isRisky":false,"isAdminConsented":true},null]}`,
		`{"displayName":"two","keyCredentials":[],"passwordCredentials":[{"startDateTime":"2026-01-01T00:00:00Z"}],"permissions":"all"}`,
	}}).Table("riskyApplication")
	for field, want := range map[string]map[string]any{
		"secrets.longestDays":      {"one": int64(31), "two": "?"},
		"secrets.valid":            {"one": int64(1), "two": "?"},
		"certificates.longestDays": {"one": int64(0), "two": int64(0)},
		"permissions":              {"one": []string{"Mail.Read"}, "two": "?"},
	} {
		if diff := cmp.Diff(want, shown(table, field)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", field, diff)
		}
	}
}
