// SPDX-License-Identifier: Apache-2.0

package scubagear_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-cmp/cmp"

	"securescore/internal/posture"
	"securescore/internal/source"
	"securescore/internal/source/scubagear"
	"securescore/internal/source/sourcetest"
)

// settings is an export with the given further members.
func settings(members string) string {
	if members != "" {
		members = "," + members
	}
	return `{"module_version":"1.8.0","timestamp_zulu":"2026-05-04T17:15:48Z","tenant_details":[{"TenantId":"T","DisplayName":"N","DomainName":"D"}]` + members + `}`
}

// shared is the path of a file that is part of a real export.
func shared(tb testing.TB, name string) string {
	tb.Helper()
	return sourcetest.Shared(tb, "scubagear/"+name)
}

// objects reads one data set and writes its objects as "key=raw" lines, or its
// reason.
func objects(t *testing.T, data string, specs ...scubagear.Spec) string {
	t.Helper()
	e, err := scubagear.ReadWith(data, specs...)
	if err != nil {
		t.Fatal(err)
	}
	set := e.Set(specs[0].Set)
	if !set.Collected() {
		return string(set.Missing.Code) + ": " + set.Missing.Detail
	}
	lines := make([]string, len(set.Objects))
	for i, o := range set.Objects {
		lines[i] = o.Key + "=" + string(o.Raw)
	}
	return strings.Join(lines, "\n")
}

