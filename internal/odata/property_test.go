// SPDX-License-Identifier: Apache-2.0

package odata_test

import (
	"testing"

	"pgregory.net/rapid"

	"securescore/internal/odata"
	"securescore/internal/odata/odatatest"
)

// A filter means what the evaluator of the tests says, and prints to itself.
func TestRandomFilters(t *testing.T) {
	t.Parallel()
	schema := odatatest.Thing()
	matched, missed := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		f := odatatest.Filters(schema, 4).Draw(t, "filter")
		e, err := odata.ParseFilter(schema, f.Text)
		if err != nil {
			t.Fatalf("%s: %v", f.Text, err)
		}
		printed := e.String()
		again, err := odata.ParseFilter(schema, printed)
		if err != nil || again.String() != printed {
			t.Fatalf("%s printed as %s, then %v, %v", f.Text, printed, again, err)
		}
		for range 5 {
			r := odatatest.Rows(schema).Draw(t, "row")
			want := f.Match(r)
			if got := odata.Match(e, r); got != want {
				t.Fatalf("%s: got %v, want %v", f.Text, got, want)
			}
			if got := odata.Match(again, r); got != want {
				t.Fatalf("%s, printed: got %v, want %v", printed, got, want)
			}
			if want {
				matched++
			} else {
				missed++
			}
		}
	})
	if !t.Failed() && (matched < 20 || missed < 20) {
		t.Errorf("%d rows matched and %d did not: the filters say nothing", matched, missed)
	}
}

// Sorting is a total order in which equal keys are equal both ways.
func TestCompareIsAnOrder(t *testing.T) {
	t.Parallel()
	schema := odatatest.Thing()
	keys, err := odata.ParseOrderBy(schema, "state desc, score, seen desc, part/label, total")
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.SliceOfN(odatatest.Rows(schema), 3, 3).Draw(t, "rows")
		a, b, c := rows[0], rows[1], rows[2]
		if odata.Compare(keys, a, b) != -odata.Compare(keys, b, a) || odata.Compare(keys, a, a) != 0 {
			t.Fatal("not antisymmetric")
		}
		if odata.Compare(keys, a, b) <= 0 && odata.Compare(keys, b, c) <= 0 && odata.Compare(keys, a, c) > 0 {
			t.Fatal("not transitive")
		}
	})
}
