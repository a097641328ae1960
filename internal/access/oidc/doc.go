// SPDX-License-Identifier: Apache-2.0

// Package oidc signs people in at the OpenID Connect issuers that a file
// configures, and says what an issuer's tokens give. It owns the rules of
// claims: they count only from the exact issuer, and only where the file says
// so. It fetches what issuers publish and keeps nothing: sign-ins under way are
// behind Flows, tenants behind Tenants. Who may do what is package access.
package oidc
