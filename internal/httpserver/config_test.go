// SPDX-License-Identifier: Apache-2.0

package httpserver_test

import (
	"errors"
	"strings"
	"testing"

	"securescore/internal/httpserver"
	"securescore/internal/posture"
)

func TestPublicURL(t *testing.T) {
	t.Parallel()
	good := map[string]string{
		"https://score.example.org":       "https://score.example.org",
		"https://Score.Example.ORG/":      "https://score.example.org",
		"HTTPS://score.example.org:443":   "https://score.example.org",
		"https://score.example.org:8443/": "https://score.example.org:8443",
		"https://192.0.2.7":               "https://192.0.2.7",
		"https://[2001:db8::7]:8443":      "https://[2001:db8::7]:8443",
		"https://[2001:db8::7]:443":       "https://[2001:db8::7]",
		"https://xn--bcher-kva.example":   "https://xn--bcher-kva.example",
		"https://score":                   "https://score",
		"http://localhost:8080":           "http://localhost:8080",
		"http://127.0.0.1":                "http://127.0.0.1",
		"http://[::1]:80":                 "http://[::1]",
	}
	for text, want := range good {
		if got, err := httpserver.ParsePublicURL(text); err != nil || got != want {
			t.Errorf("%s: got %q, %v; want %s", text, got, err, want)
		}
	}
	for text, want := range map[string]string{
		"":                                           "must be an address",
		"score.example.org":                          "must be an address",
		"//score.example.org":                        "must be an address",
		"ftp://score.example.org":                    "must be an address",
		"https:score.example.org":                    "must be an address",
		"https://":                                   "must be an address",
		"https://:443":                               "must be an address",
		"https://*.example.org":                      "must be an address",
		"https://score.example.org.":                 "must be an address",
		"https://bücher.example":                     "must be an address",
		"https://score example":                      "must be an address",
		"https://score.example.org:":                 "must be an address",
		"https://score.example.org:0":                "must be an address",
		"https://score.example.org:65536":            "must be an address",
		"https://score.example.org:http":             "must be an address",
		"https://2001:db8::7":                        "must be an address",
		"https://[fe80::1%25eth0]":                   "must be an address",
		"https://0.0.0.0":                            "must be an address",
		"https://[::]":                               "must be an address",
		"https://score.example.org/graph":            "must have no path",
		"https://score.example.org//":                "must have no path",
		"https://score.example.org/%2e":              "must have no path",
		"https://me@score.example.org":               "no user",
		"https://score.example.org?":                 "no user",
		"https://score.example.org/?a=b":             "no user",
		"https://score.example.org#":                 "no user",
		"http://score.example.org":                   "must be https",
		"http://192.0.2.7:8080":                      "must be https",
		"http://localhost.example.org":               "must be https",
		"https://" + strings.Repeat("a.", 130) + "b": "must be an address",
	} {
		got, err := httpserver.ParsePublicURL(text)
		if _, ok := errors.AsType[*posture.FieldError](err); !ok || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %q, %v; want a fault with %q", text, got, err, want)
		}
	}
}

