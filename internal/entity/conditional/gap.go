// SPDX-License-Identifier: Apache-2.0

package conditional

import (
	"slices"
	"strings"
)

// about reports whether a policy was made for what a demand asks, and does not
// only happen to block some of it for another reason.
func (s *Set) about(d *Demand, p *Policy) bool {
	switch {
	case !d.meets(p, s.Known).May:
		return false
	case !d.blocks:
		return !blocks(p).Sure
	}
	for dim, r := range p.reaches() {
		asked := d.ask.of(dim)
		special := dim != dimTarget && asked != whole(dim) && asked != modern()[dim]
		if special && (r.high == whole(dim) || r.high&asked == 0) {
			return false
		}
	}
	return len(d.ask.apps) == 0 || !slices.Contains(p.Apps.Include, everyApp)
}

// nearest is the policy made for a demand that leaves out the least; nil when
// there is none.
func (s *Set) nearest(d *Demand, policies []*Policy) *Policy {
	var best *Policy
	least := 0
	for _, p := range policies {
		if !s.about(d, p) {
			continue
		}
		if n := p.narrower(&d.ask); best == nil || n < least {
			best, least = p, n
		}
	}
	return best
}

// narrower counts the dimensions in which a policy reaches less than is asked.
func (p *Policy) narrower(ask *Ask) int {
	n := 0
	for dim, r := range p.reaches() {
		if dim != dimTarget && ask.of(dim)&^r.high != 0 {
			n++
		}
	}
	if !slices.Contains(p.Apps.Include, everyApp) || len(p.Apps.Exclude) > 0 {
		n++
	}
	if p.Locations.set() {
		n++
	}
	return n
}

// of is the values of a fixed dimension that are asked for.
func (a *Ask) of(dim int) uint64 {
	if dim == dimTarget {
		return 0
	}
	if a.values[dim] != 0 {
		return a.values[dim]
	}
	return whole(dim)
}

// gap says in words what the nearest policy, and all others with it, do not
// reach: only what the nearest one leaves out is worth saying.
func (s *Set) gap(d *Demand, nearest *Policy, policies []*Policy) string {
	u := newUniverse(s.Known, &d.ask, policies)
	if u.full {
		return "everything"
	}
	by := append(u.boxes(nearest, true), u.impossible(true)...)
	for _, p := range policies {
		by = append(by, u.boxes(p, true)...)
	}
	for _, asked := range u.asked(&d.ask, true) {
		if left, _ := asked.uncovered(by); len(left) > 0 {
			return u.describe(left[0], asked, nearest, &d.ask)
		}
	}
	return "every sign-in"
}

func (u *universe) describe(left, asked box, nearest *Policy, ask *Ask) string {
	var parts []string
	if left[dimTarget] != asked[dimTarget] || ask.action != 0 {
		parts = append(parts, strings.Join(u.targets(left[dimTarget]), ", "))
	}
	for dim, r := range nearest.reaches() {
		if dim == dimTarget || ask.of(dim)&^r.high == 0 {
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
		case i >= len(u.groups):
			parts = append(parts, "the location "+u.known.title(name))
		case len(ask.apps) == 0:
			parts = append(parts, "the applications of "+shorten(name))
		}
	}
	if len(parts) == 0 {
		return "every sign-in that is asked for"
	}
	return strings.Join(parts, " with ")
}

func (u *universe) targets(bits uint64) []string {
	var names []string
	if bits&targetSecurityInfo != 0 {
		names = append(names, "the registration of sign-in methods")
	}
	if bits&targetDevice != 0 {
		names = append(names, "the registration of devices")
	}
	for i, id := range u.apps {
		if bits&(1<<(fixedTargets+i)) != 0 {
			names = append(names, "the application "+shorten(id))
		}
	}
	if bits&targetOther != 0 {
		names = append(names, "other applications")
	}
	return names
}

func (k Knowledge) title(location string) string {
	if l, ok := k.Locations[location]; ok && l.Name != "" {
		return shorten(l.Name)
	}
	return shorten(location)
}
