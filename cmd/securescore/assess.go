// SPDX-License-Identifier: Apache-2.0

package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"securescore/internal/assess"
	"securescore/internal/posture"
	"securescore/internal/score"
)

type assessFlags struct {
	format      string
	failUnder   string
	minCoverage string
	explain     string
	entities    int
}

func assessCommand(e *env) *cobra.Command {
	var f assessFlags
	cmd := &cobra.Command{
		Use:   "assess PATH...",
		Short: "Score exported configuration without storing anything",
		Long: "Reads exports of one organisation (such as ScubaGear's ProviderSettingsExport.json), scores them and prints\n" +
			"every control with the values that decided it. Nothing is stored and nothing is sent anywhere.",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usagef("securescore assess wants at least one PATH")
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error { return runAssess(e, f, args) },
	}
	cmd.Flags().StringVar(&f.format, "format", "table", "table, json or csv")
	cmd.Flags().StringVar(&f.failUnder, "fail-under", "", "exit with 3 when the score is below this `PERCENT`")
	cmd.Flags().StringVar(&f.minCoverage, "min-coverage", "", "exit with 3 when less than this `PERCENT` could be assessed")
	cmd.Flags().StringVar(&f.explain, "explain", "", "show everything about one `CONTROL`")
	cmd.Flags().IntVar(&f.entities, "entities", 100, "name at most this many entities a control")
	return cmd
}

// thresholds are what --fail-under and --min-coverage ask for.
type thresholds struct{ score, coverage *score.Percent }

func (f *assessFlags) check() (thresholds, error) {
	var faults []error
	if !slices.Contains([]string{"table", "json", "csv"}, f.format) {
		faults = append(faults, fmt.Errorf("--format %q: want table, json or csv", f.format))
	}
	if f.entities < 0 {
		faults = append(faults, fmt.Errorf("--entities %d: want 0 or more", f.entities))
	}
	percent := func(flag, text string) *score.Percent {
		if text == "" {
			return nil
		}
		p, err := score.ParsePercent(text)
		if err != nil {
			faults = append(faults, fmt.Errorf("--%s: %w", flag, err))
		}
		return &p
	}
	t := thresholds{percent("fail-under", f.failUnder), percent("min-coverage", f.minCoverage)}
	if len(faults) > 0 {
		return t, &usageError{errors.Join(faults...)}
	}
	return t, nil
}

func runAssess(e *env, f assessFlags, paths []string) error {
	want, err := f.check()
	if err != nil {
		return err
	}
	c, err := builtIn()
	if err != nil {
		return err
	}
	if f.explain != "" {
		if _, ok := c.Control(posture.ControlID(f.explain)); !ok {
			return usagef("--explain: there is no control %q%s", f.explain, nearControl(c, f.explain))
		}
	}
	bar := e.progress("reading")
	evidence, err := readEvidence(paths)
	if err != nil {
		bar.done()
		return err
	}
	bar.say("scoring")
	s := assess.Score(c, evidence, assess.InForce(c.Schema, nil, evidence.At))
	bar.done()
	if err := e.printScoring(f, s); err != nil {
		return err
	}
	return want.met(s.Score.Total)
}

func (e *env) printScoring(f assessFlags, s *assess.Scoring) error {
	switch {
	case f.explain != "" && f.format == "json":
		return writeJSON(e, explained(s, f))
	case f.explain != "":
		return explainControl(e, s, posture.ControlID(f.explain), f.entities)
	case f.format == "json":
		return writeJSON(e, s.Report(f.entities))
	case f.format == "csv":
		return writeCSV(e.out, s)
	}
	return writeTable(e, s, f.entities)
}

// explained is the report of one control alone.
func explained(s *assess.Scoring, f assessFlags) assess.Report {
	r := s.Report(f.entities)
	r.Controls = slices.DeleteFunc(r.Controls, func(c assess.ReportControl) bool { return string(c.ID) != f.explain })
	return r
}

func writeJSON(e *env, v any) error {
	out := json.NewEncoder(e.out)
	out.SetIndent("", "  ")
	return out.Encode(v)
}

// met compares the exact values, not the shown ones.
func (t thresholds) met(total score.Total) error {
	var faults []error
	if t.score != nil && !total.AtLeast(*t.score) {
		faults = append(faults, fmt.Errorf("the score of %s is below %s %%", shownPercent(total.Percent()), *t.score))
	}
	if t.coverage != nil && !total.CoverageAtLeast(*t.coverage) {
		faults = append(faults, fmt.Errorf("the coverage of %s is below %s %%", shownPercent(total.Coverage()), *t.coverage))
	}
	if len(faults) > 0 {
		return &belowError{errors.Join(faults...).Error()}
	}
	return nil
}

func shownPercent(p score.Percent, ok bool) string {
	if !ok {
		return "nothing that could be assessed"
	}
	return p.String() + " %"
}

// byUrgency orders controls for the table: those that lost points by rank,
// then those that could not be assessed, then the rest by id.
func byUrgency(s *assess.Scoring) []int {
	rank := make(map[posture.ControlID]int, len(s.Lines))
	for i, id := range score.Rank(s.Lines) {
		rank[id] = i
	}
	order := make([]int, len(s.Lines))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(urgency(&s.Lines[a]), urgency(&s.Lines[b])), cmp.Compare(rank[s.Lines[a].Control], rank[s.Lines[b].Control]))
	})
	return order
}

func urgency(l *score.Line) int {
	switch {
	case l.InScore && l.Remaining() > 0:
		return 0
	case l.State == posture.NotAssessed:
		return 1
	case l.State == posture.NotApplicable:
		return 3
	}
	return 2
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 UTC") }
