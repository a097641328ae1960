// SPDX-License-Identifier: Apache-2.0

package access

import "time"

// Session is somebody who is signed in at the portal. Secrets are kept as
// hashes only.
type Session struct {
	ID string // stays the same through rotation; not secret, not guessable
	// Hash is of the secret in use; Former of the one before it, which holds
	// until FormerUntil for requests that were under way.
	Hash, Former string
	FormerUntil  time.Time
	Person       PersonID  // empty for a one-time link: the operator
	Claimed      []Holding // roles that the issuer gave at sign-in
	Issuer       string    // id of the configured issuer; empty for a one-time link
	Created      time.Time
	Seen         time.Time
	Rotated      time.Time
}

// Flow is a sign-in under way at an issuer, from the redirect to the return.
type Flow struct {
	State    string // hash of the state; the key
	Browser  string // hash of what ties it to one browser
	Issuer   string // id of the configured issuer
	Nonce    string
	Verifier string // PKCE
	Return   string // relative address to go to afterwards
	Expires  time.Time
}
