// SPDX-License-Identifier: Apache-2.0

package people_test

import (
	"context"
	"slices"
	"testing"

	"securescore/internal/access"
	"securescore/internal/people"
	"securescore/internal/posture"
	"securescore/internal/store"
)

// TestListsOfATenantNameNobodyOfAnother: who came without a role from another
// tenant's directory, or was removed, is nothing of this one's business.
func TestListsOfATenantNameNobodyOfAnother(t *testing.T) {
	t.Parallel()
	b := setup(t)
	const directory = "0b000000-0000-4000-8000-00000000000b"
	err := b.store.Update(t.Context(), there, func(ctx context.Context, w *store.Writer) error { return w.Tenant.Bind(ctx, there, directory) })
	if err != nil {
		t.Fatal(err)
	}
	ada, _ := b.arrive(t, "ada")
	b.grant(t, b.operator, ada, access.GlobalAdministrator, here)
	tom, _ := b.arrive(t, "tom")
	b.grant(t, b.operator, tom, access.GlobalAdministrator, there)
	b.arrive(t, "waiting")
	gone, _ := b.arrive(t, "gone")
	if _, err := b.Remove(t.Context(), b.operator, gone.ID, true); err != nil {
		t.Fatal(err)
	}
	foreign := people.Proof{Identity: access.Identity{Issuer: "entra:" + directory, Subject: "0c000000-0000-4000-8000-00000000000c"}, Name: "foreign"}
	if _, err := b.Arrive(t.Context(), foreign, people.Door{}); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		by     *access.Principal
		tenant posture.TenantID
		want   []string
	}{
		{b.principal(t, ada), here, []string{"ada", "waiting"}},
		{b.principal(t, tom), there, []string{"foreign", "tom", "waiting"}},
		{b.operator, here, []string{"ada", "foreign", "waiting", "gone"}},
		{b.operator, access.Everywhere, []string{"ada", "foreign", "tom", "waiting", "gone"}},
	} {
		list, err := b.People(t.Context(), test.by, test.tenant)
		var names []string
		for i := range list {
			names = append(names, list[i].Name)
		}
		if err != nil || !slices.Equal(names, test.want) {
			t.Errorf("%s of %q: got %v %v, want %v", test.by.Name, test.tenant, names, err, test.want)
		}
	}
}
