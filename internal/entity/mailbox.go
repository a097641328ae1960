// SPDX-License-Identifier: Apache-2.0

package entity

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"securescore/internal/entity/mailflow"
	"securescore/internal/posture"
)

// mailFamily is one of the protections that mail passes through. Each has
// policies of its own, and each mailbox has one of them in force.
type mailFamily struct {
	name     string       // first part of the mailbox's fields
	noun     string       // for people
	people   string       // whom a policy is for
	policies posture.Kind // the policies as entities
	custom   string       // data set of the rules of custom policies
	policy   string       // member of a rule that names the policy
	presets  string       // data set of the rules of the presets; empty: there are none
	builtIn  bool         // Built-in protection stands where others have a default policy
	senders  bool         // rules are about who sends
	fields   func() []Field
	// published are the values of the presets. Nobody can change them, so they
	// are known where a preset is in force although its policy was not read.
	published map[string]map[string]any
}

func mailFamilies() []mailFamily {
	return []mailFamily{
		{name: "antiPhish", noun: "anti-phishing", people: "Recipients", policies: "antiPhishPolicy", custom: "exchange/AntiPhishRule", policy: "AntiPhishPolicy", presets: eopPresets, fields: antiPhishFields},
		{name: "spam", noun: "anti-spam", people: "Recipients", policies: "spamPolicy", custom: "exchange/HostedContentFilterRule", policy: "HostedContentFilterPolicy", presets: eopPresets, fields: spamFields, published: publishedSpam()},
		{name: "malware", noun: "anti-malware", people: "Recipients", policies: "malwarePolicy", custom: "exchange/MalwareFilterRule", policy: "MalwareFilterPolicy", presets: eopPresets, fields: malwareFields, published: publishedMalware()},
		{name: "safeLinks", noun: "Safe Links", people: "Recipients", policies: "safeLinksPolicy", custom: "exchange/SafeLinksRule", policy: "SafeLinksPolicy", presets: atpPresets, builtIn: true, fields: safeLinksFields, published: publishedSafeLinks()},
		{name: "safeAttachment", noun: "Safe Attachments", people: "Recipients", policies: "safeAttachmentPolicy", custom: "exchange/SafeAttachmentRule", policy: "SafeAttachmentPolicy", presets: atpPresets, builtIn: true, fields: safeAttachmentFields, published: publishedSafeAttachment()},
		{name: "outbound", noun: "outbound spam", people: "Senders", policies: "outboundSpamPolicy", custom: "exchange/HostedOutboundSpamFilterRule", policy: "HostedOutboundSpamFilterPolicy", senders: true, fields: outboundFields},
	}
}

// systemMailboxes belong to the service: no person reads mail there.
var systemMailboxes = []string{"DiscoveryMailbox", "ArbitrationMailbox", "AuditLogMailbox", "AuxAuditLogMailbox", "MonitoringMailbox", "SystemMailbox", "SupervisoryReviewPolicyMailbox", "GuestMailbox"}

