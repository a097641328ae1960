// SPDX-License-Identifier: Apache-2.0

package conditional

import "slices"

// The dimensions of a sign-in whose values exclude each other. Further
// dimensions follow for sets that can overlap: named locations and groups of
// applications, a dimension each, with the values outside and inside.
const (
	dimTarget = iota
	dimClient
	dimPlatform
	dimSignInRisk
	dimUserRisk
	dimInsiderRisk
	dimFlow
	fixedDims
)

// Values of a dimension that says whether a sign-in is inside a set.
const (
	outside uint64 = 1 << iota
	inside
	either = outside | inside
)

// Bounds of the work that one question may cost. Beyond them the answer is
// undecided.
const (
	mostAtoms  = 64
	mostSets   = 24
	mostBoxes  = 4096
	mostAnswer = 256 // boxes of one policy
)

// box is a set of sign-ins: in each dimension a set of values.
type box []uint64

// disjoint reports whether no sign-in is in both boxes.
func (b box) disjoint(o box) bool {
	for d := range b {
		if b[d]&o[d] == 0 {
			return true
		}
	}
	return false
}

// minus returns what of b is not in o, as boxes that do not overlap.
func (b box) minus(o box) []box {
	var left []box
	inner := slices.Clone(b)
	for d := range b {
		if out := inner[d] &^ o[d]; out != 0 {
			piece := slices.Clone(inner)
			piece[d] = out
			left = append(left, piece)
			inner[d] &= o[d]
		}
	}
	return left
}

// uncovered returns what of b none of the others covers. It reports false when
// finding out would cost too much.
func (b box) uncovered(by []box) (left []box, ok bool) {
	left = []box{b}
	for _, o := range by {
		var next []box
		for _, piece := range left {
			if piece.disjoint(o) {
				next = append(next, piece)
			} else {
				next = append(next, piece.minus(o)...)
			}
		}
		if left = next; len(left) > mostBoxes {
			return left, false
		}
		if len(left) == 0 {
			break
		}
	}
	return left, true
}

// dimension is what one of the fixed dimensions can be.
type dimension struct {
	name   string
	values []string // members of Graph's enumeration, in the order of their bits
	extra  string   // in words, a further value that the enumeration cannot name
}

// dimensions describes all fixed dimensions but the target.
var dimensions = [fixedDims]dimension{
	dimClient:      {"client type", []string{"browser", "mobileAppsAndDesktopClients", "exchangeActiveSync", "other"}, ""},
	dimPlatform:    {"platform", []string{"android", "iOS", "windows", "windowsPhone", "macOS", "linux"}, "unknown"},
	dimSignInRisk:  {"sign-in risk", []string{"none", "hidden", "low", "medium", "high"}, ""},
	dimUserRisk:    {"user risk", []string{"none", "hidden", "low", "medium", "high"}, ""},
	dimInsiderRisk: {"insider risk", []string{"minor", "moderate", "elevated"}, "none"},
	dimFlow:        {"flow", []string{"deviceCodeFlow", "authenticationTransfer"}, "ordinary"},
}

// whole is all values of a fixed dimension but the target.
func whole(dim int) uint64 {
	n := len(dimensions[dim].values)
	if dimensions[dim].extra != "" {
		n++
	}
	return 1<<n - 1
}

// extra is the value that the enumeration cannot name.
func extra(dim int) uint64 { return 1 << len(dimensions[dim].values) }

// mask is the bits of the names, and whether all of them are known.
func mask(dim int, names []string) (bits uint64, known bool) {
	known = true
	for _, name := range names {
		i := slices.Index(dimensions[dim].values, name)
		if i < 0 {
			known = false
			continue
		}
		bits |= 1 << i
	}
	return bits, known
}

// reach is a set of values of one dimension, from both sides.
type reach struct{ low, high uint64 }

// listed reads a condition that lists values; an empty one, or the word for
// all, is all of them. A value that is not known could be any.
func listed(dim int, names []string, all string) reach {
	full := whole(dim)
	if len(names) == 0 || slices.Contains(names, all) {
		return reach{full, full}
	}
	bits, known := mask(dim, names)
	if !known {
		return reach{bits, full}
	}
	return reach{bits, bits}
}

// less takes away what a condition excludes.
func (r reach) less(dim int, names []string) reach {
	bits, known := mask(dim, names)
	r.high &^= bits
	r.low &^= bits
	if !known {
		r.low = 0
	}
	return r
}
