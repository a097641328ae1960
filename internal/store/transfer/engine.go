// SPDX-License-Identifier: Apache-2.0

package transfer

import (
	"context"
	"iter"
)

// Source is an installation as it was at one moment: what others commit
// meanwhile is not seen. It is used by one goroutine.
type Source interface {
	// Version is that of the schema.
	Version() int64
	// Tables are those that travel, as Arrange orders them.
	Tables() []Table
	// Rows reads a table in the order of its primary key, text by bytes. A row
	// lives until the next one; after an error there is none.
	Rows(ctx context.Context, t *Table) iter.Seq2[Row, error]
}

// Target is an installation that nothing is in yet.
type Target interface {
	// Version is that of the schema.
	Version() int64
	// Tables are those that travel, as Arrange orders them.
	Tables() []Table
	// Fill calls fn with the right to write. When fn returns nil everything that
	// it loaded is there for good, else nothing is. The error wraps
	// posture.ErrConflict when there is something in the target already.
	Fill(ctx context.Context, fn func(Loader) error) error
}

// Loader writes to a target that is being filled.
type Loader interface {
	// Load writes all rows of a table, once. An error of the rows comes back as
	// it is.
	Load(ctx context.Context, t *Table, rows iter.Seq2[Row, error]) error
}
