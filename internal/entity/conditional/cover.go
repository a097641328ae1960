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
	found := &Finding{}
	var gap string
	found.Bounds, gap = c.set.solve(d, sure, may)
	if spoilt.May {
		found.Bounds = found.hedged()
		open = append(open, "another policy asks for the opposite")
	}
	switch {
	case found.Sure:
	case found.May:
		found.Why = "it depends on what is not known: " + first(open, "a policy reaches only a part of the sign-ins")
	default:
		found.Why = c.missing(d, gap, len(may))
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
func (c *Coverage) missing(d *Demand, gap string, policies int) string {
	var reporting []string
	for i := range c.set.Policies {
		p := &c.set.Policies[i]
		if p.State == ReportOnly && !p.Workload && d.meets(p, c.set.Known).May {
			reporting = append(reporting, fmt.Sprintf("%q only reports", shorten(p.Name)))
		}
	}
	text := "no enabled policy that asks for it applies"
	if policies > 0 {
		text = "the policies that apply do not reach " + gap
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
// surely with the sure ones, hopefully with all that may help. Gap says in
// words what even the latter do not reach.
func (s *Set) solve(d *Demand, sure, may []*Policy) (found Bounds, gap string) {
	if !d.ask.anyPlace {
		found.Sure, _ = s.reached(d, sure, false)
		found.May, gap = s.reached(d, may, true)
		found.May = found.May || found.Sure
		return found, gap
	}
	// One condition must do it for all sign-ins: different places do not add up.
	for _, group := range byLocation(sure) {
		done, _ := s.reached(d, group, false)
		found.Sure = found.Sure || done
	}
	for _, group := range byLocation(may) {
		done, left := s.reached(d, group, true)
		found.May, gap = found.May || done, left
	}
	found.May = found.May || found.Sure
	return found, gap
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
func (s *Set) reached(d *Demand, policies []*Policy, hopeful bool) (done bool, gap string) {
	u := newUniverse(s.Known, &d.ask, policies)
	if u.full {
		return hopeful && len(policies) > 0, ""
	}
	by := u.impossible(hopeful)
	for _, p := range policies {
		by = append(by, u.boxes(p, hopeful)...)
	}
	for _, asked := range u.asked(&d.ask, hopeful) {
		left, ok := asked.uncovered(by)
		if !ok {
			return hopeful, ""
		}
		if len(left) > 0 {
			return false, u.describe(left[0], asked)
		}
	}
	return true, ""
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

// describe says in words what sign-ins a box holds that is a part of another.
func (u *universe) describe(left, asked box) string {
	var parts []string
	if left[dimTarget] != asked[dimTarget] {
		parts = append(parts, "the applications "+strings.Join(u.targets(left[dimTarget]), ", "))
	}
	for dim := dimTarget + 1; dim < fixedDims; dim++ {
		if left[dim] == whole(dim) {
			continue
		}
		spec := dimensions[dim]
		var names []string
		for i, name := range append(slices.Clone(spec.values), spec.extra) {
			if left[dim]&(1<<i) != 0 {
				names = append(names, name)
			}
		}
		parts = append(parts, "the "+spec.name+" "+strings.Join(names, ", "))
	}
	for i, name := range append(slices.Clone(u.groups), u.places...) {
		switch {
		case left[fixedDims+i] != inside:
		case i < len(u.groups):
			parts = append(parts, "the applications of "+shorten(name))
		default:
			parts = append(parts, "the location "+u.known.title(name))
		}
	}
	if len(parts) == 0 {
		return "what is asked"
	}
	return strings.Join(parts, " with ")
}

func (u *universe) targets(bits uint64) []string {
	var names []string
	for i, id := range u.apps {
		if bits&(1<<(fixedTargets+i)) != 0 {
			names = append(names, shorten(id))
		}
	}
	if bits&targetOther != 0 {
		names = append(names, "that no policy names")
	}
	return names
}

func (k Knowledge) title(location string) string {
	if l, ok := k.Locations[location]; ok && l.Name != "" {
		return shorten(l.Name)
	}
	return shorten(location)
}
