// SPDX-License-Identifier: Apache-2.0

package storetest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"securescore/internal/posture"
	"securescore/internal/store"
)

func dataSet(name string, at time.Time, objects ...string) *posture.DataSet {
	d := &posture.DataSet{Name: name, FetchedAt: at}
	for i := 0; i+1 < len(objects); i += 2 {
		d.Objects = append(d.Objects, posture.Object{Key: objects[i], Raw: []byte(objects[i+1])})
	}
	return d
}

func evidenceOf(organisation string, sets ...*posture.DataSet) *posture.Evidence {
	ev := &posture.Evidence{Source: "test", Organisation: organisation, Name: "x"}
	for _, d := range sets {
		ev.Add(d)
	}
	return ev
}

func testEvidence(t *testing.T, setup func(*testing.T) *bed) {
	t.Helper()
	t.Run("round trip", func(t *testing.T) { t.Parallel(); testEvidenceRoundTrip(t, setup(t)) })
	t.Run("many objects", func(t *testing.T) { t.Parallel(); testManyObjects(t, setup(t)) })
	t.Run("missing", func(t *testing.T) {
		t.Parallel()
		setup(t).view(t, func(ctx context.Context, r *store.Reader) {
			_, err := r.Evidence.Set(ctx, tenantA, "graph/users")
			kind(t, err, posture.ErrNotFound)
			same(t, len(must(r.Evidence.Sets(ctx, tenantA))(t)), 0)
			same(t, must(r.Evidence.Latest(ctx, tenantA))(t), &posture.Evidence{Name: "Contoso", Sets: map[string]*posture.DataSet{}})
		})
	})
	t.Run("older evidence never replaces newer", func(t *testing.T) {
		t.Parallel()
		b := setup(t)
		b.update(t, func(ctx context.Context, w *store.Writer) {
			ev := evidenceOf("", dataSet("a", instant(), "k", "1"), dataSet("b", instant(), "k", "1"))
			same(t, must(w.Evidence.Put(ctx, tenantA, ev))(t), []string{"a", "b"})
		})
		b.update(t, func(ctx context.Context, w *store.Writer) {
			mixed := evidenceOf("", dataSet("a", instant().Add(time.Hour), "k", "2"), dataSet("b", instant().Add(-time.Hour), "k", "2"))
			_, err := w.Evidence.Put(ctx, tenantA, mixed)
			kind(t, err, posture.ErrConflict)
			// The same time again is no older: a source may correct itself.
			again := evidenceOf("", dataSet("a", instant(), "k", "3"), dataSet("b", instant(), "k", "1"))
			same(t, must(w.Evidence.Put(ctx, tenantA, again))(t), []string{"a"})
			same(t, must(w.Evidence.Put(ctx, tenantA, again))(t), nil)
			same(t, string(must(w.Evidence.Set(ctx, tenantA, "a"))(t).Objects[0].Raw), "3")
			same(t, string(must(w.Evidence.Set(ctx, tenantA, "b"))(t).Objects[0].Raw), "1")
		})
	})
	t.Run("another organisation", func(t *testing.T) {
		t.Parallel()
		b := setup(t)
		b.update(t, func(ctx context.Context, w *store.Writer) {
			must(w.Evidence.Put(ctx, tenantA, evidenceOf(guidA, dataSet("a", instant()))))(t)
			_, err := w.Evidence.Put(ctx, tenantA, evidenceOf(guidB, dataSet("b", instant())))
			kind(t, err, posture.ErrConflict)
			same(t, len(must(w.Evidence.Sets(ctx, tenantA))(t)), 1)
			same(t, must(w.Tenant.Tenant(ctx, tenantA))(t).Entra, guidA)
		})
		err := b.Update(t.Context(), tenantB, func(ctx context.Context, w *store.Writer) error {
			_, err := w.Evidence.Put(ctx, tenantB, evidenceOf(guidA, dataSet("a", instant())))
			return err
		})
		kind(t, err, posture.ErrConflict)
	})
	t.Run("a source that fails", func(t *testing.T) { t.Parallel(); testFailedSource(t, setup(t)) })
}

