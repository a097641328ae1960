// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"

	"securescore/internal/ledger"
	"securescore/internal/posture"
)

// Fragment is one day as the Graph API tells it, compressed. What is in it is
// package graphapi's; the store keeps it and drops it when it is outdated.
type Fragment struct {
	Day  ledger.Day
	Body []byte
}

// FragmentReader reads the cache of days. A day that is there is right:
// appending an entry to the series own drops all days from the one that it took
// effect on.
type FragmentReader interface {
	// Fragments returns the cached days from first to last, by day, that were made
	// under one key, which names the catalogue and everything else that a day's
	// text depends on.
	Fragments(ctx context.Context, tenant posture.TenantID, key string, first, last ledger.Day) ([]Fragment, error)
}

// FragmentWriter fills the cache of days.
type FragmentWriter interface {
	FragmentReader
	// PutFragments keeps days and drops those of other keys. It counts as no
	// change in the feed.
	PutFragments(ctx context.Context, tenant posture.TenantID, key string, days []Fragment) error
}
