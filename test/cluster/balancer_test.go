// SPDX-License-Identifier: Apache-2.0

package cluster_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// balancer is one address before several servers. It hands requests to those
// that say that they are ready, keeps connections open and never sends a request
// twice.
type balancer struct {
	front *httptest.Server

	mu      sync.Mutex
	servers []*server
	ready   []*httputil.ReverseProxy
	next    int

	proxies map[string]*httputil.ReverseProxy // by address; watch alone uses it
	broken  atomic.Int64                      // requests that a server left without an answer
}

// balance starts a balancer that ends with the test.
func balance(t *testing.T, servers ...*server) *balancer {
	t.Helper()
	b := &balancer{servers: servers, proxies: make(map[string]*httputil.ReverseProxy)}
	b.front = httptest.NewServer(b)
	b.look(t.Context())
	done := make(chan struct{})
	ctx, stop := context.WithCancel(t.Context())
	go func() {
		defer close(done)
		for ctx.Err() == nil {
			b.look(ctx)
			pause(ctx, 20*time.Millisecond)
		}
	}()
	t.Cleanup(func() {
		stop()
		<-done
		b.front.Close()
	})
	return b
}

// replace puts a server in the place of another.
func (b *balancer) replace(i int, s *server) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.servers[i] = s
}

// count is how many servers are ready.
func (b *balancer) count() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.ready)
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

// look asks all servers whether they are ready.
func (b *balancer) look(ctx context.Context) {
	b.mu.Lock()
	servers := append([]*server(nil), b.servers...)
	b.mu.Unlock()
	var ready []*httputil.ReverseProxy
	for _, s := range servers {
		if s == nil || !s.ready(ctx) {
			continue
		}
		proxy, ok := b.proxies[s.base]
		if !ok {
			proxy = b.proxy(s.base)
			b.proxies[s.base] = proxy
		}
		ready = append(ready, proxy)
	}
	b.mu.Lock()
	b.ready = ready
	b.mu.Unlock()
}

func (b *balancer) proxy(base string) *httputil.ReverseProxy {
	target, _ := url.Parse(base) // of our own making
	return &httputil.ReverseProxy{
		Rewrite:   func(r *httputil.ProxyRequest) { r.SetURL(target); r.Out.Host = target.Host },
		Transport: &http.Transport{MaxIdleConnsPerHost: 32},
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, _ error) {
			b.broken.Add(1)
			w.WriteHeader(http.StatusBadGateway)
		},
	}
}
