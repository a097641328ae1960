// SPDX-License-Identifier: Apache-2.0

package httpserver

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"time"
)

// Mounter is something that answers requests.
type Mounter interface {
	// Mount adds its routes. It is called once.
	Mount(mux *http.ServeMux)
}

// Limits of a connection. A slow or silent client may not hold one for ever.
const (
	headerTimeout = 10 * time.Second
	readTimeout   = time.Minute
	writeTimeout  = 2 * time.Minute
	idleTimeout   = 2 * time.Minute
	stopTimeout   = 10 * time.Second
	headerBytes   = 64 << 10
)

// Server answers HTTP or HTTPS on one address.
type Server struct {
	listener net.Listener
	http     *http.Server
	base     string // public address, or the one below
	local    string // empty when only other addresses of this machine answer
	health   *Health
	drain    time.Duration
}

// Listen takes the address and returns a server that answers once Run is
// called. It returns all faults of config at once, and an error that wraps
// posture.ErrForbidden for an address that others than this machine can reach
// unless TLS or a proxy stands before it.
func Listen(ctx context.Context, config Config, mounts ...Mounter) (*Server, error) {
	if err := config.Validate(); err != nil {
		return nil, err
	}
	s := &Server{health: config.Health, drain: config.Drain, http: &http.Server{
		ReadHeaderTimeout: headerTimeout,
		ReadTimeout:       readTimeout,
		WriteTimeout:      writeTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    headerBytes,
		ConnContext:       withGatherer,
		ErrorLog:          slog.NewLogLogger(config.Log.Handler(), slog.LevelDebug),
	}}
	if config.TLSCert != "" {
		pair, err := newCertificate(config.TLSCert, config.TLSKey, config.Log)
		if err != nil {
			return nil, err
		}
		s.http.TLSConfig = pair.config()
	}
	var err error
	if s.listener, err = new(net.ListenConfig).Listen(ctx, "tcp", config.Listen); err != nil {
		return nil, fmt.Errorf("listen on %s: %w", config.Listen, err)
	}
	// A name may resolve to anything, so what counts is what was bound.
	bound, ok := s.listener.Addr().(*net.TCPAddr)
	if !ok || !bound.IP.IsLoopback() && !config.guarded() {
		return nil, errors.Join(openError(s.listener.Addr().String()), s.listener.Close())
	}
	address := netip.AddrPortFrom(bound.AddrPort().Addr().Unmap(), bound.AddrPort().Port())
	site := config.site(address)
	s.http.Handler = site.Handler(config.Log, mounts...)
	s.local = localURL(config.scheme(), address)
	s.base = cmp.Or(site.Public, s.local)
	if s.base == "" {
		s.base = config.scheme() + "://" + site.Hosts[0]
	}
	return s, nil
}

// localURL is the address of a server on its own machine's loopback, which an
// address that stands for all includes.
func localURL(scheme string, address netip.AddrPort) string {
	switch a := address.Addr(); {
	case a.IsLoopback():
	case a.IsUnspecified(): // package net listens on IPv4 then, whichever was asked for
		address = netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), address.Port())
	default:
		return ""
	}
	return scheme + "://" + address.String()
}

// URL is the address that people use, without a slash at its end: the public
// one when it is configured, else one that reaches this server.
func (s *Server) URL() string { return s.base }

// LocalURL is the address that reaches this server straight from its own
// machine, as a one-time link must, without a slash at its end. It is empty
// when the server listens on one address of a network only.
func (s *Server) LocalURL() string { return s.local }

// Run answers requests until ctx ends. From then on the server is not ready,
// and after the drain time it takes no further requests and lets those under
// way finish for a while. It returns nil after an orderly stop. Call it once.
func (s *Server) Run(ctx context.Context) error {
	failed := make(chan error, 1)
	go func() { failed <- s.serve() }()
	if err := s.until(ctx.Done(), failed); err != nil {
		return err
	}
	if s.health != nil {
		s.health.Stop()
	}
	drained, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.drain)
	defer cancel()
	if err := s.until(drained.Done(), failed); err != nil {
		return err
	}
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTimeout)
	defer cancel()
	if err := s.http.Shutdown(stop); err != nil {
		return errors.Join(fmt.Errorf("stop serving %s: %w", s.URL(), err), s.http.Close())
	}
	return nil
}

// until waits for done, or for the end of serving, which is an error before.
func (s *Server) until(done <-chan struct{}, failed <-chan error) error {
	select {
	case err := <-failed:
		return fmt.Errorf("serve %s: %w", s.URL(), err)
	case <-done:
		return nil
	}
}

func (s *Server) serve() error {
	if s.http.TLSConfig != nil {
		return s.http.ServeTLS(s.listener, "", "") // the certificate comes from TLSConfig
	}
	return s.http.Serve(gathering{s.listener})
}

// Close gives the address back without having run.
func (s *Server) Close() error { return s.listener.Close() }

// hostname cuts the port and the brackets off a Host header.
func hostname(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		return name
	}
	return strings.Trim(host, "[]")
}

func loopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
