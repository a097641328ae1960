// SPDX-License-Identifier: Apache-2.0

package daily_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"
	"time"

	"securescore/internal/catalog"
	"securescore/internal/ledger"
	"securescore/internal/posture"
	"securescore/internal/store"
)

// processor is the user and system time of this process.
func processor(tb testing.TB) time.Duration {
	tb.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		tb.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// measure runs a benchmark and reports its CPU time in microseconds.
func measure(b *testing.B, fn func() int) {
	b.Helper()
	b.ReportAllocs()
	size, began := 0, processor(b)
	for b.Loop() {
		size = fn()
	}
	b.ReportMetric(float64((processor(b)-began).Microseconds())/float64(b.N), "cpu-us/op")
	b.ReportMetric(float64(size), "B/answer")
}

// large is a catalogue of 300 controls with descriptions of the usual length.
func large(tb testing.TB) *catalog.Catalog {
	tb.Helper()
	files := make(fstest.MapFS)
	small := catalogue(tb)
	for i := range 300 {
		id := fmt.Sprintf("control_number_%03d", i)
		text := controlFile(id, []string{"Identity", "Data", "Device", "Apps"}[i%4], "proportional", "{entity: user, pass: user.ok}")
		words := strings.Repeat(fmt.Sprintf("Sentence %d says what goes wrong without it. ", i), 5)
		files[id+".yaml"] = &fstest.MapFile{Data: []byte(strings.Replace(text, "What \"", "What "+words+"\"", 1))}
	}
	c, err := catalog.Load(small.Schema, catalog.Layer{Name: "test", Custom: true, Files: files})
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

// grown is a ledger of 300 controls and some days with three changes a day.
func grown(tb testing.TB, days int) *stage {
	tb.Helper()
	c := large(tb)
	st := newStage(tb, c)
	now := make(ledger.Scoring)
	var changes []ledger.Change
	for i, control := range c.Controls {
		now[control.ID] = standing(posture.Points(i), 0, 1000, i%90, 100-i%90, "")
		changes = append(changes, change(control.ID, ledger.Standing{}, now[control.ID]))
	}
	st.write(tb, begin(), changes...)
	var entries []ledger.Entry
	for n := 1; n < days; n++ {
		changes = changes[:0]
		for k := range 3 {
			id := c.Controls[(n*7+k*101)%len(c.Controls)].ID
			after := standing(posture.Points((n*13+k)%1000), 0, 1000, n%100, 100-n%100, "")
			changes = append(changes, change(id, now[id], after))
			now[id] = after
		}
		sealed, head, err := ledger.Seal(st.head, changes, ledger.Stamp{Effective: begin().Add(time.Duration(n) * 24 * time.Hour)})
		if err != nil {
			tb.Fatal(err)
		}
		entries, st.head = append(entries, sealed...), head
	}
	if len(entries) > 0 {
		st.update(tb, func(ctx context.Context, w *store.Writer) error {
			return w.Ledger.Append(ctx, tenant, ledger.Own, entries, nil)
		})
	}
	st.now = begin().Add(time.Duration(days-1)*24*time.Hour + time.Hour)
	return st
}

func BenchmarkGzip90(b *testing.B) {
	v := grown(b, 90).open(b)
	var dst []byte
	run := func() int {
		var err error
		if dst, err = v.Gzip(b.Context(), dst[:0], []byte(`{"value":[`), 0, 90, []byte("]}")); err != nil {
			b.Fatal(err)
		}
		return len(dst)
	}
	run() // makes the days
	measure(b, run)
}

func BenchmarkJSON90(b *testing.B) {
	v := grown(b, 90).open(b)
	var dst []byte
	measure(b, func() int {
		var err error
		if dst, err = v.JSON(b.Context(), dst[:0], 0, 90); err != nil {
			b.Fatal(err)
		}
		return len(dst)
	})
}

// The same bytes through the standard library, to compare with.
func BenchmarkMarshal90(b *testing.B) {
	v := grown(b, 90).open(b)
	raw, err := v.JSON(b.Context(), []byte("["), 0, 90)
	if err != nil {
		b.Fatal(err)
	}
	type controlScore struct {
		ControlCategory      string      `json:"controlCategory"`
		ControlName          string      `json:"controlName"`
		Description          string      `json:"description"`
		Score                json.Number `json:"score"`
		LastSynced           string      `json:"lastSynced"`
		ImplementationStatus string      `json:"implementationStatus"`
		Count                string      `json:"count"`
		Total                string      `json:"total"`
		ScoreInPercentage    json.Number `json:"scoreInPercentage"`
	}
	var days []struct {
		ID            string         `json:"id"`
		AzureTenantID string         `json:"azureTenantId"`
		CurrentScore  json.Number    `json:"currentScore"`
		MaxScore      json.Number    `json:"maxScore"`
		ControlScores []controlScore `json:"controlScores"`
	}
	if err := json.Unmarshal(append(raw, ']'), &days); err != nil {
		b.Fatal(err)
	}
	measure(b, func() int {
		out, err := json.Marshal(days)
		if err != nil {
			b.Fatal(err)
		}
		return len(out)
	})
}

// A change of today is one more view, and one day that is made anew.
func BenchmarkEncodeToday(b *testing.B) {
	st := grown(b, 90)
	v := st.open(b)
	var dst []byte
	measure(b, func() int {
		st.source.Limit(0) // nothing is kept
		var err error
		if dst, err = v.Gzip(b.Context(), dst[:0], nil, 0, 1, nil); err != nil {
			b.Fatal(err)
		}
		return len(dst)
	})
}

func BenchmarkOpenUnchanged(b *testing.B) {
	for _, days := range []int{90, 1095} {
		b.Run(fmt.Sprintf("days=%d", days), func(b *testing.B) {
			st := grown(b, days)
			st.open(b)
			measure(b, func() int { return st.open(b).Len() })
		})
	}
}

// The first time that a tenant is opened its whole ledger is read.
func BenchmarkOpenFirst(b *testing.B) {
	st := grown(b, 1095)
	measure(b, func() int {
		source, _ := st.observe()
		return openFrom(b, source, tenant).Len()
	})
}
