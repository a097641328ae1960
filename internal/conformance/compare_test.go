// SPDX-License-Identifier: Apache-2.0

package conformance_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"securescore/internal/assess"
	"securescore/internal/catalog"
	"securescore/internal/conformance"
	"securescore/internal/entity"
	"securescore/internal/posture"
	"securescore/internal/source/sourcetest"
)

func TestReadVerdicts(t *testing.T) {
	t.Parallel()
	text := `[
		{"PolicyId":"MS.AAD.3.10v1","Criticality":"Shall","RequirementMet":true,"ReportDetails":"Requirement met"},
		{"PolicyId":"MS.AAD.3.2v2","Criticality":"Should","RequirementMet":false,"ReportDetails":"Requirement not met"},
		{"PolicyId":"MS.AAD.4.1v1","Criticality":"Shall/Not-Implemented","RequirementMet":false,"ReportDetails":""},
		{"PolicyId":"MS.SHAREPOINT.3.1v1","Criticality":"Shall","RequirementMet":true,"ReportDetails":"This policy is only applicable if X."},
		{"PolicyId":"MS.TEAMS.2.2v2","Criticality":"Shall","RequirementMet":true,"ReportDetails":"This policy is not applicable to X."},
		{"PolicyId":"MS.DEFENDER.4.5v1","Criticality":"Should/3rd Party","RequirementMet":false,"ReportDetails":""}
	]`
	list, err := conformance.ReadVerdicts("v.json", []byte("\xef\xbb\xbf"+text))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, v := range list {
		got = append(got, v.Policy+" "+map[bool]string{true: "met", false: "not met"}[v.Met]+" "+map[bool]string{true: "yes", false: "no"}[v.Incomparable == ""])
	}
	want := []string{
		"MS.AAD.3.2 not met yes", "MS.AAD.3.10 met yes", "MS.AAD.4.1 not met no",
		"MS.DEFENDER.4.5 not met no", "MS.SHAREPOINT.3.1 met no", "MS.TEAMS.2.2 met no",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, bad := range []string{
		`{`, `[{"PolicyId":7}]`, `[{"PolicyId":"AAD.1"}]`,
		`[{"PolicyId":"MS.AAD.1.1v1"},{"PolicyId":"MS.AAD.1.1v2"}]`,
	} {
		if _, err := conformance.ReadVerdicts("v.json", []byte(bad)); err == nil {
			t.Errorf("%s: got no error", bad)
		}
	}
	_, err = conformance.ReadVerdicts("v.json", []byte(`[{"PolicyId":7}]`))
	sourcetest.Clear(t, err, "v.json")
}

// scored evaluates two controls that answer one policy, by two settings of the
// directory.
func scored(t *testing.T, raw string) []assess.Outcome {
	t.Helper()
	const head = "title: T\ncategory: Identity\nproduct: P\npoints: \"5\"\nthreats: [t]\ndescription: d\nuserImpactText: d\nusersAffected: d\nsteps: [s]\n" +
		"references: {scuba: [MS.AAD.1.1]}\n"
	files := fstest.MapFS{
		"a_apps.yaml":    {Data: []byte("id: a_apps\n" + head + "check: {entity: setting, pass: setting.one}\n")},
		"b_tenants.yaml": {Data: []byte("id: b_tenants\n" + head + "check: {entity: setting, pass: setting.two}\n")},
	}
	schema, err := entity.NewSchema(entity.Product{Kinds: []entity.KindSpec{{
		Kind: "setting", Singular: "setting", Plural: "settings", DataSet: "settings",
		Fields: []entity.Field{{Name: "one", Type: entity.Bool, From: "one"}, {Name: "two", Type: entity.Bool, From: "two"}},
	}}})
	if err != nil {
		t.Fatal(err)
	}
	c, err := catalog.Load(schema, catalog.Layer{Name: "test", Files: files, Custom: true})
	if err != nil {
		t.Fatal(err)
	}
	e := &posture.Evidence{}
	if raw != "" {
		set := &posture.DataSet{Name: "settings"}
		if raw != "none" {
			set.Objects = []posture.Object{{Key: "0", Raw: []byte(raw)}}
		}
		e.Add(set)
	}
	return assess.Score(c, e, assess.InForce(schema, nil, e.At)).Outcomes
}

func TestCompare(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		raw  string
		want conformance.Answer
	}{
		"both hold":                {`{"one":true,"two":true}`, conformance.Met},
		"one does not hold":        {`{"one":true,"two":false}`, conformance.NotMet},
		"one is not known":         {`{"one":true}`, conformance.Open},
		"one fails, one not known": {`{"one":false}`, conformance.NotMet},
		"nothing was read":         {"", conformance.Open},
		"nothing to look at":       {"none", conformance.NotApplicable},
	} {
		rows := conformance.Compare([]conformance.Verdict{{Policy: "MS.AAD.1.1", Met: true}, {Policy: "MS.AAD.1.2"}}, scored(t, test.raw))
		r := rows[0]
		if r.Ours != test.want || r.Agrees() != (test.want == conformance.Met) || len(r.Controls) != 2 || (r.Because == "") != (test.want == conformance.Met) {
			t.Errorf("%s: got %+v, want %s", name, r, test.want)
		}
		if rows[1].Ours != "" || len(rows[1].Controls) != 0 {
			t.Errorf("%s: a policy without control got %+v", name, rows[1])
		}
	}
	strict := scored(t, `{"one":true,"two":true}`)
	for _, test := range []struct {
		outcome posture.Outcome
		want    conformance.Answer
	}{{posture.Fail, conformance.NotMet}, {posture.Unknown, conformance.Open}, {posture.Pass, conformance.Met}} {
		strict[0].Assessment.Strict = test.outcome
		if got := conformance.Compare([]conformance.Verdict{{Policy: "MS.AAD.1.1"}}, strict)[0].Ours; got != test.want {
			t.Errorf("strict %s: got %s, want %s", test.outcome, got, test.want)
		}
	}
}

