// SPDX-License-Identifier: Apache-2.0

package entity_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"securescore/internal/posture"
)

const (
	rules  = "exchange/TransportRule"
	remote = "exchange/RemoteDomain"
	// quiet are the members of a mail flow rule that does nothing.
	quiet = `"SetSCL":null,"SenderDomainIs":null,"From":null,"SetHeaderName":null,"RedirectMessageTo":null,"BlindCopyTo":null,"CopyTo":null,"AddToRecipients":null`
)

// flow writes an enabled mail flow rule R; more replaces members.
func flow(more ...string) string {
	members := quiet
	for _, m := range more {
		key, _, _ := strings.Cut(strings.TrimPrefix(m, `"`), `"`)
		if strings.Contains(members, `"`+key+`":null`) {
			members = strings.Replace(members, `"`+key+`":null`, m, 1)
		} else {
			members += "," + m
		}
	}
	return `{"Name":"R","State":"Enabled","Mode":"Enforce",` + members + `}`
}

// first returns field of the first row of a kind.
func first(t *testing.T, s sets, kind posture.Kind, field string) string {
	t.Helper()
	table := build(t, s).Table(kind)
	if table.Len() == 0 {
		return "missing " + string(table.Missing.Code)
	}
	return values(table, field)[0][len(table.Names[0]):]
}

