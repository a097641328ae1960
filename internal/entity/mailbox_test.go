// SPDX-License-Identifier: Apache-2.0

package entity_test

import (
	"fmt"
	"maps"
	"strconv"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-cmp/cmp"

	"securescore/internal/entity"
	"securescore/internal/posture"
)

// sets maps data sets to a JSON list of their objects.
type sets map[string]string

func (s sets) with(more sets) sets {
	all := make(sets)
	for _, m := range []sets{s, more} {
		maps.Copy(all, m)
	}
	return all
}

func build(t *testing.T, s sets) *entity.Model {
	t.Helper()
	e := &posture.Evidence{}
	for name, list := range s {
		e.Add(&posture.DataSet{Name: name, Objects: objectsOf(t, list)})
	}
	return entity.Build(entity.Standard(), e, nil)
}

// objectsOf takes a JSON list apart; keys are positions.
func objectsOf(tb testing.TB, list string) []posture.Object {
	tb.Helper()
	var objects []posture.Object
	in := jsontext.NewDecoder(strings.NewReader(list))
	if _, err := in.ReadToken(); err != nil {
		tb.Fatalf("%s: %v", list, err)
	}
	for in.PeekKind() != jsontext.KindEndArray {
		raw, err := in.ReadValue()
		if err != nil {
			tb.Fatalf("%s: %v", list, err)
		}
		objects = append(objects, posture.Object{Key: strconv.Itoa(len(objects)), Raw: raw.Clone()})
	}
	return objects
}

// values lists the rows of a table with one field: "name=value", or
// "name?reason" where it is unknown.
func values(t *entity.Table, field string) []string {
	list := []string{}
	c := t.Col(field)
	for row := range t.Len() {
		if v, ok := c.Value(row); ok {
			list = append(list, fmt.Sprintf("%s=%v", t.Names[row], v))
		} else {
			list = append(list, fmt.Sprintf("%s?%s", t.Names[row], c.Why(row).Code))
		}
	}
	return list
}

const nobodySpecial = `"SentTo":null,"SentToMemberOf":null,"RecipientDomainIs":null,"ExceptIfSentTo":null,"ExceptIfSentToMemberOf":null,"ExceptIfRecipientDomainIs":null`

// rule writes a rule of anti-phishing policies; more replaces conditions.
func rule(name, policy, state string, priority int, more string) string {
	conditions := nobodySpecial
	if key, _, ok := strings.Cut(strings.TrimPrefix(more, `"`), `"`); ok {
		conditions = strings.Replace(conditions, `"`+key+`":null`, more, 1)
	}
	return fmt.Sprintf(`{"Name":%q,"State":%q,"Priority":%d,"AntiPhishPolicy":%q,%s}`, name, state, priority, policy, conditions)
}

const (
	strict   = "Strict Preset Security Policy"
	standard = "Standard Preset Security Policy"
	mail     = "exchange/Mailbox"
	phish    = "exchange/AntiPhishPolicy"
	custom   = "exchange/AntiPhishRule"
	presets  = "exchange/EOPProtectionPolicyRule"
	domains  = "exchange/AcceptedDomain"
)

var organisation = sets{
	mail: `[{"DisplayName":"Ada","PrimarySmtpAddress":"ada@contoso.com","EmailAddresses":["SMTP:ada@contoso.com","smtp:a@fabrikam.com"]},
		{"DisplayName":"Bob","PrimarySmtpAddress":"bob@fabrikam.com","EmailAddresses":["SMTP:bob@fabrikam.com"]}]`,
	phish: `[{"Name":"Office365 AntiPhish Default","IsDefault":true,"Enabled":true,"PhishThresholdLevel":1},
		{"Name":"Strict1","IsDefault":false,"Enabled":true,"RecommendedPolicyType":"Strict","PhishThresholdLevel":4},
		{"Name":"Standard1","IsDefault":false,"Enabled":true,"RecommendedPolicyType":"Standard","PhishThresholdLevel":3},
		{"Name":"Weak","IsDefault":false,"Enabled":true,"RecommendedPolicyType":"Custom","PhishThresholdLevel":1},
		{"Name":"Firm","IsDefault":false,"Enabled":true,"RecommendedPolicyType":"Custom","PhishThresholdLevel":2},
		{"Name":"Off","IsDefault":false,"Enabled":false,"RecommendedPolicyType":"Custom","PhishThresholdLevel":4}]`,
	custom:  `[]`,
	presets: `[]`,
	domains: `[{"DomainName":"contoso.com"},{"DomainName":"fabrikam.com"}]`,
}

