// SPDX-License-Identifier: Apache-2.0

package entity_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// found writes what a look-up of one domain gave; each query is
// "name result".
func found(domain, rdata string, queries ...string) string {
	log := make([]string, len(queries))
	for i, q := range queries {
		name, result, _ := strings.Cut(q, " ")
		log[i] = fmt.Sprintf(`{"query_name":%q,"query_method":"traditional","query_result":%q}`, name, result)
	}
	return fmt.Sprintf(`{"domain":%q,"rdata":%s,"log":[%s]}`, domain, rdata, strings.Join(log, ","))
}

const (
	one      = "Query returned 1 txt records"
	two      = "Query returned 2 txt records"
	none     = "Query returned 0 txt records"
	nxdomain = "Query returned NXDomain"
	timeout  = "Query resulted in exception, ETIMEOUT"
	refused  = "Query returned response code 5"
)

func TestSPFOfDomain(t *testing.T) {
	t.Parallel()
	const start, end = "v=spf1 include:", ".example" // together 255 bytes with what is between
	long := start + strings.Repeat("a", 255-len(start)-len(end)) + end
	tests := []struct {
		name, spf, field string
		want             string
	}{
		{"a record that fails others", found("a.example", `["x=y","v=spf1 -all"]`, "a.example "+two), "spf.rejectsOthers", "=true"},
		{"its domain in another letter case", found("A.Example.", `["v=spf1 -all"]`, "a.example "+one), "spf.valid", "=true"},
		{"one answer instead of a list", found("a.example", `"v=spf1 -all"`, "a.example "+one), "spf.valid", "=true"},
		{"a soft fail", found("a.example", `["v=spf1 ~all"]`, "a.example "+one), "spf.rejectsOthers", "=false"},
		{"two records are no record", found("a.example", `["v=spf1 -all","v=spf1 include:b.example -all"]`, "a.example "+two), "spf.valid", "=false"},
		{"two records fail nobody", found("a.example", `["v=spf1 -all","v=spf1 include:b.example -all"]`, "a.example "+two), "spf.rejectsOthers", "=false"},
		{"too many look-ups", found("a.example", `["v=spf1`+strings.Repeat(" a", 11)+` -all"]`, "a.example "+one), "spf.rejectsOthers", "=false"},
		{"other records only", found("a.example", `["x=y"]`, "a.example "+one), "spf.valid", "=false"},
		{"no records", found("a.example", `[]`, "a.example "+none), "spf.valid", "=false"},
		{"no such domain", found("a.example", `[]`, "a.example "+nxdomain), "spf.valid", "=false"},
		{"the second query answered", found("a.example", `[]`, "a.example "+timeout, "a.example "+nxdomain), "spf.valid", "=false"},
		{"no answer", found("a.example", `[]`, "a.example "+timeout, "a.example "+refused), "spf.valid", "?error"},
		{"null and no answer", found("a.example", `null`, "a.example "+timeout), "spf.valid", "?error"},
		{"no log and no records", `{"domain":"a.example","rdata":[]}`, "spf.valid", "?error"},
		{"the oldest exports: an empty string", `{"domain":"a.example","rdata":""}`, "spf.valid", "=false"},
		{"no records member", `{"domain":"a.example"}`, "spf.valid", "?shape"},
		{"records of another shape", `{"domain":"a.example","rdata":[7]}`, "spf.valid", "?shape"},
		{"strings of one record", found("a.example", `[["v=spf1 include:b.exam","ple -all"]]`, "a.example "+one), "spf.records", "=[v=spf1 include:b.example -all]"},
		{"a string of full length goes on in the next", found("a.example", `["`+long+`"," -all"]`, "a.example "+two), "spf.rejectsOthers", "=true"},
		{"quoted parts", found("a.example", `["\"v=spf1 include:b.exam\" \"ple -all\""]`, "a.example "+one), "spf.records", "=[v=spf1 include:b.example -all]"},
		{"a redirect to what was not looked up", found("a.example", `["v=spf1 redirect=x.example"]`, "a.example "+one), "spf.rejectsOthers", "?undecided"},
		{"a redirect to a record that fails others", found("a.example", `["v=spf1 redirect=b.example"]`, "a.example "+one) + "," + found("b.example", `["v=spf1 -all"]`, "b.example "+one), "spf.rejectsOthers", "=true"},
		{"a redirect to a softer record", found("a.example", `["v=spf1 redirect=b.example"]`, "a.example "+one) + "," + found("b.example", `["v=spf1 ~all"]`, "b.example "+one), "spf.rejectsOthers", "=false"},
		{"a redirect in a circle", found("a.example", `["v=spf1 redirect=a.example"]`, "a.example "+one), "spf.rejectsOthers", "=false"},
		{"another domain was looked up", found("b.example", `["v=spf1 -all"]`, "b.example "+one), "spf.valid", "?notCollected"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			table := build(t, sets{"dns/spf": "[" + tt.spf + "]", domains: `[{"DomainName":"a.example"}]`}).Table("mailDomain")
			if diff := cmp.Diff("a.example"+tt.want, values(table, tt.field)[0]); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.field, diff)
			}
		})
	}
}

