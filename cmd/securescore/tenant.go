// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"securescore/internal/access"
	"securescore/internal/audit"
	"securescore/internal/posture"
	"securescore/internal/store"
)

func tenantCommand(e *env) *cobra.Command {
	cmd := &cobra.Command{Use: "tenant", Short: "Add, list and set up tenants", Args: noArgs, RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	cmd.AddCommand(tenantAddCommand(e), tenantListCommand(e), tenantSetCommand(e))
	return cmd
}

func tenantAddCommand(e *env) *cobra.Command {
	var data storage
	var entra, domain string
	var isDefault bool
	cmd := &cobra.Command{
		Use: "add NAME", Short: "Add a tenant", Args: exactly("NAME"),
		RunE: func(cmd *cobra.Command, args []string) error {
			t := store.Tenant{ID: newID(), Name: args[0], Entra: strings.ToLower(entra), Domain: domain, Created: e.now().UTC()}
			return e.withStore(cmd.Context(), data, func(ctx context.Context, s store.Store) error {
				if err := e.addTenant(ctx, s, t, isDefault); err != nil {
					return err
				}
				_, err := fmt.Fprintln(e.out, t.ID)
				return err
			})
		},
	}
	dataFlag(cmd, &data)
	cmd.Flags().StringVar(&entra, "id", "", "Entra tenant `GUID` to bind it to; else the first import binds it")
	cmd.Flags().StringVar(&domain, "domain", "", "its domain, to show")
	cmd.Flags().BoolVar(&isDefault, "default", false, "use it where no --tenant is given")
	return cmd
}

// addTenant adds a tenant and tells the installation's log of it.
func (e *env) addTenant(ctx context.Context, s store.Store, t store.Tenant, isDefault bool) error {
	by := e.operator()
	if err := by.May(access.ManageInstallation, access.Everywhere); err != nil {
		return err
	}
	if err := s.Across().Tenants.Create(ctx, t); err != nil {
		return err
	}
	if isDefault {
		if err := s.Across().Tenants.SetDefault(ctx, t.ID); err != nil {
			return err
		}
	}
	after, err := json.Marshal(struct {
		Name    string `json:"name"`
		Entra   string `json:"entra,omitempty"`
		Domain  string `json:"domain,omitempty"`
		Default bool   `json:"default,omitempty"`
	}{t.Name, t.Entra, t.Domain, isDefault})
	if err != nil {
		return err
	}
	return s.Across().Registry.Update(ctx, func(ctx context.Context, r *store.Registry) error {
		return r.Audit.Append(ctx, audit.Installation, t.Created, audit.By(by, audit.TenantAdded, t.ID, string(t.ID)).With("", string(after)))
	})
}

// removeTenant removes a tenant and tells the installation's log of it, first:
// a line too many can be explained, a tenant that vanished cannot.
func (e *env) removeTenant(ctx context.Context, s store.Store, tenant posture.TenantID) error {
	by := e.operator()
	if err := by.May(access.ManageInstallation, access.Everywhere); err != nil {
		return err
	}
	err := s.Across().Registry.Update(ctx, func(ctx context.Context, r *store.Registry) error {
		return r.Audit.Append(ctx, audit.Installation, e.now().UTC(), audit.By(by, audit.TenantRemoved, tenant, string(tenant)))
	})
	if err != nil {
		return err
	}
	return s.Across().Tenants.Remove(ctx, tenant)
}

func tenantSetCommand(e *env) *cobra.Command {
	var data storage
	var tenant string
	var days int
	cmd := &cobra.Command{
		Use: "set", Short: "Change the settings of a tenant", Args: noArgs,
		Long: "--decision-days is how long a decision holds that comes without an expiry, such as those of the Graph API.\n" +
			"Decisions that were made before keep theirs.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if !cmd.Flags().Changed("decision-days") {
				return usagef("securescore tenant set wants --decision-days")
			}
			if days < 1 || days > store.MostDecisionDays {
				return usagef("--decision-days %d: want 1 to %d", days, store.MostDecisionDays)
			}
			return e.withStore(cmd.Context(), data, func(ctx context.Context, s store.Store) error {
				t, err := findTenant(ctx, s, tenant)
				if err != nil {
					return err
				}
				return e.setDecisionDays(ctx, s, t.ID, days)
			})
		},
	}
	dataFlag(cmd, &data)
	cmd.Flags().StringVar(&tenant, "tenant", "", "the `TENANT` (id, GUID or name)")
	cmd.Flags().IntVar(&days, "decision-days", 0, "`DAYS` that a decision holds by default")
	return cmd
}

// setDecisionDays changes one setting and tells the tenant's log of it, in one
// transaction. Setting what is set writes nothing.
func (e *env) setDecisionDays(ctx context.Context, s store.Store, tenant posture.TenantID, days int) error {
	by := e.operator()
	if err := by.May(access.ManageTenant, tenant); err != nil {
		return err
	}
	return s.Update(ctx, tenant, func(ctx context.Context, w *store.Writer) error {
		t, err := w.Tenant.Tenant(ctx, tenant)
		if err != nil || t.DecisionDays == days {
			return err
		}
		if err := w.Tenant.SetDecisionDays(ctx, tenant, days); err != nil {
			return err
		}
		text := func(days int) string { return fmt.Sprintf(`{"decisionDays":%d}`, days) }
		record := audit.By(by, audit.TenantChanged, tenant, string(tenant)).With(text(t.DecisionDays), text(days))
		return w.Audit.Append(ctx, tenant, e.now().UTC(), record)
	})
}

func tenantListCommand(e *env) *cobra.Command {
	var data storage
	cmd := &cobra.Command{
		Use: "list", Short: "List all tenants", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return e.withStore(cmd.Context(), data, func(ctx context.Context, s store.Store) error {
				all, err := s.Across().Tenants.List(ctx)
				if err != nil {
					return err
				}
				rows := []string{"ID\tNAME\tENTRA TENANT\tDOMAIN\t"}
				for i := range all {
					rows = append(rows, tenantRow(&all[i]))
				}
				return e.table(rows)
			})
		},
	}
	dataFlag(cmd, &data)
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