func TestMailPolicyInForce(t *testing.T) {
	t.Parallel()
	const field = "antiPhish.phishThresholdLevel"
	tests := []struct {
		name     string
		evidence sets
		want     []string
	}{
		{"default policy for those whom no rule reaches", sets{}, []string{"Ada=1", "Bob=1"}},
		{"a preset for everybody", sets{presets: "[" + rule(standard, "Standard1", "Enabled", 1, "") + "]"}, []string{"Ada=3", "Bob=3"}},
		{"a disabled preset is never in force", sets{presets: "[" + rule(standard, "Standard1", "Disabled", 1, "") + "]"}, []string{"Ada=1", "Bob=1"}},
		{"Strict goes before Standard whatever the order", sets{presets: "[" + rule(standard, "Standard1", "Enabled", 0, "") + "," + rule(strict, "Strict1", "Enabled", 1, "") + "]"}, []string{"Ada=4", "Bob=4"}},
		{"a preset with an exception leaves people to the default", sets{presets: "[" + rule(standard, "Standard1", "Enabled", 1, `"ExceptIfSentTo":["bob@fabrikam.com"]`) + "]"}, []string{"Ada=3", "Bob=1"}},
		{"an exception by domain", sets{presets: "[" + rule(standard, "Standard1", "Enabled", 1, `"ExceptIfRecipientDomainIs":["contoso.com"]`) + "]"}, []string{"Ada=1", "Bob=3"}},
		{"a custom rule with weaker values goes before the default", sets{custom: "[" + rule("R", "Weak", "Enabled", 0, `"RecipientDomainIs":["fabrikam.com"]`) + "]", phish: strings.Replace(organisation[phish], `"PhishThresholdLevel":1`, `"PhishThresholdLevel":3`, 1)}, []string{"Ada=3", "Bob=1"}},
		{"the lower number of priority wins", sets{custom: "[" + rule("R1", "Firm", "Enabled", 1, "") + "," + rule("R0", "Weak", "Enabled", 0, "") + "]"}, []string{"Ada=1", "Bob=1"}},
		{"a preset goes before custom rules", sets{presets: "[" + rule(standard, "Standard1", "Enabled", 9, "") + "]", custom: "[" + rule("R", "Weak", "Enabled", 0, "") + "]"}, []string{"Ada=3", "Bob=3"}},
		{"a disabled custom rule", sets{custom: "[" + rule("R", "Firm", "Disabled", 0, "") + "]"}, []string{"Ada=1", "Bob=1"}},
		{"a rule whose policy is disabled", sets{custom: "[" + rule("R", "Off", "Enabled", 0, "") + "]"}, []string{"Ada=1", "Bob=1"}},
		{"a rule without its policy", sets{custom: "[" + rule("R", "Gone", "Enabled", 0, `"SentTo":["ada@contoso.com"]`) + "]"}, []string{"Ada?undecided", "Bob=1"}},
		{"members of a group were not read", sets{custom: "[" + rule("R", "Firm", "Enabled", 0, `"SentToMemberOf":["vip@contoso.com"]`) + "]"}, []string{"Ada?undecided", "Bob?undecided"}},
		{"a group does not matter where both policies agree", sets{custom: "[" + rule("R", "Weak", "Enabled", 0, `"SentToMemberOf":["vip@contoso.com"]`) + "]"}, []string{"Ada=1", "Bob=1"}},
		{"an excepted group", sets{presets: "[" + rule(standard, "Standard1", "Enabled", 1, `"ExceptIfSentToMemberOf":["pilots"]`) + "]"}, []string{"Ada?undecided", "Bob?undecided"}},
		{"a condition that is missing from the rule", sets{presets: strings.ReplaceAll("["+rule(standard, "Standard1", "Enabled", 1, "")+"]", `"SentTo":null,`, "")}, []string{"Ada?undecided", "Bob?undecided"}},
		{"a condition of a kind that is not known", sets{presets: strings.Replace("["+rule(standard, "Standard1", "Enabled", 1, "")+"]", `"SentTo":null`, `"SentTo":null,"Conditions":["LicencePredicate"]`, 1)}, []string{"Ada?undecided", "Bob?undecided"}},
		{"an exception of a kind that is not known", sets{presets: strings.Replace("["+rule(standard, "Standard1", "Enabled", 1, `"ExceptIfSentTo":["x@contoso.com"]`)+"]", `"SentTo":null`, `"SentTo":null,"Exceptions":["A","B"]`, 1)}, []string{"Ada?undecided", "Bob?undecided"}},
		{"conditions that are known by name", sets{presets: strings.Replace("["+rule(standard, "Standard1", "Enabled", 1, `"RecipientDomainIs":["contoso.com"]`)+"]", `"SentTo":null`, `"SentTo":null,"Conditions":["RecipientDomainIsPredicate"]`, 1)}, []string{"Ada=3", "Bob=1"}},
		{"a state that is not known", sets{presets: "[" + rule(standard, "Standard1", "Paused", 1, "") + "]"}, []string{"Ada?undecided", "Bob?undecided"}},
		{"equal priorities leave the order open", sets{custom: "[" + rule("R1", "Firm", "Enabled", 0, "") + "," + rule("R0", "Weak", "Enabled", 0, "") + "]"}, []string{"Ada?undecided", "Bob?undecided"}},
		{"the only rule needs no priority", sets{custom: strings.Replace("["+rule("R", "Firm", "Enabled", 0, "")+"]", `"Priority":0,`, "", 1)}, []string{"Ada=2", "Bob=2"}},
		{"a secondary address is a user too", sets{custom: "[" + rule("R", "Firm", "Enabled", 0, `"SentTo":["a@fabrikam.com"]`) + "]"}, []string{"Ada=2", "Bob=1"}},
		{"one condition instead of a list", sets{custom: "[" + rule("R", "Firm", "Enabled", 0, `"SentTo":"bob@fabrikam.com"`) + "]"}, []string{"Ada=1", "Bob=2"}},
		{"policies named in another letter case", sets{custom: "[" + rule("R", "FIRM", "Enabled", 0, "") + "]"}, []string{"Ada=2", "Bob=2"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := values(build(t, organisation.with(tt.evidence)).Table("mailbox"), field)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", field, diff)
			}
		})
	}
}

