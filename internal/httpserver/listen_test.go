// SPDX-License-Identifier: Apache-2.0

package httpserver_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"securescore/internal/httpserver"
)

// start runs a server until the test ends and returns it with its port.
func start(t *testing.T, config httpserver.Config, mounts ...httpserver.Mounter) (s *httpserver.Server, port string) {
	t.Helper()
	if config.Log == nil {
		config.Log = slog.New(slog.DiscardHandler)
	}
	s, err := httpserver.Listen(t.Context(), config, mounts...)
	if err != nil {
		t.Fatalf("listen: %v", err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Errorf("run: %v", err)
		}
	})
	local, err := url.Parse(s.LocalURL())
	if err != nil || local.Port() == "" {
		t.Fatalf("got the local address %q", s.LocalURL())
	}
	return s, local.Port()
}

// raw sends one request as it stands and returns what stands before the body
// of the answer.
func raw(t *testing.T, port, request string) (status int, header http.Header) {
	t.Helper()
	conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", "127.0.0.1:"+port)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	go func() { _, _ = io.WriteString(conn, request) }() // the server may not want all of it
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	return res.StatusCode, res.Header
}

// Host by kind of server: PORT stands for the one it listens on. All requests
// come from this machine.
func TestHosts(t *testing.T) {
	t.Parallel()
	const public = "https://score.example.org"
	plain := httpserver.Config{Listen: "127.0.0.1:0"}
	named := httpserver.Config{Listen: "127.0.0.1:0", Names: []string{"Score", "other:9000"}}
	proxied := httpserver.Config{Listen: "127.0.0.1:0", Public: public, Names: []string{"second.example.org"}, Proxies: []string{"127.0.0.1"}}
	open := httpserver.Config{Listen: "0.0.0.0:0", Public: public, Proxies: []string{"192.0.2.1"}}
	const fromProxy = "X-Forwarded-For: 198.51.100.7\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: evil.example\r\n"
	tests := []struct {
		name    string
		config  httpserver.Config
		host    string
		headers string
		base    string // empty when refused
	}{
		{"own address", plain, "127.0.0.1:PORT", "", "http://127.0.0.1:PORT"},
		{"own name", plain, "LOCALHOST:PORT", "", "http://localhost:PORT"},
		{"own IPv6 address", plain, "[::1]:PORT", "", "http://[::1]:PORT"},
		{"own address, no port", plain, "127.0.0.1", "", ""},
		{"own address, other port", plain, "127.0.0.1:1", "", ""},
		{"rebound name", plain, "evil.example:PORT", "", ""},
		{"a name that begins like ours", plain, "localhost.evil.example:PORT", "", ""},
		{"dot at the end", plain, "localhost.:PORT", "", ""},
		{"empty", plain, "", "", ""},
		{"strange forwarding header is no name", plain, "evil.example", "X-Forwarded-Host: localhost:PORT\r\n", ""},
		{"forwarding headers of no proxy change nothing", plain, "localhost:PORT", fromProxy, "http://localhost:PORT"},
		{"given name, usual port", named, "score", "", "http://score"},
		{"given name, written-out usual port", named, "score:80", "", "http://score:80"},
		{"given name, our port", named, "Score:PORT", "", "http://score:PORT"},
		{"given name, other port", named, "score:1", "", ""},
		{"given name with port", named, "other:9000", "", "http://other:9000"},
		{"given name with port, without it", named, "other", "", ""},
		{"given name with port, our port", named, "other:PORT", "", ""},
		{"proxy, public name", proxied, "score.example.org", fromProxy, public},
		{"proxy, public name, port", proxied, "Score.Example.org:443", fromProxy, public},
		{"proxy, given name", proxied, "second.example.org", fromProxy, public},
		{"proxy, our own address", proxied, "127.0.0.1:PORT", fromProxy, ""},
		{"proxy, own name", proxied, "localhost:PORT", "Via: 1.1 proxy\r\n", ""},
		{"proxy, another name", proxied, "evil.example", fromProxy, ""},
		{"proxy, our port", proxied, "score.example.org:PORT", fromProxy, ""},
		{"past the proxy, from this machine", proxied, "127.0.0.1:PORT", "", public},
		{"open address, this machine", open, "localhost:PORT", "", public},
		{"open address, another name", open, "0.0.0.0:PORT", "", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, port := start(t, test.config, routes{"/": report})
			at := func(text string) string { return strings.ReplaceAll(text, "PORT", port) }
			status, header := raw(t, port, "GET / HTTP/1.1\r\nHost: "+at(test.host)+"\r\n"+at(test.headers)+"\r\n")
			want := http.StatusOK
			if test.base == "" {
				want = http.StatusMisdirectedRequest
			}
			if status != want {
				t.Fatalf("got %d, want %d", status, want)
			}
			if got := header.Get("Base"); got != at(test.base) {
				t.Errorf("got base %s, want %s", got, at(test.base))
			}
			if hsts := header.Get("Strict-Transport-Security"); (hsts != "") != (header.Get("Secure") != "") && want == http.StatusOK {
				t.Errorf("got HSTS %q, which does not fit", hsts)
			}
		})
	}
}

