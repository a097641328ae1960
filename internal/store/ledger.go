// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"time"

	"github.com/RoaringBitmap/roaring/v2"

	"securescore/internal/ledger"
	"securescore/internal/posture"
)

// LedgerReader reads the ledgers of a tenant. Entries come back as they are
// stored, damaged hashes included: verifying is for Verify.
type LedgerReader interface {
	// Head returns the last entry's place; ledger.Genesis for an empty series.
	Head(ctx context.Context, tenant posture.TenantID, s ledger.Series) (ledger.Head, error)
	// Entries returns at most limit entries after a sequence, by sequence.
	Entries(ctx context.Context, tenant posture.TenantID, s ledger.Series, after int64, limit int) ([]ledger.Entry, error)
	// Between returns the entries that took effect at or after from and before
	// to, in the order of ledger.Chronological. Their Prev is empty: a chain is
	// walked with Entries.
	Between(ctx context.Context, tenant posture.TenantID, s ledger.Series, from, to time.Time) ([]ledger.Entry, error)
	// Facts returns the entry with the facts in force at the end of a series:
	// the one that took effect last. The error wraps posture.ErrNotFound when no
	// facts were ever entered.
	Facts(ctx context.Context, tenant posture.TenantID, s ledger.Series) (ledger.Entry, error)
	// Beside returns what is kept beside these entries, by sequence. Entries
	// without anything beside them are left out.
	Beside(ctx context.Context, tenant posture.TenantID, s ledger.Series, sequences *roaring.Bitmap) ([]ledger.Beside, error)
}

// LedgerWriter appends to the ledgers of a tenant.
type LedgerWriter interface {
	LedgerReader
	// Append adds sealed entries, and what is kept beside them, at the end of a
	// series. The error wraps posture.ErrConflict when they do not follow its
	// head: another run was faster. Months that the entries reach into are
	// dropped from the cache.
	Append(ctx context.Context, tenant posture.TenantID, s ledger.Series, entries []ledger.Entry, beside []ledger.Beside) error
	// Erase deletes what is kept beside these entries. The chain stays whole.
	Erase(ctx context.Context, tenant posture.TenantID, s ledger.Series, sequences *roaring.Bitmap) error
}

// Month is the cache of one month of daily totals.
type Month struct {
	First ledger.Day // first day of the month
	Blob  []byte     // from ledger.EncodeMonth
}

// MonthReader reads the cache of daily totals. A month that is there is right:
// appending an entry drops all months that it reaches into.
type MonthReader interface {
	// Months returns what is cached for the months from first to last, by month,
	// told in the categories of one catalogue version.
	Months(ctx context.Context, tenant posture.TenantID, s ledger.Series, catalogue string, first, last ledger.Day) ([]Month, error)
	// LastMonth returns the newest cached month that begins at or before day.
	// The error wraps posture.ErrNotFound when there is none.
	LastMonth(ctx context.Context, tenant posture.TenantID, s ledger.Series, catalogue string, day ledger.Day) (Month, error)
}

// MonthWriter fills the cache of daily totals.
type MonthWriter interface {
	MonthReader
	// PutMonths keeps months and drops those of other catalogue versions.
	PutMonths(ctx context.Context, tenant posture.TenantID, s ledger.Series, catalogue string, months []Month) error
}
