// SPDX-License-Identifier: Apache-2.0

package sqlite

import (
	"context"
	"fmt"
	"time"

	"securescore/internal/posture"
)

// sessions implements store.Sessions. Its errors never hold a hash.
type sessions struct{ *Store }

func (s sessions) run(ctx context.Context, name string, args ...any) (n int64, err error) {
	err = s.writer.do(ctx, func(w *work) error {
		n, err = w.exec(ctx, name, args...)
		return err
	})
	return n, err
}

// AddSignIn implements store.Sessions.
func (s sessions) AddSignIn(ctx context.Context, hash string, expires time.Time) error {
	_, err := s.run(ctx, "session add token", hash, micros(expires))
	return err
}

// SpendSignIn implements store.Sessions.
func (s sessions) SpendSignIn(ctx context.Context, hash string, now time.Time) error {
	n, err := s.run(ctx, "session spend token", hash, micros(now))
	if err == nil && n == 0 {
		return fmt.Errorf("spend one-time token: %w", posture.ErrNotFound)
	}
	return err
}

// AddSession implements store.Sessions.
func (s sessions) AddSession(ctx context.Context, hash string, created time.Time) error {
	_, err := s.run(ctx, "session add", hash, micros(created), micros(created))
	return err
}

// Session implements store.Sessions.
func (s sessions) Session(ctx context.Context, hash string) (created, seen time.Time, err error) {
	var first, last int64
	err = s.reader.do(ctx, func(w *work) error { return w.one(ctx, "session read", []any{&first, &last}, hash) })
	if err != nil {
		return time.Time{}, time.Time{}, err
	}
	return at(first), at(last), nil
}

// TouchSession implements store.Sessions.
func (s sessions) TouchSession(ctx context.Context, hash string, seen time.Time) error {
	_, err := s.run(ctx, "session touch", micros(seen), hash)
	return err
}

// DeleteSession implements store.Sessions.
func (s sessions) DeleteSession(ctx context.Context, hash string) error {
	_, err := s.run(ctx, "session delete", hash)
	return err
}

// PruneSessions implements store.Sessions.
func (s sessions) PruneSessions(ctx context.Context, expired, created, seen time.Time) error {
	return s.writer.do(ctx, func(w *work) error {
		if _, err := w.exec(ctx, "session prune tokens", micros(expired)); err != nil {
			return err
		}
		_, err := w.exec(ctx, "session prune", micros(created), micros(seen))
		return err
	})
}
