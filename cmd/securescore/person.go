// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"securescore/internal/access"
	"securescore/internal/people"
	"securescore/internal/posture"
	"securescore/internal/store"
)

func personCommand(e *env) *cobra.Command {
	cmd := &cobra.Command{Use: "person", Short: "Show and change who has access", Args: noArgs, RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	cmd.AddCommand(personListCommand(e), personInviteCommand(e), personGrantCommand(e), personEndCommand(e), personRemoveCommand(e), personEraseCommand(e))
	return cmd
}

func personListCommand(e *env) *cobra.Command {
	var data storage
	cmd := &cobra.Command{
		Use: "list", Short: "List people with their roles", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return e.withPeople(cmd.Context(), data, func(ctx context.Context, s store.Store, p *people.Service) error {
				list, err := p.People(ctx, e.operator(), access.Everywhere)
				if err != nil {
					return err
				}
				names, err := tenantNames(ctx, s)
				if err != nil {
					return err
				}
				rows := []string{"PERSON\tNAME\tISSUER\tSUBJECT\tLAST SIGN-IN\tROLE\tWHERE\tGIVEN BY\tGRANT"}
				for i := range list {
					rows = append(rows, memberRows(&list[i], names)...)
				}
				return e.table(rows)
			})
		},
	}
	dataFlag(cmd, &data)
	return cmd
}

// memberRows are one row for each role of a person, and one for a person
// without any.
func memberRows(m *people.Member, names map[posture.TenantID]string) []string {
	who := strings.Join([]string{string(m.ID), posture.Printable(m.Name), posture.Printable(m.Identity.Issuer), posture.Printable(m.Identity.Subject), stampOr(m.Seen, "never")}, "\t")
	var rows []string
	for _, h := range m.Claimed {
		rows = append(rows, strings.Join([]string{who, string(h.Role), names[h.Tenant], "issuer", ""}, "\t"))
	}
	for i := range m.Grants {
		h := m.Grants[i].Holding
		rows = append(rows, strings.Join([]string{who, string(h.Role), names[h.Tenant], posture.Printable(m.Given[i]), strconv.FormatInt(m.Grants[i].ID, 10)}, "\t"))
	}
	if !m.Removed.IsZero() {
		return []string{who + "\tremoved " + stamp(m.Removed) + "\t\t\t"}
	}
	if len(rows) == 0 {
		return []string{who + "\tno access\t\t\t"}
	}
	return rows
}

func personInviteCommand(e *env) *cobra.Command {
	var data storage
	var issuer, subject, name string
	cmd := &cobra.Command{
		Use: "invite", Short: "Make somebody known before they sign in", Args: noArgs,
		Long: "Makes a person known by issuer and subject, so that roles can be granted before the first sign-in.\n" +
			"In Entra the issuer is 'entra:' and the directory's GUID, the subject is the person's object id.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return e.withPeople(cmd.Context(), data, func(ctx context.Context, _ store.Store, p *people.Service) error {
				person, err := p.Invite(ctx, e.operator(), access.Identity{Issuer: issuer, Subject: subject}, name, access.Everywhere)
				if err != nil {
					return err
				}
				_, err = fmt.Fprintln(e.out, person.ID)
				return err
			})
		},
	}
	dataFlag(cmd, &data)
	cmd.Flags().StringVar(&issuer, "issuer", "", "`ISSUER`: the claim iss, or entra:GUID")
	cmd.Flags().StringVar(&subject, "subject", "", "`SUBJECT`: the claim sub, or the object id in Entra")
	cmd.Flags().StringVar(&name, "name", "", "how to show them until they sign in")
	return cmd
}

func personGrantCommand(e *env) *cobra.Command {
	var data storage
	var tenant, role, reason string
	var everywhere bool
	cmd := &cobra.Command{
		Use: "grant PERSON", Short: "Give somebody a role", Args: exactly("PERSON"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if everywhere && tenant != "" {
				return usagef("--all-tenants and --tenant exclude each other")
			}
			return e.withPeople(cmd.Context(), data, func(ctx context.Context, s store.Store, p *people.Service) error {
				what := access.Holding{Role: access.Role(role), Tenant: access.Everywhere}
				if !everywhere {
					t, err := findTenant(ctx, s, tenant)
					if err != nil {
						return err
					}
					what.Tenant = t.ID
				}
				id, err := p.Grant(ctx, e.operator(), access.PersonID(args[0]), what, reason)
				if err != nil {
					return err
				}
				_, err = fmt.Fprintf(e.out, "Grant %d: %s.\n", id, what.Role.Title())
				return err
			})
		},
	}
	dataFlag(cmd, &data)
	cmd.Flags().StringVar(&tenant, "tenant", "", "in this `TENANT` (id, GUID or name); without it the only or default one")
	cmd.Flags().BoolVar(&everywhere, "all-tenants", false, "in all tenants, those to come too")
	cmd.Flags().StringVar(&role, "role", string(access.SecurityReader), "`ROLE`: "+roleList())
	cmd.Flags().StringVar(&reason, "reason", "", "why, for the audit log")
	return cmd
}

