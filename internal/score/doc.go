// SPDX-License-Identifier: Apache-2.0

// Package score turns assessments and decisions into points, adds them up, and
// ranks what is left to do. It owns the arithmetic of the score: what a control
// earns, what is credited, what counts in the maximum, and how a percentage is
// shown and compared. It does not judge entities (rule), load controls
// (catalog) or remember anything (ledger). It is pure: no clock, no storage,
// and the same input always gives the same points, in whatever order the lines
// come.
package score
