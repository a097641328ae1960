// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"slices"

	"github.com/spf13/cobra"

	"securescore/internal/access"
	"securescore/internal/assess"
	"securescore/internal/posture"
	"securescore/internal/score"
	"securescore/internal/store"
)

type scoreFlags struct {
	data                     storage
	tenant, category, format string
}

func scoreCommand(e *env) *cobra.Command {
	var f scoreFlags
	cmd := &cobra.Command{
		Use: "score", Short: "Print the score of a tenant as its ledger stands", Args: noArgs,
		Long: "Prints the stored score: the same number that the portal and the Graph API give at this moment.\n" +
			"Nothing is read anew; 'securescore assess' scores files without storing anything.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := f.check(); err != nil {
				return err
			}
			return e.withAssessor(cmd.Context(), f.data, func(ctx context.Context, s store.Store, a *assess.Assessor) error {
				return e.score(ctx, &f, s, a)
			})
		},
	}
	dataFlag(cmd, &f.data)
	cmd.Flags().StringVar(&f.tenant, "tenant", "", "the `TENANT` (id, GUID or name)")
	cmd.Flags().StringVar(&f.category, "category", "", "only this `CATEGORY`: Identity, Data, Device, Apps or Infrastructure")
	cmd.Flags().StringVar(&f.format, "format", "table", "table or json")
	return cmd
}

func (f *scoreFlags) check() error {
	if f.category != "" && !slices.Contains(posture.Categories(), posture.Category(f.category)) {
		return usagef("--category %q: want one of %v", f.category, posture.Categories())
	}
	if f.format != "table" && f.format != "json" {
		return usagef("--format %q: want table or json", f.format)
	}
	return nil
}

func (e *env) score(ctx context.Context, f *scoreFlags, s store.Store, a *assess.Assessor) error {
	t, err := findTenant(ctx, s, f.tenant)
	if err != nil {
		return err
	}
	if err := e.operator().May(access.ReadPosture, t.ID); err != nil {
		return err
	}
	scoring, err := a.Look(ctx, t.ID)
	if err != nil {
		return err
	}
	outdated, err := a.Outdated(ctx, t.ID)
	if err != nil {
		return err
	}
	part := scoring.In(posture.Category(f.category))
	if f.format == "json" {
		r := assess.NewScoreReport(scoring, part)
		r.Tenant = assess.ReportTenant{ID: t.Entra, Name: t.Name, Domain: t.Domain, Sample: t.Sample}
		r.Category, r.Outdated = posture.Category(f.category), outdated
		return writeJSON(e, r)
	}
	p := &page{width: e.width()}
	p.line("%s  %s", posture.Printable(t.Name), posture.Printable(t.Domain))
	evidence := "No evidence yet"
	if at := scoring.Model.Evidence.At; !at.IsZero() {
		evidence = "Evidence of " + stamp(at)
	}
	p.line("%s, catalogue %.12s", evidence, scoring.Catalog.Version)
	if outdated {
		p.line("A decision has expired since, or the catalogue is another one: 'securescore serve' or the next import enters it")
	}
	writeParts(p, part)
	return e.print(p)
}

func writeParts(p *page, part score.Score) {
	names, width := assess.ProductNames(part), nameWidth
	for _, name := range names {
		width = max(width, len(name))
	}
	p.line("")
	wideTotal(p, width, "Score", part.Total)
	for _, c := range posture.Categories() {
		if t := part.Categories[c]; t.Controls > 0 {
			wideTotal(p, width, string(c), t)
		}
	}
	p.line("")
	for _, name := range names {
		wideTotal(p, width, name, part.Products[name])
	}
}
