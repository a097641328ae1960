// SPDX-License-Identifier: Apache-2.0

package keyring

import (
	"crypto/ed25519"
	"fmt"
	"slices"
	"time"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecuresecretdataaccess"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/prf"
	tinkpb "github.com/tink-crypto/tink-go/v2/proto/tink_go_proto"
	"github.com/tink-crypto/tink-go/v2/signature"
	tinked25519 "github.com/tink-crypto/tink-go/v2/signature/ed25519"

	"securescore/internal/posture"
)

// The purposes of keys. Each has a Tink key set of its own; generation i of the
// ring is key i of each.
const (
	seal    = iota // AES-256-GCM: what only this installation may read
	derive         // HKDF-SHA-256: keys of one purpose each, such as page tokens
	sign           // Ed25519: heads of logs and ledgers
	purpose        // how many there are
)

func templates() [purpose]*tinkpb.KeyTemplate {
	return [purpose]*tinkpb.KeyTemplate{
		seal: aead.AES256GCMKeyTemplate(), derive: prf.HKDFSHA256PRFKeyTemplate(),
		sign: signature.ED25519KeyWithoutPrefixTemplate(),
	}
}

// Ring is the keys of an installation. It never changes: what changes it
// returns another one.
type Ring struct {
	generations []Generation
	sets        [purpose]*keyset.Handle
}

// Generation is one set of keys, one for each purpose.
type Generation struct {
	ID    string // eight hexadecimal digits
	Made  time.Time
	InUse bool // what is written is written with it; exactly one is
	// Signer is the public half of its key for signatures.
	Signer ed25519.PublicKey
}

// New makes a ring of one generation, which is in use.
func New(at time.Time) (*Ring, error) {
	var r Ring
	next, err := r.Prepare(at)
	if err != nil {
		return nil, err
	}
	return next.use(0)
}

// Generations returns all, the oldest first.
func (r *Ring) Generations() []Generation { return slices.Clone(r.generations) }

// Prepare returns the ring with one more generation, which only reads: several
// processes get to know it before one of them writes with it.
func (r *Ring) Prepare(at time.Time) (*Ring, error) {
	var managers [purpose]*keyset.Manager
	for i, template := range templates() {
		managers[i] = keyset.NewManager()
		if r.sets[i] != nil {
			managers[i] = keyset.NewManagerFromHandle(r.sets[i])
		}
		id, err := managers[i].Add(template)
		if err == nil && r.sets[i] == nil {
			err = managers[i].SetPrimary(id)
		}
		if err != nil {
			return nil, fmt.Errorf("make a key: %w", err)
		}
	}
	times := make([]time.Time, 0, len(r.generations)+1)
	for _, g := range r.generations {
		times = append(times, g.Made)
	}
	return assemble(managers, append(times, at.UTC().Truncate(time.Second)))
}

// Rotate returns the ring with its newest generation in use, made first unless
// one is prepared.
func (r *Ring) Rotate(at time.Time) (*Ring, error) {
	newest := len(r.generations) - 1
	if r.generations[newest].InUse {
		prepared, err := r.Prepare(at)
		if err != nil {
			return nil, err
		}
		return prepared.use(newest + 1)
	}
	return r.use(newest)
}

func (r *Ring) use(generation int) (*Ring, error) {
	managers, times := r.managers()
	for i, m := range managers {
		entry, err := r.sets[i].Entry(generation)
		if err == nil {
			err = m.SetPrimary(entry.KeyID())
		}
		if err != nil {
			return nil, fmt.Errorf("use key %s: %w", r.generations[generation].ID, err)
		}
	}
	return assemble(managers, times)
}

// Retire returns the ring without a generation, and what that one wrote can be
// read no more. The error wraps posture.ErrNotFound when there is none of that
// id, posture.ErrConflict when it is in use.
func (r *Ring) Retire(id string) (*Ring, error) {
	at := slices.IndexFunc(r.generations, func(g Generation) bool { return g.ID == id })
	switch {
	case at < 0:
		return nil, fmt.Errorf("key %q: %w", posture.Printable(id), posture.ErrNotFound)
	case r.generations[at].InUse:
		return nil, fmt.Errorf("key %s: %w: it is in use; rotate first", id, posture.ErrConflict)
	}
	managers, times := r.managers()
	for i, m := range managers {
		entry, err := r.sets[i].Entry(at)
		if err == nil {
			err = m.Delete(entry.KeyID())
		}
		if err != nil {
			return nil, fmt.Errorf("retire key %s: %w", id, err)
		}
	}
	return assemble(managers, slices.Delete(times, at, at+1))
}

func (r *Ring) managers() (m [purpose]*keyset.Manager, times []time.Time) {
	for i, set := range r.sets {
		m[i] = keyset.NewManagerFromHandle(set)
	}
	for _, g := range r.generations {
		times = append(times, g.Made)
	}
	return m, times
}

func assemble(managers [purpose]*keyset.Manager, times []time.Time) (*Ring, error) {
	var sets [purpose]*keyset.Handle
	for i, m := range managers {
		var err error
		if sets[i], err = m.Handle(); err != nil {
			return nil, fmt.Errorf("put keys together: %w", err)
		}
	}
	return newRing(sets, times)
}

// newRing checks that the key sets fit each other. The error wraps
// posture.ErrInvalid.
func newRing(sets [purpose]*keyset.Handle, times []time.Time) (*Ring, error) {
	r := &Ring{sets: sets, generations: make([]Generation, len(times))}
	for _, set := range sets {
		if set.Len() != len(times) {
			return nil, fmt.Errorf("%w: %d times and %d keys", posture.ErrInvalid, len(times), set.Len())
		}
	}
	for i, made := range times {
		g := &r.generations[i]
		g.Made = made
		for use, set := range sets {
			entry, err := set.Entry(i)
			if err != nil || entry.KeyStatus() != keyset.Enabled {
				return nil, fmt.Errorf("%w: key %d is not enabled", posture.ErrInvalid, i+1)
			}
			switch {
			case use == seal:
				g.ID, g.InUse = fmt.Sprintf("%08x", entry.KeyID()), entry.IsPrimary()
			case entry.IsPrimary() != g.InUse:
				return nil, fmt.Errorf("%w: not the same generation of all keys is in use", posture.ErrInvalid)
			}
		}
		private, err := r.private(i)
		if err != nil {
			return nil, err
		}
		g.Signer = ed25519.PublicKey(private[ed25519.PrivateKeySize-ed25519.PublicKeySize:])
	}
	return r, r.works()
}

// private is the key for signatures of one generation.
func (r *Ring) private(generation int) (ed25519.PrivateKey, error) {
	entry, err := r.sets[sign].Entry(generation)
	if err != nil {
		return nil, fmt.Errorf("key for signatures: %w", err)
	}
	key, ok := entry.Key().(*tinked25519.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("key for signatures: %w: it is not one of Ed25519", posture.ErrInvalid)
	}
	return ed25519.NewKeyFromSeed(key.PrivateKeyBytes().Data(insecuresecretdataaccess.Token{})), nil
}

// works makes sure that the keys are of the kinds that they should be of.
func (r *Ring) works() error {
	if _, err := aead.New(r.sets[seal]); err != nil {
		return fmt.Errorf("%w: keys for sealing: %w", posture.ErrInvalid, err)
	}
	if _, err := prf.NewPRFSet(r.sets[derive]); err != nil {
		return fmt.Errorf("%w: keys to derive from: %w", posture.ErrInvalid, err)
	}
	return nil
}
