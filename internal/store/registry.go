// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"time"

	"securescore/internal/access"
	"securescore/internal/audit"
	"securescore/internal/ledger"
	"securescore/internal/odata"
	"securescore/internal/posture"
)

// Registry is what belongs to the installation and not to one tenant: people,
// what was granted to them, tokens, a proof of its keys, and the log of all that. It is read and
// changed in one transaction, like a tenant.
type Registry struct {
	People People
	Tokens Tokens
	Proofs Proofs
	// Audit is the installation's own log. Its entries name the tenant that they
	// are about, if any.
	Audit AuditWriter
	// Work is that of the installation.
	Work InstallationWork
}

// Registries opens that transaction.
type Registries interface {
	// View calls fn with a consistent picture. Methods that change return an
	// error that wraps posture.ErrForbidden.
	View(ctx context.Context, fn func(context.Context, *Registry) error) error
	// Update calls fn as the only writer; everything or nothing is written.
	Update(ctx context.Context, fn func(context.Context, *Registry) error) error
}

// People keeps persons and grants. Nothing is ever deleted, but grants go with
// the tenant that they hold in.
type People interface {
	// Person returns one person, or an error that wraps posture.ErrNotFound.
	Person(ctx context.Context, id access.PersonID) (access.Person, error)
	// Known returns the person of an identity, byte by byte, or an error that
	// wraps posture.ErrNotFound.
	Known(ctx context.Context, identity access.Identity) (access.Person, error)
	// All returns every person by creation, and then id.
	All(ctx context.Context) ([]access.Person, error)
	// Add keeps a new person. The error wraps posture.ErrConflict when the id or
	// the identity is taken.
	Add(ctx context.Context, p access.Person) error
	// Put replaces everything but id, identity and creation. The error wraps
	// posture.ErrNotFound when there is no such person.
	Put(ctx context.Context, p access.Person) error
	// Grants returns all grants that are open, by id; with ended ones too when
	// asked for.
	Grants(ctx context.Context, ended bool) ([]access.Grant, error)
	// Grant keeps a new grant and returns its id; ID, EndedBy and EndedAt are
	// ignored. The error wraps posture.ErrConflict when the person holds an open
	// grant of the same role in the same place, posture.ErrNotFound when there is
	// no such person or tenant.
	Grant(ctx context.Context, g access.Grant) (int64, error)
	// EndGrant ends one. The error wraps posture.ErrConflict when it has ended
	// before, posture.ErrNotFound when there is none.
	EndGrant(ctx context.Context, id int64, by ledger.Actor, at time.Time) error
}

// Tokens keeps API tokens, by the hash of their secret.
type Tokens interface {
	// All returns every token, ended and expired ones too, by creation and id.
	All(ctx context.Context) ([]access.Token, error)
	// ByID returns one token and the hash of its secret, or an error that wraps
	// posture.ErrNotFound.
	ByID(ctx context.Context, id string) (t access.Token, hash string, err error)
	// Add keeps a new token. The error wraps posture.ErrConflict when the id is
	// taken, posture.ErrNotFound when there is no such tenant.
	Add(ctx context.Context, t access.Token, hash string) error
	// End revokes a token. The error wraps posture.ErrConflict when it has ended
	// before, posture.ErrNotFound when there is none.
	End(ctx context.Context, id string, by ledger.Actor, at time.Time) error
	// Touch notes a use, unless a later one is noted. A token that is gone is no
	// error.
	Touch(ctx context.Context, id string, used time.Time) error
}

// Proofs keeps what proves that somebody's keys are those of this installation.
// The keys themselves are never here.
type Proofs interface {
	// Proof returns what was kept last, or an error that wraps
	// posture.ErrNotFound.
	Proof(ctx context.Context) ([]byte, error)
	// Prove keeps a proof, which must not be empty, in place of the last one.
	Prove(ctx context.Context, proof []byte) error
}

// AuditReader reads one log.
type AuditReader interface {
	// Head returns the last entry's place; audit.Genesis for an empty log.
	Head(ctx context.Context, log posture.TenantID) (audit.Head, error)
	// Entries returns at most limit entries after a sequence, by sequence, erased
	// ones without their details.
	Entries(ctx context.Context, log posture.TenantID, after int64, limit int) ([]audit.Entry, error)
	// Find returns at most q.Limit entries that a question fits, the newest
	// first.
	Find(ctx context.Context, log posture.TenantID, q AuditQuery) ([]audit.Entry, error)
}

// AuditQuery asks a log.
type AuditQuery struct {
	About  *posture.TenantID // only entries about this tenant; nil for all
	Before int64             // only entries with a lower sequence; 0 for no bound
	From   time.Time         // at or after; zero for no bound
	To     time.Time         // before; zero for no bound
	Actor  string            // exactly; empty for all
	Event  string            // exactly; empty for all
	Filter odata.Expr        // over audit.Schema; nil for all
	Limit  int               // from 1
}

// AuditWriter appends to one log.
type AuditWriter interface {
	AuditReader
	// Append seals records at a time, in their order, at the end of a log. The
	// time never goes back: an earlier one becomes that of the last entry. The
	// error wraps posture.ErrForbidden for a record in the log of a tenant that is
	// about another one; then none is written.
	Append(ctx context.Context, log posture.TenantID, at time.Time, records ...audit.Record) error
	// Erase takes the details of all entries of an actor away, out of the storage
	// itself too. The chain stays whole.
	Erase(ctx context.Context, log posture.TenantID, actor string) error
}
