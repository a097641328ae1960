// SPDX-License-Identifier: Apache-2.0

// Package relational is what the engines of package store have in common: the
// queries by name, and what is read and written through them. An engine brings
// transactions; whatever both spell alike stands once in sql, and what they
// spell otherwise side by side under one name.
//
// Times are microseconds since 1970 in UTC, Booleans 0 and 1, texts valid UTF-8
// without a zero character. Every key of a tenant's data begins with the number
// of the tenant.
package relational
