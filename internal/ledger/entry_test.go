// SPDX-License-Identifier: Apache-2.0

package ledger_test

import (
	"encoding/hex"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"securescore/internal/ledger"
	"securescore/internal/posture"
)

func sealed(t *testing.T, changes ...ledger.Change) []ledger.Entry {
	t.Helper()
	entries, _, err := ledger.Seal(ledger.Genesis(tenant, ledger.Own), changes, ledger.Stamp{Effective: start(), Recorded: start().Add(time.Second), Run: 3})
	if err != nil {
		t.Fatal(err)
	}
	return entries
}

func points(id posture.ControlID, cause ledger.Cause, from, to posture.Points, day ledger.Day) ledger.Change {
	return ledger.Change{
		Control: id, Cause: cause, Actor: ledger.System, Effective: day.Time().Add(time.Hour),
		Before: ledger.Standing{Measured: from, Max: 1000}, After: ledger.Standing{Measured: to, Max: 1000},
	}
}

// design 4.1: what an entry holds, and that old chains stay readable: these
// bytes and this hash must never change.
func TestEntryFormatIsStable(t *testing.T) {
	t.Parallel()
	entries := sealed(t,
		ledger.Change{
			Control: "AdminMFAV2", Cause: ledger.User, Actor: "person:7",
			Before: ledger.Standing{Measured: 500, Max: 1000, Counts: posture.Counts{Pass: 1, Fail: 1}},
			After:  ledger.Standing{Measured: 1000, Max: 1000, Counts: posture.Counts{Pass: 2}, Status: posture.Completed},
		},
		ledger.Change{Cause: ledger.FactsChanged, Actor: ledger.System, Facts: &ledger.Facts{Seats: 10, ActiveUsers: 8, LicensedUsers: 9, Plans: []string{"B", "A"}}},
	)
	want := []string{
		"01" + "08" + "02" + "8080ebabdfd3a306" + "80897a" + "06" + "08706572736f6e3a37" + "0a41646d696e4d46415632" + "e8070000" + "020200" + "020100" + "05",
		"01" + "0c" + "04" + "8080ebabdfd3a306" + "80897a" + "06" + "0673797374656d" + "14101204" + "0141" + "0142",
	}
	for i := range entries {
		if got := hex.EncodeToString(entries[i].Encode()); got != want[i] {
			t.Errorf("entry %d: got %s, want %s", i+1, got, want[i])
		}
		decoded, err := ledger.Decode(entries[i].Encode())
		if err != nil {
			t.Fatal(err)
		}
		decoded.Prev, decoded.Hash = entries[i].Prev, entries[i].Hash
		if diff := cmp.Diff(entries[i], decoded); diff != "" {
			t.Errorf("decoded entry %d (-want +got):\n%s", i+1, diff)
		}
	}
	const head = "ab35a1b239c32ab27cabf793246d3ebe1097dcbdb5c3345556fdb505b0e9a532"
	if got := entries[1].Hash.String(); got != head {
		t.Errorf("hash: got %s, want %s", got, head)
	}
}

// design 4.1: names live beside the chain.
func TestActorsAreIdsAndNotNames(t *testing.T) {
	t.Parallel()
	for actor, want := range map[ledger.Actor]bool{
		"": true, "system": true, "source:scubagear": true, "7b0f3c1e-aaaa-4bbb-8ccc-000000000001": true,
		"ada@contoso.example": false, "Ada Lovelace": false, "ünal": false, ledger.Actor(strings.Repeat("a", 65)): false,
	} {
		if got := actor.Valid(); got != want {
			t.Errorf("%q: got %v, want %v", actor, got, want)
		}
		_, _, err := ledger.Seal(ledger.Genesis(tenant, ledger.Own), []ledger.Change{{Cause: ledger.Status, Actor: actor}}, ledger.Stamp{})
		if got := err == nil; got != want {
			t.Errorf("seal by %q: got %v", actor, err)
		}
	}
	for name, c := range map[string]ledger.Change{
		"no cause":            {},
		"an unknown cause":    {Cause: "weather"},
		"facts without facts": {Cause: ledger.FactsChanged},
		"points with facts":   {Cause: ledger.User, Facts: &ledger.Facts{}},
	} {
		if _, _, err := ledger.Seal(ledger.Head{}, []ledger.Change{c}, ledger.Stamp{}); !errors.Is(err, posture.ErrInvalid) {
			t.Errorf("seal %s: got %v, want ErrInvalid", name, err)
		}
	}
}

func TestHeadsAreReadBack(t *testing.T) {
	t.Parallel()
	head := ledger.Genesis(tenant, ledger.Microsoft)
	head.Sequence = 42
	got, err := ledger.ParseHead(head.String() + "\n")
	if err != nil || got != head {
		t.Errorf("got %v, %v, want %v", got, err, head)
	}
	for _, text := range []string{"", "own", "own/1", "other/1/" + head.Hash.String(), "own/-1/" + head.Hash.String(), "own/x/" + head.Hash.String(), "own/1/abc", "own/1/zz"} {
		if _, err := ledger.ParseHead(text); !errors.Is(err, posture.ErrInvalid) {
			t.Errorf("%q: got %v, want ErrInvalid", text, err)
		}
	}
	if ledger.Genesis(tenant, ledger.Own).Hash == ledger.Genesis(tenant, ledger.Microsoft).Hash || ledger.Genesis("other", ledger.Own) == ledger.Genesis(tenant, ledger.Own) {
		t.Error("two series begin with the same hash")
	}
}

// design 4.3: days are UTC.
func TestDays(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ time, day, month, next string }{
		{"2026-01-31T23:59:59.999999Z", "2026-01-31", "2026-01-01", "2026-02-01"},
		{"2026-01-31T23:30:00-01:00", "2026-02-01", "2026-02-01", "2026-03-01"},
		{"2024-02-29T00:00:00Z", "2024-02-29", "2024-02-01", "2024-03-01"},
		{"2026-12-01T00:00:00Z", "2026-12-01", "2026-12-01", "2027-01-01"},
		{"1969-12-31T23:00:00Z", "1969-12-31", "1969-12-01", "1970-01-01"},
	} {
		at, err := time.Parse(time.RFC3339Nano, tt.time)
		if err != nil {
			t.Fatal(err)
		}
		day := ledger.DayOf(at)
		if day.String() != tt.day || day.Month().String() != tt.month || day.NextMonth().String() != tt.next {
			t.Errorf("%s: got %s in %s before %s, want %s in %s before %s", tt.time, day, day.Month(), day.NextMonth(), tt.day, tt.month, tt.next)
		}
	}
}

// FuzzDecode: no bytes panic, and what is read is written back the same.
func FuzzDecode(f *testing.F) {
	entries, _, err := ledger.Seal(ledger.Head{}, []ledger.Change{
		points("a", ledger.User, 0, 10, 5), {Cause: ledger.FactsChanged, Facts: &ledger.Facts{Plans: []string{"x"}}},
	}, ledger.Stamp{})
	if err != nil {
		f.Fatal(err)
	}
	for i := range entries {
		f.Add(entries[i].Encode())
	}
	f.Add([]byte{1, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1})
	f.Fuzz(func(t *testing.T, data []byte) {
		e, err := ledger.Decode(data)
		if err != nil {
			if !errors.Is(err, posture.ErrInvalid) {
				t.Errorf("got %v, want ErrInvalid", err)
			}
			return
		}
		if diff := cmp.Diff(data, e.Encode()); diff != "" {
			t.Errorf("written back (-read +written):\n%s", diff)
		}
	})
}
