// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"securescore/internal/posture"
	"securescore/internal/store"
)

func tenantCommand(e *env) *cobra.Command {
	cmd := &cobra.Command{Use: "tenant", Short: "Add and list tenants", Args: noArgs, RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	cmd.AddCommand(tenantAddCommand(e), tenantListCommand(e))
	return cmd
}

func tenantAddCommand(e *env) *cobra.Command {
	var folder, entra, domain string
	var isDefault bool
	cmd := &cobra.Command{
		Use: "add NAME", Short: "Add a tenant", Args: exactly("NAME"),
		RunE: func(cmd *cobra.Command, args []string) error {
			t := store.Tenant{ID: newID(), Name: args[0], Entra: strings.ToLower(entra), Domain: domain, Created: e.now().UTC()}
			return e.withStore(cmd.Context(), folder, func(ctx context.Context, s store.Store) error {
				if err := s.Across().Tenants.Create(ctx, t); err != nil {
					return err
				}
				if isDefault {
					if err := s.Across().Tenants.SetDefault(ctx, t.ID); err != nil {
						return err
					}
				}
				_, err := fmt.Fprintln(e.out, t.ID)
				return err
			})
		},
	}
	dataFlag(cmd, &folder)
	cmd.Flags().StringVar(&entra, "id", "", "Entra tenant `GUID` to bind it to; else the first import binds it")
	cmd.Flags().StringVar(&domain, "domain", "", "its domain, to show")
	cmd.Flags().BoolVar(&isDefault, "default", false, "use it where no --tenant is given")
	return cmd
}

func tenantListCommand(e *env) *cobra.Command {
	var folder string
	cmd := &cobra.Command{
		Use: "list", Short: "List all tenants", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return e.withStore(cmd.Context(), folder, func(ctx context.Context, s store.Store) error {
				all, err := s.Across().Tenants.List(ctx)
				if err != nil {
					return err
				}
				rows := []string{"ID\tNAME\tENTRA TENANT\tDOMAIN\t"}
				for i := range all {
					rows = append(rows, tenantRow(&all[i]))
				}
				w := tabwriter.NewWriter(e.out, 0, 0, 2, ' ', 0)
				if _, err := io.WriteString(w, strings.Join(rows, "\n")+"\n"); err != nil {
					return err
				}
				return w.Flush()
			})
		},
	}
	dataFlag(cmd, &folder)
	return cmd
}

func tenantRow(t *store.Tenant) string {
	var marks []string
	if t.Sample {
		marks = append(marks, "sample")
	}
	if t.Default {
		marks = append(marks, "default")
	}
	entra := t.Entra
	if entra == "" {
		entra = "not bound"
	}
	return strings.Join([]string{string(t.ID), posture.Printable(t.Name), entra, posture.Printable(t.Domain), strings.Join(marks, ", ")}, "\t")
}
