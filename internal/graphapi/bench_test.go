// SPDX-License-Identifier: Apache-2.0

package graphapi_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"syscall"
	"testing"
	"time"

	"securescore/internal/ledger"
	"securescore/internal/posture"
	"securescore/internal/store"
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

// processor is the user and system time of this process: what else the machine
// does is no part of it.
func processor(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func reportCPU(b *testing.B, began time.Duration) {
	b.Helper()
	b.ReportMetric(float64((processor(b)-began).Microseconds())/float64(b.N), "cpu-us/op")
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
	defer reportCPU(b, processor(b))
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

// grown gives Contoso 90 days more, each with 300 control scores.
func grown(b *testing.B) *stage {
	b.Helper()
	s := newStage(b)
	const days, controls = 90, 300
	var head ledger.Head
	if err := s.store.View(b.Context(), contoso, func(ctx context.Context, r *store.Reader) (err error) {
		head, err = r.Ledger.Head(ctx, contoso, ledger.Own)
		return err
	}); err != nil {
		b.Fatal(err)
	}
	var all []ledger.Entry
	at := make(map[posture.ControlID]ledger.Standing)
	for day := range days {
		var changes []ledger.Change
		for i := range controls {
			id := posture.ControlID(fmt.Sprintf("control_number_%03d", i))
			if day > 0 && i%100 != day%100 {
				continue
			}
			n := (day*13 + i*7) % 101
			next := ledger.Standing{Measured: posture.Points(10 * n), Max: 1010, Counts: posture.Counts{Pass: n, Fail: 101 - n}}
			changes = append(changes, ledger.Change{Control: id, Cause: ledger.User, Before: at[id], After: next, Actor: ledger.System})
			at[id] = next
		}
		sealed, next, err := ledger.Seal(head, changes, ledger.Stamp{Effective: s.clock(), Recorded: s.clock()})
		if err != nil {
			b.Fatal(err)
		}
		all, head = append(all, sealed...), next
		s.pass(24 * time.Hour)
	}
	err := s.store.Update(b.Context(), contoso, func(ctx context.Context, w *store.Writer) error {
		return w.Ledger.Append(ctx, contoso, ledger.Own, all, nil)
	})
	if err != nil {
		b.Fatal(err)
	}
	return s
}

// What is neither kept ready nor compressed, beside the standard library on the
// same values.
func BenchmarkQueries(b *testing.B) {
	s := grown(b)
	queries := map[string]string{
		"orderby": "?$top=90&$orderby=createdDateTime%20asc",
		"filter":  "?$top=90&$filter=currentScore%20gt%200",
		"select":  "?$top=90&$select=id,currentScore,maxScore,controlScores",
	}
	for name, query := range queries {
		b.Run(name, func(b *testing.B) { serveAgain(b, s, scores+query, http.StatusOK) })
		b.Run(name+" by Marshal", func(b *testing.B) {
			var whole marshalled
			if err := json.Unmarshal(s.get(b, scores+query).Body.Bytes(), &whole); err != nil {
				b.Fatal(err)
			}
			size := 0
			defer reportCPU(b, processor(b))
			for b.Loop() {
				text, err := json.Marshal(&whole)
				if err != nil {
					b.Fatal(err)
				}
				size = len(text)
			}
			b.ReportMetric(float64(size), "B/answer")
		})
	}
}

// marshalled is a list of days as a program would declare it.
type marshalled struct {
	Context string `json:"@odata.context"`
	Next    string `json:"@odata.nextLink,omitempty"`
	Value   []struct {
		ID              string    `json:"id"`
		AzureTenantID   string    `json:"azureTenantId,omitempty"`
		ActiveUserCount *int      `json:"activeUserCount,omitempty"`
		CreatedDateTime string    `json:"createdDateTime,omitempty"`
		CurrentScore    float64   `json:"currentScore"`
		EnabledServices []string  `json:"enabledServices,omitempty"`
		Licensed        *int      `json:"licensedUserCount,omitempty"`
		MaxScore        float64   `json:"maxScore"`
		Vendor          *struct{} `json:"vendorInformation,omitempty"`
		AverageScores   []float64 `json:"averageComparativeScores,omitempty"`
		ControlScores   []struct {
			Category   *string `json:"controlCategory"`
			Name       string  `json:"controlName"`
			Text       string  `json:"description"`
			Score      float64 `json:"score"`
			LastSynced string  `json:"lastSynced"`
			Status     string  `json:"implementationStatus"`
			Count      string  `json:"count,omitempty"`
			Total      string  `json:"total,omitempty"`
			On         string  `json:"on,omitempty"`
			Percentage float64 `json:"scoreInPercentage"`
		} `json:"controlScores"`
	} `json:"value"`
}
