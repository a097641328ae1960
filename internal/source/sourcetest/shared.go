// SPDX-License-Identifier: Apache-2.0

package sourcetest

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// Shared returns the path of a real file that is not part of the repository,
// such as "scubagear/TestResults.json". Without the file the test is skipped,
// unless CI=true and SECURESCORE_REQUIRE_SHARED=1 demand it. The folder is
// $SECURESCORE_SHARED_DATA, or shared/data beside the repository.
func Shared(tb testing.TB, name string) string {
	tb.Helper()
	dir := os.Getenv("SECURESCORE_SHARED_DATA")
	if dir == "" {
		dir = filepath.Join(root(tb), "..", "shared", "data")
	}
	if _, err := fs.Stat(os.DirFS(dir), name); err != nil {
		if os.Getenv("CI") == "true" && os.Getenv("SECURESCORE_REQUIRE_SHARED") == "1" {
			tb.Fatalf("the real file %s is required here: %v", name, err)
		}
		tb.Skipf("did not run: the real file %s is not here (%v); set SECURESCORE_SHARED_DATA", name, err)
	}
	return filepath.Join(dir, filepath.FromSlash(name))
}

// Bytes returns the content of a file.
func Bytes(tb testing.TB, path string) []byte {
	tb.Helper()
	data, err := fs.ReadFile(os.DirFS(filepath.Dir(path)), filepath.Base(path))
	if err != nil {
		tb.Fatal(err)
	}
	return data
}

// root is the folder that holds go.mod, from the folder that the test runs in.
func root(tb testing.TB) string {
	tb.Helper()
	dir, err := os.Getwd()
	if err != nil {
		tb.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		if dir == filepath.Dir(dir) {
			tb.Fatal("no go.mod above the test's folder")
		}
		dir = filepath.Dir(dir)
	}
}
