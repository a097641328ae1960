// SPDX-License-Identifier: Apache-2.0

package ruletest

import (
	"maps"
	"math"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"securescore/internal/entity"
	"securescore/internal/posture"
	"securescore/internal/rule"
)

// words are values that decide something: what the rules themselves name, and
// their neighbours. Purely random values would hardly ever meet a comparison.
type words struct {
	texts     []string
	numbers   []int64
	durations []time.Duration
	times     []time.Time
}

var (
	quoted = regexp.MustCompile(`"([^"\\]*)"|'([^'\\]*)'`)
	digits = regexp.MustCompile(`\b\d{1,18}\b`)
)

func wordsOf(src rule.Source) *words {
	w := &words{
		texts:     []string{"", "a", "B", "émile", "user@contoso.com"},
		numbers:   []int64{0, 1, -1, entity.Unlimited, math.MinInt64},
		durations: []time.Duration{0, time.Hour, math.MaxInt64 / 1000 * 1000},
		times:     []time.Time{entity.Never, time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC), time.Unix(0, 0).UTC()},
	}
	w.take(src.Where)
	w.take(src.Pass)
	for _, name := range slices.Sorted(maps.Keys(src.Params)) { // the same seed, the same tables
		w.param(src.Params[name])
	}
	return w
}

func (w *words) take(expression string) {
	for _, m := range quoted.FindAllStringSubmatch(expression, -1) {
		w.text(m[1] + m[2])
	}
	for _, m := range digits.FindAllString(expression, -1) {
		if n, err := strconv.ParseInt(m, 10, 64); err == nil {
			w.numbers = append(w.numbers, n-1, n, n+1)
		}
	}
}

func (w *words) text(s string) {
	w.texts = append(w.texts, s, strings.ToUpper(s), s+"x", "x"+s)
	if d, err := time.ParseDuration(s); err == nil {
		w.durations = append(w.durations, d)
	}
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		w.times = append(w.times, t)
	}
}

func (w *words) param(value any) {
	switch v := value.(type) {
	case string:
		w.text(v)
	case int:
		w.numbers = append(w.numbers, int64(v)-1, int64(v), int64(v)+1)
	case int64:
		w.numbers = append(w.numbers, v-1, v, v+1)
	case []string:
		for _, s := range v {
			w.text(s)
		}
	case []any:
		for _, s := range v {
			w.param(s)
		}
	}
}

// random makes models.
type random struct {
	*rand.Rand
	words *words
}

func pick[T any](r *random, from []T) T { return from[r.IntN(len(from))] }

// model has rows entities of the kind, and what tenant shows, or not.
func (r *random) model(s *entity.Schema, kind posture.Kind, rows int) *entity.Model {
	m := entity.Build(s, &posture.Evidence{At: time.Date(2026, 1, 15, 12, 0, 0, 123456000, time.UTC)}, nil)
	for _, k := range s.Kinds() {
		t := m.Table(k)
		t.Missing = posture.Reason{}
		want := 0
		switch {
		case k == kind:
			want = rows
		case (t.Spec.Singleton || k == "tenant") && r.IntN(8) > 0:
			want = 1
		}
		if want == 1 && r.IntN(8) == 0 {
			t.Missing = posture.Reason{Code: posture.Permission, Detail: "not read"}
		}
		r.fill(t, want)
	}
	return m
}

func (r *random) fill(t *entity.Table, rows int) {
	// Some columns have few distinct values and some many, and how often a
	// value is unknown differs: both choose the way that a run goes.
	unknown := make([]int, len(t.Spec.Fields))
	many := make([]bool, len(t.Spec.Fields))
	for i := range t.Spec.Fields {
		unknown[i] = pick(r, []int{0, 1, 3, 10})
		many[i] = r.IntN(3) == 0
	}
	for row := range rows {
		if row >= t.Len() {
			t.Add("row "+strconv.Itoa(row), "")
		}
		for i := range t.Spec.Fields {
			f := &t.Spec.Fields[i]
			if r.IntN(11) < unknown[i] {
				t.SetUnknown(row, f.Name, posture.Reason{Code: posture.Failed, Detail: "made so"})
				continue
			}
			r.set(t, row, f, many[i])
		}
	}
}

func (r *random) set(t *entity.Table, row int, f *entity.Field, many bool) {
	switch f.Type {
	case entity.Bool:
		t.SetBool(row, f.Name, r.IntN(2) == 0)
	case entity.Int, entity.Seconds:
		t.SetInt(row, f.Name, pick(r, r.words.numbers))
	case entity.String:
		t.SetString(row, f.Name, r.text(f, many))
	case entity.Time:
		t.SetTime(row, f.Name, r.time())
	case entity.Strings:
		list := make([]string, r.IntN(4))
		for i := range list {
			list[i] = r.text(f, many)
		}
		t.SetStrings(row, f.Name, list)
	}
}

func (r *random) text(f *entity.Field, many bool) string {
	switch {
	case len(f.Enum) > 0 && r.IntN(4) > 0:
		return pick(r, f.Enum)
	case many && r.IntN(2) == 0:
		return pick(r, r.words.texts) + strconv.Itoa(r.IntN(500))
	}
	return pick(r, r.words.texts)
}

func (r *random) time() time.Time {
	if r.IntN(5) == 0 {
		return pick(r, r.words.times)
	}
	base := time.Date(2026, 1, 15, 12, 0, 0, 123456000, time.UTC)
	at := base.Add(-pick(r, r.words.durations))
	if r.IntN(4) == 0 {
		at = base.Add(pick(r, r.words.durations))
	}
	return at.Add(time.Duration(r.IntN(3)-1) * time.Microsecond)
}
