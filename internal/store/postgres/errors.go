// SPDX-License-Identifier: Apache-2.0

package postgres

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"securescore/internal/posture"
	"securescore/internal/store/relational"
)

// What a person or a caller can do something about.
var (
	errGone     = fmt.Errorf("%w: the database cannot be reached; check that it runs and that the network lets it through", posture.ErrUnavailable)
	errAgain    = fmt.Errorf("%w: the database was busy with the same; try again", posture.ErrUnavailable)
	errFull     = fmt.Errorf("%w: the disk of the database is full; free some space", posture.ErrUnavailable)
	errMany     = fmt.Errorf("%w: the database takes no more connections; raise max_connections or lower pool_max_conns", posture.ErrUnavailable)
	errReadOnly = fmt.Errorf("%w: the database takes no changes, as a standby does; add target_session_attrs=read-write and all hosts to the address", posture.ErrUnavailable)
	errFence    = fmt.Errorf("%w: the role of the server may not do that; run 'securescore migrate' with the owner's role", posture.ErrForbidden)
	errBroken   = fmt.Errorf("%w: the database reports damaged data; restore it from a backup", posture.ErrUnavailable)
)

// fault returns err as a kind of posture, with what was being done; nobody
// above sees an error of the driver, whose texts may name hosts and users.
func fault(doing string, err error) error {
	var server *pgconn.PgError
	var network net.Error
	var connect *pgconn.ConnectError
	switch {
	case err == nil:
		return nil
	case errors.Is(err, pgx.ErrNoRows):
		return fmt.Errorf("%s: %w", doing, posture.ErrNotFound)
	case errors.As(err, &connect) && !errors.As(err, &server):
		return fmt.Errorf("%s: %w", doing, errGone) // also when the time for it was up
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("%s: %w", doing, err)
	case errors.As(err, &server):
		if kind := kindOf(server.Code); kind != nil {
			return fmt.Errorf("%s: %w", doing, kind)
		}
		return fmt.Errorf("%s: %s (SQLSTATE %s)", doing, server.Message, server.Code)
	case errors.As(err, &network), pgconn.SafeToRetry(err), isClosed(err):
		return fmt.Errorf("%s: %w", doing, errGone)
	}
	return fmt.Errorf("%s: %w", doing, err)
}

// isClosed reports whether a connection broke off.
func isClosed(err error) bool {
	return errors.Is(err, net.ErrClosed) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) || pgconn.Timeout(err)
}

// kindOf returns what an SQLSTATE means (PostgreSQL documentation, appendix A);
// nil for a fault of this program.
func kindOf(code string) error {
	switch code {
	case "23505":
		return relational.ErrThere
	case "23503":
		return relational.ErrNowhere
	case "40001", "40P01", "55P03", "57014":
		return errAgain
	case "25P03", "25P04": // the database has ended the transaction, and the session
		return errGone
	case "53300":
		return errMany
	case "53100", "53200":
		return errFull
	case "25006":
		return errReadOnly
	case "42501":
		return errFence
	}
	switch code[:min(2, len(code))] {
	case "08", "57", "58":
		return errGone
	case "XX":
		return errBroken
	}
	return nil
}