func personEndCommand(e *env) *cobra.Command {
	return endingCommand(e, "end GRANT", "Take a role back", "GRANT", func(ctx context.Context, p *people.Service, arg string, yes bool) (people.Consequences, error) {
		id, err := strconv.ParseInt(arg, 10, 64)
		if err != nil {
			return people.Consequences{}, usagef("GRANT is a number; 'securescore person list' shows it")
		}
		return p.EndGrant(ctx, e.operator(), id, yes)
	})
}

func personRemoveCommand(e *env) *cobra.Command {
	return endingCommand(e, "remove PERSON", "Take all access of somebody away", "PERSON", func(ctx context.Context, p *people.Service, arg string, yes bool) (people.Consequences, error) {
		return p.Remove(ctx, e.operator(), access.PersonID(arg), yes)
	})
}

func personEraseCommand(e *env) *cobra.Command {
	var data storage
	var yes bool
	cmd := &cobra.Command{
		Use: "erase PERSON", Short: "Erase name, address and traces of somebody who was removed", Args: exactly("PERSON"),
		Long: "Erases for good the name and the e-mail address of a removed person, and from all audit logs the details of what they did.\n" +
			"That they did it stays there, under an id, and 'securescore verify' finds the logs whole. Names that are shown beside\n" +
			"decisions and entries of the ledger stay.",
		RunE: func(cmd *cobra.Command, args []string) error {
			if !yes {
				return usagef("nothing was erased; there is no way back: add --yes to do it")
			}
			return e.withPeople(cmd.Context(), data, func(ctx context.Context, _ store.Store, p *people.Service) error {
				if err := p.Erase(ctx, e.operator(), access.PersonID(args[0])); err != nil {
					return err
				}
				_, err := fmt.Fprintf(e.out, "The personal details of %s are erased.\n", posture.Printable(args[0]))
				return err
			})
		},
	}
	dataFlag(cmd, &data)
	cmd.Flags().BoolVar(&yes, "yes", false, "do it")
	return cmd
}

// endingCommand first tells what ends with it, and does it only with --yes.
func endingCommand(e *env, use, short, arg string, end func(context.Context, *people.Service, string, bool) (people.Consequences, error)) *cobra.Command {
	var data storage
	var yes bool
	cmd := &cobra.Command{
		Use: use, Short: short, Args: exactly(arg),
		Long: short + ". What they gave to others, and the tokens they made, end with it:\nwithout --yes that is only listed.",
		RunE: func(cmd *cobra.Command, args []string) error {
			return e.withPeople(cmd.Context(), data, func(ctx context.Context, s store.Store, p *people.Service) error {
				out, err := end(ctx, p, args[0], yes)
				if err != nil {
					return err
				}
				if err := e.printConsequences(ctx, s, out); err != nil {
					return err
				}
				if !yes {
					return errors.New("nothing was changed; add --yes to do it")
				}
				return nil
			})
		},
	}
	dataFlag(cmd, &data)
	cmd.Flags().BoolVar(&yes, "yes", false, "do it")
	return cmd
}

func (e *env) printConsequences(ctx context.Context, s store.Store, out people.Consequences) error {
	names, err := tenantNames(ctx, s)
	if err != nil {
		return err
	}
	rows := []string{"ENDS\tID\tWHOSE\tROLE\tWHERE"}
	for _, g := range out.Grants {
		rows = append(rows, strings.Join([]string{"grant", strconv.FormatInt(g.ID, 10), string(g.Person), string(g.Holding.Role), names[g.Holding.Tenant]}, "\t"))
	}
	for i := range out.Tokens {
		t := &out.Tokens[i]
		rows = append(rows, strings.Join([]string{"token", t.ID, posture.Printable(t.Name), string(t.Holding.Role), names[t.Holding.Tenant]}, "\t"))
	}
	return e.table(rows)
}
