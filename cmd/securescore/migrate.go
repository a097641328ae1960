// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"securescore/internal/posture"
	"securescore/internal/store/postgres"
	"securescore/internal/store/sqlite"
)

func migrateCommand(e *env) *cobra.Command {
	var data storage
	var role string
	var distribute bool
	cmd := &cobra.Command{
		Use: "migrate", Short: "Bring the schema of the storage up to date", Args: noArgs,
		Long: "Makes the tables that this version of the program needs, or brings them up to date, and sets up the fence between tenants.\n" +
			"For PostgreSQL, --database is the URL of the role that owns the database. Servers sign in as another role, which\n" +
			"--server-role names: it is made when it is missing, without a password, and owns nothing. A data folder is also brought up\n" +
			"to date by whatever opens it. It may be run again at any time; a schema of a newer version is refused and stays as it is.\n\n" +
			"--distribute then spreads the data of tenants over several machines with the extension Citus, where it is installed:\n" +
			"stop all servers first when there is data. Without the extension it says so, exits with 1 and distributes nothing.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			switch {
			case data.database == "" && !cmd.Flags().Changed("data"):
				return usagef("migrate wants --database URL or --data DIR")
			case data.database == "" && (role != "" || distribute):
				return usagef("--server-role and --distribute are for a PostgreSQL database; name one with --database")
			case data.database == "":
				return e.migrateFolder(cmd.Context(), data)
			}
			if err := e.migrateDatabase(cmd.Context(), data.database, role); err != nil || !distribute {
				return err
			}
			return e.distribute(cmd.Context(), data.database)
		},
	}
	dataFlag(cmd, &data)
	cmd.Flags().StringVar(&role, "server-role", "", "`NAME` of the role that servers sign in as")
	cmd.Flags().BoolVar(&distribute, "distribute", false, "spread the data of tenants over the machines that Citus knows")
	return cmd
}

// said is a line about versions of the schema.
func said(place string, from, to int64) string {
	switch from {
	case 0:
		return fmt.Sprintf("%s: made schema %d\n", place, to)
	case to:
		return fmt.Sprintf("%s: schema %d is up to date\n", place, to)
	}
	return fmt.Sprintf("%s: brought schema %d to %d\n", place, from, to)
}

func (e *env) migrateFolder(ctx context.Context, data storage) error {
	from, err := sqlite.Version(data.folder)
	if err != nil {
		return err
	}
	s, err := e.open(ctx, data)
	if err != nil {
		return err
	}
	if err := s.Close(); err != nil {
		return err
	}
	to, err := sqlite.Version(data.folder)
	if err != nil {
		return err
	}
	_, err = fmt.Fprint(e.out, said(posture.Printable(data.folder), from, to))
	return err
}

func (e *env) migrateDatabase(ctx context.Context, address, role string) error {
	report, err := postgres.Migrate(ctx, postgres.Params{Address: address, ServerRole: role})
	if err != nil {
		return err
	}
	text := said(report.Place, report.From, report.To)
	if report.Created {
		text += fmt.Sprintf("made role %s for servers, without a password: give it one in psql with \\password %[1]s, or let it in by pg_hba.conf\n", posture.Printable(role))
	}
	_, err = fmt.Fprint(e.out, text)
	return err
}

func (e *env) distribute(ctx context.Context, address string) error {
	report, err := postgres.Distribute(ctx, address)
	if err != nil {
		return err
	}
	if len(report.Statements) == 0 {
		_, err = fmt.Fprintf(e.out, "%s: is distributed over %d machines by Citus %s already\n", report.Place, report.Workers, report.Citus)
		return err
	}
	_, err = fmt.Fprintf(e.out, "%s: distributed over %d machines by Citus %s, in %d steps\n", report.Place, report.Workers, report.Citus, len(report.Statements))
	return err
}
