// SPDX-License-Identifier: Apache-2.0

package oidc

import (
	"context"
	"crypto/rsa"
	"encoding/json"

	"github.com/go-jose/go-jose/v4"
)

// minRSA is the shortest RSA key that counts, in bits.
const minRSA = 2048

// algorithms are those that need the issuer's private key. With none, or with
// one where both sides share a secret, anybody could sign.
func algorithms() []jose.SignatureAlgorithm {
	return []jose.SignatureAlgorithm{
		jose.RS256, jose.RS384, jose.RS512, jose.PS256, jose.PS384, jose.PS512, jose.ES256, jose.ES384, jose.ES512, jose.EdDSA,
	}
}

// fetchKeys reads the keys that the issuer signs with. Those that are of no use
// here are left out: an issuer may add new kinds.
func (p *Provider) fetchKeys(ctx context.Context) ([]jose.JSONWebKey, error) {
	const doing = "read the signing keys"
	d, err := p.found.get(ctx)
	if err != nil {
		return nil, err
	}
	data, err := p.fetch(ctx, d.keys)
	if err != nil {
		return nil, p.down(doing, err)
	}
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := json.Unmarshal(data, &set); err != nil {
		return nil, p.down(doing, err)
	}
	var keys []jose.JSONWebKey
	for _, raw := range set.Keys {
		var key jose.JSONWebKey
		if err := key.UnmarshalJSON(raw); err != nil || !signs(&key) {
			continue
		}
		keys = append(keys, key)
	}
	return keys, nil
}

func signs(key *jose.JSONWebKey) bool {
	if long, ok := key.Key.(*rsa.PublicKey); ok && long.N.BitLen() < minRSA {
		return false
	}
	return key.IsPublic() && key.Valid() && (key.Use == "" || key.Use == "sig")
}

// fitting are the keys that a signature can be of: those with its kid, or the
// only one when it has none.
func fitting(keys []jose.JSONWebKey, header *jose.Header) []jose.JSONWebKey {
	if header.KeyID == "" && len(keys) == 1 {
		return keys
	}
	var some []jose.JSONWebKey
	for i := range keys {
		if keys[i].KeyID == header.KeyID && header.KeyID != "" && (keys[i].Algorithm == "" || keys[i].Algorithm == header.Algorithm) {
			some = append(some, keys[i])
		}
	}
	return some
}
