// SPDX-License-Identifier: Apache-2.0

package oidc

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/go-jose/go-jose/v4"

	"securescore/internal/access/refusal"
)

// MaxToken bounds a token, in bytes.
const MaxToken = 16 << 10

// ErrMalformed marks a text that is no signed token.
var ErrMalformed = errors.New("not a signed token")

// parse reads a token in its compact form, without believing any of it.
func parse(raw string) (*jose.JSONWebSignature, *Claims, error) {
	if len(raw) > MaxToken {
		return nil, nil, fmt.Errorf("%w: %d bytes are more than a token may have (%d)", ErrMalformed, len(raw), MaxToken)
	}
	jws, err := jose.ParseSignedCompact(raw, algorithms())
	if err != nil {
		return nil, nil, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	claims, err := readClaims(jws.UnsafePayloadWithoutVerification())
	if err != nil {
		return nil, nil, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	claims.Type = tokenType(&jws.Signatures[0].Protected)
	return jws, claims, nil
}

// tokenType is the header typ in lower case, without what may be left out.
func tokenType(header *jose.Header) string {
	text, _ := header.ExtraHeaders[jose.HeaderType].(string)
	return strings.TrimPrefix(strings.ToLower(text), "application/")
}

// Verify returns the claims of a token that the issuer signed. The token names
// the issuer itself, by exact text. Nothing else has been checked: not whom the
// token is for, not when. Errors wrap posture.ErrUnauthenticated, or
// posture.ErrUnavailable when the issuer's keys cannot be had.
func (s *Service) Verify(ctx context.Context, said, raw string) (*Provider, *Claims, error) {
	jws, claims, err := parse(raw)
	if err != nil {
		return nil, nil, refusal.New(said, "%s", refusal.Quote(err.Error()))
	}
	p, ok := s.byText[claims.Issuer]
	if !ok {
		return nil, nil, refusal.New(said, "the issuer %s is not configured", refusal.Quote(claims.Issuer))
	}
	if err := p.verify(ctx, said, jws); err != nil {
		return nil, nil, err
	}
	return p, claims, nil
}

// verify checks the signature with the keys of this issuer and no other.
func (p *Provider) verify(ctx context.Context, said string, jws *jose.JSONWebSignature) error {
	keys, err := p.keys.get(ctx)
	if err != nil {
		return err
	}
	header := &jws.Signatures[0].Protected
	some := fitting(keys, header)
	if len(some) == 0 { // the issuer may have a new key
		if keys, err = p.keys.renew(ctx); err != nil {
			return err
		}
		some = fitting(keys, header)
	}
	for i := range some {
		if _, err := jws.Verify(&some[i]); err == nil {
			return nil
		}
	}
	return refusal.New(said, "issuer %s: the signature is of none of its %d keys (kid %s)", p.ID, len(keys), refusal.Quote(header.KeyID))
}
