// SPDX-License-Identifier: Apache-2.0

package relational

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"securescore/internal/access"
	"securescore/internal/ledger"
)

// tokens implements store.Tokens. Its errors never hold a hash.
type tokens struct{ *desk }

// hashed is a token with the hash of its secret.
type hashed struct {
	access.Token

	hash string
}

func readToken(row scanner) (hashed, error) {
	var t hashed
	var created, expires int64
	var used, ended sql.NullInt64
	err := row.Scan(&t.ID, &t.Name, &t.Holding.Role, &t.Holding.Tenant, &t.Scope, &t.By, &created, &expires, &used, &t.EndedBy, &ended, &t.hash)
	t.Created, t.Expires, t.Used, t.EndedAt = at(created), at(expires), since(used), since(ended)
	return t, err
}

// All implements store.Tokens.
func (s tokens) All(ctx context.Context) ([]access.Token, error) {
	return all(ctx, s.work, "token all", func(row scanner) (access.Token, error) {
		t, err := readToken(row)
		return t.Token, err
	})
}

// ByID implements store.Tokens.
func (s tokens) ByID(ctx context.Context, id string) (access.Token, string, error) {
	t, err := first(ctx, s.work, "token one", readToken, id)
	if err != nil {
		return access.Token{}, "", fmt.Errorf("token %q: %w", id, err)
	}
	return t.Token, t.hash, nil
}

// Add implements store.Tokens.
func (s tokens) Add(ctx context.Context, t access.Token, hash string) error {
	if err := s.writable(); err != nil {
		return fmt.Errorf("add token %q: %w", t.ID, err)
	}
	number, err := s.number(ctx, t.Holding.Tenant)
	if err == nil {
		err = s.add(ctx, "token add", t.ID, hash, t.Name, string(t.Holding.Role), number, string(t.Scope), string(t.By),
			micros(t.Created), micros(t.Expires), maybe(t.Used), string(t.EndedBy), maybe(t.EndedAt))
	}
	if err != nil {
		return fmt.Errorf("add token %q: %w", t.ID, err)
	}
	return nil
}

// End implements store.Tokens.
func (s tokens) End(ctx context.Context, id string, by ledger.Actor, when time.Time) error {
	if err := s.end(ctx, "token", id, by, when); err != nil {
		return fmt.Errorf("end token %q: %w", id, err)
	}
	return nil
}

// Touch implements store.Tokens.
func (s tokens) Touch(ctx context.Context, id string, used time.Time) error {
	if _, err := s.change(ctx, "token touch", micros(used), id, micros(used)); err != nil {
		return fmt.Errorf("note the use of token %q: %w", id, err)
	}
	return nil
}
