// SPDX-License-Identifier: Apache-2.0

// Package ledger explains every change of a score and remembers it. It owns
// the difference of two scorings with its cause, the entry and its binary
// form, the hash chain, and everything that is read from entries: the score at
// an instant, daily totals, movements, regressions, accepted risks. It does
// not score (score), store (store) or know the time: it is pure.
//
// A ledger is append-only, one per tenant and series. Summing its entries up
// to an instant gives the score of that instant exactly; nothing about the
// past is kept anywhere else, and everything derived can be rebuilt from it.
package ledger
