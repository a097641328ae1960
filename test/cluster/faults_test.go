// SPDX-License-Identifier: Apache-2.0

package cluster_test

import (
	"context"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"securescore/internal/store/postgres/postgrestest"
)

// wire is a network between a server and its database that can be cut: then it
// passes nothing on and closes nothing.
type wire struct {
	listener net.Listener
	target   string
	cut      atomic.Bool
	ctx      func() context.Context
	all      sync.WaitGroup
}

func newWire(t *testing.T, target string) *wire {
	t.Helper()
	var lc net.ListenConfig
	l, err := lc.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	w := &wire{listener: l, target: target, ctx: func() context.Context { return ctx }}
	w.all.Go(w.accept)
	t.Cleanup(func() {
		stop()
		_ = l.Close() // it ends the loop
		w.all.Wait()
	})
	return w
}

func (w *wire) accept() {
	for {
		near, err := w.listener.Accept()
		if err != nil {
			return
		}
		var d net.Dialer
		far, err := d.DialContext(w.ctx(), "tcp", w.target)
		if err != nil {
			_ = near.Close() // the other end learns it that way
			continue
		}
		context.AfterFunc(w.ctx(), func() { _, _ = near.Close(), far.Close() })
		w.all.Go(func() { w.pass(near, far) })
		w.all.Go(func() { w.pass(far, near) })
	}
}

// pass hands bytes on. What comes while the wire is cut is held back, as if the
// network would send it again later.
func (w *wire) pass(from, to net.Conn) {
	defer func() { _, _ = from.Close(), to.Close() }()
	buffer := make([]byte, 32<<10)
	for {
		n, err := from.Read(buffer)
		for w.cut.Load() && w.ctx().Err() == nil {
			pause(w.ctx(), 10*time.Millisecond)
		}
		if n > 0 {
			if _, failed := to.Write(buffer[:n]); failed != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

func through(t *testing.T, database, address string) string {
	t.Helper()
	u, err := url.Parse(database)
	if err != nil {
		t.Fatal(err)
	}
	u.Host = address
	return u.String()
}

// While the network to the database swallows everything, requests end in a
// stated error within a bound; when it works again, so does the service.
func TestNetworkCut(t *testing.T) {
	program(t)
	direct := postgrestest.New(t).Server
	u, err := url.Parse(direct)
	if err != nil {
		t.Fatal(err)
	}
	w := newWire(t, u.Host)
	s := serve(t, through(t, direct, w.listener.Addr().String()))
	s.awaitReady(t)
	n := addTenant(t, direct, 1)
	n.learn(t, s.base, 4)
	f, o := newFates(), &outage{wrong: make(map[string]int), last: time.Now()}
	ctx, stop := context.WithCancel(t.Context())
	var all sync.WaitGroup
	for _, control := range n.controls {
		all.Go(func() { o.write(ctx, n, control, s.base, f) })
	}
	acknowledge(t, f, 20)
	w.cut.Store(true)
	if !until(t.Context(), func() bool { o.mu.Lock(); defer o.mu.Unlock(); return o.refused >= len(n.controls) }) {
		t.Error("requests hang while the network is cut")
	}
	if s.ready(t.Context()) {
		t.Error("the server says that it is ready without its database")
	}
	w.cut.Store(false)
	acknowledge(t, f, 20)
	stop()
	all.Wait()
	o.judge(t)
	f.compare(t, "the decision", found(t, direct, n))
}

// judge reports answers that may not come.
func (o *outage) judge(t *testing.T) {
	t.Helper()
	for what, times := range o.wrong {
		t.Errorf("%d answers of another kind than acknowledged, or unavailable with Retry-After: %s", times, what)
	}
	if o.slowest > answerWithin {
		t.Errorf("a request took %s, want %s at most", o.slowest, answerWithin)
	}
	t.Logf("longest time without an acknowledged write %s, slowest request %s, %d refused", o.gap, o.slowest, o.refused)
}

// The database dies in the middle of transactions and comes back: requests end
// in a stated error, and nothing is half written.
func TestDatabaseGoneInTransactions(t *testing.T) {
	program(t)
	place := postgrestest.Start(t, postgrestest.Options{})
	database := place.New(t).Server
	s := serve(t, database)
	s.awaitReady(t)
	n := addTenant(t, database, 1)
	n.learn(t, s.base, 4)
	f, o := newFates(), &outage{wrong: make(map[string]int), last: time.Now()}
	ctx, stop := context.WithCancel(t.Context())
	var all sync.WaitGroup
	for _, control := range n.controls {
		all.Go(func() { o.write(ctx, n, control, s.base, f) })
	}
	for round := range 4 {
		acknowledge(t, f, 20)
		if round%2 == 0 {
			place.Kill(t)
		} else {
			place.Stop(t)
		}
		place.Restart(t)
	}
	acknowledge(t, f, 20)
	stop()
	all.Wait()
	o.judge(t)
	f.compare(t, "the decision", found(t, database, n))
	if out := run(t, "verify", "--database", database); strings.Contains(out, "FAULT") {
		t.Errorf("verify: %s", out)
	}
}

// A server of an older version finds a schema that is newer than it knows: it
// is not ready any more, says why, and another one does not start.
func TestNewerSchema(t *testing.T) {
	path := program(t)
	d := postgrestest.New(t)
	s := serve(t, d.Server)
	s.awaitReady(t)
	d.Do(t, "INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, true)")
	var said string
	if !until(t.Context(), func() bool {
		status, text, err := ask(t.Context(), http.DefaultClient, http.MethodGet, s.base+"/readyz", "", nil)
		said = text
		return err == nil && status == http.StatusServiceUnavailable
	}) {
		t.Errorf("the server is ready on a newer schema: %s", said)
	}
	if !strings.Contains(said, "another schema than this build needs") {
		t.Errorf("readiness does not say why: %s", said)
	}
	if second, err := startServer(t.Context(), path, d.Server); err == nil {
		second.kill()
		t.Error("a server starts on a newer schema")
	} else if !strings.Contains(err.Error(), "schema 9999") {
		t.Errorf("it does not say why it does not start: %v", err)
	}
}
