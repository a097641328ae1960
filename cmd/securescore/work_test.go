// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"crypto/rand"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"securescore/internal/audit"
	"securescore/internal/store"
)

func TestWork(t *testing.T) {
	t.Parallel()
	c, folder := kept(t)
	run := func(args ...string) result {
		return c.run(t, append(append([]string{"work"}, args...), "--data", folder)...)
	}
	id := store.WorkID{Kind: "test/chore", Key: "x"}
	c.inStore(t, folder, func(ctx context.Context, s store.Store) error {
		if err := s.Across().Works.Put(ctx, []store.Work{{WorkID: id}, {WorkID: store.WorkID{Kind: "test/other"}}}); err != nil {
			return err
		}
		list, err := s.Across().Leases.Take(ctx, store.Taking{Owner: "host/1", Kinds: []store.KindLimit{{Kind: "test/other"}}, Most: 1, Length: time.Hour})
		if err != nil {
			return err
		}
		return s.Across().Registry.Update(ctx, func(ctx context.Context, r *store.Registry) error {
			return r.Work.Progress(ctx, list[0], "7", "7 of 9")
		})
	})
	r := run("list")
	if r.code != exitDone || !strings.Contains(r.out, "test/chore::x") || !strings.Contains(r.out, "host/1") || !strings.Contains(r.out, "7 of 9") {
		t.Errorf("list: got %d, %s%s", r.code, r.out, r.err)
	}
	if r := run("restart", id.String()); r.code != exitFailed || !strings.Contains(r.err, "it is not dead") {
		t.Errorf("restart what is not dead: got %d, %s", r.code, r.err)
	}
	if r := run("cancel", id.String()); r.code != exitDone {
		t.Errorf("cancel: got %d, %s", r.code, r.err)
	}
	if r := run("list", "--state", "dead"); !strings.Contains(r.out, "cancelled by") || strings.Contains(r.out, "test/other") {
		t.Errorf("dead work: got %s", r.out)
	}
	if r := run("restart", id.String()); r.code != exitDone {
		t.Errorf("restart: got %d, %s", r.code, r.err)
	}
	if r := run("list", "--kind", "test/chore"); !strings.Contains(r.out, "waiting") {
		t.Errorf("restarted work: got %s", r.out)
	}
	for _, wrong := range [][]string{{"cancel", "x"}, {"list", "--state", "lost"}, {"cancel"}} {
		if r := run(wrong...); r.code != exitUsage {
			t.Errorf("%s: got %d, %s", wrong, r.code, r.err)
		}
	}
	if r := c.run(t, "audit", "list", "--data", folder); !strings.Contains(r.out, "work.cancelled") || !strings.Contains(r.out, "work.restarted") {
		t.Errorf("the log does not tell of it: %s%s", r.out, r.err)
	}
}

// Whoever takes over from a process that died while it signed goes on with the
// same file, and a file that is there stays as it is.
func TestHourlyHeads(t *testing.T) {
	t.Parallel()
	c, folder := kept(t)
	out := t.TempDir()
	private, public, err := audit.NewKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	key, err := audit.PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	now := c.now
	e := &env{lookup: func(string) (string, bool) { return "", false }, now: func() time.Time { return now }}
	err = e.withStore(t.Context(), storage{folder: folder}, func(ctx context.Context, s store.Store) error {
		if err := s.Across().Works.Ensure(ctx, []store.Work{{WorkID: store.WorkID{Kind: headsWork}, Every: headsEvery}}); err != nil {
			return err
		}
		do := e.headsHandler(s, key, out)
		for range 2 { // the first one dies before it has ended its lease
			now = now.Add(time.Second)
			list, err := s.Across().Leases.Take(ctx, store.Taking{Owner: "a", Kinds: []store.KindLimit{{Kind: headsWork, Most: 1}}, Most: 1, Length: time.Millisecond})
			if err != nil || len(list) != 1 {
				t.Fatalf("got %d leases, %v", len(list), err)
			}
			if ended, err := do(ctx, list[0]); ended || err != nil {
				t.Errorf("got %v, %v", ended, err)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(out, "*"))
	if err != nil || len(files) != 1 {
		t.Fatalf("got %q, %v, want one file", files, err)
	}
	if r := c.run(t, "audit", "list", "--data", folder); strings.Count(r.out, "heads.signed") != 1 {
		t.Errorf("the log tells of it not once: %s", r.out)
	}
	trusted := filepath.Join(t.TempDir(), "public.pem")
	if err := os.WriteFile(trusted, public, 0o600); err != nil {
		t.Fatal(err)
	}
	if r := c.run(t, "verify", "--data", folder, "--heads", files[0], "--heads-key", trusted); r.code != exitDone {
		t.Errorf("verify: got %d, %s%s", r.code, r.out, r.err)
	}
}
