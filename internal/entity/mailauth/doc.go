// SPDX-License-Identifier: Apache-2.0

// Package mailauth reads the DNS records that say who may send mail for a
// domain: SPF (RFC 7208), DKIM keys (RFC 6376) and DMARC (RFC 7489). It parses
// text, which is hostile, and asks nobody.
package mailauth
