// SPDX-License-Identifier: Apache-2.0

package httpserver

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"securescore/internal/posture"
)

// Mounter is something that answers requests.
type Mounter interface {
	// Mount adds its routes. It is called once.
	Mount(mux *http.ServeMux)
}

// Config says where to listen.
type Config struct {
	Listen string   // host:port; the host must be loopback; port 0 takes a free one
	Names  []string // further names of this server in the Host header, each with its port unless that is 80
	Log    *slog.Logger
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

// Server answers HTTP on one address.
type Server struct {
	listener net.Listener
	http     *http.Server
}

// Listen takes the address and returns a server that answers once Run is
// called. It returns an error that wraps posture.ErrForbidden for an address
// that others than this machine can reach.
func Listen(ctx context.Context, config Config, mounts ...Mounter) (*Server, error) {
	host, _, err := net.SplitHostPort(config.Listen)
	if err != nil {
		return nil, fmt.Errorf("listen on %q: %w: want host:port", config.Listen, posture.ErrInvalid)
	}
	if !loopback(host) {
		return nil, fmt.Errorf("listen on %q: %w: only addresses of this machine itself are allowed, such as 127.0.0.1:8080", config.Listen, posture.ErrForbidden)
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", config.Listen)
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w", config.Listen, err)
	}
	// A name may resolve to anything, so what counts is what was bound.
	address, ok := listener.Addr().(*net.TCPAddr)
	if !ok || !address.IP.IsLoopback() {
		return nil, errors.Join(fmt.Errorf("listen on %q: %w: it resolves to %s", config.Listen, posture.ErrForbidden, listener.Addr()), listener.Close())
	}
	return &Server{
		listener: listener,
		http: &http.Server{
			Handler:           Handler(hosts(address, config.Names), config.Log, mounts...),
			ReadHeaderTimeout: headerTimeout,
			ReadTimeout:       readTimeout,
			WriteTimeout:      writeTimeout,
			IdleTimeout:       idleTimeout,
			MaxHeaderBytes:    headerBytes,
			ErrorLog:          slog.NewLogLogger(config.Log.Handler(), slog.LevelDebug),
		},
	}, nil
}

// URL is the address to open in a browser, without a slash at its end.
func (s *Server) URL() string { return "http://" + s.listener.Addr().String() }

// Run answers requests until ctx ends, then lets those under way finish for a
// while. It returns nil after an orderly stop. Call it once.
func (s *Server) Run(ctx context.Context) error {
	failed := make(chan error, 1)
	go func() { failed <- s.http.Serve(s.listener) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serve %s: %w", s.URL(), err)
	case <-ctx.Done():
	}
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTimeout)
	defer cancel()
	if err := s.http.Shutdown(stop); err != nil {
		return errors.Join(fmt.Errorf("stop serving %s: %w", s.URL(), err), s.http.Close())
	}
	return nil
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

func hosts(address *net.TCPAddr, names []string) []string {
	port := strconv.Itoa(address.Port)
	list := []string{strings.ToLower(address.String())}
	for _, host := range []string{"localhost", "127.0.0.1", "::1"} {
		list = append(list, net.JoinHostPort(host, port))
	}
	for _, name := range names {
		list = append(list, strings.ToLower(name))
	}
	return list
}
