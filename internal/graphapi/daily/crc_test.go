// SPDX-License-Identifier: Apache-2.0

package daily_test

import (
	"encoding/json"
	"hash/crc32"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"securescore/internal/graphapi/daily"
	"securescore/internal/posture"
)

func TestJoinedChecksums(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		first := rapid.SliceOf(rapid.Byte()).Draw(t, "first")
		second := rapid.SliceOfN(rapid.Byte(), 0, 5000).Draw(t, "second")
		got := daily.Joined(crc32.ChecksumIEEE(first), crc32.ChecksumIEEE(second), daily.ShiftOf(len(second)))
		if want := crc32.ChecksumIEEE(append(first, second...)); got != want {
			t.Fatalf("got %08x, want %08x", got, want)
		}
	})
}

// Whatever text comes in, what goes out is JSON that reads as the standard
// library would have written it.
func FuzzAppendString(f *testing.F) {
	for _, seed := range []string{"", "plain", "\"\\/\b\f\n\r\t\x00\x1f\x7f", "\xff\xc0\x80", "\u2028\u2029\ufeff", "é😀", "</script>", "\xed\xa0\x80"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		mine := daily.AppendString(nil, s)
		theirs, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		var got, want string
		if err := json.Unmarshal(mine, &got); err != nil {
			t.Fatalf("%q became %q: %v", s, mine, err)
		}
		if err := json.Unmarshal(theirs, &want); err != nil {
			t.Fatal(err)
		}
		if got != want {
			t.Errorf("%q reads back as %q, want %q", s, got, want)
		}
	})
}

func TestPointsAreExact(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := posture.Points(rapid.Int64Range(-1<<40, 1<<40).Draw(t, "points"))
		got := string(daily.AppendPoints(nil, p))
		if got != p.Decimal() {
			t.Fatalf("got %s, want %s", got, p.Decimal())
		}
		if _, err := strconv.ParseFloat(got, 64); err != nil {
			t.Fatal(err)
		}
	})
}
