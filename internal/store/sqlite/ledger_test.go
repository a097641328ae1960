// SPDX-License-Identifier: Apache-2.0

package sqlite_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"securescore/internal/ledger"
	"securescore/internal/posture"
	"securescore/internal/store"
	"securescore/internal/store/sqlite"
)

// record makes one commit with n changes, each of another control.
func record(tb testing.TB, s *sqlite.Store, tenant posture.TenantID, n int, day ledger.Day, last map[posture.ControlID]posture.Points) {
	tb.Helper()
	controls := []posture.ControlID{"AdminMFAV2", "scid_2010", "mdo_zapspam", "aad_third_party_apps", "meeting_autoadmitusers_v1", "RoleOverlap", "PWAgePolicyNew"}
	at := day.Time().Add(6*time.Hour + 123456*time.Microsecond)
	err := s.Update(tb.Context(), tenant, func(ctx context.Context, w *store.Writer) error {
		head, err := w.Ledger.Head(ctx, tenant, ledger.Own)
		if err != nil {
			return err
		}
		var changes []ledger.Change
		var current []store.Current
		for i := range n {
			id := controls[(int(head.Sequence)+i)%len(controls)]
			was, known := last[id]
			is := (was + 37) % 1000
			c := ledger.Change{
				Control: id, Cause: ledger.User, Actor: ledger.System,
				Before: ledger.Standing{Measured: was, Max: 1000, Counts: posture.Counts{Pass: 120 + int(was), Fail: 2000 - int(was), Unknown: 2}},
				After:  ledger.Standing{Measured: is, Max: 1000, Counts: posture.Counts{Pass: 120 + int(is), Fail: 2000 - int(is), Unknown: 2}},
			}
			if !known {
				c.Before, c.Cause = ledger.Standing{}, ledger.Catalogue
			}
			last[id] = is
			changes = append(changes, c)
			current = append(current, store.Current{Assessment: posture.Assessment{Control: id, State: posture.Assessed}, Standing: c.After})
		}
		entries, _, err := ledger.Seal(head, changes, ledger.Stamp{Effective: at, Recorded: at.Add(1234567 * time.Microsecond), Run: head.Sequence})
		if err != nil {
			return err
		}
		if err := w.Assessments.Put(ctx, tenant, current); err != nil {
			return err
		}
		return w.Ledger.Append(ctx, tenant, ledger.Own, entries, nil)
	})
	if err != nil {
		tb.Fatal(err)
	}
}

// design 4.5: whoever changes the file behind our back is noticed.
func TestTamperingWithTheFileIsNoticed(t *testing.T) {
	t.Parallel()
	for name, statement := range map[string]string{
		"a byte of an entry":    "UPDATE ledger_block SET body = CAST(substr(body, 1, 12) || x'55' || substr(body, 14) AS BLOB) WHERE first = 4",
		"the hash of an entry":  "UPDATE ledger_block SET body = CAST(substr(body, 1, length(body) - 1) || x'00' AS BLOB) WHERE first = 4",
		"a block in the middle": "DELETE FROM ledger_block WHERE first = 4",
		"the last block":        "DELETE FROM ledger_block WHERE first = 10",
		"the first block":       "DELETE FROM ledger_block WHERE first = 1",
		"two blocks swapped":    "UPDATE ledger_block SET body = (SELECT b.body FROM ledger_block b WHERE b.first = 11 - ledger_block.first) WHERE first IN (4, 7)",
		"a block twice":         "INSERT INTO ledger_block SELECT tenant, series, 13, entries, effective, span, body FROM ledger_block WHERE first = 4",
		"the head":              "UPDATE ledger_head SET sequence = 9",
		"the score":             "INSERT INTO assessment_current SELECT number, 'one more', 'assessed', '', '', 0, 0, 0, 0, 0, 0, 0, 0, '', 1, 0, 1, 'toAddress', 0, 0, 0, '', '', x'', x'', x'', x'' FROM tenant",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder, file := written(t)
			s := open(t, folder)
			last := make(map[posture.ControlID]posture.Points)
			for day := range ledger.Day(4) {
				record(t, s, tenantID, 3, 20000+day, last)
			}
			if report, err := verify(t, s); err != nil || len(report.Faults) > 0 {
				t.Fatalf("before: got %v, %v, want no fault", report.Faults, err)
			}
			tamper(t, file, statement)
			report, err := verify(t, s)
			if err == nil && len(report.Faults) == 0 {
				t.Error("not noticed")
			}
			if err != nil && !errors.Is(err, posture.ErrInvalid) {
				t.Errorf("got %v, want a fault or ErrInvalid", err)
			}
		})
	}
}

func verify(t *testing.T, s *sqlite.Store) (report ledger.Report, err error) {
	t.Helper()
	err = s.View(t.Context(), tenantID, func(ctx context.Context, r *store.Reader) (err error) {
		report, err = store.Verify(ctx, r, tenantID, ledger.Own)
		return err
	})
	return report, err
}

// What is damaged inside the file is named and never taken for data.
func TestDamagedBytesAreRefused(t *testing.T) {
	t.Parallel()
	folder, file := written(t)
	s := open(t, folder)
	err := s.Update(t.Context(), tenantID, func(ctx context.Context, w *store.Writer) error {
		d := &posture.DataSet{Name: "graph/users", FetchedAt: now(), Objects: []posture.Object{{Key: "a", Raw: []byte("{}")}}}
		ev := &posture.Evidence{Source: "test"}
		ev.Add(d)
		if _, err := w.Evidence.Put(ctx, tenantID, ev); err != nil {
			return err
		}
		if err := w.Catalogues.Adopt(ctx, tenantID, "v1", []byte("content"), now()); err != nil {
			return err
		}
		return w.Assessments.Put(ctx, tenantID, []store.Current{{Assessment: posture.Assessment{Control: "a"}}})
	})
	if err != nil {
		t.Fatal(err)
	}
	for statement, read := range map[string]func(context.Context, *store.Reader) error{
		"UPDATE evidence_block SET data = x'28b52ffd00'": func(ctx context.Context, r *store.Reader) error {
			_, err := r.Evidence.Set(ctx, tenantID, "graph/users")
			return err
		},
		"UPDATE catalogue_content SET content = x'00'": func(ctx context.Context, r *store.Reader) error {
			_, err := r.Catalogues.Catalogue(ctx, tenantID, "v1")
			return err
		},
		"UPDATE assessment_current SET failing = x'ffff'": func(ctx context.Context, r *store.Reader) error {
			_, err := r.Assessments.Assessment(ctx, tenantID, "a")
			return err
		},
	} {
		tamper(t, file, statement)
		if err := s.View(t.Context(), tenantID, read); !errors.Is(err, posture.ErrInvalid) {
			t.Errorf("%s: got %v, want ErrInvalid", statement, err)
		}
	}
}
