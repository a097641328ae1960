// SPDX-License-Identifier: Apache-2.0

// Package rule decides outcomes: a rule is one or two CEL expressions over an
// entity, checked when it is compiled and then run over all rows of a table at
// once, or over the one row that changed. Both ways give the same answer, and
// the answer is the one that cel-go's own interpreter gives with partial
// variables (tests compare all three).
//
// Every value is known or unknown. Logic is Kleene's: unknown && false is
// false, unknown || true is true, everything else that meets an unknown is
// unknown. What CEL reports as an error while it runs (a time out of range, an
// integer that overflows) is unknown here, and absorbed in the same way. Rules
// never see null.
//
// The package does not read evidence, count or score.
package rule
