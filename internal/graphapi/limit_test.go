// SPDX-License-Identifier: Apache-2.0

package graphapi_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"securescore/internal/graphapi"
	"securescore/internal/graphapi/daily"
	"securescore/internal/graphapi/profile"
	"securescore/internal/posture"
)

func limits(l graphapi.Limits) setting {
	return func(c *graphapi.Config, _ *profile.Config) { c.Limits = l }
}

func TestLimits(t *testing.T) {
	t.Parallel()
	s := newStage(t, limits(graphapi.Limits{ScoresPerMinute: 3, PerTenMinutes: 5}))
	expect := func(token, path string, status int, wait string) {
		t.Helper()
		r := s.ask(t, token, http.MethodGet, path, "")
		if code, _ := r.want(t, status); r.Header().Get("Retry-After") != wait || (status == 429) != (code == "TooManyRequests") {
			t.Errorf("%s: got Retry-After %q, want %q", path, r.Header().Get("Retry-After"), wait)
		}
	}
	count := scores + "/$count"
	for range 3 {
		expect("reader", count, 200, "")
	}
	expect("reader", count, 429, "60")
	s.pass(59*time.Second + time.Millisecond)
	expect("reader", count, 429, "1")
	expect("writer", count, 200, "") // by token
	expect("both", "/t/"+entra+count, 200, "")
	expect("both", "/t/"+string(fabrikam)+count, 200, "") // and by tenant
	expect("reader", profiles+"/$count", 200, "")
	s.pass(time.Second)
	expect("reader", count, 200, "")
	expect("reader", profiles+"/$count", 429, "540")
	expect("reader", "/t/"+nobody+count, 404, "") // what is no tenant of theirs counts by itself
	s.pass(9 * time.Minute)
	expect("reader", profiles+"/$count", 200, "")
	s.pass(-time.Hour) // a clock that is set back locks nobody out
	expect("reader", count, 200, "")
}

func TestGuessingTenantsIsLimited(t *testing.T) {
	t.Parallel()
	s := newStage(t, limits(graphapi.Limits{PerTenMinutes: 4}))
	for i, tenant := range []string{nobody, string(fabrikam), nobody, string(fabrikam), nobody, string(fabrikam)} {
		want := 404
		if i >= 4 {
			want = 429
		}
		s.ask(t, "reader", http.MethodGet, "/t/"+tenant+scores, "").want(t, want)
	}
}

// slow opens days when it is told to.
type slow struct {
	graphapi.Scores

	entered, release chan struct{}
}

func (s slow) Open(ctx context.Context, tenant posture.TenantID) (*daily.View, error) {
	s.entered <- struct{}{}
	<-s.release
	return s.Scores.Open(ctx, tenant)
}

func TestConcurrentRequestsAreLimited(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	wait := slow{entered: make(chan struct{}), release: make(chan struct{})}
	s.handler = s.serve(limits(graphapi.Limits{Concurrent: 2}), func(c *graphapi.Config, _ *profile.Config) {
		wait.Scores = c.Scores
		c.Scores = wait
	})
	done := make(chan int)
	for range 2 {
		go func() { done <- s.get(t, scores).Code }()
		<-wait.entered
	}
	r := s.get(t, profiles)
	if r.want(t, 429); r.Header().Get("Retry-After") != "1" {
		t.Errorf("got Retry-After %q", r.Header().Get("Retry-After"))
	}
	s.ask(t, "reader", http.MethodGet, profiles, "").want(t, 200)
	close(wait.release)
	for range 2 {
		if code := <-done; code != 200 {
			t.Errorf("a request under way: got %d", code)
		}
	}
	s.get(t, profiles).want(t, 200)
}

// broken fails in the way of a fault of the program.
type broken struct{ graphapi.Scores }

func (broken) Open(context.Context, posture.TenantID) (*daily.View, error) { panic("a fault") }

func TestFaultsOfTheProgramHoldNoPlace(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.handler = s.serve(limits(graphapi.Limits{Concurrent: 1}), func(c *graphapi.Config, _ *profile.Config) { c.Scores = broken{c.Scores} })
	for range 3 {
		if code, message := s.get(t, scores).want(t, 500); code != "InternalServerError" || message == "a fault" {
			t.Errorf("got %s %s", code, message)
		}
	}
	s.get(t, profiles).want(t, 200)
}
