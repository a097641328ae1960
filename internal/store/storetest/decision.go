// SPDX-License-Identifier: Apache-2.0

package storetest

import (
	"context"
	"testing"
	"time"

	"securescore/internal/posture"
	"securescore/internal/store"
)

func decision(control posture.ControlID, status posture.Status) posture.Decision {
	return posture.Decision{
		Control: control, Status: status, Reason: "because", Evidence: "https://example.com/1", By: "ada",
		Owner: "grace", Actor: "person:ada", At: instant(), Expires: instant().AddDate(1, 0, 0),
	}
}

func ids(list []store.Decision) []int64 {
	var out []int64
	for _, d := range list {
		out = append(out, d.ID)
	}
	return out
}

// design 3.13, 3.14.
func testDecisions(t *testing.T, setup func(*testing.T) *bed) {
	t.Helper()
	later := instant().Add(time.Hour)
	t.Run("round trip and history", func(t *testing.T) {
		t.Parallel()
		b := setup(t)
		b.update(t, func(ctx context.Context, w *store.Writer) {
			d := decision("a", posture.RiskAccepted)
			forever := decision("a", "")
			forever.Kind, forever.Entity, forever.Expires = "user", "ada", time.Time{}
			same(t, must(w.Decisions.Add(ctx, tenantA, d))(t), int64(1))
			same(t, must(w.Decisions.Add(ctx, tenantA, forever))(t), int64(2))
			same(t, must(w.Decisions.Add(ctx, tenantA, decision("a", posture.Planned)))(t), int64(3))
			same(t, must(w.Decisions.Add(ctx, tenantA, decision("A", posture.Planned)))(t), int64(4))
			same(t, ids(must(w.Decisions.Open(ctx, tenantA))(t)), []int64{4, 3, 2})
			ok(t, w.Decisions.End(ctx, tenantA, 3, "bob", later))
			kind(t, w.Decisions.End(ctx, tenantA, 3, "bob", later), posture.ErrConflict)
			kind(t, w.Decisions.End(ctx, tenantA, 99, "bob", later), posture.ErrNotFound)
			same(t, ids(must(w.Decisions.Open(ctx, tenantA))(t)), []int64{4, 2})

			history := must(w.Decisions.History(ctx, tenantA, "a"))(t)
			same(t, ids(history), []int64{3, 2, 1})
			d.At, d.Expires = kept(d.At), kept(d.Expires)
			same(t, history[2], store.Decision{Decision: d, ID: 1, EndedBy: "ada", EndedAt: kept(instant())})
			same(t, history[0].EndedBy, "bob")
			same(t, history[0].EndedAt, kept(later))
			same(t, history[1].Expires, time.Time{})
			same(t, must(w.Decisions.History(ctx, tenantA, "never"))(t), nil)
		})
	})
	t.Run("approval by another person", func(t *testing.T) {
		t.Parallel()
		b := setup(t)
		b.update(t, func(ctx context.Context, w *store.Writer) {
			pending := decision("a", posture.RiskAccepted)
			pending.Pending = true
			must(w.Decisions.Add(ctx, tenantA, decision("a", posture.Planned)))(t)
			must(w.Decisions.Add(ctx, tenantA, pending))(t)
			must(w.Decisions.Add(ctx, tenantA, pending))(t)
			same(t, ids(must(w.Decisions.Open(ctx, tenantA))(t)), []int64{1, 3})
			kind(t, w.Decisions.Approve(ctx, tenantA, 3, "ada", later), posture.ErrForbidden)
			kind(t, w.Decisions.Approve(ctx, tenantA, 2, "bob", later), posture.ErrConflict)
			kind(t, w.Decisions.Approve(ctx, tenantA, 1, "bob", later), posture.ErrConflict)
			kind(t, w.Decisions.Approve(ctx, tenantA, 99, "bob", later), posture.ErrNotFound)
			ok(t, w.Decisions.Approve(ctx, tenantA, 3, "bob", later))
			open := must(w.Decisions.Open(ctx, tenantA))(t)
			same(t, ids(open), []int64{3})
			same(t, open[0].Pending, false)
			same(t, open[0].Approver, "bob")
			same(t, open[0].ApprovedAt, kept(later))
		})
	})
}