func TestObjects(t *testing.T) {
	t.Parallel()
	plain := scubagear.Spec{Key: "k", Set: "s", ID: []string{"Id", "Name"}}
	graph := scubagear.Spec{Key: "k", Set: "s", ID: []string{"id"}, Graph: true}
	for name, test := range map[string]struct {
		spec    scubagear.Spec
		members string
		want    string
	}{
		"a list":                      {plain, `"k":[{"Id":"b"},{"Id":"a","X":1}]`, "a={\"Id\":\"a\",\"X\":1}\nb={\"Id\":\"b\"}"},
		"an empty list":               {plain, `"k":[]`, ""},
		"a collapsed list":            {plain, `"k":{"Id":"a"}`, `a={"Id":"a"}`},
		"null":                        {plain, `"k":null`, ""},
		"a list of null":              {plain, `"k":[null,{"Id":"a"},null]`, `a={"Id":"a"}`},
		"the first id wins":           {plain, `"k":[{"Name":"n","Id":"a"}]`, `a={"Name":"n","Id":"a"}`},
		"an id that is no text":       {plain, `"k":[{"Id":7,"Name":"n"},{"Id":null,"Name":"m"}]`, "m={\"Id\":null,\"Name\":\"m\"}\nn={\"Id\":7,\"Name\":\"n\"}"},
		"an empty id":                 {plain, `"k":[{"Id":"","Name":""}]`, `0={"Id":"","Name":""}`},
		"an id with an escape":        {plain, `"k":[{"Id":"\u002fa"}]`, `/a={"Id":"\u002fa"}`},
		"no id":                       {plain, `"k":[{"X":1},{"X":2}]`, "0={\"X\":1}\n1={\"X\":2}"},
		"an id twice":                 {plain, `"k":[{"Id":"a","X":1},{"Id":"a","X":2},{"Id":"a#2"}]`, "a={\"Id\":\"a\",\"X\":1}\na#2={\"Id\":\"a#2\"}\na#3={\"Id\":\"a\",\"X\":2}"},
		"times stay":                  {plain, `"k":{"Id":"a","At":"\/Date(1613679244000)\/"}`, `a={"Id":"a","At":"\/Date(1613679244000)\/"}`},
		"names of Graph":              {graph, `"k":[{"Id": "a", "UserType":[{"IsX": {"@odata.type":"Y","URLs":1}}], "ÄB":"Zz"}]`, `a={"id": "a", "userType":[{"isX": {"@odata.type":"Y","uRLs":1}}], "äB":"Zz"}`},
		"names with escapes":          {graph, `"k":[{"\u0049d":"a","A\"b":1}]`, `a={"id":"a","a\"b":1}`},
		"names that become equal":     {graph, `"k":[{"Id":"a","On":true,"on":false,"In":{"X":1,"x":2}}]`, `a={"id":"a","on#1":true,"on#2":false,"in":{"x#1":1,"x#2":2}}`},
		"equal to a suffixed name":    {graph, `"k":[{"On":1,"on":2,"on#1":3}]`, `0={"on#2":1,"on#3":2,"on#1":3}`},
		"equal in different objects":  {graph, `"k":[{"A":{"X":1},"B":{"x":1}}]`, `0={"a":{"x":1},"b":{"x":1}}`},
		"an object twice in the file": {plain, `"k":[{"Id":"a"}],"k":[ { "Id" : "a" } ]`, `a={ "Id" : "a" }`},
		"different objects twice":     {plain, `"k":[{"Id":"a"}],"k":[{"Id":"b"}]`, "shape: export.json: k: byte 158: line 1: stands twice in the export, with different content; mend the file at that place, or export it again"},
		"a member twice":              {plain, `"k":[{"Id":"a","Id":"b"}]`, `shape: export.json: k: byte 152: line 1: duplicate object member name "Id"; mend the file at that place, or export it again`},
		"text instead of an object":   {plain, `"k":["a"]`, "shape: export.json: k: byte 142: line 1: want an object, got text; mend the file at that place, or export it again"},
		"a number":                    {plain, `"k":7`, "shape: export.json: k: byte 141: line 1: want an object, got a number; mend the file at that place, or export it again"},
		"a list in a list":            {plain, `"k":[[{"Id":"a"}]]`, "shape: export.json: k: byte 142: line 1: want an object, got a list; mend the file at that place, or export it again"},
		"bytes that are no UTF-8":     {plain, "\"k\":[{\"Id\":\"\xff\"}]", "shape: export.json: k: byte 149: line 1: invalid UTF-8; mend the file at that place, or export it again"},
		"half a surrogate":            {graph, `"k":[{"Id":"\ud800"}]`, "shape: export.json: k: byte 149: line 1: invalid surrogate pair `\\ud800\"}]` in string; mend the file at that place, or export it again"},
		"absent":                      {plain, `"other":[]`, "notCollected: s was not collected"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(test.want, objects(t, settings(test.members), test.spec)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestFailedCommands(t *testing.T) {
	t.Parallel()
	spec := scubagear.Spec{Key: "k", Set: "s", ID: []string{"Id"}, Command: "Get-Thing", Licence: "thing_license"}
	for name, test := range map[string]struct{ members, want string }{
		"listed":           {`"x_unsuccessful_commands":["Get-Other","Get-Thing"]`, "error: Get-Thing did not succeed when the export was made"},
		"another case":     {`"x_unsuccessful_commands":["get-THING"]`, "error: Get-Thing did not succeed when the export was made"},
		"collapsed":        {`"x_unsuccessful_commands":"Get-Thing"`, "error: Get-Thing did not succeed when the export was made"},
		"not listed":       {`"x_unsuccessful_commands":["Get-Other",null],"x_successful_commands":["Get-Thing"]`, ""},
		"none":             {`"x_unsuccessful_commands":[]`, ""},
		"null":             {`"x_unsuccessful_commands":null`, ""},
		"without licence":  {`"thing_license":false`, "licence: k was refused when the export was made: a licence or a permission is missing"},
		"with the licence": {`"thing_license":true`, ""},
	} {
		if got := objects(t, settings(`"k":[],`+test.members), spec); got != test.want {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
	}
	_, err := scubagear.ReadWith(settings(`"x_unsuccessful_commands":[{}]`), spec)
	sourcetest.Clear(t, err, "export.json")
}

// Newer names stand below older ones and win, unless only the older one can be
// read.
func TestSeveralKeys(t *testing.T) {
	t.Parallel()
	older := scubagear.Spec{Key: "older", Set: "s", ID: []string{"Id"}}
	newer := scubagear.Spec{Key: "newer", Set: "s", ID: []string{"Id"}}
	for members, want := range map[string]string{
		`"older":[{"Id":"o"}]`:                       `o={"Id":"o"}`,
		`"newer":[{"Id":"n"}]`:                       `n={"Id":"n"}`,
		`"newer":[{"Id":"n"}],"older":[{"Id":"o"}]`:  `n={"Id":"n"}`,
		`"newer":7,"older":[{"Id":"o"}]`:             `o={"Id":"o"}`,
		`"older":7,"newer":[{"Id":"n"}],"third":"x"`: `n={"Id":"n"}`,
	} {
		if got := objects(t, settings(members), older, newer); got != want {
			t.Errorf("%s: got %q, want %q", members, got, want)
		}
	}
}

func TestShape(t *testing.T) {
	t.Parallel()
	spec := scubagear.Spec{Key: "k", Set: "s", Graph: true, Shape: func(raw jsontext.Value) ([]posture.Object, error) {
		if raw.Kind() != jsontext.KindBeginObject {
			return nil, errors.New("is not keyed")
		}
		return []posture.Object{{Key: "x", Raw: raw}, {Key: "x", Raw: raw}}, nil
	}}
	if got, want := objects(t, settings(`"k":{"A":1}`), spec), "x={\"a\":1}\nx#2={\"a\":1}"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	want := "shape: export.json: k: byte 141: line 1: is not keyed; mend the file at that place, or export it again"
	if got := objects(t, settings(`"k":[]`), spec); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// One member that is not understood does not take the others with it.
func TestOthersAreRead(t *testing.T) {
	t.Parallel()
	e, err := scubagear.ReadWith(settings(`"bad":[7],"good":[{"Id":"a"}]`), scubagear.Spec{Key: "bad", Set: "bad"}, scubagear.Spec{Key: "good", Set: "good"})
	if err != nil {
		t.Fatal(err)
	}
	if e.Set("bad").Collected() || !e.Set("good").Collected() || len(e.Set("good").Objects) != 1 {
		t.Errorf("got %+v and %+v", e.Set("bad"), e.Set("good"))
	}
}

func TestIdentity(t *testing.T) {
	t.Parallel()
	zulu := time.Date(2026, 5, 4, 17, 15, 48, 0, time.UTC)
	for name, test := range map[string]struct {
		text string
		org  string
		at   time.Time
	}{
		"today's":               {settings(""), "t", zulu},
		"tenant_id beside":      {settings(`"tenant_id":"U"`), "t", zulu},
		"Power Platform alone":  {`{"module_version":"1","timestamp_zulu":"2026-05-04T17:15:48Z","tenant_id":"U"}`, "u", zulu},
		"collapsed":             {`{"timestamp_zulu":"2026-05-04T17:15:48Z","tenant_details":{"TenantId":"T"}}`, "t", zulu},
		"a time with a zone":    {`{"timestamp_zulu":"2026-05-04T13:15:48-04:00","tenant_details":[{"TenantId":"T"}]}`, "t", zulu},
		"before 1.3":            {`{"module_version":"1.2.0","date":"05/04/2026 13:15:48 Eastern Daylight Time","tenant_details":[{"TenantId":"T"}]}`, "t", zulu},
		"before 1.3 in UTC":     {`{"module_version":"1.2.0","date":"05/04/2026 17:15:48 Coordinated Universal Time","tenant_details":[{"TenantId":"T"}]}`, "t", zulu},
		"before 1.3, elsewhere": {`{"module_version":"0.2","date":"05/04/2026 17:15:48 Central European Summer Time","tenant_details":[{"TenantId":"T"}]}`, "t", zulu},
		"inside the results":    {`{"MetaData":{"TenantId":"M"},"Results":{},"Raw":` + settings("") + `}`, "t", zulu},
	} {
		e, err := scubagear.ReadWith(test.text)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if e.Source != "scubagear" || e.Organisation != test.org || !e.At.Equal(test.at) || e.At.Location() != time.UTC {
			t.Errorf("%s: got %q of %q at %v", name, e.Source, e.Organisation, e.At)
		}
	}
	e, err := scubagear.ReadWith(settings(`"report_uuid":"R"`))
	if err != nil {
		t.Fatal(err)
	}
	run := e.Set(scubagear.RunSet)
	want := `{"module_version":"1.8.0","timestamp_zulu":"2026-05-04T17:15:48Z","report_uuid":"R"}`
	if len(run.Objects) != 1 || string(run.Objects[0].Raw) != want {
		t.Errorf("run: got %+v, want %s", run, want)
	}
}

func TestRefused(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ text, want string }{
		"no time":              {`{"module_version":"1","tenant_details":[]}`, "says nowhere when it was made"},
		"a time that is none":  {`{"module_version":"1","timestamp_zulu":"soon\u202e"}`, `timestamp_zulu: byte 39: line 1: "soon\u202e" is no time`},
		"a date that is none":  {`{"module_version":"1","date":"yesterday"}`, `date: byte 29: line 1: "yesterday" is no time`},
		"a date of 13 months":  {`{"module_version":"1","date":"13/01/2026 00:00:00 UTC"}`, "is no time"},
		"a tenant that is odd": {`{"module_version":"1","timestamp_zulu":"2026-05-04T17:15:48Z","tenant_details":[{"TenantId":7}]}`, "tenant_details: byte 92: line 1: /TenantId: a number does not fit here"},
		"results without raw":  {`{"MetaData":{},"Results":{}}`, "ProviderSettingsExport.json"},
		"a comma too many":     {`{"module_version":"1",}`, "byte 21: line 1"},
	} {
		_, err := scubagear.ReadWith(test.text)
		sourcetest.Clear(t, err, "export.json")
		if err != nil && !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %q, want it to say %q", name, err, test.want)
		}
	}
}

func TestSource(t *testing.T) {
	t.Parallel()
	sourcetest.Run(t, sourcetest.Subject{
		Format: scubagear.Format(),
		Good:   sourcetest.Bytes(t, "testdata/small.json"),
		Read:   func(name string, data []byte) (any, error) { return scubagear.Read(name, data) },
	})
}

func TestReadRealExport(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"ProviderSettingsExport.json", "ScubaResults.json"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e, err := scubagear.Read(name, sourcetest.Bytes(t, shared(t, name)))
			if err != nil {
				t.Fatal(err)
			}
			if got, want := e.Organisation, "ca08493a-c9c8-4db0-a9e8-d3b4bafac269"; got != want {
				t.Errorf("organisation: got %q, want %q", got, want)
			}
			if got, want := e.At, time.Date(2026, 5, 4, 17, 15, 48, 307_000_000, time.UTC); !got.Equal(want) {
				t.Errorf("time: got %v, want %v", got, want)
			}
			if e.Name == "" || e.Domain == "" {
				t.Errorf("name and domain: got %q and %q", e.Name, e.Domain)
			}
			for _, name := range scubagear.Sets() {
				if set := e.Set(name); !set.Collected() && set.Missing.Code != posture.NotCollected {
					t.Errorf("%s: missing: %s", name, set.Missing)
				}
			}
		})
	}
}

func FuzzRead(f *testing.F) {
	f.Add(sourcetest.Bytes(f, "testdata/small.json"))
	f.Add([]byte(settings(`"k":[{"Id":"a","On":true,"on":false,"In":{"X":1,"x":2}}],"k":[]`)))
	f.Add([]byte(`{"MetaData":{},"Raw":` + settings(`"k":{"Id":"a"}`) + `}`))
	specs := []scubagear.Spec{
		{Key: "k", Set: "plain", ID: []string{"Id"}},
		{Key: "k", Set: "graph", ID: []string{"id"}, Graph: true},
		{Key: "authorization_policies", Set: "policy", ID: []string{"id"}, Graph: true, Command: "Get-Policy"},
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		scubagear.Format().Recognise(data)
		for _, read := range []func() (*posture.Evidence, error){
			func() (*posture.Evidence, error) { return scubagear.Read("export.json", data) },
			func() (*posture.Evidence, error) { return scubagear.ReadWith(string(data), specs...) },
		} {
			e, err := read()
			if err != nil {
				sourcetest.Clear(t, err, "export.json")
				continue
			}
			again, err := read()
			if diff := cmp.Diff(e, again); diff != "" || err != nil {
				t.Errorf("read differently a second time (%v):\n%s", err, diff)
			}
			sound(t, e)
		}
	})
}

