// SPDX-License-Identifier: Apache-2.0

package entity

import (
	"maps"
	"strings"

	"securescore/internal/entity/mailflow"
	"securescore/internal/posture"
)

// The values that Microsoft publishes for the Standard and the Strict preset
// (learn.microsoft.com/defender-office-365/recommended-settings-for-eop-and-office365).
// Nobody can change a preset's policy, so where its rule is in force and only
// its policy was not read, these are what holds. A policy that was read counts
// by its own values.

func publishedSpam() map[string]map[string]any {
	both := func(level map[string]any) map[string]any {
		maps.Copy(level, map[string]any{
			"markAsSpamBulkMail": "On", "highConfidenceSpamAction": "Quarantine", "phishSpamAction": "Quarantine", "highConfidencePhishAction": "Quarantine",
			"quarantineRetentionPeriod": int64(30), "allowedSenderCount": int64(0), "allowedDomainCount": int64(0),
			"spamZapEnabled": true, "phishZapEnabled": true, "inlineSafetyTipsEnabled": true, "advancedFiltersOff": true,
		})
		return level
	}
	return map[string]map[string]any{
		"standard": both(map[string]any{"bulkThreshold": int64(6), "bulkSpamAction": "MoveToJmf", "spamAction": "MoveToJmf"}),
		"strict":   both(map[string]any{"bulkThreshold": int64(5), "bulkSpamAction": "Quarantine", "spamAction": "Quarantine"}),
	}
}

// commonAttachments are the file types that the presets block. Microsoft adds
// to them and has taken none away.
const commonAttachments = "ace ani apk app appx arj bat cab cmd com deb dex dll docm elf exe hta img iso jar jnlp kext lha lib library lnk lzh macho " +
	"msc msi msix msp mst pif ppa ppam reg rev scf scr sct sys uif vb vbe vbs vxd wsc wsf wsh xll xz z"

func publishedMalware() map[string]map[string]any {
	return bothPresets(map[string]any{
		"enableFileFilter": true, "fileTypes": strings.Fields(commonAttachments), "zapEnabled": true, "quarantineTag": "AdminOnlyAccessPolicy",
		"enableInternalSenderAdminNotifications": false, "internalSenderAdminAddress": "",
	})
}

func publishedSafeLinks() map[string]map[string]any {
	return bothPresets(map[string]any{
		"enableSafeLinksForEmail": true, "enableSafeLinksForTeams": true, "enableSafeLinksForOffice": true, "enableForInternalSenders": true,
		"scanUrls": true, "deliverMessageAfterScan": true, "trackClicks": true, "allowClickThrough": false, "disableUrlRewrite": false,
	})
}

func publishedSafeAttachment() map[string]map[string]any {
	return bothPresets(map[string]any{"enable": true, "action": "Block", "quarantineTag": "AdminOnlyAccessPolicy"})
}

func bothPresets(values map[string]any) map[string]map[string]any {
	return map[string]map[string]any{"standard": values, "strict": values}
}

func presetKind() KindSpec {
	return KindSpec{
		Kind: "presetProtection", Singular: "preset security policies", Plural: "preset security policies", Singleton: true, Configuration: true,
		Fields: []Field{
			{Name: "standardEnabled", Type: Bool, Doc: "Whether the Standard preset is switched on, for built-in or for Defender protection."},
			{Name: "strictEnabled", Type: Bool, Doc: "Whether the Strict preset is switched on, for built-in or for Defender protection."},
			{Name: "strictForAllMail", Type: Bool, Doc: "Whether the anti-spam, anti-malware and anti-phishing policies of the Strict preset are for everybody; unknown when they are for some."},
			{Name: "strictForAllLinks", Type: Bool, Doc: "Whether Safe Links and Safe Attachments of the Strict preset are for everybody; unknown when they are for some."},
		},
	}
}

// derivePresets looks at the rules behind the presets.
func derivePresets(m *Model) {
	t := m.Table("presetProtection")
	domains, _ := acceptedDomains(m)
	families := mailFamilies()
	eop, atp := presetRules(m, &families[0], domains), presetRules(m, &families[3], domains)
	if eop.missing.Code != "" && atp.missing.Code != "" {
		t.Missing = eop.missing
		return
	}
	t.Missing = posture.Reason{}
	row := t.Add("presetProtection", "Preset security policies")
	why := eop.missing
	if why.Code == "" {
		why = atp.missing
	}
	t.SetTri(row, "standardEnabled", eop.enabled["standard"].Or(atp.enabled["standard"]), why)
	t.SetTri(row, "strictEnabled", eop.enabled["strict"].Or(atp.enabled["strict"]), why)
	t.SetTri(row, "strictForAllMail", eop.strict, eop.why)
	t.SetTri(row, "strictForAllLinks", atp.strict, atp.why)
}

type presetState struct {
	missing posture.Reason
	enabled map[string]Tri
	strict  Tri // the Strict preset is for everybody
	why     posture.Reason
}

func presetRules(m *Model, f *mailFamily, domains []string) presetState {
	c := &policyChain{family: f, table: m.Table(f.policies)}
	t := c.ruleTable(m, f.presets)
	p := presetState{missing: t.Missing, why: t.Missing, enabled: make(map[string]Tri)}
	if !t.Collected() {
		return p
	}
	for _, level := range []string{"standard", "strict"} {
		on := False
		for row := range t.Len() {
			if presetLevel(t.Names[row]) == level {
				on = on.Or(t.is(row, "state", "Enabled"))
			}
		}
		p.enabled[level] = on
	}
	p.why = undecided("the Strict preset is for some people, and who they are was not read")
	var rules []mailflow.Rule
	for row := range t.Len() {
		if s, ok := c.step(t, row, "strict"); ok && presetLevel(t.Names[row]) == "strict" {
			rules = append(rules, s.rule)
		}
	}
	reached := mailflow.NewChain(rules).Reach(domains)
	switch {
	case reached[len(reached)-1] != mailflow.None:
		p.strict = True
	case len(reached) == 1:
		p.strict = False
	}
	return p
}
