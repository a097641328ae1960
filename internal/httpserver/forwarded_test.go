// SPDX-License-Identifier: Apache-2.0

package httpserver_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"securescore/internal/httpserver"
)

// report answers with what a handler can know of where the request came from.
func report(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Client", httpserver.RemoteAddr(r.Context()).String())
	w.Header().Set("Peer", httpserver.Client(r.Context()).Peer.String())
	w.Header().Set("Base", httpserver.BaseURL(r))
	if httpserver.Secure(r.Context()) {
		w.Header().Set("Secure", "yes")
	}
	_, _ = io.WriteString(w, "ok")
}

func behindProxies() http.Handler {
	return httpserver.Site{
		Public: "https://score.example",
		Hosts:  []string{"score.example", "score.example:443"},
		Proxies: []netip.Prefix{
			netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("2001:db8:1::/48"), netip.MustParsePrefix("127.0.0.0/8"),
		},
	}.Handler(slog.New(slog.DiscardHandler), routes{"/": report})
}

// through sends a request from a peer. Headers are "Name: value" lines.
func through(t *testing.T, h http.Handler, peer string, headers ...string) http.Header {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", http.NoBody)
	r.RemoteAddr, r.Host = peer, "score.example"
	for _, line := range headers {
		name, value, _ := strings.Cut(line, ": ")
		r.Header.Add(name, value)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if w.Code != http.StatusOK {
		t.Fatalf("got %d %s", w.Code, w.Body)
	}
	return w.Header()
}

func TestForwardedAddresses(t *testing.T) {
	t.Parallel()
	const (
		proxy  = "10.0.0.1:40000"
		client = "198.51.100.7"
	)
	tests := map[string]struct {
		peer    string
		headers []string
		client  string
	}{
		"stranger, no header":                     {client + ":50000", nil, client},
		"stranger, common header":                 {client + ":50000", []string{"X-Forwarded-For: 203.0.113.9"}, client},
		"stranger, standard header":               {client + ":50000", []string{"Forwarded: for=203.0.113.9"}, client},
		"stranger, real-ip header":                {client + ":50000", []string{"X-Real-IP: 203.0.113.9"}, client},
		"stranger over IPv6":                      {"[2001:db8:2::5]:50000", []string{"X-Forwarded-For: 203.0.113.9"}, "2001:db8:2::5"},
		"stranger next to the trusted network":    {"11.0.0.1:50000", []string{"X-Forwarded-For: 203.0.113.9"}, "11.0.0.1"},
		"proxy, no header":                        {proxy, nil, "10.0.0.1"},
		"proxy, one hop":                          {proxy, []string{"X-Forwarded-For: " + client}, client},
		"proxy on this machine":                   {"127.0.0.1:40000", []string{"X-Forwarded-For: " + client}, client},
		"proxy as IPv4 in IPv6":                   {"[::ffff:10.0.0.1]:40000", []string{"X-Forwarded-For: " + client}, client},
		"proxy over IPv6":                         {"[2001:db8:1::1]:40000", []string{"X-Forwarded-For: " + client}, client},
		"proxy over IPv6 with a zone":             {"[2001:db8:1::1%eth0]:40000", []string{"X-Forwarded-For: " + client}, client},
		"proxy, client invents hops":              {proxy, []string{"X-Forwarded-For: 203.0.113.9, " + client}, client},
		"proxy, client invents a trusted hop":     {proxy, []string{"X-Forwarded-For: 203.0.113.9, 10.9.9.9, " + client}, client},
		"proxy, client invents garbage":           {proxy, []string{`X-Forwarded-For: ",<script>, ` + client}, client},
		"proxy, a line of its own":                {proxy, []string{"X-Forwarded-For: 203.0.113.9", "X-Forwarded-For: " + client}, client},
		"two proxies":                             {proxy, []string{"X-Forwarded-For: 203.0.113.9, " + client + ", 10.0.0.2"}, client},
		"two proxies, second line":                {proxy, []string{"X-Forwarded-For: " + client, "X-Forwarded-For: 10.0.0.2"}, client},
		"trusted all the way":                     {proxy, []string{"X-Forwarded-For: 10.0.0.3, 10.0.0.2"}, "10.0.0.3"},
		"with a port":                             {proxy, []string{"X-Forwarded-For: " + client + ":1234"}, client},
		"IPv6":                                    {proxy, []string{"X-Forwarded-For: 2001:db8:2::5"}, "2001:db8:2::5"},
		"IPv6 in brackets":                        {proxy, []string{"X-Forwarded-For: [2001:db8:2::5]"}, "2001:db8:2::5"},
		"IPv6 with a port":                        {proxy, []string{"X-Forwarded-For: [2001:db8:2::5]:1234"}, "2001:db8:2::5"},
		"IPv4 in IPv6":                            {proxy, []string{"X-Forwarded-For: ::ffff:" + client}, client},
		"empty":                                   {proxy, []string{"X-Forwarded-For: "}, "10.0.0.1"},
		"empty elements":                          {proxy, []string{"X-Forwarded-For: , " + client + ", "}, client},
		"malformed at the right":                  {proxy, []string{"X-Forwarded-For: " + client + ", unknown"}, "10.0.0.1"},
		"malformed behind a trusted hop":          {proxy, []string{"X-Forwarded-For: " + client + ", nonsense, 10.0.0.2"}, "10.0.0.1"},
		"a zone":                                  {proxy, []string{"X-Forwarded-For: fe80::1%eth0"}, "10.0.0.1"},
		"unspecified":                             {proxy, []string{"X-Forwarded-For: 0.0.0.0"}, "10.0.0.1"},
		"a leading zero":                          {proxy, []string{"X-Forwarded-For: 198.051.100.7"}, "10.0.0.1"},
		"a name":                                  {proxy, []string{"X-Forwarded-For: client.example"}, "10.0.0.1"},
		"a port out of range":                     {proxy, []string{"X-Forwarded-For: " + client + ":70000"}, "10.0.0.1"},
		"standard":                                {proxy, []string{"Forwarded: for=" + client + ";proto=https;by=10.0.0.1"}, client},
		"standard, letter case":                   {proxy, []string{"forwarded: Proto=HTTPS; For=" + client}, client},
		"standard, quoted with port":              {proxy, []string{`Forwarded: for="` + client + `:1234"`}, client},
		"standard, IPv6":                          {proxy, []string{`Forwarded: for="[2001:db8:2::5]:1234"`}, "2001:db8:2::5"},
		"standard, two proxies":                   {proxy, []string{"Forwarded: for=203.0.113.9, for=" + client, "Forwarded: for=10.0.0.2"}, client},
		"standard, client leaves a quote open":    {proxy, []string{`Forwarded: for=203.0.113.9;x=", for=` + client}, client},
		"standard, comma and semicolon in quotes": {proxy, []string{`Forwarded: for=203.0.113.9, host="a,b;for=203.0.113.9";for=` + client}, client},
		"standard, unknown":                       {proxy, []string{"Forwarded: for=203.0.113.9, for=unknown"}, "10.0.0.1"},
		"standard, hidden":                        {proxy, []string{"Forwarded: for=203.0.113.9, for=_hidden"}, "10.0.0.1"},
		"standard, no address":                    {proxy, []string{"Forwarded: for=203.0.113.9, proto=https"}, "10.0.0.1"},
		"standard, twice in one element":          {proxy, []string{"Forwarded: for=203.0.113.9;for=" + client}, "10.0.0.1"},
		"standard, escapes":                       {proxy, []string{`Forwarded: host="a\", for=203.0.113.9;x=\"b";for=` + client}, "10.0.0.1"},
		"standard, escapes at the right":          {proxy, []string{`Forwarded: for=` + client + `;host="a\", for=203.0.113.9;x=\"b"`}, "10.0.0.1"},
		"both agree":                              {proxy, []string{"Forwarded: for=" + client, "X-Forwarded-For: " + client}, client},
		"both, the client invents one":            {proxy, []string{"Forwarded: for=203.0.113.9", "X-Forwarded-For: " + client}, "10.0.0.1"},
		"no peer":                                 {"", []string{"X-Forwarded-For: " + client}, "invalid IP"},
		"X-Real-IP never counts":                  {proxy, []string{"X-Real-IP: " + client}, "10.0.0.1"},
	}
	h := behindProxies()
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := through(t, h, test.peer, test.headers...).Get("Client"); got != test.client {
				t.Errorf("got %s, want %s", got, test.client)
			}
		})
	}
}

