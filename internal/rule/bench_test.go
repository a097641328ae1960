// SPDX-License-Identifier: Apache-2.0

package rule_test

import (
	"runtime"
	"syscall"
	"testing"
	"time"

	"securescore/internal/entity"
	"securescore/internal/posture"
	"securescore/internal/rule"
	"securescore/internal/rule/rulebench"
	"securescore/internal/rule/ruletest"
)

const people = 200_000

func benchmarkRules() []rule.Source {
	var sources []rule.Source
	for _, r := range rulebench.Rules() {
		sources = append(sources, r.CEL)
	}
	return sources
}

func programs(tb testing.TB, s *entity.Schema) []*rule.Program {
	tb.Helper()
	e := environment(tb, s)
	var all []*rule.Program
	for _, src := range benchmarkRules() {
		all = append(all, compile(tb, e, src))
	}
	return all
}

func benchSchema(tb testing.TB) *entity.Schema {
	tb.Helper()
	s, err := rulebench.Schema()
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

// Design 5.1: the columns, the closures, cel-go's interpreter and Go written by
// hand count the same for all benchmark rules.
func TestBenchmarkRulesCountTheSame(t *testing.T) {
	t.Parallel()
	s := benchSchema(t)
	users := rulebench.Users(5000)
	m := rulebench.Model(s, users)
	all := programs(t, s)
	var scratch rule.Scratch
	for i, r := range rulebench.Rules() {
		oracle, err := ruletest.NewOracle(s, r.CEL)
		if err != nil {
			t.Fatal(err)
		}
		var byGo, byRow, byCEL posture.Counts
		for row := range users {
			scope, pass := r.Go(&users[row], rulebench.Now)
			count(&byGo, entity.TriOf(scope), entity.TriOf(pass))
			rowScope, rowPass := all[i].Row(m, row)
			count(&byRow, rowScope, rowPass)
			celScope, celPass := oracle.Row(m, row)
			count(&byCEL, celScope, celPass)
		}
		byColumn := all[i].Run(m, &scratch).Counts()
		if byColumn != byGo || byRow != byGo || byCEL != byGo {
			t.Errorf("%s: Go %+v, columns %+v, closures %+v, cel-go %+v", r.Name, byGo, byColumn, byRow, byCEL)
		}
		if byGo.Pass == 0 || byGo.Fail == 0 {
			t.Errorf("%s: %+v: a rule that does not tell people apart measures nothing", r.Name, byGo)
		}
	}
}

func count(c *posture.Counts, scope, pass entity.Tri) {
	switch {
	case scope == entity.False:
	case scope == entity.True && pass == entity.True:
		c.Pass++
	case scope == entity.True && pass == entity.False:
		c.Fail++
	default:
		c.Unknown++
	}
}

// perRule reports what one rule on one person costs.
func perRule(b *testing.B, rules, people int, work func()) {
	b.Helper()
	b.ReportAllocs()
	var before, after runtime.MemStats
	runtime.GC() // what the preparation has left would be collected, and counted, below
	runtime.ReadMemStats(&before)
	start := cpu(b)
	for b.Loop() {
		work()
	}
	spent := cpu(b) - start
	runtime.ReadMemStats(&after)
	n := float64(b.N) * float64(rules) * float64(people)
	b.ReportMetric(float64(spent)/n, "cpu-ns/rule-entity")
	b.ReportMetric(float64(after.Mallocs-before.Mallocs)/float64(b.N)/float64(people), "allocs/entity")
}

// cpu is the processor time of the process, user and system.
func cpu(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func BenchmarkColumns(b *testing.B) {
	s := benchSchema(b)
	m := rulebench.Model(s, rulebench.Users(people))
	all := programs(b, s)
	var scratch rule.Scratch
	for _, p := range all {
		p.Run(m, &scratch)
	}
	perRule(b, len(all), people, func() {
		for _, p := range all {
			out := p.Run(m, &scratch)
			out.Counts()
		}
	})
}

func BenchmarkGo(b *testing.B) {
	users := rulebench.Users(people)
	rules := rulebench.Rules()
	perRule(b, len(rules), people, func() {
		for _, r := range rules {
			var c posture.Counts
			for i := range users {
				switch scope, pass := r.Go(&users[i], rulebench.Now); {
				case scope && pass:
					c.Pass++
				case scope:
					c.Fail++
				}
			}
		}
	})
}

func BenchmarkClosures(b *testing.B) {
	s := benchSchema(b)
	m := rulebench.Model(s, rulebench.Users(people))
	all := programs(b, s)
	perRule(b, len(all), people, func() {
		for _, p := range all {
			var c posture.Counts
			for row := range people {
				outcome, _ := p.RowOutcome(m, row)
				tally(&c, outcome, 1)
			}
		}
	})
}

// BenchmarkInterpreter is cel-go's own way, with variables looked up in the
// columns when the interpreter asks for them.
func BenchmarkInterpreter(b *testing.B) {
	const some = people / 20
	s := benchSchema(b)
	m := rulebench.Model(s, rulebench.Users(some))
	var oracles []*ruletest.Oracle
	for _, src := range benchmarkRules() {
		o, err := ruletest.NewOracle(s, src)
		if err != nil {
			b.Fatal(err)
		}
		oracles = append(oracles, o)
	}
	perRule(b, len(oracles), some, func() {
		for _, o := range oracles {
			for row := range some {
				o.Known(m, row)
			}
		}
	})
}

// change is a record that has arrived, decoded, for one person.
type change struct {
	row    int
	record rulebench.User
}

// changesOf makes records in which a few values differ, and the same people's
// old records again, of people who stand far apart.
func changesOf(users []rulebench.User) []change {
	var changes []change
	for i := range people / 4 {
		row := i * 7919 % people
		u := users[row]
		u.MFA.Registered = !u.MFA.Registered
		u.LastSignIn = u.LastSignIn.Add(-60 * 24 * time.Hour)
		u.Failures += 9
		u.MFA.Methods = []string{"email"}
		changes = append(changes, change{row, u})
	}
	for i := range people / 4 {
		row := i * 7919 % people
		changes = append(changes, change{row, users[row]})
	}
	return changes
}

// BenchmarkOneChange is one person whose record has changed: all values set
// again, twenty rules evaluated, counters kept right.
func BenchmarkOneChange(b *testing.B) {
	s := benchSchema(b)
	users := rulebench.Users(people)
	m := rulebench.Model(s, users)
	table := m.Table("user")
	columns := rulebench.ColumnsOf(table)
	all := programs(b, s)
	var scratch rule.Scratch
	outcomes := make([]rule.Outcomes, len(all))
	counts := make([]posture.Counts, len(all))
	for i, p := range all {
		outcomes[i] = p.Run(m, &scratch).Clone()
		counts[i] = outcomes[i].Counts()
	}
	b.ReportAllocs()
	changes := changesOf(users)
	round := 0
	runtime.GC() // what the preparation has left would be collected, and counted, below
	start := cpu(b)
	for b.Loop() {
		change := &changes[round%len(changes)]
		round++
		row := change.row
		columns.Put(row, &change.record)
		for i, p := range all {
			outcome, _ := p.RowOutcome(m, row)
			flip(&outcomes[i], &counts[i], row, outcome)
		}
	}
	b.ReportMetric(float64(cpu(b)-start)/float64(b.N), "cpu-ns/change")
	for i, p := range all {
		if got := p.Run(m, &scratch).Counts(); got != counts[i] {
			b.Fatalf("rule %d: the counters say %+v, a full run %+v", i, counts[i], got)
		}
	}
}

// BenchmarkOneChangeGo is the same with structs and Go written by hand.
func BenchmarkOneChangeGo(b *testing.B) {
	users := rulebench.Users(people)
	rules := rulebench.Rules()
	outcomes := make([]rule.Outcomes, len(rules))
	counts := make([]posture.Counts, len(rules))
	for i := range rules {
		outcomes[i] = rule.Outcomes{Pass: entity.NewBits(people), Fail: entity.NewBits(people), Unknown: entity.NewBits(people)}
	}
	b.ReportAllocs()
	changes := changesOf(users)
	round := 0
	runtime.GC() // what the preparation has left would be collected, and counted, below
	start := cpu(b)
	for b.Loop() {
		change := &changes[round%len(changes)]
		round++
		row := change.row
		users[row] = change.record
		for i := range rules {
			outcome := posture.Outcome("")
			switch scope, pass := rules[i].Go(&users[row], rulebench.Now); {
			case scope && pass:
				outcome = posture.Pass
			case scope:
				outcome = posture.Fail
			}
			flip(&outcomes[i], &counts[i], row, outcome)
		}
	}
	b.ReportMetric(float64(cpu(b)-start)/float64(b.N), "cpu-ns/change")
}

func flip(o *rule.Outcomes, c *posture.Counts, row int, now posture.Outcome) {
	was := posture.Outcome("")
	switch {
	case now == posture.Fail && o.Fail.Has(row):
		return // looks first where nothing has changed
	case o.Pass.Has(row):
		was = posture.Pass
	case o.Fail.Has(row):
		was = posture.Fail
	case o.Unknown.Has(row):
		was = posture.Unknown
	}
	if was == now {
		return
	}
	tally(c, was, -1)
	tally(c, now, 1)
	o.Pass.Put(row, now == posture.Pass)
	o.Fail.Put(row, now == posture.Fail)
	o.Unknown.Put(row, now == posture.Unknown)
}

func tally(c *posture.Counts, outcome posture.Outcome, by int) {
	switch outcome {
	case posture.Pass:
		c.Pass += by
	case posture.Fail:
		c.Fail += by
	case posture.Unknown:
		c.Unknown += by
	case posture.Exempt:
	}
}

// BenchmarkCompile is what loading one control costs: parse, check, estimate,
// lower.
func BenchmarkCompile(b *testing.B) {
	e := environment(b, benchSchema(b))
	sources := benchmarkRules()
	for _, src := range sources {
		compile(b, e, src)
	}
	start := cpu(b)
	for b.Loop() {
		for _, src := range sources {
			compile(b, e, src)
		}
	}
	b.ReportMetric(float64(cpu(b)-start)/float64(b.N)/float64(len(sources)), "cpu-ns/rule")
}

// BenchmarkMemory reports what the columns of one person take, texts included,
// keys and display names not.
func BenchmarkMemory(b *testing.B) {
	s := benchSchema(b)
	bare, err := entity.NewSchema(entity.Product{Kinds: []entity.KindSpec{{Kind: "user", Singular: "user", Plural: "users"}}})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		with := heap(b, func() any { return rulebench.Model(s, rulebench.Users(people)) })
		without := heap(b, func() any {
			m := entity.Build(bare, &posture.Evidence{At: rulebench.Now}, nil)
			t := m.Table("user")
			t.Reserve(people)
			for _, u := range rulebench.Users(people) {
				t.Add(u.ID, "")
			}
			return m
		})
		b.ReportMetric(float64(with-without)/people, "B/entity")
	}
}

// heap is what the heap has grown by for what make returns.
func heap(b *testing.B, build func() any) int64 {
	b.Helper()
	var before, after runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&before)
	kept := build()
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&after)
	runtime.KeepAlive(kept)
	return int64(after.HeapAlloc) - int64(before.HeapAlloc)
}