func without(s sets, names ...string) sets {
	all := s.with(nil)
	for _, name := range names {
		delete(all, name)
	}
	return all
}

func TestMailPolicyWhenRulesWereNotRead(t *testing.T) {
	t.Parallel()
	const field = "antiPhish.phishThresholdLevel"
	everybody := sets{presets: "[" + rule(standard, "Standard1", "Enabled", 1, "") + "]"}
	tests := []struct {
		name     string
		evidence sets
		want     []string
	}{
		{"custom rules: any policy may be in force", without(organisation, custom), []string{"Ada?notCollected", "Bob?notCollected"}},
		{"custom rules do not matter below a preset for everybody", without(organisation, custom).with(everybody), []string{"Ada=3", "Bob=3"}},
		{"presets: they may be in force", without(organisation, presets), []string{"Ada?notCollected", "Bob?notCollected"}},
		{"policies", without(organisation, phish), []string{"Ada?notCollected", "Bob?notCollected"}},
		{"anything", sets{mail: organisation[mail]}, []string{"Ada?notCollected", "Bob?notCollected"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := values(build(t, tt.evidence).Table("mailbox"), field)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", field, diff)
			}
		})
	}
}

// inScope lists the rows of one family in a table that stands for groups.
func inScope(t *entity.Table, family, field string) []string {
	list := []string{}
	all := values(t, family+"."+field)
	for row := range t.Len() {
		if t.Bool(row, family+".inScope") == entity.True {
			list = append(list, all[row])
		}
	}
	return list
}

