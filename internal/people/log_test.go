// SPDX-License-Identifier: Apache-2.0

package people_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"securescore/internal/access"
	"securescore/internal/audit"
	"securescore/internal/people"
	"securescore/internal/posture"
	"securescore/internal/store"
)

func TestLogOfATenantHoldsBothLogs(t *testing.T) {
	t.Parallel()
	b := setup(t)
	ada, _ := b.arrive(t, "ada")
	for i := range 5 {
		b.now = b.now.Add(time.Minute)
		b.grant(t, b.operator, ada, access.Roles()[i], here)
		b.grant(t, b.operator, ada, access.Roles()[i], there)
		err := b.store.Update(t.Context(), here, func(ctx context.Context, w *store.Writer) error {
			return w.Audit.Append(ctx, here, b.now.Add(time.Second), audit.By(b.operator, audit.DecisionMade, here, "control"))
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	var seen []string
	q := people.LogQuery{Limit: 3}
	for range 10 {
		page, err := b.Log(t.Context(), b.operator, here, q)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range page.Entries {
			if e.Tenant != here {
				t.Errorf("an entry about %q is in the log of another tenant", e.Tenant)
			}
			seen = append(seen, string(e.Event))
		}
		if q.After = page.Next; q.After == "" {
			break
		}
	}
	if got, want := strings.Join(seen, " "), strings.TrimSpace(strings.Repeat("decision.made role.granted ", 5)); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if _, err := b.Log(t.Context(), b.operator, here, people.LogQuery{Limit: 1, After: "x"}); !errors.Is(err, posture.ErrInvalid) {
		t.Errorf("a bad cursor: got %v, want ErrInvalid", err)
	}
}

func TestWhoReadsTheLog(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for _, role := range access.Roles() {
		p, _ := b.arrive(t, string(role))
		b.grant(t, b.operator, p, role, here)
		_, err := b.Log(t.Context(), b.principal(t, p), here, people.LogQuery{Limit: 1})
		_, elsewhere := b.Log(t.Context(), b.principal(t, p), there, people.LogQuery{Limit: 1})
		_, all := b.Log(t.Context(), b.principal(t, p), access.Everywhere, people.LogQuery{Limit: 1})
		if (err == nil) != role.Allows(access.ReadAudit) || elsewhere == nil || all == nil {
			t.Errorf("%s: got %v, elsewhere %v, everywhere %v", role, err, elsewhere, all)
		}
	}
}

func TestExportIsWrittenDownAndComplete(t *testing.T) {
	t.Parallel()
	b := setup(t)
	ada, _ := b.arrive(t, "ada")
	b.grant(t, b.operator, ada, access.SecurityReader, here)
	b.grant(t, b.operator, ada, access.SecurityReader, there)
	var one, all bytes.Buffer
	if err := b.Export(t.Context(), b.operator, here, &one); err != nil {
		t.Fatal(err)
	}
	if err := b.Export(t.Context(), b.operator, access.Everywhere, &all); err != nil {
		t.Fatal(err)
	}
	if got := strings.Count(one.String(), "\n"); got != 2 || !strings.Contains(one.String(), `"event":"audit.exported"`) || strings.Contains(one.String(), string(there)) {
		t.Errorf("one tenant: got %d lines:\n%s", got, one.String())
	}
	if got := strings.Count(all.String(), "\n"); got != 5 {
		t.Errorf("all: got %d lines:\n%s", got, all.String())
	}
}

func TestLogIsFiltered(t *testing.T) {
	t.Parallel()
	b := setup(t)
	ada, _ := b.arrive(t, "ada")
	for i := range 4 {
		b.now = b.now.Add(time.Minute)
		b.grant(t, b.operator, ada, access.Roles()[i], here)
		err := b.store.Update(t.Context(), here, func(ctx context.Context, w *store.Writer) error {
			return w.Audit.Append(ctx, here, b.now, audit.By(b.operator, audit.DecisionMade, here, "control"))
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for filter, want := range map[string]int{
		"": 8, "event eq 'decision.made'": 4, "target eq '" + string(ada.ID) + "' and sequence gt 3": 2, "name eq 'nobody'": 0,
		"at gt 2026-01-15T12:02:00Z and via ne 'portal'": 4,
	} {
		var got int
		for q := (people.LogQuery{Filter: filter, Limit: 3}); ; {
			page, err := b.Log(t.Context(), b.operator, here, q)
			if err != nil {
				t.Fatalf("%s: %v", filter, err)
			}
			got += len(page.Entries)
			if q.After = page.Next; q.After == "" {
				break
			}
		}
		if got != want {
			t.Errorf("%q: got %d entries, want %d", filter, got, want)
		}
	}
	for filter, want := range map[string]string{
		"event eq":           "query.filter: character 9: ",
		"outcome eq 'x' and": "query.filter: character 19: ",
		"salt eq 'x'":        "query.filter: character 1: ",
		"sequence eq 'x'":    "query.filter: character 13: ",
	} {
		_, err := b.Log(t.Context(), b.operator, here, people.LogQuery{Filter: filter, Limit: 3})
		if !errors.Is(err, posture.ErrInvalid) || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: got %v, want %s…", filter, err, want)
		}
	}
}
