// SPDX-License-Identifier: Apache-2.0

package controls_test

import (
	"testing"

	"securescore/controls"
	"securescore/internal/assess"
	"securescore/internal/catalog"
	"securescore/internal/entity"
)

// atLeast is how many controls the product promises.
const atLeast = 110

func load(t *testing.T) *catalog.Catalog {
	t.Helper()
	c, err := catalog.Load(entity.Standard(), catalog.Layer{Name: "built-in", Files: controls.Files})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// Every case of every control goes the whole way from raw evidence to an
// assessment and must come out as it says. Each control has at least one case
// that passes, one that fails and one that is unknown (design 5).
func TestCases(t *testing.T) {
	t.Parallel()
	c := load(t)
	results, err := assess.RunCases(c)
	if err != nil {
		t.Fatal(err)
	}
	seen := make(map[string]map[catalog.Expect]int)
	for _, r := range results {
		id := string(r.Control)
		if seen[id] == nil {
			seen[id] = make(map[catalog.Expect]int)
		}
		seen[id][r.Want]++
		if r.Got != r.Want {
			t.Errorf("%s: case %q: got %s (%s), want %s", id, r.Case, r.Got, r.Reason, r.Want)
		}
	}
	for _, control := range c.Controls {
		for _, want := range []catalog.Expect{catalog.ExpectPass, catalog.ExpectFail, catalog.ExpectUnknown} {
			if seen[string(control.ID)][want] == 0 {
				t.Errorf("%s: no case expects %s", control.ID, want)
			}
		}
	}
	if len(c.Controls) < atLeast {
		t.Errorf("got %d controls, want at least %d", len(c.Controls), atLeast)
	}
	t.Logf("%d controls, %d cases", len(c.Controls), len(results))
}