// Where no TLS is spoken, only the proxies and this machine itself may come.
func TestOthersMayNotGoPastTheProxy(t *testing.T) {
	t.Parallel()
	h := httpserver.Site{
		Hosts: []string{"score.example"}, ProxyOnly: true, Proxies: []netip.Prefix{netip.MustParsePrefix("10.1.0.0/16")},
	}.Handler(slog.New(slog.DiscardHandler), routes{"/": report})
	for peer, want := range map[string]int{
		"10.1.2.3:4000": 200, "127.0.0.1:4000": 200, "[::1]:4000": 200, "[::ffff:10.1.2.3]:4000": 200,
		"10.2.0.1:4000": 403, "198.51.100.7:4000": 403, "[2001:db8::1]:4000": 403, "": 403,
	} {
		if got := ask(t, from(h, peer), "/").Code; got != want {
			t.Errorf("%s: got %d, want %d", peer, got, want)
		}
	}
}

// from makes requests come from a peer, with the right name.
func from(h http.Handler, peer string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.RemoteAddr, r.Host = peer, "score.example"
		h.ServeHTTP(w, r)
	})
}

func TestAddresses(t *testing.T) {
	t.Parallel()
	const public = "https://score.example.org"
	for _, test := range []struct {
		config     httpserver.Config
		url, local string
	}{
		{httpserver.Config{Listen: "127.0.0.1:0"}, "http://127.0.0.1:PORT", "http://127.0.0.1:PORT"},
		{httpserver.Config{Listen: "127.0.0.1:0", Public: public + "/", Proxies: []string{"127.0.0.1"}}, public, "http://127.0.0.1:PORT"},
		{httpserver.Config{Listen: "0.0.0.0:0", Public: public, Proxies: []string{"10.0.0.1"}}, public, "http://127.0.0.1:PORT"},
	} {
		s, port := start(t, test.config)
		at := func(text string) string { return strings.ReplaceAll(text, "PORT", port) }
		if s.URL() != at(test.url) || s.LocalURL() != at(test.local) {
			t.Errorf("%+v: got %s and %s", test.config, s.URL(), s.LocalURL())
		}
	}
}

// What net/http itself refuses stays refused.
func TestLongAddressesAreRefused(t *testing.T) {
	t.Parallel()
	_, port := start(t, httpserver.Config{Listen: "127.0.0.1:0"}, routes{"/": report})
	for size, want := range map[int]int{1 << 10: 200, 60 << 10: 200, 70 << 10: 431, 1 << 20: 431} {
		status, _ := raw(t, port, fmt.Sprintf("GET /?%s HTTP/1.1\r\nHost: localhost:%s\r\n\r\n", strings.Repeat("a", size), port))
		if status != want {
			t.Errorf("%d bytes: got %d, want %d", size, status, want)
		}
	}
}
