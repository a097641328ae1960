// SPDX-License-Identifier: Apache-2.0

package httpserver

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"

	"securescore/internal/posture"
)

// Side answers supervisors on an address of its own: health and numbers, under
// any name, without TLS.
type Side struct {
	listener net.Listener
	http     *http.Server
}

// ListenSide takes the address, which must be one of this machine unless others
// may read too.
func ListenSide(ctx context.Context, address string, others bool, log *slog.Logger, mounts ...Mounter) (*Side, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w", address, err)
	}
	bound, ok := listener.Addr().(*net.TCPAddr)
	if !others && (!ok || !bound.IP.IsLoopback()) {
		return nil, errors.Join(fmt.Errorf("metrics-listen: %w: other machines can reach %q, and what they read there is not protected; add --metrics-open where a network of your own or a firewall does that, or take an address of this machine, such as 127.0.0.1:9090", posture.ErrForbidden, address), listener.Close())
	}
	mux := http.NewServeMux()
	for _, m := range mounts {
		m.Mount(mux)
	}
	return &Side{listener: listener, http: &http.Server{
		Handler: mux, ReadHeaderTimeout: headerTimeout, ReadTimeout: readTimeout, WriteTimeout: writeTimeout, IdleTimeout: idleTimeout,
		MaxHeaderBytes: headerBytes, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}}, nil
}

// URL is the address that it answers at.
func (s *Side) URL() string { return "http://" + s.listener.Addr().String() }

// Run answers until Close is called.
func (s *Side) Run() error {
	if err := s.http.Serve(s.listener); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve %s: %w", s.URL(), err)
	}
	return nil
}

// Close ends it at once.
func (s *Side) Close() error { return errors.Join(s.http.Close(), ignoreClosed(s.listener.Close())) }

// ignoreClosed: the server closes the listener when it ran.
func ignoreClosed(err error) error {
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}
