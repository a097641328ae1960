// SPDX-License-Identifier: Apache-2.0

package posture_test

import (
	"encoding/json"
	"errors"
	"testing"

	"securescore/internal/posture"
)

func TestParsePoints(t *testing.T) {
	t.Parallel()
	good := map[string]posture.Points{
		"0": 0, "10": 1000, "1.5": 150, "0.25": 25, "128.00": 12800, "-0.01": -1, "007": 700,
	}
	for text, want := range good {
		if got, err := posture.ParsePoints(text); err != nil || got != want {
			t.Errorf("ParsePoints(%q) = %d, %v; want %d", text, got, err, want)
		}
	}
	for _, text := range []string{"", ".", "1.", ".5", "1.234", "1e3", "--1", "+1", "1_0", " 1", "1,5", "99999999999999999999"} {
		if got, err := posture.ParsePoints(text); !errors.Is(err, posture.ErrInvalid) {
			t.Errorf("ParsePoints(%q) = %d, %v; want an invalid error", text, got, err)
		}
	}
}

func TestPointsAsText(t *testing.T) {
	t.Parallel()
	cases := map[posture.Points][2]string{
		0: {"0.00", "0"}, 12800: {"128.00", "128"}, 150: {"1.50", "1.5"}, 25: {"0.25", "0.25"}, -5: {"-0.05", "-0.05"}, 10: {"0.10", "0.1"},
	}
	for p, want := range cases {
		if p.String() != want[0] || p.Decimal() != want[1] {
			t.Errorf("%d hundredths: got %s and %s, want %s and %s", int64(p), p, p.Decimal(), want[0], want[1])
		}
		raw, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		var back posture.Points
		if err := json.Unmarshal(raw, &back); err != nil || back != p {
			t.Errorf("%s read back: got %d, %v; want %d", raw, back, err, p)
		}
	}
}

func FuzzParsePoints(f *testing.F) {
	for _, seed := range []string{"1.5", "-0.01", "10", "x"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p, err := posture.ParsePoints(text)
		if err != nil {
			return
		}
		again, err := posture.ParsePoints(p.Decimal())
		if err != nil || again != p {
			t.Errorf("%q gave %d, printed as %s gave %d, %v", text, p, p.Decimal(), again, err)
		}
	})
}
