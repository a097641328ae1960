// SPDX-License-Identifier: Apache-2.0

// Package store is the contract of the storage: small interfaces by aggregate,
// which adapters implement and storetest proves. It owns what is kept and
// which errors come back; how it is kept is the adapter's. It also holds the
// few questions that need several aggregates at once and are the same for
// every adapter: history from months and entries, and verifying a ledger.
//
// Every method names its tenant as the second parameter, after the context.
// Work on one tenant happens inside Update or View, which are bound to that
// tenant: a method that is called with another one returns an error that wraps
// posture.ErrForbidden. Methods that cross tenants are in Across and nowhere
// else.
//
// All methods return errors that wrap a kind of posture where a caller can act
// on it: posture.ErrNotFound, ErrConflict, ErrInvalid, ErrForbidden, or
// ErrUnavailable when the storage is busy, full or gone. Times come back as
// UTC, cut to microseconds. Text is compared byte by byte; the zero
// character and what is not UTF-8 come back as the replacement character. The order of a list
// is the one its method names. What is handed in is not changed and not kept;
// what comes back belongs to the caller.
package store
