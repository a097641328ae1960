// SPDX-License-Identifier: Apache-2.0

// Command portaltest serves the portal with the organisation of package
// fixture, for end-to-end tests of the portal alone. It prints a one-time link
// like the real server does. Its clock stands still, so that pictures and
// ranges are the same on every run.
package main

import (
	"context"
	"crypto/rand"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	"time"

	"securescore/internal/access/bearer"
	"securescore/internal/access/session"
	"securescore/internal/httpserver"
	"securescore/internal/people"
	"securescore/internal/portalapi"
	"securescore/internal/portalapi/fixture"
	"securescore/internal/store/sqlite"
	"securescore/web"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string) error {
	flags := flag.NewFlagSet("portaltest", flag.ContinueOnError)
	listen := flags.String("listen", "127.0.0.1:0", "address on this machine")
	at := flags.String("now", "2026-11-20T15:00:00Z", "what time it is")
	if err := flags.Parse(args); err != nil {
		return err
	}
	now, err := time.Parse(time.RFC3339, *at)
	if err != nil {
		return fmt.Errorf("read --now: %w", err)
	}
	//nolint:forbidigo // this is the entry point
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return serve(ctx, *listen, func() time.Time { return now })
}

func serve(ctx context.Context, listen string, now func() time.Time) error {
	log := slog.New(slog.NewTextHandler(os.Stderr, nil))
	files, err := web.Files()
	if err != nil {
		return err
	}
	portal, err := httpserver.NewPortal(files)
	if err != nil {
		return err
	}
	folder, err := os.MkdirTemp("", "portaltest")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	s, err := sqlite.Open(ctx, sqlite.Config{Folder: folder, Now: now})
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }()
	reader := fixture.New(now())
	if err := settle(ctx, s, reader); err != nil {
		return err
	}
	across := s.Across()
	sessions := session.New(session.Config{SignIns: across.SignIns, Sessions: across.Sessions, Now: now, Random: rand.Reader, Limits: session.DefaultLimits()})
	members := people.New(people.Config{Store: s, Sessions: sessions, Now: now, Mint: bearer.New})
	if err := populate(ctx, members); err != nil {
		return err
	}
	api := portalapi.New(portalapi.Config{Reader: reader, SignIn: sessions, People: members, Issuers: issuers{}, Now: now, Log: log})
	server, err := httpserver.Listen(ctx, httpserver.Config{Listen: listen, Log: log}, api, portal)
	if err != nil {
		return err
	}
	token, err := sessions.Invite(ctx)
	if err != nil {
		return err
	}
	fmt.Printf("%s/signin#%s\n", server.URL(), token)
	return server.Run(ctx)
}
