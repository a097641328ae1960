// SPDX-License-Identifier: Apache-2.0

package session

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
)

// secretBytes is the length of a secret: 256 bits cannot be guessed, so that
// one round of SHA-256 is enough to keep it.
const secretBytes = 32

// idBytes is the length of a session's id, which is no secret.
const idBytes = 16

func (s *Service) random(n int) (string, error) {
	raw := make([]byte, n)
	if _, err := io.ReadFull(s.config.Random, raw); err != nil {
		return "", fmt.Errorf("read random bytes: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(raw), nil
}

func (s *Service) secret() (string, error) { return s.random(secretBytes) }

// wellFormed keeps anything but a secret of ours away from the store.
func wellFormed(secret string) bool {
	if len(secret) != base64.RawURLEncoding.EncodedLen(secretBytes) {
		return false
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(secret)
	return err == nil && len(raw) == secretBytes
}

func hash(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}
