// SPDX-License-Identifier: Apache-2.0

package sample

import "strconv"

const (
	eopPresets = "exchange/EOPProtectionPolicyRule"
	atpPresets = "exchange/ATPProtectionPolicyRule"
	standard   = "Standard Preset Security Policy"
	spamPolicy = "exchange/HostedContentFilterPolicy"
	outbound   = "exchange/HostedOutboundSpamFilterPolicy"
	mailRules  = "exchange/TransportRule"
)

// mailStory is about what Exchange and Defender do with mail.
func mailStory() []event {
	scanner := "Scanner mail without Safe Attachments"
	return []event{
		{27, "Outlook marks mail from outside.", set("exchange/ExternalInOutlook", "Enabled", true)},
		{36, "The Standard preset protects the mailboxes of contoso-parts.example.", presetFor(parts)},
		{60, "The Standard preset protects all mailboxes.", presetFor(Domain, "contoso.onmicrosoft.com", "parts.contoso.example", parts, fabrikam)},
		{117, "Mail can no longer be forwarded outside by itself.", all(
			set(outbound, "AutoForwardingMode", "Off"), setOf("exchange/RemoteDomain", "Default", "AutoForwardEnabled", false), setOf("exchange/RemoteDomain", "Fabrikam", "AutoForwardEnabled", false),
			drop(mailRules, "Copy orders to the parts shop"),
		)},
		{129, "The last mailboxes that forward to private addresses stop doing so.", on(func(o *org) error {
			return o.each(func(p *person) bool { return p.forwards != "" }, func(p *person) { p.forwards = "" })
		})},
		{120, "Whoever sends too much is blocked, and somebody hears of it.", set(
			outbound, "RecipientLimitExternalPerHour", 500, "RecipientLimitInternalPerHour", 1000, "RecipientLimitPerDay", 1000, "ActionWhenThresholdReached", "BlockUser",
			"BccSuspiciousOutboundMail", true, "BccSuspiciousOutboundAdditionalRecipients", []any{"security@contoso.example"}, "NotifyOutboundSpam", true, "NotifyOutboundSpamRecipients", []any{"security@contoso.example"},
		)},
		{225, "No sender is let past the spam filter any more.", all(
			drop(mailRules, "Let the newsletter partner through"),
			setOf(spamPolicy, "Default", "AllowedSenders", []any{}, "AllowedSenderDomains", []any{}),
			set("exchange/HostedConnectionFilterPolicy", "IPAllowList", []any{}),
		)},
		{258, "Dangerous messages are taken out of Teams later.", set("exchange/TeamsProtectionPolicy", "ZapEnabled", true)},
		{303, "Scanned mail goes through Defender like any other.", all(
			drop(mailRules, scanner), set("exchange/ATPBuiltInProtectionRule", "ExceptIfSentTo", []any{}),
		)},
		{318, "Marketing lets a campaign agency past the spam filter.", put(mailRules, letThrough("Campaign of the agency", "lucerne-publishing.example"))},
		{333, "The agency signs its mail, and the exception is gone.", drop(mailRules, "Campaign of the agency")},
		{366, "Outlook keeps private mail accounts out.", set(
			"exchange/OwaMailboxPolicy", "PersonalAccountsEnabled", false, "PersonalAccountCalendarsEnabled", false,
		)},
	}
}

// presetFor switches the Standard preset on for the recipients of domains.
func presetFor(names ...string) action {
	list := make([]any, len(names))
	for i, name := range names {
		list[i] = name
	}
	return func(o *org, _ *Moment) error {
		for _, rules := range []string{eopPresets, atpPresets} {
			if err := o.change(rules, standard, "RecipientDomainIs", list); err != nil {
				return err
			}
			if len(names) > 1 {
				continue // it is on already
			}
			if err := o.change(rules, standard, "State", "Enabled"); err != nil {
				return err
			}
		}
		return nil
	}
}

func letThrough(name, domain string) object {
	rule := object{
		"Name": name, "State": "Enabled", "Mode": "Enforce", "Priority": 9, "SetSCL": "-1", "SenderDomainIs": []any{domain}, "Exceptions": nil,
		"Conditions": []any{"Microsoft.Exchange.MessagingPolicies.Rules.Tasks.SenderDomainIsPredicate"},
	}
	for _, member := range []string{
		"From", "FromScope", "SetHeaderName", "SetHeaderValue", "PrependSubject", "ApplyHtmlDisclaimerText", "ApplyHtmlDisclaimerLocation",
		"RedirectMessageTo", "BlindCopyTo", "CopyTo", "AddToRecipients",
	} {
		rule[member] = nil
	}
	return rule
}

