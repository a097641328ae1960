// SPDX-License-Identifier: Apache-2.0

package archtest_test

import (
	"bytes"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "securescore/"

// may says what each package may import of this module. A package that is not
// here may not exist: whoever adds one decides its place. A trailing slash
// means all packages below.
var may = map[string][]string{
	"internal/posture":              {},
	"internal/keyring":              {"internal/posture"},
	"internal/telemetry":            {"internal/posture", "internal/store"},
	"internal/entity":               {"internal/posture", "internal/entity/"},
	"internal/entity/":              {"internal/posture"},
	"internal/rule":                 {"internal/posture", "internal/entity"},
	"internal/rule/":                {"internal/posture", "internal/entity", "internal/rule"},
	"internal/catalog":              {"internal/posture", "internal/entity", "internal/rule"},
	"internal/score":                {"internal/posture"},
	"internal/ledger":               {"internal/posture", "internal/score"},
	"internal/access":               {"internal/posture", "internal/ledger"},
	"internal/audit":                {"internal/posture", "internal/ledger", "internal/access", "internal/odata"},
	"internal/odata":                {"internal/posture"},
	"internal/odata/":               {"internal/posture", "internal/odata"},
	"internal/store":                {"internal/posture", "internal/ledger", "internal/score", "internal/access", "internal/audit", "internal/odata"},
	"internal/store/":               {"internal/posture", "internal/ledger", "internal/score", "internal/access", "internal/audit", "internal/odata", "internal/odata/", "internal/store", "internal/store/relational", "internal/store/transfer"},
	"internal/store/transfer":       {"internal/posture"},
	"internal/store/postgres/":      {"internal/posture", "internal/store", "internal/store/"},
	"internal/people":               {"internal/posture", "internal/ledger", "internal/access", "internal/audit", "internal/odata", "internal/store"},
	"internal/source":               {"internal/posture"},
	"internal/source/":              {"internal/posture", "internal/source"},
	"internal/sample":               {"internal/posture"},
	"internal/assess":               {"internal/posture", "internal/entity", "internal/rule", "internal/catalog", "internal/score", "internal/ledger", "internal/access", "internal/audit", "internal/store", "internal/source"},
	"internal/job":                  {"internal/posture", "internal/ledger", "internal/access", "internal/audit", "internal/store", "internal/assess"},
	"internal/access/":              {"internal/posture", "internal/ledger", "internal/access", "internal/access/"},
	"internal/httpserver":           {"internal/posture"},
	"internal/portalapi":            {"internal/posture", "internal/access", "internal/access/", "internal/people", "internal/entity", "internal/catalog", "internal/score", "internal/ledger", "internal/store", "internal/assess", "internal/httpserver"},
	"internal/portalapi/":           {"internal/posture", "internal/entity", "internal/catalog", "internal/score", "internal/ledger", "internal/store", "internal/assess", "internal/access/", "internal/portalapi", "internal/portalapi/", "internal/httpserver", "web"},
	"internal/graphapi":             {"internal/posture", "internal/entity", "internal/catalog", "internal/score", "internal/ledger", "internal/store", "internal/assess", "internal/access", "internal/access/", "internal/audit", "internal/odata", "internal/people", "internal/httpserver", "internal/graphapi/"},
	"internal/graphapi/":            {"internal/posture", "internal/entity", "internal/catalog", "internal/score", "internal/ledger", "internal/store", "internal/assess", "internal/access", "internal/access/", "internal/audit", "internal/odata", "internal/people", "internal/httpserver", "internal/graphapi/"},
	"internal/portalapi/portaltest": {"internal/", "web"},
	"internal/conformance":          {"internal/posture", "internal/assess", "internal/source"},
	"internal/archtest":             {},
	"controls":                      {},
	"web":                           {},
	"cmd/securescore":               {"internal/", "controls", "web"},
	"test/conformance/cert":         {},
	"test/cluster":                  {"internal/"},
	"cmd/securescore/":              {"internal/", "controls", "web"},
	"bench/graph":                   {"internal/", "controls"},
}

// pure packages are values in, values out.
var pure = []string{"internal/posture", "internal/entity", "internal/rule", "internal/catalog", "internal/score", "internal/ledger", "internal/access", "internal/audit", "internal/odata"}

var impure = []string{"context", "log/slog", "net/http", "database/sql", "os"}

// drivers may be imported below these folders only.
var drivers = map[string]string{
	"modernc.org/sqlite":                                        "internal/store",
	"github.com/pressly/goose/v3":                               "internal/store",
	"github.com/jackc/pgx/v5":                                   "internal/store",
	"github.com/spf13/cobra":                                    "cmd/securescore",
	"github.com/coreos/go-oidc/v3/oidc":                         "internal/access/oidc",
	"golang.org/x/oauth2":                                       "internal/access/oidc",
	"github.com/go-jose/go-jose/v4":                             "internal/access",
	"github.com/tink-crypto/tink-go/v2/keyset":                  "internal/keyring",
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset": "internal/keyring",
}

type file struct {
	path, pkg string
	imports   []string
	text      []byte
}

func sources(t *testing.T) []file {
	t.Helper()
	root := filepath.Join("..", "..")
	var files []file
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() {
			if name == "node_modules" || (strings.HasPrefix(name, ".") && path != root) || (path != root && isModule(path)) {
				return filepath.SkipDir
			}
			return nil
		}
		if filepath.Ext(name) != ".go" {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), path, text, parser.ImportsOnly)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		f := file{path: filepath.ToSlash(rel), pkg: filepath.ToSlash(filepath.Dir(rel)), text: text}
		for _, i := range parsed.Imports {
			f.imports = append(f.imports, strings.Trim(i.Path.Value, `"`))
		}
		files = append(files, f)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(files) < 10 {
		t.Fatalf("found %d Go files; the test does not see the tree", len(files))
	}
	return files
}

