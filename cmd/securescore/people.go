// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"crypto/rand"
	"fmt"

	"github.com/spf13/cobra"

	"securescore/internal/access/bearer"
	"securescore/internal/access/session"
	"securescore/internal/people"
	"securescore/internal/store"
)

// sessions are those of a store.
func (e *env) sessions(s store.Store) *session.Service {
	across := s.Across()
	return session.New(session.Config{SignIns: across.SignIns, Sessions: across.Sessions, Now: e.now, Random: rand.Reader, Limits: session.DefaultLimits()})
}

// members are the people of a store.
func (e *env) members(s store.Store, sessions *session.Service) *people.Service {
	return people.New(people.Config{Store: s, Sessions: sessions, Now: e.now, Random: rand.Reader, Mint: bearer.New})
}

// withPeople opens the data folder and calls fn with who has access.
func (e *env) withPeople(ctx context.Context, data storage, fn func(context.Context, store.Store, *people.Service) error) error {
	return e.withStore(ctx, data, func(ctx context.Context, s store.Store) error {
		return fn(ctx, s, e.members(s, e.sessions(s)))
	})
}

func signInCommand(e *env) *cobra.Command {
	var data storage
	var address string
	cmd := &cobra.Command{
		Use: "signin", Short: "Print a one-time link to sign in as the operator", Args: noArgs,
		Long: "Makes a one-time link for the server that runs with the same data folder. It holds for ten minutes, once, and only\n" +
			"in a browser on the server's own machine. Once an administrator has signed in through an issuer, this is the only way to get one.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return e.withStore(cmd.Context(), data, func(ctx context.Context, s store.Store) error {
				token, err := e.invite(ctx, s)
				if err != nil {
					return err
				}
				_, err = fmt.Fprintf(e.out, "%s/signin#%s\n", address, token)
				return err
			})
		},
	}
	dataFlag(cmd, &data)
	cmd.Flags().StringVar(&address, "url", "http://127.0.0.1:8080", "`URL` at which the server answers on this machine")
	return cmd
}

// invite makes a one-time token and writes down that it did.
func (e *env) invite(ctx context.Context, s store.Store) (string, error) {
	sessions := e.sessions(s)
	token, err := sessions.Invite(ctx)
	if err != nil {
		return "", err
	}
	return token, e.members(s, sessions).LinkMade(ctx, e.operator())
}
