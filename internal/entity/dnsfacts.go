// SPDX-License-Identifier: Apache-2.0

package entity

import (
	"fmt"
	"slices"
	"strings"

	"securescore/internal/entity/mailauth"
	"securescore/internal/posture"
)

func (d *domainFacts) setSPF(row int, name string) {
	found, why := d.spf.of(name)
	if found != nil && len(found.records) == 0 && !found.absent(name) {
		why = failedLookup(dnsSPF, name)
	}
	if why.Code != "" {
		for _, field := range []string{"spf.records", "spf.valid", "spf.others", "spf.rejectsOthers", "spf.lookups"} {
			d.table.SetUnknown(row, field, why)
		}
		return
	}
	records := spfRecords(found)
	d.table.SetStrings(row, "spf.records", records)
	if len(records) != 1 {
		d.table.SetBool(row, "spf.valid", false)
		d.table.SetBool(row, "spf.rejectsOthers", false)
		d.table.SetString(row, "spf.others", string(mailauth.NoAll))
		d.table.SetInt(row, "spf.lookups", 0)
		return
	}
	s := mailauth.ParseSPF(records[0])
	last, usable, why := d.follow(s, []string{name}, s.Lookups)
	others := string(last.All)
	if usable == Unknown {
		others = "redirect"
	}
	// Like an included record, one that is redirected to and was not read is
	// taken to be there.
	d.table.SetBool(row, "spf.valid", usable != False)
	d.table.SetString(row, "spf.others", others)
	d.table.SetInt(row, "spf.lookups", int64(s.Lookups))
	d.table.SetTri(row, "spf.rejectsOthers", usable.And(TriOf(last.All == mailauth.Fail || usable == Unknown)), why)
}

func spfRecords(l *lookup) []string {
	records := []string{}
	for _, r := range l.records {
		if mailauth.IsSPF(r) {
			records = append(records, r)
		}
	}
	return records
}

// follow returns the record that decides in the end, as far as redirections are
// in the evidence. False: receivers see an error on the way.
func (d *domainFacts) follow(s mailauth.SPF, passed []string, lookups int) (last mailauth.SPF, usable Tri, why posture.Reason) {
	if s.Redirect == "" {
		return s, TriOf(s.Valid && lookups <= mailauth.MaxLookups), posture.Reason{}
	}
	if !s.Valid || slices.Contains(passed, s.Redirect) || lookups > mailauth.MaxLookups {
		return s, False, posture.Reason{}
	}
	found, _ := d.spf.of(s.Redirect)
	if found == nil || (len(found.records) == 0 && !found.absent(s.Redirect)) {
		return s, Unknown, undecided(fmt.Sprintf("the record of %s, to which the SPF record of %s redirects, was not read", s.Redirect, passed[0]))
	}
	records := spfRecords(found)
	if len(records) != 1 {
		return s, False, posture.Reason{}
	}
	next := mailauth.ParseSPF(records[0])
	return d.follow(next, append(passed, s.Redirect), lookups+next.Lookups)
}

func dkimTable(m *Model) *Table {
	return readTable(m, "exchange/DkimSigningConfig", []string{"Domain", "Name"},
		Field{Name: "domain", Type: String, From: "Domain"},
		Field{Name: "enabled", Type: Bool, From: "Enabled"},
		Field{Name: "status", Type: String, From: "Status"},
		Field{Name: "bits1", Type: Int, From: "Selector1KeySize"},
		Field{Name: "bits2", Type: Int, From: "Selector2KeySize"},
	)
}

func (d *domainFacts) setDKIM(row int, name string) {
	d.setSigning(row, name)
	found, why := d.dkim.of(name)
	switch {
	case found == nil:
		d.table.SetUnknown(row, "dkim.published", why)
	case slices.ContainsFunc(found.records, mailauth.IsDKIMKey):
		d.table.SetBool(row, "dkim.published", true)
	case len(found.records) > 0 || found.allAnswered():
		d.table.SetBool(row, "dkim.published", false)
	default:
		d.table.SetUnknown(row, "dkim.published", failedLookup(dnsDKIM, name))
	}
}

// allAnswered reports whether each name that was asked for has an answer.
func (l *lookup) allAnswered() bool {
	if len(l.queries) == 0 {
		return l.blank
	}
	return !slices.ContainsFunc(l.queries, func(q query) bool { return !l.absent(q.name) })
}

