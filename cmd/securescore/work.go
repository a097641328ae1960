// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"securescore/internal/access"
	"securescore/internal/audit"
	"securescore/internal/posture"
	"securescore/internal/store"
)

func workCommand(e *env) *cobra.Command {
	cmd := &cobra.Command{
		Use: "work", Short: "Show, cancel and restart what runs by itself", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(
		workListCommand(e),
		workTurnCommand(e, "cancel", "Let nobody do a piece of work any more", audit.WorkCancelled, func(ctx context.Context, w store.Works, id store.WorkID) error {
			return w.Cancel(ctx, id, "cancelled by "+e.operator().Name)
		}),
		workTurnCommand(e, "restart", "Let a dead piece of work be done again, now", audit.WorkRestarted, func(ctx context.Context, w store.Works, id store.WorkID) error {
			return w.Restart(ctx, id)
		}),
	)
	return cmd
}

func workListCommand(e *env) *cobra.Command {
	var data storage
	var state, kind, tenant string
	var most int
	cmd := &cobra.Command{
		Use: "list", Short: "Show what is due, runs, waits after a failure, or is dead", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			q := store.WorkQuery{State: store.WorkState(state), Kind: store.WorkKind(kind), Limit: most}
			switch q.State {
			case "", store.WorkWaiting, store.WorkRunning, store.WorkFailing, store.WorkDead:
			default:
				return usagef("--state %s: want waiting, running, failing or dead", posture.Printable(state))
			}
			return e.withStore(cmd.Context(), data, func(ctx context.Context, s store.Store) error {
				if tenant != "" {
					t, err := findTenant(ctx, s, tenant)
					if err != nil {
						return err
					}
					q.Tenant = t.ID
				}
				list, err := s.Across().Works.List(ctx, q)
				if err != nil {
					return err
				}
				return e.printWork(ctx, s, list)
			})
		},
	}
	dataFlag(cmd, &data)
	cmd.Flags().StringVar(&state, "state", "", "only work in this `STATE`: waiting, running, failing or dead")
	cmd.Flags().StringVar(&kind, "kind", "", "only work of this `KIND`")
	cmd.Flags().StringVar(&tenant, "tenant", "", "only work of this `TENANT` (id, GUID or name)")
	cmd.Flags().IntVar(&most, "limit", 1000, "at most so many")
	return cmd
}

func (e *env) printWork(ctx context.Context, s store.Store, list []store.WorkStatus) error {
	names, err := tenantNames(ctx, s)
	if err != nil {
		return err
	}
	rows := []string{"ID\tTENANT\tSTATE\tWHEN\tATTEMPT\tWHO\tPROGRESS\tLAST FAULT\t"}
	for i := range list {
		w := &list[i]
		name := "installation"
		if w.Tenant != "" {
			name = names[w.Tenant]
		}
		when, who := stampOr(w.Ready, "never"), ""
		if w.State == store.WorkRunning {
			when, who = "since "+stamp(w.Since), posture.Printable(w.Owner)
		}
		fault := posture.Printable(w.Fault)
		if fault != "" {
			fault = stamp(w.FailedAt) + " " + fault
		}
		rows = append(rows, strings.Join([]string{
			posture.Printable(w.String()), name, string(w.State), when, strconv.Itoa(w.Attempts), who, posture.Printable(w.Progress), fault,
		}, "\t"))
	}
	return e.table(rows)
}

// workTurnCommand is a command that changes one piece of work and tells the
// log of the installation of it, first: a line too many can be explained.
func workTurnCommand(e *env, name, short string, event audit.Event, turn func(context.Context, store.Works, store.WorkID) error) *cobra.Command {
	var data storage
	cmd := &cobra.Command{
		Use: name + " ID", Short: short, Args: exactly("ID"),
		Long: short + ". The id is the first column of 'securescore work list'.",
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := store.ParseWorkID(args[0])
			if err != nil {
				return &usageError{err}
			}
			return e.withStore(cmd.Context(), data, func(ctx context.Context, s store.Store) error {
				by := e.operator()
				if err := by.May(access.ManageInstallation, access.Everywhere); err != nil {
					return err
				}
				err := s.Across().Registry.Update(ctx, func(ctx context.Context, r *store.Registry) error {
					return r.Audit.Append(ctx, audit.Installation, e.now().UTC(), audit.By(by, event, id.Tenant, id.String()))
				})
				if err != nil {
					return err
				}
				if err := turn(ctx, s.Across().Works, id); err != nil {
					return err
				}
				_, err = fmt.Fprintf(e.out, "%s: %s\n", name, posture.Printable(id.String()))
				return err
			})
		},
	}
	dataFlag(cmd, &data)
	return cmd
}
