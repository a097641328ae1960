// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"securescore/internal/httpserver"
)

// listenFlags say where the server listens, by which names, and who stands
// before it.
type listenFlags struct {
	address, public string
	cert, key       string
	hosts, proxies  []string
	drain           time.Duration
	metrics         string // empty for none
	metricsOpen     bool
	drains          func() bool // whether somebody asked for a drain time
}

// usualDrain is long enough for a load balancer that asks every second or two.
const usualDrain = 5 * time.Second

func (f *listenFlags) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.address, "listen", "127.0.0.1:8080", "`ADDRESS` to listen on; one that other machines can reach needs --tls-cert and --tls-key, or --trusted-proxy")
	flags.StringVar(&f.public, "public-url", "", "`URL` that people use, such as https://score.example.org")
	flags.StringSliceVar(&f.hosts, "host", nil, "further `NAME` that this server answers to (repeat it, or separate with commas)")
	flags.StringVar(&f.cert, "tls-cert", "", "PEM `FILE` with the certificate and its chain; read again when it changes")
	flags.StringVar(&f.key, "tls-key", "", "PEM `FILE` with the key of the certificate")
	flags.DurationVar(&f.drain, "drain", usualDrain, "how long requests are still taken once the server was told to stop and says at /readyz that it is not ready; without this flag 0s where --listen is an address of this machine only and there is no --trusted-proxy")
	flags.StringVar(&f.metrics, "metrics-listen", "", "further `ADDRESS` of this machine at which /metrics, /healthz and /readyz are answered to everybody, such as 127.0.0.1:9090")
	flags.BoolVar(&f.metricsOpen, "metrics-open", false, "let --metrics-listen be an address that other machines can reach")
	f.drains = func() bool { return flags.Changed("drain") }
	flags.StringSliceVar(&f.proxies, "trusted-proxy", nil, "`CIDR` of proxies whose forwarding headers count (repeat it, or separate with commas)")
}

func (f *listenFlags) config(log *slog.Logger) httpserver.Config {
	config := httpserver.Config{
		Listen: f.address, Public: f.public, Names: f.hosts,
		TLSCert: f.cert, TLSKey: f.key, Proxies: f.proxies, Drain: f.drain, Log: log,
	}
	if !f.drains() && config.Alone() {
		config.Drain = 0 // whoever stops it at a terminal need not wait for nobody
	}
	return config
}

// check reports all faults at once, before anything is opened.
func (f *listenFlags) check() error {
	config := f.config(nil)
	if err := config.Validate(); err != nil {
		return &usageError{err}
	}
	return nil
}

// welcome prints how to get in. A one-time link leads to this machine itself,
// whatever address people use; where that cannot be reached there is no token.
func (e *env) welcome(server *httpserver.Server, token string) error {
	local, public := server.LocalURL(), server.URL()
	if token == "" && local != "" {
		_, err := fmt.Fprintf(e.out, "Securescore is ready at %s\n'securescore signin' prints a one-time link for the operator.\n", public)
		return err
	}
	if token == "" {
		_, err := fmt.Fprintf(e.out, "Securescore is ready at %s\nThere is no one-time link: it works on this machine itself only, which the address in --listen does not include; 0.0.0.0 or [::] does.\n", public)
		return err
	}
	text := fmt.Sprintf("Securescore is ready. Sign in once, within ten minutes, with this link:\n\n  %s/signin#%s\n\n", local, token)
	if local != public {
		text += fmt.Sprintf("The link works on this machine itself only. People reach this server at %s\n", public)
	}
	if local != public && strings.HasPrefix(local, "https:") {
		text += "The browser may warn at the link, because the certificate names another host.\n"
	}
	_, err := fmt.Fprint(e.out, text)
	return err
}
