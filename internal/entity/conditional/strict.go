// SPDX-License-Identifier: Apache-2.0

package conditional

import "slices"

// Audience is whom a strict verdict is about.
type Audience uint8

// The audiences. Administrators are the holders of the roles given to Strict.
const (
	Everybody Audience = iota
	Administrators
	GuestUsers
)

// Strict reports whether one enabled policy alone meets a demand for a whole
// audience: it includes everybody, or names each of the roles given, excludes
// nobody but the intended accounts, and reaches every sign-in.
func (s *Set) Strict(d *Demand, audience Audience, roles []string, intended func(id string) bool) Bounds {
	found := no
	for i := range s.Policies {
		p := &s.Policies[i]
		b := p.active().and(d.meets(p, s.Known)).and(p.Users.all(audience, roles)).and(boundsOf(!p.Workload && p.leavesNobody(d, intended)))
		if !b.May {
			continue
		}
		one := []*Policy{p}
		found = found.or(b.and(s.solve(d, one, one)))
	}
	return found
}

// all reports whether a condition includes a whole audience.
func (u *Users) all(audience Audience, roles []string) Bounds {
	if slices.Contains(u.Include, anyone) {
		return yes
	}
	switch audience {
	case Everybody:
		return no
	case Administrators:
		return boundsOf(len(roles) > 0 && !slices.ContainsFunc(roles, func(role string) bool { return !slices.Contains(u.IncludeRoles, role) }))
	case GuestUsers:
		g := u.IncludeGuests
		return Bounds{
			Sure: g.Kinds == AllGuests && g.AnyTenant && !g.Unreadable,
			May:  g.Kinds == AllGuests || g.Unreadable || slices.Contains(u.Include, anyGuest),
		}
	}
	return no
}

func (p *Policy) leavesNobody(d *Demand, intended func(id string) bool) bool {
	u := &p.Users
	stranger := func(id string) bool { return id != nobody && !intended(id) }
	return !slices.ContainsFunc(u.Exclude, stranger) && len(u.ExcludeGroups) == 0 &&
		(len(u.ExcludeRoles) == 0 || d.WithoutRole) && !u.ExcludeGuests.set()
}

// AgentRiskBlocked reports whether a policy blocks every agent identity of
// high risk, whatever it reaches for and from wherever.
func (p *Policy) AgentRiskBlocked() Bounds {
	risk := slices.Contains(p.agents.risk, "high")
	all := slices.Contains(p.agents.include, "All") && len(p.agents.exclude) == 0 && !p.agents.filtered && !p.agents.narrowed
	apps := slices.Contains(p.Apps.Include, everyApp) && len(p.Apps.Exclude) == 0
	found := p.active().and(blocks(p)).and(boundsOf(risk && all && apps && !p.Locations.set()))
	for dim, r := range p.reaches() {
		found = found.and(Bounds{r.low == whole(dim), r.high == whole(dim)})
	}
	if len(p.Doubts) > 0 {
		found = found.hedged()
	}
	return found
}

// Protects reports whether an enabled policy asks people for something before
// it lets them in to something, or blocks them.
func (p *Policy) Protects() Bounds {
	u := &p.Users
	somebody := names(u.Include)+len(u.IncludeGroups)+len(u.IncludeRoles) > 0 || u.IncludeGuests.set() || u.Unclear
	something := Bounds{names(p.Apps.Include)+len(p.Actions)+len(p.contexts) > 0, true}
	if len(p.Doubts) == 0 {
		something.May = something.Sure
	}
	return p.active().and(something).and(boundsOf(!p.Workload && len(p.grant.controls) > 0 && somebody))
}

// names counts what a list includes.
func names(ids []string) int {
	n := 0
	for _, id := range ids {
		if id != nobody {
			n++
		}
	}
	return n
}
