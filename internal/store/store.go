// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"

	"securescore/internal/posture"
)

// Store keeps everything. Its methods may be called by many goroutines at
// once, and several processes may use one storage.
type Store interface {
	// View calls fn with a consistent picture of one tenant: what others commit
	// meanwhile is not seen. It returns an error that wraps posture.ErrNotFound
	// when there is no such tenant, else what fn returns. The Reader does not
	// outlive fn.
	View(ctx context.Context, tenant posture.TenantID, fn func(context.Context, *Reader) error) error
	// Update calls fn once with the right to write to one tenant, as the only
	// writer. What fn wrote is durable when Update returns nil, and then the
	// change feed has one more line, unless fn wrote nothing; when fn returns an
	// error nothing is written and that error comes back. Calling View or Update
	// inside fn is a fault of the program and may never return.
	Update(ctx context.Context, tenant posture.TenantID, fn func(context.Context, *Writer) error) error
	// Sequence returns the sequence of the last change of one tenant, as
	// ChangeReader does, at a small part of the price of a View: caches ask it at
	// every request. What this process has committed is always seen, what others
	// have after a moment. The error wraps posture.ErrNotFound when there is no
	// such tenant.
	Sequence(ctx context.Context, tenant posture.TenantID) (int64, error)
	// Across are the methods that cross tenants.
	Across() Across
	// Close waits for work under way and closes the storage.
	Close() error
}

// Across are the methods that are not about one given tenant. Whoever hands it
// on hands on the sight of all tenants.
type Across struct {
	Tenants  Tenants
	Feed     Feed
	SignIns  SignIns
	Sessions Sessions
	Registry Registries
	Leases   Leases
	Works    Works
	Outbox   Outbox
}

// Reader reads the aggregates of one tenant.
type Reader struct {
	Tenant      TenantReader
	Evidence    EvidenceReader
	Entities    EntityReader
	Assessments AssessmentReader
	Decisions   DecisionReader
	Ledger      LedgerReader
	Months      MonthReader
	Catalogues  CatalogueReader
	Runs        RunReader
	Audit       AuditReader
	Fragments   FragmentReader
	Changes     ChangeReader
}

// Writer reads and writes the aggregates of one tenant in one transaction.
type Writer struct {
	Tenant      TenantWriter
	Evidence    EvidenceWriter
	Entities    EntityWriter
	Assessments AssessmentWriter
	Decisions   DecisionWriter
	Ledger      LedgerWriter
	Months      MonthWriter
	Catalogues  CatalogueWriter
	Runs        RunWriter
	Audit       AuditWriter
	Fragments   FragmentWriter
	Changes     ChangeReader
	Work        TenantWork
	Outbox      OutboxWriter
}

// Reader is the part of w that reads, within the same transaction.
func (w *Writer) Reader() *Reader {
	return &Reader{
		Tenant: w.Tenant, Evidence: w.Evidence, Entities: w.Entities, Assessments: w.Assessments,
		Decisions: w.Decisions, Ledger: w.Ledger, Months: w.Months, Catalogues: w.Catalogues,
		Runs: w.Runs, Audit: w.Audit, Fragments: w.Fragments, Changes: w.Changes,
	}
}
