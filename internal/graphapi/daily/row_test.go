// SPDX-License-Identifier: Apache-2.0

package daily_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"securescore/internal/graphapi/daily"
	"securescore/internal/odata"
	"securescore/internal/store"
)

func matches(t *testing.T, r odata.Row, filter string) bool {
	t.Helper()
	e, err := odata.ParseFilter(daily.Schema(), filter)
	if err != nil {
		t.Fatalf("%s: %v", filter, err)
	}
	return odata.Match(e, r)
}

// literal writes a value as a filter has it.
func literal(p *odata.Property, value any) string {
	switch v := value.(type) {
	case nil:
		return "null"
	case string:
		if p.Type == odata.DateTimeOffset {
			return v
		}
		return "'" + strings.ReplaceAll(v, "'", "''") + "'"
	}
	return fmt.Sprint(value)
}

// What a filter sees is what is written, property by property.
func TestRowsAreWhatIsWritten(t *testing.T) {
	t.Parallel()
	st := newStage(t, catalogue(t))
	populate(t, st)
	v := st.open(t)
	schema := daily.Schema()
	controls := schema.Property("controlScores").Of
	for i := range v.Len() {
		s := day(t, v, i)
		var written map[string]any
		if err := json.Unmarshal(s.AppendJSON(nil, nil), &written); err != nil {
			t.Fatal(err)
		}
		for name, value := range written {
			p := schema.Property(name)
			if p == nil {
				t.Fatalf("%s is written and not in the schema", name)
			}
			if p.Of == nil && !p.Collection && !matches(t, s, name+" eq "+literal(p, value)) {
				t.Errorf("%s: no filter finds %s %v", s.ID(), name, value)
			}
		}
		list, _ := written["controlScores"].([]any)
		for _, one := range list {
			control, _ := one.(map[string]any)
			terms := make([]string, len(controls.Properties))
			for k := range controls.Properties {
				p := &controls.Properties[k]
				terms[k] = "c/" + p.Name + " eq " + literal(p, control[p.Name]) // null where it is not written
				delete(control, p.Name)
			}
			if filter := "controlScores/any(c:" + strings.Join(terms, " and ") + ")"; !matches(t, s, filter) {
				t.Errorf("%s: no filter finds %s", s.ID(), filter)
			}
			if len(control) > 0 {
				t.Errorf("%v are written and not in the schema", control)
			}
		}
	}
	names := make([]string, len(schema.Properties))
	for i := range names {
		names[i] = schema.Properties[i].Name
	}
	if !slices.Equal(names, daily.Properties()) {
		t.Errorf("the schema has %v, written are %v", names, daily.Properties())
	}
}

func TestFilters(t *testing.T) {
	t.Parallel()
	st := newStage(t, catalogue(t))
	populate(t, st)
	st.update(t, func(ctx context.Context, w *store.Writer) error { return w.Tenant.Bind(ctx, tenant, entra) })
	v := st.open(t)
	for text, want := range map[string][]int{
		"currentScore eq 32.33":                                                   {2},
		"createdDateTime ge 2026-01-02T00:00:00Z":                                 {0, 1},
		"controlScores/any(c:c/controlName eq 'setting' and c/score eq 10)":       {2},
		"controlScores/all(c:c/scoreInPercentage gt 0)":                           nil,
		"enabledServices/any(s:s eq 'HasEXOP2') and activeUserCount eq 20":        {0, 1, 2},
		"controlScores/any(c:c/controlState eq 'Ignored')":                        {2},
		"vendorInformation/provider eq 'SecureScore' and currentScore lt 30":      {0, 1},
		"controlScores/any(c:c/controlName eq 'counted' and c/count eq '20')":     {0, 1},
		"averageComparativeScores/any(a:a/basis eq 'AllTenants')":                 nil,
		"controlScores/any(c:c/IsEnforced eq 'false') and licensedUserCount gt 0": {0, 1, 2},
	} {
		var got []int
		err := v.Each(t.Context(), 0, v.Len(), func(i int, s *daily.Score) error {
			if matches(t, s, text) {
				got = append(got, i)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s finds days %v, want %v", text, got, want)
		}
	}
}
