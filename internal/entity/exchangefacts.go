// SPDX-License-Identifier: Apache-2.0

package entity

import (
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"securescore/internal/posture"
)

// deriveBookings decides who may make public booking pages. The policy of
// Outlook on the web matters only where Bookings is on.
func deriveBookings(m *Model) {
	t := m.Table("exchangeOrganization")
	policies := m.Table("owaMailboxPolicy")
	creation, why := Unknown, policies.Missing
	for row := range policies.Len() {
		if policies.Bool(row, "isDefault") == True {
			creation = policies.Bool(row, "bookingsMailboxCreationEnabled")
			why = policies.Col("bookingsMailboxCreationEnabled").Why(row)
		}
	}
	if why.Code == "" {
		why = undecided("the default Outlook on the web policy was not in the evidence")
	}
	for row := range t.Len() {
		t.SetTri(row, "bookingsForAnybody", t.Bool(row, "bookingsEnabled").And(creation), why)
	}
}

// deriveSharing reads entries such as "*:CalendarSharingFreeBusySimple" and
// "Anonymous:CalendarSharingFreeBusyReviewer, ContactsSharing".
func deriveSharing(m *Model) {
	t := m.Table("sharingPolicy")
	for row := range t.Len() {
		domains, ok := t.list(row, "domains")
		if !ok {
			for _, field := range []string{"sharesCalendars", "sharesCalendarDetails", "sharesContacts"} {
				t.SetUnknown(row, field, t.Col("domains").Why(row))
			}
			continue
		}
		calendars, details, contacts := false, false, false
		for _, entry := range domains {
			who, what, _ := strings.Cut(entry, ":")
			who = strings.ToLower(strings.TrimSpace(who))
			if who != "*" && who != "anonymous" {
				continue
			}
			what = strings.ToLower(what)
			calendars = calendars || strings.Contains(what, "calendarsharing")
			details = details || strings.Contains(what, "freebusydetail") || strings.Contains(what, "freebusyreviewer")
			contacts = contacts || strings.Contains(what, "contactssharing")
		}
		t.SetBool(row, "sharesCalendars", calendars)
		t.SetBool(row, "sharesCalendarDetails", details)
		t.SetBool(row, "sharesContacts", contacts)
	}
}

// senderConditions are the members of a mail flow rule that name senders. A
// rule that trusts them trusts what anybody can write into a message.
var senderConditions = []string{
	"SenderDomainIs", "From", "FromMemberOf", "FromAddressContainsWords", "FromAddressMatchesPatterns",
}

// deriveMailRules decides what a rule lets through.
func deriveMailRules(m *Model) {
	t := m.Table("transportRule")
	eachRow(m, t, func(t *Table, row int, raw []byte) {
		values := membersOf(raw)
		t.SetTri(row, "skipsSpamFilter", isSCLMinusOne(values["SetSCL"]).And(namesSenders(values).Or(isForAnybody(values))), absent(t.Spec.DataSet, "SetSCL or SenderDomainIs"))
		t.SetTri(row, "skipsDefender", skipsDefender(values), absent(t.Spec.DataSet, "SetHeaderName"))
	})
}

// isSCLMinusOne reads -1, "-1" and null.
func isSCLMinusOne(value jsontext.Value) Tri {
	switch value.Kind() {
	case jsontext.KindNull:
		return False
	case jsontext.KindNumber:
		return TriOf(string(value) == "-1")
	case jsontext.KindString:
		text, _ := stringOf(value)
		return TriOf(strings.TrimSpace(text) == "-1")
	default:
		return Unknown
	}
}

// namesSenders says whether the rule is about listed senders or their domains.
func namesSenders(values map[string]jsontext.Value) Tri {
	named := False
	for _, name := range senderConditions {
		list, ok := textsOf(values[name])
		switch {
		case ok && len(list) > 0:
			return True
		case !ok && values[name] != nil:
			named = Unknown
		}
	}
	if values["SenderDomainIs"] == nil {
		return Unknown
	}
	return named
}

// isForAnybody says whether the rule has no condition, or only says that the
// sender or the recipient is inside or outside: then it lets everybody through.
// Where the list of conditions was not read, it proves nothing.
func isForAnybody(values map[string]jsontext.Value) Tri {
	list, ok := textsOf(values["Conditions"])
	if values["Conditions"] == nil || !ok {
		return False
	}
	return TriOf(!slices.ContainsFunc(list, func(name string) bool {
		return !strings.HasSuffix(name, "FromScopePredicate") && !strings.HasSuffix(name, "SentToScopePredicate")
	}))
}

