// SPDX-License-Identifier: Apache-2.0

package people_test

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"securescore/internal/access"
	"securescore/internal/access/session"
	"securescore/internal/audit"
	"securescore/internal/people"
	"securescore/internal/posture"
	"securescore/internal/store"
	"securescore/internal/store/sqlite"
)

const (
	here  posture.TenantID = "0a1b2c3d-0000-4000-8000-000000000001"
	there posture.TenantID = "0a1b2c3d-0000-4000-8000-000000000002"
)

type bundle struct {
	*people.Service

	store    store.Store
	now      time.Time
	operator *access.Principal
}

func mint(random io.Reader) (secret, id, hash string, err error) {
	var b [32]byte
	if _, err := io.ReadFull(random, b[:]); err != nil {
		return "", "", "", err
	}
	sum := sha256.Sum256(b[:])
	return hex.EncodeToString(b[:]), hex.EncodeToString(b[:4]), hex.EncodeToString(sum[:]), nil
}

func setup(t *testing.T) *bundle {
	t.Helper()
	b := &bundle{now: time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC), operator: access.Operator("root", access.ViaCommandLine)}
	clock := func() time.Time { return b.now }
	s, err := sqlite.Open(t.Context(), sqlite.Config{Folder: t.TempDir(), Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	for id, name := range map[posture.TenantID]string{here: "Contoso", there: "Fabrikam"} {
		if err := s.Across().Tenants.Create(t.Context(), store.Tenant{ID: id, Name: name, Created: b.now}); err != nil {
			t.Fatal(err)
		}
	}
	b.store = s
	b.Service = people.New(people.Config{
		Store: s, Sessions: session.New(session.Config{SignIns: s.Across().SignIns, Sessions: s.Across().Sessions, Now: clock, Random: rand.Reader, Limits: session.DefaultLimits()}),
		Now: clock, Random: rand.Reader, Mint: mint,
	})
	return b
}

func (b *bundle) arrive(t *testing.T, subject string, claimed ...access.Holding) (access.Person, *access.Principal) {
	t.Helper()
	p, err := b.Arrive(t.Context(), people.Proof{Identity: access.Identity{Issuer: "https://id.example.org", Subject: subject}, Name: subject, Claimed: claimed}, people.Door{Via: access.ViaPortal, From: "192.0.2.7"})
	if err != nil {
		t.Fatalf("arrive: %v", err)
	}
	return p, b.principal(t, p, claimed...)
}

func (b *bundle) principal(t *testing.T, p access.Person, claimed ...access.Holding) *access.Principal {
	t.Helper()
	who, err := b.OfSession(t.Context(), access.Session{ID: "s", Person: p.ID, Claimed: claimed}, people.Door{Via: access.ViaPortal})
	if err != nil {
		t.Fatalf("principal: %v", err)
	}
	return who
}

func (b *bundle) grant(t *testing.T, by *access.Principal, to access.Person, role access.Role, tenant posture.TenantID) int64 {
	t.Helper()
	id, err := b.Grant(t.Context(), by, to.ID, access.Holding{Role: role, Tenant: tenant}, "test")
	if err != nil {
		t.Fatalf("grant %s: %v", role, err)
	}
	return id
}

// log is the installation's log, one short line an entry.
func (b *bundle) log(t *testing.T) string {
	t.Helper()
	var text strings.Builder
	err := b.store.Across().Registry.View(t.Context(), func(ctx context.Context, r *store.Registry) error {
		entries, err := r.Audit.Entries(ctx, audit.Installation, 0, 1000)
		for _, e := range entries {
			fmt.Fprintf(&text, "%s %s %s\n", e.Event, e.Outcome, e.Details.Name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return text.String()
}

func TestPersonIsTheSameUnderAnotherName(t *testing.T) {
	t.Parallel()
	b := setup(t)
	first, _ := b.arrive(t, "ada")
	again, err := b.Arrive(t.Context(), people.Proof{Identity: first.Identity, Name: "Countess", Email: "ada@example.org"}, people.Door{})
	if err != nil || again.ID != first.ID {
		t.Errorf("got %v %v, want the same person", again.ID, err)
	}
	other, err := b.Arrive(t.Context(), people.Proof{Identity: access.Identity{Issuer: "https://evil.example.org", Subject: "ada"}, Name: "ada", Email: "ada@example.org"}, people.Door{})
	if err != nil || other.ID == first.ID {
		t.Errorf("the same subject and e-mail at another issuer: got %v %v, want another person", other.ID, err)
	}
}

func TestGrantsGiveAccessAtOnce(t *testing.T) {
	t.Parallel()
	b := setup(t)
	ada, who := b.arrive(t, "ada")
	if err := who.May(access.ReadPosture, here); !errors.Is(err, posture.ErrNotFound) {
		t.Errorf("before: got %v, want ErrNotFound", err)
	}
	b.grant(t, b.operator, ada, access.SecurityReader, here)
	who = b.principal(t, ada)
	if err := who.May(access.ReadPosture, here); err != nil {
		t.Errorf("after: got %v, want none", err)
	}
	if err := who.May(access.ReadPosture, there); !errors.Is(err, posture.ErrNotFound) {
		t.Errorf("elsewhere: got %v, want ErrNotFound", err)
	}
}

func TestNobodyGrantsMoreThanTheyHold(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		role  access.Role // of the giver, here
		what  access.Role
		where posture.TenantID
		may   bool
	}{
		"security gives exchange":    {access.SecurityAdministrator, access.ExchangeAdministrator, here, true},
		"security gives itself":      {access.SecurityAdministrator, access.SecurityAdministrator, here, true},
		"security gives global":      {access.SecurityAdministrator, access.GlobalAdministrator, here, false},
		"security gives elsewhere":   {access.SecurityAdministrator, access.SecurityReader, there, false},
		"security gives everywhere":  {access.SecurityAdministrator, access.SecurityReader, access.Everywhere, false},
		"exchange gives reading":     {access.ExchangeAdministrator, access.HelpdeskAdministrator, here, true},
		"exchange gives writing":     {access.ExchangeAdministrator, access.ExchangeAdministrator, here, false},
		"exchange gives the audit":   {access.ExchangeAdministrator, access.GlobalReader, here, false},
		"reader gives reading":       {access.GlobalReader, access.SecurityOperator, here, false},
		"application of a token":     {access.GlobalAdministrator, access.ReadingApplication, here, false},
		"a role that does not exist": {access.GlobalAdministrator, "emperor", here, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			giver, _ := b.arrive(t, "ada")
			to, _ := b.arrive(t, "bob")
			b.grant(t, b.operator, giver, test.role, here)
			_, err := b.Grant(t.Context(), b.principal(t, giver), to.ID, access.Holding{Role: test.what, Tenant: test.where}, "")
			if (err == nil) != test.may {
				t.Errorf("got %v, want may=%v", err, test.may)
			}
		})
	}
}

func TestRemovalWarnsAndThenEndsWhatStoodOnIt(t *testing.T) {
	t.Parallel()
	b := setup(t)
	ada, _ := b.arrive(t, "ada")
	bob, _ := b.arrive(t, "bob")
	eve, _ := b.arrive(t, "eve")
	b.grant(t, b.operator, ada, access.SecurityAdministrator, here)
	b.grant(t, b.principal(t, ada), bob, access.SecurityAdministrator, here)
	b.grant(t, b.principal(t, bob), eve, access.SecurityReader, here)
	b.grant(t, b.operator, eve, access.SecurityReader, there)
	_, token, err := b.CreateToken(t.Context(), b.principal(t, bob), people.NewToken{Name: "report", Role: access.SecurityReader, Scope: access.ReadScope, Tenant: here, Days: 30})
	if err != nil {
		t.Fatal(err)
	}
	told, err := b.Remove(t.Context(), b.operator, ada.ID, false)
	if err != nil || len(told.Grants) != 3 || len(told.Tokens) != 1 || told.Tokens[0].ID != token.ID {
		t.Fatalf("warning: got %+v %v, want three grants and one token", told, err)
	}
	if err := b.principal(t, eve).May(access.ReadPosture, here); err != nil {
		t.Errorf("a warning alone has taken access away: %v", err)
	}
	if _, err := b.Remove(t.Context(), b.operator, ada.ID, true); err != nil {
		t.Fatal(err)
	}
	if err := b.principal(t, eve).May(access.ReadPosture, here); !errors.Is(err, posture.ErrNotFound) {
		t.Errorf("eve here: got %v, want ErrNotFound", err)
	}
	if err := b.principal(t, eve).May(access.ReadPosture, there); err != nil {
		t.Errorf("eve there: got %v, want none", err)
	}
	if _, err := b.OfSession(t.Context(), access.Session{Person: ada.ID, Claimed: []access.Holding{{Role: access.GlobalAdministrator}}}, people.Door{}); !errors.Is(err, posture.ErrUnauthenticated) {
		t.Errorf("session of a removed person: got %v, want ErrUnauthenticated", err)
	}
	if _, err := b.Arrive(t.Context(), people.Proof{Identity: ada.Identity}, people.Door{}); !errors.Is(err, posture.ErrForbidden) {
		t.Errorf("sign-in of a removed person: got %v, want ErrForbidden", err)
	}
	if _, err := b.Remove(t.Context(), b.operator, ada.ID, true); !errors.Is(err, posture.ErrConflict) {
		t.Errorf("removed twice: got %v, want ErrConflict", err)
	}
	back, err := b.Invite(t.Context(), b.operator, ada.Identity, "", access.Everywhere)
	if err != nil || back.ID != ada.ID {
		t.Fatalf("invite again: %v", err)
	}
	if err := b.principal(t, ada).May(access.ReadPosture, here); !errors.Is(err, posture.ErrNotFound) {
		t.Errorf("what was taken came back with the invitation: %v", err)
	}
	log := b.log(t)
	for _, want := range []string{"person.removed done root", "role.ended done root", "token.revoked done root", "session.opened denied", "token.created done bob"} {
		if !strings.Contains(log, want) {
			t.Errorf("the log does not say %q:\n%s", want, log)
		}
	}
}

func TestEndingAGrantNeedsAsMuchAsGivingIt(t *testing.T) {
	t.Parallel()
	b := setup(t)
	ada, _ := b.arrive(t, "ada")
	bob, _ := b.arrive(t, "bob")
	b.grant(t, b.operator, ada, access.ExchangeAdministrator, here)
	strong := b.grant(t, b.operator, bob, access.SecurityAdministrator, here)
	weak := b.grant(t, b.operator, bob, access.SecurityOperator, here)
	elsewhere := b.grant(t, b.operator, bob, access.SecurityOperator, there)
	who := b.principal(t, ada)
	if _, err := b.EndGrant(t.Context(), who, strong, true); !errors.Is(err, posture.ErrForbidden) {
		t.Errorf("a stronger one: got %v, want ErrForbidden", err)
	}
	if _, err := b.EndGrant(t.Context(), who, elsewhere, true); !errors.Is(err, posture.ErrNotFound) {
		t.Errorf("in another tenant: got %v, want ErrNotFound", err)
	}
	if _, err := b.EndGrant(t.Context(), who, 99, true); !errors.Is(err, posture.ErrNotFound) {
		t.Errorf("none: got %v, want ErrNotFound", err)
	}
	if _, err := b.EndGrant(t.Context(), who, weak, true); err != nil {
		t.Errorf("read-only access: got %v, want none", err)
	}
}

func TestTokens(t *testing.T) {
	t.Parallel()
	b := setup(t)
	ada, _ := b.arrive(t, "ada")
	b.grant(t, b.operator, ada, access.SecurityAdministrator, here)
	want := people.NewToken{Name: "report", Role: access.SecurityReader, Scope: access.ReadScope, Tenant: here, Days: 30}
	secret, token, err := b.CreateToken(t.Context(), b.principal(t, ada), want)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := hex.DecodeString(secret)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(raw)
	hash := hex.EncodeToString(sum[:])
	who, err := b.OfToken(t.Context(), token.ID, hash, people.Door{Via: access.ViaGraph})
	if err != nil || who.May(access.ReadPosture, here) != nil || who.May(access.ReadPosture, there) == nil || who.May(access.EditStatus, here) == nil {
		t.Fatalf("principal of the token: got %+v %v", who, err)
	}
	for name, try := range map[string][2]string{"another secret": {token.ID, strings.Repeat("0", 64)}, "no secret": {token.ID, ""}, "another id": {"ffffffff", hash}} {
		if _, err := b.OfToken(t.Context(), try[0], try[1], people.Door{}); !errors.Is(err, posture.ErrUnauthenticated) {
			t.Errorf("%s: got %v, want ErrUnauthenticated", name, err)
		}
	}
	list, err := b.Tokens(t.Context(), b.operator, here)
	if err != nil || len(list) != 1 || list[0].Used.IsZero() || list[0].Maker != "ada" || !list[0].Stands {
		t.Errorf("list: got %+v %v", list, err)
	}
	b.now = b.now.AddDate(0, 0, 30)
	if _, err := b.OfToken(t.Context(), token.ID, hash, people.Door{}); !errors.Is(err, posture.ErrUnauthenticated) {
		t.Errorf("expired: got %v, want ErrUnauthenticated", err)
	}
}

func TestTokensAreRefused(t *testing.T) {
	t.Parallel()
	good := people.NewToken{Name: "report", Role: access.SecurityReader, Scope: access.ReadScope, Tenant: here, Days: 30}
	tests := map[string]struct {
		change func(*people.NewToken)
		kind   error
	}{
		"longer than a year":     {func(n *people.NewToken) { n.Days = 366 }, posture.ErrInvalid},
		"no days":                {func(n *people.NewToken) { n.Days = 0 }, posture.ErrInvalid},
		"all tenants":            {func(n *people.NewToken) { n.Tenant = access.Everywhere }, posture.ErrInvalid},
		"no such tenant":         {func(n *people.NewToken) { n.Tenant = "0a1b2c3d-0000-4000-8000-00000000000f" }, posture.ErrNotFound},
		"full scope":             {func(n *people.NewToken) { n.Scope = access.FullScope }, posture.ErrInvalid},
		"writing with a reader":  {func(n *people.NewToken) { n.Scope = access.WriteScope }, posture.ErrInvalid},
		"a role of applications": {func(n *people.NewToken) { n.Role = access.WritingApplication }, posture.ErrInvalid},
		"no name":                {func(n *people.NewToken) { n.Name = " " }, posture.ErrInvalid},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			n := good
			test.change(&n)
			if _, _, err := b.CreateToken(t.Context(), b.operator, n); !errors.Is(err, test.kind) {
				t.Errorf("got %v, want %v", err, test.kind)
			}
		})
	}
	b := setup(t)
	ada, _ := b.arrive(t, "ada")
	b.grant(t, b.operator, ada, access.ExchangeAdministrator, here)
	if _, _, err := b.CreateToken(t.Context(), b.principal(t, ada), good); !errors.Is(err, posture.ErrForbidden) {
		t.Errorf("by an exchange administrator: got %v, want ErrForbidden", err)
	}
}

func TestClaimsCountInTheirSessionOnly(t *testing.T) {
	t.Parallel()
	b := setup(t)
	claimed := access.Holding{Role: access.SecurityAdministrator, Tenant: here}
	ada, who := b.arrive(t, "ada", claimed)
	if err := who.May(access.ManagePeople, here); err != nil {
		t.Errorf("with the claim: got %v", err)
	}
	if without := b.principal(t, ada); without.May(access.ReadPosture, here) == nil {
		t.Error("a session without the claim has its role")
	}
	if ok, err := b.HasAdministrator(t.Context()); err != nil || !ok {
		t.Errorf("there is an administrator: got %v %v", ok, err)
	}
}

func TestOldClaimsSupportNothing(t *testing.T) {
	t.Parallel()
	b := setup(t)
	claimed := access.Holding{Role: access.SecurityAdministrator, Tenant: here}
	_, who := b.arrive(t, "ada", claimed)
	bob, _ := b.arrive(t, "bob")
	b.grant(t, who, bob, access.SecurityReader, here)
	if err := b.principal(t, bob).May(access.ReadPosture, here); err != nil {
		t.Fatalf("at first: got %v", err)
	}
	b.now = b.now.Add(91 * 24 * time.Hour)
	if err := b.principal(t, bob).May(access.ReadPosture, here); !errors.Is(err, posture.ErrNotFound) {
		t.Errorf("ninety days after the giver's last sign-in: got %v, want ErrNotFound", err)
	}
	b.arrive(t, "ada", claimed)
	if err := b.principal(t, bob).May(access.ReadPosture, here); err != nil {
		t.Errorf("after the giver signed in again: got %v", err)
	}
}

func TestFloodOfRefusalsIsCounted(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for range 200 {
		if err := b.Failed(t.Context(), people.Door{Via: access.ViaGraph, From: "192.0.2.9"}, "", errors.New("the signature does not fit")); err != nil {
			t.Fatal(err)
		}
	}
	b.now = b.now.Add(time.Minute)
	if err := b.Failed(t.Context(), people.Door{}, "", errors.New("again")); err != nil {
		t.Fatal(err)
	}
	if got := strings.Count(b.log(t), "\n"); got != 62 {
		t.Errorf("got %d lines, want 60, one that counts the rest, and one more", got)
	}
}

// TestNoiseHidesNobody: whoever knocks at the door without a credential, or
// somebody with few rights, must not keep the log from telling of others.
func TestNoiseHidesNobody(t *testing.T) {
	t.Parallel()
	b := setup(t)
	_, loud := b.arrive(t, "loud", access.Holding{Role: access.SecurityReader, Tenant: here})
	_, sly := b.arrive(t, "sly", access.Holding{Role: access.SecurityReader, Tenant: here})
	for range 100 {
		if err := b.Failed(t.Context(), people.Door{Via: access.ViaGraph}, "", errors.New("the signature does not fit")); err != nil {
			t.Fatal(err)
		}
		if err := b.Refused(t.Context(), loud, access.EditStatus, here, posture.ErrForbidden); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.Refused(t.Context(), sly, access.ManagePeople, here, posture.ErrForbidden); err != nil {
		t.Fatal(err)
	}
	log := b.log(t)
	if !strings.Contains(log, "access.refused denied sly") || strings.Count(log, "access.refused denied loud") != 60 {
		t.Errorf("got %d lines, and the refusal of another one is there: %v", strings.Count(log, "\n"), strings.Contains(log, "access.refused denied sly"))
	}
}

func TestRefusalDoesNotNameAForeignTenant(t *testing.T) {
	t.Parallel()
	b := setup(t)
	_, who := b.arrive(t, "ada", access.Holding{Role: access.SecurityReader, Tenant: here})
	for _, tenant := range []posture.TenantID{here, there} {
		if err := b.Refused(t.Context(), who, access.EditStatus, tenant, who.May(access.EditStatus, tenant)); err != nil {
			t.Fatal(err)
		}
	}
	err := b.store.Across().Registry.View(t.Context(), func(ctx context.Context, r *store.Registry) error {
		entries, err := r.Audit.Find(ctx, audit.Installation, store.AuditQuery{Event: string(audit.Refused), Limit: 10})
		if err != nil {
			return err
		}
		if len(entries) != 2 || entries[0].Tenant != access.Everywhere || entries[1].Tenant != here {
			t.Errorf("got %+v, want the second refusal without a tenant", entries)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
