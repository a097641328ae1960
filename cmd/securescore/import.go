// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"securescore/internal/assess"
	"securescore/internal/posture"
	"securescore/internal/source"
	"securescore/internal/source/microsoftscore"
	"securescore/internal/source/scubagear"
	"securescore/internal/store"
)

func importCommand(e *env) *cobra.Command {
	var data storage
	var tenant string
	cmd := &cobra.Command{
		Use: "import KIND FILE...", Short: "Take an exported file in, with its history",
		Long: "KIND is scubagear (ProviderSettingsExport.json) or microsoftscore (answers of Microsoft Graph's\n" +
			"/security/secureScores and /security/secureScoreControlProfiles, several files at once).",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) < 2 {
				return usagef("securescore import wants a KIND and a FILE")
			}
			if kinds := []string{string(scubagear.Kind), string(microsoftscore.Kind)}; !slices.Contains(kinds, args[0]) {
				return usagef("there is no kind %q; want %s or %s", args[0], kinds[0], kinds[1])
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			return e.importFiles(cmd.Context(), data, tenant, args[0], args[1:])
		},
	}
	dataFlag(cmd, &data)
	cmd.Flags().StringVar(&tenant, "tenant", "", "`TENANT` (id, GUID or name) that the file is about")
	return cmd
}

func (e *env) importFiles(ctx context.Context, data storage, tenant, kind string, paths []string) error {
	return e.withAssessor(ctx, data, func(ctx context.Context, s store.Store, a *assess.Assessor) error {
		t, err := findTenant(ctx, s, tenant)
		if err != nil {
			return err
		}
		if kind == string(microsoftscore.Kind) {
			return e.importMicrosoft(ctx, a, t, paths)
		}
		return e.importEvidence(ctx, a, t, paths)
	})
}

func (e *env) importEvidence(ctx context.Context, a *assess.Assessor, t store.Tenant, paths []string) error {
	evidence, err := readEvidence(paths)
	if err != nil {
		return err
	}
	bar := e.progress("scoring")
	result, err := a.Import(ctx, t.ID, e.operator(), evidence)
	bar.done()
	if err != nil {
		return fmt.Errorf("%s: %w", paths[0], err)
	}
	p := &page{width: e.width()}
	total(p, "Score", result.Score.Total)
	p.line("%d data sets changed, %d entries written to the ledger of %s", len(result.Changed), result.Entries, posture.Printable(t.Name))
	return e.print(p)
}

// importMicrosoft keeps Microsoft's own scores, each from its own day on.
func (e *env) importMicrosoft(ctx context.Context, a *assess.Assessor, t store.Tenant, paths []string) error {
	var answers []*microsoftscore.Answer
	var faults []error
	for _, path := range paths {
		data, err := source.Read(path, source.DefaultLimits())
		if err == nil {
			var answer *microsoftscore.Answer
			answer, err = microsoftscore.Read(path, data)
			answers = append(answers, answer)
		}
		faults = append(faults, err)
	}
	if err := errors.Join(faults...); err != nil {
		return err
	}
	answer := microsoftscore.Merge(answers...)
	organisation, days, err := microsoftDays(answer)
	if err != nil {
		return err
	}
	if len(days) == 0 {
		return usagef("%s: no scores are in the files, only %d control profiles; import them together with the scores", paths[0], len(answer.Profiles))
	}
	result, err := a.ImportMicrosoft(ctx, t.ID, e.operator(), organisation, days)
	if err != nil {
		return fmt.Errorf("%s: %w", paths[0], err)
	}
	p := &page{width: e.width()}
	p.line("%s of %s", result.Sums.Earned(), result.Sums.Max)
	p.line("Microsoft's score of %s; %d days read, %d entries written", result.Last, result.Days, result.Entries)
	if answer.More() {
		p.line("The last page is missing: the answers point to a next page that was not among the files")
	}
	return e.print(p)
}

func (e *env) print(p *page) error {
	_, err := fmt.Fprint(e.out, p.text.String())
	return err
}
