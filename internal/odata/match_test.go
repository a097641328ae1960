// SPDX-License-Identifier: Apache-2.0

package odata_test

import (
	"math"
	"testing"
	"time"

	"securescore/internal/odata"
	"securescore/internal/odata/odatatest"
)

func TestMatch(t *testing.T) {
	t.Parallel()
	full := odatatest.Row{
		"title": "Ab", "deprecated": false, "rank": int64(5), "total": int64(1<<53 + 1), "score": 0.5,
		"seen": time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC),
		"part": odatatest.Row{"label": "x"},
		"tags": []any{"a", "b"}, "marks": []any{}, "lines": []any{odatatest.Row{"size": int64(3)}, odatatest.Row{}},
	}
	for text, want := range map[string]bool{
		"title eq 'Ab'": true, "title eq 'ab'": false, "title gt 'AB'": true, "contains(title,'B')": false,
		"startswith(title,'')": true, "endswith(title,'b')": true,
		// null equals null alone
		"hidden eq null": true, "hidden ne null": false, "title eq null": false, "title ne null": true,
		"state ne 'x'": true, "state eq 'x'": false, "state eq State": true, "null eq null": true, "null ne 5": true,
		// null has no order, which is false, not unknown
		"state gt 'x'": false, "not (state gt 'x')": true, "null ge null": false, "state le null": false,
		// a Boolean that is null is unknown
		"hidden": false, "not hidden": false, "hidden or true": true, "hidden and false": false,
		"not (hidden and false)": true, "not (hidden or deprecated)": false, "deprecated": false, "not deprecated": true,
		"contains(state,'x')": false, "not contains(state,'x')": false, "contains(title,state)": false,
		"state in ('x',null)": true, "state in ('x')": false, "not (state in ('x'))": true, "title in ('x',null)": false,
		"rank in (1,2,3,4,5,6,7,8,9)": true, "rank in (1,2,3,4,6,7,8,9,null)": false, "hidden in (true,false,true,false,true,false,true,null)": true,
		// exact numbers
		"total eq 9007199254740992.0": false, "total gt 9007199254740992.0": true, "total eq 9007199254740993": true,
		"rank eq 5.0": true, "rank lt 5.5": true, "score lt rank": true, "total lt 1e300": true, "total gt -1e300": true,
		"seen eq 2025-01-01": true, "seen gt 2024-12-31T23:59:59.9999999Z": true, "seen le '2025-01-01T01:00:00+01:00'": true,
		"deprecated lt true": true, "deprecated ge true": false,
		"part/label eq 'x'": true, "part/weight eq null": true,
		// collections
		"tags/any()": true, "marks/any()": false, "marks/all(m: m gt 5)": true, "tags/any(t: t eq 'b')": true,
		"tags/all(t: t eq 'b')": false, "lines/any(l: l/size gt 2 and rank eq 5)": true, "lines/all(l: l/size ne null)": false,
		"lines/all(l: l/open)": false, "not lines/all(l: l/open)": true, "lines/any(l: l/words/any())": false, "lines/all(l: l/words/all(w: w eq ''))": true,
	} {
		e, err := odata.ParseFilter(odatatest.Thing(), text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got := odata.Match(e, full); got != want {
			t.Errorf("%s: got %v, want %v", text, got, want)
		}
	}
	if !odata.Match(nil, full) {
		t.Error("no filter: got false, want true")
	}
}

// A row that breaks its schema gives no match, and no panic.
func TestWrongKindsNeverMatch(t *testing.T) {
	t.Parallel()
	wrong := odatatest.Row{"title": int64(5), "rank": "5", "part": "x", "tags": "x", "deprecated": "x", "score": math.NaN()}
	for _, text := range []string{"title eq 'x'", "not (rank ne 5) and rank gt 4", "part/label eq 'x'", "tags/any()", "deprecated", "contains(title,'5')", "score ge 0"} {
		e, err := odata.ParseFilter(odatatest.Thing(), text)
		if err != nil {
			t.Fatal(err)
		}
		if odata.Match(e, wrong) {
			t.Errorf("%s: got a match", text)
		}
	}
}

func TestCompareHasNullFirst(t *testing.T) {
	t.Parallel()
	keys, err := odata.ParseOrderBy(odatatest.Thing(), "score, part/label desc")
	if err != nil {
		t.Fatal(err)
	}
	// In the order that the keys ask for.
	rows := []odatatest.Row{
		{"part": odatatest.Row{"label": "b"}},
		{"part": odatatest.Row{"label": "a"}},
		{},
		{"score": -1.0},
		{"score": 0.5, "part": odatatest.Row{"label": "é"}},
		{"score": 0.5, "part": odatatest.Row{"label": "a"}},
	}
	for i, a := range rows {
		for j, b := range rows {
			got := odata.Compare(keys, a, b)
			if (got < 0) != (i < j) || (got == 0) != (i == j) {
				t.Errorf("rows %d and %d: got %d", i, j, got)
			}
		}
	}
}

func TestEffort(t *testing.T) {
	t.Parallel()
	many := make(odata.Values, 1000)
	for i := range many {
		many[i] = odata.Text("x")
	}
	schema := &odata.Schema{Name: "thing", Properties: []odata.Property{{Name: "tags", Type: odata.String, Collection: true}}}
	e, err := odata.ParseFilter(schema, "tags/any(t: t eq 'a' or t eq 'b' or contains(t,'c'))")
	if err != nil {
		t.Fatal(err)
	}
	row := tagged{many}
	left := odata.Effort(10_000)
	for i := range 2 {
		if matches, ok := left.Match(e, row); matches || !ok {
			t.Errorf("row %d: got %t, %t with %d left", i, matches, ok, left)
		}
	}
	if _, ok := left.Match(e, row); ok || left < -10 {
		t.Errorf("the effort is spent: got %t with %d left", ok, left)
	}
	if _, ok := left.Match(e, row); ok {
		t.Error("what is spent stays spent")
	}
	if matches, ok := left.Match(nil, row); !matches || !ok {
		t.Error("no filter asks nothing")
	}
}

// tagged is a row with a collection of texts.
type tagged struct{ tags odata.Values }

// Value implements odata.Row.
func (r tagged) Value(string) odata.Value { return odata.Many(r.tags) }
