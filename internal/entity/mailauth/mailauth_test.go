// SPDX-License-Identifier: Apache-2.0

package mailauth_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"securescore/internal/entity/mailauth"
)

func TestParseSPF(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, text string
		want       mailauth.SPF
	}{
		{"hard fail", "v=spf1 include:spf.protection.outlook.com -all", mailauth.SPF{Valid: true, All: mailauth.Fail, Lookups: 1}},
		{"soft fail, letter case aside", "V=SPF1 A MX ~ALL", mailauth.SPF{Valid: true, All: mailauth.SoftFail, Lookups: 2}},
		{"neutral", "v=spf1 ?all", mailauth.SPF{Valid: true, All: mailauth.Neutral}},
		{"everybody may send", "v=spf1 +all", mailauth.SPF{Valid: true, All: mailauth.Pass}},
		{"all without a sign lets everybody send", "v=spf1 all", mailauth.SPF{Valid: true, All: mailauth.Pass}},
		{"the first all counts", "v=spf1 ~all -all", mailauth.SPF{Valid: true, All: mailauth.SoftFail}},
		{"no all", "v=spf1 a:mail.contoso.com", mailauth.SPF{Valid: true, All: mailauth.NoAll, Lookups: 1}},
		{"nothing but the version", "v=spf1", mailauth.SPF{Valid: true, All: mailauth.NoAll}},
		{"redirect", "v=spf1 redirect=_spf.Contoso.com.", mailauth.SPF{Valid: true, All: mailauth.NoAll, Redirect: "_spf.contoso.com", Lookups: 1}},
		{"redirect beside all is ignored", "v=spf1 redirect=_spf.contoso.com -all", mailauth.SPF{Valid: true, All: mailauth.Fail}},
		{"two redirects", "v=spf1 redirect=a.example redirect=b.example", mailauth.SPF{All: mailauth.NoAll, Redirect: "a.example", Lookups: 1}},
		{"redirect to nowhere", "v=spf1 redirect=", mailauth.SPF{All: mailauth.NoAll}},
		{"addresses", "v=spf1 ip4:192.0.2.0/24 ip4:192.0.2.1 ip6:2001:db8::/32 -all", mailauth.SPF{Valid: true, All: mailauth.Fail}},
		{"address of the wrong family", "v=spf1 ip4:2001:db8::1 -all", mailauth.SPF{All: mailauth.Fail}},
		{"address that is none", "v=spf1 ip4:300.1.1.1 -all", mailauth.SPF{All: mailauth.Fail}},
		{"unknown mechanism", "v=spf1 inlcude:spf.protection.outlook.com -all", mailauth.SPF{All: mailauth.Fail}},
		{"include of nothing", "v=spf1 include: -all", mailauth.SPF{All: mailauth.Fail, Lookups: 1}},
		{"a modifier that is not known", "v=spf1 exp=why.contoso.com -all", mailauth.SPF{Valid: true, All: mailauth.Fail}},
		{"prefix lengths behind a and mx", "v=spf1 a/24 mx:contoso.com//64 -all", mailauth.SPF{Valid: true, All: mailauth.Fail, Lookups: 2}},
		{"a network of all addresses lets everybody send", "v=spf1 ip4:0.0.0.0/0 -all", mailauth.SPF{Valid: true, All: mailauth.Pass}},
		{"the same by the address of a host", "v=spf1 a:mail.contoso.com/0//64 -all", mailauth.SPF{Valid: true, All: mailauth.Pass, Lookups: 1}},
		{"the same behind the end", "v=spf1 -all ip6:::/0", mailauth.SPF{Valid: true, All: mailauth.Fail}},
		{"all addresses but none of them", "v=spf1 -ip4:0.0.0.0/0 -all", mailauth.SPF{Valid: true, All: mailauth.Fail}},
		{"look-ups behind all do not count", "v=spf1 -all include:contoso.com", mailauth.SPF{Valid: true, All: mailauth.Fail}},
		{"eleven look-ups", "v=spf1" + strings.Repeat(" include:a.example", 11) + " -all", mailauth.SPF{Valid: true, All: mailauth.Fail, Lookups: 11}},
		{"all with a value", "v=spf1 -all:contoso.com", mailauth.SPF{All: mailauth.Fail}},
		{"only a sign", "v=spf1 -", mailauth.SPF{All: mailauth.NoAll}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if !mailauth.IsSPF(tt.text) {
				t.Fatalf("IsSPF(%q) is false", tt.text)
			}
			if diff := cmp.Diff(tt.want, mailauth.ParseSPF(tt.text)); diff != "" {
				t.Errorf("ParseSPF(%q) (-want +got):\n%s", tt.text, diff)
			}
		})
	}
}

func TestIsSPF(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"v=spf1 -all": true, "v=spf1": true, "v=spf10 -all": false, "spf2.0/pra -all": false,
		"v=spf1;-all": false, "": false, " v=spf1 -all": false, "google-site-verification=x": false,
	} {
		if got := mailauth.IsSPF(text); got != want {
			t.Errorf("IsSPF(%q) = %t, want %t", text, got, want)
		}
	}
}

