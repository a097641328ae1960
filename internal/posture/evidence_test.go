// SPDX-License-Identifier: Apache-2.0

package posture_test

import (
	"slices"
	"testing"

	"securescore/internal/posture"
)

func TestHashTellsSetsApart(t *testing.T) {
	t.Parallel()
	set := func(name string, pairs ...string) *posture.DataSet {
		d := &posture.DataSet{Name: name}
		for pair := range slices.Chunk(pairs, 2) {
			d.Objects = append(d.Objects, posture.Object{Key: pair[0], Raw: []byte(pair[1])})
		}
		d.Sort()
		return d
	}
	missing := set("a")
	missing.Missing = posture.Reason{Code: posture.Permission}
	sets := map[string]*posture.DataSet{
		"empty":             set("a"),
		"missing":           missing,
		"one":               set("a", "k", "{}"),
		"another name":      set("b", "k", "{}"),
		"moved border":      set("a", "k{", "}"),
		"two":               set("a", "k", "{}", "l", "{}"),
		"same keys swapped": set("a", "k", "1", "l", "2"),
		"values swapped":    set("a", "k", "2", "l", "1"),
	}
	seen := make(map[string]string)
	for name, d := range sets {
		if other, twice := seen[d.Hash()]; twice {
			t.Errorf("%s and %s have one hash", name, other)
		}
		seen[d.Hash()] = name
	}
	if set("a", "k", "1", "l", "2").Hash() != set("a", "l", "2", "k", "1").Hash() {
		t.Error("the order in which objects came changed the hash")
	}
}

func TestSetThatNobodyReadIsNotCollected(t *testing.T) {
	t.Parallel()
	var e posture.Evidence
	d := e.Set("graph/users")
	if d.Collected() || d.Missing.Code != posture.NotCollected {
		t.Errorf("got %+v, want a set that is not collected", d.Missing)
	}
}
