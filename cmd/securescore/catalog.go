// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"securescore/controls"
	"securescore/internal/assess"
	"securescore/internal/catalog"
	"securescore/internal/entity"
	"securescore/internal/posture"
)

// builtIn loads the catalogue that is part of the program.
func builtIn() (*catalog.Catalog, error) {
	c, err := catalog.Load(entity.Standard(), catalog.Layer{Name: "built-in", Files: controls.Files, Lean: true})
	if err != nil {
		return nil, fmt.Errorf("load the built-in catalogue: %w", err)
	}
	return c, nil
}

func catalogCommand(e *env) *cobra.Command {
	cmd := &cobra.Command{Use: "catalog", Short: "List, show and check controls", Args: noArgs, RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	cmd.AddCommand(
		&cobra.Command{
			Use: "list", Short: "List all controls", Args: noArgs,
			RunE: func(*cobra.Command, []string) error { return listCatalog(e.out) },
		},
		&cobra.Command{
			Use: "show ID", Short: "Show one control", Args: exactly("ID"),
			RunE: func(_ *cobra.Command, args []string) error { return showControl(e, args[0]) },
		},
		&cobra.Command{
			Use: "check DIR", Short: "Check a folder of control files and run their cases", Args: exactly("DIR"),
			RunE: func(_ *cobra.Command, args []string) error { return checkCatalog(e.out, args[0]) },
		},
	)
	return cmd
}

func listCatalog(out io.Writer) error {
	c, err := builtIn()
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	rows := []string{"ID\tPOINTS\tCATEGORY\tPRODUCT\tTITLE"}
	for _, k := range c.Controls {
		points := k.Max.Decimal()
		if k.Scoring == catalog.NotScored {
			points = "-"
		}
		rows = append(rows, strings.Join([]string{string(k.ID), points, string(k.Category), k.Product, k.Title}, "\t"))
	}
	if _, err := io.WriteString(w, strings.Join(rows, "\n")+"\n"); err != nil {
		return err
	}
	if err := w.Flush(); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%d controls, catalogue %.12s\n", len(c.Controls), c.Version)
	return err
}

func showControl(e *env, id string) error {
	c, err := builtIn()
	if err != nil {
		return err
	}
	k, ok := c.Control(posture.ControlID(id))
	if !ok {
		return fmt.Errorf("control %q: %w%s", id, posture.ErrNotFound, nearControl(c, id))
	}
	p := &page{width: e.width()}
	p.line("%s", k.ID)
	p.line("%s", k.Title)
	p.line("")
	p.line("%s · %s · %s points, %s · tier %s", k.Category, k.Product, k.Max.Decimal(), k.Scoring, k.Tier)
	p.line("difficulty %s, user impact %s, complexity %s", k.Difficulty, k.UserImpact, k.Complexity)
	p.line("")
	p.text.WriteString(strings.TrimSpace(k.Description) + "\n\n")
	ruleOf(p, k)
	p.line("")
	howTo(p, k)
	_, err = io.WriteString(e.out, p.text.String())
	return err
}

// ruleOf prints what decides a control.
func ruleOf(p *page, k *catalog.Control) {
	p.line("Rule     %s %s must pass", k.Check.Require, k.Check.Entity)
	if where := oneLine(k.Check.Where); where != "" {
		p.line("  where  %s", where)
	}
	p.line("  pass   %s", oneLine(k.Check.Pass))
}

// howTo prints what a control asks people to do, and where else it is asked.
func howTo(p *page, k *catalog.Control) {
	p.line("How to improve")
	for n, step := range k.Steps {
		p.line("  %d. %s", n+1, oneLine(step))
	}
	for _, ref := range assess.References(k) {
		p.line("%s: %s", ref.Framework, strings.Join(ref.IDs, ", "))
	}
	if k.Manage != "" {
		p.line("%s", k.Manage)
	}
}

// nearControl helps with an id that is misspelt or written in another case.
func nearControl(c *catalog.Catalog, id string) string {
	for _, k := range c.Controls {
		if strings.EqualFold(string(k.ID), id) || (len(id) > 3 && strings.Contains(strings.ToLower(string(k.ID)), strings.ToLower(id))) {
			return fmt.Sprintf("; did you mean %s?", k.ID)
		}
	}
	return "; securescore catalog list shows all"
}

// checkCatalog loads a folder as an organisation's own controls and runs every
// case in it. The built-in folder of the source tree is such a folder too.
func checkCatalog(out io.Writer, dir string) error {
	info, err := os.Stat(dir)
	switch {
	case err != nil:
		return usagef("check %s: %w", dir, err)
	case !info.IsDir():
		return usagef("check %s: want a folder of control files", dir)
	}
	c, err := catalog.Load(entity.Standard(), catalog.Layer{Name: dir, Files: os.DirFS(dir), Custom: true})
	if err != nil {
		return err
	}
	results, err := assess.RunCases(c)
	if err != nil {
		return err
	}
	var wrong []error
	for _, r := range results {
		if r.Got != r.Want {
			wrong = append(wrong, fmt.Errorf("%s: case %q: want %s, got %s%s", r.Control, r.Case, r.Want, r.Got, because(r.Reason)))
		}
	}
	if len(wrong) > 0 {
		return errors.Join(wrong...)
	}
	_, err = fmt.Fprintf(out, "%d controls and %d cases are good\n", len(c.Controls), len(results))
	return err
}

func because(r posture.Reason) string {
	if r.String() == "" {
		return ""
	}
	return " (" + r.String() + ")"
}
