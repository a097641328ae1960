// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"

	"securescore/internal/assess"
	"securescore/internal/posture"
	"securescore/internal/score"
)

// inTable is how many entities the table names under a control; --explain and
// --format json name more.
const inTable = 3

// writeTable prints the score, its parts, and each control with what decided
// it, as wide as the terminal.
func writeTable(e *env, s *assess.Scoring, entities int) error {
	p := &page{width: e.width()}
	head(p, s)
	for _, i := range byUrgency(s) {
		row(p, s, i, min(entities, inTable))
	}
	p.line("")
	p.line("%d controls; 'assess --explain CONTROL' shows one with everything that was read", len(s.Lines))
	_, err := io.WriteString(e.out, p.text.String())
	return err
}

func head(p *page, s *assess.Scoring) {
	e := s.Model.Evidence
	name := posture.Printable(e.Name)
	if name == "" {
		name = "An organisation without a name"
	}
	p.line("%s  %s", name, posture.Printable(e.Organisation))
	if e.Sample {
		p.line("Sample organisation: made by code, no real data")
	}
	p.line("Evidence of %s, catalogue %.12s", stamp(e.At), s.Catalog.Version)
	p.line("")
	total(p, "Score", s.Score.Total)
	for _, c := range posture.Categories() {
		if t := s.Score.Categories[c]; t.Controls > 0 {
			total(p, string(c), t)
		}
	}
	p.line("")
	p.line("%-13s  %-4s  %s", "POINTS", "", "CONTROL")
}

// nameWidth is enough for the names of categories.
const nameWidth = 15

func total(p *page, name string, t score.Total) { wideTotal(p, nameWidth, name, t) }

// wideTotal never prints a percentage without its coverage.
func wideTotal(p *page, width int, name string, t score.Total) {
	share := "-"
	if percent, ok := t.Percent(); ok {
		share = percent.String() + " %"
	}
	covered := "-"
	if percent, ok := t.Coverage(); ok {
		covered = percent.String() + " %"
	}
	line := fmt.Sprintf("%-*s %9s of %9s  %9s  coverage %s", width, name, t.Earned(), t.Max, share, covered)
	if t.Credited != 0 {
		line += fmt.Sprintf("  (measured %s, credited %s)", t.Measured, t.Credited)
	}
	p.line("%s", line)
}

func row(p *page, s *assess.Scoring, i, entities int) {
	o, l := &s.Outcomes[i], &s.Lines[i]
	p.line("%-13s  %-4s  %s · %s", points(l), mark(l), l.Control, o.Control.Title)
	p.indented(21, "%s", posture.Printable(o.Words()))
	if l.Remaining() == 0 || !l.InScore {
		return
	}
	named := 0
	for _, a := range o.Entities(s.Model) {
		if a.Outcome == posture.Pass && o.Assessment.Shown().Fail+o.Assessment.Shown().Unknown > 0 {
			break
		}
		if named == entities {
			p.indented(21, "…")
			break
		}
		p.indented(21, "- %s", entityText(a))
		named++
	}
}

func entityText(a assess.Affected) string {
	parts := make([]string, 0, len(a.Values))
	for _, v := range a.Values {
		text := "unknown"
		if v.Known {
			text = v.Text
		}
		parts = append(parts, v.Field+" "+text)
	}
	line := a.Name
	if len(parts) > 0 {
		line += ": " + strings.Join(parts, ", ")
	}
	if a.Why.String() != "" {
		line += " (" + a.Why.String() + ")"
	}
	return posture.Printable(line)
}

func points(l *score.Line) string {
	if !l.InScore {
		return "- / " + l.Max.Decimal()
	}
	return l.Earned().Decimal() + " / " + l.Max.Decimal()
}

func mark(l *score.Line) string {
	switch {
	case l.State == posture.NotAssessed && !l.InScore:
		return "?"
	case l.State == posture.NotApplicable:
		return "n/a"
	case l.Remaining() == 0:
		return "ok"
	case l.Earned() > 0:
		return "part"
	}
	return "FAIL"
}

// page collects lines that are no wider than the terminal; 0 is no limit.
type page struct {
	width int
	text  strings.Builder
}

func (p *page) line(format string, args ...any) {
	p.text.WriteString(fit(fmt.Sprintf(format, args...), p.width) + "\n")
}

func (p *page) indented(by int, format string, args ...any) {
	p.line("%s%s", strings.Repeat(" ", by), fmt.Sprintf(format, args...))
}

// fit cuts a line that is too wide and marks the cut.
func fit(line string, width int) string {
	runes := []rune(line)
	if width <= 0 || len(runes) <= width {
		return line
	}
	return string(runes[:max(width-1, 0)]) + "…"
}

// writeCSV prints one row a control. Cells that a spreadsheet would take for a
// formula get an apostrophe in front.
func writeCSV(out io.Writer, s *assess.Scoring) error {
	w := csv.NewWriter(out)
	rows := [][]string{{
		"id", "title", "category", "product", "state", "earned", "measured", "credited", "max",
		"pass", "fail", "unknown", "exempt", "reason", "references", "strict",
	}}
	r := s.Report(0)
	for i := range r.Controls {
		c := &r.Controls[i]
		strict := ""
		if c.Strict != nil {
			strict = strconv.FormatBool(*c.Strict)
		}
		rows = append(rows, []string{
			string(c.ID), c.Title, string(c.Category), c.Product, string(c.State),
			c.Earned.String(), c.Measured.String(), c.Credited.String(), c.Max.String(),
			strconv.Itoa(c.Pass), strconv.Itoa(c.Fail), strconv.Itoa(c.Unknown), strconv.Itoa(c.Exempt),
			posture.Printable(c.Reason), strings.Join(c.References, " "), strict,
		})
	}
	for _, cells := range rows {
		for i, cell := range cells {
			cells[i] = plainCell(cell)
		}
		if err := w.Write(cells); err != nil {
			return err
		}
	}
	w.Flush()
	return w.Error()
}

func plainCell(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}
