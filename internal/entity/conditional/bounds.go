// SPDX-License-Identifier: Apache-2.0

package conditional

// Bounds is a statement seen from two sides: Sure when it holds whatever the
// unknown turns out to be, May when it could hold. Sure implies May.
type Bounds struct{ Sure, May bool }

var (
	yes   = Bounds{Sure: true, May: true}
	no    = Bounds{}
	maybe = Bounds{May: true}
)

func boundsOf(v bool) Bounds { return Bounds{v, v} }

func (b Bounds) and(o Bounds) Bounds { return Bounds{b.Sure && o.Sure, b.May && o.May} }

func (b Bounds) or(o Bounds) Bounds { return Bounds{b.Sure || o.Sure, b.May || o.May} }

// hedged takes the certainty of a yes away.
func (b Bounds) hedged() Bounds { return Bounds{false, b.May} }
