// SPDX-License-Identifier: Apache-2.0

// Package conformance compares our verdicts with those that other tools gave
// for the same evidence, and writes the comparison down for readers. It holds
// no rule of its own: a difference is either a fault of ours, to be mended, or
// a decision, and then its reason stands in the file of differences. Nothing
// but tests uses it.
//
//go:generate go test -run TestScuba -count 1 . -update
package conformance
