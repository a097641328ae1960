// SPDX-License-Identifier: Apache-2.0

package sqlite_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"securescore/internal/access"
	"securescore/internal/audit"
	"securescore/internal/posture"
	"securescore/internal/store"
	"securescore/internal/store/sqlite"
)

// logged appends records about some targets to the log of the tenant.
func logged(t *testing.T, s *sqlite.Store, targets ...string) error {
	t.Helper()
	return s.Update(t.Context(), tenantID, func(ctx context.Context, w *store.Writer) error {
		for _, target := range targets {
			r := audit.Record{
				Tenant: tenantID, Actor: "person:ada", Via: access.ViaPortal, Event: audit.DecisionMade, Outcome: audit.Done, Target: target,
				Details: audit.Details{Name: "Ada", From: "192.0.2.1"},
			}
			if err := w.Audit.Append(ctx, tenantID, now(), r); err != nil {
				return err
			}
		}
		return nil
	})
}

func verifyLog(t *testing.T, s *sqlite.Store, exported ...audit.Head) (report audit.Report, err error) {
	t.Helper()
	err = s.View(t.Context(), tenantID, func(ctx context.Context, r *store.Reader) (err error) {
		report, err = store.VerifyAudit(ctx, r.Audit, tenantID, exported...)
		return err
	})
	return report, err
}

// Whoever changes a log behind our back is noticed: most by the chain itself,
// what is cut off or begun anew by a head that was kept elsewhere.
func TestTamperingWithALogIsNoticed(t *testing.T) {
	t.Parallel()
	for name, statements := range map[string][]string{
		"who":                   {"UPDATE audit_entry SET actor = 'person:bob' WHERE sequence = 2"},
		"when":                  {"UPDATE audit_entry SET at = at + 1 WHERE sequence = 4"},
		"what":                  {"UPDATE audit_entry SET event = 'decision.ended' WHERE sequence = 2"},
		"how it ended":          {"UPDATE audit_entry SET outcome = 'denied' WHERE sequence = 2"},
		"about what":            {"UPDATE audit_entry SET target = 'b' WHERE sequence = 1"},
		"about whom":            {"UPDATE audit_entry SET tenant = '' WHERE sequence = 2"},
		"the details":           {"UPDATE audit_entry SET name = 'Bob', salt = (SELECT e.salt FROM audit_entry e WHERE e.sequence = 1) WHERE sequence = 2"},
		"another salt":          {"UPDATE audit_entry SET salt = (SELECT e.salt FROM audit_entry e WHERE e.sequence = 1) WHERE sequence = 2"},
		"a part of the details": {"UPDATE audit_entry SET origin = '192.0.2.2' WHERE sequence = 2"},
		"a part that was empty": {"UPDATE audit_entry SET later = '{}' WHERE sequence = 2"},
		"details cut short":     {"UPDATE audit_entry SET later = NULL WHERE sequence = 2"},
		"only the salt left":    {"UPDATE audit_entry SET name = NULL, origin = NULL, reason = NULL, earlier = NULL, later = NULL WHERE sequence = 2"},
		"no salt":               {"UPDATE audit_entry SET salt = NULL WHERE sequence = 2"},
		"a short hash":          {"UPDATE audit_entry SET hash = x'00' WHERE sequence = 2"},
		"an entry less":         {"DELETE FROM audit_entry WHERE sequence = 2"},
		"the first less":        {"DELETE FROM audit_entry WHERE sequence = 1"},
		"the last less":         {"DELETE FROM audit_entry WHERE sequence = 4"},
		"the head":              {"UPDATE audit_head SET sequence = 3"},
		"the head's hash":       {"UPDATE audit_head SET hash = x'00'"},
		"cut off with its head": {"DELETE FROM audit_entry WHERE sequence > 2", "UPDATE audit_head SET sequence = 2, hash = (SELECT e.hash FROM audit_entry e WHERE e.sequence = 2)"},
		"emptied":               {"DELETE FROM audit_entry", "DELETE FROM audit_head"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder, file := written(t)
			s := open(t, folder)
			if err := logged(t, s, "a", "b", "c", "d"); err != nil {
				t.Fatal(err)
			}
			clean, err := verifyLog(t, s)
			if err != nil || len(clean.Faults) > 0 || clean.Entries != 4 {
				t.Fatalf("before: got %+v, %v, want 4 entries without a fault", clean, err)
			}
			for _, statement := range statements {
				tamper(t, file, statement)
			}
			report, err := verifyLog(t, s, clean.Head)
			if err == nil && len(report.Faults) == 0 {
				t.Error("not noticed")
			}
			if err != nil && !errors.Is(err, posture.ErrInvalid) {
				t.Errorf("got %v, want a fault or ErrInvalid", err)
			}
		})
	}
}

