// SPDX-License-Identifier: Apache-2.0

package storetest

import (
	"context"
	"errors"
	"reflect"
	"testing"

	"github.com/RoaringBitmap/roaring/v2"

	"securescore/internal/audit"
	"securescore/internal/ledger"
	"securescore/internal/posture"
	"securescore/internal/store"
)

// fill writes to every aggregate of a tenant in one commit.
func fill(t *testing.T, b *bed, tenant posture.TenantID) {
	t.Helper()
	ok(t, b.Update(t.Context(), tenant, func(ctx context.Context, w *store.Writer) error {
		ok(t, w.Tenant.Describe(ctx, tenant, "filled "+string(tenant), "x.example"))
		must(w.Evidence.Put(ctx, tenant, evidenceOf("", dataSet("graph/users", instant(), "ada", "{}"))))(t)
		must(w.Entities.Observe(ctx, tenant, "user", []store.Sighting{{Key: "ada", Aliases: []string{"a"}}}, instant()))(t)
		ok(t, w.Assessments.Put(ctx, tenant, []store.Current{current("a")}))
		must(w.Decisions.Add(ctx, tenant, decision("a", posture.Planned)))(t)
		ok(t, w.Catalogues.Adopt(ctx, tenant, "v1", []byte("content"), instant()))
		must(w.Runs.Begin(ctx, tenant, store.Run{Catalogue: "v1", Started: instant(), At: instant()}))(t)
		entries := add(ctx, t, w, tenant, ledger.Own, begin("a", 1, instant()))
		head := ledger.Head{Series: ledger.Own, Sequence: entries[0].Sequence, Hash: entries[0].Hash}
		next := must2(ledger.Seal(head, []ledger.Change{change("a", 1, 2, instant())}, ledger.Stamp{Recorded: instant()}))(t)
		ok(t, w.Ledger.Append(ctx, tenant, ledger.Own, next, []ledger.Beside{{Sequence: next[0].Sequence, ActorName: "Ada"}}))
		past := store.Past{Tenant: tenant, Series: ledger.Own, Catalogue: "v1", Category: func(posture.ControlID) posture.Category { return posture.Data }}
		ok(t, w.Audit.Append(ctx, tenant, instant(), record(tenant, "a")))
		ok(t, w.Fragments.PutFragments(ctx, tenant, "k", []store.Fragment{{Day: ledger.DayOf(instant()), Body: []byte("day")}}))
		return store.KeepMonths(ctx, w, past, ledger.DayOf(instant()))
	}))
}

// isEmpty checks that a tenant knows nothing.
func isEmpty(t *testing.T, b *bed, tenant posture.TenantID) {
	t.Helper()
	ok(t, b.View(t.Context(), tenant, func(ctx context.Context, r *store.Reader) error {
		day := ledger.DayOf(instant())
		same(t, len(must(r.Evidence.Sets(ctx, tenant))(t)), 0)
		same(t, len(must(r.Entities.All(ctx, tenant, "user"))(t)), 0)
		same(t, len(must(r.Assessments.Full(ctx, tenant))(t)), 0)
		same(t, len(must(r.Entities.Some(ctx, tenant, "user", roaring.BitmapOf(0)))(t)), 0)
		same(t, len(must(r.Assessments.List(ctx, tenant))(t)), 0)
		same(t, len(must(r.Decisions.Open(ctx, tenant))(t)), 0)
		same(t, len(must(r.Decisions.History(ctx, tenant, "a"))(t)), 0)
		same(t, must(r.Ledger.Head(ctx, tenant, ledger.Own))(t), ledger.Genesis(tenant, ledger.Own))
		same(t, len(must(r.Ledger.Entries(ctx, tenant, ledger.Own, 0, 9))(t)), 0)
		same(t, len(must(r.Ledger.Between(ctx, tenant, ledger.Own, day.Time(), (day+2).Time()))(t)), 0)
		same(t, len(must(r.Ledger.Beside(ctx, tenant, ledger.Own, roaring.BitmapOf(1, 2)))(t)), 0)
		same(t, len(must(r.Months.Months(ctx, tenant, ledger.Own, "v1", 0, day))(t)), 0)
		same(t, len(must(r.Catalogues.Adopted(ctx, tenant))(t)), 0)
		same(t, len(must(r.Runs.Runs(ctx, tenant, 0, 9))(t)), 0)
		same(t, must(r.Audit.Head(ctx, tenant))(t), audit.Genesis(tenant))
		same(t, len(must(r.Audit.Entries(ctx, tenant, 0, 9))(t)), 0)
		same(t, len(must(r.Audit.Find(ctx, tenant, store.AuditQuery{Limit: 9}))(t)), 0)
		same(t, len(must(r.Fragments.Fragments(ctx, tenant, "k", 0, day))(t)), 0)
		same(t, len(must(r.Changes.Changes(ctx, tenant, 1, 9))(t)), 0) // 1 is its creation
		for name, err := range map[string]error{
			"set":        second(r.Evidence.Set(ctx, tenant, "graph/users")),
			"assessment": second(r.Assessments.Assessment(ctx, tenant, "a")),
			"facts":      second(r.Ledger.Facts(ctx, tenant, ledger.Own)),
			"month":      second(r.Months.LastMonth(ctx, tenant, ledger.Own, "v1", day)),
			"catalogue":  second(r.Catalogues.Catalogue(ctx, tenant, "v1")),
			"run":        second(r.Runs.Run(ctx, tenant, 1)),
		} {
			if !errors.Is(err, posture.ErrNotFound) {
				t.Errorf("%s: got %v, want ErrNotFound", name, err)
			}
		}
		return nil
	}))
}

