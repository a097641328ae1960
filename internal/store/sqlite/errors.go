// SPDX-License-Identifier: Apache-2.0

package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"

	"securescore/internal/posture"
	"securescore/internal/store/relational"
)

// fault returns err as a kind of posture, with what was being done; nobody
// above sees an error of the driver.
func fault(doing string, err error) error {
	var driver *sqlite.Error
	switch {
	case err == nil:
		return nil
	case errors.Is(err, sql.ErrNoRows):
		return fmt.Errorf("%s: %w", doing, posture.ErrNotFound)
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("%s: %w", doing, err)
	case !errors.As(err, &driver):
		return fmt.Errorf("%s: %w", doing, err)
	}
	if kind := kindOf(driver.Code()); kind != nil {
		return fmt.Errorf("%s: %w", doing, kind)
	}
	return fmt.Errorf("%s: %s", doing, driver.Error())
}

// The faults that a person or a caller can do something about.
var (
	errInterrupted = fmt.Errorf("%w: it was interrupted", posture.ErrUnavailable)
	errBusy        = fmt.Errorf("%w: another process is writing to the data file; try again", posture.ErrUnavailable)
	errFull        = fmt.Errorf("%w: the disk is full; free some space", posture.ErrUnavailable)
	errClosed      = fmt.Errorf("%w: the data folder cannot be written to; check its permissions", posture.ErrUnavailable)
	errBroken      = fmt.Errorf("%w: the data file is damaged; restore it from a backup", posture.ErrUnavailable)
	errDisk        = fmt.Errorf("%w: the data file cannot be read or written; check the disk", posture.ErrUnavailable)
)

// kindOf returns what an extended result code means; nil for a fault of this
// program.
func kindOf(code int) error {
	switch code {
	case lib.SQLITE_CONSTRAINT_UNIQUE, lib.SQLITE_CONSTRAINT_PRIMARYKEY:
		return relational.ErrThere
	case lib.SQLITE_CONSTRAINT_FOREIGNKEY:
		return relational.ErrNowhere
	}
	switch code & 0xff { // the primary code
	case lib.SQLITE_INTERRUPT:
		return errInterrupted
	case lib.SQLITE_BUSY, lib.SQLITE_LOCKED:
		return errBusy
	case lib.SQLITE_FULL:
		return errFull
	case lib.SQLITE_READONLY, lib.SQLITE_CANTOPEN, lib.SQLITE_PERM:
		return errClosed
	case lib.SQLITE_CORRUPT, lib.SQLITE_NOTADB:
		return errBroken
	case lib.SQLITE_IOERR:
		return errDisk
	}
	return nil
}

// How long and how often a file is asked for that another process is just
// creating or bringing up to date: SQLite itself does not wait for that.
const (
	pause    = 20 * time.Millisecond
	patience = 500
)

// patiently calls fn until it does not fail because of another process.
func patiently(ctx context.Context, fn func() error) error {
	for attempt := 1; ; attempt++ {
		err := fn()
		if attempt == patience || !errors.Is(err, errBusy) {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(pause):
		}
	}
}
