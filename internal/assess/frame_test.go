// SPDX-License-Identifier: Apache-2.0

package assess_test

import (
	"strconv"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"securescore/internal/assess"
	"securescore/internal/catalog"
	"securescore/internal/entity"
	"securescore/internal/posture"
	"securescore/internal/rule"
)

// testSchema has users, policies of a product that needs a plan, and groups of
// recipients.
func testSchema(t *testing.T) *entity.Schema {
	t.Helper()
	fields := []entity.Field{{Name: "ok", Type: entity.Bool, From: "ok"}, {Name: "scoped", Type: entity.Bool, From: "in", Absent: true}}
	s, err := entity.NewSchema(entity.Product{
		Kinds: []entity.KindSpec{
			{Kind: "user", Singular: "user", Plural: "users", DataSet: "users", Fields: fields},
			{Kind: "policy", Singular: "policy", Plural: "policies", DataSet: "policies", Configuration: true, Fields: fields},
			{Kind: "group", Singular: "group", Plural: "groups", Fields: fields},
		},
		Derive: []entity.Derive{groups},
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// groups makes an aggregate table: its rows stand for people who were not read.
func groups(m *entity.Model) {
	set := m.Set("groups")
	t := m.Table("group")
	if !set.Collected() {
		t.Missing = set.Missing
		return
	}
	t.Missing, t.Aggregate = posture.Reason{}, "recipients were not read"
	for _, o := range set.Objects {
		row := t.Add(o.Key, o.Key)
		switch string(o.Raw) {
		case "true":
			t.SetBool(row, "ok", true)
		case "false":
			t.SetBool(row, "ok", false)
		}
		t.SetBool(row, "scoped", true)
	}
}

const head = `id: xx
title: T
category: Identity
product: P
points: "10"
threats: [t]
description: d
userImpactText: d
usersAffected: d
steps: [s]
`

func control(t *testing.T, schema *entity.Schema, rest string) *catalog.Control {
	t.Helper()
	files := fstest.MapFS{"xx.yaml": {Data: []byte(head + rest)}}
	c, err := catalog.Load(schema, catalog.Layer{Name: "test", Files: files, Custom: true})
	if err != nil {
		t.Fatal(err)
	}
	return c.Controls[0]
}

// evidence gives one object for each letter: p passes, f fails, u is unknown,
// o is out of scope, w has an unknown scope.
func evidence(name, letters string) *posture.Evidence {
	e := &posture.Evidence{}
	set := &posture.DataSet{Name: name}
	raw := map[rune]string{'p': `{"ok":true}`, 'f': `{"ok":false}`, 'u': `{}`, 'o': `{"ok":true,"in":false}`, 'w': `{"ok":true,"in":"?"}`}
	if name == "groups" {
		raw = map[rune]string{'p': "true", 'f': "false", 'u': "null"}
	}
	for i, letter := range letters {
		set.Objects = append(set.Objects, posture.Object{Key: strconv.Itoa(i), Raw: []byte(raw[letter])})
	}
	e.Add(set)
	return e
}

func plans(e *posture.Evidence, names string) *posture.Evidence {
	e.Add(&posture.DataSet{Name: "graph/subscribedSkus", Objects: []posture.Object{{Key: "1", Raw: []byte(`{"servicePlans":[` + names + `]}`)}}})
	return e
}

func TestStates(t *testing.T) {
	t.Parallel()
	const (
		met    = `{"servicePlanName":"PLAN","provisioningStatus":"Success"}`
		other  = `{"servicePlanName":"OTHER","provisioningStatus":"Success"}`
		needs  = "prerequisites: [PLAN]\n"
		notYet = posture.NotAssessed
	)
	user := "check: {entity: user, where: user.scoped, pass: user.ok"
	policy := "check: {entity: policy, where: policy.scoped, pass: policy.ok"
	group := "check: {entity: group, where: group.scoped, pass: group.ok}\n"
	proportional := "scoring: proportional\n"
	cases := []struct {
		name, control string
		evidence      *posture.Evidence
		state         posture.State
		held          bool
		reason        posture.ReasonCode
	}{
		{"design 3.2: all pass", user + "}", evidence("users", "ppo"), posture.Assessed, true, ""},
		{"design 3.2: one fails", user + "}", evidence("users", "ppf"), posture.Assessed, false, ""},
		{"design 3.4: one fails and one is unknown", user + "}", evidence("users", "pfu"), posture.Assessed, false, ""},
		{"design 3.4: one pass and many unknown is never a pass", user + "}", evidence("users", "puuuuuuuuu"), notYet, false, posture.NotCollected},
		{"design 3.4: an unknown where counts", user + "}", evidence("users", "pw"), notYet, false, posture.Shape},
		{"design 3.4: proportional with more than 5 % unknown", proportional + user + "}", evidence("users", "pppppppppppppppppuu"), notYet, false, posture.NotCollected},
		{"design 3.4: proportional with 5 % unknown is not full", proportional + user + "}", evidence("users", "pppppppppppppppppppu"), posture.Assessed, false, ""},
		{"design 3.5: nobody in scope", user + "}", evidence("users", "oo"), posture.NotApplicable, false, posture.NoEntity},
		{"design 3.6: no evidence", user + "}", evidence("other", ""), notYet, false, posture.NotCollected},
		{"design 3.2: having no policy fails any", policy + ", require: any}", evidence("policies", ""), posture.Assessed, false, ""},
		{"design 3.2: having no policy fails count", policy + ", require: count, min: 1}", evidence("policies", ""), posture.Assessed, false, ""},
		{"design 3.2: one is enough for any", policy + ", require: any}", evidence("policies", "fup"), posture.Assessed, true, ""},
		{"design 3.4: any with only unknown", policy + ", require: any}", evidence("policies", "fu"), notYet, false, posture.NotCollected},
		{"design 3.2: too many for count", user + ", require: count, min: 1, max: 2}", evidence("users", "pppu"), posture.Assessed, false, ""},
		{"design 3.4: count that an unknown may break", user + ", require: count, min: 1, max: 2}", evidence("users", "ppu"), notYet, false, posture.NotCollected},
		{"design 3.4: count that an unknown cannot break", user + ", require: count, min: 1, max: 3}", evidence("users", "ppu"), posture.Assessed, true, ""},
		{"design 3.7: plan met", needs + policy + "}", plans(evidence("policies", "p"), met), posture.Assessed, true, ""},
		{"design 3.7: plan absent fails whatever is set", needs + policy + "}", plans(evidence("policies", "p"), other), posture.Assessed, false, posture.Licence},
		{"design 3.7: plan absent and no policy fails", needs + policy + "}", plans(evidence("policies", ""), other), posture.Assessed, false, posture.Licence},
		{"design 3.7: plan absent and nothing could be read fails", needs + policy + "}", plans(evidence("x", ""), other), posture.Assessed, false, posture.Licence},
		{"design 3.7: plan absent but nobody to look at", needs + user + "}", plans(evidence("users", ""), other), posture.NotApplicable, false, posture.NoEntity},
		{"design 3.7: licences cannot be read", needs + policy + "}", evidence("policies", "p"), notYet, false, posture.Licence},
		{"design 3.18: groups that all pass", group, evidence("groups", "ppp"), posture.Assessed, true, ""},
		{"design 3.18: groups that all fail", group, evidence("groups", "ff"), posture.Assessed, false, ""},
		{"design 3.18: groups of unknown size that differ", proportional + group, evidence("groups", "pf"), notYet, false, posture.Undecided},
		{"design 3.18: groups that fail or are unknown", group, evidence("groups", "fu"), notYet, false, posture.NotCollected},
	}
	schema := testSchema(t)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			k := control(t, schema, c.control)
			s := assess.Score(&catalog.Catalog{Schema: schema, Controls: []*catalog.Control{k}}, c.evidence, assess.InForce(schema, nil, c.evidence.At))
			a := s.Outcomes[0].Assessment
			type got struct {
				State  posture.State
				Held   bool
				Reason posture.ReasonCode
			}
			if diff := cmp.Diff(got{c.state, c.held, c.reason}, got{a.State, a.Held, a.Reason.Code}); diff != "" {
				t.Errorf("-want +got:\n%s(%s)", diff, a.Reason)
			}
		})
	}
}

// A row that stands for a group may be nearly everybody: nobody can take it out.
func TestGroupsAreNotExempt(t *testing.T) {
	t.Parallel()
	schema := testSchema(t)
	exempted := func(_ posture.ControlID, _ posture.Kind, key string) bool { return key == "1" }
	for entityKind, want := range map[string]posture.State{
		"{entity: group, where: group.scoped, pass: group.ok}": posture.NotAssessed,
		"{entity: user, where: user.scoped, pass: user.ok}":    posture.Assessed,
	} {
		e := evidence("groups", "pf")
		e.Add(evidence("users", "pf").Set("users"))
		var s rule.Scratch
		k := control(t, schema, "scoring: proportional\ncheck: "+entityKind+"\n")
		a := assess.Evaluate(k, entity.Build(schema, e, nil), exempted, &s).Assessment
		if a.State != want || a.HeldCredited != (want == posture.Assessed) {
			t.Errorf("%s: got %s, credited %t, want %s", entityKind, a.State, a.HeldCredited, want)
		}
	}
}
