// SPDX-License-Identifier: Apache-2.0

package mailauth

import (
	"net/netip"
	"strings"
)

// Result is what an SPF record says about senders that it does not name.
type Result string

// The results, from the weakest. NoAll: the record ends without saying it,
// which receivers take for neutral.
const (
	NoAll    Result = "noAll"
	Pass     Result = "pass"
	Neutral  Result = "neutral"
	SoftFail Result = "softFail"
	Fail     Result = "fail"
)

// MaxLookups is how many terms of a record may cause DNS look-ups, those of
// included records counted too (RFC 7208 section 4.6.4).
const MaxLookups = 10

// SPF is a record that was read.
type SPF struct {
	Valid    bool   // false: receivers see a permanent error
	All      Result // of the all mechanism
	Redirect string // domain whose record decides instead, when there is no all
	Lookups  int    // terms of this record that cause look-ups
}

// IsSPF reports whether a TXT record is an SPF record of version 1.
func IsSPF(text string) bool {
	const version = "v=spf1"
	return len(text) >= len(version) && strings.EqualFold(text[:len(version)], version) &&
		(len(text) == len(version) || text[len(version)] == ' ')
}

// ParseSPF reads a record for which IsSPF is true. What stands behind the all
// mechanism must be well formed and is ignored otherwise.
func ParseSPF(text string) SPF {
	s := SPF{Valid: true, All: NoAll}
	terms := strings.Fields(text)
	if len(terms) == 0 {
		return SPF{All: NoAll}
	}
	for _, term := range terms[1:] {
		if name, value, ok := modifier(term); ok {
			s.modify(name, value)
			continue
		}
		s.mechanism(term)
	}
	if s.All != NoAll {
		s.Redirect = ""
	} else if s.Redirect != "" {
		s.Lookups++
	}
	return s
}

// modifier splits "name=value". A mechanism has no "=" before its ":" or "/".
func modifier(term string) (name, value string, ok bool) {
	i := strings.IndexAny(term, "=:/")
	if i <= 0 || term[i] != '=' {
		return "", "", false
	}
	return strings.ToLower(term[:i]), term[i+1:], true
}

func (s *SPF) modify(name, value string) {
	if name != "redirect" {
		return // exp and unknown modifiers change nothing
	}
	if s.Redirect != "" || value == "" {
		s.Valid = false
		return
	}
	s.Redirect = strings.ToLower(strings.TrimSuffix(value, "."))
}

func (s *SPF) mechanism(term string) {
	result, term := qualifier(term)
	end := strings.IndexAny(term, ":/")
	if end < 0 {
		end = len(term)
	}
	name, rest := strings.ToLower(term[:end]), term[end:]
	ended := s.All != NoAll
	switch name {
	case "all":
		s.Valid = s.Valid && rest == ""
		if !ended {
			s.All = result
		}
		return
	case "ip4", "ip6":
		s.Valid = s.Valid && address(rest, name == "ip4")
		s.open(result, ended, strings.HasSuffix(rest, "/0"))
		return
	case "include", "exists":
		s.Valid = s.Valid && len(rest) > 1 && rest[0] == ':'
	case "a", "mx":
		s.Valid = s.Valid && rest != ":"
		s.open(result, ended, strings.HasSuffix(rest, "/0") || strings.Contains(rest, "/0//"))
	case "ptr":
		s.Valid = s.Valid && rest != ":"
	default:
		s.Valid = false
		return
	}
	if !ended {
		s.Lookups++
	}
}

// open ends the record at a network of all addresses that may send: what
// stands behind it ("ip4:0.0.0.0/0 -all") says nothing any more.
func (s *SPF) open(result Result, ended, everybody bool) {
	if everybody && !ended && result == Pass {
		s.All = Pass
	}
}

func qualifier(term string) (Result, string) {
	switch term[0] {
	case '+':
		return Pass, term[1:]
	case '-':
		return Fail, term[1:]
	case '~':
		return SoftFail, term[1:]
	case '?':
		return Neutral, term[1:]
	}
	return Pass, term
}

// address checks ":192.0.2.0/24".
func address(text string, v4 bool) bool {
	text, ok := strings.CutPrefix(text, ":")
	if !ok {
		return false
	}
	if p, err := netip.ParsePrefix(text); err == nil {
		return p.Addr().Is4() == v4
	}
	a, err := netip.ParseAddr(text)
	return err == nil && a.Is4() == v4 && a.Zone() == ""
}
