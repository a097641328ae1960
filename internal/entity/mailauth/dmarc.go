// SPDX-License-Identifier: Apache-2.0

package mailauth

import (
	"strconv"
	"strings"
)

// Policy is what a domain asks receivers to do with mail that fails DMARC.
type Policy string

// The policies, from the weakest.
const (
	PolicyNone Policy = "none"
	Quarantine Policy = "quarantine"
	Reject     Policy = "reject"
)

// DMARC is a record that was read, with the defaults of absent tags filled in.
type DMARC struct {
	Policy     Policy
	Subdomains Policy   // sp, or Policy
	Percent    int      // pct: share of failing mail that the policy is asked for
	Aggregate  []string // rua: mail addresses in lower case; receivers know no other URIs
	Failure    []string // ruf
}

// Weaker returns the weaker of two policies.
func Weaker(a, b Policy) Policy {
	if rank(a) < rank(b) {
		return a
	}
	return b
}

func rank(p Policy) int {
	switch p {
	case Reject:
		return 2
	case Quarantine:
		return 1
	case PolicyNone:
		return 0
	}
	return 0
}

// ParseDMARC reads a TXT record. It reports false for one that is no DMARC
// record, or whose policy receivers ignore: the version must come first, and
// without a policy that is understood there must be an address for reports,
// which makes the policy none (RFC 7489 section 6.6.3).
func ParseDMARC(text string) (DMARC, bool) {
	d := DMARC{Percent: 100}
	seen, test := make(map[string]bool), false
	for i, part := range strings.Split(text, ";") {
		name, value, ok := strings.Cut(part, "=")
		name, value = strings.ToLower(strings.TrimSpace(name)), strings.TrimSpace(value)
		if i == 0 {
			if !ok || name != "v" || value != "DMARC1" {
				return DMARC{}, false
			}
			continue
		}
		if !ok {
			continue
		}
		if seen[name] { // RFC 6376 section 3.2: then the whole list is void
			return DMARC{}, false
		}
		seen[name] = true
		// Newer receivers let the policy rest in test mode, as with pct=0.
		test = test || name == "t" && strings.EqualFold(value, "y")
		d.tag(name, value)
	}
	if d.Policy == "" {
		if len(d.Aggregate) == 0 {
			return DMARC{}, false
		}
		d.Policy = PolicyNone
	}
	if d.Subdomains == "" {
		d.Subdomains = d.Policy
	}
	if test {
		d.Percent = 0
	}
	return d, true
}

func (d *DMARC) tag(name, value string) {
	switch name {
	case "p":
		d.Policy = policy(value)
	case "sp":
		// One that is not understood is worth nothing, and the default would be
		// more than the owner asked for.
		d.Subdomains = policy(value)
		if d.Subdomains == "" {
			d.Subdomains = PolicyNone
		}
	case "pct":
		d.Percent = 0
		if n, err := strconv.Atoi(value); err == nil && n >= 0 && n <= 100 {
			d.Percent = n
		}
	case "rua":
		d.Aggregate = destinations(value)
	case "ruf":
		d.Failure = destinations(value)
	}
}

func policy(value string) Policy {
	switch p := Policy(strings.ToLower(value)); p {
	case PolicyNone, Quarantine, Reject:
		return p
	}
	return ""
}

// destinations reads "mailto:a@b.example!10m, mailto:c@d.example". What is no
// mailto URI (an address alone, https) is left out: receivers send nothing there.
func destinations(value string) []string {
	var list []string
	const scheme = "mailto:"
	for uri := range strings.SplitSeq(value, ",") {
		uri = strings.TrimSpace(uri)
		if len(uri) <= len(scheme) || !strings.EqualFold(uri[:len(scheme)], scheme) {
			continue
		}
		address, _, _ := strings.Cut(strings.ToLower(uri[len(scheme):]), "!")
		if strings.Contains(address, "@") {
			list = append(list, address)
		}
	}
	return list
}
