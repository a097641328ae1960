// SPDX-License-Identifier: Apache-2.0

// Package ruletest proves that rules mean what CEL says they mean: it makes
// random tables with unknown values and compares the two evaluations of package
// rule with cel-go's own interpreter, row by row.
package ruletest
