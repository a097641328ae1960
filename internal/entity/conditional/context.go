// SPDX-License-Identifier: Apache-2.0

package conditional

import (
	"slices"
	"strings"
)

// ContextAsks reports whether everybody who must satisfy an authentication
// context to activate a role needs multifactor authentication. Without any
// policy for the context Entra ID asks for it; a policy that is off, only
// reports or leaves somebody out takes that away. Intended accounts may be left
// out.
func (s *Set) ContextAsks(context, role string, intended func(id string) bool) Bounds {
	context = strings.ToLower(context)
	found, alone := no, yes
	for i := range s.Policies {
		p := &s.Policies[i]
		if p.blank {
			alone, found = alone.hedged(), found.or(maybe)
			continue
		}
		if p.Workload || !slices.Contains(p.contexts, context) {
			continue
		}
		alone = no
		asks := p.active().and(p.grant.asks(multifactor))
		if !p.reachesAll(role, intended) {
			asks = asks.hedged()
		}
		found = found.or(asks)
	}
	return alone.or(found)
}

// reachesAll reports whether a policy surely reaches everybody who can activate
// a role, in whatever a person activates it with.
func (p *Policy) reachesAll(role string, intended func(id string) bool) bool {
	if len(p.Doubts) > 0 || p.Locations.set() || !p.leavesNobody(&Demand{}, intended) || !p.Users.all(Administrators, []string{role}).Sure {
		return false
	}
	for dim, r := range p.reaches() {
		asked := whole(dim)
		if dim == dimClient {
			asked = modern()[dim]
		}
		if dim != dimTarget && asked&^r.low != 0 {
			return false
		}
	}
	return true
}
