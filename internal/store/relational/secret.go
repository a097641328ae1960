// SPDX-License-Identifier: Apache-2.0

package relational

import (
	"context"
	"errors"
	"fmt"
	"io"

	"securescore/internal/posture"
	"securescore/internal/store"
)

// secrets implements store.Secrets. Its errors never hold a secret.
type secrets struct {
	*desk

	random io.Reader
}

// Secret implements store.Secrets.
func (s secrets) Secret(ctx context.Context, name string) ([]byte, error) {
	secret := make([]byte, store.SecretSize)
	var kept []byte
	err := s.one(ctx, "secret one", []any{&kept}, name)
	switch {
	case err == nil:
		err = exact(secret, kept)
	case errors.Is(err, posture.ErrNotFound):
		err = s.make(ctx, name, secret)
	}
	if err != nil {
		return nil, fmt.Errorf("secret %q: %w", name, err)
	}
	return secret, nil
}

// make fills a secret and keeps it. Nobody else makes it at the same time: a
// transaction that changes is the only one.
func (s secrets) make(ctx context.Context, name string, secret []byte) error {
	if err := s.writable(); err != nil {
		return err
	}
	if _, err := io.ReadFull(s.random, secret); err != nil {
		return fmt.Errorf("read random bytes: %w", err)
	}
	return s.add(ctx, "secret add", name, secret)
}
