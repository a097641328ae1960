// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// balancer hands requests to the servers that say that they are ready. It keeps
// connections open and never sends a request twice.
type balancer struct {
	mu    sync.Mutex
	ready []*httputil.ReverseProxy
	next  int

	servers atomic.Pointer[[2]*process]
	proxies map[string]*httputil.ReverseProxy // by address; watch alone uses it
	failed  atomic.Pointer[error]
}

func (b *balancer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	if len(b.ready) == 0 {
		b.mu.Unlock()
		http.Error(w, "no server is ready", http.StatusBadGateway)
		return
	}
	b.next++
	chosen := b.ready[b.next%len(b.ready)]
	b.mu.Unlock()
	chosen.ServeHTTP(w, r)
}

// watch asks all servers until the context ends.
func (b *balancer) watch(ctx context.Context) {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		b.look(ctx)
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

func (b *balancer) look(ctx context.Context) {
	var ready []*httputil.ReverseProxy
	for _, p := range *b.servers.Load() {
		if p.status(ctx, "/readyz") != http.StatusOK {
			continue
		}
		proxy, ok := b.proxies[p.base]
		if !ok {
			proxy = b.proxy(p.base)
			b.proxies[p.base] = proxy
		}
		ready = append(ready, proxy)
	}
	b.mu.Lock()
	b.ready = ready
	b.mu.Unlock()
}

func (b *balancer) proxy(base string) *httputil.ReverseProxy {
	target, _ := url.Parse(base)
	return &httputil.ReverseProxy{
		Rewrite:   func(r *httputil.ProxyRequest) { r.SetURL(target); r.Out.Host = "score.test" },
		Transport: &http.Transport{MaxIdleConnsPerHost: 16},
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, err error) {
			b.failed.CompareAndSwap(nil, &err)
			w.WriteHeader(http.StatusBadGateway)
		},
	}
}

// Two servers behind a balancer are replaced one after the other, under load,
// and nobody notices.
func TestRollingRestartLosesNoRequest(t *testing.T) {
	if testing.Short() {
		t.Skip("starts six processes")
	}
	t.Parallel()
	args := []string{"--data", filepath.Join(t.TempDir(), "data"), "--host", "score.test", "--drain", "1s"}
	servers := [2]*process{startProcess(t, args...), startProcess(t, args...)}
	b := &balancer{proxies: make(map[string]*httputil.ReverseProxy)}
	behind := func(servers [2]*process) { b.servers.Store(&servers) }
	behind(servers)
	b.look(t.Context())
	front := httptest.NewServer(b)
	defer front.Close()
	ctx, stop := context.WithCancel(t.Context())
	var all sync.WaitGroup
	all.Go(func() { b.watch(ctx) })
	load := &load{url: front.URL}
	for range 6 {
		all.Go(func() { load.run(ctx) })
	}
	for i := range 4 {
		load.more(t, 200)
		old := servers[i%2]
		old.tell(t, syscall.SIGTERM)
		if state := old.wait(); state.ExitCode() != exitDone {
			t.Errorf("a server that was told to stop ended with %s", state)
		}
		load.more(t, 50)
		servers[i%2] = startProcess(t, args...)
		behind(servers)
	}
	load.more(t, 200)
	stop()
	all.Wait()
	if wrong := load.wrong.Load(); wrong != nil {
		t.Errorf("of %d requests: %s", load.count.Load(), *wrong)
	}
	if err := b.failed.Load(); err != nil {
		t.Errorf("the balancer: %v", *err)
	}
}

// load sends requests, half of which change something: those are never sent
// again by anybody when a connection breaks.
type load struct {
	url   string
	count atomic.Int64
	wrong atomic.Pointer[string]
}

func (l *load) run(ctx context.Context) {
	client := &http.Client{Transport: &http.Transport{}}
	for i := 0; ctx.Err() == nil && l.wrong.Load() == nil; i++ {
		method, path, body, want := http.MethodGet, "/v1.0/$metadata", "", http.StatusOK
		if i%2 == 0 {
			method, path, body, want = http.MethodPost, "/v1.0/$batch", `{"requests":[]}`, http.StatusUnauthorized
		}
		if what := send(context.WithoutCancel(ctx), client, method, l.url+path, body, want); what != "" {
			l.wrong.CompareAndSwap(nil, &what)
		}
		l.count.Add(1)
	}
}

// send returns what went wrong.
func send(ctx context.Context, client *http.Client, method, address, body string, want int) string {
	req, err := http.NewRequestWithContext(ctx, method, address, strings.NewReader(body))
	if err != nil {
		return err.Error()
	}
	res, err := client.Do(req)
	if err != nil {
		return err.Error()
	}
	defer func() { _ = res.Body.Close() }()
	if _, err := io.Copy(io.Discard, res.Body); err != nil {
		return err.Error()
	}
	if res.StatusCode != want {
		return method + " " + address + ": " + res.Status
	}
	return ""
}

// more waits until so many further requests have been answered.
func (l *load) more(t *testing.T, n int64) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for goal := l.count.Load() + n; l.count.Load() < goal; {
		if wrong := l.wrong.Load(); wrong != nil {
			t.Fatalf("after %d requests: %s", l.count.Load(), *wrong)
		}
		select {
		case <-t.Context().Done():
			t.Fatal(t.Context().Err())
		case <-tick.C:
		}
	}
}

// Whoever cannot wait tells it twice.
func TestASecondSignalEndsAtOnce(t *testing.T) {
	t.Parallel()
	p := startProcess(t, "--data", filepath.Join(t.TempDir(), "data"), "--drain", "1m")
	p.tell(t, syscall.SIGTERM)
	for p.status(t.Context(), "/readyz") != http.StatusServiceUnavailable && t.Context().Err() == nil {
		continue
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		p.wait()
	}()
	tick := time.NewTicker(20 * time.Millisecond) // the first one may still be at work
	defer tick.Stop()
	for open := true; open; {
		_ = p.cmd.Process.Signal(syscall.SIGTERM) // it may have ended
		select {
		case <-ended:
			open = false
		case <-tick.C:
		}
	}
	status, ok := p.cmd.ProcessState.Sys().(syscall.WaitStatus)
	if !ok || !status.Signaled() || status.Signal() != syscall.SIGTERM {
		t.Errorf("got the state %s, want the end by the signal", p.cmd.ProcessState)
	}
}

// Without a drain time that somebody asked for, a server of this machine alone
// ends at once, and one behind a proxy waits.
func TestUsualDrain(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		drains  bool
		proxies []string
		want    time.Duration
	}{{false, nil, 0}, {true, nil, usualDrain}, {false, []string{"127.0.0.1"}, usualDrain}} {
		f := listenFlags{address: "127.0.0.1:0", proxies: test.proxies, drain: usualDrain, drains: func() bool { return test.drains }}
		config := f.config(nil)
		if config.Drain != test.want {
			t.Errorf("%+v: got %s", test, config.Drain)
		}
	}
}
