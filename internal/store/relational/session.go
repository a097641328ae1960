// SPDX-License-Identifier: Apache-2.0

package relational

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/go-json-experiment/json"

	"securescore/internal/access"
	"securescore/internal/posture"
)

// sessions implements store.SignIns and store.Sessions. Its errors never hold a
// hash.
type sessions struct{ *Store }

func (s sessions) run(ctx context.Context, name string, args ...any) (n int64, err error) {
	err = s.across(ctx, true, func(w *work) error {
		n, err = w.exec(ctx, name, args...)
		return err
	})
	return n, err
}

// AddSignIn implements store.SignIns.
func (s sessions) AddSignIn(ctx context.Context, hash string, expires time.Time) error {
	_, err := s.run(ctx, "session add token", hash, micros(expires))
	return err
}

// SpendSignIn implements store.SignIns.
func (s sessions) SpendSignIn(ctx context.Context, hash string, now time.Time) error {
	n, err := s.run(ctx, "session spend token", hash, micros(now))
	if err == nil && n == 0 {
		return fmt.Errorf("spend one-time token: %w", posture.ErrNotFound)
	}
	return err
}

// AddFlow implements store.SignIns.
func (s sessions) AddFlow(ctx context.Context, f access.Flow) error {
	_, err := s.run(ctx, "session add flow", f.State, f.Browser, f.Issuer, f.Nonce, f.Verifier, f.Return, micros(f.Expires))
	return err
}

// SpendFlow implements store.SignIns.
func (s sessions) SpendFlow(ctx context.Context, state string, now time.Time) (f access.Flow, err error) {
	var expires int64
	err = s.across(ctx, true, func(w *work) error {
		into := []any{&f.State, &f.Browser, &f.Issuer, &f.Nonce, &f.Verifier, &f.Return, &expires}
		return w.one(ctx, "session spend flow", into, state, micros(now))
	})
	if err != nil {
		return access.Flow{}, err
	}
	f.Expires = at(expires)
	return f, nil
}

// PruneSignIns implements store.SignIns.
func (s sessions) PruneSignIns(ctx context.Context, expired time.Time) error {
	return s.across(ctx, true, func(w *work) error {
		if _, err := w.exec(ctx, "session prune tokens", micros(expired)); err != nil {
			return err
		}
		_, err := w.exec(ctx, "session prune flows", micros(expired))
		return err
	})
}

// AddSession implements store.Sessions.
func (s sessions) AddSession(ctx context.Context, v access.Session) error {
	claimed, err := json.Marshal(v.Claimed)
	if err != nil {
		return fmt.Errorf("write claimed roles: %w", err)
	}
	former := sql.NullString{String: v.Former, Valid: v.Former != ""}
	_, err = s.run(ctx, "session add", v.ID, v.Hash, former, maybe(v.FormerUntil), string(v.Person), string(claimed), v.Issuer, micros(v.Created), micros(v.Seen), micros(v.Rotated))
	return err
}

// Session implements store.Sessions.
func (s sessions) Session(ctx context.Context, hash string) (v access.Session, err error) {
	err = s.across(ctx, false, func(w *work) error {
		v, err = sessionBy(ctx, w, "session read", hash)
		if errors.Is(err, posture.ErrNotFound) {
			v, err = sessionBy(ctx, w, "session read former", hash)
		}
		return err
	})
	return v, err
}

func sessionBy(ctx context.Context, w *work, name, hash string) (access.Session, error) {
	return first(ctx, w, name, readSession, hash)
}

func readSession(row scanner) (access.Session, error) {
	var v access.Session
	var former sql.NullString
	var until sql.NullInt64
	var claimed string
	var created, seen, rotated int64
	if err := row.Scan(&v.ID, &v.Hash, &former, &until, &v.Person, &claimed, &v.Issuer, &created, &seen, &rotated); err != nil {
		return access.Session{}, err
	}
	if err := json.Unmarshal([]byte(claimed), &v.Claimed); err != nil {
		return access.Session{}, fmt.Errorf("read claimed roles: %w", err)
	}
	if len(v.Claimed) == 0 {
		v.Claimed = nil
	}
	v.Former, v.FormerUntil = former.String, since(until)
	v.Created, v.Seen, v.Rotated = at(created), at(seen), at(rotated)
	return v, nil
}

// SessionsOf implements store.Sessions.
func (s sessions) SessionsOf(ctx context.Context, person access.PersonID) (list []access.Session, err error) {
	err = s.across(ctx, false, func(w *work) error {
		list, err = all(ctx, w, "session of", readSession, string(person))
		return err
	})
	return list, err
}

// TouchSession implements store.Sessions. Of two requests at once the later
// time stays.
func (s sessions) TouchSession(ctx context.Context, id string, seen time.Time) error {
	_, err := s.run(ctx, "session touch", micros(seen), id, micros(seen))
	return err
}

// RotateSession implements store.Sessions.
func (s sessions) RotateSession(ctx context.Context, id, hash, next string, now, formerUntil time.Time) error {
	n, err := s.run(ctx, "session rotate", micros(formerUntil), next, micros(now), micros(now), id, hash)
	if err == nil && n == 0 {
		return fmt.Errorf("rotate session: %w", posture.ErrConflict)
	}
	return err
}

// DeleteSession implements store.Sessions.
func (s sessions) DeleteSession(ctx context.Context, ids ...string) error {
	return s.across(ctx, true, func(w *work) error {
		for _, id := range ids {
			if _, err := w.exec(ctx, "session delete", id); err != nil {
				return err
			}
		}
		return nil
	})
}

// PruneSessions implements store.Sessions.
func (s sessions) PruneSessions(ctx context.Context, created, seen time.Time) error {
	_, err := s.run(ctx, "session prune", micros(created), micros(seen))
	return err
}
