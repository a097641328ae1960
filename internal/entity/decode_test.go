// SPDX-License-Identifier: Apache-2.0

package entity_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"securescore/internal/entity"
	"securescore/internal/posture"
)

func thingSchema(t *testing.T) *entity.Schema {
	t.Helper()
	s, err := entity.NewSchema(entity.Product{Kinds: []entity.KindSpec{{
		Kind: "thing", Singular: "thing", Plural: "things", DataSet: "test/things", Names: []string{"label.text", "displayName"},
		Fields: []entity.Field{
			{Name: "on", Type: entity.Bool, From: "On"},
			{Name: "deep.on", Type: entity.Bool, From: "Deep.On"},
			{Name: "limit", Type: entity.Int, From: "Limit", Words: map[string]int64{"Unlimited": entity.Unlimited}},
			{Name: "validity", Type: entity.Int, From: "Validity", Null: int64(2147483647)},
			{Name: "age", Type: entity.Seconds, From: "Age"},
			{Name: "mode", Type: entity.String, From: "Mode", Enum: []string{"Off", "On"}},
			{Name: "until", Type: entity.Time, From: "Until", Null: entity.Never},
			{Name: "tags", Type: entity.Strings, From: "Tags", Absent: []string{}},
			{Name: "owners", Type: entity.Strings, From: "Owners[].Id"},
			{Name: "ownerCount", Type: entity.Int, From: "Owners[]"},
			{Name: "flows", Type: entity.Strings, From: "Flows", Split: ","},
			{Name: "creation", Type: entity.Bool, From: "values{name=EnableCreation}.value", Absent: true},
			{Name: "derived", Type: entity.Bool},
		},
	}}})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func readThing(t *testing.T, raw string) map[string]any {
	t.Helper()
	table := thingTable(t, raw)
	got := make(map[string]any)
	for i, f := range table.Spec.Fields {
		if v, known := table.Column(i).Value(0); known {
			got[f.Name] = v
		}
	}
	return got
}

func thingTable(t *testing.T, raw string) *entity.Table {
	t.Helper()
	e := &posture.Evidence{}
	e.Add(&posture.DataSet{Name: "test/things", Objects: []posture.Object{{Key: "1", Raw: []byte(raw)}}})
	return entity.Build(thingSchema(t), e, nil).Table("thing")
}

// Design 5.3: what null and absent mean is declared; everything else that is
// not understood is unknown.
func TestDecode(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, raw string
		want      map[string]any
	}{
		{"empty object: only declared meanings of absent", `{}`, map[string]any{"tags": []string{}, "creation": true}},
		{"null: only declared meanings of null", `{"On":null,"Validity":null,"Until":null,"Tags":null,"Deep":null,"values":null}`, map[string]any{
			"validity": int64(2147483647), "until": entity.Never,
		}},
		{"booleans, also as PowerShell's strings", `{"On":"True","Deep":{"On":false}}`, map[string]any{"on": true, "deep.on": false, "tags": []string{}, "creation": true}},
		{"a number is no boolean", `{"On":1}`, map[string]any{"tags": []string{}, "creation": true}},
		{"a list above a member is not understood", `{"Deep":[{"On":true}]}`, map[string]any{"tags": []string{}, "creation": true}},
		{"numbers, also as strings and words", `{"Limit":"Unlimited","Validity":"30"}`, map[string]any{"limit": entity.Unlimited, "validity": int64(30), "tags": []string{}, "creation": true}},
		{"a broken number is not understood", `{"Limit":1.5,"Validity":"many"}`, map[string]any{"tags": []string{}, "creation": true}},
		{"a time span", `{"Age":"90.00:00:00"}`, map[string]any{"age": int64(90 * 86400), "tags": []string{}, "creation": true}},
		{"an ISO duration", `{"Age":"PT8H"}`, map[string]any{"age": int64(8 * 3600), "tags": []string{}, "creation": true}},
		{"a closed set ignores letter case and keeps its own spelling", `{"Mode":"oN"}`, map[string]any{"mode": "On", "tags": []string{}, "creation": true}},
		{"a word outside of the closed set is unknown", `{"Mode":"Sometimes"}`, map[string]any{"tags": []string{}, "creation": true}},
		{"both ways of writing a time", `{"Until":"/Date(1777406310050)/"}`, map[string]any{"until": time.UnixMilli(1777406310050).UTC(), "tags": []string{}, "creation": true}},
		{"a time without its slashes", `{"Until":"Date(1777406310050)"}`, map[string]any{"until": time.UnixMilli(1777406310050).UTC(), "tags": []string{}, "creation": true}},
		{"a collapsed list", `{"Tags":"one","Owners":{"Id":"a"}}`, map[string]any{"tags": []string{"one"}, "owners": []string{"a"}, "ownerCount": int64(1), "creation": true}},
		{"lists of objects, null items left out", `{"Owners":[{"Id":"a"},null,{"Id":"b"}]}`, map[string]any{"owners": []string{"a", "b"}, "ownerCount": int64(2), "tags": []string{}, "creation": true}},
		{"an item without the member is not understood", `{"Owners":[{"Id":"a"},{}]}`, map[string]any{"ownerCount": int64(2), "tags": []string{}, "creation": true}},
		{"a list in one string", `{"Flows":"deviceCodeFlow, authenticationTransfer"}`, map[string]any{"flows": []string{"deviceCodeFlow", "authenticationTransfer"}, "tags": []string{}, "creation": true}},
		{"an item by name", `{"values":[{"name":"Other","value":"x"},{"name":"EnableCreation","value":"false"}]}`, map[string]any{"creation": false, "tags": []string{}}},
		{"an item that is not there", `{"values":[]}`, map[string]any{"creation": true, "tags": []string{}}},
		{"a member twice: nothing of the object counts", `{"On":true,"On":false}`, map[string]any{}},
		{"cut short: nothing of the object counts", `{"On":true,"Mode":`, map[string]any{}},
		{"no object", `[1]`, map[string]any{}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(c.want, readThing(t, c.raw)); diff != "" {
				t.Errorf("values differ (-want +got):\n%s", diff)
			}
		})
	}
}