func testEvidenceRoundTrip(t *testing.T, b *bed) {
	t.Helper()
	read := dataSet("graph/users", instant(), "a", `{"x":1}`, "B", `{}`, "b", `{"ü":"\u0000"}`, "", `[]`)
	empty := dataSet("graph/groups", instant().Add(time.Hour))
	missing := &posture.DataSet{Name: "graph/apps", FetchedAt: instant(), Missing: posture.Reason{Code: posture.Permission, Detail: "needs Application.Read.All"}}
	b.update(t, func(ctx context.Context, w *store.Writer) {
		same(t, must(w.Evidence.Put(ctx, tenantA, evidenceOf(guidA, read, empty, missing)))(t), []string{"graph/apps", "graph/groups", "graph/users"})
	})
	b.view(t, func(ctx context.Context, r *store.Reader) {
		for _, d := range []*posture.DataSet{read, empty, missing} {
			want := *d
			want.FetchedAt = kept(d.FetchedAt)
			got := must(r.Evidence.Set(ctx, tenantA, d.Name))(t)
			same(t, got, &want)
			same(t, got.Hash(), d.Hash())
		}
		sets := must(r.Evidence.Sets(ctx, tenantA))(t)
		same(t, sets, []store.SetInfo{
			{Name: "graph/apps", Source: "test", FetchedAt: kept(instant()), Hash: missing.Hash(), Missing: missing.Missing},
			{Name: "graph/groups", Source: "test", FetchedAt: kept(instant().Add(time.Hour)), Hash: empty.Hash()},
			{Name: "graph/users", Source: "test", FetchedAt: kept(instant()), Hash: read.Hash(), Objects: 4},
		})
		latest := must(r.Evidence.Latest(ctx, tenantA))(t)
		same(t, latest.At, kept(empty.FetchedAt))
		same(t, latest.Organisation, guidA)
		same(t, latest.Source, "test")
		same(t, len(latest.Sets), 3)
		same(t, latest.Sets["graph/users"].Hash(), read.Hash())
	})
}

// testManyObjects grows, changes and shrinks a data set over many blocks.
func testManyObjects(t *testing.T, b *bed) {
	t.Helper()
	at := instant()
	for step, n := range []int{3000, 3001, 9000, 2, 0, 500} {
		d := dataSet("graph/users", at.Add(time.Duration(step)*time.Minute))
		for i := range n {
			d.Objects = append(d.Objects, posture.Object{Key: fmt.Sprintf("user-%05d", i), Raw: fmt.Appendf(nil, `{"step":%d,"name":"%0200d"}`, step%2*i%7, i)})
		}
		b.update(t, func(ctx context.Context, w *store.Writer) { must(w.Evidence.Put(ctx, tenantA, evidenceOf("", d)))(t) })
		b.view(t, func(ctx context.Context, r *store.Reader) {
			got := must(r.Evidence.Set(ctx, tenantA, "graph/users"))(t)
			if len(got.Objects) != n || got.Hash() != d.Hash() {
				t.Errorf("step %d: got %d objects with hash %s, want %d with %s", step, len(got.Objects), got.Hash(), n, d.Hash())
			}
		})
	}
}

// design 3.8: a source that fails keeps its last evidence.
func testFailedSource(t *testing.T, b *bed) {
	t.Helper()
	why := posture.Reason{Code: posture.Failed, Detail: "503"}
	later, last := instant().Add(time.Hour), instant().Add(2*time.Hour)
	b.update(t, func(ctx context.Context, w *store.Writer) {
		must(w.Evidence.Put(ctx, tenantA, evidenceOf("", dataSet("a", instant(), "k", "1"))))(t)
		ok(t, w.Evidence.Fail(ctx, tenantA, "test", "a", why, instant().Add(-time.Hour)))
		ok(t, w.Evidence.Fail(ctx, tenantA, "test", "b", why, later))
		sets := must(w.Evidence.Sets(ctx, tenantA))(t)
		same(t, sets[0].Failed, posture.Reason{})
		same(t, sets[1].Missing, why)
		ok(t, w.Evidence.Fail(ctx, tenantA, "test", "a", why, later))
		ok(t, w.Evidence.Fail(ctx, tenantA, "test", "b", posture.Reason{Code: posture.Permission}, last))
	})
	b.view(t, func(ctx context.Context, r *store.Reader) {
		sets := must(r.Evidence.Sets(ctx, tenantA))(t)
		same(t, sets[0].Failed, why)
		same(t, sets[0].FailedAt, kept(later))
		same(t, sets[0].FetchedAt, kept(instant()))
		same(t, sets[1].Missing.Code, posture.Permission)
		same(t, string(must(r.Evidence.Set(ctx, tenantA, "a"))(t).Objects[0].Raw), "1")
	})
	b.update(t, func(ctx context.Context, w *store.Writer) {
		must(w.Evidence.Put(ctx, tenantA, evidenceOf("", dataSet("a", last, "k", "1"))))(t)
		sets := must(w.Evidence.Sets(ctx, tenantA))(t)
		same(t, sets[0].Failed, posture.Reason{})
		same(t, sets[0].FailedAt, time.Time{})
	})
}
