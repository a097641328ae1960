// SPDX-License-Identifier: Apache-2.0

package session

import (
	"context"
	"crypto/subtle"
	"fmt"

	"securescore/internal/access"
	"securescore/internal/access/refusal"
)

// Started are the secrets of a sign-in that begins.
type Started struct {
	State    string // goes to the issuer and comes back with the answer
	Browser  string // for a cookie: the answer must come to the same browser
	Nonce    string // goes to the issuer and comes back in the token
	Verifier string // PKCE; only its hash goes to the issuer before the end
}

// BeginFlow keeps a new sign-in at a configured issuer, which returns to a
// relative address afterwards. It holds for Limits.SignIn.
func (s *Service) BeginFlow(ctx context.Context, issuer, returnTo string) (Started, error) {
	now := s.now()
	if err := s.prune(ctx, now); err != nil {
		return Started{}, err
	}
	var made Started
	for _, secret := range []*string{&made.State, &made.Browser, &made.Nonce, &made.Verifier} {
		var err error
		if *secret, err = s.secret(); err != nil {
			return Started{}, err
		}
	}
	err := s.config.SignIns.AddFlow(ctx, access.Flow{
		State: hash(made.State), Browser: hash(made.Browser), Issuer: issuer,
		Nonce: made.Nonce, Verifier: made.Verifier, Return: returnTo, Expires: now.Add(s.config.Limits.SignIn),
	})
	if err != nil {
		return Started{}, fmt.Errorf("keep sign-in: %w", err)
	}
	return made, nil
}

// SpendFlow takes a sign-in under way away and returns it. It succeeds once, in
// the browser that began it; whoever comes with another one has spent it all
// the same. The error wraps posture.ErrUnauthenticated.
func (s *Service) SpendFlow(ctx context.Context, state, browser string) (access.Flow, error) {
	if !wellFormed(state) {
		return access.Flow{}, refusal.New(saidFlow, "there is no state of ours")
	}
	flow, err := s.config.SignIns.SpendFlow(ctx, hash(state), s.now())
	if err != nil {
		return access.Flow{}, gone(saidFlow, "the state is not known: never made, spent, or too old", err)
	}
	if subtle.ConstantTimeCompare([]byte(flow.Browser), []byte(hash(browser))) != 1 {
		return access.Flow{}, refusal.New(saidFlow, "the answer came to another browser than the one that began (issuer %s)", flow.Issuer)
	}
	return flow, nil
}
