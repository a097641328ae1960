// SPDX-License-Identifier: Apache-2.0

package entity_test

import (
	"fmt"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"securescore/internal/entity"
)

func TestDictNumbersDistinctStrings(t *testing.T) {
	t.Parallel()
	var d entity.Dict
	for round := range 2 {
		for i := range 1000 {
			if got := d.Code(fmt.Sprint("value ", i)); got != uint32(i) {
				t.Fatalf("round %d: Code(value %d) = %d, want %d", round, i, got, i)
			}
		}
	}
	if got, ok := d.Lookup("value 999"); !ok || got != 999 {
		t.Errorf("Lookup(value 999) = %d, %v, want 999, true", got, ok)
	}
	if _, ok := d.Lookup("value 1000"); ok {
		t.Error("Lookup finds a string that nobody added")
	}
	if got := d.Value(0) + ", " + d.Value(999); got != "value 0, value 999" {
		t.Errorf("Value gives %q", got)
	}
	if got, want := d.Len(), 1000; got != want {
		t.Errorf("%d distinct values, want %d", got, want)
	}
}

func TestEqualListsAreKeptOnce(t *testing.T) {
	t.Parallel()
	spec := &entity.KindSpec{
		Kind: "user", Singular: "user", Plural: "users",
		Fields: []entity.Field{{Name: "roles", Type: entity.Strings}},
	}
	s, err := entity.NewSchema(entity.Product{Kinds: []entity.KindSpec{*spec}})
	if err != nil {
		t.Fatal(err)
	}
	spec, _ = s.Kind("user")
	table := entity.NewTable(spec)
	want := [][]string{{"a", "b"}, {"b", "a"}, {}, {"a", "b"}, {"a"}, {"a", "b"}, {}}
	for i, list := range want {
		row := table.Add(strconv.Itoa(i), "")
		table.SetStrings(row, "roles", list)
	}
	table.SetStrings(4, "roles", []string{"b", "a"}) // a change leaves the others as they are
	want[4] = []string{"b", "a"}
	c := table.Col("roles")
	for row, list := range want {
		got, _ := c.Value(row)
		if diff := cmp.Diff(list, got); diff != "" {
			t.Errorf("row %d (-want +got):\n%s", row, diff)
		}
	}
	if got := len(c.Lists); got != 4 {
		t.Errorf("%d distinct lists, want 4", got)
	}
	if got := len(c.Items); got != 5 {
		t.Errorf("%d items, want 5", got)
	}
}