func TestDMARCOfDomain(t *testing.T) {
	t.Parallel()
	reject := `["v=DMARC1; p=reject"]`
	tests := []struct {
		name, domain, dmarc, field, want string
	}{
		{"own record", "a.example", found("a.example", reject, "_dmarc.a.example "+one), "dmarc.policy", "=reject"},
		{"no record", "a.example", found("a.example", `[]`, "_dmarc.a.example "+nxdomain), "dmarc.published", "=false"},
		{"no answer", "a.example", found("a.example", `[]`, "_dmarc.a.example "+timeout), "dmarc.published", "?error"},
		{"two records are none", "a.example", found("a.example", `["v=DMARC1; p=reject","v=DMARC1; p=reject; pct=50"]`, "_dmarc.a.example "+two), "dmarc.published", "=false"},
		{"a record beside others", "a.example", found("a.example", `["x=y","v=DMARC1; p=reject"]`, "_dmarc.a.example "+two), "dmarc.policy", "=reject"},
		{"a record that is none", "a.example", found("a.example", `["v=DMARC1"]`, "_dmarc.a.example "+one), "dmarc.published", "=false"},
		{"inherited", "s.a.example", found("s.a.example", reject, "_dmarc.s.a.example "+nxdomain, "_dmarc.a.example "+one), "dmarc.policy", "=reject"},
		{"inherited, and it says so", "s.a.example", found("s.a.example", reject, "_dmarc.s.a.example "+nxdomain, "_dmarc.a.example "+one), "dmarc.inherited", "=true"},
		{"inherited policy for subdomains", "s.a.example", found("s.a.example", `["v=DMARC1; p=reject; sp=none"]`, "_dmarc.s.a.example "+nxdomain, "_dmarc.a.example "+one), "dmarc.policy", "=none"},
		{"the own record goes before the parent's", "s.a.example", found("s.a.example", `["v=DMARC1; p=none"]`, "_dmarc.s.a.example "+one) + "," + found("a.example", reject, "_dmarc.a.example "+one), "dmarc.policy", "=none"},
		{"nothing is inherited while an own record is possible", "s.a.example", found("s.a.example", reject, "_dmarc.s.a.example "+timeout, "_dmarc.a.example "+one), "dmarc.policy", "?error"},
		{"no record here or there", "s.a.example", found("s.a.example", `[]`, "_dmarc.s.a.example "+nxdomain, "_dmarc.a.example "+nxdomain), "dmarc.published", "=false"},
		{"no answer there", "s.a.example", found("s.a.example", `[]`, "_dmarc.s.a.example "+nxdomain, "_dmarc.a.example "+timeout), "dmarc.published", "?notCollected"},
		{"the parent's record from its own row", "s.a.example", found("s.a.example", `["x=y"]`, "_dmarc.s.a.example "+one) + "," + found("a.example", reject, "_dmarc.a.example "+one), "dmarc.policy", "=reject"},
		{"a domain between is not inherited from", "t.s.a.example", found("t.s.a.example", `[]`, "_dmarc.t.s.a.example "+nxdomain, "_dmarc.a.example "+nxdomain) + "," + found("s.a.example", reject, "_dmarc.s.a.example "+one), "dmarc.published", "=false"},
		{"what a registry publishes is not inherited", "a.co.uk", found("a.co.uk", reject, "_dmarc.a.co.uk "+nxdomain, "_dmarc.co.uk "+one), "dmarc.published", "=false"},
		{"below a registry with two labels", "s.a.co.uk", found("s.a.co.uk", `[]`, "_dmarc.s.a.co.uk "+nxdomain, "_dmarc.co.uk "+nxdomain), "dmarc.published", "?notCollected"},
		{"the oldest exports: no log", "a.example", `{"domain":"a.example","rdata":"v=DMARC1; p=reject"}`, "dmarc.policy", "=reject"},
		{"the oldest exports: the weaker of own and inherited", "s.a.example", `{"domain":"s.a.example","rdata":"v=DMARC1; p=reject; sp=quarantine"}`, "dmarc.policy", "=quarantine"},
		{"the oldest exports: nothing", "a.example", `{"domain":"a.example","rdata":""}`, "dmarc.published", "=false"},
		{"not looked up", "a.example", found("b.example", reject, "_dmarc.b.example "+one), "dmarc.published", "?notCollected"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			table := build(t, sets{"dns/dmarc": "[" + tt.dmarc + "]", domains: `[{"DomainName":"` + tt.domain + `"}]`}).Table("mailDomain")
			if diff := cmp.Diff(tt.domain+tt.want, values(table, tt.field)[0]); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.field, diff)
			}
		})
	}
}

