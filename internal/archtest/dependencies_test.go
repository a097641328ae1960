// SPDX-License-Identifier: Apache-2.0

package archtest_test

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
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
	for _, name := range []string{"web/package.json", "test/conformance/package.json"} {
		packages, err := packagesOf([]byte(read(name)))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		direct = append(direct, packages...)
	}
	for _, name := range direct {
		if !strings.Contains(reasons, name) {
			t.Errorf("docs/dependencies.md gives no reason for %s", name)
		}
	}
}

// packagesOf lists the packages that a package.json names.
func packagesOf(text []byte) ([]string, error) {
	var parts map[string]json.RawMessage
	if err := json.Unmarshal(text, &parts); err != nil {
		return nil, err
	}
	var names []string
	for _, part := range []string{"dependencies", "devDependencies", "optionalDependencies"} {
		var packages map[string]string
		if raw, ok := parts[part]; ok {
			if err := json.Unmarshal(raw, &packages); err != nil {
				return nil, err
			}
		}
		names = slices.AppendSeq(names, maps.Keys(packages))
	}
	return names, nil
}
