// SPDX-License-Identifier: Apache-2.0

package profile_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"securescore/internal/assess"
	"securescore/internal/catalog"
	"securescore/internal/entity"
	"securescore/internal/graphapi/profile"
	"securescore/internal/posture"
	"securescore/internal/store"
	"securescore/internal/store/sqlite"
)

// counter counts how often a tenant is scored.
type counter struct {
	profile.Scorer

	looks int
}

func (c *counter) Look(ctx context.Context, tenant posture.TenantID) (*assess.Scoring, error) {
	c.looks++
	return c.Scorer.Look(ctx, tenant)
}

type stage struct {
	store  store.Store
	source *profile.Source
	scorer *counter
	now    time.Time
}

func tenant(i int) posture.TenantID {
	return posture.TenantID(fmt.Sprintf("11111111-2222-4333-8444-%012d", i))
}

func newStage(t *testing.T, tenants int) *stage {
	t.Helper()
	st := &stage{now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	clock := func() time.Time { return st.now }
	opened, err := sqlite.Open(t.Context(), sqlite.Config{Folder: t.TempDir(), Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := opened.Close(); err != nil {
			t.Error(err)
		}
	})
	st.store = opened
	for i := range tenants {
		if err := opened.Across().Tenants.Create(t.Context(), store.Tenant{ID: tenant(i), Name: fmt.Sprint("Tenant ", i), Created: st.now}); err != nil {
			t.Fatal(err)
		}
	}
	schema, err := entity.NewSchema(entity.Product{Kinds: []entity.KindSpec{
		{Kind: "user", Singular: "user", Plural: "users", DataSet: "users", Fields: []entity.Field{{Name: "ok", Type: entity.Bool, From: "ok"}}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	files := fstest.MapFS{}
	for _, id := range []string{"b1", "A1", "c_1"} {
		files[id+".yaml"] = &fstest.MapFile{Data: []byte("id: " + id + "\ntitle: T\ncategory: Identity\nproduct: P\npoints: \"10\"\nscoring: binary\nthreats: [t]\n" +
			"description: d\nuserImpactText: u\nusersAffected: a\nsteps: [s]\ncheck: {entity: user, pass: user.ok}\n")}
	}
	c, err := catalog.Load(schema, catalog.Layer{Name: "test", Custom: true, Files: files})
	if err != nil {
		t.Fatal(err)
	}
	st.scorer = &counter{Scorer: assess.NewAssessor(opened, c, clock)}
	st.source = profile.New(profile.Config{Store: opened, Scorer: st.scorer, Now: clock})
	return st
}

func (st *stage) open(t *testing.T, i int) *profile.View {
	t.Helper()
	v, err := st.source.Open(t.Context(), tenant(i))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func (st *stage) decide(t *testing.T, i int, d posture.Decision) {
	t.Helper()
	d.At = st.now
	err := st.store.Update(t.Context(), tenant(i), func(ctx context.Context, w *store.Writer) error {
		_, err := w.Decisions.Add(ctx, tenant(i), d)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestOpenReadsAgainOnlyWhatHasChanged(t *testing.T) {
	t.Parallel()
	st := newStage(t, 2)
	first := st.open(t, 0)
	st.decide(t, 1, posture.Decision{Control: "A1", Status: posture.Planned, By: "Ida"})
	if again := st.open(t, 0); again != first || st.scorer.looks != 1 {
		t.Errorf("what happened in another tenant was read again: %d times", st.scorer.looks)
	}
	st.decide(t, 0, posture.Decision{Control: "A1", Status: posture.ThirdParty, By: "Ida", Expires: st.now.Add(time.Hour)})
	second := st.open(t, 0)
	if second.Tag == first.Tag || second == first {
		t.Error("a decision changed nothing")
	}
	st.now = st.now.Add(59 * time.Minute)
	if again := st.open(t, 0); again != second {
		t.Error("the passing of time alone made it read again")
	}
	st.now = st.now.Add(time.Minute)
	third := st.open(t, 0)
	a, ok := third.Find("a1")
	if !ok || third.Tag == second.Tag {
		t.Fatal("the expiry of a decision does not show")
	}
	want := `{"id":"A1","controlStateUpdates":[{"assignedTo":null,"comment":null,"state":"ThirdParty","updatedBy":"Ida","updatedDateTime":"2026-03-01T12:00:00Z"},` +
		`{"assignedTo":null,"comment":null,"state":"Default","updatedBy":"system","updatedDateTime":"2026-03-01T13:00:00Z"}]}`
	if diff := cmp.Diff(want, string(a.AppendJSON(nil, []string{"controlStateUpdates", "id"}))); diff != "" {
		t.Errorf("profile (-want +got):\n%s", diff)
	}
	if before, _ := second.Find("A1"); before.State == a.State || before.Tag == a.Tag {
		t.Error("the profile has the same tags with another history")
	}
	b, _ := third.Find("B1")
	if before, _ := first.Find("b1"); before.Tag != b.Tag {
		t.Error("the decision about one control changed the tag of another")
	}
}

func TestOpenForgetsTenants(t *testing.T) {
	t.Parallel()
	st := newStage(t, 20)
	for i := range 20 {
		st.open(t, i)
	}
	looks := st.scorer.looks
	st.open(t, 19)
	if st.scorer.looks != looks {
		t.Error("the tenant that was asked for last is not kept")
	}
	st.open(t, 0)
	if st.scorer.looks != looks+1 {
		t.Error("memory keeps the profiles of every tenant")
	}
}

func TestOpenKnowsItsTenants(t *testing.T) {
	t.Parallel()
	st := newStage(t, 1)
	if _, err := st.source.Open(t.Context(), tenant(7)); !errors.Is(err, posture.ErrNotFound) {
		t.Errorf("got %v, want not found", err)
	}
}

func TestPlaces(t *testing.T) {
	t.Parallel()
	v := newStage(t, 1).open(t, 0)
	for id, want := range map[string]struct {
		at    int
		found bool
	}{"A1": {0, true}, "a1": {0, true}, "B1": {1, true}, "bb": {2, false}, "C_1": {2, true}, "zz": {3, false}, "": {0, false}} {
		if at, found := v.Place(id); at != want.at || found != want.found {
			t.Errorf("%q: got %d %t, want %d %t", id, at, found, want.at, want.found)
		}
	}
}

func TestGzipIsTheSameText(t *testing.T) {
	t.Parallel()
	v := newStage(t, 1).open(t, 0)
	for i := range 10 {
		prefix := fmt.Sprintf(`{"n":%d,"value":[`, i)
		packed, err := v.Gzip(prefix, "]}")
		if err != nil {
			t.Fatal(err)
		}
		r, err := gzip.NewReader(bytes.NewReader(packed))
		if err != nil {
			t.Fatal(err)
		}
		plain, err := io.ReadAll(r)
		if err != nil || string(plain) != string(v.JSON(prefix, "]}")) {
			t.Errorf("got %s, %v", plain, err)
		}
	}
}

func TestParseState(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]posture.Status{
		"Default": posture.ToAddress, "reviewed": posture.ToAddress, "IGNORED": posture.RiskAccepted, "riskAccepted": posture.RiskAccepted, "thirdParty": posture.ThirdParty,
		"planned": posture.Planned, "alternateMitigation": posture.AlternateMitigation, "AlternativeMitigation": posture.AlternateMitigation,
	} {
		if got, ok := profile.ParseState(text); !ok || got != want {
			t.Errorf("%s: got %s %t, want %s", text, got, ok, want)
		}
	}
	for _, text := range []string{"", "ignore", "completed", "Completed", "third party"} {
		if got, ok := profile.ParseState(text); ok {
			t.Errorf("%q: got %s, want a refusal", text, got)
		}
	}
}