func skipsDefender(values map[string]jsontext.Value) Tri {
	value := values["SetHeaderName"]
	switch {
	case value == nil:
		return Unknown
	case value.Kind() == jsontext.KindNull:
		return False
	}
	name, ok := stringOf(value)
	if !ok {
		return Unknown
	}
	return TriOf(slices.ContainsFunc([]string{
		"X-MS-Exchange-Organization-SkipSafeAttachmentProcessing", "X-MS-Exchange-Organization-SkipSafeLinksProcessing",
	}, func(header string) bool { return strings.EqualFold(name, header) }))
}

// redirections are the members of a mail flow rule that send mail on.
var redirections = []string{"RedirectMessageTo", "BlindCopyTo", "CopyTo", "AddToRecipients"}

// deriveForwardingSettings gathers what lets mail leave by itself.
func deriveForwardingSettings(m *Model) {
	t := m.Table("mailForwarding")
	remote, rules := m.Table("remoteDomain"), m.Table("transportRule")
	if !remote.Collected() && !rules.Collected() {
		t.Missing = remote.Missing
		return
	}
	t.Missing = posture.Reason{}
	row := t.Add("mailForwarding", "Forwarding settings")
	closed, open, why := closedDomains(remote)
	t.SetTri(row, "remoteDomainsClosed", closed, why)
	t.SetStrings(row, "openDomains", open)
	redirecting, names, why := redirectingRules(m)
	t.SetTri(row, "noRuleRedirects", redirecting.Not(), why)
	t.SetStrings(row, "redirectingRules", names)
}

func closedDomains(t *Table) (closed Tri, open []string, why posture.Reason) {
	if !t.Collected() {
		return Unknown, nil, t.Missing
	}
	closed = True
	star := false
	for row := range t.Len() {
		name, _ := t.text(row, "domainName")
		star = star || name == "*"
		forwards := t.Bool(row, "autoForwardEnabled")
		closed = closed.And(forwards.Not())
		if forwards != False {
			open = append(open, t.Names[row])
		}
	}
	if !star {
		closed = closed.And(Unknown)
	}
	return closed, open, undecided("the default remote domain * or its forwarding setting was not in the evidence")
}

func redirectingRules(m *Model) (redirects Tri, names []string, why posture.Reason) {
	set := m.Set("exchange/TransportRule")
	if !set.Collected() {
		return Unknown, nil, set.Missing
	}
	domains, known := acceptedDomains(m)
	redirects = False
	for _, o := range set.Objects {
		values := membersOf(o.Raw)
		if state, _ := stringOf(values["State"]); state == "Disabled" {
			continue
		}
		if mode, _ := stringOf(values["Mode"]); mode == "Audit" || mode == "AuditAndNotify" {
			continue
		}
		if rule := redirectsOutside(values, domains, known); rule != False {
			redirects = redirects.Or(rule)
			name, _ := stringOf(values["Name"])
			names = append(names, name)
		}
	}
	return redirects, names, undecided("whether a mail flow rule sends mail outside is not known: " + strings.Join(names, ", "))
}

func redirectsOutside(values map[string]jsontext.Value, domains []string, known bool) Tri {
	outside := False
	for _, name := range redirections {
		list, ok := textsOf(values[name])
		if !ok {
			outside = outside.Or(Unknown)
			continue
		}
		for _, address := range list {
			outside = outside.Or(isOutside(address, domains, known))
		}
	}
	return outside
}

// deriveExternalWarning looks for a mark on all mail from outside: Outlook's
// own, or one that a mail flow rule writes. A rule with further conditions or
// with exceptions does not mark all of it.
func deriveExternalWarning(m *Model) {
	t := m.Table("externalWarning")
	tag := readTable(m, "exchange/ExternalInOutlook", nil, Field{Name: "enabled", Type: Bool, From: "Enabled"})
	rules := m.Set("exchange/TransportRule")
	if !tag.Collected() && !rules.Collected() {
		t.Missing = rules.Missing
		return
	}
	t.Missing = posture.Reason{}
	row := t.Add("externalWarning", "Warning of external senders")
	marked := False
	for i := range tag.Len() {
		marked = marked.Or(tag.Bool(i, "enabled"))
	}
	why := tag.Missing
	if !tag.Collected() {
		marked = Unknown
	} else {
		why = absent("exchange/ExternalInOutlook", "Enabled")
	}
	t.SetTri(row, "tag", marked, why)
	if !rules.Collected() {
		t.SetUnknown(row, "rule", rules.Missing)
		return
	}
	names := []string{}
	for _, o := range rules.Objects {
		if values := membersOf(o.Raw); warnsOfAll(values) {
			name, _ := stringOf(values["Name"])
			names = append(names, name)
		}
	}
	t.SetBool(row, "rule", len(names) > 0)
	t.SetStrings(row, "rules", names)
}

