// SPDX-License-Identifier: Apache-2.0

package keyring

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"slices"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/prf"

	"securescore/internal/posture"
)

// derivedSize is how long a derived key is, in bytes.
const derivedSize = 32

// ErrForeign is something that none of the keys has sealed. It wraps
// posture.ErrForbidden.
var ErrForeign = fmt.Errorf("%w: these keys did not seal it", posture.ErrForbidden)

// Seal makes text unreadable without the ring. about says what it is, and must
// be the same to open it.
func (r *Ring) Seal(text []byte, about string) ([]byte, error) {
	box, err := aead.New(r.sets[seal])
	if err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	sealed, err := box.Encrypt(text, []byte(about))
	if err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	return sealed, nil
}

// Open returns what any generation has sealed; otherwise the error wraps
// ErrForeign.
func (r *Ring) Open(sealed []byte, about string) ([]byte, error) {
	box, err := aead.New(r.sets[seal])
	if err != nil {
		return nil, fmt.Errorf("open: %w", err)
	}
	text, err := box.Decrypt(sealed, []byte(about))
	if err != nil {
		return nil, fmt.Errorf("open: %w", ErrForeign) // the library says no more, on purpose
	}
	return text, nil
}

// Derive returns a key of 32 bytes for one purpose from each generation: first
// the one in use, then the others, the newest first.
func (r *Ring) Derive(about string) ([][]byte, error) {
	set, err := prf.NewPRFSet(r.sets[derive])
	if err != nil {
		return nil, fmt.Errorf("derive: %w", err)
	}
	var keys [][]byte
	for i := range slices.Backward(r.generations) {
		entry, err := r.sets[derive].Entry(i)
		if err != nil {
			return nil, fmt.Errorf("derive: %w", err)
		}
		key, err := set.PRFs[entry.KeyID()].ComputePRF([]byte(about), derivedSize)
		if err != nil {
			return nil, fmt.Errorf("derive: %w", err)
		}
		if entry.IsPrimary() {
			keys = slices.Insert(keys, 0, key)
		} else {
			keys = append(keys, key)
		}
	}
	return keys, nil
}

// Signer returns the key for signatures that is in use.
func (r *Ring) Signer() (ed25519.PrivateKey, error) {
	return r.private(slices.IndexFunc(r.generations, func(g Generation) bool { return g.InUse }))
}

// What a proof holds and is about.
const (
	proofText  = "these are the keys of this installation"
	proofAbout = "securescore proof of keys 1"
)

// Prove returns something that only a ring with the generation in use can read.
func (r *Ring) Prove() ([]byte, error) { return r.Seal([]byte(proofText), proofAbout) }

// Fits reports whether a ring made the proof, in any of its generations, and
// whether it was the one in use.
func (r *Ring) Fits(proof []byte) (fits, inUse bool) {
	if _, err := r.Open(proof, proofAbout); err != nil {
		return false, false
	}
	for i := range r.generations {
		if entry, err := r.sets[seal].Entry(i); err == nil && r.generations[i].InUse {
			return true, len(proof) > prefixSize && string(proof[:prefixSize]) == prefix(entry.KeyID())
		}
	}
	return true, false
}

// prefixSize is how many bytes Tink puts before what it seals.
const prefixSize = 5

// prefix names the key in what Tink seals with it.
func prefix(id uint32) string {
	return string([]byte{1, byte(id >> 24), byte(id >> 16), byte(id >> 8), byte(id)})
}

// errNoKeys is a ring without generations.
var errNoKeys = errors.New("there are no keys in it")
