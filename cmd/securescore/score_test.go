// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"securescore/internal/access"
	"securescore/internal/assess"
	"securescore/internal/audit"
	"securescore/internal/posture"
	"securescore/internal/store"
	"securescore/internal/store/sqlite"
)

// inStore opens a data folder that a console works on.
func (c console) inStore(t *testing.T, folder string, fn func(context.Context, store.Store) error) {
	t.Helper()
	s, err := sqlite.Open(t.Context(), sqlite.Config{Folder: folder, Now: func() time.Time { return c.now }})
	if err != nil {
		t.Fatal(err)
	}
	if err := fn(t.Context(), s); err != nil {
		t.Error(err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

func reportOf(t *testing.T, r result) assess.ScoreReport {
	t.Helper()
	var report assess.ScoreReport
	if err := json.Unmarshal([]byte(r.out), &report); err != nil {
		t.Fatalf("%v in %s%s", err, r.out, r.err)
	}
	return report
}

// The stored score is that of the ledger, also after a decision, and its parts
// add up to it.
func TestScoreIsThatOfTheLedger(t *testing.T) {
	t.Parallel()
	c, folder := kept(t)
	if r := c.run(t, "score", "--data", folder); r.code != exitDone || !strings.Contains(r.out, "No evidence yet") || !strings.Contains(r.out, "Score") {
		t.Errorf("without evidence: got %d, %s%s", r.code, r.out, r.err)
	}
	if r := c.run(t, "import", "scubagear", exportOf(t, ours, "2026-05-04T12:00:00Z", "true"), "--data", folder); r.code != exitDone {
		t.Fatal(r.err)
	}
	c.inStore(t, folder, func(ctx context.Context, s store.Store) error {
		catalogue, err := builtIn()
		if err != nil {
			return err
		}
		found, err := s.Across().Tenants.Default(ctx)
		if err != nil {
			return err
		}
		a := assess.NewAssessor(s, catalogue, func() time.Time { return c.now })
		_, err = a.PatchStatus(ctx, found.ID, access.Operator("test", access.ViaCommandLine), "aad_third_party_apps",
			assess.StatusChange{Status: new(posture.ThirdParty)})
		return err
	})
	all := reportOf(t, c.run(t, "score", "--format", "json", "--data", folder))
	verified := c.run(t, "verify", "--data", folder).out
	if want := all.Score.Earned.String() + " of " + all.Score.Max.String() + " points"; all.Score.Credited == 0 || !strings.Contains(verified, want) {
		t.Errorf("the score is %s with %s credited, the ledger says %s", want, all.Score.Credited, verified)
	}
	var earned, most posture.Points
	for _, part := range all.Categories {
		earned, most = earned+part.Earned, most+part.Max
		one := reportOf(t, c.run(t, "score", "--format", "json", "--category", part.Name, "--data", folder))
		if one.Score.Earned != part.Earned || one.Score.Max != part.Max || len(one.Categories) != 1 {
			t.Errorf("%s alone: got %+v, want %+v", part.Name, one.Score, part.ReportScore)
		}
	}
	if earned != all.Score.Earned || most != all.Score.Max {
		t.Errorf("the categories come to %s of %s, want %s of %s", earned, most, all.Score.Earned, all.Score.Max)
	}
	table := c.run(t, "score", "--tenant", "contoso", "--category", "Identity", "--data", folder)
	if table.code != exitDone || !strings.Contains(table.out, "Identity") || !strings.Contains(table.out, "Microsoft Entra ID") || strings.Contains(table.out, "Apps") {
		t.Errorf("as a table: got %d, %s%s", table.code, table.out, table.err)
	}
	for _, wrong := range [][]string{{"--category", "People"}, {"--format", "csv"}} {
		if r := c.run(t, append([]string{"score", "--data", folder}, wrong...)...); r.code != exitUsage || !strings.Contains(r.err, wrong[0]) {
			t.Errorf("%v: got %d, %s", wrong, r.code, r.err)
		}
	}
}

// What the command line changes stands in the logs, once.
func TestTenantSettings(t *testing.T) {
	t.Parallel()
	c, folder := kept(t)
	c.variables = map[string]string{"USER": "ida"}
	for _, days := range []string{"30", "30", "45"} {
		if r := c.run(t, "tenant", "set", "--decision-days", days, "--tenant", "contoso", "--data", folder); r.code != exitDone {
			t.Fatalf("%s days: got %d, %s", days, r.code, r.err)
		}
	}
	for _, wrong := range [][]string{{}, {"--decision-days", "0"}, {"--decision-days", "366"}} {
		if r := c.run(t, append([]string{"tenant", "set", "--data", folder}, wrong...)...); r.code != exitUsage || !strings.Contains(r.err, "--decision-days") {
			t.Errorf("%v: got %d, %s", wrong, r.code, r.err)
		}
	}
	c.inStore(t, folder, func(ctx context.Context, s store.Store) error {
		found, err := s.Across().Tenants.Default(ctx)
		if err != nil {
			return err
		}
		if found.DecisionDays != 45 {
			t.Errorf("decisions hold %d days, want 45", found.DecisionDays)
		}
		err = s.Across().Registry.View(ctx, func(ctx context.Context, r *store.Registry) error {
			added, err := r.Audit.Entries(ctx, audit.Installation, 0, 10)
			if len(added) != 1 || added[0].Event != audit.TenantAdded || added[0].Actor != access.OperatorActor || added[0].Target != string(found.ID) ||
				added[0].Details.After != `{"name":"contoso"}` {
				t.Errorf("the installation's log says %+v", added)
			}
			return err
		})
		if err != nil {
			return err
		}
		return s.View(ctx, found.ID, func(ctx context.Context, r *store.Reader) error {
			set, err := r.Audit.Entries(ctx, found.ID, 0, 10)
			if len(set) != 2 || set[1].Event != audit.TenantChanged || set[1].Details.Name != "ida" ||
				set[1].Details.Before != `{"decisionDays":30}` || set[1].Details.After != `{"decisionDays":45}` {
				t.Errorf("the tenant's log says %+v", set)
			}
			return err
		})
	})
}
