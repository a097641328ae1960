// SPDX-License-Identifier: Apache-2.0

package entity_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestPowerPlatformPolicies(t *testing.T) {
	t.Parallel()
	const (
		groups = `"defaultConnectorsClassification":"Blocked","connectorGroups":[
			{"classification":"General","connectors":[{"id":"/apis/shared_teams"},{"id":"/apis/shared_dropbox"}]},
			{"classification":"Blocked","connectors":[]}]`
		blocksDropbox = `"defaultConnectorsClassification":"General","connectorGroups":[
			{"classification":"Blocked","connectors":[{"id":"/apis/shared_dropbox"}]}]`
		uncut = `"defaultConnectorsClassification":"Blocked","connectorGroups":[]`
	)
	tests := []struct {
		name     string
		policies []string
		want     []any // covered, policies, newConnectorsBlocked, openConnectors
	}{
		{"no policy", nil, []any{false, []string{}, false, []string{}}},
		{"all environments", []string{`{"displayName":"A","environmentType":"AllEnvironments","environments":[],` + groups + `}`}, []any{true, []string{"A"}, true, []string{"shared_dropbox", "shared_teams"}}},
		{"this one only", []string{`{"displayName":"A","environmentType":"SingleEnvironment","environments":{"name":"env-1"},` + groups + `}`}, []any{true, []string{"A"}, true, []string{"shared_dropbox", "shared_teams"}}},
		{"another one only", []string{`{"displayName":"A","environmentType":"OnlyEnvironments","environments":[{"name":"env-2"}],` + groups + `}`}, []any{false, []string{}, false, []string{}}},
		{"all but this one", []string{`{"displayName":"A","environmentType":"ExceptEnvironments","environments":[{"name":"ENV-1"}],` + groups + `}`}, []any{false, []string{}, false, []string{}}},
		{"all but another one", []string{`{"displayName":"A","environmentType":"ExceptEnvironments","environments":[{"name":"env-2"}],` + groups + `}`}, []any{true, []string{"A"}, true, []string{"shared_dropbox", "shared_teams"}}},
		{
			"the strictest policy wins",
			[]string{`{"displayName":"A","environmentType":"AllEnvironments",` + groups + `}`, `{"displayName":"B","environmentType":"AllEnvironments",` + blocksDropbox + `}`},
			[]any{true, []string{"A", "B"}, true, []string{"shared_teams"}},
		},
		{"new connectors are open", []string{`{"displayName":"B","environmentType":"AllEnvironments",` + blocksDropbox + `}`}, []any{true, []string{"B"}, false, []string{}}},
		{"connectors were not read", []string{`{"displayName":"A","environmentType":"AllEnvironments",` + uncut + `}`}, []any{true, []string{"A"}, "?", "?"}},
		{"scope is not known", []string{`{"displayName":"A","environmentType":"Galaxy",` + groups + `}`}, []any{"?", []string{}, "?", "?"}},
		{"environments were not read", []string{`{"displayName":"A","environmentType":"OnlyEnvironments",` + groups + `}`}, []any{"?", []string{}, "?", "?"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			m := built(map[string][]string{
				"powerplatform/environments": {`{"EnvironmentName":"env-1","IsDefault":true}`},
				"powerplatform/dlpPolicies":  tt.policies,
			})
			got := seen(t, m, "powerPlatformEnvironment", "dlp.covered", "dlp.policies", "dlp.newConnectorsBlocked", "dlp.openConnectors")
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("policies (-want +got):\n%s", diff)
			}
		})
	}
}

func TestPowerPlatformNotRead(t *testing.T) {
	t.Parallel()
	m := built(map[string][]string{"powerplatform/environments": {`{"EnvironmentName":"env-1"}`}})
	got := seen(t, m, "powerPlatformEnvironment", "isDefault", "dlp.covered", "dlp.policies", "dlp.newConnectorsBlocked", "dlp.openConnectors")
	if diff := cmp.Diff([]any{"?", "?", "?", "?", "?"}, got); diff != "" {
		t.Errorf("without policies (-want +got):\n%s", diff)
	}
	if built(map[string][]string{"powerplatform/environments": nil}).Table("powerPlatformEnvironment").Collected() {
		t.Error("an empty list of environments was taken for all of them")
	}
}