func TestUnknownValuesSayWhy(t *testing.T) {
	t.Parallel()
	table := thingTable(t, `{"Mode":"Sometimes","On":null,"label":{"text":" Name "}}`)
	cases := map[string]posture.Reason{
		"mode":    {Code: posture.Shape, Detail: `Mode of test/things is "Sometimes", a value that is not known`},
		"on":      {Code: posture.NotCollected, Detail: "On of test/things is empty in the evidence"},
		"deep.on": {Code: posture.NotCollected, Detail: "Deep.On of test/things was not in the evidence"},
	}
	for field, want := range cases {
		if got := table.Col(field).Why(0); got != want {
			t.Errorf("%s: got %+v, want %+v", field, got, want)
		}
	}
	if got := table.Names[0]; got != "Name" {
		t.Errorf("display name: got %q, want Name", got)
	}
}

func TestSchemaReportsEveryFault(t *testing.T) {
	t.Parallel()
	_, err := entity.NewSchema(entity.Product{Kinds: []entity.KindSpec{
		{Kind: "a", Fields: []entity.Field{{Name: "X", Type: entity.Bool}, {Name: "y"}, {Name: "z", Type: entity.Bool, Null: int64(1)}, {Name: "p", Type: entity.Bool, From: "a..b"}}},
		{Kind: "b", Singular: "b", Plural: "bs", Base: "none"},
		{Kind: "b", Singular: "b", Plural: "bs"},
	}})
	want := "kind a: has no name for people\nkind a: field X: name must be dotted camel case\nkind a: field y: has no type\n" +
		"kind a: field z: int64 is no value of its type\nkind a: field p: path \"a..b\": empty step\nkind b: declared twice\nkind b: base none is not declared"
	if err == nil || err.Error() != want {
		t.Errorf("got:\n%v\nwant:\n%s", err, want)
	}
}

func FuzzDecode(f *testing.F) {
	for _, seed := range []string{`{}`, `{"On":"True","Deep":{"On":false}}`, `{"Owners":[{"Id":"a"},null]}`, `{"values":[{"name":"EnableCreation","value":"x"}]}`, `{"Age":"90.00:00:00"}`, "\xff{"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		table := thingTable(t, string(raw))
		if table.Len() != 1 {
			t.Fatalf("one object gave %d rows", table.Len())
		}
		for i := range table.Spec.Fields {
			if v, known := table.Column(i).Value(0); known == (v == nil) {
				t.Errorf("%s: known %v with value %v", table.Spec.Fields[i].Name, known, v)
			}
		}
	})
}
