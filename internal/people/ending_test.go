// SPDX-License-Identifier: Apache-2.0

package people_test

import (
	"errors"
	"testing"

	"securescore/internal/access"
	"securescore/internal/people"
	"securescore/internal/posture"
)

// TestEndingLeavesWhatHasNothingToDoWithIt: a grant whose giver came without
// their role for once does not stand for a while. Whoever ends something in
// another tenant then neither sees nor ends it.
func TestEndingLeavesWhatHasNothingToDoWithIt(t *testing.T) {
	t.Parallel()
	b := setup(t)
	claimed := access.Holding{Role: access.GlobalAdministrator, Tenant: there}
	_, giver := b.arrive(t, "giver", claimed)
	eve, _ := b.arrive(t, "eve")
	b.grant(t, giver, eve, access.SecurityReader, there)
	ada, _ := b.arrive(t, "ada")
	b.grant(t, b.operator, ada, access.SecurityAdministrator, here)
	bob, _ := b.arrive(t, "bob")
	ended := b.grant(t, b.operator, bob, access.SecurityReader, here)
	b.arrive(t, "giver") // without the claim

	out, err := b.EndGrant(t.Context(), b.principal(t, ada), ended, true)
	if err != nil || len(out.Grants) != 1 || out.Grants[0].ID != ended {
		t.Errorf("got %+v %v, want the one grant alone", out, err)
	}
	b.arrive(t, "giver", claimed)
	if err := b.principal(t, eve).May(access.ReadPosture, there); err != nil {
		t.Errorf("a grant in another tenant ended too: %v", err)
	}
}

// TestRemovalEndsWhatDidNotStand: who was removed and is let in again does not
// bring back what they had given while they could.
func TestRemovalEndsWhatDidNotStand(t *testing.T) {
	t.Parallel()
	b := setup(t)
	claimed := access.Holding{Role: access.GlobalAdministrator, Tenant: here}
	giver, who := b.arrive(t, "giver", claimed)
	eve, _ := b.arrive(t, "eve")
	b.grant(t, who, eve, access.SecurityReader, here)
	_, token, err := b.CreateToken(t.Context(), who, people.NewToken{Name: "report", Role: access.SecurityReader, Scope: access.ReadScope, Tenant: here, Days: 30})
	if err != nil {
		t.Fatal(err)
	}
	b.arrive(t, "giver") // without the claim: nothing of it stands
	if _, err := b.Remove(t.Context(), b.operator, giver.ID, true); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Invite(t.Context(), b.operator, giver.Identity, "", access.Everywhere); err != nil {
		t.Fatal(err)
	}
	b.arrive(t, "giver", claimed)
	if err := b.principal(t, eve).May(access.ReadPosture, here); !errors.Is(err, posture.ErrNotFound) {
		t.Errorf("the grant came back: %v", err)
	}
	list, err := b.Tokens(t.Context(), b.operator, here)
	if err != nil || len(list) != 1 || list[0].ID != token.ID || list[0].Stands {
		t.Errorf("the token came back: %+v %v", list, err)
	}
}

// TestAGrantThatFellIsNoObstacle: somebody else can give the role anew.
func TestAGrantThatFellIsNoObstacle(t *testing.T) {
	t.Parallel()
	b := setup(t)
	_, giver := b.arrive(t, "giver", access.Holding{Role: access.GlobalAdministrator, Tenant: here})
	eve, _ := b.arrive(t, "eve")
	b.grant(t, giver, eve, access.SecurityReader, here)
	b.arrive(t, "giver") // without the claim
	b.grant(t, b.operator, eve, access.SecurityReader, here)
	if err := b.principal(t, eve).May(access.ReadPosture, here); err != nil {
		t.Errorf("got %v, want none", err)
	}
	_, err := b.Grant(t.Context(), b.operator, eve.ID, access.Holding{Role: access.SecurityReader, Tenant: here}, "")
	if !errors.Is(err, posture.ErrConflict) {
		t.Errorf("given twice: got %v, want ErrConflict", err)
	}
}