func TestExchangeFacts(t *testing.T) {
	t.Parallel()
	own := sets{domains: `[{"DomainName":"contoso.com"}]`}
	tests := []struct {
		name        string
		evidence    sets
		kind, field string
		want        string
	}{
		{"rule trusts a domain, as a string", sets{rules: "[" + flow(`"SetSCL":"-1"`, `"SenderDomainIs":["x.example"]`) + "]"}, "transportRule", "skipsSpamFilter", "=true"},
		{"rule trusts a sender, as a number", sets{rules: "[" + flow(`"SetSCL":-1`, `"From":["a@x.example"]`) + "]"}, "transportRule", "skipsSpamFilter", "=true"},
		{"rule raises the level", sets{rules: "[" + flow(`"SetSCL":"9"`, `"SenderDomainIs":["x.example"]`) + "]"}, "transportRule", "skipsSpamFilter", "=false"},
		{"rule trusts no listed sender", sets{rules: "[" + flow(`"SetSCL":"-1"`) + "]"}, "transportRule", "skipsSpamFilter", "=false"},
		{"rule does not say what it sets", sets{rules: `[{"Name":"R","SenderDomainIs":["x.example"]}]`}, "transportRule", "skipsSpamFilter", "?notCollected"},
		{"rule goes past Safe Links", sets{rules: "[" + flow(`"SetHeaderName":"x-ms-exchange-organization-skipsafelinksprocessing"`) + "]"}, "transportRule", "skipsDefender", "=true"},
		{"rule writes another header", sets{rules: "[" + flow(`"SetHeaderName":"X-Own"`) + "]"}, "transportRule", "skipsDefender", "=false"},

		{"rule redirects outside", own.with(sets{remote: `[]`, rules: "[" + flow(`"RedirectMessageTo":["a@x.example"]`) + "]"}), "mailForwarding", "noRuleRedirects", "=false"},
		{"rule copies outside", own.with(sets{remote: `[]`, rules: "[" + flow(`"BlindCopyTo":["a@x.example"]`) + "]"}), "mailForwarding", "noRuleRedirects", "=false"},
		{"rule redirects inside", own.with(sets{remote: `[]`, rules: "[" + flow(`"RedirectMessageTo":["a@Contoso.com"]`) + "]"}), "mailForwarding", "noRuleRedirects", "=true"},
		{"rule redirects to a name", own.with(sets{remote: `[]`, rules: "[" + flow(`"RedirectMessageTo":["Archive"]`) + "]"}), "mailForwarding", "noRuleRedirects", "?undecided"},
		{"own domains were not read", sets{remote: `[]`, rules: "[" + flow(`"RedirectMessageTo":["a@x.example"]`) + "]"}, "mailForwarding", "noRuleRedirects", "?undecided"},
		{"redirecting rule is off", own.with(sets{remote: `[]`, rules: "[" + strings.Replace(flow(`"RedirectMessageTo":["a@x.example"]`), "Enabled", "Disabled", 1) + "]"}), "mailForwarding", "noRuleRedirects", "=true"},
		{"redirecting rule is in test", own.with(sets{remote: `[]`, rules: "[" + strings.Replace(flow(`"RedirectMessageTo":["a@x.example"]`), "Enforce", "Audit", 1) + "]"}), "mailForwarding", "noRuleRedirects", "=true"},
		{"rules were not read", sets{remote: `[]`}, "mailForwarding", "noRuleRedirects", "?notCollected"},
		{"default remote domain closed", sets{remote: `[{"DomainName":"*","AutoForwardEnabled":false}]`}, "mailForwarding", "remoteDomainsClosed", "=true"},
		{"another remote domain open", sets{remote: `[{"DomainName":"*","AutoForwardEnabled":false},{"DomainName":"x.example","AutoForwardEnabled":true}]`}, "mailForwarding", "remoteDomainsClosed", "=false"},
		{"default remote domain not in the evidence", sets{remote: `[{"DomainName":"x.example","AutoForwardEnabled":false}]`}, "mailForwarding", "remoteDomainsClosed", "?undecided"},
		{"neither was read", sets{}, "mailForwarding", "remoteDomainsClosed", "missing notCollected"},

		{"warning for all mail from outside", sets{rules: "[" + flow(`"FromScope":"NotInOrganization"`, `"PrependSubject":"[E]"`, `"Conditions":["F"]`, `"Exceptions":null`) + "]"}, "externalWarning", "rule", "=true"},
		{"warning in the text", sets{rules: "[" + flow(`"FromScope":"NotInOrganization"`, `"ApplyHtmlDisclaimerText":"<p>","ApplyHtmlDisclaimerLocation":"Prepend"`, `"Conditions":["F"]`, `"Exceptions":[]`) + "]"}, "externalWarning", "rule", "=true"},
		{"warning with an exception", sets{rules: "[" + flow(`"FromScope":"NotInOrganization"`, `"PrependSubject":"[E]"`, `"Conditions":["F"]`, `"Exceptions":["X"]`) + "]"}, "externalWarning", "rule", "=false"},
		{"warning with another condition", sets{rules: "[" + flow(`"FromScope":"NotInOrganization"`, `"PrependSubject":"[E]"`, `"Conditions":["F","S"]`, `"Exceptions":null`) + "]"}, "externalWarning", "rule", "=false"},
		{"warning in test", sets{rules: "[" + strings.Replace(flow(`"FromScope":"NotInOrganization"`, `"PrependSubject":"[E]"`, `"Conditions":["F"]`, `"Exceptions":null`), "Enforce", "Audit", 1) + "]"}, "externalWarning", "rule", "=false"},
		{"mark of mail inside", sets{rules: "[" + flow(`"FromScope":"InOrganization"`, `"PrependSubject":"[E]"`, `"Conditions":["F"]`, `"Exceptions":null`) + "]"}, "externalWarning", "rule", "=false"},
		{"Outlook's tag", sets{"exchange/ExternalInOutlook": `[{"Enabled":true}]`}, "externalWarning", "tag", "=true"},
		{"Outlook's tag was not read", sets{rules: `[]`}, "externalWarning", "tag", "?notCollected"},

		{"calendars for everybody", sets{"exchange/SharingPolicy": `[{"Name":"P","Domains":["*:CalendarSharingFreeBusySimple"]}]`}, "sharingPolicy", "sharesCalendars", "=true"},
		{"calendars for anybody anonymous", sets{"exchange/SharingPolicy": `[{"Name":"P","Domains":"Anonymous:CalendarSharingFreeBusyReviewer"}]`}, "sharingPolicy", "sharesCalendarDetails", "=true"},
		{"calendars for one domain", sets{"exchange/SharingPolicy": `[{"Name":"P","Domains":["x.example:CalendarSharingFreeBusyDetail, ContactsSharing"]}]`}, "sharingPolicy", "sharesCalendars", "=false"},
		{"contacts for everybody", sets{"exchange/SharingPolicy": `[{"Name":"P","Domains":["*:CalendarSharingFreeBusySimple, ContactsSharing"]}]`}, "sharingPolicy", "sharesContacts", "=true"},
		{"domains of the policy were not read", sets{"exchange/SharingPolicy": `[{"Name":"P"}]`}, "sharingPolicy", "sharesContacts", "?notCollected"},

		{"bookings off", sets{"exchange/OrganizationConfig": `[{"BookingsEnabled":false}]`}, "exchangeOrganization", "bookingsForAnybody", "=false"},
		{"bookings on, pages off", sets{"exchange/OrganizationConfig": `[{"BookingsEnabled":true}]`, "exchange/OwaMailboxPolicy": `[{"Name":"D","IsDefault":true,"BookingsMailboxCreationEnabled":false}]`}, "exchangeOrganization", "bookingsForAnybody", "=false"},
		{"bookings on, pages not read", sets{"exchange/OrganizationConfig": `[{"BookingsEnabled":true}]`}, "exchangeOrganization", "bookingsForAnybody", "?notCollected"},
		{"outbound connector with a check", sets{"exchange/OutboundConnector": `[{"Name":"C","TlsSettings":"DomainValidation"}]`}, "outboundConnector", "requiresTls", "=true"},
		{"outbound connector without", sets{"exchange/OutboundConnector": `[{"Name":"C","TlsSettings":null}]`}, "outboundConnector", "requiresTls", "=false"},
		{"advanced filters in test", sets{"exchange/HostedContentFilterPolicy": `[{"Name":"P","MarkAsSpamEmptyMessages":"Test"}]`}, "spamPolicy", "advancedFiltersOff", "=false"},
		{"advanced filters not read", sets{"exchange/HostedContentFilterPolicy": `[{"Name":"P","MarkAsSpamEmptyMessages":"Off"}]`}, "spamPolicy", "advancedFiltersOff", "?notCollected"},
		{"Teams protection with exceptions", sets{"exchange/TeamsProtectionPolicy": `[{"Name":"T","ZapEnabled":true}]`, "exchange/TeamsProtectionPolicyRule": `[{"ExceptIfSentTo":["a@x.example"],"ExceptIfSentToMemberOf":null,"ExceptIfRecipientDomainIs":null}]`}, "teamsZap", "exceptions", "=[a@x.example]"},
		{"mailbox forwards outside", own.with(sets{mail: `[{"DisplayName":"A","ForwardingSmtpAddress":"smtp:a@x.example"}]`}), "mailbox", "forwardsOutside", "=true"},
		{"mailbox forwards inside", own.with(sets{mail: `[{"DisplayName":"A","ForwardingSmtpAddress":"smtp:a@contoso.com","ForwardingAddress":null}]`}), "mailbox", "forwardsOutside", "=false"},
		{"mailbox does not forward", own.with(sets{mail: `[{"DisplayName":"A","ForwardingSmtpAddress":null,"ForwardingAddress":null}]`}), "mailbox", "forwardsOutside", "=false"},
		{"mailbox forwards to a contact", own.with(sets{mail: `[{"DisplayName":"A","ForwardingSmtpAddress":null,"ForwardingAddress":"C"}]`}), "mailbox", "forwardsOutside", "?undecided"},
		{"mailbox forwards to another one", own.with(sets{mail: `[{"DisplayName":"A","ForwardingSmtpAddress":null,"ForwardingAddress":"b"},{"Name":"B"}]`}), "mailbox", "forwardsOutside", "=false"},
		{"rule trusts everybody outside", sets{rules: "[" + flow(`"SetSCL":"-1"`, `"Conditions":["Tasks.FromScopePredicate"]`) + "]"}, "transportRule", "skipsSpamFilter", "=true"},
		{"rule trusts own scanners", sets{rules: "[" + flow(`"SetSCL":"-1"`, `"Conditions":["Tasks.SenderIpRangesPredicate"]`) + "]"}, "transportRule", "skipsSpamFilter", "=false"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, first(t, tt.evidence, posture.Kind(tt.kind), tt.field)); diff != "" {
				t.Errorf("%s.%s (-want +got):\n%s", tt.kind, tt.field, diff)
			}
		})
	}
}
