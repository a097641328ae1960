// SPDX-License-Identifier: Apache-2.0

package rule

// Limits of a rule. They keep loading and running bounded for catalogues that
// an organisation writes itself; the longest built-in rule is far below.
const (
	maxLength  = 4000 // characters of an expression
	maxNesting = 32   // brackets in each other
	maxNodes   = 4000 // nodes of the tree, items of lists in params included
	maxItems   = 1000 // items of a list in params
	maxPattern = 256  // characters of a regular expression
	maxLoops   = 2    // loops in each other
	maxFaults  = 20   // faults reported of one expression

	// maxCost bounds CEL's own estimate of the work for one entity, about one
	// unit a comparison. A loop in a loop over two lists of the evidence, with a
	// test of a text inside, costs some 50,000 and is needed ("no address lies
	// outside of the organisation's domains"); with a long regular expression
	// inside, or over a parameter of a thousand items, it costs a million and
	// would take seconds over a large organisation.
	maxCost = 250_000

	// The sizes that the estimate takes for values that only the evidence knows.
	sizeOfString = 64
	sizeOfList   = 64
)
