// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"securescore/internal/httpserver"
)

func TestServeRefusesWhatIsOpenToOthers(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"0.0.0.0:0", "[::]:0", ":0", "192.0.2.7:8080", "score.example.org:8080"} {
		folder := filepath.Join(t.TempDir(), "data")
		r := console{now: noon()}.run(t, "serve", "--listen", address, "--data", folder)
		for _, way := range []string{"--tls-cert FILE and --tls-key FILE", "--trusted-proxy CIDR", "127.0.0.1:8080"} {
			if r.code != exitUsage || !strings.Contains(r.err, way) {
				t.Errorf("%s: got %d, %s; want a refusal that names %s", address, r.code, r.err, way)
			}
		}
		if _, err := os.Stat(folder); err == nil {
			t.Errorf("%s: a data folder was made", address)
		}
	}
}

// Faults are reported together, whether they come from the command line, a
// variable or the file.
func TestServeReportsAllFaultsOfListening(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "config.yaml")
	if err := os.WriteFile(file, []byte("public-url: http://score.example.org\ntrusted-proxy: 10.0.0.1/8,0.0.0.0/0\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c := console{now: noon(), variables: map[string]string{"SECURESCORE_HOST": "good,b d"}}
	r := c.run(t, "serve", "--config", file, "--tls-cert", "cert.pem", "--listen", "8080", "--data", filepath.Join(t.TempDir(), "data"))
	for _, want := range []string{
		`listen: must be host:port with a number as port, got "8080"`, "tls-cert, tls-key: must be given together", "public-url: must be https",
		`host: must be a name or an address, with or without a port and nothing else, got "b d"`, "did you mean 10.0.0.0/8 or 10.0.0.1?", "trusted-proxy: must not be 0.0.0.0/0",
	} {
		if r.code != exitUsage || strings.Count(r.err, want) != 1 {
			t.Errorf("got %d, %s; want once %q", r.code, r.err, want)
		}
	}
	if lines := strings.Count(r.err, "\n"); lines != 7 {
		t.Errorf("got %d lines, want one for each fault and one for help:\n%s", lines, r.err)
	}
}

// Behind a proxy the link still leads to this machine itself.
func TestServeBehindAProxyPrintsALocalLink(t *testing.T) {
	t.Parallel()
	link, stop := served(t, "--public-url", "https://score.example.org", "--trusted-proxy", "127.0.0.1", "--data", filepath.Join(t.TempDir(), "data"))
	if code, errs := stop(); code != exitDone || !strings.HasPrefix(link, "http://127.0.0.1:") {
		t.Errorf("got %d, the link %s, %s", code, link, errs)
	}
}

func TestWelcomeSaysWhereToGo(t *testing.T) {
	t.Parallel()
	const public = "https://score.example.org"
	tests := map[string]struct {
		config    httpserver.Config
		token     string
		has, lack []string
	}{
		"this machine only": {
			httpserver.Config{Listen: "127.0.0.1:0"},
			"secret",
			[]string{"\n  http://127.0.0.1:", "/signin#secret\n"},
			[]string{"People reach", "may warn"},
		},
		"behind a proxy": {
			httpserver.Config{Listen: "0.0.0.0:0", Public: public, Proxies: []string{"10.0.0.1"}},
			"secret",
			[]string{"\n  http://127.0.0.1:", "/signin#secret\n", "People reach this server at " + public + "\n"},
			[]string{"may warn"},
		},
		"no link": {
			httpserver.Config{Listen: "127.0.0.1:0", Public: public, Proxies: []string{"10.0.0.1"}},
			"",
			[]string{"ready at " + public + "\n", "securescore signin"},
			[]string{"signin#"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test.config.Log = slog.New(slog.DiscardHandler)
			server, err := httpserver.Listen(t.Context(), test.config)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = server.Close() })
			var out bytes.Buffer
			e := &env{out: &out}
			if err := e.welcome(server, test.token); err != nil {
				t.Fatal(err)
			}
			for _, want := range test.has {
				if !strings.Contains(out.String(), want) {
					t.Errorf("%q is missing in:\n%s", want, &out)
				}
			}
			for _, other := range test.lack {
				if strings.Contains(out.String(), other) {
					t.Errorf("%q stands in:\n%s", other, &out)
				}
			}
		})
	}
}
