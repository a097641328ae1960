// SPDX-License-Identifier: Apache-2.0

package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"

	"securescore/internal/posture"
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
	if why, kind := kindOf(driver.Code()); kind != nil {
		return fmt.Errorf("%s: %w: %s", doing, kind, why)
	}
	return fmt.Errorf("%s: %s", doing, driver.Error())
}

// kindOf returns what to tell a person about an extended result code, and its
// kind; nil for a fault of this program.
func kindOf(code int) (why string, kind error) {
	switch code {
	case lib.SQLITE_CONSTRAINT_UNIQUE, lib.SQLITE_CONSTRAINT_PRIMARYKEY:
		return "it is there already", posture.ErrConflict
	case lib.SQLITE_CONSTRAINT_FOREIGNKEY:
		return "what it belongs to is not there", posture.ErrNotFound
	case lib.SQLITE_INTERRUPT:
		return "it was interrupted", posture.ErrUnavailable
	}
	switch code & 0xff {
	case lib.SQLITE_BUSY, lib.SQLITE_LOCKED:
		return "another process is writing to the data file; try again", posture.ErrUnavailable
	case lib.SQLITE_FULL:
		return "the disk is full; free some space", posture.ErrUnavailable
	case lib.SQLITE_READONLY, lib.SQLITE_CANTOPEN, lib.SQLITE_PERM:
		return "the data folder cannot be written to; check its permissions", posture.ErrUnavailable
	case lib.SQLITE_CORRUPT, lib.SQLITE_NOTADB:
		return "the data file is damaged; restore it from a backup", posture.ErrUnavailable
	case lib.SQLITE_IOERR:
		return "the data file cannot be read or written; check the disk", posture.ErrUnavailable
	}
	return "", nil
}
