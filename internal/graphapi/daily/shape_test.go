// SPDX-License-Identifier: Apache-2.0

package daily_test

import (
	"context"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"securescore/internal/ledger"
	"securescore/internal/posture"
	"securescore/internal/store"
)

var update = flag.Bool("update", false, "write the golden files anew")

// populate writes two days of a ledger with a control of every form.
func populate(tb fataler, st *stage) {
	tb.Helper()
	var none ledger.Standing
	st.run(tb, begin())
	st.write(tb, begin(),
		change("counted", none, standing(900, 0, 1000, 18, 2, posture.ToAddress)),
		change("device", none, standing(333, 0, 1000, 1, 2, "")),
		change("few", none, standing(0, 1000, 1000, 5, 15, posture.ThirdParty)),
		change("gone\"\xff\u2028", none, standing(0, 0, 50, 1, 2, posture.RiskAccepted)),
		change("setting", none, standing(1000, 0, 1000, 1, 0, posture.Completed)),
	)
	st.write(tb, begin(), ledger.Change{Cause: ledger.FactsChanged, Actor: ledger.System, Facts: &ledger.Facts{
		Seats: 25, ActiveUsers: 20, LicensedUsers: 19, Plans: []string{"EXCHANGE_S_ENTERPRISE", "ATP_ENTERPRISE", "SOMETHING_ELSE"},
	}})
	later := begin().Add(24 * time.Hour)
	st.run(tb, later)
	st.write(tb, later,
		change("counted", standing(900, 0, 1000, 18, 2, posture.ToAddress), standing(1000, 0, 1000, 20, 0, posture.Completed)),
		change("gone\"\xff\u2028", standing(0, 0, 50, 1, 2, posture.RiskAccepted), none),
		change("setting", standing(1000, 0, 1000, 1, 0, posture.Completed), standing(0, 0, 1000, 0, 1, posture.Planned)),
	)
	st.now = begin().Add(49 * time.Hour)
}

func TestShape(t *testing.T) {
	t.Parallel()
	st := newStage(t, catalogue(t))
	populate(t, st)
	st.update(t, func(ctx context.Context, w *store.Writer) error { return w.Tenant.Bind(ctx, tenant, entra) })
	v := st.open(t)
	if v.Len() != 3 {
		t.Fatalf("got %d days, want 3", v.Len())
	}
	raw, err := v.JSON(t.Context(), []byte("["), 0, 3)
	if err != nil {
		t.Fatal(err)
	}
	var days []json.RawMessage
	if err := json.Unmarshal(append(raw, ']'), &days); err != nil {
		t.Fatalf("%v in %s", err, raw)
	}
	text, err := json.MarshalIndent(days, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join("testdata", "days.json")
	if *update {
		if err := os.WriteFile(name, append(text, '\n'), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(text)+"\n"); diff != "" {
		t.Errorf("-want +got (run with -update when the change is meant):\n%s", diff)
	}
}
