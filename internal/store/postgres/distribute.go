// SPDX-License-Identifier: Apache-2.0

package postgres

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
)

// leastCitus is the first major version of Citus that the statements are written
// for.
const leastCitus = 13

var (
	errNoCitus       = errors.New("is on a server without the extension Citus")
	errOldCitus      = errors.New("has too old a version of Citus")
	errNoCoordinator = errors.New("does not know which machine coordinates")
	errBehind        = errors.New("has another schema than this program needs")
)

// Distribution says what Distribute did.
type Distribution struct {
	Place      string // the database, without user and password
	Citus      string // version of the extension
	Workers    int    // machines that hold shards
	Statements []string
}

// Distribute spreads the data of tenants over the machines that Citus knows, by
// the number of the tenant. It may be called again, which does what is missing,
// and on a database with data, which it moves: no server may run meanwhile.
// Without Citus it changes nothing and says what to do.
func Distribute(ctx context.Context, address string) (Distribution, error) {
	config, err := Parse(address)
	if err != nil {
		return Distribution{}, err
	}
	conn, err := dial(ctx, address)
	if err != nil {
		return Distribution{}, err
	}
	report := Distribution{Place: Place(config)}
	err = locked(ctx, conn, func() error {
		if err := prepareCitus(ctx, conn, &report); err != nil {
			return err
		}
		return pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
			layout, err := readLayout(ctx, tx)
			if err != nil {
				return err
			}
			report.Statements = layout.Statements()
			return run(ctx, tx, "distribute "+report.Place, report.Statements)
		})
	})
	return report, errors.Join(err, failed("close "+report.Place, conn.Close(ctx)))
}

// prepareCitus makes sure that the schema is there and that Citus can take it.
func prepareCitus(ctx context.Context, conn *pgx.Conn, report *Distribution) error {
	found, err := version(ctx, conn)
	if err != nil {
		return err
	}
	if found != Required() {
		return refuse(report.Place, fmt.Errorf("%w (schema %d, this one needs %d)", errBehind, found, Required()), "run 'securescore migrate' first")
	}
	var offered, there string
	err = conn.QueryRow(ctx, `SELECT COALESCE((SELECT default_version FROM pg_available_extensions WHERE name = 'citus'), ''),
		COALESCE((SELECT extversion FROM pg_extension WHERE extname = 'citus'), '')`).Scan(&offered, &there)
	switch {
	case err != nil:
		return failed("look for Citus", err)
	case there == "" && offered == "":
		return refuse(report.Place, errNoCitus, "nothing was changed; one machine needs no Citus. For several, install Citus "+strconv.Itoa(leastCitus)+
			" on each, put citus first in shared_preload_libraries, and run this again")
	}
	if there == "" {
		there = offered
	}
	report.Citus = there
	major, _, _ := strings.Cut(there, ".")
	if n, err := strconv.Atoi(major); err != nil || n < leastCitus {
		return refuse(report.Place, fmt.Errorf("%w (%s, this needs %d)", errOldCitus, there, leastCitus), "nothing was changed; upgrade Citus on each machine, then ALTER EXTENSION citus UPDATE")
	}
	if _, err := conn.Exec(ctx, "CREATE EXTENSION IF NOT EXISTS citus"); err != nil {
		return failed("create the extension Citus (a superuser may have to run CREATE EXTENSION citus)", err)
	}
	var coordinators int
	err = conn.QueryRow(ctx, `SELECT count(*) FILTER (WHERE groupid = 0), count(*) FILTER (WHERE noderole = 'primary' AND shouldhaveshards)
		FROM pg_dist_node`).Scan(&coordinators, &report.Workers)
	if err != nil {
		return failed("read the machines of Citus", err)
	}
	if coordinators == 0 {
		return refuse(report.Place, errNoCoordinator, "run SELECT citus_set_coordinator_host('NAME-OF-THIS-MACHINE') and SELECT citus_add_node('NAME', 5432) for each other one, then run this again")
	}
	return nil
}

// ForeignKey is one of a table.
type ForeignKey struct{ Name, Table, Definition string }

// Layout is where the tables of a database are, as far as Citus knows.
type Layout struct {
	Database       string
	Tenant, Across string // roles
	Propagates     bool   // settings of a transaction go with it to other machines
	SignsIn        bool   // both roles may sign in, as the coordinator does at other machines
	// Placed are the kinds of placement of tables: distributed, reference, or
	// local. A table that Citus does not know is not in it.
	Placed map[string]string
	Keys   []ForeignKey
}

// The placements of tables.
const (
	placedDistributed = "distributed"
	placedReference   = "reference"
	placedLocal       = "local"
)

// anchor is the table whose shards all others lie beside.
const anchor = "tenant_state"

