// SPDX-License-Identifier: Apache-2.0

package catalog_test

import (
	"errors"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"securescore/controls"
	"securescore/internal/catalog"
	"securescore/internal/entity"
	"securescore/internal/posture"
)

const good = `id: xx
title: T
category: Identity
product: P
points: "5"
threats: [t]
description: d
userImpactText: d
usersAffected: d
steps: [s]
check: {entity: authorizationPolicy, pass: "!authorizationPolicy.allowedToCreateApps"}
cases:
  - {name: a, expect: pass, evidence: {}}
  - {name: b, expect: fail, evidence: {}}
  - {name: c, expect: unknown, evidence: {}}
`

func load(files map[string]string, custom bool) (*catalog.Catalog, error) {
	fsys := fstest.MapFS{}
	for name, text := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return catalog.Load(entity.Standard(), catalog.Layer{Name: "test", Files: fsys, Custom: custom})
}

func TestLoad(t *testing.T) {
	t.Parallel()
	c, err := load(map[string]string{"entra/xx.yaml": good, "README.md": "no control"}, false)
	if err != nil {
		t.Fatal(err)
	}
	k, ok := c.Control("xx")
	if !ok || k.Max != 500 || k.Program == nil || k.Check.Require != catalog.All || len(k.Check.Show) != 1 {
		t.Errorf("got %+v", k)
	}
}

// Each fault says where it is and what to do.
func TestFaults(t *testing.T) {
	t.Parallel()
	change := func(from, to string) string { return strings.Replace(good, from, to, 1) }
	cases := []struct{ name, text, want string }{
		{"a misspelt field", change("title:", "tittle:"), `xx.yaml:2: there is no field "tittle" here; check its spelling`},
		{"a field twice", good + "title: U\n", `xx.yaml:16: mapping key "title" already defined at line 2`},
		{"no YAML", "id: [", "xx.yaml:2: did not find expected node content"},
		{"empty", "", "xx.yaml: no documents in stream"},
		{"id and file differ", change("id: xx", "id: yy"), `xx.yaml:1: id: is "yy"; the file must be named yy.yaml`},
		{"an unknown category", change("Identity", "Identities"), `xx.yaml:3: category: is "Identities"; want one of Identity, Data, Device, Apps, Infrastructure`},
		{"design 3.1: too many points", change(`"5"`, `"10.01"`), "xx.yaml:5: points: is 10.01; want more than 0 and at most 10"},
		{"design 3.1: no points at all", change(`points: "5"`, "tier: core"), "xx.yaml:1: points: want either points, where a value is published, or weight"},
		{"a weight out of range", change(`points: "5"`, "weight: {impact: 4, exposure: 1, breadth: 0}"), "xx.yaml:5: weight.impact: is 4; want 1, 2 or 3\nxx.yaml:5: weight.breadth: is 0; want 1, 2 or 3"},
		{"points of a control that is not scored", change(`points: "5"`, "scoring: notScored\npoints: \"5\""), "xx.yaml:6: points: a control that is not scored is worth nothing; leave points and weight out"},
		{"a misspelt attribute in the rule", change("allowedToCreateApps", "allowedToCreateApp"), `xx.yaml:11: check.pass: column 22: authorizationPolicy has no field allowedToCreateApp; did you mean authorizationPolicy.allowedToCreateApps?`},
		{"an entity that does not exist", change("entity: authorizationPolicy", "entity: policy"), `xx.yaml:11: check.entity: there is no entity "policy"`},
		{"a column that does not exist", change("check: {", "check: {show: [name], "), `xx.yaml:11: check.show.0: authorizationPolicy has no field "name"`},
		{"proportional with any", change("check: {", "scoring: proportional\ncheck: {require: any, "), "xx.yaml:11: scoring: proportional goes with require: all only"},
		{"count without bounds", change("check: {", "check: {require: count, "), "xx.yaml:11: check.min: want 0 <= min <= max, and at least one of them above 0"},
		{"no failing case", change("expect: fail", "expect: pass"), "xx.yaml:12: cases: there is no case that expects fail"},
		{"a link that is not https", change("steps:", "manage: http://x.example\nsteps:"), `xx.yaml:10: manage: is "http://x.example"; want an address that begins with https://`},
		{"a broken SCuBA id", change("steps:", "references: {scuba: [MS.AAD.3.1v1]}\nsteps:"), `xx.yaml:10: references.scuba.0: is "MS.AAD.3.1v1"; want the form MS.AAD.3.1`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := load(map[string]string{"xx.yaml": c.text}, false)
			if !errors.Is(err, posture.ErrInvalid) || !strings.HasPrefix(err.Error(), c.want) {
				t.Errorf("got:\n%v\nwant:\n%s", err, c.want)
			}
		})
	}
}

