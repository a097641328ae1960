// SPDX-License-Identifier: Apache-2.0

package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/RoaringBitmap/roaring/v2"

	"securescore/internal/posture"
	"securescore/internal/store"
)

func testEntities(t *testing.T, setup func(*testing.T) *bed) {
	t.Helper()
	observe := func(t *testing.T, b *bed, kind posture.Kind, at time.Time, seen ...store.Sighting) (ordinals []uint32) {
		t.Helper()
		b.update(t, func(ctx context.Context, w *store.Writer) {
			ordinals = must(w.Entities.Observe(ctx, tenantA, kind, seen, at))(t)
		})
		return ordinals
	}
	day := func(n int) time.Time { return instant().AddDate(0, 0, n) }
	t.Run("ordinals are never reused", func(t *testing.T) {
		t.Parallel()
		b := setup(t)
		same(t, observe(t, b, "user", day(0), store.Sighting{Key: "ada", Name: "Ada"}, store.Sighting{Key: "bob", Name: "Bob"}), []uint32{0, 1})
		same(t, observe(t, b, "device", day(0), store.Sighting{Key: "ada"}), []uint32{0})
		same(t, observe(t, b, "user", day(1), store.Sighting{Key: "cy"}, store.Sighting{Key: "ada", Name: "Ada L."}), []uint32{2, 0})
		same(t, observe(t, b, "user", day(2)), []uint32{})
		same(t, observe(t, b, "user", day(3), store.Sighting{Key: "dee"}, store.Sighting{Key: "bob", Name: "Bob"}, store.Sighting{Key: "dee"}), []uint32{3, 1, 3})
		b.view(t, func(ctx context.Context, r *store.Reader) {
			all := must(r.Entities.All(ctx, tenantA, "user"))(t)
			same(t, all, []store.Entity{
				{Kind: "user", Ordinal: 0, Key: "ada", Name: "Ada L.", FirstSeen: kept(day(0)), LastSeen: kept(day(1)), Gone: true},
				{Kind: "user", Ordinal: 1, Key: "bob", Name: "Bob", FirstSeen: kept(day(0)), LastSeen: kept(day(3))},
				{Kind: "user", Ordinal: 2, Key: "cy", FirstSeen: kept(day(1)), LastSeen: kept(day(1)), Gone: true},
				{Kind: "user", Ordinal: 3, Key: "dee", FirstSeen: kept(day(3)), LastSeen: kept(day(3))},
			})
			some := must(r.Entities.Some(ctx, tenantA, "user", roaring.BitmapOf(3, 1, 99)))(t)
			same(t, some, []store.Entity{all[1], all[3]})
			same(t, must(r.Entities.All(ctx, tenantA, "mailbox"))(t), nil)
		})
	})
	t.Run("aliases lead to one entity", func(t *testing.T) {
		t.Parallel()
		b := setup(t)
		same(t, observe(t, b, "device", day(0),
			store.Sighting{Key: "intune-1", Aliases: []string{"entra-1", "", "entra-1"}}, store.Sighting{Key: "intune-2", Aliases: []string{"entra-2"}}), []uint32{0, 1})
		// Seen under an alias, under a new key with a known alias, and with the
		// aliases of two.
		same(t, observe(t, b, "device", day(1), store.Sighting{Key: "entra-2"}, store.Sighting{Key: "mde-1", Aliases: []string{"entra-1"}}), []uint32{1, 0})
		same(t, observe(t, b, "device", day(2), store.Sighting{Key: "new", Aliases: []string{"entra-2", "mde-1"}}), []uint32{0})
		same(t, observe(t, b, "device", day(3), store.Sighting{Key: "intune-1"}, store.Sighting{Key: "intune-2"}), []uint32{0, 1})
		b.view(t, func(ctx context.Context, r *store.Reader) {
			all := must(r.Entities.All(ctx, tenantA, "device"))(t)
			same(t, all[0].Aliases, []string{"entra-1", "intune-1", "mde-1", "new"})
			same(t, all[0].Key, "intune-1")
			same(t, must(r.Entities.Some(ctx, tenantA, "device", roaring.BitmapOf(0)))(t), all[:1])
		})
	})
	t.Run("letter case of keys", func(t *testing.T) {
		t.Parallel()
		same(t, observe(t, setup(t), "user", day(0), store.Sighting{Key: "ada"}, store.Sighting{Key: "Ada"}, store.Sighting{Key: "ada "}), []uint32{0, 1, 2})
	})
	t.Run("erase", func(t *testing.T) {
		t.Parallel()
		b := setup(t)
		observe(t, b, "user", day(0), store.Sighting{Key: "ada", Name: "Ada", Aliases: []string{"a@example"}})
		b.update(t, func(ctx context.Context, w *store.Writer) {
			ok(t, w.Entities.Erase(ctx, tenantA, "user", 0))
			kind(t, w.Entities.Erase(ctx, tenantA, "user", 7), posture.ErrNotFound)
		})
		same(t, observe(t, b, "user", day(1), store.Sighting{Key: "ada", Aliases: []string{"a@example"}}), []uint32{1})
		b.view(t, func(ctx context.Context, r *store.Reader) {
			all := must(r.Entities.All(ctx, tenantA, "user"))(t)
			same(t, all[0], store.Entity{Kind: "user", FirstSeen: kept(day(0)), LastSeen: kept(day(0)), Gone: true})
		})
	})
}
