// SPDX-License-Identifier: Apache-2.0

package entity_test

import (
	"testing"

	"securescore/internal/entity"
)

// Design 5.1: unknown is absorbed by what decides alone, in either order.
func TestTri(t *testing.T) {
	t.Parallel()
	const u, f, tr = entity.Unknown, entity.False, entity.True
	cases := []struct{ a, b, and, or entity.Tri }{
		{tr, tr, tr, tr}, {tr, f, f, tr}, {f, f, f, f}, {u, tr, u, tr}, {u, f, f, u}, {u, u, u, u},
	}
	for _, c := range cases {
		if got := []entity.Tri{c.a.And(c.b), c.b.And(c.a), c.a.Or(c.b), c.b.Or(c.a)}; got[0] != c.and || got[1] != c.and || got[2] != c.or || got[3] != c.or {
			t.Errorf("%s with %s: got %v, want and %s, or %s", c.a, c.b, got, c.and, c.or)
		}
	}
	if u.Not() != u || tr.Not() != f || f.Not() != tr {
		t.Error("not turns true and false round and leaves unknown")
	}
}

func TestBits(t *testing.T) {
	t.Parallel()
	b := entity.NewBits(130)
	b.Fill(130)
	if b.Count() != 130 {
		t.Errorf("filled: got %d rows, want 130", b.Count())
	}
	b.Remove(64)
	b.Put(129, false)
	var last, n int
	for row := range b.Rows {
		last = row
		n++
	}
	if n != 128 || last != 128 || b.Has(64) {
		t.Errorf("got %d rows, the last %d, row 64 %v; want 128, 128, false", n, last, b.Has(64))
	}
}
