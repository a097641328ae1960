// SPDX-License-Identifier: Apache-2.0

package conditional

import (
	"slices"
)

// Words that stand for many people, in lower case.
const (
	anyone   = "all"
	anyGuest = "guestsorexternalusers"
	nobody   = "none"
)

const (
	includes = "includes"
	excludes = "excludes"
)

// Kinds is a set of the kinds of people that policies tell apart.
type Kinds uint8

// The kinds.
const (
	InternalGuest Kinds = 1 << iota
	CollaborationGuest
	CollaborationMember
	DirectConnect
	OtherExternal
	ServiceProvider
	Member // everybody who is none of the others

	// AllGuests are all kinds but members.
	AllGuests = InternalGuest | CollaborationGuest | CollaborationMember | DirectConnect | OtherExternal | ServiceProvider
)

// legacyGuests are the kinds that "GuestsOrExternalUsers" stands for beyond
// doubt. It is older than the kinds and also covers some of the others.
const legacyGuests = InternalGuest | CollaborationGuest | OtherExternal | ServiceProvider

func kindOf(word string) (Kinds, bool) {
	switch word {
	case "internalGuest":
		return InternalGuest, true
	case "b2bCollaborationGuest":
		return CollaborationGuest, true
	case "b2bCollaborationMember":
		return CollaborationMember, true
	case "b2bDirectConnectUser":
		return DirectConnect, true
	case "otherExternalUser":
		return OtherExternal, true
	case "serviceProvider":
		return ServiceProvider, true
	case nobody:
		return 0, true
	}
	return 0, false
}

// Rows is a set of people by number, 64 to a word.
type Rows []uint64

// NewRows returns an empty set for n people.
func NewRows(n int) Rows { return make(Rows, (n+63)/64) }

// Has reports whether a person is in the set.
func (r Rows) Has(row int) bool { return r != nil && r[row>>6]>>(uint(row)&63)&1 == 1 }

// Add puts a person in.
func (r Rows) Add(row int) { r[row>>6] |= 1 << (uint(row) & 63) }

func (r Rows) with(o Rows) Rows {
	for i := range o {
		r[i] |= o[i]
	}
	return r
}

func (r Rows) without(o Rows) Rows {
	for i := range o {
		r[i] &^= o[i]
	}
	return r
}

func (r Rows) meet(o Rows) Rows {
	for i := range r {
		r[i] &= o[i]
	}
	return r
}

// Match is a set of people seen from two sides, as Bounds are.
type Match struct{ Sure, May Rows }

// People is who is asked about.
type People struct {
	Len int
	// Row finds a person by id in lower case.
	Row func(id string) (int, bool)
	// Kinds of each person: more than one where it is not known which, or where
	// the row stands for people of all of them.
	Kinds []Kinds
	// Group and Role return the members and the holders: for a group by id, for
	// a role by template id, both in lower case. Nil rows are nobody.
	Group, Role func(id string) Match
	// Anonymous are rows that stand for people who were not read one by one: any
	// person, group or role that a policy names may or may not be among them.
	Anonymous Rows
	// Forgiven are people whose exclusion is intended: emergency accounts.
	Forgiven Rows
	// Intended reports whether the exclusion of the person with this id is
	// intended; anonymous rows do not stand for them.
	Intended func(id string) bool
}

// scope is whom of the people one policy applies to.
type scope struct {
	include Match
	exclude Match
	// doubts are the parts, in words, that leave it open for somebody.
	doubts []string
}

// applies returns whom the policy applies to.
func (s *scope) applies(n int) Match {
	return Match{
		Sure: NewRows(n).with(s.include.Sure).without(s.exclude.May),
		May:  NewRows(n).with(s.include.May).without(s.exclude.Sure),
	}
}

func (p *People) scope(policy *Policy) scope {
	s := scope{include: p.none(), exclude: p.none()}
	if policy.Workload {
		return s
	}
	u := &policy.Users
	s.users(p, &s.include, u.Include, includes)
	s.sets(&s.include, u.IncludeGroups, p.Group, "includes the group")
	s.sets(&s.include, u.IncludeRoles, p.Role, "includes the role")
	s.guests(p, &s.include, u.IncludeGuests, includes)
	s.users(p, &s.exclude, u.Exclude, excludes)
	s.sets(&s.exclude, u.ExcludeGroups, p.Group, "excludes the group")
	s.sets(&s.exclude, u.ExcludeRoles, p.Role, "excludes the role")
	s.guests(p, &s.exclude, u.ExcludeGuests, excludes)
	s.exclude.Sure.without(p.Forgiven)
	s.exclude.May.without(p.Forgiven)
	return s
}

func (p *People) none() Match { return Match{NewRows(p.Len), NewRows(p.Len)} }

func (s *scope) doubt(text string) {
	if !slices.Contains(s.doubts, text) {
		s.doubts = append(s.doubts, text)
	}
}

func (s *scope) users(p *People, m *Match, ids []string, how string) {
	for _, id := range ids {
		switch id {
		case anyone:
			p.kinds(m, AllGuests|Member, AllGuests|Member)
		case anyGuest:
			if p.kinds(m, legacyGuests, AllGuests) {
				s.doubt("it " + how + " guests")
			}
		case nobody:
		default:
			if row, ok := p.Row(id); ok {
				m.Sure.Add(row)
				m.May.Add(row)
			} else if p.anonymous() && (how == includes || !p.Intended(id)) {
				m.May.with(p.Anonymous)
				s.doubt("it " + how + " the user " + shorten(id))
			}
		}
	}
}

// anonymous reports whether any row stands for people who were not read.
func (p *People) anonymous() bool {
	return slices.ContainsFunc(p.Anonymous, func(word uint64) bool { return word != 0 })
}

func (s *scope) sets(m *Match, ids []string, find func(string) Match, how string) {
	for _, id := range ids {
		found := find(id)
		m.Sure.with(found.Sure)
		m.May.with(found.May)
		if !slices.Equal(found.Sure, found.May) {
			s.doubt("it " + how + " " + shorten(id))
		}
	}
}

func (s *scope) guests(p *People, m *Match, g Guests, how string) {
	if !g.set() {
		return
	}
	sure, may := g.Kinds, g.Kinds
	if g.Unreadable {
		may = AllGuests
	}
	if !g.AnyTenant || g.Unreadable {
		sure = 0
	}
	if p.kinds(m, sure, may) {
		s.doubt("it " + how + " some guests")
	}
}

// kinds adds the people who are surely, and those who may be, of some kinds,
// and reports whether that left anybody open.
func (p *People) kinds(m *Match, sure, may Kinds) (open bool) {
	for row, kinds := range p.Kinds {
		if kinds == 0 {
			kinds = AllGuests | Member
		}
		switch {
		case kinds&^sure == 0:
			m.Sure.Add(row)
			m.May.Add(row)
		case kinds&may != 0:
			m.May.Add(row)
			open = true
		}
	}
	return open
}
