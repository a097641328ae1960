// SPDX-License-Identifier: Apache-2.0

package transfer_test

import (
	"errors"
	"strings"
	"testing"

	"securescore/internal/posture"
	"securescore/internal/store/transfer"
)

func good(*transfer.Summary) error { return nil }

func TestMovingIsAllOrNothing(t *testing.T) {
	t.Parallel()
	errNotSo := errors.New("not so")
	for _, tt := range []struct {
		name   string
		change func(from, to *memory)
		check  func(*transfer.Summary) error
		want   error
		text   string
	}{
		{"another schema", func(_, to *memory) { to.version++ }, good, posture.ErrConflict, "schema 4 and the other has schema 5"},
		{"a table that is missing", func(_, to *memory) { to.tables = to.tables[:3] }, good, posture.ErrConflict, "run_item is only in the source"},
		{"a table too many", func(from, _ *memory) { from.tables = from.tables[:3] }, good, posture.ErrConflict, "run_item is only in the target"},
		{"another column", func(_, to *memory) { to.tables[1].Columns[1].Kind = transfer.Text }, good, posture.ErrConflict, "tenant_state is not made like"},
		{"a target in use", func(from, to *memory) { to.rows = from.rows }, good, posture.ErrConflict, "fill"},
		{"a source that breaks", func(from, _ *memory) { from.broken = "audit_entry" }, good, errBroken, "audit_entry"},
		{"a row that does not fit", func(from, _ *memory) { from.rows["tenant"][0][1] = transfer.Value{} }, good, posture.ErrInvalid, "name is null"},
		{"sums that do not fit", func(_, _ *memory) {}, func(*transfer.Summary) error { return errNotSo }, errNotSo, "not so"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			from := small(t)
			to := &memory{version: from.version, tables: small(t).tables}
			tt.change(from, to)
			before := len(to.rows)
			_, err := transfer.Move(t.Context(), from, to, tt.check)
			if !errors.Is(err, tt.want) || !strings.Contains(err.Error(), tt.text) {
				t.Errorf("got %v, want %v with %q", err, tt.want, tt.text)
			}
			if len(to.rows) != before {
				t.Errorf("got %d tables in the target, want %d", len(to.rows), before)
			}
		})
	}
}

func TestSummariesTellTablesApart(t *testing.T) {
	t.Parallel()
	base, err := transfer.Summarise(t.Context(), small(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name   string
		change func(*memory)
		want   string
	}{
		{"nothing", func(*memory) {}, ""},
		{"one value", func(m *memory) { m.rows["tenant"][0][0].Number = 7 }, "tenant has other rows"},
		{"null and empty", func(m *memory) { m.rows["audit_entry"][2][2] = transfer.Value{} }, "audit_entry has other rows"},
		{"a byte passed on to the next field", func(m *memory) {
			m.rows["audit_entry"][1][2], m.rows["audit_entry"][1][3] = text(""), text("x")
		}, "audit_entry has other rows"},
		{"a row less", func(m *memory) { m.rows["tenant"] = m.rows["tenant"][1:] }, "tenant has 2 rows instead of 3"},
		{"a table less", func(m *memory) { m.tables = m.tables[:3] }, "run_item is missing"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			m := small(t)
			tt.change(m)
			got, err := transfer.Summarise(t.Context(), m)
			if err != nil {
				t.Fatal(err)
			}
			if err := transfer.Differ(base, got); (err == nil) != (tt.want == "") || (err != nil && !strings.Contains(err.Error(), tt.want)) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}

func TestATableNeedsAKeyAndKnownKinds(t *testing.T) {
	t.Parallel()
	column := transfer.Column{Name: "a", Kind: transfer.Number}
	for name, made := range map[string]func() (transfer.Table, error){
		"no key":       func() (transfer.Table, error) { return transfer.NewTable("t", []transfer.Column{column}) },
		"no such kind": func() (transfer.Table, error) { return transfer.NewTable("t", []transfer.Column{{Name: "a"}}, "a") },
	} {
		if _, err := made(); !errors.Is(err, posture.ErrInvalid) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	if _, err := transfer.Arrange([]transfer.Table{{Name: "nobody_decided"}}); !errors.Is(err, posture.ErrInvalid) {
		t.Errorf("got %v, want that nobody decided about the table", err)
	}
}
