// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"

	"github.com/spf13/cobra"

	"securescore/internal/access"
	"securescore/internal/access/bearer"
	"securescore/internal/access/refusal"
	"securescore/internal/assess"
	"securescore/internal/graphapi"
	"securescore/internal/graphapi/daily"
	"securescore/internal/graphapi/profile"
	"securescore/internal/httpserver"
	"securescore/internal/keyring"
	"securescore/internal/people"
	"securescore/internal/posture"
	"securescore/internal/store"
)

// graphFlags say how the Graph API behaves.
type graphFlags struct {
	limits  graphapi.Limits
	literal bool
}

func (f *graphFlags) add(cmd *cobra.Command) {
	usual := graphapi.DefaultLimits()
	flags := cmd.Flags()
	flags.IntVar(&f.limits.ScoresPerMinute, "graph-scores-per-minute", usual.ScoresPerMinute, "requests for secureScores that one token may make for one tenant in a minute; 0 for no limit")
	flags.IntVar(&f.limits.PerTenMinutes, "graph-per-ten-minutes", usual.PerTenMinutes, "likewise all requests in ten minutes")
	flags.IntVar(&f.limits.Concurrent, "graph-concurrent", usual.Concurrent, "likewise requests at the same time")
	flags.BoolVar(&f.literal, "graph-all-states", false, "tell Planned, RiskAccepted and AlternateMitigation by these names, which Microsoft's documents do not list")
}

func (f *graphFlags) check() error {
	if f.limits.ScoresPerMinute < 0 || f.limits.PerTenMinutes < 0 || f.limits.Concurrent < 0 {
		return usagef("--graph-scores-per-minute, --graph-per-ten-minutes and --graph-concurrent: want 0 or more")
	}
	return nil
}

// graph makes the Graph API of a store.
func (e *env) graph(f graphFlags, s store.Store, ring *keyring.Ring, a *assess.Assessor, members *people.Service, reader *bearer.Reader, log *slog.Logger) (*graphapi.API, error) {
	pages, err := pageKeys(ring, s)
	if err != nil {
		return nil, err
	}
	callers := callers{members, reader, log}
	days := daily.New(s, a, e.now)
	days.NameStates(f.literal)
	return graphapi.New(graphapi.Config{
		Authenticator: callers, Tenants: byID{s}, Scores: days, Decider: a,
		Profiles: profile.New(profile.Config{Store: s, Scorer: a, Now: e.now, Literal: f.literal}),
		PageKeys: pages, Limits: f.limits, Refused: callers.refused, Now: e.now, Log: log,
	}), nil
}

// former is a storage that kept keys itself, under an older schema.
type former interface{ FormerPageKey() []byte }

// pageKeys sign the links to next pages. All processes of an installation have
// the same, and they stay when these start again.
func pageKeys(ring *keyring.Ring, s store.Store) ([][]byte, error) {
	keys, err := ring.Derive(pageTokens)
	if err != nil {
		return nil, err
	}
	if f, ok := s.(former); ok && f.FormerPageKey() != nil {
		keys = append(keys, f.FormerPageKey())
	}
	return keys, nil
}

// callers finds out who calls the Graph API.
type callers struct {
	members *people.Service
	reader  *bearer.Reader
	log     *slog.Logger
}

// Bearer implements graphapi.Authenticator.
func (c callers) Bearer(ctx context.Context, token string) (*access.Principal, error) {
	p, err := c.principal(ctx, token)
	if errors.Is(err, posture.ErrUnauthenticated) || errors.Is(err, posture.ErrForbidden) {
		if noted := c.members.Failed(ctx, graphDoor(ctx), "", errors.New(refusal.Why(err))); noted != nil {
			c.log.ErrorContext(ctx, "a refused token could not be written to the audit log", "request_id", httpserver.RequestID(ctx), "error", noted)
		}
	}
	return p, err
}

func (c callers) principal(ctx context.Context, token string) (*access.Principal, error) {
	found, err := c.reader.Read(ctx, http.Header{"Authorization": {"Bearer " + token}})
	if err != nil {
		return nil, err
	}
	door := graphDoor(ctx)
	switch {
	case found.Own != nil:
		return c.members.OfToken(ctx, found.Own.ID, found.Own.Hash, door)
	case found.Person != nil:
		who := found.Person
		p, err := c.members.OfProof(ctx, people.Proof{Identity: who.Identity, Name: who.Name, Email: who.Email, Claimed: who.Claimed, Notes: who.Notes}, found.Scope, door)
		if err == nil {
			p.Home = who.Home
		}
		return p, err
	}
	app := found.Application
	return &access.Principal{
		Actor: app.Actor, Name: app.Name, Holdings: []access.Holding{app.Holding}, Scope: found.Scope,
		Via: door.Via, From: door.From, Request: door.Request, Tenant: app.Holding.Tenant,
	}, nil
}

func graphDoor(ctx context.Context) people.Door {
	d := people.Door{Via: access.ViaGraph, Request: httpserver.RequestID(ctx)}
	if addr := httpserver.RemoteAddr(ctx); addr.IsValid() {
		d.From = addr.String()
	}
	return d
}

func (c callers) refused(ctx context.Context, by *access.Principal, action access.Action, tenant posture.TenantID) {
	if err := c.members.Refused(ctx, by, action, tenant, posture.ErrForbidden); err != nil {
		c.log.ErrorContext(ctx, "a refusal could not be written to the audit log", "request_id", httpserver.RequestID(ctx), "error", err)
	}
}

// byID finds tenants by our id or the Entra GUID, never by a name, which is
// no secret and may be reused.
type byID struct{ store store.Store }

// Resolve implements graphapi.Tenants.
func (b byID) Resolve(ctx context.Context, id string) (posture.TenantID, error) {
	if id = strings.ToLower(id); !store.IsGUID(id) {
		return "", posture.ErrNotFound
	}
	t, err := b.store.Across().Tenants.Find(ctx, id)
	return t.ID, err
}
