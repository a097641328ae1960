// SPDX-License-Identifier: Apache-2.0

package storetest

import (
	"context"
	"testing"

	"github.com/RoaringBitmap/roaring/v2"

	"securescore/internal/ledger"
	"securescore/internal/posture"
	"securescore/internal/store"
)

func current(id posture.ControlID) store.Current {
	return store.Current{
		Assessment: posture.Assessment{
			Control: id, State: posture.Assessed, Reason: posture.Reason{Code: posture.Licence, Detail: "AAD_PREMIUM"},
			Measured: posture.Counts{Pass: 2, Fail: 3, Unknown: 1}, Exempted: posture.Counts{Fail: 1},
			Held: true, HeldCredited: true, Strict: posture.Fail,
		},
		Standing: ledger.Standing{Measured: 150, Credited: 50, Max: 1000, Counts: posture.Counts{Pass: 2, Fail: 2, Unknown: 1}, Status: posture.Planned},
		Kind:     "user",
		Frame:    "entities met",
		Outcomes: ledger.Outcomes{
			Pass: roaring.BitmapOf(1, 5), Fail: roaring.BitmapOf(2, 70000, 4294967295), Unknown: roaring.BitmapOf(0), Exempt: roaring.BitmapOf(2),
		},
	}
}

func testAssessments(t *testing.T, setup func(*testing.T) *bed) {
	t.Helper()
	t.Run("round trip", func(t *testing.T) {
		t.Parallel()
		b := setup(t)
		full, empty := current("b"), store.Current{Assessment: posture.Assessment{Control: "a", State: posture.NotAssessed}}
		upper := current("B")
		b.update(t, func(ctx context.Context, w *store.Writer) {
			ok(t, w.Assessments.Put(ctx, tenantA, []store.Current{full, empty, upper}))
		})
		b.view(t, func(ctx context.Context, r *store.Reader) {
			same(t, must(r.Assessments.Assessment(ctx, tenantA, "b"))(t), full)
			got := must(r.Assessments.Assessment(ctx, tenantA, "a"))(t)
			empty.Standing.Status = posture.ToAddress
			none := roaring.New()
			empty.Outcomes = ledger.Outcomes{Pass: none, Fail: none, Unknown: none, Exempt: none}
			same(t, got, empty)
			same(t, must(r.Assessments.Full(ctx, tenantA))(t), []store.Current{must(r.Assessments.Assessment(ctx, tenantA, "B"))(t), empty, full})
			list := must(r.Assessments.List(ctx, tenantA))(t)
			full.Outcomes, empty.Outcomes, upper.Outcomes = ledger.Outcomes{}, ledger.Outcomes{}, ledger.Outcomes{}
			same(t, list, []store.Current{upper, empty, full})
			_, err := r.Assessments.Assessment(ctx, tenantA, "c")
			kind(t, err, posture.ErrNotFound)
		})
	})
	t.Run("replace and drop", func(t *testing.T) {
		t.Parallel()
		b := setup(t)
		b.update(t, func(ctx context.Context, w *store.Writer) {
			ok(t, w.Assessments.Put(ctx, tenantA, []store.Current{current("a"), current("b")}))
			next := store.Current{Assessment: posture.Assessment{Control: "a", State: posture.NotApplicable}}
			ok(t, w.Assessments.Put(ctx, tenantA, []store.Current{next}))
			ok(t, w.Assessments.Drop(ctx, tenantA, []posture.ControlID{"b", "never there"}))
			list := must(w.Assessments.List(ctx, tenantA))(t)
			same(t, len(list), 1)
			same(t, list[0].Assessment, next.Assessment)
			if got := must(w.Assessments.Assessment(ctx, tenantA, "a"))(t); !got.Outcomes.Fail.IsEmpty() {
				t.Errorf("outcomes of before: %v", got.Outcomes.Fail)
			}
		})
	})
}
