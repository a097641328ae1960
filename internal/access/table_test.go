// SPDX-License-Identifier: Apache-2.0

package access_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"securescore/internal/access"
	"securescore/internal/posture"
)

const (
	here  posture.TenantID = "0a1b2c3d-0000-4000-8000-000000000001"
	there posture.TenantID = "0a1b2c3d-0000-4000-8000-000000000002"
)

// policy is the whole relation of role and action, written out once more by
// hand: a letter for each role in the order of access.Roles, then the reading
// and the writing application. x may, - may not. Roles hold in one tenant.
const policy = `
                     G S E P A H U V R O L r w
posture.read         x x x x x x x x x x x x x
status.edit          x x x x x - - - - - - - x
notes.edit           x x x x x - - - - - - - x
tags.edit            x x x x x - - - - - - - -
zones.edit           x x x x x - - - - - - - -
comparisons.edit     x x x x x - - - - - - - -
people.read          x x x x x - - - x - x - -
reading.grant        x x x x x - - - - - - - -
people.manage        x x - - - - - - - - - - -
tokens.manage        x x - - - - - - - - - - -
audit.read           x x - - - - - - x - x - -
evidence.manage      x x - - - - - - - - - - -
channels.manage      x x - - - - - - - - - - -
catalogue.manage     x x - - - - - - - - - - -
emergency.manage     x x - - - - - - - - - - -
tenant.manage        x x - - - - - - - - - - -
installation.manage  - - - - - - - - - - - - -
session.use          x x x x x x x x x x x x x
session.open         x x x x x x x x x x x x x
public.read          x x x x x x x x x x x x x
`

func columns() []access.Role {
	return append(access.Roles(), access.ReadingApplication, access.WritingApplication)
}

func holder(role access.Role, tenant posture.TenantID) *access.Principal {
	return &access.Principal{Actor: "person:1", Scope: access.FullScope, Holdings: []access.Holding{{Role: role, Tenant: tenant}}}
}

func TestPolicy(t *testing.T) {
	t.Parallel()
	var seen []access.Action
	for line := range strings.SplitSeq(strings.TrimSpace(policy), "\n") {
		fields := strings.Fields(line)
		if len(fields) != len(columns())+1 {
			continue
		}
		action := access.Action(fields[0])
		seen = append(seen, action)
		for i, role := range columns() {
			if got, want := holder(role, here).May(action, here) == nil, fields[i+1] == "x"; got != want {
				t.Errorf("%s, %s: got %v, want %v", role, action, got, want)
			}
			// The same role in another tenant gives nothing here.
			elsewhere := holder(role, there).May(action, here) == nil
			public := action == access.UseOwnSession || action == access.OpenSession || action == access.ReadPublic
			if elsewhere != public {
				t.Errorf("%s elsewhere, %s: got %v", role, action, elsewhere)
			}
			everywhere := holder(role, access.Everywhere).May(action, here) == nil
			want := fields[i+1] == "x" || (action == access.ManageInstallation && role == access.GlobalAdministrator)
			if everywhere != want {
				t.Errorf("%s everywhere, %s: got %v, want %v", role, action, everywhere, want)
			}
		}
	}
	if !slices.Equal(seen, access.Actions()) {
		t.Errorf("the policy above lists %v, the table %v", seen, access.Actions())
	}
}

func TestWhatIsNotInTheTableIsDenied(t *testing.T) {
	t.Parallel()
	if err := holder(access.GlobalAdministrator, access.Everywhere).May("world.end", here); !errors.Is(err, posture.ErrForbidden) {
		t.Errorf("got %v, want ErrForbidden", err)
	}
	if err := holder("emperor", access.Everywhere).May(access.ReadPosture, here); !errors.Is(err, posture.ErrForbidden) {
		t.Errorf("unknown role: got %v, want ErrForbidden", err)
	}
	var nobody *access.Principal
	for _, action := range access.Actions() {
		err := nobody.May(action, here)
		public := action == access.OpenSession || action == access.ReadPublic
		if (err == nil) != public || (err != nil && !errors.Is(err, posture.ErrUnauthenticated)) {
			t.Errorf("%s by nobody: got %v", action, err)
		}
	}
	if err := (&access.Principal{Scope: access.FullScope}).May(access.ReadPosture, here); !errors.Is(err, posture.ErrNotFound) {
		t.Errorf("without a role: got %v, want ErrNotFound", err)
	}
}

func TestForeignTenantLooksLikeNone(t *testing.T) {
	t.Parallel()
	p := holder(access.GlobalAdministrator, there)
	for _, action := range access.Actions() {
		err := p.May(action, here)
		if err != nil && action != access.ManageInstallation && !errors.Is(err, posture.ErrNotFound) {
			t.Errorf("%s: got %v, want ErrNotFound", action, err)
		}
	}
}

func TestScopesLimitRoles(t *testing.T) {
	t.Parallel()
	tests := []struct {
		scope  access.Scope
		action access.Action
		may    bool
	}{
		{access.ReadScope, access.ReadPosture, true},
		{access.ReadScope, access.EditStatus, false},
		{access.ReadScope, access.ReadAudit, false},
		{access.WriteScope, access.ReadPosture, true},
		{access.WriteScope, access.EditStatus, true},
		{access.WriteScope, access.EditNotes, true},
		{access.WriteScope, access.EditTags, false},
		{access.WriteScope, access.ManagePeople, false},
		{access.WriteScope, access.UseOwnSession, false},
		{"", access.ReadPosture, false},
		{"Directory.Read.All", access.ReadPosture, false},
	}
	for _, test := range tests {
		p := holder(access.GlobalAdministrator, here)
		p.Scope = test.scope
		if got := p.May(test.action, here) == nil; got != test.may {
			t.Errorf("%q, %s: got %v, want %v", test.scope, test.action, got, test.may)
		}
	}
}

func TestCredentialOfOneTenantStaysThere(t *testing.T) {
	t.Parallel()
	p := holder(access.GlobalAdministrator, access.Everywhere)
	p.Tenant = there
	if err := p.May(access.ReadPosture, here); !errors.Is(err, posture.ErrNotFound) {
		t.Errorf("got %v, want ErrNotFound", err)
	}
	if err := p.May(access.ReadPosture, there); err != nil {
		t.Errorf("got %v, want none", err)
	}
}

func TestReadersAndWriters(t *testing.T) {
	t.Parallel()
	for i, role := range access.Roles() {
		if got, want := role.ReadOnly(), i >= 5; got != want {
			t.Errorf("%s is read only: got %v, want %v", role, got, want)
		}
		if role.Title() == string(role) {
			t.Errorf("%s has no title", role)
		}
	}
}

func TestTemplatesOfEntra(t *testing.T) {
	t.Parallel()
	tests := map[string]access.Role{
		"fe930be7-5e62-47db-91af-98c3a49a38b1": access.UserAdministrator,
		"f023fd81-a637-4b56-95fd-791ac0226033": access.ServiceSupportAdministrator,
		"62e90394-69f5-4237-9190-012177145e10": access.GlobalAdministrator,
	}
	for id, want := range tests {
		if got, ok := access.FromTemplate(id); !ok || got != want {
			t.Errorf("%s: got %q, want %q", id, got, want)
		}
	}
	if role, ok := access.FromTemplate("00000000-0000-0000-0000-000000000000"); ok {
		t.Errorf("unknown template: got %q", role)
	}
}
