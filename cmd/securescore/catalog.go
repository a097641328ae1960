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
	c, err := catalog.Load(entity.Standard(), catalog.Layer{Name: "built-in", Files: controls.Files})
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
			RunE: func(_ *cobra.Command, args []string) error { return showControl(e.out, args[0]) },
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
	fmt.Fprintln(w, "ID\tPOINTS\tCATEGORY\tPRODUCT\tTITLE")
	for _, k := range c.Controls {
		points := k.Max.Decimal()
		if k.Scoring == catalog.NotScored {
			points = "-"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", k.ID, points, k.Category, k.Product, k.Title)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%d controls, catalogue %.12s\n", len(c.Controls), c.Version)
	return err
}

func showControl(out io.Writer, id string) error {
	c, err := builtIn()
	if err != nil {
		return err
	}
	k, ok := c.Control(posture.ControlID(id))
	if !ok {
		return fmt.Errorf("control %q: %w%s", id, posture.ErrNotFound, nearControl(c, id))
	}
	text := fmt.Sprintf("%s\n%s\n\n%s · %s · %s points, %s · tier %s\ndifficulty %s, user impact %s, complexity %s\n\n%s\nRule: %s of %s pass\n",
		k.ID, k.Title, k.Category, k.Product, k.Max.Decimal(), k.Scoring, k.Tier,
		k.Difficulty, k.UserImpact, k.Complexity, strings.TrimSpace(k.Description)+"\n", k.Check.Require, k.Check.Entity)
	if k.Check.Where != "" {
		text += "  where  " + strings.TrimSpace(k.Check.Where) + "\n"
	}
	text += "  pass   " + strings.TrimSpace(k.Check.Pass) + "\n\nSteps\n"
	for i, step := range k.Steps {
		text += fmt.Sprintf("  %d. %s\n", i+1, strings.TrimSpace(step))
	}
	text += "\nManage: " + k.Manage + "\n"
	for _, ref := range assess.References(k) {
		text += ref.Framework + ": " + strings.Join(ref.IDs, ", ") + "\n"
	}
	_, err = io.WriteString(out, text)
	return err
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
