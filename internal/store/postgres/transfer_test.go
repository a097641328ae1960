// SPDX-License-Identifier: Apache-2.0

package postgres_test

import (
	"errors"
	"testing"

	"securescore/internal/posture"
	"securescore/internal/store/postgres"
	"securescore/internal/store/postgres/postgrestest"
	"securescore/internal/store/transfer"
)

// Every table of the schema has a row that says what becomes of it.
func TestEveryTableHasAFate(t *testing.T) {
	t.Parallel()
	for _, table := range postgres.Tables() {
		if _, err := transfer.FateOf(table.Name); err != nil {
			t.Error(err)
		}
	}
}

// What could not be completed leaves a database that can be filled, with its
// fence as it was.
func TestAFailedArrivalLeavesNothing(t *testing.T) {
	t.Parallel()
	d := postgrestest.New(t)
	a, err := postgres.OpenArrival(t.Context(), d.Owner, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(a.Close)
	other, err := postgres.OpenSnapshot(t.Context(), postgrestest.New(t).Server) // nothing is in it
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = other.Close(t.Context()) })
	errNotSo := errors.New("not so")
	for range 2 {
		if _, err := transfer.Move(t.Context(), other, a, func(*transfer.Summary) error { return errNotSo }); !errors.Is(err, errNotSo) {
			t.Errorf("got %v, want what the check said", err)
		}
	}
	conn := connect(t, d.Owner)
	if open := one[int64](t, conn, "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public' AND relrowsecurity AND NOT relforcerowsecurity"); open != 0 {
		t.Errorf("the fence of %d tables is open for their owner", open)
	}
	exec(t, conn, "ALTER TABLE tenant NO FORCE ROW LEVEL SECURITY", "INSERT INTO tenant (number, id, name, domain, sample, created) VALUES (1, 'a', 'a', '', 0, 0)", "ALTER TABLE tenant FORCE ROW LEVEL SECURITY")
	if _, err := transfer.Move(t.Context(), other, a, func(*transfer.Summary) error { return nil }); !errors.Is(err, posture.ErrConflict) {
		t.Errorf("got %v, want that a database in use is not filled", err)
	}
}
