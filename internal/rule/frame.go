// SPDX-License-Identifier: Apache-2.0

package rule

import (
	"securescore/internal/entity"
)

// frame is what a closure needs to know: where it reads. It travels by value,
// in registers, and is small, since every closure saves it when it calls another.
type frame struct {
	m   *entity.Model
	t   *entity.Table // of the entity
	row int           // row of t; for closures of a plan the number of a distinct value
	run *run          // holds the variables of loops; nil where there is no loop
}

// The kinds of closures. A false ok, like entity.Unknown, is a value that is
// unknown. Closures are compiled for rows, or for a plan: then the row of the
// frame is the number of a distinct value of the only column that they read.
type (
	truthFn  func(f frame) entity.Tri
	numberFn func(f frame) (v int64, ok bool)
	textFn   func(f frame) (v string, ok bool)
	// listFn gives a list either as codes of a column or as strings.
	listFn func(f frame) (c *entity.Column, code uint32, ok bool)
)

// noValue is the row of a frame, for closures of a plan, that stands for an
// unknown value of the column.
const noValue = -1

// column returns the column of an entity's field.
func (f frame) column(x *field) *entity.Column { return f.t.Column(x.index) }

// setting returns the column of a field of the organisation, and false when
// there is no value to read in row 0.
func (f frame) setting(x *field) (*entity.Column, bool) {
	if f.m == nil {
		return nil, false
	}
	t := f.m.TableOf(x.spec)
	if t == nil || !t.Collected() || t.Len() == 0 {
		return nil, false
	}
	c := t.Column(x.index)
	return c, c.Known.Has(0)
}
