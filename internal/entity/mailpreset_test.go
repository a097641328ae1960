// SPDX-License-Identifier: Apache-2.0

package entity_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"securescore/internal/entity"
)

const (
	links     = "exchange/SafeLinksPolicy"
	linkRules = "exchange/SafeLinksRule"
	atp       = "exchange/ATPProtectionPolicyRule"
	builtIn   = "exchange/ATPBuiltInProtectionRule"
)

var linked = sets{
	mail: organisation[mail],
	links: `[{"Name":"Built-In Protection Policy","IsBuiltInProtection":true,"EnableSafeLinksForEmail":true},
		{"Name":"Lax","IsBuiltInProtection":false,"EnableSafeLinksForEmail":false}]`,
	linkRules: `[]`, atp: `[]`,
	builtIn: `[{"Name":"ATP Built-In Protection Rule","ExceptIfSentTo":null,"ExceptIfSentToMemberOf":null,"ExceptIfRecipientDomainIs":null}]`,
	domains: organisation[domains],
}

func TestBuiltInProtection(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, field string
		evidence    sets
		want        []string
	}{
		{"stands behind all rules", "enableSafeLinksForEmail", linked, []string{"Ada=true", "Bob=true"}},
		{"its level", "level", linked, []string{"Ada=builtIn", "Bob=builtIn"}},
		{"leaves its exceptions without a policy", "protected", linked.with(sets{builtIn: strings.Replace(linked[builtIn], `"ExceptIfSentTo":null`, `"ExceptIfSentTo":["bob@fabrikam.com"]`, 1)}), []string{"Ada=true", "Bob=false"}},
		{"and without values", "enableSafeLinksForEmail", linked.with(sets{builtIn: strings.Replace(linked[builtIn], `"ExceptIfSentTo":null`, `"ExceptIfSentTo":["bob@fabrikam.com"]`, 1)}), []string{"Ada=true", "Bob?undecided"}},
		{"is not there without its rule", "protected", linked.with(sets{builtIn: `[]`}), []string{"Ada=false", "Bob=false"}},
		{"whose exceptions were not read", "protected", without(linked, builtIn), []string{"Ada?notCollected", "Bob?notCollected"}},
		{"whose exceptions are not in the rule", "protected", linked.with(sets{builtIn: `[{"Name":"ATP Built-In Protection Rule"}]`}), []string{"Ada?undecided", "Bob?undecided"}},
		{"a weaker custom rule goes before it", "enableSafeLinksForEmail", linked.with(sets{linkRules: `[{"Name":"R","State":"Enabled","Priority":0,"SafeLinksPolicy":"Lax",` + nobodySpecial + `}]`}), []string{"Ada=false", "Bob=false"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, values(build(t, tt.evidence).Table("mailbox"), "safeLinks."+tt.field)); diff != "" {
				t.Errorf("safeLinks.%s (-want +got):\n%s", tt.field, diff)
			}
		})
	}
}

func TestBuiltInProtectionWithoutMailboxes(t *testing.T) {
	t.Parallel()
	nobody := without(linked, mail)
	for name, tt := range map[string]struct {
		evidence sets
		want     []string
	}{
		"for everybody":          {nobody, []string{"All recipients (Built-In Protection Policy)=true"}},
		"with exceptions":        {nobody.with(sets{builtIn: strings.Replace(linked[builtIn], `"ExceptIfSentTo":null`, `"ExceptIfSentTo":["bob@fabrikam.com"]`, 1)}), []string{"All other recipients (Built-In Protection Policy)=true", "Recipients without a Safe Links policy=false"}},
		"rule was not read":      {without(nobody, builtIn), []string{"All other recipients (Built-In Protection Policy)=true", "Recipients without a Safe Links policy=false"}},
		"rule was read and none": {nobody.with(sets{builtIn: `[]`}), []string{"Recipients without a Safe Links policy=false"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, inScope(build(t, tt.evidence).Table("mailbox"), "safeLinks", "protected")); diff != "" {
				t.Errorf("rows (-want +got):\n%s", diff)
			}
		})
	}
}

// presetOf writes a rule of a preset that names the policy P four times.
func presetOf(level string) string {
	return `[{"Name":"` + level + `","State":"Enabled","Priority":0,"HostedContentFilterPolicy":"P","MalwareFilterPolicy":"P","SafeLinksPolicy":"P","SafeAttachmentPolicy":"P",` + nobodySpecial + `}]`
}

func TestPublishedValuesOfPresets(t *testing.T) {
	t.Parallel()
	const spam = "exchange/HostedContentFilterPolicy"
	for name, tt := range map[string]struct {
		evidence sets
		field    string
		want     []string
	}{
		"Standard, policies not read":           {sets{presets: presetOf(standard)}, "bulkThreshold", []string{"Recipients of " + standard + "=6"}},
		"Strict, policies not read":             {sets{presets: presetOf(strict)}, "spamAction", []string{"Recipients of " + strict + "=Quarantine"}},
		"a value that was read counts":          {sets{presets: presetOf(standard), spam: `[{"Name":"P","RecommendedPolicyType":"Standard","IsDefault":false,"BulkThreshold":9}]`}, "bulkThreshold", []string{"Recipients of " + standard + "=9"}},
		"a policy that should have been read":   {sets{presets: presetOf(standard), spam: `[]`}, "bulkThreshold", []string{"Recipients of " + standard + "?undecided"}},
		"a value that its policy does not hold": {sets{presets: presetOf(standard), spam: `[{"Name":"P","RecommendedPolicyType":"Standard","IsDefault":false}]`}, "bulkThreshold", []string{"Recipients of " + standard + "?notCollected"}},
		"another rule has no published values":  {sets{presets: presetOf("Evaluation")}, "bulkThreshold", []string{"Recipients of Evaluation?notCollected"}},
		"a custom rule has no published values": {sets{"exchange/HostedContentFilterRule": presetOf(standard), presets: `[]`}, "bulkThreshold", []string{"Recipients of " + standard + "?notCollected"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, inScope(build(t, tt.evidence).Table("mailbox"), "spam", tt.field)); diff != "" {
				t.Errorf("spam.%s (-want +got):\n%s", tt.field, diff)
			}
		})
	}
}

func TestStrictPresetForEverybody(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		rule string
		want entity.Tri
	}{
		"for everybody":          {rule(strict, "P", "Enabled", 0, ""), entity.True},
		"disabled":               {rule(strict, "P", "Disabled", 0, ""), entity.False},
		"for some":               {rule(strict, "P", "Enabled", 0, `"SentTo":["ada@contoso.com"]`), entity.Unknown},
		"for a domain of others": {rule(strict, "P", "Enabled", 0, `"RecipientDomainIs":["elsewhere.example"]`), entity.False},
		"with an exception":      {rule(strict, "P", "Enabled", 0, `"ExceptIfSentTo":["ada@contoso.com"]`), entity.Unknown},
		"only Standard":          {rule(standard, "P", "Enabled", 0, ""), entity.False},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			table := build(t, sets{presets: "[" + tt.rule + "]", domains: organisation[domains]}).Table("presetProtection")
			if got := table.Bool(0, "strictForAllMail"); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
			if got := table.Bool(0, "strictForAllLinks"); got != entity.Unknown {
				t.Errorf("links: got %s, want unknown: the rules were not read", got)
			}
		})
	}
}
