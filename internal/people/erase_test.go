// SPDX-License-Identifier: Apache-2.0

package people_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"securescore/internal/access"
	"securescore/internal/audit"
	"securescore/internal/people"
	"securescore/internal/posture"
	"securescore/internal/store"
)

func TestEraseTakesDetailsAwayEverywhere(t *testing.T) {
	t.Parallel()
	b := setup(t)
	proof := people.Proof{Identity: access.Identity{Issuer: "https://id.example.org", Subject: "7"}, Name: "Ada Lindqvist", Email: "ada@example.org"}
	ada, err := b.Arrive(t.Context(), proof, people.Door{Via: access.ViaPortal, From: "192.0.2.44"})
	if err != nil {
		t.Fatal(err)
	}
	who := b.principal(t, ada)
	who.From = "192.0.2.44"
	_, other := b.arrive(t, "bob")
	for _, tenant := range []posture.TenantID{here, there} {
		err := b.store.Update(t.Context(), tenant, func(ctx context.Context, w *store.Writer) error {
			return w.Audit.Append(ctx, tenant, b.now, audit.By(who, audit.DecisionMade, tenant, "control"), audit.By(other, audit.DecisionMade, tenant, "control"))
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := b.Erase(t.Context(), b.operator, ada.ID); !errors.Is(err, posture.ErrConflict) {
		t.Errorf("before the removal: got %v, want ErrConflict", err)
	}
	if !strings.Contains(b.everything(t), "Ada Lindqvist") {
		t.Fatal("nothing tells of Ada: the test would find nothing erased")
	}
	if _, err := b.Remove(t.Context(), b.operator, ada.ID, true); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second time there is nothing left
		if err := b.Erase(t.Context(), b.operator, ada.ID); err != nil {
			t.Fatal(err)
		}
	}
	all := b.everything(t)
	for _, gone := range []string{"Lindqvist", "ada@", "192.0.2.44"} {
		if strings.Contains(all, gone) {
			t.Errorf("%q is still told:\n%s", gone, all)
		}
	}
	for _, stays := range []string{`"name":"bob"`, `"actor":"` + string(ada.ID.Actor()) + `"`, `"event":"person.erased"`, `"erased":true`} {
		if !strings.Contains(all, stays) {
			t.Errorf("%s is gone:\n%s", stays, all)
		}
	}
	b.chainsAreWhole(t)
}

func TestWhoErasesWhom(t *testing.T) {
	t.Parallel()
	b := setup(t)
	ada, _ := b.arrive(t, "ada")
	bob, _ := b.arrive(t, "bob")
	b.grant(t, b.operator, bob, access.GlobalAdministrator, here)
	if _, err := b.Remove(t.Context(), b.operator, ada.ID, true); err != nil {
		t.Fatal(err)
	}
	if err := b.Erase(t.Context(), b.principal(t, bob), ada.ID); err == nil {
		t.Error("somebody with a role in one tenant erased what all tenants' logs say")
	}
	if err := b.Erase(t.Context(), b.operator, "nobody"); !errors.Is(err, posture.ErrNotFound) {
		t.Errorf("nobody: got %v, want ErrNotFound", err)
	}
	if log := b.log(t); strings.Contains(log, "person.erased") {
		t.Errorf("the log tells of what did not happen:\n%s", log)
	}
}

// everything is all that logs and the list of people tell.
func (b *bundle) everything(t *testing.T) string {
	t.Helper()
	var out bytes.Buffer
	for _, tenant := range []posture.TenantID{access.Everywhere, here, there} {
		if err := b.Export(t.Context(), b.operator, tenant, &out); err != nil {
			t.Fatal(err)
		}
	}
	list, err := b.People(t.Context(), b.operator, access.Everywhere)
	if err != nil {
		t.Fatal(err)
	}
	for i := range list {
		out.WriteString(list[i].Name + " " + list[i].Email + "\n")
	}
	return out.String()
}

func (b *bundle) chainsAreWhole(t *testing.T) {
	t.Helper()
	check := func(ctx context.Context, r store.AuditReader, log posture.TenantID) error {
		report, err := store.VerifyAudit(ctx, r, log)
		if len(report.Faults) > 0 || report.Erased == 0 {
			t.Errorf("log %q: got %+v, want erased entries and no fault", log, report)
		}
		return err
	}
	err := b.store.Across().Registry.View(t.Context(), func(ctx context.Context, r *store.Registry) error { return check(ctx, r.Audit, audit.Installation) })
	for _, tenant := range []posture.TenantID{here, there} {
		err = errors.Join(err, b.store.View(t.Context(), tenant, func(ctx context.Context, r *store.Reader) error { return check(ctx, r.Audit, tenant) }))
	}
	if err != nil {
		t.Fatal(err)
	}
}