// The log of one tenant cannot be passed off as that of another.
func TestALogBelongsToItsTenant(t *testing.T) {
	t.Parallel()
	const other posture.TenantID = "0b000000-0000-4000-8000-00000000000b"
	folder, file := written(t)
	s := open(t, folder)
	if err := logged(t, s, "a", "b"); err != nil {
		t.Fatal(err)
	}
	tamper(t, file, "UPDATE tenant SET id = ?", string(other))
	err := s.View(t.Context(), other, func(ctx context.Context, r *store.Reader) error {
		report, err := store.VerifyAudit(ctx, r.Audit, other)
		if report.Entries != 2 || len(report.Faults) == 0 {
			t.Errorf("got %+v, want a fault", report)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// Without random salts nothing is written: what is erased could be guessed.
func TestSaltsComeFromTheGivenSource(t *testing.T) {
	t.Parallel()
	ends := errors.New("no entropy")
	random := io.MultiReader(bytes.NewReader([]byte("0123456789abcdefFEDCBA9876543210")), bytes.NewReader([]byte("short")), iotest.ErrReader(ends))
	s, err := sqlite.Open(t.Context(), sqlite.Config{Folder: filepath.Join(t.TempDir(), "data"), Now: now, Random: random})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}()
	if err := s.Across().Tenants.Create(t.Context(), store.Tenant{ID: tenantID, Name: "Contoso", Created: now()}); err != nil {
		t.Fatal(err)
	}
	if err := logged(t, s, "a", "b"); err != nil {
		t.Fatal(err)
	}
	if err := logged(t, s, "c"); !errors.Is(err, ends) {
		t.Errorf("got %v, want the fault of the source", err)
	}
	err = s.View(t.Context(), tenantID, func(ctx context.Context, r *store.Reader) error {
		list, err := r.Audit.Entries(ctx, tenantID, 0, 9)
		if len(list) != 2 || string(list[0].Salt[:]) != "0123456789abcdef" || string(list[1].Salt[:]) != "FEDCBA9876543210" {
			t.Errorf("got %+v, want two entries with the given salts", list)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// What was erased is in no byte of the file that deleting left behind.
func TestErasedDetailsLeaveTheFile(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "data")
	s, err := sqlite.Open(t.Context(), sqlite.Config{Folder: folder, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Across().Tenants.Create(t.Context(), store.Tenant{ID: tenantID, Name: "Contoso", Created: now()}); err != nil {
		t.Fatal(err)
	}
	err = s.Update(t.Context(), tenantID, func(ctx context.Context, w *store.Writer) error {
		for i := range 200 {
			r := audit.Record{Actor: "person:ada", Event: audit.DecisionMade, Outcome: audit.Done}
			r.Details = audit.Details{Name: "Lindqvist", From: "192.0.2.44", After: strings.Repeat("Lindqvist ", i*i%3000)}
			if i%3 == 0 {
				r.Actor, r.Details = "person:bob", audit.Details{Name: "Bob"}
			}
			if err := w.Audit.Append(ctx, tenantID, now(), r); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	err = s.Update(t.Context(), tenantID, func(ctx context.Context, w *store.Writer) error {
		return w.Audit.Erase(ctx, tenantID, "person:ada")
	})
	if err := errors.Join(err, s.Close()); err != nil {
		t.Fatal(err)
	}
	files, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		text, err := os.ReadFile(filepath.Join(folder, f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		if n := bytes.Count(text, []byte("Lindqvist")); n > 0 {
			t.Errorf("%s still holds the name %d times", f.Name(), n)
		}
	}
}