func TestDKIMOfDomain(t *testing.T) {
	t.Parallel()
	const names = "selector1._domainkey.a.example"
	tests := []struct {
		name, dkim, keys, field, want string
	}{
		{"a key", found("a.example", `["v=DKIM1; k=rsa; p=MIIB"]`, names+" "+one), `[]`, "dkim.published", "=true"},
		{"a key that was withdrawn", found("a.example", `["v=DKIM1; k=rsa; p="]`, names+" "+one), `[]`, "dkim.published", "=false"},
		{"no key under any name", found("a.example", `[]`, names+" "+nxdomain, "selector2._domainkey.a.example "+nxdomain), `[]`, "dkim.published", "=false"},
		{"one name got no answer", found("a.example", `[]`, names+" "+nxdomain, "selector2._domainkey.a.example "+timeout), `[]`, "dkim.published", "?error"},
		{"not looked up", found("b.example", `[]`, names+" "+nxdomain), `[]`, "dkim.published", "?notCollected"},
		{"signing", found("a.example", `[]`), `[{"Domain":"A.example","Enabled":true,"Status":"Valid","Selector1KeySize":2048,"Selector2KeySize":1024}]`, "dkim.enabled", "=true"},
		{"the shorter key", found("a.example", `[]`), `[{"Domain":"a.example","Enabled":true,"Status":"Valid","Selector1KeySize":2048,"Selector2KeySize":1024}]`, "dkim.keyBits", "=1024"},
		{"a domain that Exchange does not sign for", found("a.example", `[]`), `[{"Domain":"b.example","Enabled":true}]`, "dkim.enabled", "=false"},
		{"a setting that is missing", found("a.example", `[]`), `[{"Domain":"a.example"}]`, "dkim.enabled", "?notCollected"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			table := build(t, sets{"dns/dkim": "[" + tt.dkim + "]", "exchange/DkimSigningConfig": tt.keys, domains: `[{"DomainName":"a.example"}]`}).Table("mailDomain")
			if diff := cmp.Diff("a.example"+tt.want, values(table, tt.field)[0]); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.field, diff)
			}
		})
	}
}

func TestMailDomains(t *testing.T) {
	t.Parallel()
	m := build(t, sets{
		domains:   `[{"DomainName":"a.example","SendingFromDomainDisabled":true},{"DomainName":"A.onmicrosoft.com"},{"DomainName":"hybrid.example","IsCoexistenceDomain":true}]`,
		"dns/spf": "[" + found("b.mail.onmicrosoft.com", `[]`) + "," + found("a.example", `[]`) + "]",
	})
	table := m.Table("mailDomain")
	for field, want := range map[string][]string{
		"coexistence": {"a.example=false", "a.onmicrosoft.com=false", "hybrid.example=true", "b.mail.onmicrosoft.com=true"},
		"microsoft":   {"a.example=false", "a.onmicrosoft.com=true", "hybrid.example=false", "b.mail.onmicrosoft.com=true"},
		"sends":       {"a.example=false", "a.onmicrosoft.com=true", "hybrid.example=true", "b.mail.onmicrosoft.com=true"},
	} {
		if diff := cmp.Diff(want, values(table, field)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", field, diff)
		}
	}
	if table := build(t, sets{}).Table("mailDomain"); table.Collected() {
		t.Error("nothing was read, and the table says that there are no domains")
	}
}
