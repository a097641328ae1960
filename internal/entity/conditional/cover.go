// SPDX-License-Identifier: Apache-2.0

package conditional

import (
	"fmt"
	"slices"
	"strings"
)

// Set is all policies of an organisation, with what they refer to.
type Set struct {
	Policies []Policy
	Known    Knowledge
}

// Finding is the answer for one person and one demand.
type Finding struct {
	Bounds
	// Why is a sentence without a full stop that says what is missing or what is
	// not understood; empty when the person is covered.
	Why string
}

// Coverage answers for many people. People to whom the same policies apply get
// one and the same answer, which is worked out once.
type Coverage struct {
	set    *Set
	people *People
	scopes []scope
	// applies is whom each policy applies to; included leaves exclusions out.
	applies, included []Match
}

// Cover prepares the answers for people.
func (s *Set) Cover(people *People) *Coverage {
	c := &Coverage{set: s, people: people}
	for i := range s.Policies {
		found := people.scope(&s.Policies[i])
		c.scopes = append(c.scopes, found)
		c.applies = append(c.applies, found.applies(people.Len))
		c.included = append(c.included, found.include)
	}
	return c
}

// Demand returns a function that answers for a person by number. With
// ignoreExclusions it answers as if no policy excluded anybody. The function
// is not for concurrent use.
func (c *Coverage) Demand(d *Demand, ignoreExclusions bool) func(row int) *Finding {
	matches := c.applies
	if ignoreExclusions {
		matches = c.included
	}
	var relevant []int
	for i := range c.set.Policies {
		p := &c.set.Policies[i]
		if p.active().May && !p.Workload && (d.meets(p, c.set.Known).May || d.spoils != nil && d.spoils(p).May) {
			relevant = append(relevant, i)
		}
	}
	answers := make(map[string]*Finding)
	key := make([]byte, len(relevant))
	return func(row int) *Finding {
		for k, i := range relevant {
			key[k] = '0'
			if matches[i].May.Has(row) {
				key[k] = '1'
			}
			if matches[i].Sure.Has(row) {
				key[k] = '2'
			}
		}
		if f, ok := answers[string(key)]; ok {
			return f
		}
		f := c.answer(d, relevant, key)
		answers[string(key)] = f
		return f
	}
}

// Excluded are the people whom an exclusion may keep from a policy that is or
// may be enforced.
func (c *Coverage) Excluded() Rows {
	found := NewRows(c.people.Len)
	for i := range c.set.Policies {
		if c.set.Policies[i].active().May {
			both := NewRows(c.people.Len).with(c.scopes[i].include.May)
			found.with(both.meet(c.scopes[i].exclude.May))
		}
	}
	return found
}

// LockedOut reports whether a policy could keep somebody out of an ordinary
// sign-in who can do multifactor authentication and nothing else, and names the
// policy.
func (c *Coverage) LockedOut(row int) (found Bounds, why string) {
	for i := range c.set.Policies {
		p := &c.set.Policies[i]
		b := p.demanding().and(Bounds{c.applies[i].Sure.Has(row), c.applies[i].May.Has(row)})
		found = found.or(b)
		if b.May {
			why = fmt.Sprintf("%q may keep the account out", shorten(p.Name))
		}
	}
	return found, why
}

// demanding reports whether a policy asks for more than multifactor
// authentication in a browser on a platform that says what it is.
func (p *Policy) demanding() Bounds {
	if p.Workload || len(p.grant.controls) == 0 {
		return no
	}
	more := p.grant.asks(func(c control) Bounds {
		b := multifactor(c)
		switch {
		case c.name == "block":
			return yes
		case c.strength != nil:
			b.Sure = b.Sure && c.strength.acceptsKeys()
		}
		return Bounds{!b.May, !b.Sure}
	})
	at := p.reaches()
	ordinary := at[dimClient].high&1 != 0 && at[dimFlow].high&extra(dimFlow) != 0 && at[dimPlatform].high&^extra(dimPlatform) != 0
	return p.active().and(more).and(boundsOf(ordinary))
}

// answer decides for people to whom the relevant policies apply as key says.
func (c *Coverage) answer(d *Demand, relevant []int, key []byte) *Finding {
	var sure, may []*Policy
	var open []string
	spoilt := no
	for k, i := range relevant {
		if key[k] == '0' {
			continue
		}
		p := &c.set.Policies[i]
		certain := p.active().and(Bounds{key[k] == '2', true})
		if d.spoils != nil {
			spoilt = spoilt.or(d.spoils(p).and(certain))
		}
		meets := d.meets(p, c.set.Known).and(certain)
		if !meets.May {
			continue
		}
		may = append(may, p)
		if meets.Sure {
			sure = append(sure, p)
		}
		if doubts := c.doubts(d, i, key[k]); len(doubts) > 0 {
			open = append(open, fmt.Sprintf("%q: %s", shorten(p.Name), strings.Join(doubts, ", ")))
		}
	}
	found := &Finding{Bounds: c.set.solve(d, sure, may)}
	if spoilt.May {
		found.Bounds = found.hedged()
		open = append(open, "another policy asks for the opposite")
	}
	switch {
	case found.Sure:
	case found.May:
		found.Why = "it depends on what is not known: " + first(open, "which applications are in a group of them, or which locations overlap")
	default:
		found.Why = c.missing(d, may)
	}
	return found
}