func mailboxKind() KindSpec {
	fields := []Field{
		{Name: "address", Type: String, From: "PrimarySmtpAddress", Doc: "Primary mail address."},
		{Name: "type", Type: String, From: "RecipientTypeDetails", Doc: "Kind of mailbox: UserMailbox, SharedMailbox, RoomMailbox and others."},
		{Name: "auditEnabled", Type: Bool, From: "AuditEnabled", Doc: "Whether actions in the mailbox are recorded."},
		{Name: "forwardsTo", Type: String, From: "ForwardingSmtpAddress", Null: "", Doc: "Address that all mail of the mailbox is forwarded to; empty for none."},
		{Name: "forwardsToRecipient", Type: String, From: "ForwardingAddress", Null: "", Doc: "Recipient of the organisation, who can be a contact for an address outside, that mail is forwarded to; empty for none."},
		{Name: "forwardsOutside", Type: Bool, Doc: "Whether mail is forwarded out of the organisation."},
	}
	for _, f := range mailFamilies() {
		fields = append(fields,
			Field{Name: f.name + ".inScope", Type: Bool, Doc: "Whether the row stands for " + strings.ToLower(f.people) + " of " + f.noun + " policies; false only where mailboxes were not read, and for mailboxes of the service."},
			Field{Name: f.name + ".policy", Type: String, Doc: "Name of the " + f.noun + " policy in force; empty for none."},
			Field{Name: f.name + ".level", Type: String, Doc: "Where that policy comes from: strict, standard, custom, default, builtIn or none."},
			Field{Name: f.name + ".protected", Type: Bool, Doc: "Whether any " + f.noun + " policy is in force."},
		)
		for _, field := range f.fields() {
			fields = append(fields, Field{Name: f.name + "." + field.Name, Type: field.Type, Doc: field.Doc})
		}
	}
	return KindSpec{
		Kind: "mailbox", Singular: "mailbox", Plural: "mailboxes", DataSet: "exchange/Mailbox",
		Names: []string{"DisplayName", "UserPrincipalName", "PrimarySmtpAddress"}, Fields: fields,
	}
}

// deriveMailboxes finds the policies in force for each mailbox or, where no
// mailbox was read, makes a row for each policy that is in force for anybody.
func deriveMailboxes(m *Model) {
	t := m.Table("mailbox")
	domains, known := acceptedDomains(m)
	if !known {
		domains = nil
	}
	chains := make([]*policyChain, 0, len(mailFamilies()))
	anything, users := false, false
	for _, f := range mailFamilies() {
		c := newPolicyChain(m, &f)
		chains = append(chains, c)
		anything = anything || c.read
		users = users || c.chain.NamesUsers()
	}
	if t.Collected() {
		deriveForwarding(m, t, domains, known)
		people := readRecipients(m, t, users)
		for _, c := range chains {
			c.fill(t, people)
		}
		return
	}
	if !anything {
		return
	}
	why := t.Missing
	t.Aggregate = fmt.Sprintf("Mailboxes were not read (%s), so each row stands for the people that one policy is for.", why)
	t.Missing = posture.Reason{}
	for _, c := range chains {
		c.stand(t, chains, domains)
	}
	for _, field := range []string{"address", "type", "auditEnabled", "forwardsTo", "forwardsToRecipient", "forwardsOutside"} {
		for row := range t.Len() {
			t.Col(field).clearLike(row, why)
		}
	}
}

// deriveForwarding joins both ways to forward: to an address, and to a
// recipient, which is inside where it is a mailbox that was read.
func deriveForwarding(m *Model, t *Table, domains []string, known bool) {
	var mailboxes map[string]bool
	for row := range t.Len() {
		to, why := Unknown, t.Col("forwardsTo").Why(row)
		if address, ok := t.text(row, "forwardsTo"); ok {
			to, why = False, posture.Reason{}
			if address != "" {
				to, why = isOutside(address, domains, known), undecided("the organisation's mail domains were not read")
			}
		}
		recipient, ok := t.text(row, "forwardsToRecipient")
		by, whyBy := Unknown, t.Col("forwardsToRecipient").Why(row)
		switch {
		case ok && recipient == "":
			by = False
		case ok:
			if mailboxes == nil {
				mailboxes = mailboxNames(m)
			}
			whyBy = undecided("mail is forwarded to " + recipient + ", who can be a contact outside")
			if mailboxes[strings.ToLower(recipient)] {
				by = False
			}
		}
		if to != Unknown {
			why = whyBy
		}
		t.SetTri(row, "forwardsOutside", to.Or(by), why)
	}
}

// mailboxNames are the names, in lower case, by which a mailbox and no other
// recipient can be meant.
func mailboxNames(m *Model) map[string]bool {
	texts := []string{"Identity", "Name", "PrimarySmtpAddress", "Guid", "ExternalDirectoryObjectId", "DistinguishedName"}
	names := make(map[string]bool)
	for _, o := range m.Set("exchange/Mailbox").Objects {
		values := membersOf(o.Raw)
		for _, member := range texts {
			if text, ok := stringOf(values[member]); ok && text != "" {
				names[strings.ToLower(text)] = true
			}
		}
	}
	return names
}

