// SPDX-License-Identifier: Apache-2.0

package telemetry_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"securescore/internal/posture"
	"securescore/internal/store"
	"securescore/internal/telemetry"
)

// broken is a storage in which every transaction fails.
type broken struct{ store.Store }

func (broken) View(context.Context, posture.TenantID, func(context.Context, *store.Reader) error) error {
	return posture.ErrUnavailable
}

func (broken) Update(context.Context, posture.TenantID, func(context.Context, *store.Writer) error) error {
	return errors.New("internal")
}

// used has done a bit of everything.
func used() *telemetry.Metrics {
	m := telemetry.New("test")
	m.Began()
	m.Ended(http.MethodGet, "GET /api/tenants/{tenant}", 404, time.Millisecond)
	m.Began()
	m.Ended("BREW", "other", 200, time.Second)
	return m
}

func page(t *testing.T, m *telemetry.Metrics) string {
	t.Helper()
	mux := http.NewServeMux()
	m.Mount(mux)
	w := httptest.NewRecorder()
	mux.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", http.NoBody))
	return w.Body.String()
}

func TestNumbers(t *testing.T) {
	t.Parallel()
	m := used()
	s := m.Store(broken{}, func() time.Time { return time.Unix(0, 0) })
	if err := s.View(t.Context(), "t", nil); !errors.Is(err, posture.ErrUnavailable) {
		t.Errorf("got %v", err)
	}
	if err := s.Update(t.Context(), "t", nil); err == nil {
		t.Error("the error of the storage is lost")
	}
	got := page(t, m)
	for _, want := range []string{
		`securescore_http_requests_total{method="GET",route="GET /api/tenants/{tenant}",status="4xx"} 1`,
		`securescore_http_requests_total{method="other",route="other",status="2xx"} 1`,
		"securescore_http_requests_under_way 0",
		`securescore_store_failures_total{error="unavailable",kind="read",scope="tenant"} 1`,
		`securescore_store_failures_total{error="other",kind="write",scope="tenant"} 1`,
		`securescore_build_info{version="test"} 1`,
		"go_goroutines ",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%s is missing in\n%s", want, got)
		}
	}
}

// The guide lists what the page prints: all of it, and nothing else.
func TestGuideListsAllNumbers(t *testing.T) {
	t.Parallel()
	m := used()
	s := m.Store(broken{}, func() time.Time { return time.Unix(0, 0) })
	_ = s.View(t.Context(), "t", nil) // it is counted
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "operations.md"))
	if err != nil {
		t.Fatal(err)
	}
	names := func(pattern, text string) (list []string) {
		for _, match := range regexp.MustCompile(pattern).FindAllStringSubmatch(text, -1) {
			list = append(list, match[1])
		}
		slices.Sort(list)
		return slices.Compact(list)
	}
	if diff := cmp.Diff(names(`(?m)^# TYPE (securescore_\w+)`, page(t, m)), names("(?m)^\\| `(securescore_\\w+)`", string(text))); diff != "" {
		t.Errorf("docs/operations.md (-page +guide):\n%s", diff)
	}
}

func BenchmarkRequest(b *testing.B) {
	m := telemetry.New("test")
	for b.Loop() {
		m.Began()
		m.Ended(http.MethodGet, "GET /api/tenants/{tenant}/overview", 200, time.Millisecond)
	}
}