func TestMailPoliciesWithoutMailboxes(t *testing.T) {
	t.Parallel()
	nobody := without(organisation, mail)
	tests := []struct {
		name     string
		evidence sets
		want     []string
	}{
		{"the default for everybody", nobody, []string{"All recipients (Office365 AntiPhish Default)=1"}},
		{"a preset for everybody hides all else", nobody.with(sets{presets: "[" + rule(standard, "Standard1", "Enabled", 1, "") + "]", custom: "[" + rule("R", "Weak", "Enabled", 0, "") + "]"}), []string{"Recipients of " + standard + "=3"}},
		{"a preset for all domains does so too", nobody.with(sets{presets: "[" + rule(standard, "Standard1", "Enabled", 1, `"RecipientDomainIs":["contoso.com","fabrikam.com"]`) + "]"}), []string{"Recipients of " + standard + "=3"}},
		{"all domains, but which they are was not read", without(nobody, domains).with(sets{presets: "[" + rule(standard, "Standard1", "Enabled", 1, `"RecipientDomainIs":["contoso.com","fabrikam.com"]`) + "]"}), []string{"Recipients of " + standard + "=3", "All other recipients (Office365 AntiPhish Default)=1"}},
		{"a preset with an exception", nobody.with(sets{presets: "[" + rule(standard, "Standard1", "Enabled", 1, `"ExceptIfSentTo":["bob@fabrikam.com"]`) + "]"}), []string{"Recipients of " + standard + "=3", "All other recipients (Office365 AntiPhish Default)=1"}},
		{"a disabled preset", nobody.with(sets{presets: "[" + rule(standard, "Standard1", "Disabled", 1, "") + "]"}), []string{"All recipients (Office365 AntiPhish Default)=1"}},
		{"custom rules were not read", without(nobody, custom), []string{"Recipients of Weak, if any=1", "Recipients of Firm, if any=2", "All other recipients (Office365 AntiPhish Default)=1"}},
		{"a rule without its policy", nobody.with(sets{custom: "[" + rule("R", "Gone", "Enabled", 0, `"SentTo":["ada@contoso.com"]`) + "]"}), []string{"Recipients of R?undecided", "All other recipients (Office365 AntiPhish Default)=1"}},
		{"two rules of one name", nobody.with(sets{custom: "[" + rule("R", "Firm", "Enabled", 0, `"SentTo":["ada@contoso.com"]`) + "," + rule("R", "Weak", "Enabled", 1, `"SentTo":["bob@contoso.com"]`) + "]"}), []string{"Recipients of R=2", "Recipients of R=1", "All other recipients (Office365 AntiPhish Default)=1"}},
		{"nothing of the family was read", sets{"exchange/HostedContentFilterPolicy": `[]`}, []string{"All recipients (default policy)?notCollected"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			table := build(t, tt.evidence).Table("mailbox")
			if table.Aggregate == "" || !table.Collected() {
				t.Errorf("the rows do not say that they stand for groups: %q, %v", table.Aggregate, table.Missing)
			}
			if diff := cmp.Diff(tt.want, inScope(table, "antiPhish", "phishThresholdLevel")); diff != "" {
				t.Errorf("rows (-want +got):\n%s", diff)
			}
		})
	}
}

func TestMailboxesOfNobody(t *testing.T) {
	t.Parallel()
	table := build(t, sets{}).Table("mailbox")
	if table.Collected() || table.Len() != 0 {
		t.Errorf("got %d rows, missing %v; want none, and that mailboxes were not collected", table.Len(), table.Missing)
	}
}
