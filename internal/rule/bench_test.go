// SPDX-License-Identifier: Apache-2.0

package rule_test

import (
	"math/bits"
	"runtime"
	"slices"
	"strings"
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
				tally(&c, packed(outcome), 1)
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

// page is a page of records that have just been decoded.
type page struct {
	rows    [64]int
	records [64]rulebench.User
}

// fill makes the next records: of people who stand far apart, with a few values
// that differ, or their old ones again.
func (p *page) fill(users []rulebench.User, number int) {
	for i := range p.rows {
		row := (number/2*len(p.rows) + i) * 7919 % people
		u := users[row]
		u.PrincipalName, u.Mail = strings.Clone(u.PrincipalName), strings.Clone(u.Mail)
		u.Roles, u.Licences, u.MFA.Methods = slices.Clone(u.Roles), slices.Clone(u.Licences), slices.Clone(u.MFA.Methods)
		if number%2 == 0 {
			u.MFA.Registered = !u.MFA.Registered
			u.LastSignIn = u.LastSignIn.Add(-60 * 24 * time.Hour)
			u.Failures += 9
			u.MFA.Methods = []string{"email"}
		}
		p.rows[i], p.records[i] = row, u
	}
}

// perChange reports what taking in one record costs; filling pages is not
// counted.
func perChange(b *testing.B, users []rulebench.User, take func(row int, record *rulebench.User)) {
	b.Helper()
	var p page
	spent := time.Duration(0)
	runtime.GC()
	for number := 0; b.Loop(); number++ {
		p.fill(users, number)
		start := cpu(b)
		for i := range p.rows {
			take(p.rows[i], &p.records[i])
		}
		spent += cpu(b) - start
	}
	b.ReportMetric(float64(spent)/float64(b.N*len(p.rows)), "cpu-ns/change")
	b.ReportMetric(0, "ns/op") // would count the filling
}

// ledger holds the outcome of each rule for each person, two bits each side by
// side, and the counts: what a change has to keep right.
type ledger struct {
	outcomes []uint64
	counts   []posture.Counts
}

// record notes the outcomes of one person, of which the n-th is given by of.
func (l *ledger) record(row int, of func(n int) posture.Outcome) {
	was, now := l.outcomes[row], uint64(0)
	for n := range l.counts {
		now |= packed(of(n)) << (2 * n)
	}
	l.outcomes[row] = now
	for diff := was ^ now; diff != 0; {
		n := bits.TrailingZeros64(diff) / 2
		diff &^= 3 << (2 * n)
		tally(&l.counts[n], was>>(2*n)&3, -1)
		tally(&l.counts[n], now>>(2*n)&3, 1)
	}
}

func packed(o posture.Outcome) uint64 {
	switch o {
	case posture.Pass:
		return 1
	case posture.Fail:
		return 2
	case posture.Unknown:
		return 3
	case posture.Exempt:
	}
	return 0
}

func tally(c *posture.Counts, outcome uint64, by int) {
	switch outcome {
	case 1:
		c.Pass += by
	case 2:
		c.Fail += by
	case 3:
		c.Unknown += by
	}
}

// BenchmarkOneChange is one person whose record has changed: all values set
// again, twenty rules evaluated, counters kept right.
func BenchmarkOneChange(b *testing.B) {
	s := benchSchema(b)
	users := rulebench.Users(people)
	m := rulebench.Model(s, users)
	columns := rulebench.ColumnsOf(m.Table("user"))
	all := programs(b, s)
	l := ledger{make([]uint64, people), make([]posture.Counts, len(all))}
	take := func(row int) {
		l.record(row, func(n int) posture.Outcome {
			outcome, _ := all[n].RowOutcome(m, row)
			return outcome
		})
	}
	for row := range users {
		take(row)
	}
	perChange(b, users, func(row int, record *rulebench.User) {
		columns.Put(row, record)
		take(row)
	})
	var scratch rule.Scratch
	for i, p := range all {
		if got := p.Run(m, &scratch).Counts(); got != l.counts[i] {
			b.Fatalf("rule %d: the counters say %+v, a full run %+v", i, l.counts[i], got)
		}
	}
}

// BenchmarkOneChangeGo is the same with structs and Go written by hand.
func BenchmarkOneChangeGo(b *testing.B) {
	users := rulebench.Users(people)
	held := slices.Clone(users)
	rules := rulebench.Rules()
	l := ledger{make([]uint64, people), make([]posture.Counts, len(rules))}
	perChange(b, users, func(row int, record *rulebench.User) {
		held[row] = *record
		l.record(row, func(n int) posture.Outcome {
			switch scope, pass := rules[n].Go(&held[row], rulebench.Now); {
			case scope && pass:
				return posture.Pass
			case scope:
				return posture.Fail
			}
			return ""
		})
	})
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