// senderStory is about SPF, DKIM and DMARC.
func senderStory() []event {
	const dkim = "exchange/DkimSigningConfig"
	return []event{
		{51, "Mail from contoso.example is signed.", all(
			setOf(dkim, Domain, "Enabled", true, "Status", "Valid"), signingKey(Domain),
		)},
		{81, "Mail from contoso-parts.example is signed, too.", all(
			setOf(dkim, parts, "Enabled", true, "Status", "Valid"), signingKey(parts),
		)},
		{96, "Only the listed servers may send mail of contoso.example.", record("dns/spf", Domain, "", "v=spf1 include:spf.protection.outlook.com ip4:198.51.100.24 -all")},
		{102, "Receivers are asked to quarantine forged mail of contoso.example.", all(
			record("dns/dmarc", Domain, "_dmarc.", "v=DMARC1; p=quarantine; pct=25; rua=mailto:dmarc@contoso.example"),
			record("dns/dmarc", parts, "_dmarc.", "v=DMARC1; p=none; rua=mailto:dmarc@contoso.example"),
		)},
		{150, "Mail of Fabrikam Parts arrives here, without any of that.", all(
			put("exchange/AcceptedDomain", object{"Name": fabrikam, "DomainName": fabrikam, "DomainType": "Authoritative", "Default": false, "InitialDomain": false, "IsCoexistenceDomain": false, "SendingFromDomainDisabled": false}),
			put("dns/spf", lookup(fabrikam, "")), put("dns/dkim", lookup(fabrikam, "selector1._domainkey.", "selector2._domainkey.")), put("dns/dmarc", lookup(fabrikam, "_dmarc.")),
		)},
		{171, "Receivers are asked to reject forged mail of contoso.example.", all(
			record("dns/dmarc", Domain, "_dmarc.", "v=DMARC1; p=reject; rua=mailto:dmarc@contoso.example; ruf=mailto:dmarc@contoso.example"),
			record("dns/spf", parts, "", "v=spf1 include:spf.protection.outlook.com -all"),
		)},
		{189, "Fabrikam Parts publishes who may send and signs its mail.", all(
			record("dns/spf", fabrikam, "", "v=spf1 include:spf.protection.outlook.com -all"),
			put(dkim, object{"Name": fabrikam, "Domain": fabrikam, "Enabled": true, "Status": "Valid", "Selector1KeySize": 2048, "Selector2KeySize": 2048}), signingKey(fabrikam),
			record("dns/dmarc", fabrikam, "_dmarc.", "v=DMARC1; p=none; rua=mailto:dmarc@contoso.example"),
		)},
		{231, "The signing key of contoso.example is long enough.", setOf(dkim, Domain, "Selector1KeySize", 2048, "Selector2KeySize", 2048)},
		{282, "The workshop domain sends no mail and says so.", record("dns/spf", "parts.contoso.example", "", "v=spf1 -all")},
		{378, "Receivers are asked to reject forged mail of the other domains.", all(
			record("dns/dmarc", parts, "_dmarc.", "v=DMARC1; p=reject; rua=mailto:dmarc@contoso.example"),
			record("dns/dmarc", fabrikam, "_dmarc.", "v=DMARC1; p=reject; rua=mailto:dmarc@contoso.example"),
		)},
	}
}

// lookup is the answer for a domain under the names that were asked for; by
// default there is nothing.
func lookup(domain string, prefixes ...string) object {
	queries := make([]any, len(prefixes))
	for i, prefix := range prefixes {
		queries[i] = query(prefix+domain, 0)
	}
	return object{"domain": domain, "rdata": []any{}, "log": queries}
}

func query(name string, found int) object {
	result := "Query returned NXDOMAIN"
	if found > 0 {
		result = "Query returned " + strconv.Itoa(found) + " txt records"
	}
	return object{"query_name": name, "query_method": "traditional", "query_result": result, "query_answers": []any{}}
}

// record publishes one record in place of what was there.
func record(name, domain, prefix, text string) action {
	return answer(name, domain, text, prefix)
}

func signingKey(domain string) action {
	const key = "v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAcontoso"
	return answer("dns/dkim", domain, key, "selector1._domainkey.", "selector2._domainkey.")
}

// answer lets DNS answer with one text under the given names.
func answer(name, domain, text string, prefixes ...string) action {
	return func(o *org, _ *Moment) error {
		if err := o.change(name, domain, "rdata", []any{text}); err != nil {
			return err
		}
		queries := make([]any, len(prefixes))
		for i, prefix := range prefixes {
			queries[i] = query(prefix+domain, 1)
		}
		obj, err := o.find(name, domain)
		if err == nil {
			obj["log"] = queries
		}
		return err
	}
}
