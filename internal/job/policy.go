// SPDX-License-Identifier: Apache-2.0

package job

import "time"

// Policy says what becomes of work that fails.
type Policy struct {
	Base     time.Duration // the longest wait after the first attempt; it doubles each time
	Longest  time.Duration // no wait is longer
	Attempts int           // after so many the work is dead
}

// Usual is the policy of work that says nothing else: it goes on for about two
// days.
func Usual() Policy { return Policy{Base: 10 * time.Second, Longest: 2 * time.Hour, Attempts: 50} }

// Wait returns how long to wait after an attempt, counted from 1, or false when
// that was the last one. The wait is anything up to its bound, so that what
// failed together is not tried again together; random is from 0 to below 1.
func (p Policy) Wait(attempt int, random float64) (time.Duration, bool) {
	if attempt >= p.Attempts {
		return 0, false
	}
	bound := p.Base
	for i := 1; i < attempt && bound < p.Longest; i++ {
		bound *= 2
	}
	return time.Duration(random * float64(min(bound, p.Longest))), true
}
