// SPDX-License-Identifier: Apache-2.0

package storetest

import (
	"context"
	"testing"
	"time"

	"securescore/internal/access"
	"securescore/internal/posture"
	"securescore/internal/store"
)

func token(id string) access.Token {
	return access.Token{
		ID: id, Name: "for <script>", Holding: access.Holding{Role: access.SecurityReader, Tenant: tenantA}, Scope: access.ReadScope,
		By: ada().ID.Actor(), Created: instant(), Expires: instant().AddDate(0, 6, 0),
	}
}

func keptToken(t access.Token) access.Token {
	t.Created, t.Expires = kept(t.Created), kept(t.Expires)
	return t
}

func testTokens(t *testing.T, setup func(*testing.T) *bed) {
	t.Helper()
	later := instant().Add(time.Hour)
	t.Run("round trip and order", func(t *testing.T) {
		t.Parallel()
		setup(t).registry(t, func(ctx context.Context, r *store.Registry) {
			first, second := token("zz"), token("aa")
			first.Created = first.Created.Add(-time.Hour)
			upper := token("AA")
			for i, k := range []access.Token{second, first, upper} {
				hash := string(rune('a' + i))
				ok(t, r.Tokens.Add(ctx, k, hash))
				got, kept, err := r.Tokens.ByID(ctx, k.ID)
				ok(t, err)
				same(t, got, keptToken(k))
				same(t, kept, hash)
			}
			same(t, must(r.Tokens.All(ctx))(t), []access.Token{keptToken(first), keptToken(upper), keptToken(second)})
		})
	})
	t.Run("missing and taken", func(t *testing.T) {
		t.Parallel()
		setup(t).registry(t, func(ctx context.Context, r *store.Registry) {
			_, hash, err := r.Tokens.ByID(ctx, "t1")
			kind(t, err, posture.ErrNotFound)
			same(t, hash, "")
			kind(t, r.Tokens.End(ctx, "t1", "system", later), posture.ErrNotFound)
			ok(t, r.Tokens.Touch(ctx, "t1", later))
			ok(t, r.Tokens.Add(ctx, token("t1"), "hash"))
			kind(t, r.Tokens.Add(ctx, token("t1"), "other"), posture.ErrConflict)
			for _, tenant := range []posture.TenantID{tenantC, access.Everywhere} {
				nowhere := token("t2")
				nowhere.Holding.Tenant = tenant
				kind(t, r.Tokens.Add(ctx, nowhere, "hash"), posture.ErrNotFound)
			}
			same(t, must(r.Tokens.All(ctx))(t), []access.Token{keptToken(token("t1"))})
			_, hash, err = r.Tokens.ByID(ctx, "t1")
			ok(t, err)
			same(t, hash, "hash")
		})
	})
	t.Run("end", func(t *testing.T) {
		t.Parallel()
		setup(t).registry(t, func(ctx context.Context, r *store.Registry) {
			ok(t, r.Tokens.Add(ctx, token("t1"), "hash"))
			ok(t, r.Tokens.Add(ctx, token("t2"), "hash"))
			ok(t, r.Tokens.End(ctx, "t1", access.OperatorActor, later))
			kind(t, r.Tokens.End(ctx, "t1", "system", later), posture.ErrConflict)
			ended := keptToken(token("t1"))
			ended.EndedBy, ended.EndedAt = access.OperatorActor, kept(later)
			same(t, must(r.Tokens.All(ctx))(t), []access.Token{ended, keptToken(token("t2"))})
		})
	})
	t.Run("the last use never goes back", func(t *testing.T) {
		t.Parallel()
		setup(t).registry(t, func(ctx context.Context, r *store.Registry) {
			ok(t, r.Tokens.Add(ctx, token("t1"), "hash"))
			ok(t, r.Tokens.Add(ctx, token("t2"), "hash"))
			for _, used := range []struct{ at, want time.Time }{
				{instant(), instant()}, {later, later}, {instant(), later}, {later, later}, {later.Add(time.Minute), later.Add(time.Minute)},
			} {
				ok(t, r.Tokens.Touch(ctx, "t1", used.at))
				got, _, err := r.Tokens.ByID(ctx, "t1")
				ok(t, err)
				same(t, got.Used, kept(used.want))
			}
			other, _, err := r.Tokens.ByID(ctx, "t2")
			ok(t, err)
			same(t, other.Used, time.Time{})
		})
	})
}
