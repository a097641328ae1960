// SPDX-License-Identifier: Apache-2.0

package rule_test

import (
	"fmt"
	"math"
	"strconv"
	"testing"
	"time"

	"securescore/internal/entity"
	"securescore/internal/posture"
	"securescore/internal/rule"
	"securescore/internal/rule/ruletest"
)

// Design 5.1: a comparison with an overflow in it is unknown, in a run, for one
// row and in cel-go, at the very edge of what numbers and times can hold.
func TestEdgesOfNumbersAndTimes(t *testing.T) {
	t.Parallel()
	s := schema(t)
	e := environment(t, s)
	m := model(s)
	m.At = now.Add(500 * time.Millisecond)
	users := m.Table("user")
	fill(users, m.At)
	numbers := []int64{math.MinInt64 + 1, -1, 0, 1, math.MaxInt64 - 1, math.MaxInt64}
	for _, by := range numbers {
		for _, limit := range numbers {
			for _, form := range []string{
				"user.failures + params.by < params.limit", "user.failures + params.by > params.limit",
				"params.by + user.failures == params.limit", "user.failures - params.by <= params.limit",
				"user.failures - params.by != params.limit", "params.by - user.failures < params.limit",
				"params.limit <= params.by - user.failures", "params.limit < user.failures - params.by",
			} {
				agree(t, e, m, rule.Source{Entity: "user", Pass: form, Params: map[string]any{"by": by, "limit": limit}})
			}
		}
	}
	longest := time.Duration(math.MaxInt64 / 1000 * 1000)
	for _, d := range []time.Duration{-longest, -time.Second, 0, time.Microsecond, longest - time.Second, longest} {
		for _, form := range []string{
			"run.time - user.created < duration(params.d)", "user.created - run.time >= duration(params.d)",
			"user.created + duration(params.d) < run.time", "user.created - duration(params.d) == run.time",
			"duration(params.d) + user.created != run.time", "run.time < user.created - duration(params.d)",
			"run.time - user.created + duration(params.d) > duration('0s')", "user.created - run.time - duration(params.d) > duration('0s')",
		} {
			agree(t, e, m, rule.Source{Entity: "user", Pass: form, Params: map[string]any{"d": d.String()}})
		}
	}
}

// fill makes people whose numbers and times stand at all edges.
func fill(users *entity.Table, at time.Time) {
	for i, v := range []int64{math.MinInt64, math.MinInt64 + 1, -2, -1, 0, 1, 2, math.MaxInt64 - 1, math.MaxInt64} {
		users.SetInt(users.Add("number "+strconv.Itoa(i), ""), "failures", v)
	}
	times := []time.Time{now, entity.Never, time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(9999, 12, 31, 23, 59, 59, 999999000, time.UTC)}
	// Some 292 years away a duration reaches its end. CEL scales the seconds
	// before it adds the fractions, so that they have an end of their own.
	seconds := time.Duration(math.MaxInt64).Truncate(time.Second)
	for _, edge := range []time.Time{
		at.Add(math.MaxInt64), at.Add(math.MinInt64 + 1),
		at.Truncate(time.Second).Add(seconds).Add(time.Second), at.Truncate(time.Second).Add(-seconds),
	} {
		for _, off := range []time.Duration{-time.Second, -time.Microsecond, 0, time.Microsecond, time.Second} {
			times = append(times, edge.Truncate(time.Microsecond).Add(off))
		}
	}
	for i, at := range times {
		users.SetTime(users.Add(fmt.Sprint("time ", i), ""), "created", at)
	}
}

func agree(t *testing.T, e *rule.Env, m *entity.Model, src rule.Source) {
	t.Helper()
	p := compile(t, e, src)
	oracle, err := ruletest.NewOracle(m.Schema, src)
	if err != nil {
		t.Fatal(err)
	}
	out := p.Run(m, new(rule.Scratch))
	for row := range m.Table("user").Len() {
		_, want := oracle.Row(m, row)
		_, got := p.Row(m, row)
		outcome := posture.Unknown
		switch {
		case out.Pass.Has(row):
			outcome = posture.Pass
		case out.Fail.Has(row):
			outcome = posture.Fail
		}
		wanted := map[entity.Tri]posture.Outcome{entity.True: posture.Pass, entity.False: posture.Fail, entity.Unknown: posture.Unknown}[want]
		if got != want || outcome != wanted {
			t.Errorf("%s, %v, %s: cel-go says %s, the closures %s, the run %s", src.Pass, src.Params, m.Table("user").Keys[row], want, got, outcome)
		}
	}
}
