// SPDX-License-Identifier: Apache-2.0

package sqlite_test

import (
	"database/sql"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"securescore/internal/store"
	"securescore/internal/store/sqlite"
)

// A clock that steps back an hour neither starves nor doubles work: what counts
// from it goes back with it, and what is due by the calendar waits for it.
func TestClockStepsBack(t *testing.T) {
	t.Parallel()
	var offset atomic.Int64
	look := going()
	s := openAt(t, t.TempDir(), func() time.Time { return look().Add(time.Duration(offset.Load())) })
	work := func(key string, due store.Due, every time.Duration) store.Work {
		return store.Work{WorkID: store.WorkID{Kind: "test", Key: key}, Due: due, Every: every}
	}
	taking := store.Taking{Owner: "a", Kinds: []store.KindLimit{{Kind: "test"}}, Most: 9, Length: 30 * time.Second}
	take := func(owner string) (names []string, leases []store.Lease) {
		t.Helper()
		taking.Owner = owner
		leases, err := s.Across().Leases.Take(t.Context(), taking)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range leases {
			names = append(names, l.Key)
		}
		return names, leases
	}
	want := func(got []string, names ...string) {
		t.Helper()
		if diff := cmp.Diff(names, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
	err := s.Across().Works.Put(t.Context(), []store.Work{
		work("held", store.Due{}, 0), work("recurring", store.Due{}, time.Minute),
		work("soon", store.Due{In: 2 * time.Minute}, 0), work("by the calendar", store.Due{At: now().Add(2 * time.Minute)}, 0),
	})
	if err != nil {
		t.Fatal(err)
	}
	names, leases := take("a")
	want(names, "held", "recurring")
	if _, err := s.Across().Leases.Finish(t.Context(), leases[1:]); err != nil {
		t.Fatal(err)
	}
	offset.Store(int64(-time.Hour))
	names, _ = take("b") // this notices the step
	want(names)
	offset.Add(int64(31 * time.Second))
	names, held := take("b") // the lease is over as soon as it would have been
	want(names, "held")
	if lost, err := s.Across().Leases.Finish(t.Context(), leases[:1]); err != nil || len(lost) != 1 {
		t.Errorf("the first holder: got lost %v, %v, want that it lost", lost, err)
	}
	if lost, err := s.Across().Leases.Finish(t.Context(), held); err != nil || len(lost) != 0 {
		t.Errorf("the second holder: got lost %v, %v", lost, err)
	}
	offset.Add(int64(30 * time.Second))
	names, _ = take("b")
	want(names, "recurring")
	offset.Add(int64(60 * time.Second))
	taking.Length = time.Hour
	names, _ = take("c")
	want(names, "recurring", "soon")
	offset.Store(0)
	offset.Add(int64(2 * time.Minute))
	names, _ = take("d")
	want(names, "by the calendar")
}

// An idle process asks all the time, and must not write each time.
func TestAskingForWorkWritesNothing(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	s := openAt(t, folder, going())
	taking := store.Taking{Owner: "a", Kinds: []store.KindLimit{{Kind: "test", Most: 3}}, Most: 9, Length: time.Hour}
	version := func() (n int64) {
		query(t, filepath.Join(folder, sqlite.FileName), func(db *sql.DB) {
			if err := db.QueryRowContext(t.Context(), "SELECT seen FROM lease_clock").Scan(&n); err != nil {
				t.Fatal(err)
			}
		})
		return n
	}
	ask := func() {
		t.Helper()
		if list, err := s.Across().Leases.Take(t.Context(), taking); err != nil || len(list) != 0 {
			t.Fatalf("got %v, %v", list, err)
		}
	}
	ask()
	before := version()
	for range 100 {
		ask()
	}
	if after := version(); after != before || before == 0 {
		t.Errorf("asking changed what is stored: %d and then %d", before, after)
	}
}
