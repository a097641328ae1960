// SPDX-License-Identifier: Apache-2.0

package access

import (
	"cmp"
	"slices"
	"time"

	"securescore/internal/ledger"
	"securescore/internal/posture"
)

// PersonID is our own id of a person: a UUID in lower case.
type PersonID string

// Actor is how ledger and audit log name the person.
func (id PersonID) Actor() ledger.Actor { return ledger.Actor("person:" + string(id)) }

// Identity is who a person is to an issuer. Neither part is ever an e-mail
// address or a user principal name, which others may be given later.
type Identity struct {
	// Issuer is the exact text of the claim iss; of Entra "entra:" and the
	// tenant's GUID, since its issuers have several spellings for one tenant.
	Issuer string
	// Subject is the claim sub; of Entra the claim oid.
	Subject string
}

// Person is somebody who has signed in, or was given access beforehand.
type Person struct {
	ID       PersonID
	Identity Identity
	Name     string // from the last sign-in; hostile text
	Email    string // likewise; only to show
	Created  time.Time
	Seen     time.Time // last sign-in; zero when never
	// Claimed are the roles that the issuer gave at the last sign-in. They hold
	// in sessions that were opened with them, and say what the person may give.
	Claimed []Holding
	// Removed is when all access was taken away; zero otherwise.
	Removed time.Time
}

// Grant is a role that was given here.
type Grant struct {
	ID      int64 // from 1
	Person  PersonID
	Holding Holding
	By      ledger.Actor // who gave it: OperatorActor, or the actor of a person
	At      time.Time
	Reason  string // hostile text
	EndedBy ledger.Actor
	EndedAt time.Time // zero while it holds
}

// Giver is the person who gave a grant, empty for the operator.
func (g *Grant) Giver() PersonID { return personOf(g.By) }

func personOf(a ledger.Actor) PersonID {
	const prefix = "person:"
	if len(a) > len(prefix) && a[:len(prefix)] == prefix {
		return PersonID(a[len(prefix):])
	}
	return ""
}

// Supported returns those of the open grants that stand: a grant stands while
// its giver is not removed and holds, by claim or by a standing grant, enough
// to give it. What two people give each other stands on nothing.
func Supported(people []Person, grants []Grant) []Grant {
	held := make(map[PersonID][]Holding, len(people))
	for i := range people {
		if people[i].Removed.IsZero() {
			held[people[i].ID] = slices.Clone(people[i].Claimed)
		}
	}
	open := slices.DeleteFunc(slices.Clone(grants), func(g Grant) bool { return !g.EndedAt.IsZero() })
	var standing []Grant
	for grew := true; grew; {
		grew = false
		open = slices.DeleteFunc(open, func(g Grant) bool {
			_, here := held[g.Person]
			given := g.By == OperatorActor || mayGive(held[g.Giver()], g.Holding)
			if !here || !given {
				return false
			}
			held[g.Person] = append(held[g.Person], g.Holding)
			standing = append(standing, g)
			grew = true
			return true
		})
	}
	slices.SortFunc(standing, func(a, b Grant) int { return cmp.Compare(a.ID, b.ID) })
	return standing
}

// mayGive reports whether whoever holds this may give that.
func mayGive(held []Holding, what Holding) bool {
	return slices.ContainsFunc(held, func(h Holding) bool {
		may := h.Role.Allows(ManagePeople) || (h.Role.Allows(GrantReading) && what.Role.ReadOnly())
		return may && h.Covers(what)
	})
}

// MayGive reports whether the principal may give a role to somebody, or take it
// back: nobody gives more than they hold.
func (p *Principal) MayGive(what Holding) bool {
	return p != nil && p.Scope == FullScope && what.Role.Valid() && (p.Tenant == Everywhere || p.Tenant == what.Tenant) && mayGive(p.Holdings, what)
}

// Token is an API token of our own. Its secret is known to its holder only.
type Token struct {
	ID      string // short and public: the beginning of the token
	Name    string // what it is for; hostile text
	Holding Holding
	Scope   Scope
	By      ledger.Actor // whose access it ends with; OperatorActor for none
	Created time.Time
	Expires time.Time // at most a year later
	Used    time.Time // last use, to the minute; zero when never
	EndedBy ledger.Actor
	EndedAt time.Time // zero while it holds
}

// Actor is how ledger and audit log name the token.
func (t *Token) Actor() ledger.Actor { return ledger.Actor("token:" + t.ID) }

// Giver is the person whose access the token ends with, empty for the operator.
func (t *Token) Giver() PersonID { return personOf(t.By) }

// LongestToken is how long a token may hold.
const LongestToken = 365 * 24 * time.Hour

// Stands reports whether a token holds at a time, given what its maker holds
// now: a maker who lost the role loses the token's with it.
func (t *Token) Stands(at time.Time, maker []Holding) bool {
	if !t.EndedAt.IsZero() || !at.Before(t.Expires) || t.Holding.Tenant == Everywhere {
		return false
	}
	return t.By == OperatorActor || mayMint(maker, t.Holding)
}

// mayMint reports whether whoever holds this may make a token for that: a
// token of one's own role, or as somebody who manages tokens.
func mayMint(held []Holding, what Holding) bool {
	return slices.ContainsFunc(held, func(h Holding) bool { return h.Role.Allows(ManageTokens) && h.Covers(what) })
}

// MayMint reports whether the principal may make a token, or revoke it.
func (p *Principal) MayMint(what Holding) bool {
	return p != nil && p.Scope == FullScope && what.Role.Valid() && what.Tenant != Everywhere && mayMint(p.Holdings, what)
}

// Tenants are those that some holding names; everywhere tells whether one holds
// in all.
func Tenants(held []Holding) (some []posture.TenantID, everywhere bool) {
	for _, h := range held {
		if h.Tenant == Everywhere {
			everywhere = true
		} else if !slices.Contains(some, h.Tenant) {
			some = append(some, h.Tenant)
		}
	}
	slices.Sort(some)
	return some, everywhere
}
