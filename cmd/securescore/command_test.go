// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"securescore/internal/assess"
)

// console runs command lines with surroundings of its own.
type console struct {
	variables map[string]string
	now       time.Time
}

type result struct {
	code     int
	out, err string
}

func (c console) run(t *testing.T, args ...string) result {
	t.Helper()
	var out, errs bytes.Buffer
	e := &env{
		in: strings.NewReader(""), out: &out, err: &errs,
		lookup: func(name string) (string, bool) { v, ok := c.variables[name]; return v, ok },
		now:    func() time.Time { return c.now },
	}
	code := run(t.Context(), e, args)
	return result{code, out.String(), errs.String()}
}

// export writes a small ScubaGear export: one setting that fails, and nothing
// else.
func export(t *testing.T, allowed string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "ProviderSettingsExport.json")
	text := `{"module_version":"1.8.0","timestamp_zulu":"2026-05-04T17:15:48Z","tenant_details":[{"TenantId":"11111111-2222-4333-8444-555555555555","DisplayName":"Con\u202etoso","DomainName":"contoso.example"}],
"authorization_policies":[{"Id":"authorizationPolicy","DisplayName":"Authorization Policy","DefaultUserRolePermissions":{"AllowedToCreateApps":` + allowed + `}}]}`
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestExitCodes(t *testing.T) {
	t.Parallel()
	file := export(t, "true")
	broken := filepath.Join(t.TempDir(), "broken.json")
	if err := os.WriteFile(broken, []byte(`{"module_version":"1.8.0","authorization_policies":[{`), 0o600); err != nil {
		t.Fatal(err)
	}
	cases := []struct {
		name string
		args []string
		code int
		err  string
	}{
		{"done", []string{"assess", file}, exitDone, ""},
		{"a score of exactly zero is not below zero", []string{"assess", file, "--fail-under", "0"}, exitDone, ""},
		{"below", []string{"assess", file, "--fail-under", "0.000001"}, exitBelow, "is below 0.00 %"},
		{"coverage below", []string{"assess", file, "--min-coverage", "99"}, exitBelow, "the coverage of"},
		{"no path", []string{"assess"}, exitUsage, "wants at least one PATH"},
		{"not a percentage", []string{"assess", file, "--fail-under", "many"}, exitUsage, "--fail-under"},
		{"two faults at once", []string{"assess", file, "--format", "xml", "--entities", "-1"}, exitUsage, "--entities -1"},
		{"no such flag", []string{"assess", file, "--colour"}, exitUsage, "unknown flag: --colour"},
		{"no such command", []string{"asses"}, exitUsage, "did you mean assess?"},
		{"no such control", []string{"assess", file, "--explain", "AAD_third_party_apps"}, exitUsage, "did you mean aad_third_party_apps?"},
		{"no such file", []string{"assess", file + ".old"}, exitFailed, "not found; check the path"},
		{"a folder", []string{"assess", filepath.Dir(file)}, exitFailed, "is a directory"},
		{"cut short", []string{"assess", broken}, exitFailed, "broken.json"},
		{"show what is not there", []string{"catalog", "show", "nothing"}, exitFailed, "not found"},
		{"check what is not there", []string{"catalog", "check", "/nowhere"}, exitUsage, "/nowhere"},
		{"help", []string{"help"}, exitDone, ""},
		{"version", []string{"version"}, exitDone, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := console{}.run(t, c.args...)
			if got.code != c.code || !strings.Contains(got.err, c.err) || (c.err == "") != (got.err == "") {
				t.Errorf("got %d, standard error %q; want %d with %q", got.code, got.err, c.code, c.err)
			}
		})
	}
}

func TestAssessAsJSON(t *testing.T) {
	t.Parallel()
	got := console{}.run(t, "assess", export(t, "true"), "--format", "json")
	var r assess.Report
	if err := json.Unmarshal([]byte(got.out), &r); err != nil {
		t.Fatalf("%v in %s", err, got.out)
	}
	if r.Tenant.ID != "11111111-2222-4333-8444-555555555555" || r.EvaluatedAt.Format(time.DateOnly) != "2026-05-04" || r.Score.Coverage == nil {
		t.Errorf("got %+v, %s", r.Tenant, r.EvaluatedAt)
	}
	for _, c := range r.Controls {
		if c.ID != "aad_third_party_apps" {
			continue
		}
		if c.State != "assessed" || c.Fail != 1 || len(c.Entities) != 1 || c.Entities[0].Values["allowedToCreateApps"] != true {
			t.Errorf("got %+v, want one policy that allows it", c)
		}
	}
}

// Names are hostile: what would turn the line round is shown, not obeyed.
func TestNamesCannotChangeTheTerminal(t *testing.T) {
	t.Parallel()
	got := console{}.run(t, "assess", export(t, "false"))
	if strings.ContainsRune(got.out, '\u202e') || !strings.Contains(got.out, `Con\u202etoso`) {
		t.Errorf("got %q", got.out[:80])
	}
}

// A value comes from the flag, else from the variable, else from the file.
func TestPrecedence(t *testing.T) {
	t.Parallel()
	file := export(t, "true")
	config := filepath.Join(t.TempDir(), "securescore.yaml")
	if err := os.WriteFile(config, []byte("format: csv\nentities: 5\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	fromFile := console{}.run(t, "assess", file, "--config", config)
	if !strings.HasPrefix(fromFile.out, "id,title,") {
		t.Errorf("file: got %.40q (%s), want CSV", fromFile.out, fromFile.err)
	}
	both := console{variables: map[string]string{"SECURESCORE_FORMAT": "json", "SECURESCORE_CONFIG": config}}
	if got := both.run(t, "assess", file); !strings.HasPrefix(got.out, "{") {
		t.Errorf("variable over file: got %.40q, want JSON", got.out)
	}
	if got := both.run(t, "assess", file, "--format", "table"); !strings.Contains(got.out, "POINTS") {
		t.Errorf("flag over variable: got %.40q, want a table", got.out)
	}
	if err := os.WriteFile(config, []byte("formt: csv\nentities: [1]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := (console{}).run(t, "assess", file, "--config", config); got.code != exitUsage || !strings.Contains(got.err, "entities: want one value") {
		t.Errorf("broken file: got %d, %s", got.code, got.err)
	}
	if err := os.WriteFile(config, []byte("formt: csv\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := (console{}).run(t, "assess", file, "--config", config); got.code != exitUsage || !strings.Contains(got.err, `there is no setting "formt"`) {
		t.Errorf("misspelt setting: got %d, %s", got.code, got.err)
	}
	bad := console{variables: map[string]string{"SECURESCORE_ENTITIES": "many"}}
	if got := bad.run(t, "assess", file); got.code != exitUsage || !strings.Contains(got.err, "SECURESCORE_ENTITIES") {
		t.Errorf("broken variable: got %d, %s", got.code, got.err)
	}
}

func TestLinesFitTheTerminal(t *testing.T) {
	t.Parallel()
	p := page{width: 10}
	p.line("0123456789")
	p.line("0123456789a")
	p.line("%s", "æøåæøåæøåæøå")
	if got, want := p.text.String(), "0123456789\n012345678…\næøåæøåæøå…\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
