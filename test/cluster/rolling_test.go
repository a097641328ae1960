// SPDX-License-Identifier: Apache-2.0

package cluster_test

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"securescore/internal/store/postgres/postgrestest"
)

// steady sends requests over connections that stay open: reading and deciding
// take turns. Every answer has to be a good one.
type steady struct {
	tenant *tenant
	front  string
	count  atomic.Int64
	wrong  atomic.Pointer[string]
}

func (s *steady) run(ctx context.Context, who int) {
	client := &http.Client{Transport: &http.Transport{}}
	control := s.tenant.controls[who%len(s.tenant.controls)]
	for i := 0; ctx.Err() == nil; i++ {
		bounded, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
		want := http.StatusOK
		var status int
		var text string
		var err error
		if i%2 == 0 {
			want = http.StatusNoContent
			status, text, err = s.tenant.decide(bounded, client, s.front, control, fmt.Sprintf("%d of %d", i, who))
		} else {
			status, text, err = ask(bounded, client, http.MethodGet, s.front+profiles+"/"+string(control), "", s.tenant.bearer())
		}
		cancel()
		s.count.Add(1)
		if err != nil || status != want {
			what := fmt.Sprint(status, " ", text, " ", err)
			s.wrong.CompareAndSwap(nil, &what)
		}
	}
}

// more waits until so many further requests have been answered.
func (s *steady) more(t *testing.T, n int64) {
	t.Helper()
	goal := s.count.Load() + n
	if !until(t.Context(), func() bool { return s.count.Load() >= goal || s.wrong.Load() != nil }) {
		t.Fatalf("only %d requests were answered", s.count.Load())
	}
}

// Each of three servers is told to stop and started again while programs work,
// and no request fails.
func TestRollingRestartFailsNoRequest(t *testing.T) {
	program(t)
	database := postgrestest.New(t).Server
	drain := []string{"--drain", "2s"}
	servers := []*server{serve(t, database, drain...), serve(t, database, drain...), serve(t, database, drain...)}
	for _, s := range servers {
		s.awaitReady(t)
	}
	n := addTenant(t, database, 1)
	n.learn(t, servers[0].base, 4)
	b := balance(t, servers...)
	load := &steady{tenant: n, front: b.front.URL}
	ctx, stop := context.WithCancel(t.Context())
	var all sync.WaitGroup
	for who := range 6 {
		all.Go(func() { load.run(ctx, who) })
	}
	for i := range servers {
		load.more(t, 50)
		old := servers[i]
		if err := old.cmd.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		_ = old.cmd.Wait() // the state says how it ended
		if code := old.cmd.ProcessState.ExitCode(); code != 0 {
			t.Errorf("a server that was told to stop ended with %d: %s", code, old.log)
		}
		load.more(t, 50)
		servers[i] = serve(t, database, drain...)
		servers[i].awaitReady(t)
		b.replace(i, servers[i])
	}
	load.more(t, 100)
	stop()
	all.Wait()
	if wrong := load.wrong.Load(); wrong != nil {
		t.Errorf("of %d requests: %s", load.count.Load(), *wrong)
	}
	if got := b.broken.Load(); got > 0 {
		t.Errorf("servers left %d requests without an answer", got)
	}
	if !t.Failed() {
		t.Logf("%d requests while three servers were started again, none failed", load.count.Load())
	}
}
