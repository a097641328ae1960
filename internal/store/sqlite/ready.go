// SPDX-License-Identifier: Apache-2.0

package sqlite

import (
	"context"
	"fmt"
	"os"

	"securescore/internal/posture"
	"securescore/internal/store"
)

// opened is what the data file was when it was opened.
type opened struct {
	path   string
	info   os.FileInfo
	schema int64
}

// remember looks at the data file once its schema is up to date.
func remember(path string, schema int64) (o opened, err error) {
	o = opened{path: path, schema: schema}
	if o.info, err = os.Stat(path); err != nil {
		return o, refuse(path, reason(err), "check its permissions")
	}
	return o, nil
}

// errReplaced is a data file that was moved, deleted or restored while it was
// in use: what is written now is lost.
var errReplaced = fmt.Errorf("%w: the data file is not the one that was opened; start again", posture.ErrUnavailable)

// Ready implements store.Readiness. It reads through the connections that
// requests use too.
func (s *Store) Ready(ctx context.Context) error {
	now, err := os.Stat(s.opened.path)
	if err != nil || !os.SameFile(now, s.opened.info) {
		return fmt.Errorf("look at %s: %w", s.opened.path, errReplaced)
	}
	var schema int64
	if err := s.engine.reader.db.QueryRowContext(ctx, "PRAGMA user_version").Scan(&schema); err != nil {
		return fault("read the schema version of "+s.opened.path, err)
	}
	if schema != s.opened.schema {
		return fmt.Errorf("%s has schema %d, this build %d: %w", s.opened.path, schema, s.opened.schema, store.ErrSchema)
	}
	return nil
}
