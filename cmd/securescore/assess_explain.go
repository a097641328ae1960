// SPDX-License-Identifier: Apache-2.0

package main

import (
	"io"
	"strings"

	"securescore/internal/assess"
	"securescore/internal/posture"
)

// explainControl prints one control with its rule, its state in words and
// every entity that does not pass.
func explainControl(e *env, s *assess.Scoring, id posture.ControlID, entities int) error {
	p := &page{width: e.width()}
	for i := range s.Outcomes {
		if s.Outcomes[i].Control.ID == id {
			explain(p, s, i, entities)
		}
	}
	_, err := io.WriteString(e.out, p.text.String())
	return err
}

func explain(p *page, s *assess.Scoring, i, entities int) {
	o, l := &s.Outcomes[i], &s.Lines[i]
	c := o.Control
	p.line("%s · %s", c.ID, c.Title)
	p.line("%s points · %s · %s · %s", points(l), c.Category, c.Product, mark(l))
	p.line("")
	p.line("Now      %s", posture.Printable(o.Words()))
	ruleOf(p, c)
	if o.Assessment.Strict != "" {
		p.line("Strict   %s", o.Assessment.Strict)
	}
	p.line("")
	list := o.Entities(s.Model)
	for n, a := range list {
		if n == entities {
			p.line("… and %d more; --entities shows more", len(list)-n)
			break
		}
		p.line("%-8s %s", a.Outcome, entityText(a))
	}
	if len(list) > 0 {
		p.line("")
	}
	howTo(p, c)
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
