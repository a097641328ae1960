// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bufio"
	"context"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"securescore/internal/store/postgres/postgrestest"
)

// program builds the command once for a benchmark.
func program(b *testing.B) string {
	b.Helper()
	path := filepath.Join(b.TempDir(), "securescore")
	if out, err := exec.CommandContext(b.Context(), "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", path, ".").CombinedOutput(); err != nil {
		b.Fatalf("%v: %s", err, out)
	}
	return path
}

// sharedData is the folder beside the project that holds real exports.
func sharedData(b *testing.B, name string) string {
	b.Helper()
	dir := os.Getenv("SECURESCORE_SHARED_DATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "data")
	}
	if _, err := fs.Stat(os.DirFS(dir), filepath.ToSlash(name)); err != nil {
		b.Skipf("the real export is not beside the project: %v", err)
	}
	return filepath.Join(dir, name)
}

// BenchmarkAssess is the whole process: start, load the catalogue, read a real
// ScubaGear export, score it, print every control.
func BenchmarkAssess(b *testing.B) {
	export := sharedData(b, filepath.Join("scubagear", "ProviderSettingsExport.json"))
	path := program(b)
	var cpu time.Duration
	peak := int64(0)
	n := 0
	for b.Loop() {
		cmd := exec.CommandContext(b.Context(), path, "assess", export)
		if out, err := cmd.Output(); err != nil || !strings.Contains(string(out), "Score") {
			b.Fatalf("%v: %s", err, out)
		}
		cpu += cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
		if use, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
			peak = max(peak, use.Maxrss)
		}
		n++
	}
	b.ReportMetric(float64(cpu.Microseconds())/1000/float64(n), "cpu-ms/process")
	b.ReportMetric(float64(peak)/1024, "MiB-peak")
}

// BenchmarkStart is a second start on a data folder that holds the sample
// organisation, until the first answer.
func BenchmarkStart(b *testing.B) {
	benchStart(b, "--data", filepath.Join(b.TempDir(), "data"))
}

// BenchmarkStartPostgres is the same on a PostgreSQL database.
func BenchmarkStartPostgres(b *testing.B) {
	benchStart(b, "--database", postgrestest.Start(b, postgrestest.Options{}).New(b).Server)
}

func benchStart(b *testing.B, where ...string) {
	b.Helper()
	path := program(b)
	begun := time.Now()
	answer(b, path, where...)
	took := time.Since(begun)
	for b.Loop() {
		answer(b, path, where...)
	}
	b.ReportMetric(took.Seconds(), "s-first-start") // after the loop, which begins all figures anew
}

// answer starts the server, waits for its link, asks for the page once and
// stops it.
func answer(b *testing.B, path string, where ...string) {
	b.Helper()
	ctx, stop := context.WithCancel(b.Context())
	defer stop()
	cmd := exec.CommandContext(ctx, path, append([]string{"serve", "--sample", "--listen", "127.0.0.1:0"}, where...)...)
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		link := strings.TrimSpace(lines.Text())
		if !strings.HasPrefix(link, "http://") {
			continue
		}
		first(ctx, b, link)
		break
	}
	stop()
	_ = cmd.Wait() // it was told to stop
}

// first asks for the page that a link names.
func first(ctx context.Context, b *testing.B, link string) {
	b.Helper()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, link, http.NoBody)
	if err != nil {
		b.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		b.Fatal(err)
	}
	if err := res.Body.Close(); err != nil || res.StatusCode != http.StatusOK {
		b.Fatalf("first answer: %v %s; without the portal, which 'make web' builds, there is no page", err, res.Status)
	}
}