// sound checks what the schema relies on: every object is one valid JSON
// object under a key of its own.
func sound(t *testing.T, e *posture.Evidence) {
	t.Helper()
	for name, set := range e.Sets {
		keys := make(map[string]bool)
		for _, o := range set.Objects {
			if o.Key == "" || keys[o.Key] || !jsontext.Value(o.Raw).IsValid() || jsontext.Value(o.Raw).Kind() != jsontext.KindBeginObject {
				t.Errorf("%s: bad object %q: %s", name, o.Key, o.Raw)
			}
			keys[o.Key] = true
		}
		if !set.Collected() && len(set.Objects) > 0 {
			t.Errorf("%s: has objects although it is missing", name)
		}
	}
}

// BenchmarkRead reads what real organisations of three sizes export.
func BenchmarkRead(b *testing.B) {
	whole := sourcetest.Bytes(b, shared(b, "ProviderSettingsExport.json"))
	b.Run("real", func(b *testing.B) { bench(b, whole) })
	for _, mib := range []int{20, 200} {
		b.Run(fmt.Sprintf("%dMiB", mib), func(b *testing.B) { bench(b, large(mib<<20)) })
	}
}

// large is an export of about the given size in which Graph's policies fill
// the space.
func large(size int) []byte {
	policy := `{"Id":"%d","DisplayName":"Policy %d","State":"enabled","Conditions":{"Users":{"IncludeUsers":["All"],"ExcludeUsers":["` +
		strings.Repeat(`00000000-0000-4000-8000-000000000000","`, 20) + `"]}}},` + "\n"
	var out strings.Builder
	out.Grow(size + len(policy))
	out.WriteString(strings.TrimSuffix(settings(`"authorization_policies":[`), "}"))
	for i := 0; out.Len() < size; i++ {
		fmt.Fprintf(&out, policy, i, i)
	}
	out.WriteString("null]}")
	return []byte(out.String())
}

func bench(b *testing.B, data []byte) {
	b.Helper()
	if _, err := source.Decode("export.json", data); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := scubagear.Read("export.json", data); err != nil {
			b.Fatal(err)
		}
	}
}