// setSigning reads what Exchange says. A domain that Exchange does not list is
// one that it does not sign for.
func (d *domainFacts) setSigning(row int, name string) {
	t := d.keys
	if !t.Collected() {
		for _, field := range []string{"dkim.enabled", "dkim.status", "dkim.keyBits"} {
			d.table.SetUnknown(row, field, t.Missing)
		}
		return
	}
	for at := range t.Len() {
		domain, ok := t.text(at, "domain")
		if !ok || cleanDomain(domain) != name {
			continue
		}
		d.table.SetTri(row, "dkim.enabled", t.Bool(at, "enabled"), t.Col("enabled").Why(at))
		if status, ok := t.text(at, "status"); ok {
			d.table.SetString(row, "dkim.status", status)
		} else {
			d.table.SetUnknown(row, "dkim.status", t.Col("status").Why(at))
		}
		bits1, ok1 := knownNumber(t, at, "bits1")
		bits2, ok2 := knownNumber(t, at, "bits2")
		if ok1 && ok2 {
			d.table.SetInt(row, "dkim.keyBits", min(bits1, bits2))
		} else {
			d.table.SetUnknown(row, "dkim.keyBits", t.Col("bits1").Why(at))
		}
		return
	}
	d.table.SetBool(row, "dkim.enabled", false)
	d.table.SetString(row, "dkim.status", "NoDKIMKeys")
	d.table.SetInt(row, "dkim.keyBits", 0)
}

var dmarcFields = []string{"dmarc.published", "dmarc.record", "dmarc.inherited", "dmarc.policy", "dmarc.subdomainPolicy", "dmarc.percent", "dmarc.reportsTo", "dmarc.failureReportsTo"}

func (d *domainFacts) setDMARC(row int, name string) {
	record, origin, why := d.dmarcOf(name)
	if why.Code != "" {
		for _, field := range dmarcFields {
			d.table.SetUnknown(row, field, why)
		}
		return
	}
	policy, understood := mailauth.ParseDMARC(record)
	d.table.SetBool(row, "dmarc.published", understood)
	if !understood {
		for _, field := range dmarcFields[1:] {
			d.table.SetUnknown(row, field, undecided("no DMARC record holds for "+name))
		}
		return
	}
	asked := policy.Policy
	switch origin {
	case inherited:
		asked = policy.Subdomains
	case ownOrInherited:
		asked = mailauth.Weaker(policy.Policy, policy.Subdomains)
	case own:
	}
	d.table.SetString(row, "dmarc.record", record)
	d.table.SetBool(row, "dmarc.inherited", origin == inherited)
	d.table.SetString(row, "dmarc.policy", string(asked))
	d.table.SetString(row, "dmarc.subdomainPolicy", string(policy.Subdomains))
	d.table.SetInt(row, "dmarc.percent", int64(policy.Percent))
	d.table.SetStrings(row, "dmarc.reportsTo", listOrEmpty(policy.Aggregate))
	d.table.SetStrings(row, "dmarc.failureReportsTo", listOrEmpty(policy.Failure))
}

func listOrEmpty(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

// origin says whose record it is.
type origin uint8

const (
	own origin = iota
	inherited
	ownOrInherited // the oldest exports do not tell
)

// dmarcOf returns the record that holds for a domain, empty when there is none
// or when several make all of them void.
func (d *domainFacts) dmarcOf(name string) (record string, from origin, why posture.Reason) {
	found, why := d.dmarc.of(name)
	if why.Code != "" {
		return "", own, why
	}
	org := organisational(name)
	records := dmarcRecords(found)
	at := found.source()
	answered := at == "_dmarc."+name || found.absent("_dmarc."+name) || (len(found.queries) == 0 && len(found.records) > 0)
	switch {
	case len(records) > 0 && at == "" && org != name:
		return single(records), ownOrInherited, posture.Reason{}
	case len(records) > 0 && (at == "" || at == "_dmarc."+name):
		return single(records), own, posture.Reason{}
	case !answered: // the parent's record says nothing while an own one is possible
		return "", own, failedLookup(dnsDMARC, "_dmarc."+name)
	case org == name:
		return "", own, posture.Reason{}
	case at == "_dmarc."+org:
		return single(records), inherited, posture.Reason{}
	case found.absent("_dmarc." + org):
		return "", inherited, posture.Reason{}
	}
	return d.orgRecord(name, org)
}

// orgRecord looks for the organisational domain among the other answers.
func (d *domainFacts) orgRecord(name, org string) (string, origin, posture.Reason) {
	found, _ := d.dmarc.of(org)
	if found != nil {
		if at := found.source(); len(found.records) > 0 && (at == "" || at == "_dmarc."+org) {
			return single(dmarcRecords(found)), inherited, posture.Reason{}
		}
		if found.absent("_dmarc." + org) {
			return "", inherited, posture.Reason{}
		}
	}
	return "", inherited, posture.Reason{Code: posture.NotCollected, Detail: fmt.Sprintf("%s has no DMARC record of its own, and that of %s was not looked up", name, org)}
}

func dmarcRecords(l *lookup) []string {
	var records []string
	for _, r := range l.records {
		if strings.HasPrefix(strings.ToLower(strings.ReplaceAll(r, " ", "")), "v=dmarc1") {
			records = append(records, r)
		}
	}
	return records
}

// single returns the record, and nothing when there is not exactly one:
// receivers ignore them all then.
func single(records []string) string {
	if len(records) != 1 {
		return ""
	}
	return records[0]
}
