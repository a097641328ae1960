// SPDX-License-Identifier: Apache-2.0

package sqlite

import (
	"context"
	"database/sql"
	"errors"

	"securescore/internal/posture"
)

// keysOutside is the schema from which on no key is kept in the data file.
const keysOutside = 4

// FormerPageKey returns the key of page tokens that an older version of the
// program kept in the data file, if this Open has taken it out; nil otherwise.
// The tokens that it made are good for as long as this process runs.
func (s *Store) FormerPageKey() []byte { return s.former }

// formerPageKey reads it before the schema is brought up to date, which
// overwrites it.
func formerPageKey(ctx context.Context, db *sql.DB) (key []byte, err error) {
	const about = "read the key of an older version"
	var version int64
	if err := db.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil || version == 0 || version >= keysOutside {
		return nil, fault(about, err)
	}
	var tables int64
	err = db.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_schema WHERE name = 'access_secret'").Scan(&tables)
	if err != nil || tables == 0 {
		return nil, fault(about, err)
	}
	err = fault(about, db.QueryRowContext(ctx, "SELECT secret FROM access_secret WHERE name = 'page tokens'").Scan(&key))
	if errors.Is(err, posture.ErrNotFound) {
		return nil, nil
	}
	return key, err
}
