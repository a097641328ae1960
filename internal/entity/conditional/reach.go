// SPDX-License-Identifier: Apache-2.0

package conditional

import (
	"slices"
	"strings"
)

// Applications and groups of them that demands or exclusions name, by what
// policies write in lower case.
const (
	everyApp       = "all"
	office365      = "office365"
	exchangeOnline = "00000002-0000-0ff1-ce00-000000000000"
	sharePoint     = "00000003-0000-0ff1-ce00-000000000000"
	teams          = "cc15fd57-2c6c-4117-a88c-83b1d56b4bbe"
	azureManager   = "797f4846-ba00-4fd7-ba43-dac1f8f63013"
	intuneEnroller = "d4ebce55-015a-49b5-a083-c84d1797ae8c"

	everywhere = "all"
	allTrusted = "alltrusted"

	registerSecurityInfo = "urn:user:registersecurityinfo"
	registerDevice       = "urn:user:registerdevice"
)

// The first values of the target dimension; applications by id follow.
const (
	targetSecurityInfo uint64 = 1 << iota
	targetDevice
	targetOther  // any application that has no value of its own
	fixedTargets = 3
)

// members are applications that are known to be in a group of applications.
func members(group string) []string {
	if group == office365 {
		return []string{exchangeOnline, sharePoint, teams}
	}
	return nil
}

// isAppID tells an application's id from the name of a group of applications.
func isAppID(text string) bool {
	if len(text) != 36 {
		return false
	}
	for i, c := range text {
		switch i {
		case 8, 13, 18, 23:
			if c != '-' {
				return false
			}
		default:
			if !strings.ContainsRune("0123456789abcdef", c) {
				return false
			}
		}
	}
	return true
}

// Location is one named location.
type Location struct {
	Name    string
	Trusted Bounds
	// Wide marks a range of addresses so large that leaving it out leaves out a
	// good part of the Internet.
	Wide bool
}

// trusted reports whether a location counts as trusted.
func (k Knowledge) trusted(id string) Bounds {
	if l, ok := k.Locations[id]; ok || k.LocationsRead {
		return l.Trusted
	}
	return maybe
}

// universe gives the targets and the overlapping sets that matter for one
// question their places. Only sets that a policy excludes, or that the demand
// is about, need a dimension: being outside of all others is the worst case
// that a sign-in can be, and it covers the rest.
type universe struct {
	known   Knowledge
	apps    []string // ids, from bit fixedTargets of the target dimension on
	groups  []string // names of groups of applications, a dimension each
	places  []string // ids of locations and "alltrusted", a dimension each
	skipped bool     // locations are left out of the question
	full    bool     // more than there is room for
}

func (u *universe) addApp(id string) {
	if isAppID(id) {
		if !slices.Contains(u.apps, id) {
			u.apps = append(u.apps, id)
		}
		return
	}
	if slices.Contains(u.groups, id) {
		return
	}
	u.groups = append(u.groups, id)
	for _, member := range members(id) {
		u.addApp(member)
	}
}

// newUniverse makes room for what the policies exclude and the demand asks.
func newUniverse(known Knowledge, ask *Ask, policies []*Policy) *universe {
	u := &universe{known: known, skipped: ask.anyPlace}
	for _, id := range ask.apps {
		u.addApp(id)
	}
	for _, p := range policies {
		for _, id := range p.Apps.Exclude {
			u.addApp(id)
		}
		for _, id := range p.Locations.Exclude {
			if !u.skipped && !slices.Contains(u.places, id) {
				u.places = append(u.places, id)
			}
		}
	}
	u.full = fixedTargets+len(u.apps) > mostAtoms || len(u.groups)+len(u.places) > mostSets
	return u
}

func (u *universe) group(name string) (dim int, ok bool) {
	i := slices.Index(u.groups, name)
	return fixedDims + i, i >= 0
}

func (u *universe) place(id string) (dim int, ok bool) {
	i := slices.Index(u.places, id)
	return fixedDims + len(u.groups) + i, i >= 0
}

func (u *universe) app(id string) uint64 {
	if i := slices.Index(u.apps, id); i >= 0 {
		return 1 << (fixedTargets + i)
	}
	return 0
}

// allApps is every target but the user actions; namedApps those with an id.
func (u *universe) allApps() uint64   { return targetOther | u.namedApps() }
func (u *universe) namedApps() uint64 { return (1<<len(u.apps) - 1) << fixedTargets }

// everything is the box of all sign-ins.
func (u *universe) everything() box {
	b := make(box, fixedDims+len(u.groups)+len(u.places))
	b[dimTarget] = targetSecurityInfo | targetDevice | u.allApps()
	for dim := dimTarget + 1; dim < fixedDims; dim++ {
		b[dim] = whole(dim)
	}
	for dim := fixedDims; dim < len(b); dim++ {
		b[dim] = either
	}
	return b
}

// impossible are sign-ins that cannot be: an application that is known to be
// in a group and is outside of it, a trusted location that is not trusted. The
// hopeful side also takes different places for places that do not overlap.
func (u *universe) impossible(hopeful bool) []box {
	var found []box
	for _, group := range u.groups {
		dim, _ := u.group(group)
		for _, member := range members(group) {
			b := u.everything()
			b[dimTarget], b[dim] = u.app(member), outside
			found = append(found, b)
		}
	}
	for i, one := range u.places {
		for _, two := range u.places[i+1:] {
			inner, outer := one, two
			if one == allTrusted {
				inner, outer = two, one
			}
			trust := u.known.trusted(inner)
			b := u.everything()
			a, z := fixedDims+len(u.groups)+slices.Index(u.places, inner), fixedDims+len(u.groups)+slices.Index(u.places, outer)
			switch {
			case outer == allTrusted && trust.Sure:
				b[a], b[z] = inside, outside
			case hopeful:
				b[a], b[z] = inside, inside
			default:
				continue
			}
			found = append(found, b)
		}
	}
	return found
}

