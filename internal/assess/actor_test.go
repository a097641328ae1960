// SPDX-License-Identifier: Apache-2.0

package assess_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"securescore/internal/access"
	"securescore/internal/audit"
	"securescore/internal/ledger"
	"securescore/internal/posture"
)

// Each entry names who made the decision behind it, also where both kinds are
// about one control, and where an emergency account is exempt from all.
func TestEntriesNameWhoDecided(t *testing.T) {
	t.Parallel()
	b := started(t)
	by := func(actor ledger.Actor) *access.Principal {
		p := person(access.SecurityAdministrator)
		p.Actor, p.Name = actor, "Name of "+string(actor)
		return p
	}
	for _, step := range []struct {
		by *access.Principal
		d  posture.Decision
	}{
		{by("person:status"), posture.Decision{Control: "users_ok", Status: posture.RiskAccepted}},
		{by("person:exempt"), posture.Decision{Control: "users_ok", Kind: "user", Entity: "c"}},
		{by("person:again"), posture.Decision{Control: "users_ok", Status: posture.Planned}},
		{by("person:emergency"), posture.Decision{Kind: "user", Entity: "d"}},
	} {
		b.now = b.now.Add(time.Hour)
		if _, err := b.assessor.Decide(t.Context(), tenant, step.by, []posture.Decision{step.d}); err != nil {
			t.Fatal(err)
		}
	}
	type line struct {
		Cause ledger.Cause
		Actor ledger.Actor
	}
	s := b.stored(t)
	var got []line
	for i := range s.Entries {
		if e := &s.Entries[i]; e.Cause == ledger.Status || e.Cause == ledger.Exemption {
			got = append(got, line{e.Cause, e.Actor})
		}
	}
	want := []line{
		{ledger.Status, "person:status"},
		{ledger.Exemption, "person:exempt"},
		{ledger.Status, "person:again"},
		{ledger.Exemption, "person:emergency"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	for i := range s.Beside {
		if name := s.Beside[i].ActorName; name != "" && name != "Name of "+string(s.Entries[s.Beside[i].Sequence-1].Actor) {
			t.Errorf("entry %d is by %s, and %q beside it", s.Beside[i].Sequence, s.Entries[s.Beside[i].Sequence-1].Actor, name)
		}
	}
	last := s.Audit[len(s.Audit)-1]
	if last.Actor != "person:emergency" || last.Event != audit.DecisionMade || last.Target != "" || last.Details.After != `{"kind":"user","entity":"d"}` {
		t.Errorf("the audit log says %+v", last)
	}
}

// The use cases ask themselves who may do it, whoever calls them.
func TestWhoMayChangeATenant(t *testing.T) {
	t.Parallel()
	b := started(t)
	before := b.stored(t)
	status := []posture.Decision{{Control: "users_ok", Status: posture.Planned}}
	emergency := []posture.Decision{{Control: "users_ok", Status: posture.Planned}, {Kind: "user", Entity: "c"}}
	for _, c := range []struct {
		name string
		by   *access.Principal
		do   func(*access.Principal) error
		want error
	}{
		{"decide, nobody", nil, func(p *access.Principal) error {
			_, err := b.assessor.Decide(t.Context(), tenant, p, status)
			return err
		}, posture.ErrUnauthenticated},
		{"decide, a reader", person(access.GlobalReader), func(p *access.Principal) error {
			_, err := b.assessor.Decide(t.Context(), tenant, p, status)
			return err
		}, posture.ErrForbidden},
		{"register an emergency account, an administrator of Exchange", person(access.ExchangeAdministrator), func(p *access.Principal) error {
			_, err := b.assessor.Decide(t.Context(), tenant, p, emergency)
			return err
		}, posture.ErrForbidden},
		{"import, an administrator of Exchange", person(access.ExchangeAdministrator), func(p *access.Principal) error {
			_, err := b.assessor.Import(t.Context(), tenant, p, b.reading(objects{}, objects{}, true))
			return err
		}, posture.ErrForbidden},
		{"import Microsoft's scores, a reader", person(access.SecurityReader), func(p *access.Principal) error {
			_, err := b.assessor.ImportMicrosoft(t.Context(), tenant, p, "", nil)
			return err
		}, posture.ErrForbidden},
	} {
		if err := c.do(c.by); !errors.Is(err, c.want) {
			t.Errorf("%s: got %v, want %v", c.name, err, c.want)
		}
	}
	if diff := cmp.Diff(before, b.stored(t), sameBitmaps()); diff != "" {
		t.Errorf("what was refused wrote (-before +after):\n%s", diff)
	}
}
