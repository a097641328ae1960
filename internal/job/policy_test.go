// SPDX-License-Identifier: Apache-2.0

package job_test

import (
	"testing"
	"time"

	"securescore/internal/job"
)

func TestPolicy(t *testing.T) {
	t.Parallel()
	p := job.Policy{Base: time.Second, Longest: 5 * time.Second, Attempts: 6}
	for _, c := range []struct {
		attempt int
		random  float64
		want    time.Duration
		again   bool
	}{
		{1, 0, 0, true},
		{1, 0.5, 500 * time.Millisecond, true},
		{2, 0.5, time.Second, true},
		{3, 0.5, 2 * time.Second, true},
		{4, 0.5, 2500 * time.Millisecond, true},
		{5, 0.5, 2500 * time.Millisecond, true},
		{6, 0.5, 0, false},
		{60, 0.5, 0, false},
	} {
		if got, again := p.Wait(c.attempt, c.random); got != c.want || again != c.again {
			t.Errorf("attempt %d at %v: got %v, %v, want %v, %v", c.attempt, c.random, got, again, c.want, c.again)
		}
	}
	usual, whole := job.Usual(), time.Duration(0)
	for attempt := 1; ; attempt++ {
		wait, again := usual.Wait(attempt, 0.999)
		if !again {
			break
		}
		if wait > usual.Longest {
			t.Errorf("attempt %d: got a wait of %v, want at most %v", attempt, wait, usual.Longest)
		}
		whole += wait
	}
	if whole < 48*time.Hour || whole > 120*time.Hour {
		t.Errorf("the last attempt comes after at most %v, want some days", whole)
	}
}
