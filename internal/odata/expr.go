// SPDX-License-Identifier: Apache-2.0

package odata

// Expr is a checked condition: *And, *Or, *Not, *Comparison, *In, *Call,
// *Lambda, *BoolPath or *Constant. Only this package makes them, and names,
// types and places in them are right; they are read and never changed.
type Expr interface {
	// String prints the condition in the canonical form, which parses to an
	// equal condition over the same schema.
	String() string
	expr()
}

// And holds when all its terms do; there are two or more, and none is an And.
type And struct{ Terms []Expr }

// Or holds when one of its terms does; there are two or more, and none is an
// Or.
type Or struct{ Terms []Expr }

// Not holds when its term is false; it is unknown when the term is.
type Not struct{ Term Expr }

// Op is an operator of a comparison.
type Op uint8

// The operators of comparisons.
const (
	Eq Op = iota
	Ne
	Gt
	Ge
	Lt
	Le
)

var opNames = [...]string{Eq: "eq", Ne: "ne", Gt: "gt", Ge: "ge", Lt: "lt", Le: "le"}

// String returns the operator as a filter spells it.
func (o Op) String() string { return opNames[o] }

// Comparison compares two values of kinds that compare with each other; both
// may be literals.
type Comparison struct {
	Op          Op
	Left, Right Operand
}

// In holds when the value of the path equals one of the list, null included.
type In struct {
	Path *Path
	List []*Literal // 1 to MaxList

	sorted []Value // List in order, when it is long; else nil
}

// Func is a function of two texts.
type Func uint8

// The functions that a filter may call.
const (
	StartsWith Func = iota
	EndsWith
	Contains
)

var funcNames = [...]string{StartsWith: "startswith", EndsWith: "endswith", Contains: "contains"}

// String returns the function as a filter spells it.
func (f Func) String() string { return funcNames[f] }

// Call asks a function of two texts; it is unknown when one of them is null.
type Call struct {
	Func       Func
	Text, Part Operand // both of type String
}

// Lambda asks whether any or all members of a collection meet a condition.
type Lambda struct {
	All  bool
	Path *Path  // the collection
	Var  string // names the member within Body
	Body Expr   // nil for any(): is there a member at all

	level int // how many lambdas are around it
}

// BoolPath is a Boolean property that stands as a condition.
type BoolPath struct{ Path *Path }

// Constant is the literal true or false that stands as a condition.
type Constant struct{ Value bool }

func (*And) expr()        {}
func (*Or) expr()         {}
func (*Not) expr()        {}
func (*Comparison) expr() {}
func (*In) expr()         {}
func (*Call) expr()       {}
func (*Lambda) expr()     {}
func (*BoolPath) expr()   {}
func (*Constant) expr()   {}

// Operand is one side of a comparison: *Path or *Literal.
type Operand interface {
	// String prints the operand in the canonical form.
	String() string
	operand()
}

// Path names a property of the row, of a complex property of it, or of the
// member that a lambda variable stands for.
type Path struct {
	Var   string   // lambda variable where the path begins; empty is the row
	Names []string // canonical; empty is the member itself
	Last  Property // what the path leads to; of a member itself without a name

	level int // of the lambda that Var belongs to, the outermost being 0
}

// Literal is a value that the filter spells out.
type Literal struct{ Value Value }

func (*Path) operand()    {}
func (*Literal) operand() {}

// Order is one key of $orderby.
type Order struct {
	Path *Path // one value, not Complex
	Desc bool
}
