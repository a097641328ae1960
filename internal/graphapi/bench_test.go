// SPDX-License-Identifier: Apache-2.0

package graphapi_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

// discard is a client that reads everything and keeps nothing.
type discard struct {
	header http.Header
	status int
	bytes  int
}

func (d *discard) Header() http.Header { return d.header }
func (d *discard) WriteHeader(s int)   { d.status = s }
func (d *discard) Write(p []byte) (int, error) {
	d.bytes += len(p)
	return len(p), nil
}

// serveAgain sends one request again and again.
func serveAgain(b *testing.B, s *stage, path string, want int, header ...string) {
	b.Helper()
	r := httptest.NewRequestWithContext(b.Context(), http.MethodGet, "http://example.com"+path, http.NoBody)
	r.Header.Set("Authorization", "Bearer writer")
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	b.ReportAllocs()
	var w *discard
	for b.Loop() {
		w = &discard{header: http.Header{}}
		s.handler.ServeHTTP(w, r)
		if w.status != want {
			b.Fatalf("got %d, want %d", w.status, want)
		}
	}
	b.ReportMetric(float64(w.bytes), "B/answer")
}

func BenchmarkNotModified(b *testing.B) {
	s := newStage(b)
	for name, path := range map[string]string{"scores": scores + "?$top=90", "profiles": profiles} {
		tag := s.get(b, path).Header().Get("ETag")
		b.Run(name, func(b *testing.B) { serveAgain(b, s, path, http.StatusNotModified, "If-None-Match", tag) })
	}
}
