// SPDX-License-Identifier: Apache-2.0

package scubagear_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"securescore/internal/source/scubagear"
)

// shared returns the path of a real export that is not part of the repository.
func shared(tb testing.TB, name string) string {
	tb.Helper()
	dir := os.Getenv("SECURESCORE_SHARED_DATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "..", "shared", "data")
	}
	path := filepath.Join(dir, "scubagear", name)
	if _, err := os.Stat(path); err != nil {
		if os.Getenv("CI") == "true" && os.Getenv("SECURESCORE_REQUIRE_SHARED") == "1" {
			tb.Fatalf("real data is required here: %v", err)
		}
		tb.Skipf("did not run: the real export is not here (%v); set SECURESCORE_SHARED_DATA", err)
	}
	return path
}

func TestReadRealExport(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"ProviderSettingsExport.json", "ScubaResults.json"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			data, err := os.ReadFile(shared(t, name))
			if err != nil {
				t.Fatal(err)
			}
			e, err := scubagear.Read(name, data)
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
			for name, set := range e.Sets {
				if !set.Collected() {
					t.Errorf("%s: missing: %s", name, set.Missing)
				}
			}
		})
	}
}

func BenchmarkRead(b *testing.B) {
	data, err := os.ReadFile(shared(b, "ProviderSettingsExport.json"))
	if err != nil {
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
