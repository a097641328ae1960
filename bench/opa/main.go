// SPDX-License-Identifier: Apache-2.0

// Command opa runs the twenty benchmark rules as columns and in OPA, on this
// machine, one after the other, and prints what one rule on one person costs in
// each. It is a module of its own, so that the product does not depend on OPA.
//
//	cd bench/opa && go run .
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/storage/inmem"

	"securescore/internal/posture"
	"securescore/internal/rule"
	"securescore/internal/rule/rulebench"
)

const (
	people   = 5_000   // that OPA evaluates, a query each
	crowd    = 200_000 // that the columns evaluate
	rounds   = 5
	target   = 1000
	evaluate = "data.bench.results"
)

func main() {
	if err := compare(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// compare interleaves the rounds, so that a busy machine slows both.
func compare(ctx context.Context) error {
	columns, err := newColumns()
	if err != nil {
		return err
	}
	opa, err := newOPA(ctx)
	if err != nil {
		return err
	}
	if err := sameCounts(ctx, columns, opa); err != nil {
		return err
	}
	var ours, theirs []float64
	for range rounds {
		t, err := perRule(crowd, 10, func() error { columns.run(); return nil })
		if err != nil {
			return err
		}
		ours = append(ours, t)
		if t, err = perRule(people, 1, func() error { return opa.run(ctx) }); err != nil {
			return err
		}
		theirs = append(theirs, t)
	}
	c, o := median(ours), median(theirs)
	fmt.Printf("columns: %8.2f ns of CPU a rule and person (%d people, %d rules)\n", c, crowd, len(columns.programs))
	fmt.Printf("OPA:     %8.0f ns of CPU a rule and person (%d people, %d rules, one prepared query each)\n", o, people, len(columns.programs))
	fmt.Printf("ratio:   %8.0f (wanted: at least %d)\n", o/c, target)
	return nil
}

func median(v []float64) float64 {
	slices.Sort(v)
	return v[len(v)/2]
}

// perRule is the CPU time of the process in nanoseconds, user and system.
func perRule(n, times int, work func() error) (float64, error) {
	start, err := cpu()
	if err != nil {
		return 0, err
	}
	for range times {
		if err := work(); err != nil {
			return 0, err
		}
	}
	end, err := cpu()
	return float64(end-start) / float64(times*n*len(rulebench.Rules())), err
}

func cpu() (time.Duration, error) {
	var u syscall.Rusage
	err := syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()), err
}

// columns are the rules over the columns of everybody.
type columns struct {
	programs []*rule.Program
	run      func()
	counts   func(users []rulebench.User) []posture.Counts
}

func newColumns() (*columns, error) {
	s, err := rulebench.Schema()
	if err != nil {
		return nil, err
	}
	env, err := rule.NewEnv(s)
	if err != nil {
		return nil, err
	}
	c := &columns{}
	for _, r := range rulebench.Rules() {
		p, err := env.Compile(r.CEL)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", r.Name, err)
		}
		c.programs = append(c.programs, p)
	}
	m := rulebench.Model(s, rulebench.Users(crowd))
	var scratch rule.Scratch
	c.run = func() {
		for _, p := range c.programs {
			p.Run(m, &scratch)
		}
	}
	c.counts = func(users []rulebench.User) []posture.Counts {
		few := rulebench.Model(s, users)
		var all []posture.Counts
		for _, p := range c.programs {
			all = append(all, p.Run(few, &scratch).Counts())
		}
		return all
	}
	return c, nil
}

// opa is one prepared query that gives the outcome of all rules for one person.
type opa struct {
	query  rego.PreparedEvalQuery
	inputs []ast.Value
}

func newOPA(ctx context.Context) (*opa, error) {
	store := inmem.NewFromObject(map[string]any{"now": rulebench.Now.Unix()})
	query, err := rego.New(rego.Query(evaluate), rego.Module("bench.rego", module()), rego.Store(store)).PrepareForEval(ctx)
	if err != nil {
		return nil, fmt.Errorf("prepare the Rego rules: %w", err)
	}
	o := &opa{query: query}
	for _, u := range rulebench.Users(people) {
		input, err := inputOf(&u)
		if err != nil {
			return nil, err
		}
		o.inputs = append(o.inputs, input)
	}
	return o, nil
}

// module writes the Rego rules: passN and scopeN for each, and an array of the
// outcomes.
func module() string {
	var b strings.Builder
	b.WriteString("package bench\n\nimport rego.v1\n\n")
	var results []string
	for i, r := range rulebench.Rules() {
		if r.RegoWhere == "" {
			fmt.Fprintf(&b, "scope%d := true\n", i)
		} else {
			fmt.Fprintf(&b, "default scope%d := false\nscope%d if { %s }\n", i, i, r.RegoWhere)
		}
		fmt.Fprintf(&b, "default pass%d := false\n", i)
		for _, body := range r.RegoPasses {
			fmt.Fprintf(&b, "pass%d if { %s }\n", i, body)
		}
		fmt.Fprintf(&b, "default out%d := 0\nout%d := 1 if { scope%d; pass%d }\nout%d := 2 if { scope%d; not pass%d }\n\n", i, i, i, i, i, i, i)
		results = append(results, fmt.Sprintf("out%d", i))
	}
	fmt.Fprintf(&b, "results := [%s]\n", strings.Join(results, ", "))
	return b.String()
}

// inputOf makes the record once, with times as seconds, so that neither
// decoding nor reading of dates is measured.
func inputOf(u *rulebench.User) (ast.Value, error) {
	raw, err := json.Marshal(u)
	if err != nil {
		return nil, fmt.Errorf("encode %s: %w", u.ID, err)
	}
	var record map[string]any
	if err := json.Unmarshal(raw, &record); err != nil {
		return nil, fmt.Errorf("decode %s: %w", u.ID, err)
	}
	record["created"], record["lastSignIn"], record["passwordChanged"] = u.Created.Unix(), u.LastSignIn.Unix(), u.PasswordChanged.Unix()
	for _, name := range []string{"roles", "licences"} {
		if record[name] == nil {
			record[name] = []any{}
		}
	}
	return ast.InterfaceToValue(record)
}

func (o *opa) run(ctx context.Context) error {
	for _, input := range o.inputs {
		if _, err := o.outcomes(ctx, input); err != nil {
			return err
		}
	}
	return nil
}

func (o *opa) outcomes(ctx context.Context, input ast.Value) ([]any, error) {
	set, err := o.query.Eval(ctx, rego.EvalParsedInput(input))
	if err != nil {
		return nil, fmt.Errorf("evaluate in OPA: %w", err)
	}
	if len(set) != 1 {
		return nil, fmt.Errorf("evaluate in OPA: %d results, want 1", len(set))
	}
	list, _ := set[0].Expressions[0].Value.([]any)
	return list, nil
}

// sameCounts refuses to compare programs that do not agree.
func sameCounts(ctx context.Context, c *columns, o *opa) error {
	rules := rulebench.Rules()
	counts := make([]posture.Counts, len(rules))
	for _, input := range o.inputs {
		list, err := o.outcomes(ctx, input)
		if err != nil {
			return err
		}
		for i, v := range list {
			switch fmt.Sprint(v) {
			case "1":
				counts[i].Pass++
			case "2":
				counts[i].Fail++
			}
		}
	}
	for i, want := range c.counts(rulebench.Users(people)) {
		if counts[i] != want {
			return fmt.Errorf("%s: OPA counts %+v, the columns %+v", rules[i].Name, counts[i], want)
		}
	}
	return nil
}
