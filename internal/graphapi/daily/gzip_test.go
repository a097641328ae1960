// SPDX-License-Identifier: Apache-2.0

package daily_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"io"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	kpgzip "github.com/klauspost/compress/gzip"

	"securescore/internal/graphapi/daily"
	"securescore/internal/ledger"
	"securescore/internal/posture"
	"securescore/internal/store"
)

// gunzip reads exactly one gzip member that fills data.
func gunzip(tb fataler, data []byte) string {
	tb.Helper()
	in := bytes.NewReader(data)
	r, err := gzip.NewReader(in)
	if err != nil {
		tb.Fatal(err)
	}
	r.Multistream(false)
	text, err := io.ReadAll(r)
	if err != nil {
		tb.Fatal(err)
	}
	if in.Len() != 0 {
		tb.Fatal("there is more behind the gzip member")
	}
	return string(text)
}

// packed is what Gzip says of days, unpacked and compared with JSON.
func packed(tb fataler, v *daily.View, prefix string, first, n int, suffix string) string {
	tb.Helper()
	zipped, err := v.Gzip(tb.Context(), []byte("before"), []byte(prefix), first, n, []byte(suffix))
	if err != nil {
		tb.Fatal(err)
	}
	plain, err := v.JSON(tb.Context(), []byte(prefix), first, n)
	if err != nil {
		tb.Fatal(err)
	}
	zipped, ok := bytes.CutPrefix(zipped, []byte("before"))
	if !ok {
		tb.Fatal("what was in front is gone")
	}
	got := gunzip(tb, zipped)
	if want := string(plain) + suffix; got != want {
		tb.Fatal("gzip holds", got, "want", want)
	}
	r, err := kpgzip.NewReader(bytes.NewReader(zipped))
	if err != nil {
		tb.Fatal(err)
	}
	if other, err := io.ReadAll(r); err != nil || string(other) != got {
		tb.Fatal("another reader finds", string(other), err)
	}
	return got
}

func TestGzipIsTheJSON(t *testing.T) {
	t.Parallel()
	st := newStage(t, catalogue(t))
	populate(t, st)
	v := st.open(t)
	long := strings.Repeat("x", 1<<17)
	for first := range v.Len() {
		for n := range v.Len() - first + 1 {
			if text := packed(t, v, `{"value":[`, first, n, "]}"); !json.Valid([]byte(text)) {
				t.Errorf("no JSON: %s", text)
			}
		}
		packed(t, v, "", first, 1, "")
		packed(t, v, long, first, 1, long+"y")
	}
}

func TestGzipProgramReadsIt(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("gzip"); err != nil {
		t.Skip("there is no gzip program here")
	}
	st := newStage(t, catalogue(t))
	populate(t, st)
	v := st.open(t)
	zipped, err := v.Gzip(t.Context(), nil, []byte("["), 0, v.Len(), []byte("]"))
	if err != nil {
		t.Fatal(err)
	}
	plain, err := v.JSON(t.Context(), []byte("["), 0, v.Len())
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "gzip", "-dc")
	cmd.Stdin = bytes.NewReader(zipped)
	got, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != string(plain)+"]" {
		t.Errorf("got %s, want %s]", got, plain)
	}
}

// observed counts what is written to the store and read from it.
type observed struct {
	store.Store
	views, updates atomic.Int32
	refuse         atomic.Bool
}

func (o *observed) View(ctx context.Context, id posture.TenantID, fn func(context.Context, *store.Reader) error) error {
	o.views.Add(1)
	return o.Store.View(ctx, id, fn)
}

func (o *observed) Update(ctx context.Context, id posture.TenantID, fn func(context.Context, *store.Writer) error) error {
	o.updates.Add(1)
	if o.refuse.Load() {
		return posture.ErrUnavailable
	}
	return o.Store.Update(ctx, id, fn)
}

// observe makes a source of a process of its own on the same store.
func (st *stage) observe() (*daily.Source, *observed) {
	o := &observed{Store: st.store}
	return daily.New(o, st.assessor, st.clock), o
}

func openFrom(tb fataler, s *daily.Source, id posture.TenantID) *daily.View {
	tb.Helper()
	v, err := s.Open(tb.Context(), id)
	if err != nil {
		tb.Fatal(err)
	}
	return v
}

func stored(tb fataler, st *stage, key string) (days []store.Fragment) {
	tb.Helper()
	err := st.store.View(tb.Context(), st.tenant, func(ctx context.Context, r *store.Reader) (err error) {
		days, err = r.Fragments.Fragments(ctx, st.tenant, key, 0, 1<<20)
		return err
	})
	if err != nil {
		tb.Fatal(err)
	}
	return days
}