// doubts says what of a policy is open for a person.
func (c *Coverage) doubts(d *Demand, policy int, applies byte) []string {
	p := &c.set.Policies[policy]
	doubts := slices.Clone(p.Doubts)
	if applies == '1' {
		doubts = append(doubts, c.scopes[policy].doubts...)
	}
	if !p.active().Sure {
		doubts = append(doubts, fmt.Sprintf("its state %q is not known", shorten(string(p.State))))
	}
	if !d.meets(p, c.set.Known).Sure {
		doubts = append(doubts, "what it asks for is not understood")
	}
	return doubts
}

// missing says what leaves a person without cover.
func (c *Coverage) missing(d *Demand, may []*Policy) string {
	text := "no enabled policy that asks for it applies"
	if nearest := c.set.nearest(d, may); nearest != nil {
		text = fmt.Sprintf("%q does not reach %s", shorten(nearest.Name), c.set.gap(d, nearest, may))
	}
	var reporting []string
	for i := range c.set.Policies {
		p := &c.set.Policies[i]
		if p.State == ReportOnly && !p.Workload && c.set.about(d, p) {
			reporting = append(reporting, fmt.Sprintf("%q only reports", shorten(p.Name)))
		}
	}
	if len(reporting) > 0 {
		text += "; " + first(reporting, "")
	}
	return text
}

// first joins the first few texts.
func first(texts []string, none string) string {
	const most = 3
	if len(texts) == 0 {
		return none
	}
	if len(texts) > most {
		return strings.Join(texts[:most], "; ") + fmt.Sprintf("; and %d more", len(texts)-most)
	}
	return strings.Join(texts, "; ")
}

// solve decides whether policies reach all sign-ins that a demand is about:
// surely with the sure ones, hopefully with all that may help.
func (s *Set) solve(d *Demand, sure, may []*Policy) (found Bounds) {
	if !d.ask.anyPlace {
		found.Sure = s.reached(d, sure, false)
		found.May = found.Sure || s.reached(d, may, true)
		return found
	}
	// One condition must do it for all sign-ins: different places do not add up.
	for _, group := range byLocation(sure) {
		found.Sure = found.Sure || s.reached(d, group, false)
	}
	for _, group := range byLocation(may) {
		found.May = found.May || s.reached(d, group, true)
	}
	found.May = found.May || found.Sure
	return found
}

func byLocation(policies []*Policy) map[string][]*Policy {
	groups := make(map[string][]*Policy)
	for _, p := range policies {
		in, out := slices.Sorted(slices.Values(p.Locations.Include)), slices.Sorted(slices.Values(p.Locations.Exclude))
		key := strings.Join(in, "|") + "\x00" + strings.Join(out, "|")
		groups[key] = append(groups[key], p)
	}
	return groups
}

// reached reports whether the policies together reach all that is asked.
func (s *Set) reached(d *Demand, policies []*Policy, hopeful bool) bool {
	u := newUniverse(s.Known, &d.ask, policies)
	if u.full {
		return hopeful && len(policies) > 0
	}
	by := u.impossible(hopeful)
	for _, p := range policies {
		by = append(by, u.boxes(p, hopeful)...)
	}
	for _, asked := range u.asked(&d.ask, hopeful) {
		left, ok := asked.uncovered(by)
		if !ok {
			return hopeful
		}
		if len(left) > 0 {
			return false
		}
	}
	return true
}

// asked is what a demand is about. The hopeful side does not ask about
// applications that are not known to be in a group that it asks about.
func (u *universe) asked(ask *Ask, hopeful bool) []box {
	base := u.everything()
	base[dimTarget] = u.allApps()
	for dim, values := range ask.values {
		if values != 0 {
			base[dim] = values
		}
	}
	if ask.action != 0 {
		base[dimTarget] = ask.action
	}
	if len(ask.apps) == 0 {
		return []box{base}
	}
	var found []box
	for _, id := range ask.apps {
		b := slices.Clone(base)
		if dim, ok := u.group(id); ok {
			b[dim] = inside
			if hopeful {
				b[dimTarget] = targetOther
				for _, member := range members(id) {
					b[dimTarget] |= u.app(member)
				}
			}
		} else {
			b[dimTarget] = u.app(id)
		}
		found = append(found, b)
	}
	return found
}
