// SPDX-License-Identifier: Apache-2.0

package httpserver

import (
	"iter"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// forwarded returns the name of a header that only a proxy adds, or nothing.
func forwarded(h http.Header) string {
	for _, name := range []string{"Forwarded", "X-Real-Ip", "Via", "X-Client-Ip", "X-Cluster-Client-Ip", "True-Client-Ip", "Cf-Connecting-Ip"} {
		if len(h.Values(name)) > 0 {
			return name
		}
	}
	for name := range h {
		if strings.HasPrefix(name, "X-Forwarded") || strings.HasPrefix(name, "X-Original") {
			return name
		}
	}
	return ""
}

func (s Site) trusts(a netip.Addr) bool {
	return slices.ContainsFunc(s.Proxies, func(p netip.Prefix) bool { return p.Contains(a) })
}

// origin finds who sent a request that a trusted proxy handed on. Each proxy
// adds the address of its own peer at the right, so the rightmost one that is
// no proxy of ours is the last that can be believed; what stands left of it
// may be invented. Where that one cannot be read, or the two headers
// contradict each other, the answer is the peer itself: a client may send the
// header that its proxy does not write.
func (s Site) origin(peer netip.Addr, h http.Header) netip.Addr {
	common, some := s.walk(peer, commonHops(h))
	standard, other := s.walk(peer, standardHops(h))
	switch {
	case !some:
		return standard
	case !other || common == standard:
		return common
	}
	return peer
}

// walk goes from the peer to the left. It reports false when there is no hop.
func (s Site) walk(peer netip.Addr, hops iter.Seq[string]) (found netip.Addr, some bool) {
	found = peer
	for text := range hops {
		some = true
		hop, ok := node(text)
		if !ok {
			return peer, true
		}
		if found = hop; !s.trusts(hop) {
			break
		}
	}
	return found, some
}

// commonHops reads X-Forwarded-For from the right.
func commonHops(h http.Header) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, line := range slices.Backward(h.Values("X-Forwarded-For")) {
			for more := true; more; {
				var hop string
				line, hop, more = cutLast(line, strings.LastIndexByte(line, ','))
				if hop != "" && !yield(hop) {
					return
				}
			}
		}
	}
}

// standardHops reads the for parameters of Forwarded (RFC 7239) from the
// right; an element without one is an empty hop.
func standardHops(h http.Header) iter.Seq[string] {
	return func(yield func(string) bool) {
		for element := range elements(h) {
			hop, ok := parameter(element, "for")
			if !ok {
				hop = ""
			}
			if !yield(hop) {
				return
			}
		}
	}
}

// elements yields the elements of Forwarded from the right. Reading from that
// side keeps a quotation mark that a client left open from swallowing what a
// proxy wrote after it.
func elements(h http.Header) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, line := range slices.Backward(h.Values("Forwarded")) {
			for more := true; more; {
				var element string
				line, element, more = cutLast(line, lastComma(line))
				if element != "" && !yield(element) {
					return
				}
			}
		}
	}
}

func cutLast(list string, at int) (before, last string, more bool) {
	if at < 0 {
		return "", strings.TrimSpace(list), false
	}
	return list[:at], strings.TrimSpace(list[at+1:]), true
}

// lastComma returns the place of the last comma outside quotation marks.
func lastComma(list string) int {
	quoted := false
	for i := len(list) - 1; i >= 0; i-- {
		switch {
		case list[i] == '"':
			quoted = !quoted
		case list[i] == ',' && !quoted:
			return i
		}
	}
	return -1
}

// parameter reads one parameter of an element. An element that is not plain
// is not read at all: addresses need no escapes, and one parameter twice has
// no meaning.
func parameter(element, name string) (value string, ok bool) {
	for pair := range splitUnquoted(element) {
		key, text, found := strings.Cut(strings.TrimSpace(pair), "=")
		if !found || strings.ContainsAny(key, "\" \t") {
			return "", false
		}
		if strings.HasPrefix(text, `"`) {
			text, found = strings.CutSuffix(text[1:], `"`)
		}
		if !found || strings.ContainsAny(text, "\"\\") {
			return "", false
		}
		if !strings.EqualFold(key, name) {
			continue
		}
		if ok {
			return "", false
		}
		value, ok = text, true
	}
	return value, ok
}

func splitUnquoted(element string) iter.Seq[string] {
	quoted := false
	return strings.FieldsFuncSeq(element, func(r rune) bool {
		if r == '"' {
			quoted = !quoted
		}
		return r == ';' && !quoted
	})
}

// node reads the address of a hop, with or without a port and brackets. What
// is "unknown" or hidden behind a made-up name is not read, and neither is an
// address with a zone, which means something on its own machine only.
func node(text string) (netip.Addr, bool) {
	addr, err := netip.ParseAddr(text)
	if err != nil {
		if inner, ok := strings.CutPrefix(text, "["); ok && strings.HasSuffix(inner, "]") {
			addr, err = netip.ParseAddr(strings.TrimSuffix(inner, "]"))
		} else {
			var at netip.AddrPort
			at, err = netip.ParseAddrPort(text)
			addr = at.Addr()
		}
	}
	if err != nil || addr.Zone() != "" || addr.IsUnspecified() {
		return netip.Addr{}, false
	}
	return addr.Unmap(), true
}

// overTLS reports whether the headers say that every leg they speak of was
// https, and speak of one at least.
func overTLS(h http.Header) bool {
	secure := false
	for _, line := range h.Values("X-Forwarded-Proto") {
		for proto := range strings.SplitSeq(line, ",") {
			if !strings.EqualFold(strings.TrimSpace(proto), "https") {
				return false
			}
			secure = true
		}
	}
	for element := range elements(h) {
		proto, ok := parameter(element, "proto")
		if ok && !strings.EqualFold(proto, "https") {
			return false
		}
		secure = secure || ok
	}
	return secure
}
