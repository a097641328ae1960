// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"log/slog"

	"securescore/internal/assess"
	"securescore/internal/httpserver"
	"securescore/internal/store"
	"securescore/internal/telemetry"
)

// observed serves with everything counted when somebody may read the numbers,
// and with nothing in the way otherwise.
func (e *env) observed(ctx context.Context, f serveFlags, s store.Store) error {
	if f.metrics != "" {
		f.numbers = telemetry.New(version)
		s = f.numbers.Store(s, e.now)
	}
	c, err := builtIn()
	if err != nil {
		return err
	}
	return e.serve(ctx, f, s, assess.NewAssessor(s, c, e.now))
}

// runSide answers at an address beside that of the server, and returns what
// ends that.
func runSide(ctx context.Context, side *httpserver.Side, log *slog.Logger) (stop func()) {
	log.InfoContext(ctx, "numbers and health are at an address of their own", "url", side.URL())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if err := side.Run(); err != nil {
			log.ErrorContext(ctx, "the address for numbers and health is gone", "error", err)
		}
	}()
	return func() {
		_ = side.Close() // nothing is left to be sent
		<-ended
	}
}
