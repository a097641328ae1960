// SPDX-License-Identifier: Apache-2.0

package scubagear_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"securescore/internal/posture"
)

func TestExchangeShapes(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, set, members string
		want               map[string]string
	}{
		{
			"letter case of a member that the export asked for", "exchange/OrganizationConfig",
			`"org_config":[{"Name":"contoso","AuditDisabled":false,"CustomerLockboxEnabled":true}]`,
			map[string]string{"contoso": `{"Name":"contoso","AuditDisabled":false,"CustomerLockBoxEnabled":true}`},
		},
		{"nothing, as a list of null", "exchange/OutboundConnector", `"outbound_connectors":[null]`, map[string]string{}},
		{"domains of the oldest versions", "exchange/AcceptedDomain", `"all_domains":[{"Name":"a.example"}]`, map[string]string{"a.example": `{"Name":"a.example"}`}},
		{"one look-up, collapsed", "dns/dmarc", `"dmarc_records":{"domain":"a.example","rdata":[]}`, map[string]string{"a.example": `{"domain":"a.example","rdata":[]}`}},
		{"malware policies of the oldest versions", "exchange/MalwareFilterPolicy", `"malware_filter_policies":[{"Guid":"g","Name":"Default"}]`, map[string]string{"g": `{"Guid":"g","Name":"Default"}`}},
		{"malware policies of newer ones", "exchange/MalwareFilterPolicy", `"anti_malware_policies":[{"Guid":"g","Name":"Default"}]`, map[string]string{"g": `{"Guid":"g","Name":"Default"}`}},
		{"no preset for anybody", "exchange/EOPProtectionPolicyRule", `"protection_policy_rules":[]`, map[string]string{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := dataSet(t, tt.set, tt.members)
			if !s.Collected() {
				t.Fatalf("%s is missing: %s", tt.set, s.Missing)
			}
			if diff := cmp.Diff(tt.want, rawObjects(s)); diff != "" {
				t.Errorf("objects (-want +got):\n%s", diff)
			}
		})
	}
}

// An empty list stands where a cmdlet failed or was refused. It must never be
// taken for having no policy.
func TestExchangeListsThatMeanNothing(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		set, members string
		want         posture.ReasonCode
	}{
		"Defender is not licensed":    {"exchange/ATPProtectionPolicyRule", `"atp_policy_rules":[],"defender_license":false`, posture.Licence},
		"Purview is not licensed":     {"purview/DlpCompliancePolicy", `"dlp_compliance_policies":[],"defender_dlp_license":false`, posture.Licence},
		"a cmdlet failed":             {"exchange/RemoteDomain", `"remote_domains":[],"exo_unsuccessful_commands":["Get-RemoteDomain"]`, posture.Failed},
		"listed as failed and as run": {"purview/ProtectionAlert", `"protection_alerts":[],"defender_successful_commands":["Get-ProtectionAlert"],"defender_unsuccessful_commands":["Get-ProtectionAlert"]`, posture.Failed},
		"look-ups failed":             {"dns/spf", `"spf_records":[],"exo_unsuccessful_commands":["Get-ScubaSpfRecord"]`, posture.Failed},
		"not an object":               {"exchange/SharingPolicy", `"sharing_policy":["x"]`, posture.Shape},
		"not in the export":           {"exchange/SafeLinksPolicy", `"safe_links_rules":[]`, posture.NotCollected},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := dataSet(t, tt.set, tt.members).Missing.Code; got != tt.want {
				t.Errorf("%s: got %q, want %q", tt.set, got, tt.want)
			}
		})
	}
}
