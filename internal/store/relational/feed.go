// SPDX-License-Identifier: Apache-2.0

package relational

import (
	"context"
	"strings"

	"securescore/internal/posture"
	"securescore/internal/store"
)

func readChange(row scanner) (store.Change, error) {
	var c store.Change
	var when int64
	var keys string
	err := row.Scan(&c.Tenant, &c.Sequence, &when, &keys)
	c.At = at(when)
	for key := range strings.SplitSeq(keys, ",") {
		c.Keys = append(c.Keys, store.Key(key))
	}
	return c, err
}

// feed implements store.Feed.
type feed struct{ *Store }

// Cursor implements store.Feed.
func (s feed) Cursor(ctx context.Context) (cursor store.Cursor, err error) {
	err = s.across(ctx, false, func(w *work) error { return w.one(ctx, "feed cursor", []any{&cursor}) })
	return cursor, err
}

// After implements store.Feed.
func (s feed) After(ctx context.Context, cursor store.Cursor) (list []store.Change, next store.Cursor, err error) {
	err = s.across(ctx, false, func(w *work) error {
		if err := w.one(ctx, "feed cursor", []any{&next}); err != nil || next == cursor {
			return err
		}
		list, err = all(ctx, w, "feed after", readChange, string(cursor))
		return err
	})
	return list, next, err
}

// changes implements store.ChangeReader.
type changes struct{ *bound }

// Sequence implements store.ChangeReader.
func (b changes) Sequence(ctx context.Context, tenant posture.TenantID) (sequence int64, err error) {
	if err := b.own(tenant); err != nil {
		return 0, err
	}
	err = b.row(ctx, "feed sequence", []any{&sequence})
	return sequence, err
}

// Changes implements store.ChangeReader.
func (b changes) Changes(ctx context.Context, tenant posture.TenantID, after int64, limit int) ([]store.Change, error) {
	if err := b.own(tenant); err != nil {
		return nil, err
	}
	return rows(ctx, b.bound, "feed changes", readChange, after, limit)
}
