// SPDX-License-Identifier: Apache-2.0

package rule

import (
	"regexp"

	"securescore/internal/entity"
)

// op is what a node of a lowered expression does.
type op uint8

const (
	opConst  op = iota + 1
	opField     // a field of the entity
	opTenant    // a field of the organisation
	opRunTime
	opVar // the variable of a loop, by depth
	opNot
	opAnd
	opOr
	opCond
	opSame  // == of two bools
	opLess  // < of numbers, times or durations
	opEqual // == of numbers, times or durations
	opLessText
	opEqualText
	opAdd
	opSub
	opSizeText
	opSizeList
	opInText
	opInInts
	opStarts
	opEnds
	opContains
	opMatches
	opLower
	opExists
	opAll
	opOne
)

// shape is the type of a node's value.
type shape uint8

// The shapes. Times and durations are microseconds, the precision of columns.
const (
	aBool shape = iota + 1
	anInt
	aTime
	aDuration
	aText
	aList // of strings
)

// node is one step of a lowered expression. Only the members that its op uses
// are set.
type node struct {
	op    op
	shape shape
	id    int64 // of the CEL tree, for positions
	args  []*node

	field *field
	truth entity.Tri // opConst of shape aBool
	num   int64      // opConst of numbers; depth of opVar and of loops
	text  string     // opConst of shape aText
	list  []string   // opConst of shape aList
	nums  []int64    // opInInts
	re    *regexp.Regexp

	// What the value depends on.
	row   bool // a field of the entity
	model bool // the tenant or the time of the run
	vars  bool // a variable of a loop around it
	loops bool // there is a loop in it
	// column is the only column of the entity that is read, or one of the
	// constants below.
	column int
}

const (
	noColumn    = -1
	manyColumns = -2
)

// scalar reports whether the value is the same for all rows of a run.
func (n *node) scalar() bool { return !n.row && !n.vars }

// constant reports whether the value is known when the rule is loaded.
func (n *node) constant() bool { return n.scalar() && !n.model }

// depend takes over what the arguments depend on.
func (n *node) depend() *node {
	n.column = noColumn
	if n.op == opField {
		n.column = n.field.index
	}
	for _, a := range n.args {
		n.row = n.row || a.row
		n.model = n.model || a.model
		n.vars = n.vars || a.vars
		n.loops = n.loops || a.loops
		n.column = join(n.column, a.column)
	}
	switch n.op {
	case opVar:
		n.vars = true
	case opExists, opAll, opOne: // the loop's own variable ends here
		n.vars = n.args[0].vars || usesOuter(n.args[1], n.num)
		n.loops = true
	default:
	}
	return n
}

// reader is the first node that reads a field of the entity.
func (n *node) reader() *node {
	for _, a := range n.args {
		if a.row {
			return a.reader()
		}
	}
	return n
}

// usesOuter reports whether n reads the variable of a loop above depth.
func usesOuter(n *node, depth int64) bool {
	if n.op == opVar {
		return n.num < depth
	}
	for _, a := range n.args {
		if usesOuter(a, depth) {
			return true
		}
	}
	return false
}

func join(a, b int) int {
	switch {
	case a == noColumn || a == b:
		return b
	case b == noColumn:
		return a
	}
	return manyColumns
}
