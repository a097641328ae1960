// SPDX-License-Identifier: Apache-2.0

package refusal_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"securescore/internal/access/refusal"
	"securescore/internal/posture"
)

func TestARefusalTellsTheReasonToTheLogOnly(t *testing.T) {
	t.Parallel()
	err := fmt.Errorf("request: %w", refusal.New("the token does not hold", "it expired at %d", 7))
	if !errors.Is(err, posture.ErrUnauthenticated) {
		t.Errorf("got %v, want ErrUnauthenticated", err)
	}
	if got := err.Error(); got != "request: the token does not hold: not signed in" {
		t.Errorf("answer: got %q", got)
	}
	if got := refusal.Why(err); got != "it expired at 7" {
		t.Errorf("why: got %q", got)
	}
	if down := refusal.Unavailable("it is down", "x"); !errors.Is(down, posture.ErrUnavailable) || errors.Is(down, posture.ErrUnauthenticated) {
		t.Errorf("got %v, want ErrUnavailable only", down)
	}
	if no := refusal.Forbidden("no permission", "x"); !errors.Is(no, posture.ErrForbidden) || errors.Is(no, posture.ErrUnauthenticated) {
		t.Errorf("got %v, want ErrForbidden only", no)
	}
	if got := refusal.Why(posture.ErrConflict); got != "conflict" {
		t.Errorf("why of another error: got %q", got)
	}
}

func TestReasonsAreBounded(t *testing.T) {
	t.Parallel()
	if got := len(refusal.Why(refusal.New("no", "%s", strings.Repeat("x", 9000)))); got > 510 {
		t.Errorf("got %d bytes", got)
	}
	if got := refusal.Quote(strings.Repeat("\n", 900)); len(got) > 200 || strings.Contains(got, "\n") {
		t.Errorf("got %q", got)
	}
}