// Past days are made once: the next process finds them in the store, and the
// change feed does not tell of it.
func TestPastDaysAreMadeOnce(t *testing.T) {
	t.Parallel()
	st := newStage(t, catalogue(t))
	populate(t, st)
	first, o := st.observe()
	v := openFrom(t, first, tenant)
	packed(t, v, "", 0, 3, "")
	if o.updates.Load() != 1 {
		t.Errorf("the first answer wrote %d times, want once", o.updates.Load())
	}
	if days := stored(t, st, v.Key()); len(days) != 2 {
		t.Errorf("%d days are stored, want the two past ones", len(days))
	}
	looks := o.views.Load()
	if openFrom(t, first, tenant) != v {
		t.Error("storing days counted as a change")
	}
	packed(t, v, "", 0, 3, "")
	if got := o.views.Load() - looks; got != 0 {
		t.Errorf("the second answer read the store %d times, want not at all", got)
	}
	second, o := st.observe()
	packed(t, openFrom(t, second, tenant), "", 1, 2, "")
	if o.updates.Load() != 0 {
		t.Error("another process made days that are stored")
	}
}

func TestDamagedDaysAreMadeAnew(t *testing.T) {
	t.Parallel()
	st := newStage(t, catalogue(t))
	populate(t, st)
	v := st.open(t)
	packed(t, v, "", 0, 3, "")
	days := stored(t, st, v.Key())
	for cut := range 40 {
		st.update(t, func(ctx context.Context, w *store.Writer) error {
			bad := []store.Fragment{
				{Day: days[0].Day, Body: days[0].Body[:min(cut, len(days[0].Body))]},
				{Day: days[1].Day, Body: bytes.Clone(days[1].Body)},
			}
			bad[1].Body[len(days[1].Body)-1-cut] ^= 4
			return w.Fragments.PutFragments(ctx, tenant, v.Key(), bad)
		})
		other, _ := st.observe()
		packed(t, openFrom(t, other, tenant), "", 0, 3, "")
	}
}

// What arrives late changes the day that it is about, in memory and in the
// store.
func TestLateNewsOfAPastDay(t *testing.T) {
	t.Parallel()
	st := newStage(t, catalogue(t))
	populate(t, st)
	packed(t, st.open(t), "", 0, 3, "")
	before := packed(t, st.open(t), "", 1, 1, "")
	yesterday := begin().Add(30 * time.Hour)
	st.run(t, yesterday)
	after := packed(t, st.open(t), "", 1, 1, "")
	if before == after || !strings.Contains(after, "2026-01-02T14:00:00Z") {
		t.Errorf("a run of yesterday does not show: %s", after)
	}
	st.write(t, yesterday, change("counted", standing(1000, 0, 1000, 20, 0, posture.Completed), standing(123, 0, 1000, 3, 17, "")))
	v := st.open(t)
	if days := stored(t, st, v.Key()); len(days) != 1 || days[0].Day != ledger.DayOf(begin()) {
		t.Errorf("an entry of yesterday left %d days in the store, want the one before", len(days))
	}
	if text := packed(t, v, "", 1, 1, ""); !strings.Contains(text, `"score":1.23`) {
		t.Errorf("an entry of yesterday does not show: %s", text)
	}
	other, _ := st.observe()
	if text := packed(t, openFrom(t, other, tenant), "", 1, 1, ""); !strings.Contains(text, `"score":1.23`) {
		t.Errorf("an entry of yesterday does not show in another process: %s", text)
	}
}

// The tenant's id is in every day, so binding it changes them all.
func TestBindingChangesEveryDay(t *testing.T) {
	t.Parallel()
	st := newStage(t, catalogue(t))
	populate(t, st)
	packed(t, st.open(t), "", 0, 3, "")
	st.update(t, func(ctx context.Context, w *store.Writer) error { return w.Tenant.Bind(ctx, tenant, entra) })
	text := packed(t, st.open(t), "", 0, 3, "")
	if strings.Contains(text, string(tenant)) || !strings.Contains(text, entra+"_2026-01-01") {
		t.Errorf("the days still have the old id: %s", text)
	}
}

// Not being able to keep days does not keep them from being told.
func TestStoreThatCannotBeWritten(t *testing.T) {
	t.Parallel()
	st := newStage(t, catalogue(t))
	populate(t, st)
	source, o := st.observe()
	o.refuse.Store(true)
	packed(t, openFrom(t, source, tenant), "", 0, 3, "")
}

func TestDaysInMemoryAreBounded(t *testing.T) {
	t.Parallel()
	st := newStage(t, catalogue(t))
	populate(t, st)
	st.now = st.now.Add(200 * 24 * time.Hour)
	v := st.open(t)
	packed(t, v, "", 0, v.Len(), "")
	all, size := st.source.Shelved()
	if all != v.Len() {
		t.Fatalf("%d days are kept, want %d", all, v.Len())
	}
	st.source.Limit(size / 2)
	st.now = st.now.Add(24 * time.Hour)
	v = st.open(t)
	packed(t, v, "", 0, v.Len(), "")
	if some, got := st.source.Shelved(); got > size/2 || some < all/4 {
		t.Errorf("%d days with %d bytes are kept, want at most %d bytes", some, got, size/2)
	}
}
