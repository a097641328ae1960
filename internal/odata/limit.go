// SPDX-License-Identifier: Apache-2.0

package odata

// Limits of what a query may ask. They keep reading linear in the length of the
// text, stacks short, and the work for a row bounded.
const (
	MaxText   = 64 << 10 // bytes of one option after decoding
	MaxQuery  = 4 * MaxText
	MaxTerms  = 1000 // conditions of a filter
	MaxDepth  = 100  // parentheses, not and lambdas within each other
	MaxLambda = 4    // any and all within each other
	MaxList   = 1000 // values of one in
	MaxOrder  = 16   // keys of $orderby
	MaxSelect = 100  // names of $select
	MaxTop    = 1<<31 - 1
	MaxSkip   = 1_000_000
)
