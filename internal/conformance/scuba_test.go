// SPDX-License-Identifier: Apache-2.0

package conformance_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v4"

	"securescore/controls"
	"securescore/internal/assess"
	"securescore/internal/catalog"
	"securescore/internal/conformance"
	"securescore/internal/entity"
	"securescore/internal/source/scubagear"
	"securescore/internal/source/sourcetest"
)

var update = flag.Bool("update", false, "write docs/conformance-scuba.md anew")

// outcomes takes an export the whole way, without any decision of people.
func outcomes(t *testing.T, export string) []assess.Outcome {
	t.Helper()
	schema := entity.Standard()
	c, err := catalog.Load(schema, catalog.Layer{Name: "built-in", Files: controls.Files})
	if err != nil {
		t.Fatal(err)
	}
	e, err := scubagear.Read(export, sourcetest.Bytes(t, export))
	if err != nil {
		t.Fatal(err)
	}
	return assess.Score(c, e, assess.InForce(schema, nil, e.At)).Outcomes
}

func verdicts(t *testing.T, path string) []conformance.Verdict {
	t.Helper()
	list, err := conformance.ReadVerdicts(path, sourcetest.Bytes(t, path))
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestScuba(t *testing.T) {
	t.Parallel()
	list := verdicts(t, sourcetest.Shared(t, "scubagear/TestResults.json"))
	sameStatuses(t, list, sourcetest.Bytes(t, sourcetest.Shared(t, "scubagear/ScubaResults.json")))
	rows := conformance.Compare(list, outcomes(t, sourcetest.Shared(t, "scubagear/ProviderSettingsExport.json")))
	var reasons conformance.Reasons
	if err := yaml.Load(sourcetest.Bytes(t, "scuba.yaml"), &reasons, yaml.WithKnownFields()); err != nil {
		t.Fatal(err)
	}
	for _, err := range conformance.Explain(rows, reasons) {
		t.Error(err)
	}
	page := filepath.Join("..", "..", "docs", "conformance-scuba.md")
	text := conformance.Document(rows, "ScubaGear 1.8.0, its sample export of 4 May 2026")
	if *update {
		if err := os.WriteFile(page, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(string(sourcetest.Bytes(t, page)), text); diff != "" {
		t.Errorf("%s is not current, run this test with -update (-file +now):\n%s", page, diff)
	}
}

// sameStatuses checks the verdicts against the report that ScubaGear made of
// them, so that a stale pair of files is noticed.
func sameStatuses(t *testing.T, list []conformance.Verdict, report []byte) {
	t.Helper()
	var r struct {
		Results map[string][]struct {
			Controls []struct {
				ID     string `json:"Control ID"`
				Result string `json:"Result"`
			} `json:"Controls"`
		} `json:"Results"`
	}
	if err := json.Unmarshal(bytes.TrimPrefix(report, []byte("\xef\xbb\xbf")), &r); err != nil {
		t.Fatal(err)
	}
	status := make(map[string]string)
	for _, groups := range r.Results {
		for _, g := range groups {
			for _, c := range g.Controls {
				status[c.ID[:len(c.ID)-2]] = c.Result
			}
		}
	}
	for _, v := range list {
		switch s := status[v.Policy]; {
		case s == "": // ScubaGear also judges policies that its report leaves out
		case (s == "Pass") != v.Met:
			t.Errorf("%s: the report says %s, the verdict %v", v.Policy, s, v.Met)
		}
	}
}

// SECURESCORE_SCUBA names a folder with pairs of files x-ProviderSettingsExport.json
// and x-TestResults.json of other exports. Their differences are only shown.
func TestOtherExports(t *testing.T) {
	t.Parallel()
	dir := os.Getenv("SECURESCORE_SCUBA")
	if dir == "" {
		t.Skip("did not run: SECURESCORE_SCUBA names no folder with other exports")
	}
	exports, err := filepath.Glob(filepath.Join(dir, "*ProviderSettingsExport.json"))
	if err != nil || len(exports) == 0 {
		t.Fatalf("no exports in %s: %v", dir, err)
	}
	for _, export := range exports {
		results := export[:len(export)-len("ProviderSettingsExport.json")] + "TestResults.json"
		rows := conformance.Compare(verdicts(t, results), outcomes(t, export))
		agree, differ := 0, 0
		for i := range rows {
			if r := &rows[i]; r.Incomparable == "" && r.Ours != "" {
				if r.Agrees() {
					agree++
					continue
				}
				differ++
				t.Logf("%s: %s: met %v, ours %s: %s (%v)", filepath.Base(export), r.Policy, r.Met, r.Ours, r.Because, r.Controls)
			}
		}
		t.Logf("%s: %d agree, %d differ", filepath.Base(export), agree, differ)
	}
}
