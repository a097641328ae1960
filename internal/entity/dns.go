// SPDX-License-Identifier: Apache-2.0

package entity

import (
	"strings"

	"securescore/internal/posture"
)

// The data sets of DNS look-ups. An object is what was found out for one
// domain: domain, rdata (TXT records, each a string or a list of strings that
// belong together) and log (query_name, query_result of each query).
const (
	dnsSPF   = "dns/spf"
	dnsDKIM  = "dns/dkim"
	dnsDMARC = "dns/dmarc"
)

func mailDomainKind() KindSpec {
	return KindSpec{
		Kind: "mailDomain", Singular: "mail domain", Plural: "mail domains",
		Fields: []Field{
			{Name: "name", Type: String, Doc: "Domain name in lower case."},
			{Name: "coexistence", Type: Bool, Doc: "Whether it is the *.mail.onmicrosoft.com domain of a hybrid organisation, for which nobody can publish records."},
			{Name: "microsoft", Type: Bool, Doc: "Whether it is an *.onmicrosoft.com domain, which Microsoft owns."},
			{Name: "sends", Type: Bool, Doc: "Whether mail may be sent from it."},
			{Name: "spf.records", Type: Strings, Doc: "SPF records that are published."},
			{Name: "spf.valid", Type: Bool, Doc: "Whether receivers can use SPF: exactly one record, without mistakes and with at most 10 look-ups of its own."},
			{Name: "spf.others", Type: String, Doc: "What the record, or the one that it redirects to, says of senders that it does not name: fail, softFail, neutral, pass, noAll; redirect when that one was not read."},
			{Name: "spf.rejectsOthers", Type: Bool, Doc: "Whether they fail, here or in the record that this one redirects to."},
			{Name: "spf.lookups", Type: Int, Doc: "Terms of the record that cause look-ups, without those of included records."},
			{Name: "dkim.enabled", Type: Bool, Doc: "Whether Exchange signs mail from the domain."},
			{Name: "dkim.status", Type: String, Doc: "What Exchange found when it checked its keys in DNS: Valid, or what is wrong."},
			{Name: "dkim.published", Type: Bool, Doc: "Whether a key of Exchange was found in DNS."},
			{Name: "dkim.keyBits", Type: Int, Doc: "Length of the shorter one of both keys."},
			{Name: "dmarc.published", Type: Bool, Doc: "Whether a DMARC record holds for the domain, its own or that of the organisational domain."},
			{Name: "dmarc.record", Type: String, Doc: "That record."},
			{Name: "dmarc.inherited", Type: Bool, Doc: "Whether it is the record of the organisational domain."},
			{Name: "dmarc.policy", Type: String, Doc: "What receivers are asked to do with mail that fails: none, quarantine or reject."},
			{Name: "dmarc.subdomainPolicy", Type: String, Doc: "The same for domains below without a record of their own."},
			{Name: "dmarc.percent", Type: Int, Doc: "Share of failing mail, in percent, for which the policy is asked."},
			{Name: "dmarc.reportsTo", Type: Strings, Doc: "Where receivers send their daily reports."},
			{Name: "dmarc.failureReportsTo", Type: Strings, Doc: "Where they send reports of single messages."},
		},
	}
}

func acceptedDomainTable(m *Model) *Table {
	return readTable(m, "exchange/AcceptedDomain", []string{"DomainName", "Name"},
		Field{Name: "name", Type: String, From: "DomainName"},
		// Older evidence does not hold these two. A domain is in scope unless it
		// is known to be out of it.
		Field{Name: "coexistence", Type: Bool, From: "IsCoexistenceDomain"},
		Field{Name: "sendingOff", Type: Bool, From: "SendingFromDomainDisabled", Null: false, Absent: false},
	)
}

// deriveMailDomains makes a row for each domain that the organisation accepts
// mail for or that was looked up.
func deriveMailDomains(m *Model) {
	t := m.Table("mailDomain")
	d := &domainFacts{
		table: t, accepted: acceptedDomainTable(m), keys: dkimTable(m),
		spf: readLookups(m, dnsSPF), dkim: readLookups(m, dnsDKIM), dmarc: readLookups(m, dnsDMARC),
	}
	if !d.accepted.Collected() && !d.keys.Collected() && d.spf.why.Code != "" && d.dkim.why.Code != "" && d.dmarc.why.Code != "" {
		t.Missing = d.accepted.Missing
		return
	}
	t.Missing = posture.Reason{}
	d.list()
	for row := range t.Len() {
		name := t.Keys[row]
		d.setSPF(row, name)
		d.setDKIM(row, name)
		d.setDMARC(row, name)
	}
}

type domainFacts struct {
	table, accepted, keys *Table
	spf, dkim, dmarc      *lookups
}

// list adds the rows with what is known without DNS.
func (d *domainFacts) list() {
	for row := range d.accepted.Len() {
		name, ok := d.accepted.text(row, "name")
		if !ok {
			name = d.accepted.Names[row]
		}
		at := d.add(name)
		if d.accepted.Bool(row, "coexistence") == True {
			d.table.SetBool(at, "coexistence", true)
		}
		d.table.SetTri(at, "sends", d.accepted.Bool(row, "sendingOff").Not(), posture.Reason{Code: posture.Shape, Detail: "SendingFromDomainDisabled of exchange/AcceptedDomain is of a shape that is not understood"})
	}
	for _, l := range []*lookups{d.spf, d.dkim, d.dmarc} {
		for _, name := range l.names {
			d.add(name)
		}
	}
	for row := range d.keys.Len() {
		if name, ok := d.keys.text(row, "domain"); ok {
			d.add(name)
		}
	}
}

func (d *domainFacts) add(name string) int {
	name = cleanDomain(name)
	if row, ok := d.table.Row(name); ok {
		return row
	}
	row := d.table.Add(name, name)
	d.table.SetString(row, "name", name)
	d.table.SetBool(row, "coexistence", strings.HasSuffix(name, ".mail.onmicrosoft.com"))
	d.table.SetBool(row, "microsoft", strings.HasSuffix(name, ".onmicrosoft.com") || strings.HasSuffix(name, ".onmicrosoft.us"))
	d.table.SetBool(row, "sends", true)
	return row
}

func cleanDomain(name string) string {
	return strings.TrimSuffix(strings.ToLower(strings.TrimSpace(name)), ".")
}

// secondLevel are labels under which countries let others register names.
var secondLevel = map[string]bool{
	"ac": true, "co": true, "com": true, "edu": true, "go": true, "gob": true, "gouv": true, "gov": true, "govt": true, "ltd": true,
	"me": true, "mil": true, "ne": true, "net": true, "nhs": true, "nom": true, "or": true, "org": true, "plc": true, "police": true, "sch": true,
}

// organisational returns the domain that a name's DMARC record is inherited
// from: the last two labels, or three where a country registers names one
// level lower. For rarer suffixes it names a domain that no evidence is about,
// so that the answer stays unknown.
func organisational(name string) string {
	labels := strings.Split(name, ".")
	n := 2
	if len(labels) > 2 && len(labels[len(labels)-1]) == 2 && secondLevel[labels[len(labels)-2]] {
		n = 3
	}
	if len(labels) <= n {
		return name
	}
	return strings.Join(labels[len(labels)-n:], ".")
}
