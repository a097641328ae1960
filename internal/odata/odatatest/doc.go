// SPDX-License-Identifier: Apache-2.0

// Package odatatest makes random filters and rows, and says by an evaluator of
// its own, on plain Go values, which rows a filter matches. Every engine that
// evaluates filters is held against it.
package odatatest
