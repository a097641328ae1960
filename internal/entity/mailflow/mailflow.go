// SPDX-License-Identifier: Apache-2.0

// Package mailflow finds out which mail policy is in force for whom: the
// precedence of Exchange Online Protection and Defender for Office 365. It
// knows rules, their conditions and recipients, and nothing of what a policy
// says or of how evidence looks.
//
// What was not read (members of a group, a whole set of rules) makes several
// policies possible; they are all returned, and nothing is guessed.
package mailflow

import "strings"

// None stands for having no policy at all, behind the last rule of a chain.
const None = -1

// Rule says to whom a policy applies. Conditions of different kinds must all
// hold, values of one kind are alternatives, and one exception is enough to
// leave a recipient out. A rule without conditions is for everybody.
type Rule struct {
	Users, Groups, Domains                   []string
	ExceptUsers, ExceptGroups, ExceptDomains []string
	// Unread says that the conditions or the state of the rule are not known:
	// it may be in force for anybody or for nobody.
	Unread bool
}

// Recipient is a mailbox as conditions see it.
type Recipient struct {
	Primary   string   // primary SMTP address
	Addresses []string // all SMTP addresses
	Names     []string // display name, alias, ids: what a rule may say instead of an address
}

// match is a truth value that can be open.
type match uint8

const (
	no match = iota
	maybe
	yes
)

func (m match) not() match { return yes - m }

func and(a, b match) match { return min(a, b) }

func or(a, b match) match { return max(a, b) }

// Chain is a list of rules, of which the first one that matches decides.
type Chain struct {
	rules []compiled
}

type compiled struct {
	users, exceptUsers     names
	domains, exceptDomains []string
	groups, exceptGroups   bool
	all                    bool // no condition and no exception
	unread                 bool
}

// names are the users of a condition: addresses, and what is none.
type names struct {
	addresses map[string]bool
	others    map[string]bool
}

// NewChain prepares rules that stand in the order in which they are tried.
func NewChain(rules []Rule) *Chain {
	c := &Chain{rules: make([]compiled, len(rules))}
	for i, r := range rules {
		c.rules[i] = compiled{
			users: newNames(r.Users), exceptUsers: newNames(r.ExceptUsers),
			domains: lower(r.Domains), exceptDomains: lower(r.ExceptDomains),
			groups: len(r.Groups) > 0, exceptGroups: len(r.ExceptGroups) > 0,
			unread: r.Unread,
		}
		c.rules[i].all = len(r.Users)+len(r.Groups)+len(r.Domains) == 0 && !c.rules[i].excepts() && !r.Unread
	}
	return c
}

func newNames(list []string) names {
	n := names{addresses: make(map[string]bool), others: make(map[string]bool)}
	for _, s := range lower(list) {
		if strings.Contains(s, "@") {
			n.addresses[s] = true
		} else {
			n.others[s] = true
		}
	}
	return n
}

func lower(list []string) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = strings.ToLower(strings.TrimSpace(s))
	}
	return out
}

func (n names) empty() bool { return len(n.addresses)+len(n.others) == 0 }

func (r *compiled) excepts() bool {
	return !r.exceptUsers.empty() || r.exceptGroups || len(r.exceptDomains) > 0
}

// NamesUsers reports whether a rule is about single users, so that more than
// the primary address of a recipient matters.
func (c *Chain) NamesUsers() bool {
	for i := range c.rules {
		if !c.rules[i].users.empty() || !c.rules[i].exceptUsers.empty() {
			return true
		}
	}
	return false
}

// InForce returns the positions of the rules that may decide for a recipient,
// in their order, and None where it may be that no rule does. One position
// means that it is known. The result is not empty.
func (c *Chain) InForce(r Recipient) []int {
	r = Recipient{Primary: strings.ToLower(r.Primary), Addresses: lower(r.Addresses), Names: lower(r.Names)}
	var possible []int
	for i := range c.rules {
		switch c.rules[i].matches(&r) {
		case yes:
			return append(possible, i)
		case maybe:
			possible = append(possible, i)
		case no:
		}
	}
	return append(possible, None)
}

func (r *compiled) matches(who *Recipient) match {
	if r.all {
		return yes
	}
	m := yes
	if !r.users.empty() {
		m = and(m, r.users.hold(who))
	}
	if r.groups {
		m = and(m, maybe)
	}
	if len(r.domains) > 0 {
		m = and(m, inDomains(r.domains, who))
	}
	except := or(r.exceptUsers.hold(who), inDomains(r.exceptDomains, who))
	if r.exceptGroups {
		except = or(except, maybe)
	}
	m = and(m, except.not())
	if r.unread {
		m = and(m, maybe)
	}
	return m
}

// hold reports whether the recipient is one of the names. A name that is no
// address and no name of the recipient may still mean it, and so may an address
// when those of the recipient were not read.
func (n names) hold(who *Recipient) match {
	if n.empty() {
		return no
	}
	if n.addresses[who.Primary] {
		return yes
	}
	for _, a := range who.Addresses {
		if n.addresses[a] {
			return yes
		}
	}
	for _, s := range who.Names {
		if n.others[s] || n.addresses[s] {
			return yes
		}
	}
	if len(n.others) > 0 || who.Primary == "" || len(who.Addresses) == 0 {
		return maybe
	}
	return no
}

// inDomains looks at the primary address only. A domain includes its
// subdomains.
func inDomains(list []string, who *Recipient) match {
	if len(list) == 0 {
		return no
	}
	_, domain, ok := strings.Cut(who.Primary, "@")
	if !ok {
		return maybe
	}
	for _, d := range list {
		if within(domain, d) {
			return yes
		}
	}
	return no
}

// within reports whether a domain is parent or below it.
func within(domain, parent string) bool {
	rest, ok := strings.CutSuffix(domain, parent)
	return ok && parent != "" && (rest == "" || strings.HasSuffix(rest, "."))
}