// readRecipients returns what rules can say of each mailbox. Where none names
// single users the primary address is enough, and the evidence is not read
// a second time. Display names are left out: several people can have one.
func readRecipients(m *Model, boxes *Table, users bool) []mailflow.Recipient {
	if !users {
		people := make([]mailflow.Recipient, boxes.Len())
		for row := range people {
			people[row].Primary, _ = boxes.text(row, "address")
		}
		return people
	}
	texts := []string{"Name", "Alias", "Identity", "Guid", "ExternalDirectoryObjectId", "DistinguishedName", "UserPrincipalName", "WindowsLiveID"}
	fields := []Field{
		{Name: "primary", Type: String, From: "PrimarySmtpAddress"},
		{Name: "addresses", Type: Strings, From: "EmailAddresses"},
	}
	for i, name := range texts {
		fields = append(fields, Field{Name: fmt.Sprintf("name%d", i), Type: String, From: name})
	}
	t := readTable(m, "exchange/Mailbox", nil, fields...)
	people := make([]mailflow.Recipient, t.Len())
	for row := range people {
		r := &people[row]
		r.Primary, _ = t.text(row, "primary")
		list, _ := t.list(row, "addresses")
		for _, a := range list {
			if len(a) > len("smtp:") && strings.EqualFold(a[:len("smtp:")], "smtp:") {
				r.Addresses = append(r.Addresses, a[len("smtp:"):])
			}
		}
		for i := range texts {
			if name, ok := t.text(row, fmt.Sprintf("name%d", i)); ok && name != "" {
				r.Names = append(r.Names, name)
			}
		}
	}
	return people
}

// fill gives each mailbox the values of the policy in force for it.
func (c *policyChain) fill(t *Table, people []mailflow.Recipient) {
	types, inScope := t.Col("type"), t.Col(c.family.name+".inScope")
	merged := make(map[string]*effective)
	var key []byte
	for row := range t.Len() {
		system := types.Known.Has(row) && slices.Contains(systemMailboxes, types.Text(row))
		inScope.put(row, !system)
		possible := c.chain.InForce(people[row])
		key = key[:0]
		for _, at := range possible {
			key = append(strconv.AppendInt(key, int64(at), 10), ' ')
		}
		e := merged[string(key)]
		if e == nil {
			e = c.merge(possible).in(t, c.family.name)
			merged[string(key)] = e
		}
		e.put(row)
	}
}

// stand adds a row for each policy that is in force for somebody, or may be.
// The row is in the scope of its own family only.
func (c *policyChain) stand(t *Table, all []*policyChain, domains []string) {
	reached := c.chain.Reach(domains)
	if !c.read {
		reached = reached[len(reached)-1:]
		if reached[0] == mailflow.None {
			reached[0] = len(c.steps) - 1
		}
	}
	for _, at := range reached {
		row := c.row(t, at, len(reached) == 1)
		for _, other := range all {
			t.SetBool(row, other.family.name+".inScope", other == c)
		}
		c.merge([]int{at}).in(t, c.family.name).put(row)
	}
}

func (c *policyChain) row(t *Table, at int, alone bool) int {
	who := c.family.people + " of "
	key, name := "none", c.family.people+" without a "+c.family.noun+" policy"
	if at != mailflow.None {
		s := &c.steps[at]
		key, name = s.key, who+s.title
		if s.last {
			others := "All other "
			if alone {
				others = "All "
			}
			name = others + strings.ToLower(c.family.people) + " (" + s.title + ")"
		}
	}
	key = c.family.name + "/" + key
	unique := key
	for n := 2; ; n++ {
		if _, taken := t.Row(unique); !taken {
			return t.Add(unique, name)
		}
		unique = fmt.Sprintf("%s#%d", key, n)
	}
}