// placement is where a kind of table belongs; empty for nowhere but the
// coordinator, unknown to Citus.
func (k Kind) placement() string {
	switch k {
	case Tenant, Log:
		return placedDistributed
	case Registry, Reference:
		return placedReference
	case Central, Across:
		return placedLocal
	case Book:
	}
	return ""
}

func readLayout(ctx context.Context, tx pgx.Tx) (*Layout, error) {
	const doing = "read how the database is distributed"
	c, err := castOf(ctx, tx, "")
	if err != nil {
		return nil, err
	}
	l := &Layout{Database: c.database, Tenant: c.tenant, Across: c.across, Placed: map[string]string{}}
	err = tx.QueryRow(ctx, `SELECT COALESCE(current_setting('citus.propagate_set_commands', true), '') = 'local',
		(SELECT count(*) = 2 FROM pg_roles WHERE rolname IN ($1, $2) AND rolcanlogin)`, l.Tenant, l.Across).Scan(&l.Propagates, &l.SignsIn)
	if err != nil {
		return nil, failed(doing, err)
	}
	rows, err := tx.Query(ctx, `SELECT c.relname, CASE WHEN p.partmethod <> 'n' THEN 'distributed' WHEN p.repmodel = 't' THEN 'reference' ELSE 'local' END
		FROM pg_dist_partition p JOIN pg_class c ON c.oid = p.logicalrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public'`)
	if err != nil {
		return nil, failed(doing, err)
	}
	var table, placed string
	if _, err := pgx.ForEachRow(rows, []any{&table, &placed}, func() error {
		l.Placed[table] = placed
		return nil
	}); err != nil {
		return nil, failed(doing, err)
	}
	l.Keys, err = foreignKeys(ctx, tx)
	return l, failed(doing, err)
}

// foreignKeys are those of the tables, in the order of their names. Shards have
// keys of their own, which are not ours to touch.
func foreignKeys(ctx context.Context, tx pgx.Tx) ([]ForeignKey, error) {
	var names []string
	for _, t := range Tables() {
		names = append(names, t.Name)
	}
	rows, err := tx.Query(ctx, `SELECT k.conname, c.relname, pg_get_constraintdef(k.oid) FROM pg_constraint k
		JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE k.contype = 'f' AND n.nspname = 'public' AND c.relname = ANY ($1) ORDER BY 2, 1`, names)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[ForeignKey])
}

// Statements are what the database lacks to be distributed, to be run in one
// transaction; none when it is.
func (l *Layout) Statements() []string {
	var place []string
	for _, t := range Tables() {
		if want := t.Kind.placement(); want != "" && l.Placed[t.Name] != want {
			place = append(place, placing(t, want))
		}
	}
	var all []string
	if len(place) > 0 {
		all = l.around(place)
	}
	if !l.SignsIn {
		all = append(all, "ALTER ROLE "+quote(l.Tenant)+" LOGIN", "ALTER ROLE "+quote(l.Across)+" LOGIN")
	}
	if !l.Propagates {
		all = append(all, "ALTER DATABASE "+quote(l.Database)+" SET citus.propagate_set_commands TO 'local'")
	}
	return all
}

// around puts what moves tables between what lets it: no shard would see a row
// that the fence hides from the owner, and no key may lead from a table that is
// moved to one that is not yet.
func (l *Layout) around(place []string) []string {
	all := []string{"SET LOCAL citus.multi_shard_modify_mode TO 'sequential'"}
	force := func(how string) {
		for _, t := range Tables() {
			if t.fenced() {
				all = append(all, fmt.Sprintf("ALTER TABLE public.%s %s ROW LEVEL SECURITY", quote(t.Name), how))
			}
		}
	}
	force("NO FORCE")
	for _, k := range l.Keys {
		all = append(all, fmt.Sprintf("ALTER TABLE public.%s DROP CONSTRAINT %s", quote(k.Table), quote(k.Name)))
	}
	all = append(all, place...)
	for _, k := range l.Keys {
		all = append(all, fmt.Sprintf("ALTER TABLE public.%s ADD CONSTRAINT %s %s", quote(k.Table), quote(k.Name), k.Definition))
	}
	force("FORCE")
	return all
}

func placing(t Table, placement string) string {
	name := "'public." + t.Name + "'"
	switch placement {
	case placedReference:
		return "SELECT create_reference_table(" + name + ")"
	case placedLocal:
		return "SELECT citus_add_local_table_to_metadata(" + name + ")"
	}
	beside := "public." + anchor
	if t.Name == anchor {
		beside = "none"
	}
	return fmt.Sprintf("SELECT create_distributed_table(%s, '%s', colocate_with => '%s')", name, t.column(), beside)
}
