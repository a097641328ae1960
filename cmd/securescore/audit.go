// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"securescore/internal/access"
	"securescore/internal/audit"
	"securescore/internal/odata"
	"securescore/internal/people"
	"securescore/internal/posture"
	"securescore/internal/store"
)

// mostListed bounds a list that is held in memory; an export has no bound.
const mostListed = 10_000

func auditCommand(e *env) *cobra.Command {
	cmd := &cobra.Command{Use: "audit", Short: "Read and export the audit log", Args: noArgs, RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	cmd.AddCommand(auditListCommand(e), auditExportCommand(e))
	return cmd
}

func auditListCommand(e *env) *cobra.Command {
	var data storage
	var tenant, filter string
	var limit int
	cmd := &cobra.Command{
		Use: "list", Short: "Show who did what, the newest entries first", Args: noArgs,
		Long: "Shows the log of the installation: people, tokens, sign-ins and what was refused. With --tenant it is what happened in one\n" +
			"tenant, and what the installation's log tells about it. --filter takes the words of the Graph API's $filter, over\n" +
			"sequence, at, tenant, actor, via, event, outcome, target, request, name, from and reason.",
		Example: "  securescore audit list --filter \"outcome eq 'denied' and at ge 2026-01-01\"",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if limit < 1 || limit > mostListed {
				return usagef("--limit %d: want 1 to %d", limit, mostListed)
			}
			if err := checkFilter(filter); err != nil {
				return err
			}
			return e.withPeople(cmd.Context(), data, func(ctx context.Context, s store.Store, p *people.Service) error {
				place, err := place(ctx, s, tenant)
				if err != nil {
					return err
				}
				page, err := p.Log(ctx, e.operator(), place, people.LogQuery{Filter: filter, Limit: limit})
				if err != nil {
					return err
				}
				return e.printAudit(page)
			})
		},
	}
	dataFlag(cmd, &data)
	auditTenantFlag(cmd, &tenant)
	cmd.Flags().StringVar(&filter, "filter", "", "only entries that this `FILTER` matches")
	cmd.Flags().IntVar(&limit, "limit", 50, "at most this `NUMBER` of entries")
	return cmd
}

func auditTenantFlag(cmd *cobra.Command, tenant *string) {
	cmd.Flags().StringVar(tenant, "tenant", "", "what happened in this `TENANT` (id, GUID or name); without it the log of the installation")
}

// checkFilter says what is wrong with a filter, and points at the place.
func checkFilter(text string) error {
	if text == "" {
		return nil
	}
	_, err := odata.ParseFilter(audit.Schema(), text)
	if fault, ok := errors.AsType[*odata.SyntaxError](err); ok {
		return usagef("--filter, character %d: %s\n%s", fault.Position, fault.Message, fault.Caret())
	}
	return err
}

func (e *env) printAudit(page people.LogPage) error {
	rows := []string{"TIME\tLOG\tENTRY\tWHO\tVIA\tFROM\tEVENT\tOUTCOME\tTARGET\tREASON"}
	for i := range page.Entries {
		rows = append(rows, auditRow(&page.Entries[i]))
	}
	if err := e.table(rows); err != nil {
		return err
	}
	if page.Next != "" {
		e.complain("there are older entries; ask for more with --limit, or for others with --filter")
	}
	return nil
}

func auditRow(entry *people.LogEntry) string {
	log := "tenant"
	if entry.Log == access.Everywhere {
		log = "installation"
	}
	who := entry.Details.Name
	if who == "" {
		who = string(entry.Actor)
	}
	cells := []string{
		stamp(entry.At), log, strconv.FormatInt(entry.Sequence, 10), who, string(entry.Via), entry.Details.From,
		string(entry.Event), string(entry.Outcome), entry.Target, entry.Details.Reason,
	}
	for i := range cells {
		cells[i] = posture.Printable(cells[i])
	}
	return strings.Join(cells, "\t")
}

func auditExportCommand(e *env) *cobra.Command {
	var data storage
	var tenant, out string
	cmd := &cobra.Command{
		Use: "export", Short: "Write the whole audit log as JSON lines", Args: noArgs,
		Long: "Writes every entry as a line of JSON, the oldest first, with the hashes that chain it. With --tenant it is the log of that\n" +
			"tenant, and then what the installation's log tells about it. That it was exported is in the log too.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return e.withPeople(cmd.Context(), data, func(ctx context.Context, s store.Store, p *people.Service) error {
				place, err := place(ctx, s, tenant)
				if err != nil {
					return err
				}
				return e.writeTo(out, func(w io.Writer) error { return p.Export(ctx, e.operator(), place, w) })
			})
		},
	}
	dataFlag(cmd, &data)
	auditTenantFlag(cmd, &tenant)
	cmd.Flags().StringVar(&out, "out", "-", "new `FILE` to write to; - is standard output")
	return cmd
}

// writeTo writes to a file that must not exist, or to standard output for "-". A
// file that could not be finished is removed: half a log looks like a whole one.
func (e *env) writeTo(path string, write func(io.Writer) error) error {
	if path == "-" {
		return buffered(e.out, write)
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return usagef("--out: %s exists; it is not replaced", path)
	}
	if err != nil {
		return fmt.Errorf("--out: %w", err)
	}
	err = buffered(f, write)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return errors.Join(err, os.Remove(path))
	}
	return nil
}

func buffered(out io.Writer, write func(io.Writer) error) error {
	w := bufio.NewWriter(out)
	if err := write(w); err != nil {
		return err
	}
	return w.Flush()
}
