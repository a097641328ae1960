// SPDX-License-Identifier: Apache-2.0

package cluster_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"securescore/internal/posture"
	"securescore/internal/store/postgres"
)

const profiles = "/v1.0/security/secureScoreControlProfiles"

// tenant is one that a test works on.
type tenant struct {
	id       posture.TenantID
	number   int
	token    string // for the Graph API
	controls []posture.ControlID
}

// addTenant makes a tenant with evidence and a token.
func addTenant(t *testing.T, database string, number int) *tenant {
	t.Helper()
	made := &tenant{number: number}
	made.id = posture.TenantID(lastLine(run(t, "tenant", "add", fmt.Sprintf("Tenant %d", number), "--database", database)))
	run(t, "import", "scubagear", made.export(t, 0), "--tenant", string(made.id), "--database", database)
	made.token = lastLine(run(t, "token", "create", "--tenant", string(made.id), "--database", database,
		"--role", "security-administrator", "--scope", "SecurityEvents.ReadWrite.All"))
	return made
}

// exportTime is that of the export with a number.
func exportTime(n int) time.Time {
	return time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC).Add(time.Duration(n) * time.Second)
}

// export writes a ScubaGear export of the tenant: even ones fail where odd ones
// pass.
func (n *tenant) export(t *testing.T, number int) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "export.json")
	text := fmt.Sprintf(`{"module_version":"1.8.0","timestamp_zulu":%q,"tenant_details":[{"TenantId":"11111111-2222-4333-8444-%012d","DisplayName":"Tenant"}],
"authorization_policies":[{"Id":"authorizationPolicy","DefaultUserRolePermissions":{"AllowedToCreateApps":%t}}]}`,
		exportTime(number).Format(time.RFC3339), n.number, number%2 == 0)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func (n *tenant) bearer() http.Header { return http.Header{"Authorization": {"Bearer " + n.token}} }

// learn finds controls that take decisions.
func (n *tenant) learn(t *testing.T, base string, wanted int) {
	t.Helper()
	status, text, err := ask(t.Context(), http.DefaultClient, http.MethodGet, base+profiles, "", n.bearer())
	if err != nil || status != http.StatusOK {
		t.Fatalf("list profiles: %d %v %s", status, err, text)
	}
	var list struct {
		Value []struct {
			ID posture.ControlID `json:"id"`
		} `json:"value"`
	}
	if err := json.Unmarshal([]byte(text), &list); err != nil {
		t.Fatal(err)
	}
	for _, p := range list.Value {
		if len(n.controls) == wanted {
			return
		}
		if status, _, err := n.decide(t.Context(), http.DefaultClient, base, p.ID, "first of "+string(p.ID)); err == nil && status == http.StatusNoContent {
			n.controls = append(n.controls, p.ID)
		}
	}
	if len(n.controls) < wanted {
		t.Fatalf("only %d controls take decisions, want %d", len(n.controls), wanted)
	}
}

// decide sets the comment of a control.
func (n *tenant) decide(ctx context.Context, client *http.Client, base string, control posture.ControlID, comment string) (status int, text string, err error) {
	body, err := json.Marshal(map[string]any{
		"comment": comment, "vendorInformation": map[string]string{"provider": "SecureScore", "vendor": "Microsoft"},
	})
	if err != nil {
		return 0, "", err
	}
	return ask(ctx, client, http.MethodPatch, base+profiles+"/"+string(control), string(body), n.bearer())
}

// openStore opens the database as one more process would.
func openStore(t *testing.T, database string) *postgres.Store {
	t.Helper()
	s, err := postgres.Open(t.Context(), postgres.Config{URL: database, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}
