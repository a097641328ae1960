// SPDX-License-Identifier: Apache-2.0

package controls_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"securescore/internal/assess"
	"securescore/internal/conformance"
	"securescore/internal/posture"
	"securescore/internal/source/scubagear"
	"securescore/internal/source/sourcetest"
)

// Strict mode reads Conditional Access policies as ScubaGear does: on a real
// export both must say the same of every policy about it.
func TestStrictModeAgreesWithScubaGear(t *testing.T) {
	t.Parallel()
	file := sourcetest.Shared(t, "scubagear/TestResults.json")
	verdicts, err := conformance.ReadVerdicts(file, sourcetest.Bytes(t, file))
	if err != nil {
		t.Fatal(err)
	}
	file = sourcetest.Shared(t, "scubagear/ProviderSettingsExport.json")
	e, err := scubagear.Read(file, sourcetest.Bytes(t, file))
	if err != nil {
		t.Fatal(err)
	}
	policies := []string{
		"MS.AAD.1.1", "MS.AAD.2.1", "MS.AAD.2.3", "MS.AAD.3.1", "MS.AAD.3.2", "MS.AAD.3.6", "MS.AAD.3.7", "MS.AAD.3.8", "MS.AAD.3.9",
	}
	c := load(t)
	outcomes := assess.Score(c, e, assess.InForce(c.Schema, nil, e.At)).Outcomes
	agreed := []string{}
	for _, row := range conformance.Compare(verdicts, outcomes) {
		if !slices.Contains(policies, row.Policy) {
			continue
		}
		if !row.Agrees() {
			t.Errorf("%s: ScubaGear says met is %v, we say %s (%v: %s)", row.Policy, row.Met, row.Ours, row.Controls, row.Because)
		}
		agreed = append(agreed, row.Policy)
	}
	if diff := cmp.Diff(policies, agreed); diff != "" {
		t.Errorf("policies that were compared (-want +got):\n%s", diff)
	}
}

// What an export of policies can settle without people, and what it cannot.
func TestPracticalModeOnARealExport(t *testing.T) {
	t.Parallel()
	file := sourcetest.Shared(t, "scubagear/ProviderSettingsExport.json")
	e, err := scubagear.Read(file, sourcetest.Bytes(t, file))
	if err != nil {
		t.Fatal(err)
	}
	c := load(t)
	got := make(map[posture.ControlID]string)
	for _, o := range assess.Score(c, e, assess.InForce(c.Schema, nil, e.At)).Outcomes {
		state := string(o.Assessment.State)
		if o.Assessment.State == posture.Assessed {
			state = map[bool]string{true: "pass", false: "fail"}[o.Assessment.Held]
		}
		got[o.Control.ID] = state
	}
	for id, want := range map[posture.ControlID]string{
		"BlockLegacyAuthentication": "pass", "UserRiskPolicy": "pass", "SigninRiskPolicy": "fail", "ca_reauth_week": "pass",
		"aad_phishing_MFA_strength": "fail", "ca_managed_device": "fail", "ca_baseline": "pass", "ca_guest_mfa": "pass",
		// One user is left out of the policy, and who that is was not read.
		"ca_device_code_block": "notAssessed", "ca_exclusion_gaps": "notAssessed",
		// Everybody is asked, and who has registered a method was not read.
		"MFARegistrationV2": "notAssessed", "AdminMFAV2": "notAssessed",
	} {
		if got[id] != want {
			t.Errorf("%s: got %s, want %s", id, got[id], want)
		}
	}
}