func second[T any](_ T, err error) error { return err }

// design 7.
func testIsolation(t *testing.T, setup func(*testing.T) *bed) {
	t.Helper()
	t.Run("one tenant sees nothing of another", func(t *testing.T) {
		t.Parallel()
		b := setup(t)
		fill(t, b, tenantA)
		isEmpty(t, b, tenantB)
		fill(t, b, tenantB) // the same ids, keys and sequences again
	})
	t.Run("every method refuses another tenant", func(t *testing.T) {
		t.Parallel()
		b := setup(t)
		fill(t, b, tenantA)
		fill(t, b, tenantB)
		cursor := must(b.Across().Feed.Cursor(t.Context()))(t)
		b.view(t, func(ctx context.Context, r *store.Reader) { refuses(ctx, t, reflect.ValueOf(*r)) })
		b.update(t, func(ctx context.Context, w *store.Writer) { refuses(ctx, t, reflect.ValueOf(*w)) })
		b.quiet(t, cursor)
	})
	t.Run("a tenant that does not exist", func(t *testing.T) {
		t.Parallel()
		b := setup(t)
		kind(t, b.View(t.Context(), tenantC, nil), posture.ErrNotFound)
		kind(t, b.Update(t.Context(), tenantC, nil), posture.ErrNotFound)
	})
}

// refuses calls every method of every part with tenant B.
func refuses(ctx context.Context, t *testing.T, parts reflect.Value) {
	t.Helper()
	for _, part := range parts.Fields() {
		for m := range part.Type().Methods() {
			method := part.MethodByName(m.Name)
			in := []reflect.Value{reflect.ValueOf(ctx), reflect.ValueOf(tenantB)}
			for at := 2; at < method.Type().NumIn(); at++ {
				in = append(in, argument(method.Type().In(at)))
			}
			call := method.Call
			if method.Type().IsVariadic() {
				call = method.CallSlice
			}
			out := call(in)
			err, isError := reflect.TypeAssert[error](out[len(out)-1])
			if !isError || !errors.Is(err, posture.ErrForbidden) {
				t.Errorf("%s.%s: got error %v, want ErrForbidden", part.Type(), m.Name, err)
			}
		}
	}
}

// argument makes a value that a method can read: pointers are not nil, and a
// series is a real one.
func argument(of reflect.Type) reflect.Value {
	switch of {
	case reflect.TypeFor[*roaring.Bitmap]():
		return reflect.ValueOf(roaring.BitmapOf(0, 1, 2))
	case reflect.TypeFor[ledger.Series]():
		return reflect.ValueOf(ledger.Own)
	case reflect.TypeFor[string]():
		return reflect.ValueOf("graph/users")
	}
	if of.Kind() == reflect.Pointer {
		return reflect.New(of.Elem())
	}
	return reflect.Zero(of)
}
