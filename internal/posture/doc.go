// SPDX-License-Identifier: Apache-2.0

// Package posture is the vocabulary that every other package shares: tenants,
// controls, points, evidence, outcomes, assessments, decisions and the kinds
// of errors. It imports the standard library only and decides nothing; the
// stations that decide (entity, rule, score, ledger) speak in its words.
package posture