func TestParseDMARC(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, text string
		want       mailauth.DMARC
		wantOK     bool
	}{
		{"reject with two addresses", "v=DMARC1;p=reject;pct=100; rua=mailto:DMARC@example.org, mailto:reports@example.org", mailauth.DMARC{Policy: mailauth.Reject, Subdomains: mailauth.Reject, Percent: 100, Aggregate: []string{"dmarc@example.org", "reports@example.org"}}, true},
		{"weaker for subdomains", "v=DMARC1; p=reject; sp=none", mailauth.DMARC{Policy: mailauth.Reject, Subdomains: mailauth.PolicyNone, Percent: 100}, true},
		{"spaces and letter case", " v = DMARC1 ; P = Quarantine ;", mailauth.DMARC{Policy: mailauth.Quarantine, Subdomains: mailauth.Quarantine, Percent: 100}, true},
		{"for a part of the mail", "v=DMARC1; p=reject; pct=20", mailauth.DMARC{Policy: mailauth.Reject, Subdomains: mailauth.Reject, Percent: 20}, true},
		{"a share that is none counts as nothing", "v=DMARC1; p=reject; pct=1000", mailauth.DMARC{Policy: mailauth.Reject, Subdomains: mailauth.Reject, Percent: 0}, true},
		{"subdomain policy that is not understood", "v=DMARC1; p=reject; sp=refuse", mailauth.DMARC{Policy: mailauth.Reject, Subdomains: mailauth.PolicyNone, Percent: 100}, true},
		{"size limit and another scheme", "v=DMARC1; p=none; ruf=mailto:f@example.org!10m,https://example.org/r", mailauth.DMARC{Policy: mailauth.PolicyNone, Subdomains: mailauth.PolicyNone, Percent: 100, Failure: []string{"f@example.org"}}, true},
		{"an address without mailto", "v=DMARC1; p=reject; rua=d@example.org", mailauth.DMARC{Policy: mailauth.Reject, Subdomains: mailauth.Reject, Percent: 100}, true},
		{"test mode", "v=DMARC1; p=reject; t=y", mailauth.DMARC{Policy: mailauth.Reject, Subdomains: mailauth.Reject, Percent: 0}, true},
		{"no policy but reports", "v=DMARC1; rua=mailto:d@example.org", mailauth.DMARC{Policy: mailauth.PolicyNone, Subdomains: mailauth.PolicyNone, Percent: 100, Aggregate: []string{"d@example.org"}}, true},
		{"two equal tags make it void", "v=DMARC1; p=reject; p=none", mailauth.DMARC{}, false},
		{"no policy and no reports", "v=DMARC1; sp=reject", mailauth.DMARC{}, false},
		{"version in small letters", "v=dmarc1; p=reject", mailauth.DMARC{}, false},
		{"version not first", "p=reject; v=DMARC1", mailauth.DMARC{}, false},
		{"another record", "v=spf1 -all", mailauth.DMARC{}, false},
		{"nothing", "", mailauth.DMARC{}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, ok := mailauth.ParseDMARC(tt.text)
			if ok != tt.wantOK {
				t.Errorf("ParseDMARC(%q) understood: %t, want %t", tt.text, ok, tt.wantOK)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("ParseDMARC(%q) (-want +got):\n%s", tt.text, diff)
			}
		})
	}
}

func TestIsDKIMKey(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"v=DKIM1; k=rsa; p=MIIBIjANBg==;": true, "k=rsa; p=MIIB IjAN": true, "p=MIIB": true,
		"v=DKIM1; k=rsa; p=": false, "v=DKIM1; k=rsa": false, "v=DKIM2; p=MIIB": false, "": false,
		"p=MIIB; v=DKIM1": false, "v=spf1 include:a.example -all": false,
	} {
		if got := mailauth.IsDKIMKey(text); got != want {
			t.Errorf("IsDKIMKey(%q) = %t, want %t", text, got, want)
		}
	}
}

func FuzzParseSPF(f *testing.F) {
	for _, s := range []string{"v=spf1 include:a.example -all", "v=spf1 redirect=a.example", "v=spf1 ip4:192.0.2.1/24 ~all", "v=spf1 + - = : /", "\x00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s := mailauth.ParseSPF(text)
		if s.All != mailauth.NoAll && s.Redirect != "" {
			t.Errorf("ParseSPF(%q) follows a redirect beside all", text)
		}
		if s.All == mailauth.Fail && !strings.Contains(strings.ToLower(text), "-all") {
			t.Errorf("ParseSPF(%q) fails others without -all", text)
		}
		if s.Lookups > len(strings.Fields(text)) {
			t.Errorf("ParseSPF(%q) counts %d look-ups", text, s.Lookups)
		}
	})
}

func FuzzParseDMARC(f *testing.F) {
	for _, s := range []string{"v=DMARC1; p=reject; rua=mailto:a@b.example!5m", "v=DMARC1;p=none;sp=;pct=-1", ";;;=", "v=DMARC1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, ok := mailauth.ParseDMARC(text)
		if !ok {
			return
		}
		if d.Percent < 0 || d.Percent > 100 {
			t.Errorf("ParseDMARC(%q) asks for %d percent", text, d.Percent)
		}
		if d.Policy == "" || d.Subdomains == "" {
			t.Errorf("ParseDMARC(%q) has no policy", text)
		}
		if d.Policy == mailauth.Reject && !strings.Contains(strings.ToLower(text), "reject") {
			t.Errorf("ParseDMARC(%q) rejects", text)
		}
	})
}