// isModule reports whether a folder is a module of its own, which the product
// does not depend on.
func isModule(folder string) bool {
	_, err := os.Stat(filepath.Join(folder, "go.mod"))
	return err == nil
}

// rule returns what a package may import: its own entry, or the nearest one
// above it that speaks for all below.
func rule(pkg string) ([]string, bool) {
	if allowed, ok := may[pkg]; ok {
		return allowed, true
	}
	for dir := pkg; strings.Contains(dir, "/"); {
		dir = dir[:strings.LastIndexByte(dir, '/')]
		if allowed, ok := may[dir+"/"]; ok {
			return allowed, true
		}
	}
	return nil, false
}

func TestImportsPointOneWay(t *testing.T) {
	t.Parallel()
	for _, f := range sources(t) {
		allowed, ok := rule(f.pkg)
		if !ok {
			t.Errorf("%s: package %s has no place in the architecture; give it one in this test and in .golangci.yml", f.path, f.pkg)
			continue
		}
		if strings.HasSuffix(f.path, "_test.go") {
			continue
		}
		for _, path := range f.imports {
			own, internal := strings.CutPrefix(path, module)
			if internal && !covered(own, allowed) {
				t.Errorf("%s: imports %s; %s may import only %s of this module", f.path, own, f.pkg, strings.Join(allowed, ", "))
			}
		}
	}
}

func covered(pkg string, allowed []string) bool {
	return slices.ContainsFunc(allowed, func(a string) bool {
		return pkg == a || (strings.HasSuffix(a, "/") && strings.HasPrefix(pkg, a))
	})
}

func TestPurePackagesStayPure(t *testing.T) {
	t.Parallel()
	for _, f := range sources(t) {
		isPure := slices.ContainsFunc(pure, func(p string) bool { return f.pkg == p || strings.HasPrefix(f.pkg, p+"/") })
		if strings.HasPrefix(f.pkg, "internal/access/") {
			isPure = false // access itself decides; the packages below it find out who somebody is
		}
		if !isPure || strings.HasSuffix(f.path, "_test.go") || strings.HasSuffix(f.pkg, "test") {
			continue
		}
		for _, path := range f.imports {
			if slices.Contains(impure, path) {
				t.Errorf("%s: imports %s; a pure package takes values and gives values", f.path, path)
			}
		}
	}
}

func TestDriversStayInTheirAdapters(t *testing.T) {
	t.Parallel()
	for _, f := range sources(t) {
		for _, path := range f.imports {
			home, ok := drivers[path]
			if ok && !strings.HasPrefix(f.pkg+"/", home+"/") {
				t.Errorf("%s: imports %s, which belongs in %s", f.path, path, home)
			}
		}
	}
}

func TestEveryFileNamesItsLicence(t *testing.T) {
	t.Parallel()
	for _, f := range sources(t) {
		if !bytes.Contains(f.text[:min(len(f.text), 200)], []byte("SPDX-License-Identifier: Apache-2.0")) {
			t.Errorf("%s: the first lines do not name the licence", f.path)
		}
	}
}
