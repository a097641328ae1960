// SPDX-License-Identifier: Apache-2.0

package portalapi_test

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"securescore/internal/portalapi"
	"securescore/internal/portalapi/fixture"
	"securescore/internal/score"
)

// exactly compares percentages, whose inside is nothing of a caller's.
func exactly() cmp.Option {
	return cmp.Comparer(func(a, b score.Percent) bool { return a == b })
}

func TestCategoryIsItsRowOfTheOverview(t *testing.T) {
	t.Parallel()
	c := signedIn(t)
	overview := get[portalapi.Overview](t, c, contoso+"/overview?days=10")
	actions := get[portalapi.ActionList](t, c, contoso+"/actions")
	seen := 0
	for _, row := range overview.Categories {
		v := get[portalapi.CategoryView](t, c, contoso+"/categories/"+row.Name+"?days=10")
		if diff := cmp.Diff(row, portalapi.Part{Name: string(v.Category), Score: v.Score, Coverage: v.Coverage}, exactly()); diff != "" {
			t.Errorf("%s differs from the overview (-overview +category):\n%s", row.Name, diff)
		}
		if len(v.Trend) != 10 {
			t.Errorf("%s: got %d days, want 10", row.Name, len(v.Trend))
		}
		last := v.Trend[len(v.Trend)-1].Score
		if row.Score.Maximum == 0 {
			if last != nil || v.Score.Percent != nil || len(v.Actions) > 0 {
				t.Errorf("%s counts nothing: got %+v today and %+v, want no score", row.Name, last, v.Score)
			}
			continue
		}
		if last == nil || last.Earned != row.Score.Earned || last.Maximum != row.Score.Maximum || *last.Percent != *row.Score.Percent {
			t.Errorf("%s: got %+v as the end of the trend, want %+v", row.Name, last, row.Score)
		}
		seen += len(v.Actions)
		for i := range v.Actions {
			if v.Actions[i].Category != v.Category {
				t.Errorf("%s lists %s of %s", v.Category, v.Actions[i].ID, v.Actions[i].Category)
			}
			if i > 0 && v.Actions[i].Rank != nil && (v.Actions[i-1].Rank == nil || *v.Actions[i-1].Rank > *v.Actions[i].Rank) {
				t.Errorf("%s: %s is not in the order of ranks", v.Category, v.Actions[i].ID)
			}
		}
	}
	if seen != len(actions.Actions) {
		t.Errorf("the categories list %d actions, want all %d", seen, len(actions.Actions))
	}
}

func TestCategoryGapsAreNotZero(t *testing.T) {
	t.Parallel()
	c := signedIn(t)
	v := get[portalapi.CategoryView](t, c, contoso+"/categories/Identity?from=2026-06-29&to=2026-07-06")
	for _, d := range v.Trend {
		if gap := d.Day >= "2026-06-30" && d.Day <= "2026-07-04"; gap != (d.Score == nil) {
			t.Errorf("%s: got %+v, want a gap: %v", d.Day, d.Score, gap)
		}
	}
	never := get[portalapi.CategoryView](t, c, "/api/tenants/"+string(fixture.Empty)+"/categories/Identity")
	if never.CalculatedAt != nil || never.Score.Percent != nil || never.Coverage.Percent != nil {
		t.Errorf("got %+v for an organisation that was never read, want nothing known", never)
	}
	if w := c.send(t, http.MethodGet, contoso+"/categories/Nothing", ""); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("got %d for a category that does not exist, want 422", w.Code)
	}
}
