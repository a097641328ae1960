// SPDX-License-Identifier: Apache-2.0

package access

import (
	"fmt"
	"slices"

	"securescore/internal/ledger"
	"securescore/internal/posture"
)

// Everywhere is the place of a role that holds in all tenants.
const Everywhere posture.TenantID = ""

// Holding is a role in one tenant, or everywhere.
type Holding struct {
	Role   Role             `json:"role"`
	Tenant posture.TenantID `json:"tenant,omitempty"` // Everywhere for all
}

// In reports whether the role holds in a tenant. Asked about Everywhere it says
// whether the role holds in all of them.
func (h Holding) In(tenant posture.TenantID) bool {
	return h.Tenant == Everywhere || h.Tenant == tenant
}

// Covers reports whether h gives everything that other gives, wherever other
// gives it.
func (h Holding) Covers(other Holding) bool { return h.In(other.Tenant) && h.Role.Covers(other.Role) }

// Scope is what a credential lets its holder do at most, whatever the roles
// are. The names are those of Microsoft Graph.
type Scope string

// The scopes. The empty one lets nothing through.
const (
	ReadScope  Scope = "SecurityEvents.Read.All"
	WriteScope Scope = "SecurityEvents.ReadWrite.All"
	// FullScope is that of a person at the portal or at the command line.
	FullScope Scope = "full"
)

// graphActions are what a Graph scope can be used for at all.
func graphActions() []Action {
	return []Action{ReadPosture, EditStatus, EditNotes}
}

// permits says whether a credential of this scope may be used for an action.
func (s Scope) permits(r *row) bool {
	switch s {
	case FullScope:
		return true
	case ReadScope:
		return !r.changes && slices.Contains(graphActions(), r.action)
	case WriteScope:
		return slices.Contains(graphActions(), r.action)
	}
	return false
}

// Via is the door that somebody came through.
type Via string

// The doors.
const (
	ViaPortal      Via = "portal"
	ViaGraph       Via = "graph"
	ViaCommandLine Via = "commandLine"
	ViaSystem      Via = "system"
)

// Principal is somebody who is known, with what they hold at this moment. Its
// roles are never kept longer than a request.
type Principal struct {
	// Actor is the opaque id that ledger and audit log keep: "person:…",
	// "token:…", "application:…" or "operator".
	Actor ledger.Actor
	// Name is how the actor is shown; hostile text.
	Name string
	// Person is the id of a person, empty for applications and the operator.
	Person PersonID
	// Holdings are the roles.
	Holdings []Holding
	Scope    Scope
	Via      Via
	// From is the address that the request came from; empty at the command line.
	From string
	// Request is the id of the request, as the server's log has it; empty at the
	// command line.
	Request string
	// Tenant is the only tenant that the credential is for; Everywhere when its
	// holdings decide.
	Tenant posture.TenantID
	// Home is the tenant that is meant where none is named; Everywhere for none.
	Home posture.TenantID
}

// OperatorActor is whoever may use the data folder itself: the command line,
// and the first sign-in by a one-time link.
const OperatorActor ledger.Actor = "operator"

// Operator is that actor as a principal. Whoever can read and write the data
// folder can do everything anyhow; going through the table all the same makes
// the audit log tell of it.
func Operator(name string, via Via) *Principal {
	return &Principal{
		Actor: OperatorActor, Name: name, Via: via, Scope: FullScope,
		Holdings: []Holding{{GlobalAdministrator, Everywhere}},
	}
}

// Sees reports whether the principal may know that a tenant exists.
func (p *Principal) Sees(tenant posture.TenantID) bool {
	if p == nil || (p.Tenant != Everywhere && p.Tenant != tenant) {
		return false
	}
	return slices.ContainsFunc(p.Holdings, func(h Holding) bool { return h.In(tenant) })
}

// May decides. It returns nil, or an error that wraps posture.ErrUnauthenticated
// when somebody has to be known, posture.ErrNotFound for a tenant whose
// existence is nothing of theirs, or posture.ErrForbidden. Tenant is Everywhere
// for an action that is about none.
func (p *Principal) May(action Action, tenant posture.TenantID) error {
	r, ok := find(action)
	switch {
	case !ok:
		return fmt.Errorf("%s: %w: nobody may do this", action, posture.ErrForbidden)
	case r.public:
		return nil
	case p == nil:
		return fmt.Errorf("sign in: %w", posture.ErrUnauthenticated)
	case r.personal:
		if p.Scope != FullScope {
			return fmt.Errorf("%s: %w: this needs a session", action, posture.ErrForbidden)
		}
		return nil
	case !r.global && !p.Sees(tenant):
		return fmt.Errorf("tenant %s: %w", tenant, posture.ErrNotFound)
	case !p.Scope.permits(&r):
		return fmt.Errorf("%s: %w: the scope %s does not allow this", action, posture.ErrForbidden, p.Scope)
	}
	for _, h := range p.Holdings {
		if h.In(tenant) && slices.Contains(r.roles, h.Role) && (!r.global || h.Tenant == Everywhere) {
			return nil
		}
	}
	return fmt.Errorf("%s: %w: none of your roles here allows this", action, posture.ErrForbidden)
}

// Can lists everything that the principal may do in a tenant, in the order of
// the table: for screens, which hide what would be refused.
func (p *Principal) Can(tenant posture.TenantID) []Action {
	list := []Action{}
	for _, action := range Actions() {
		if p.May(action, tenant) == nil {
			list = append(list, action)
		}
	}
	return list
}
