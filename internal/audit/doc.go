// SPDX-License-Identifier: Apache-2.0

// Package audit is the log of who did what, when, from where, and what it was
// before and after. There is one log per tenant, written together with what it
// tells of, and one of the installation: people, tokens, sign-ins and what was
// refused. Entries are chained like a ledger's, and heads of logs and ledgers
// can be signed, so that rewriting and cutting off are noticed. It is pure.
package audit
