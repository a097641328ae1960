// SPDX-License-Identifier: Apache-2.0

package entity

// Tri is a truth value that can be unknown. The zero Tri is Unknown, so that
// what nobody set is never taken for true or false.
type Tri uint8

// The truth values.
const (
	Unknown Tri = iota
	False
	True
)

// TriOf returns True or False.
func TriOf(v bool) Tri {
	if v {
		return True
	}
	return False
}

// Not negates; unknown stays unknown.
func (t Tri) Not() Tri {
	switch t {
	case True:
		return False
	case False:
		return True
	case Unknown:
		return Unknown
	}
	return Unknown
}

// And is False as soon as one side is false, whatever the other one is.
func (t Tri) And(o Tri) Tri {
	if t == False || o == False {
		return False
	}
	if t == True && o == True {
		return True
	}
	return Unknown
}

// Or is True as soon as one side is true, whatever the other one is.
func (t Tri) Or(o Tri) Tri {
	if t == True || o == True {
		return True
	}
	if t == False && o == False {
		return False
	}
	return Unknown
}

// String returns the word that rules and screens use.
func (t Tri) String() string {
	switch t {
	case True:
		return "true"
	case False:
		return "false"
	case Unknown:
		return "unknown"
	}
	return "unknown"
}