// boxes are the sign-ins that a policy reaches. The hopeful side takes what is
// not understood for what helps.
func (u *universe) boxes(p *Policy, hopeful bool) []box {
	switch {
	case len(p.Doubts) > 0 && !hopeful:
		return nil
	case p.blank:
		return []box{u.everything()}
	}
	base := u.everything()
	for dim, r := range p.reaches() {
		if dim == dimTarget {
			continue
		}
		base[dim] = r.low
		if hopeful {
			base[dim] = r.high
		}
	}
	found := []box{base}
	for _, narrow := range []func(box, *Policy, bool) []box{u.actions, u.locations} {
		var next []box
		for _, b := range found {
			next = append(next, narrow(b, p, hopeful)...)
		}
		if found = next; len(found) > mostAnswer {
			if hopeful {
				return []box{u.everything()}
			}
			return nil
		}
	}
	return slices.DeleteFunc(found, func(b box) bool { return slices.Contains(b, 0) })
}

// reaches are the values of the fixed dimensions that a policy reaches.
func (p *Policy) reaches() [fixedDims]reach {
	eas := func(name string) bool { return name == "easSupported" } // a part of one type: never all of it
	clients := listed(dimClient, slices.DeleteFunc(slices.Clone(p.clients), eas), "all")
	if slices.ContainsFunc(p.clients, eas) && !slices.ContainsFunc(p.clients, func(s string) bool { return !eas(s) }) {
		clients = reach{}
	}
	return [fixedDims]reach{
		dimClient:      clients,
		dimPlatform:    listed(dimPlatform, p.platforms.Include, "all").less(dimPlatform, p.platforms.Exclude),
		dimSignInRisk:  listed(dimSignInRisk, p.signInRisk, ""),
		dimUserRisk:    listed(dimUserRisk, p.userRisk, ""),
		dimInsiderRisk: listed(dimInsiderRisk, p.insiderRisk, ""),
		dimFlow:        listed(dimFlow, p.flows, ""),
	}
}

// actions narrows a box to the applications or user actions of a policy.
func (u *universe) actions(base box, p *Policy, hopeful bool) []box {
	var found []box
	add := func(targets uint64, dim int, value uint64) {
		b := slices.Clone(base)
		b[dimTarget] = targets
		if dim > 0 {
			b[dim] = value
		}
		found = append(found, b)
	}
	for _, action := range p.Actions {
		switch action {
		case registerSecurityInfo:
			add(targetSecurityInfo, 0, 0)
		case registerDevice:
			add(targetDevice, 0, 0)
		}
	}
	var named uint64
	for _, id := range p.Apps.Include {
		switch {
		case id == everyApp:
			add(u.allApps(), 0, 0)
		case isAppID(id):
			named |= u.app(id)
		case id != nobody:
			var bits uint64
			for _, member := range members(id) {
				bits |= u.app(member)
			}
			if hopeful { // what else is in the group is not known
				bits = u.namedApps()
			}
			add(bits, 0, 0)
			if dim, ok := u.group(id); ok {
				add(u.allApps(), dim, inside)
			}
		}
	}
	add(named, 0, 0)
	if hopeful {
		found = u.split(found)
	}
	for _, b := range found {
		for _, id := range p.Apps.Exclude {
			u.leaveOut(b, id, hopeful)
		}
	}
	return found
}

// split parts the targets with an id from the others: what groups an id is in
// is mostly not known, so that the hopeful side does not ask.
func (u *universe) split(found []box) []box {
	var parts []box
	for _, b := range found {
		named := slices.Clone(b)
		named[dimTarget] &= u.namedApps()
		for i := range u.groups {
			named[fixedDims+i] = either
		}
		b[dimTarget] &^= u.namedApps()
		parts = append(parts, b, named)
	}
	return parts
}

// leaveOut takes an excluded application, or group of them, out of a box.
func (u *universe) leaveOut(b box, id string, hopeful bool) {
	b[dimTarget] &^= u.app(id)
	dim, ok := u.group(id)
	if !ok {
		return
	}
	for _, member := range members(id) {
		b[dimTarget] &^= u.app(member)
	}
	if !hopeful || b[dimTarget]&u.namedApps() == 0 {
		b[dim] &= outside
	}
}

// locations narrows a box to the locations of a policy.
func (u *universe) locations(base box, p *Policy, hopeful bool) []box {
	if u.skipped || !p.Locations.set() {
		return []box{base}
	}
	var found []box
	add := func(id string) {
		if dim, ok := u.place(id); ok {
			b := slices.Clone(base)
			b[dim] = inside
			found = append(found, b)
		}
	}
	for _, id := range p.Locations.Include {
		switch id {
		case everywhere:
			found = append(found, slices.Clone(base))
		case allTrusted:
			add(id)
			for _, place := range u.places {
				if trust := u.known.trusted(place); trust.Sure || hopeful && trust.May {
					add(place)
				}
			}
		default:
			add(id)
		}
	}
	for _, b := range found {
		for _, id := range p.Locations.Exclude {
			if dim, ok := u.place(id); ok {
				b[dim] &= outside
			}
		}
	}
	return found
}