func TestForwardedScheme(t *testing.T) {
	t.Parallel()
	const (
		proxy    = "10.0.0.1:40000"
		stranger = "198.51.100.7:50000"
		hop      = "X-Forwarded-For: 198.51.100.7"
	)
	tests := map[string]struct {
		peer    string
		headers []string
		secure  bool
	}{
		"proxy says https":                 {proxy, []string{hop, "X-Forwarded-Proto: https"}, true},
		"proxy says HTTPS alone":           {proxy, []string{"X-Forwarded-Proto: HTTPS"}, true},
		"standard header":                  {proxy, []string{"Forwarded: for=198.51.100.7;proto=https"}, true},
		"standard header, quoted":          {proxy, []string{`Forwarded: for=198.51.100.7;proto="https"`}, true},
		"proxy says http":                  {proxy, []string{hop, "X-Forwarded-Proto: http"}, false},
		"proxy says nothing":               {proxy, []string{hop}, false},
		"empty":                            {proxy, []string{hop, "X-Forwarded-Proto: "}, false},
		"one leg is http":                  {proxy, []string{hop, "X-Forwarded-Proto: https, http"}, false},
		"client says https, proxy http":    {proxy, []string{hop, "X-Forwarded-Proto: https", "X-Forwarded-Proto: http"}, false},
		"headers contradict":               {proxy, []string{"X-Forwarded-Proto: https", "Forwarded: for=198.51.100.7;proto=http"}, false},
		"standard header, one leg is http": {proxy, []string{"Forwarded: for=198.51.100.7;proto=https, for=10.0.0.2;proto=http"}, false},
		"nonsense":                         {proxy, []string{hop, "X-Forwarded-Proto: httpsx"}, false},
		"stranger says https":              {stranger, []string{"X-Forwarded-Proto: https"}, false},
		"stranger, standard header":        {stranger, []string{"Forwarded: for=1.2.3.4;proto=https"}, false},
		"no header":                        {proxy, nil, false},
	}
	h := behindProxies()
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := through(t, h, test.peer, append(test.headers, "X-Forwarded-Host: evil.example")...)
			if secure := got.Get("Secure") == "yes"; secure != test.secure {
				t.Errorf("got secure %t, want %t", secure, test.secure)
			}
			if hsts := got.Get("Strict-Transport-Security") != ""; hsts != test.secure {
				t.Errorf("got HSTS %t, want %t", hsts, test.secure)
			}
			if base := got.Get("Base"); base != "https://score.example" {
				t.Errorf("got base %s, want the public address", base)
			}
		})
	}
}

