// SPDX-License-Identifier: Apache-2.0

package entity_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"securescore/internal/entity"
	"securescore/internal/posture"
)

func skus(raw ...string) *posture.Evidence {
	e := &posture.Evidence{}
	set := &posture.DataSet{Name: "graph/subscribedSkus"}
	for i, r := range raw {
		set.Objects = append(set.Objects, posture.Object{Key: string(rune('a' + i)), Raw: []byte(r)})
	}
	e.Add(set)
	return e
}

func TestPlans(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		raw  []string
		want []string
	}{
		{"no subscription", nil, nil},
		{"only successful plans count", []string{`{"servicePlans":[
			{"servicePlanName":"AAD_PREMIUM","provisioningStatus":"Success"},
			{"servicePlanName":"INTUNE_A","provisioningStatus":"PendingProvisioning"},
			{"servicePlanName":"ATA","provisioningStatus":"Disabled"}]}`}, []string{"AAD_PREMIUM"}},
		{
			"government name is listed under both",
			[]string{`{"servicePlans":[{"servicePlanName":"ATP_ENTERPRISE_GOV","provisioningStatus":"success"}]}`},
			[]string{"ATP_ENTERPRISE", "ATP_ENTERPRISE_GOV"},
		},
		{"suspended subscription gives nothing", []string{
			`{"capabilityStatus":"Suspended","servicePlans":[{"servicePlanName":"ATA","provisioningStatus":"Success"}]}`,
			`{"capabilityStatus":"Warning","servicePlans":[{"servicePlanName":"MTP","provisioningStatus":"Success"}]}`,
		}, []string{"MTP"}},
		{"collapsed list of one", []string{`{"servicePlans":{"servicePlanName":"MIP_S_Exchange","provisioningStatus":"Success"}}`}, []string{"MIP_S_EXCHANGE"}},
		{"empty list and nulls", []string{`{"servicePlans":[]}`, `{"servicePlans":[null]}`}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			m := entity.Build(entity.Standard(), skus(tt.raw...), nil)
			plans, known, why := m.Plans()
			if !known {
				t.Fatalf("licences are not known: %v", why)
			}
			got := slices.Sorted(maps.Keys(plans))
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("plans (-want +got):\n%s", diff)
			}
		})
	}
}

func TestPlansUnknown(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		evidence *posture.Evidence
		want     posture.ReasonCode
	}{
		{"not collected", &posture.Evidence{}, posture.NotCollected},
		{"plans are null", skus(`{"servicePlans":null}`), posture.Shape},
		{"plans are absent", skus(`{"skuPartNumber":"X"}`), posture.Shape},
		{"plan without a status", skus(`{"servicePlans":[{"servicePlanName":"ATA"}]}`), posture.Shape},
		{"plan is a string", skus(`{"servicePlans":["ATA"]}`), posture.Shape},
		{"no object", skus(`[]`), posture.Shape},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			plans, known, why := entity.Build(entity.Standard(), tt.evidence, nil).Plans()
			if known || plans != nil || why.Code != tt.want {
				t.Errorf("got %v, %v, %v; want unknown for reason %s", plans, known, why, tt.want)
			}
		})
	}
}

func TestCommonPlan(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"AAD_PREMIUM":               "AAD_PREMIUM",
		"AAD_PREMIUM_USGOV_GCCHIGH": "AAD_PREMIUM",
		"TEAMS_AR_DOD":              "TEAMS",
		"EXCHANGE_S_ENTERPRISE_GOV": "EXCHANGE_S_ENTERPRISE",
		"CDS_O365_P3_GCC":           "CDS_O365_P3",
		"THREAT_INTELLIGENCE_gov":   "THREAT_INTELLIGENCE",
		"FORMS_GOV_E5":              "FORMS_GOV_E5",
		"_GOV":                      "_GOV",
	} {
		if got := entity.CommonPlan(name); got != want {
			t.Errorf("CommonPlan(%q) = %q, want %q", name, got, want)
		}
	}
}
