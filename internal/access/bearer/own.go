// SPDX-License-Identifier: Apache-2.0

package bearer

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash/crc32"
	"io"
	"strings"

	"securescore/internal/access/refusal"
)

// A token of our own is "sst_", its id, "_", its secret and a checksum. The
// beginning and the checksum let programs that look for leaked secrets find it
// without asking anybody, and let us see a typing error before any look-up.
const (
	prefix    = "sst_"
	idSize    = 10
	secretEnd = 43 // 256 bits in base 62
	sumSize   = 6  // 32 bits in base 62
	ownSize   = len(prefix) + idSize + 1 + secretEnd + sumSize
)

const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// New makes a token of our own. random must be cryptographically secure. The
// token is for its holder alone; id and hash are what is kept.
func New(random io.Reader) (token, id, hash string, err error) {
	id, err = draw(random, idSize)
	if err != nil {
		return "", "", "", err
	}
	secret, err := draw(random, secretEnd)
	if err != nil {
		return "", "", "", err
	}
	body := prefix + id + "_" + secret
	token = body + checksum(body)
	return token, id, hashOf(token), nil
}

// draw returns random digits, each as likely as any other.
func draw(random io.Reader, n int) (string, error) {
	const fair = 256 - 256%len(digits)
	var text strings.Builder
	one := make([]byte, 1)
	for text.Len() < n {
		if _, err := io.ReadFull(random, one); err != nil {
			return "", fmt.Errorf("read random bytes: %w", err)
		}
		if int(one[0]) < fair {
			text.WriteByte(digits[int(one[0])%len(digits)])
		}
	}
	return text.String(), nil
}

func checksum(body string) string {
	sum := crc32.ChecksumIEEE([]byte(body))
	var text [sumSize]byte
	for i := range text {
		text[sumSize-1-i] = digits[sum%uint32(len(digits))]
		sum /= uint32(len(digits))
	}
	return string(text[:])
}

// hashOf is how a token is kept: its secret cannot be guessed, so that one
// round of SHA-256 is enough.
func hashOf(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// own reads a token of our own. Whether there is one with this id and hash is
// for the caller to find out.
func own(token string) (Own, error) {
	var wrong string
	switch {
	case len(token) != ownSize:
		wrong = fmt.Sprintf("it has %d characters instead of %d", len(token), ownSize)
	case token[len(prefix)+idSize] != '_' || strings.Trim(token[len(prefix):len(prefix)+idSize]+token[len(prefix)+idSize+1:], digits) != "":
		wrong = "it has characters that no API token has"
	case checksum(token[:ownSize-sumSize]) != token[ownSize-sumSize:]:
		wrong = "the checksum does not fit: it was typed or cut wrongly, or made up"
	}
	if wrong != "" {
		return Own{}, refusal.New(saidToken, "API token: %s", wrong)
	}
	return Own{ID: token[len(prefix) : len(prefix)+idSize], Hash: hashOf(token)}, nil
}