// Whatever a client sends, what a trusted proxy adds at the right decides, and
// the answer is never an address that neither of them gave.
func FuzzForwarded(f *testing.F) {
	for _, seed := range []string{"", "203.0.113.9", `"`, `for="[::1]:80";x="\"`, "for=a,for=b;for=c", "[::1", ",,,", "for=_x;proto=https", "\x00\xff%"} {
		f.Add(seed, seed)
	}
	h := behindProxies()
	f.Fuzz(func(t *testing.T, common, standard string) {
		const proxy, client = "10.0.0.1:40000", "198.51.100.7"
		for name, headers := range map[string][]string{
			"one line":  {"X-Forwarded-For: " + common + ", " + client, "Forwarded: " + standard + ", for=" + client},
			"two lines": {"X-Forwarded-For: " + common, "X-Forwarded-For: " + client, "Forwarded: " + standard, "Forwarded: for=" + client},
		} {
			if got := through(t, h, proxy, headers...).Get("Client"); got != client {
				t.Errorf("%s: got %s, want %s", name, got, client)
			}
		}
		got := through(t, h, proxy, "X-Forwarded-For: "+common, "Forwarded: "+standard)
		if _, err := netip.ParseAddr(got.Get("Client")); err != nil {
			t.Errorf("got the address %q", got.Get("Client"))
		}
		if stranger := through(t, h, client+":5000", "X-Forwarded-For: "+common, "Forwarded: "+standard).Get("Client"); stranger != client {
			t.Errorf("a stranger became %s", stranger)
		}
	})
}
