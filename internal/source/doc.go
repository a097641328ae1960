// SPDX-License-Identifier: Apache-2.0

// Package source is the contract of everything that evidence comes from: how
// a file that a person hands in is read, bounded and recognised, and how its
// faults are told. The formats themselves stand in the packages below it and
// are registered explicitly by the command. It decides nothing about evidence.
//
// All content is hostile: sizes and nesting are bounded, and names are handed
// on as data, to be escaped where they are shown.
package source
