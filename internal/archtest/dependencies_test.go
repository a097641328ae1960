// SPDX-License-Identifier: Apache-2.0

package archtest_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// most is how many modules the product may depend on directly.
const most = 35

// Each direct dependency has its reason in docs/dependencies.md.
func TestEveryDependencyHasItsReason(t *testing.T) {
	t.Parallel()
	root := filepath.Join("..", "..")
	read := func(name string) string {
		data, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	reasons := read("docs/dependencies.md")
	var direct []string
	for line := range strings.Lines(read("go.mod")) {
		fields := strings.Fields(line)
		if strings.HasPrefix(line, "\t") && len(fields) == 2 {
			direct = append(direct, fields[0])
		}
	}
	if len(direct) == 0 || len(direct) > most {
		t.Errorf("go.mod has %d direct dependencies, want 1 to %d", len(direct), most)
	}
	var web map[string]json.RawMessage
	if err := json.Unmarshal([]byte(read("web/package.json")), &web); err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"dependencies", "devDependencies", "optionalDependencies"} {
		var packages map[string]string
		if raw, ok := web[part]; ok {
			if err := json.Unmarshal(raw, &packages); err != nil {
				t.Fatal(err)
			}
		}
		for name := range packages {
			direct = append(direct, name)
		}
	}
	for _, name := range direct {
		if !strings.Contains(reasons, name) {
			t.Errorf("docs/dependencies.md gives no reason for %s", name)
		}
	}
}
