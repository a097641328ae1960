// SPDX-License-Identifier: Apache-2.0

package daily_test

import (
	"encoding/json"
	"testing"

	"securescore/internal/source/sourcetest"
)

// kinds notes the JSON type of every key, by its path; lists count as one
// member.
func kinds(path string, value any, into map[string]map[string]bool) {
	kind := ""
	switch v := value.(type) {
	case map[string]any:
		kind = "object"
		for key, member := range v {
			kinds(path+"/"+key, member, into)
		}
	case []any:
		kind = "list"
		for _, member := range v {
			kinds(path+"[]", member, into)
		}
	case string:
		kind = "string"
	case float64:
		kind = "number"
	case bool:
		kind = "boolean"
	case nil:
		return // says nothing about the type
	}
	if into[path] == nil {
		into[path] = make(map[string]bool)
	}
	into[path][kind] = true
}

// Every key that we have in common with a real answer has the same type.
func TestTypesOfARealAnswer(t *testing.T) {
	t.Parallel()
	raw := sourcetest.Bytes(t, sourcetest.Shared(t, "graph/secureScore.json"))
	var answer struct {
		Value []any `json:"value"`
	}
	if err := json.Unmarshal(raw, &answer); err != nil || len(answer.Value) == 0 {
		t.Fatalf("the real answer cannot be read: %v", err)
	}
	st := newStage(t, catalogue(t))
	populate(t, st)
	ours, theirs := make(map[string]map[string]bool), make(map[string]map[string]bool)
	for _, score := range answer.Value {
		kinds("", score, theirs)
	}
	v := st.open(t)
	mine, err := v.JSON(t.Context(), []byte("["), 0, v.Len())
	if err != nil {
		t.Fatal(err)
	}
	var list []any
	if err := json.Unmarshal(append(mine, ']'), &list); err != nil {
		t.Fatal(err)
	}
	for _, score := range list {
		kinds("", score, ours)
	}
	common := 0
	for path, types := range ours {
		if theirs[path] == nil {
			t.Logf("%s is not in the real answer", path)
			continue
		}
		common++
		for kind := range types {
			if !theirs[path][kind] {
				t.Errorf("%s is a %s, in the real answer %v", path, kind, theirs[path])
			}
		}
	}
	if want := 20; common < want {
		t.Errorf("%d keys are in both answers, want at least %d", common, want)
	}
}