func TestExplain(t *testing.T) {
	t.Parallel()
	row := func(policy string, met bool, ours conformance.Answer, incomparable string) conformance.Row {
		return conformance.Row{Verdict: conformance.Verdict{Policy: policy, Met: met, Incomparable: incomparable}, Ours: ours}
	}
	rows := []conformance.Row{
		row("agree", true, conformance.Met, ""), row("differ", true, conformance.NotMet, ""), row("open", false, conformance.Open, ""),
		row("silent", true, "", ""), row("incomparable", false, "", "x"),
	}
	full := conformance.Reasons{Differs: map[string]string{"differ": "d", "open": "o"}, NoAnswer: map[string]string{"silent": "s"}}
	if errs := conformance.Explain(rows, full); len(errs) != 0 {
		t.Errorf("all is explained: got %v", errs)
	}
	text := conformance.Document(rows, "a tool")
	for _, line := range []string{
		"| verdicts of ScubaGear | 5 |", "| comparable | 4 |", "| we agree | 1 |", "| we differ, with the reason below | 2 |",
		"| differ | met | not met |  | d |", "| open | not met | not assessed |  | o |", "| silent | met | s |", "| agree | met |  |", "| incomparable | nothing |  | x |",
	} {
		if !strings.Contains(text, line+"\n") {
			t.Errorf("the page lacks %q:\n%s", line, text)
		}
	}
	if errs := conformance.Explain(rows, conformance.Reasons{}); len(errs) != 3 {
		t.Errorf("nothing is explained: got %v, want three errors", errs)
	}
	full.Differs["agree"], full.NoAnswer["incomparable"] = "a", "i"
	if errs := conformance.Explain(rows, full); len(errs) != 2 {
		t.Errorf("two reasons explain nothing: got %v, want two errors", errs)
	}
}
