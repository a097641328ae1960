// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"time"

	"securescore/internal/access"
	"securescore/internal/ledger"
	"securescore/internal/posture"
)

// Event says what was done or tried.
type Event string

// The events. A log that holds another one was written by a newer version.
const (
	SignedIn      Event = "session.opened"
	SignedOut     Event = "session.ended"
	Refused       Event = "access.refused" // somebody who is known tried what is not theirs
	DecisionMade  Event = "decision.made"
	DecisionEnded Event = "decision.ended"
	EvidenceTaken Event = "evidence.imported"
	TenantAdded   Event = "tenant.added"
	TenantChanged Event = "tenant.changed"
	TenantRemoved Event = "tenant.removed"
	RoleGranted   Event = "role.granted"
	RoleEnded     Event = "role.ended"
	PersonRemoved Event = "person.removed"
	PersonErased  Event = "person.erased"
	PersonInvited Event = "person.invited"
	TokenCreated  Event = "token.created"
	TokenRevoked  Event = "token.revoked"
	LinkMade      Event = "link.made"
	HeadsSigned   Event = "heads.signed"
	KeysChanged   Event = "keys.changed"
	WorkCancelled Event = "work.cancelled"
	WorkRestarted Event = "work.restarted"
	AuditExported Event = "audit.exported"
)

// Outcome says how it ended.
type Outcome string

// The outcomes.
const (
	Done   Outcome = "done"
	Denied Outcome = "denied" // not allowed
	Failed Outcome = "failed" // allowed, or nobody was known yet, and did not work
)

// Record is what is to be written. Times are given by the chain.
type Record struct {
	Tenant  posture.TenantID // that it is about; Everywhere when about none
	Actor   ledger.Actor     // who; empty when nobody was known
	Via     access.Via
	Event   Event
	Outcome Outcome
	Target  string // id of what it is about: a control, a person, a token; never a name
	Request string // id of the request, as the server's log has it; empty at the command line
	Details Details
}

// Details are what may have to be erased. The chain holds only a salted hash
// of them, so that it stays whole without them.
type Details struct {
	Name   string // how the actor was shown; hostile text
	From   string // address; empty at the command line
	Reason string // why it was refused or failed; for people
	// Before and After are JSON objects of what changed, hostile text; empty when
	// there is nothing.
	Before, After string
}

// Entry is one line of a log.
type Entry struct {
	Record

	Sequence int64     // from 1, without gaps, per log
	At       time.Time // UTC, microseconds
	// Salt belongs to the details, and is erased with them.
	Salt   [16]byte
	Erased bool // the details are gone
	// Sealed is the salted hash of the details; Prev the hash of the entry before;
	// Hash covers Prev and everything but details and salt.
	Sealed, Prev, Hash ledger.Hash
}