func TestEveryFaultOfEveryFile(t *testing.T) {
	t.Parallel()
	_, err := load(map[string]string{
		"a/xx.yaml": strings.Replace(good, "title: T", "title: ''", 1), "b/xx.yaml": good, "c/xy.yaml": "id: xy\n",
	}, false)
	if _, ok := errors.AsType[*catalog.FaultsError](err); !ok {
		t.Fatalf("got %v, want faults", err)
	}
	text := err.Error()
	for _, want := range []string{"a/xx.yaml:2: title: is missing", "b/xx.yaml:1: id: xx is already in a/xx.yaml", "c/xy.yaml:1: category", "c/xy.yaml:1: check.entity"} {
		if !strings.Contains(text, want) {
			t.Errorf("got:\n%s\nwant it to contain %q", text, want)
		}
	}
}

func TestCustomControls(t *testing.T) {
	t.Parallel()
	text, _, _ := strings.Cut(strings.Replace(good, `"5"`, `"30"`, 1), "cases:")
	c, err := load(map[string]string{"xx.yaml": text}, true)
	if err != nil {
		t.Fatal(err)
	}
	if c.Controls[0].Max != 3000 {
		t.Errorf("got %s points, want 30.00", c.Controls[0].Max)
	}
}

// Design 5.4: the version follows every byte of every file.
func TestVersion(t *testing.T) {
	t.Parallel()
	versions := make(map[string]string)
	for name, text := range map[string]string{"as it is": good, "a comment more": good + "# x\n", "another word": strings.Replace(good, "title: T", "title: U", 1)} {
		c, err := load(map[string]string{"xx.yaml": text}, false)
		if err != nil {
			t.Fatal(err)
		}
		if other, twice := versions[c.Version]; twice {
			t.Errorf("%s and %s have one version", name, other)
		}
		versions[c.Version] = name
	}
}

// A lean load gives the same controls, and the same version, without cases.
// What follows the cases in a file would be lost: nothing may.
func TestLean(t *testing.T) {
	t.Parallel()
	schema := entity.Standard()
	layer := catalog.Layer{Name: "built-in", Files: controls.Files}
	full, err := catalog.Load(schema, layer)
	if err != nil {
		t.Fatal(err)
	}
	layer.Lean = true
	lean, err := catalog.Load(schema, layer)
	if err != nil {
		t.Fatal(err)
	}
	if lean.Version != full.Version || len(lean.Controls) != len(full.Controls) {
		t.Fatalf("got %d controls of version %s, want %d of %s", len(lean.Controls), lean.Version, len(full.Controls), full.Version)
	}
	ignore := cmp.FilterPath(func(p cmp.Path) bool { return p.Last().String() == ".Program" || p.Last().String() == ".Cases" }, cmp.Ignore())
	for i := range full.Controls {
		if diff := cmp.Diff(full.Controls[i], lean.Controls[i], ignore); diff != "" {
			t.Errorf("%s (-full +lean):\n%s", full.Controls[i].ID, diff)
		}
	}
}

func FuzzLoad(f *testing.F) {
	f.Add(good)
	f.Add("id: [")
	f.Add("a: &a [*a]\n")
	f.Fuzz(func(t *testing.T, text string) {
		c, err := load(map[string]string{"xx.yaml": text}, true)
		if (err == nil) == (c == nil) {
			t.Errorf("got %v and %v", c, err)
		}
	})
}

// BenchmarkLoadBuiltIn is what a process pays for the catalogue at its start.
func BenchmarkLoadBuiltIn(b *testing.B) {
	schema := entity.Standard()
	n := 0
	start := cpu(b)
	for b.Loop() {
		c, err := catalog.Load(schema, catalog.Layer{Name: "built-in", Files: controls.Files, Lean: true})
		if err != nil {
			b.Fatal(err)
		}
		n = len(c.Controls)
	}
	b.ReportMetric(float64((cpu(b)-start).Microseconds())/float64(b.N)/float64(n), "cpu-us/control")
}

// cpu is the processor time of the process, user and system.
func cpu(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
