// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"securescore/internal/access"
	"securescore/internal/people"
	"securescore/internal/posture"
	"securescore/internal/store"
)

func tokenCommand(e *env) *cobra.Command {
	cmd := &cobra.Command{Use: "token", Short: "Make, list and revoke tokens for the Graph API", Args: noArgs, RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	cmd.AddCommand(tokenCreateCommand(e), tokenListCommand(e), tokenRevokeCommand(e))
	return cmd
}

func tokenCreateCommand(e *env) *cobra.Command {
	var data storage
	var tenant, role, scope string
	n := people.NewToken{}
	cmd := &cobra.Command{
		Use: "create", Short: "Make a token for one tenant", Args: noArgs,
		Long: "Makes an API token and prints it once, alone on the last line of standard output. Only its hash is stored.\n" +
			"A program sends it as 'Authorization: Bearer TOKEN' to the Graph API.",
		Example: "  securescore token create --role security-reader --scope " + string(access.ReadScope) + " --name 'nightly report'",
		RunE: func(cmd *cobra.Command, _ []string) error {
			n.Role, n.Scope = access.Role(role), access.Scope(scope)
			return e.withPeople(cmd.Context(), data, func(ctx context.Context, s store.Store, p *people.Service) error {
				t, err := findTenant(ctx, s, tenant)
				if err != nil {
					return err
				}
				n.Tenant = t.ID
				secret, made, err := p.CreateToken(ctx, e.operator(), n)
				if err != nil {
					return err
				}
				_, err = fmt.Fprintf(e.out, "Token %s for %s as %s with %s, until %s.\nIt is shown this once:\n%s\n",
					made.ID, posture.Printable(t.Name), made.Holding.Role.Title(), made.Scope, stamp(made.Expires), secret)
				return err
			})
		},
	}
	dataFlag(cmd, &data)
	cmd.Flags().StringVar(&tenant, "tenant", "", "`TENANT` (id, GUID or name); without it the only or default one")
	cmd.Flags().StringVar(&role, "role", string(access.SecurityReader), "what it may do: "+roleList())
	cmd.Flags().StringVar(&scope, "scope", string(access.ReadScope), "`SCOPE`: "+string(access.ReadScope)+" or "+string(access.WriteScope))
	cmd.Flags().StringVar(&n.Name, "name", "made at the command line", "what it is for")
	cmd.Flags().IntVar(&n.Days, "days", 90, "`DAYS` until it expires, at most 365")
	return cmd
}

func roleList() string {
	var names []string
	for _, r := range access.Roles() {
		names = append(names, string(r))
	}
	return strings.Join(names, ", ")
}

func tokenListCommand(e *env) *cobra.Command {
	var data storage
	var tenant string
	cmd := &cobra.Command{
		Use: "list", Short: "List tokens, without their secrets", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return e.withPeople(cmd.Context(), data, func(ctx context.Context, s store.Store, p *people.Service) error {
				place, err := place(ctx, s, tenant)
				if err != nil {
					return err
				}
				list, err := p.Tokens(ctx, e.operator(), place)
				if err != nil {
					return err
				}
				return e.printTokens(ctx, s, list)
			})
		},
	}
	dataFlag(cmd, &data)
	cmd.Flags().StringVar(&tenant, "tenant", "", "only those of this `TENANT` (id, GUID or name)")
	return cmd
}

func (e *env) printTokens(ctx context.Context, s store.Store, list []people.Listed) error {
	names, err := tenantNames(ctx, s)
	if err != nil {
		return err
	}
	rows := []string{"ID\tNAME\tTENANT\tROLE\tSCOPE\tMADE BY\tEXPIRES\tLAST USED\t"}
	for i := range list {
		t := &list[i]
		state := ""
		if !t.Stands {
			state = "does not hold"
		}
		rows = append(rows, strings.Join([]string{
			t.ID, posture.Printable(t.Name), names[t.Holding.Tenant], string(t.Holding.Role), string(t.Scope),
			posture.Printable(t.Maker), stamp(t.Expires), stampOr(t.Used, "never"), state,
		}, "\t"))
	}
	return e.table(rows)
}

// table prints rows of cells that are divided by tabs.
func (e *env) table(rows []string) error {
	w := tabwriter.NewWriter(e.out, 0, 0, 2, ' ', 0)
	if _, err := io.WriteString(w, strings.Join(rows, "\n")+"\n"); err != nil {
		return err
	}
	return w.Flush()
}

func stampOr(t time.Time, otherwise string) string {
	if t.IsZero() {
		return otherwise
	}
	return stamp(t)
}

// tenantNames are the names to show for all tenants; everywhere has one too.
func tenantNames(ctx context.Context, s store.Store) (map[posture.TenantID]string, error) {
	all, err := s.Across().Tenants.List(ctx)
	if err != nil {
		return nil, err
	}
	names := map[posture.TenantID]string{access.Everywhere: "all tenants"}
	for i := range all {
		names[all[i].ID] = posture.Printable(all[i].Name)
	}
	return names, nil
}

func tokenRevokeCommand(e *env) *cobra.Command {
	var data storage
	cmd := &cobra.Command{
		Use: "revoke ID", Short: "End a token at once", Args: exactly("ID"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return e.withPeople(cmd.Context(), data, func(ctx context.Context, _ store.Store, p *people.Service) error {
				if err := p.RevokeToken(ctx, e.operator(), args[0]); err != nil {
					return err
				}
				_, err := fmt.Fprintf(e.out, "Token %s is revoked.\n", posture.Printable(args[0]))
				return err
			})
		},
	}
	dataFlag(cmd, &data)
	return cmd
}
