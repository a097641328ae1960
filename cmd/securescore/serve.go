// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"sync"

	"github.com/spf13/cobra"

	"securescore/internal/access/bearer"
	"securescore/internal/access/session"
	"securescore/internal/assess"
	"securescore/internal/httpserver"
	"securescore/internal/people"
	"securescore/internal/portalapi"
	"securescore/internal/portalapi/stored"
	"securescore/internal/store"
	"securescore/internal/telemetry"
	"securescore/web"
)

type serveFlags struct {
	listenFlags
	graphFlags
	heads   headsFlags
	data    storage
	keys    string
	sample  bool
	issuers string

	numbers *telemetry.Metrics // nil when nobody may read them
	health  *httpserver.Health
}

func serveCommand(e *env) *cobra.Command {
	var f serveFlags
	cmd := &cobra.Command{
		Use: "serve", Short: "Serve the portal", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := errors.Join(f.listenFlags.check(), f.graphFlags.check()); err != nil {
				return &usageError{err}
			}
			return e.withStore(cmd.Context(), f.data, func(ctx context.Context, s store.Store) error {
				return e.observed(ctx, f, s)
			})
		},
	}
	dataFlag(cmd, &f.data)
	keysFlag(cmd, &f.keys)
	f.listenFlags.add(cmd)
	f.graphFlags.add(cmd)
	f.heads.add(cmd)
	cmd.Flags().StringVar(&f.issuers, "issuers", "", "YAML `FILE` with the OpenID Connect issuers that people and programs sign in at")
	cmd.Flags().BoolVar(&f.sample, "sample", false, "make the sample organisation, if it is not there yet")
	return cmd
}

// heapFloor is memory that is reserved and never touched, in bytes. The
// collector waits for the heap to double; a server whose own data takes ten
// megabytes would otherwise collect many times a second under load. What is
// never touched takes an address and no memory.
const heapFloor = 40 << 20

func (e *env) serve(ctx context.Context, f serveFlags, s store.Store, a *assess.Assessor) error {
	floor := make([]byte, heapFloor)
	defer runtime.KeepAlive(floor)
	log := slog.New(slog.NewTextHandler(e.err, nil))
	f.health = e.health(s, log)
	if f.metrics != "" {
		side, err := httpserver.ListenSide(ctx, f.metrics, f.metricsOpen, log, f.numbers, f.health)
		if err != nil {
			return err
		}
		defer runSide(ctx, side, log)()
	}
	sessions := e.sessions(s)
	members := e.members(s, sessions)
	server, err := e.listen(ctx, f, s, a, sessions, members, log)
	if err != nil {
		return err
	}
	if err := e.prepare(ctx, f, s, a); err != nil {
		return closing(server, err)
	}
	worker, err := e.worker(ctx, f.heads, s, a, log)
	if err != nil {
		return closing(server, err)
	}
	token, err := e.firstLink(ctx, s, members, server)
	if err != nil {
		return closing(server, err)
	}
	if err := e.welcome(server, token); err != nil {
		return closing(server, err)
	}
	working, stop := context.WithCancel(ctx)
	var group sync.WaitGroup
	group.Go(func() { worker.Run(working) })
	defer func() { // before the store is closed
		stop()
		group.Wait()
	}()
	return server.Run(ctx)
}

// firstLink makes a one-time link until an administrator has signed in through
// an issuer; from then on only the command signin does.
func (e *env) firstLink(ctx context.Context, s store.Store, members *people.Service, server *httpserver.Server) (string, error) {
	if server.LocalURL() == "" {
		return "", nil
	}
	settled, err := members.HasAdministrator(ctx)
	if err != nil || settled {
		return "", err
	}
	return e.invite(ctx, s)
}

// closing gives the address back when the server never got to run.
func closing(server *httpserver.Server, err error) error {
	if failed := server.Close(); failed != nil {
		return fmt.Errorf("%w (and closing the server: %w)", err, failed)
	}
	return err
}

// listen takes the address first: a port that is taken is known before
// anything is made.
func (e *env) listen(ctx context.Context, f serveFlags, s store.Store, a *assess.Assessor, sessions *session.Service, members *people.Service, log *slog.Logger) (*httpserver.Server, error) {
	files, err := web.Files()
	if err != nil {
		return nil, err
	}
	portal, err := httpserver.NewPortal(files)
	if err != nil {
		return nil, err
	}
	config := portalapi.Config{Reader: stored.New(s, a, e.now), SignIn: sessions, People: members, Now: e.now, Log: log}
	issuers, err := e.issuers(f.issuers, s, sessions)
	if err != nil {
		return nil, err
	}
	if issuers != nil {
		config.Issuers = issuers
	}
	reader := bearer.NewReader(bearer.Config{Issuers: issuers, Now: e.now})
	ring, err := e.ring(ctx, f.keys, f.data, s)
	if err != nil {
		return nil, err
	}
	graph, err := e.graph(f.graphFlags, s, ring, a, members, reader, log)
	if err != nil {
		return nil, err
	}
	api := portalapi.New(config)
	serving := f.config(log)
	serving.Health = f.health
	if f.numbers != nil {
		serving.Observer, serving.Now = f.numbers, e.now
	}
	return httpserver.Listen(ctx, serving, api, graph, portal)
}

// prepare makes the sample organisation where it is asked for, and assesses it
// as of now.
func (e *env) prepare(ctx context.Context, f serveFlags, s store.Store, a *assess.Assessor) error {
	if !f.sample {
		return nil
	}
	if err := e.makeSample(ctx, s, a); err != nil {
		return err
	}
	outdated, err := a.Outdated(ctx, sampleTenant)
	if err == nil && outdated {
		_, err = a.Reassess(ctx, sampleTenant)
	}
	return err
}
