// SPDX-License-Identifier: Apache-2.0

package assess_test

import (
	"errors"
	"testing"
	"time"

	"securescore/internal/assess"
	"securescore/internal/posture"
	"securescore/internal/store"
)

// due takes the work that is due.
func (b *workbench) due(t *testing.T, length time.Duration) []store.Lease {
	t.Helper()
	list, err := b.store.Across().Leases.Take(t.Context(), store.Taking{
		Owner: "test", Kinds: []store.KindLimit{{Kind: assess.ExpiryWork}, {Kind: assess.MonthsWork}, {Kind: b.assessor.CatalogueWork()}}, Most: 9, Length: length,
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// What the passing of time changes next is planned with the decision, and done
// once, by whoever holds the lease.
func TestExpiryIsPlanned(t *testing.T) {
	t.Parallel()
	b := setup(t)
	four := objects{"a": ok, "b": ok, "c": bad, "d": bad}
	if _, err := b.assessor.Import(t.Context(), tenant, operator(), b.reading(four, objects{}, true)); err != nil {
		t.Fatal(err)
	}
	for i, expires := range []time.Duration{48 * time.Hour, 24 * time.Hour} { // the later one is made first
		_, err := b.assessor.Decide(t.Context(), tenant, operator(), []posture.Decision{
			{Kind: "user", Entity: []string{"c", "b"}[i], Control: "users_ok", At: b.now, Expires: b.now.Add(expires)},
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	start := b.now
	b.now = start.Add(24*time.Hour - time.Microsecond)
	if list := b.due(t, time.Hour); len(list) != 0 {
		t.Fatalf("before it expires: got %+v", list)
	}
	b.now = start.Add(24 * time.Hour)
	frozen := b.due(t, time.Microsecond)
	b.now = b.now.Add(time.Millisecond)
	held := b.due(t, time.Hour)
	if len(frozen) != 1 || len(held) != 1 || !frozen[0].Due.Equal(start.Add(24*time.Hour)) {
		t.Fatalf("got %+v and %+v, want one work that was due when the first one expired", frozen, held)
	}
	before := len(b.stored(t).Entries)
	if err := b.assessor.Renew(t.Context(), frozen[0]); !errors.Is(err, posture.ErrConflict) {
		t.Errorf("a frozen holder: got %v, want ErrConflict", err)
	}
	if got := len(b.stored(t).Entries); got != before {
		t.Errorf("a frozen holder wrote %d entries", got-before)
	}
	if err := b.assessor.Renew(t.Context(), held[0]); err != nil {
		t.Fatal(err)
	}
	if got := len(b.stored(t).Entries); got != before+1 {
		t.Errorf("got %d entries, want one more than %d", got, before)
	}
	if list := b.due(t, time.Hour); len(list) != 0 {
		t.Errorf("got %+v, want nothing before the second one expires", list)
	}
	b.now = start.Add(48 * time.Hour)
	list := b.due(t, time.Hour)
	if len(list) != 1 {
		t.Fatalf("got %+v, want the second one", list)
	}
	// A clock that is behind does not put off what the storage's says is due.
	b.now = start
	if err := b.assessor.Renew(t.Context(), list[0]); err != nil {
		t.Fatal(err)
	}
	b.now = start.Add(1000 * time.Hour)
	if got := len(b.stored(t).Entries); got != before+2 {
		t.Errorf("got %d entries, want two more than %d", got, before)
	}
	if list := b.due(t, time.Hour); len(list) != 0 {
		t.Errorf("got %+v, want nothing more", list)
	}
}