// warnsOfAll is true only when everything that it takes is in the evidence.
func warnsOfAll(values map[string]jsontext.Value) bool {
	is := func(name, want string) bool {
		text, ok := stringOf(values[name])
		return ok && strings.EqualFold(text, want)
	}
	has := func(name string) bool {
		text, ok := stringOf(values[name])
		return ok && strings.TrimSpace(text) != ""
	}
	conditions, known := textsOf(values["Conditions"])
	exceptions, none := textsOf(values["Exceptions"])
	return is("State", "Enabled") && is("Mode", "Enforce") && is("FromScope", "NotInOrganization") &&
		known && len(conditions) == 1 && none && len(exceptions) == 0 &&
		(has("PrependSubject") || (has("ApplyHtmlDisclaimerText") && is("ApplyHtmlDisclaimerLocation", "Prepend")))
}

// deriveConnectors decides whether mail leaves encrypted. Without settings it
// is encrypted only when the other side can.
func deriveConnectors(m *Model) {
	t := m.Table("outboundConnector")
	for row := range t.Len() {
		if tls, ok := t.text(row, "tlsSettings"); ok {
			t.SetBool(row, "requiresTls", slices.Contains([]string{"EncryptionOnly", "CertificateValidation", "DomainValidation"}, tls))
		}
	}
}

// exceptionMembers are what a rule of Defender can leave out.
var exceptionMembers = []string{"ExceptIfSentTo", "ExceptIfSentToMemberOf", "ExceptIfRecipientDomainIs"}

// exceptionsOf joins the exceptions of all objects; false when one of them
// does not say.
func exceptionsOf(set *posture.DataSet) ([]string, bool) {
	all := []string{}
	for _, o := range set.Objects {
		values := membersOf(o.Raw)
		for _, name := range exceptionMembers {
			list, ok := textsOf(values[name])
			if !ok {
				return nil, false
			}
			all = append(all, list...)
		}
	}
	return all, true
}

func deriveBuiltInExceptions(m *Model) {
	t := m.Table("builtInProtection")
	set := m.Set(builtInRules)
	t.Missing = set.Missing
	if set.Collected() && len(set.Objects) == 0 {
		t.Missing = posture.Reason{Code: posture.Shape, Detail: builtInRules + " is empty, although Built-in protection is always there"}
	}
	if !t.Collected() {
		return
	}
	row := t.Add("builtInProtection", "Built-in protection")
	if list, ok := exceptionsOf(set); ok {
		t.SetStrings(row, "exceptions", list)
		return
	}
	t.SetUnknown(row, "exceptions", undecided("the exceptions of "+builtInRules+" were not in the evidence"))
}

func deriveTeamsZap(m *Model) {
	t := m.Table("teamsZap")
	policies := readTable(m, "exchange/TeamsProtectionPolicy", []string{"Name"}, Field{Name: "zapEnabled", Type: Bool, From: "ZapEnabled"})
	t.Missing = policies.Missing
	if policies.Len() == 0 {
		return
	}
	row := t.Add("teamsZap", policies.Names[0])
	on := True
	for i := range policies.Len() {
		on = on.And(policies.Bool(i, "zapEnabled"))
	}
	t.SetTri(row, "zapEnabled", on, absent("exchange/TeamsProtectionPolicy", "ZapEnabled"))
	rules := m.Set("exchange/TeamsProtectionPolicyRule")
	if list, ok := exceptionsOf(rules); ok && rules.Collected() {
		t.SetStrings(row, "exceptions", list)
		return
	}
	why := rules.Missing
	if why.Code == "" {
		why = undecided("the exceptions of exchange/TeamsProtectionPolicyRule were not in the evidence")
	}
	t.SetUnknown(row, "exceptions", why)
}