func TestConfigReportsAllFaults(t *testing.T) {
	t.Parallel()
	const public = "https://score.example.org"
	tests := map[string]struct {
		config httpserver.Config
		want   []string // one for each line; none when valid
	}{
		"loopback":                      {httpserver.Config{Listen: "127.0.0.1:8080"}, nil},
		"loopback, other address":       {httpserver.Config{Listen: "127.0.0.2:0"}, nil},
		"loopback, IPv6":                {httpserver.Config{Listen: "[::1]:8080"}, nil},
		"loopback by name":              {httpserver.Config{Listen: "LocalHost:8080"}, nil},
		"loopback with a name":          {httpserver.Config{Listen: "127.0.0.1:8080", Names: []string{"Score:9000"}}, nil},
		"loopback, public here":         {httpserver.Config{Listen: "127.0.0.1:8080", Public: "http://localhost:8080"}, nil},
		"loopback, TLS":                 {httpserver.Config{Listen: "127.0.0.1:8443", TLSCert: "c", TLSKey: "k"}, nil},
		"loopback, proxy":               {httpserver.Config{Listen: "127.0.0.1:8080", Public: public, Proxies: []string{"127.0.0.1"}}, nil},
		"everywhere, TLS":               {httpserver.Config{Listen: ":8443", TLSCert: "c", TLSKey: "k", Public: public}, nil},
		"everywhere, TLS, host":         {httpserver.Config{Listen: "0.0.0.0:8443", TLSCert: "c", TLSKey: "k", Names: []string{"score"}}, nil},
		"everywhere, proxies":           {httpserver.Config{Listen: "[::]:8080", Public: public, Proxies: []string{"10.1.2.0/24", " 2001:db8::/32 "}}, nil},
		"everywhere":                    {httpserver.Config{Listen: ":8080"}, []string{"--tls-cert FILE and --tls-key FILE (TLS here), or --trusted-proxy CIDR"}},
		"everywhere, IPv4":              {httpserver.Config{Listen: "0.0.0.0:8080", Names: []string{"score"}}, []string{"other machines can reach"}},
		"a network's address":           {httpserver.Config{Listen: "192.0.2.7:8080"}, []string{"other machines can reach"}},
		"a name":                        {httpserver.Config{Listen: "score.example.org:8080"}, []string{"other machines can reach"}},
		"everywhere, TLS, no name":      {httpserver.Config{Listen: ":8443", TLSCert: "c", TLSKey: "k"}, []string{"public-url: must name the address"}},
		"no port":                       {httpserver.Config{Listen: "127.0.0.1"}, []string{"listen: must be host:port"}},
		"port out of range":             {httpserver.Config{Listen: "127.0.0.1:65536"}, []string{"listen: must be host:port"}},
		"service name as port":          {httpserver.Config{Listen: "127.0.0.1:http"}, []string{"listen: must be host:port"}},
		"key without certificate":       {httpserver.Config{Listen: "127.0.0.1:8443", TLSKey: "k"}, []string{"must be given together"}},
		"proxy without public address":  {httpserver.Config{Listen: ":8080", Proxies: []string{"10.0.0.1"}}, []string{"must be given with --trusted-proxy"}},
		"https where nothing speaks it": {httpserver.Config{Listen: "127.0.0.1:8080", Public: public}, []string{"nothing here answers https"}},
		"http where TLS is spoken":      {httpserver.Config{Listen: "127.0.0.1:8443", TLSCert: "c", TLSKey: "k", Public: "http://localhost:8443"}, []string{"must be https, because"}},
		"all at once": {
			httpserver.Config{
				Listen: "nowhere", TLSCert: "c", Public: "ftp://x", Names: []string{"a b", "https://x", "*.example.org", "ok", "x:0", ""},
				Proxies: []string{"", "10.0.0.1/8", "0.0.0.0/0", "::/0", "::ffff:10.0.0.0/104", "proxy.example", "fe80::1%eth0", "10.0.0.0/33"},
			},
			[]string{
				"listen: ", "tls-cert, tls-key: ", "public-url: ", `host: must be a name or an address, with or without a port and nothing else, got "a b"`, `"https://x"`, `"*.example.org"`, `"x:0"`, `""`,
				`trusted-proxy: must be networks or addresses such as 10.1.2.0/24, got ""`, "did you mean 10.0.0.0/8 or 10.0.0.1?", "everybody", "everybody", "IPv4", `"proxy.example"`, `"fe80::1%eth0"`, `"10.0.0.0/33"`,
			},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := test.config.Validate()
			if len(test.want) == 0 {
				if err != nil {
					t.Fatalf("got %v, want no fault", err)
				}
				return
			}
			if err == nil {
				t.Fatal("got no fault")
			}
			if !errors.Is(err, posture.ErrInvalid) && !errors.Is(err, posture.ErrForbidden) {
				t.Errorf("%v has no kind", err)
			}
			lines := strings.Split(err.Error(), "\n")
			if len(lines) != len(test.want) {
				t.Fatalf("got %d faults, want %d:\n%v", len(lines), len(test.want), err)
			}
			for i, want := range test.want {
				if !strings.Contains(lines[i], want) {
					t.Errorf("fault %d: got %s, want %s", i, lines[i], want)
				}
			}
		})
	}
}
